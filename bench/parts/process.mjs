/** Whole processes, from start to end, in turns: the question's program and `whynan fit` on the same file, `whynan explain` of its failed run, and the start of the command. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../measure/build.mjs'
import { timed } from '../measure/process.mjs'
import { missingModule, python } from '../measure/python.mjs'
import { held, ratios, spread } from '../measure/spread.mjs'

const oracle = join(root, 'test', 'oracle')
const data = join(oracle, 'data', 'mapping_clean.mat')
const oneNaN = join(oracle, 'data', 'mapping_one_nan.mat')
const command = join(root, 'bin', 'whynan.js')

/** `least`: how many times whynan's time the Python program's should be. */
const fits = [
  { batch: 256, draws: 'philox', least: 6 },
  { batch: 10_000, draws: 'philox', least: 10 },
  { batch: 256, draws: 'numpy', least: null },
  { batch: 10_000, draws: 'numpy', least: 1 },
]

export async function processPart({ folder, quick, say, versions }) {
  const missing = missingModule('numpy, scipy, pandas', 'python3-numpy python3-scipy python3-pandas')
  const results = []
  for (const batch of [256, 10_000]) {
    say(`process: batch ${batch.toLocaleString('en')}`)
    results.push(...raceFits(fits.filter(fit => fit.batch === batch), { folder, missing, repetitions: quick ? 1 : 5 }))
  }
  if (missing === null) versions.add(timed(python(), ['-c', 'import scipy; print("SciPy", scipy.__version__)']).stdout.trim())
  say('process: explain')
  results.push(...raceExplain({ folder, missing, repetitions: quick ? 1 : 5 }))
  say('process: start')
  results.push(raceStart(quick ? 3 : 15, missing))
  return { title: 'Whole processes', results }
}

/** Each repetition runs whynan with each kind of draws, and the Python program, once. */
function raceFits(kinds, { folder, missing, repetitions }) {
  const [{ batch }] = kinds
  const times = { python: [], philox: [], numpy: [] }
  const ends = {}
  // The first run of each reads programs from the disk.
  for (let repetition = -1; repetition < repetitions; repetition++) {
    const keep = (key, seconds) => { if (repetition >= 0) times[key].push(seconds) }
    for (const { draws } of kinds) {
      const out = join(folder, `fit-${draws}`)
      const { seconds } = timed(process.execPath, [
        command, 'fit', data, '--recipe', 'classic', '--batch', String(batch), '--seed', '0', '--draws', draws, '--out', out, '--overwrite', '--quiet',
      ])
      keep(draws, seconds)
      ends[draws] = validationOf(join(out, 'metrics.csv'))
    }
    if (missing !== null) continue
    const { seconds, stdout } = timed(python(), [join(oracle, 'seed_program.py'), data, String(batch), '0'])
    keep('python', seconds)
    ends.python = JSON.parse(stdout).validation.map(([, loss]) => loss)
  }
  return kinds.map(({ draws, least }) => {
    const peer = { name: 'the question\'s NumPy program' }
    if (missing !== null) peer.missing = missing
    else {
      const wrong = differs(draws, ends[draws], ends.python)
      const ratio = ratios(times.python, times[draws])
      if (wrong === null) Object.assign(peer, { time: spread(times.python), ratio, ...(least === null ? {} : { goal: held(ratio.median, { least }) }) })
      else peer.missing = wrong
    }
    const said = draws === 'numpy' ? ', NumPy\'s draws, float64' : ''
    return { what: `fit mapping_clean.mat, batch ${batch.toLocaleString('en')}, 119 steps, validated after each${said}`, unit: 's', ours: spread(times[draws]), peers: [peer] }
  })
}

/**
 * The question's run of 10,000 that failed, explained with all its replays, beside the program's own 119 steps on clean data. Both
 * explanations must be proven; with Philox's draws one takes under a second, with NumPy's at most three times the program's time.
 */
function raceExplain({ folder, missing, repetitions }) {
  const draws = ['philox', 'numpy']
  const times = { python: [], philox: [], numpy: [] }
  for (const kind of draws) {
    // 2: it stopped on a value that is not finite.
    timed(process.execPath, [
      command, 'fit', oneNaN, '--recipe', 'classic', '--batch', '10000', '--seed', '1', '--draws', kind, '--out', join(folder, `nan-${kind}`), '--overwrite', '--quiet',
    ], { expected: [2] })
  }
  for (let repetition = -1; repetition < repetitions; repetition++) {
    const taken = {}
    for (const kind of draws) {
      const { seconds, stdout } = timed(process.execPath, [command, 'explain', join(folder, `nan-${kind}`), '--json'])
      const { cause } = JSON.parse(stdout)
      if (cause?.id !== 'nan-in-input' || cause.proven !== true) throw new Error(`the explanation with ${kind}'s draws names ${cause?.id}, and nan-in-input, proven, was expected`)
      taken[kind] = seconds
    }
    taken.python = missing === null ? timed(python(), [join(oracle, 'seed_program.py'), data, '10000', '1']).seconds : Number.NaN
    if (repetition >= 0) for (const [kind, seconds] of Object.entries(taken)) times[kind].push(seconds)
  }
  return draws.map(kind => {
    const peer = { name: 'the question\'s NumPy program' }
    if (missing !== null) peer.missing = missing
    else {
      const ratio = ratios(times.python, times[kind])
      Object.assign(peer, { time: spread(times.python), ratio, ...(kind === 'numpy' ? { goal: held(ratio.median, { least: 1 / 3 }) } : {}) })
    }
    const ours = spread(times[kind])
    return {
      what: `explain the question's run, batch 10,000, with every replay${kind === 'numpy' ? ', NumPy\'s draws, float64' : ''}`, unit: 's', ours, peers: [peer],
      ...(kind === 'philox' ? { notes: [{ what: 'explanation of the question\'s run', value: `${ours.median.toFixed(2)} s`, goal: 'under 1 s', ...held(ours.median, { most: 1 }) }] } : {}),
    }
  })
}

/** Data losses of the validation table, in order. */
function validationOf(file) {
  return readFileSync(file, 'utf8').trim().split('\n').slice(1).map(line => Number(line.split(',')[5]))
}

/** With the program's draws the losses are the program's; with others both fall to about the same. Null where that is so. */
function differs(draws, ours, theirs) {
  const last = losses => losses.slice(-10).reduce((sum, loss) => sum + loss, 0) / 10
  if (draws === 'numpy') {
    const apart = Math.max(...ours.map((loss, i) => Math.abs(loss / theirs[i] - 1)))
    return ours.length === theirs.length && apart <= 1e-10 ? null : `its losses are others (by ${apart})`
  }
  const fell = last(ours) < 0.5 * ours[0] && last(theirs) < 0.5 * theirs[0]
  const alike = Math.abs(Math.log(last(ours) / last(theirs))) < Math.log(1.5)
  return fell && alike ? null : `its loss ends at ${last(theirs).toPrecision(3)} from ${theirs[0].toPrecision(3)}, whynan's at ${last(ours).toPrecision(3)} from ${ours[0].toPrecision(3)}`
}

function raceStart(repetitions, missing) {
  const times = { whynan: [], node: [], python: [] }
  for (let repetition = -1; repetition < repetitions; repetition++) {
    const taken = {
      whynan: timed(process.execPath, [command, '--help']).seconds,
      node: timed(process.execPath, ['-e', '0']).seconds,
      python: missing === null ? timed(python(), ['-c', 'import numpy, scipy.io, pandas']).seconds : 0,
    }
    if (repetition >= 0) for (const [key, seconds] of Object.entries(taken)) times[key].push(seconds)
  }
  const ours = spread(times.whynan)
  const peer = (name, key) => ({ name, time: spread(times[key]), ratio: ratios(times[key], times.whynan) })
  const imports = 'Python\'s imports of that program'
  return {
    what: 'whynan --help', unit: 's', ours,
    peers: [peer('Node itself', 'node'), missing === null ? peer(imports, 'python') : { name: imports, missing }],
    notes: [{ what: 'start of the command', value: `${(1e3 * ours.median).toFixed(0)} ms`, goal: 'under 100 ms', ...held(ours.median, { most: 0.1 }) }],
  }
}
