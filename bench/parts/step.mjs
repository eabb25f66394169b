/**
 * One training step against its peers. In each repetition every program is timed once, one after the other, so that what
 * disturbs the machine disturbs all; a repetition gives one ratio. Before that all begin with the same parameters and the same
 * rows, without dropout, and have to give the same losses.
 */
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { bench, compile, program, root } from '../measure/build.mjs'
import { Contestant, threadsOf } from '../measure/contestant.mjs'
import { missingModule, python } from '../measure/python.mjs'
import { held, ratios, spread } from '../measure/spread.mjs'
import { writeParameters, writeTable } from '../measure/table.mjs'
import { unguardedKernels } from '../measure/unguarded.mjs'

/** The optimizer and the L2 of the question's program. */
const training = { l2: 1e-3, rate: 5e-3, beta1: 0.9, beta2: 0.99, epsilon: 1e-7 }

const tensorflow = fileURLToPath(new URL('../peers/tensorflow.mjs', import.meta.url))

const peers = {
  numpy: { name: 'the question\'s NumPy program', script: 'numpy_step.py', l2: training.l2 },
  sklearn: { name: 'scikit-learn MLPRegressor, no dropout', script: 'sklearn_step.py', needs: ['sklearn', 'python3-sklearn'], l2: training.l2 },
  torch: { name: 'PyTorch, drawn with replacement, no L2', script: 'torch_step.py', needs: ['torch', 'python3-torch'], l2: 0, work: 'less' },
  'torch-same': { name: 'PyTorch, the same work', script: 'torch_step.py', needs: ['torch', 'python3-torch'], l2: training.l2, work: 'same' },
  'tfjs-wasm': { name: 'TensorFlow.js wasm, nothing drawn, no L2', node: [tensorflow, 'wasm'], l2: 0 },
  'tfjs-cpu': { name: 'TensorFlow.js cpu, nothing drawn, no L2', node: [tensorflow, 'cpu'], l2: 0 },
}

/** `least` is the goal: how many times whynan's time the peer's should be. `half` is whynan's own step with dropout 0.5. */
const rows = [
  { widths: [5, 50, 1], batch: 256, dropout: 0.5, peers: { numpy: 80, sklearn: 12, torch: 30, 'torch-same': null, 'tfjs-wasm': 150, 'tfjs-cpu': null, unguarded: 0.99, unrecorded: null } },
  { widths: [5, 50, 1], batch: 256, dropout: 0.1, peers: { half: 0.75, torch: null } },
  { widths: [5, 50, 1], batch: 256, dropout: 0, peers: { half: 0.75, sklearn: null, torch: null, 'tfjs-wasm': null } },
  { widths: [5, 50, 1], batch: 10_000, dropout: 0.5, peers: { numpy: 20, sklearn: 7, torch: 24, 'torch-same': null, 'tfjs-wasm': 32, 'tfjs-cpu': null, unguarded: 0.99, unrecorded: null, fast: null } },
  { widths: [5, 50, 1], batch: 10_000, dropout: 0.1, peers: { half: 0.75, torch: null } },
  { widths: [5, 50, 1], batch: 10_000, dropout: 0, peers: { half: 0.75, sklearn: null, torch: null, 'tfjs-wasm': null } },
  { widths: [5, 50, 1], batch: 10_000, dropout: 0.5, threads: 2, peers: { alone: 1.8, torch: null } },
  { widths: [64, 256, 1], batch: 1024, dropout: 0.5, peers: { sklearn: null, torch: 2.4, 'torch-same': null, 'tfjs-wasm': null } },
  { widths: [64, 256, 1], batch: 1024, dropout: 0.1, peers: { half: 0.75, torch: null } },
  { widths: [64, 256, 1], batch: 1024, dropout: 0, peers: { half: 0.75, torch: null } },
  { widths: [5, 64, 64, 1], batch: 1024, dropout: 0.5, peers: { sklearn: null, torch: null, 'torch-same': null, 'tfjs-wasm': null } },
  { widths: [5, 64, 64, 1], batch: 1024, dropout: 0.1, peers: { half: 0.75, torch: null } },
  { widths: [5, 64, 64, 1], batch: 1024, dropout: 0, peers: { half: 0.75, torch: null } },
  { widths: [512, 1024, 1], batch: 1024, dropout: 0.5, peers: { sklearn: null, torch: 0.45, 'torch-same': null, fast: null }, share: 0.85 },
  { widths: [512, 1024, 1], batch: 1024, dropout: 0.1, peers: { half: 0.75, torch: null } },
  { widths: [512, 1024, 1], batch: 1024, dropout: 0, peers: { half: 0.75, torch: null } },
]

/**
 * Losses are float32 on both sides (NumPy's float64) and summed in other orders, and scikit-learn adds epsilon before Adam's
 * bias correction; five steps at this rate make of it 3e-3 in the widest network, and less than 1e-5 in the others.
 */
const agreement = 1e-2
const checkedSteps = 5

/** Milliseconds until threads that have nothing to do are asleep. */
const afterThreads = 300

export async function stepPart({ folder, quick, match, say, versions }) {
  const files = { ceiling: compile(join(root, 'assembly', 'ceiling', 'index.ts'), 'ceiling'), program: await program('whynan-step') }
  const tables = new Map()
  // Importing PyTorch takes seconds: a peer stays for all rows.
  const pool = new Map()
  const results = []
  for (const [index, row] of rows.entries()) {
    if (!title(row).includes(match)) continue
    say(`step: ${title(row)}`)
    const inputs = row.widths[0]
    if (!tables.has(inputs)) tables.set(inputs, writeTable(folder, row.widths, tableRows(inputs, quick)))
    const data = { ...tables.get(inputs), parameters: writeParameters(folder, row.widths) }
    results.push(await race(row, data, files, { folder: join(folder, `step-${index}`), quick, versions, pool }))
  }
  for (const contestant of pool.values()) contestant.end()
  const taken = results.reduce((sum, { timings }) => sum + (timings?.taken ?? 0), 0)
  const disturbed = results.reduce((sum, { timings }) => sum + (timings?.disturbed ?? 0), 0)
  if (taken > 0) results.push({ figure: { what: 'timings in which a program had its core for less than 95 % of the time', value: `${disturbed} of ${taken}` } })
  return { title: 'A training step', share: true, results }
}

/** The question's table, and for wide networks as many rows as take no more than a few seconds to hand around. */
function tableRows(inputs, quick) {
  if (quick) return 20_000
  return inputs <= 8 ? 68_568 : 16_384
}

function title({ widths, batch, dropout, threads = 1 }) {
  const dropped = dropout === 0 ? 'no dropout' : `dropout ${dropout}`
  return `${widths.join('-')}, batch ${batch.toLocaleString('en')}, ${dropped}${threads === 1 ? '' : `, ${threads} threads`}`
}

async function race(row, data, files, { folder, quick, versions, pool }) {
  const { threads = 1 } = row
  const prepare = { op: 'prepare', widths: row.widths, batch: row.batch, dropout: row.dropout, threads, recorded: true, ...training, ...data }
  const whynan = new Contestant('whynan', process.execPath, [files.program, files.ceiling, folder], threadsOf(threads))
  // As many more programs as there are threads: what the machine's processors give together is measured in the same repetitions.
  const besides = Array.from({ length: threads - 1 }, () => new Contestant('the ceiling', process.execPath, [files.program, files.ceiling, folder], threadsOf(1)))
  const result = { what: title(row), unit: 'us', peers: [], notes: [] }
  try {
    await whynan.ask({ ...prepare, id: 'ours' })
    const racing = [{ name: 'whynan', time: ms => whynan.ask({ op: 'time', id: 'ours', ms }), times: [] }]
    for (const [key, least] of Object.entries(row.peers)) {
      const own = ownPeers[key]
      if (own !== undefined) {
        await whynan.ask({ ...prepare, ...own.change(), id: key })
        racing.push({ name: own.name, least, own: true, time: ms => whynan.ask({ op: 'time', id: key, ms }), times: [] })
        continue
      }
      try {
        const peer = await openPeer(peers[key], { ...prepare, id: key }, whynan, pool, versions)
        racing.push({ ...peer, least, times: [] })
      } catch (error) {
        racing.push({ name: peers[key].name, missing: error.message })
      }
    }
    const { ceilings, together } = await alternate(racing.filter(({ missing }) => missing === undefined), whynan, besides, quick)
    settle(result, row, racing, ceilings)
    if (together.length > 0) result.notes.push(noteOf(together, row))
  } catch (error) {
    result.missing = error.message
  } finally {
    for (const contestant of [whynan, ...besides]) contestant.end()
  }
  return result
}

function noteOf(together, row) {
  const { median, min, max } = spread(together)
  return { what: `${title(row)}: what the machine gives ${row.threads} loops of the ceiling at once, beside one`, value: `${median.toFixed(2)} (${min.toFixed(2)} to ${max.toFixed(2)})` }
}

/** whynan against itself: what a goal compares within the same run. */
const ownPeers = {
  half: { name: 'whynan, dropout 0.5', change: () => ({ dropout: 0.5 }) },
  unrecorded: { name: 'whynan, nothing recorded', change: () => ({ recorded: false }) },
  alone: { name: 'whynan, one thread', change: () => ({ threads: 1 }) },
  fast: { name: 'whynan --fast', change: () => ({ fast: true }) },
  unguarded: { name: 'whynan without its guard', change: () => ({ kernels: unguardedKernels() }) },
}

/** Starts a peer and holds its losses to whynan's. Throws where it cannot run, or trains something else. */
async function openPeer(peer, prepare, whynan, pool, versions) {
  const why = peer.script === undefined ? null : missingModule(peer.needs?.[0] ?? 'numpy', peer.needs?.[1] ?? 'python3-numpy')
  if (why !== null) throw new Error(why)
  const command = peer.script === undefined
    ? [process.execPath, peer.node]
    : [python(), [join(bench, 'peers', peer.script)]]
  const key = [...command.flat(), prepare.threads].join(' ')
  const contestant = pool.get(key) ?? new Contestant(peer.name, ...command, threadsOf(prepare.threads))
  pool.set(key, contestant)
  const { version } = await contestant.ask({ ...prepare, work: peer.work })
  versions.add(version)
  const check = { op: 'losses', steps: checkedSteps, l2: peer.l2 }
  const { losses: theirs } = await contestant.ask({ ...check, id: prepare.id })
  const { losses: ours } = await whynan.ask({ ...check, id: 'ours' })
  const apart = Math.max(...ours.map((loss, i) => Math.abs(theirs[i] / loss - 1)))
  if (!(apart <= agreement)) throw new Error(`not raced: it trains something else (losses ${theirs.map(short)}, whynan's ${ours.map(short)})`)
  return { name: peer.name, apart, first: theirs[0], time: ms => contestant.ask({ op: 'time', id: prepare.id, ms }) }
}

async function alternate(racing, whynan, besides, quick) {
  const [repetitions, warm, ms] = quick ? [3, 30, 20] : [9, 400, 150]
  const [ceilings, together] = [[], []]
  // Engines compile what is warm; Python's libraries make their buffers.
  for (const one of racing) await one.time(warm)
  for (let repetition = 0; repetition < repetitions; repetition++) {
    ceilings.push((await whynan.ask({ op: 'ceiling' })).gflops)
    if (besides.length > 0) together.push(await gain(whynan, besides, ms))
    // Nobody is always the first after the pause, or after the same neighbour.
    for (let i = 0; i < racing.length; i++) {
      const one = racing[(i + repetition) % racing.length]
      // Threads of the one before still spin for a while, on the core that the next would have.
      if (besides.length > 0) await setTimeout(afterThreads)
      one.times.push(await one.time(ms))
    }
  }
  return { ceilings, together }
}

/** What the loops of all of these do at once, over what the first does alone. */
async function gain(first, besides, ms) {
  const steady = contestant => contestant.ask({ op: 'steady', ms }).then(({ gflops }) => gflops)
  const alone = await steady(first)
  const each = await Promise.all([first, ...besides].map(steady))
  return each.reduce((sum, gflops) => sum + gflops, 0) / alone
}

function settle(result, row, [ours, ...others], ceilings) {
  const us = ours.times.map(time => time.us)
  result.ours = spread(us)
  const timings = [ours, ...others].flatMap(({ times = [] }) => times)
  // Two threads are busy twice; TensorFlow.js and Node collect garbage beside the program.
  result.timings = { taken: timings.length, disturbed: timings.filter(({ busy }) => busy < 0.95).length }
  result.shares = spread(us.map((value, i) => operations(row) / value / 1e3 / ceilings[i] / (row.threads ?? 1)))
  result.ceiling = spread(ceilings)
  if (row.share !== undefined) {
    result.notes.push({ what: `${result.what}: share of the ceiling`, value: percent(result.shares.median), goal: `${percent(row.share)} or more`, ...held(result.shares.median, { least: row.share }) })
  }
  for (const { name, times, least, apart, first, missing } of others) {
    if (missing !== undefined) {
      result.peers.push({ name, missing })
      continue
    }
    const theirs = times.map(time => time.us)
    const ratio = ratios(theirs, us)
    const fell = first === undefined ? undefined : times.at(-1).loss < first
    result.peers.push({
      name, time: spread(theirs), ratio, ...(apart === undefined ? {} : { losses: { apart, first, last: times.at(-1).loss, fell } }), ...(least === null ? {} : { goal: held(ratio.median, { least }) }),
    })
  }
}

/** Multiplications and additions of forward and backward: 4 D H + 6 H a row for D-H-1; the first layer's inputs need no derivative. */
function operations({ widths, batch }) {
  let sum = 0
  for (let i = 1; i < widths.length - 1; i++) sum += widths[i] * ((i === 1 ? 4 : 6) * widths[i - 1] + 2)
  return batch * (sum + 4 * widths.at(-2) * widths.at(-1))
}

function percent(share) {
  return `${(100 * share).toFixed(1)} %`
}

function short(number) {
  return Number(number.toPrecision(6))
}
