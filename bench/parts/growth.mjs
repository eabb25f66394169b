/** How time and memory grow with rows, for fitting and explaining; and a replay beside the run that it repeats. */
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { bench, program, root } from '../measure/build.mjs'
import { writeNpy } from '../measure/npy.mjs'
import { measured, timed } from '../measure/process.mjs'
import { held, spread } from '../measure/spread.mjs'
import { uniforms } from '../measure/table.mjs'

const columns = 6
/** From one size to the next, ten times as large, a row may cost at most so much more: what does not grow in proportion shows. */
const tolerance = 1.25

/** What training from disk is allowed to take, of which the second part grows with the rows: src/node/memory.ts reckons with a little less. */
const diskBytes = 200e6
const diskBytesPerRow = 42

export async function growthPart({ folder, quick, say }) {
  const sizes = quick ? [10_000, 100_000] : [10_000, 100_000, 1_000_000, 10_000_000]
  const results = []
  const fits = []
  for (const rows of sizes) {
    say(`growth: ${rows.toLocaleString('en')} rows`)
    const repetitions = quick || rows > 1_000_000 ? 1 : 3
    const fit = attempt(results, `fit, ${rows.toLocaleString('en')} rows`, () => measureFit(folder, rows, repetitions))
    if (fit !== null) {
      fits.push(fit)
      results.push({ figure: { what: `fit, ${rows.toLocaleString('en')} rows, each seen once`, value: says(fit, rows) } })
    }
    const explained = attempt(results, `explain, ${rows.toLocaleString('en')} rows`, () => measureExplain(folder, rows))
    if (explained !== null) results.push({ figure: { what: `explain, ${rows.toLocaleString('en')} rows, of which one holds NaN`, value: says(explained, rows) } })
  }
  results.push(...proportions(fits), ...fromDisk(folder, sizes.at(-1), results))
  say('growth: replay')
  const replayed = await measureReplay(folder)
  results.push({ figure: {
    what: 'replay of the question\'s run at batch 10,000', goal: 'the run\'s own parameters, bit for bit', met: replayed.same, missedBy: replayed.same ? 0 : 1,
    value: `${replayed.steps} steps in ${milliseconds(replayed.seconds)}, the run's own in ${milliseconds(replayed.own)}; parameters ${replayed.same ? 'the same' : 'others'}`,
  } })
  return { title: 'Growth', results }
}

/** The most rows once more, within a bound on memory that their table would pass. */
function fromDisk(folder, rows, results) {
  const most = diskBytes + rows * diskBytesPerRow
  const what = `fit from disk, ${rows.toLocaleString('en')} rows, each seen once`
  const fit = attempt(results, what, () => measureFit(folder, rows, 1, ['--memory', String(most)]))
  if (fit === null) return []
  return [{ figure: { what, value: says(fit, rows), goal: `at most its bound, ${mebibytes(most)}`, ...held(fit.peak.median / most, { most: 1 }) } }]
}

/** What cannot be measured is said in its row, and the next is measured. */
function attempt(results, what, measure) {
  try {
    return measure()
  } catch (error) {
    results.push({ figure: { what, value: `not measured: ${error.message}` } })
    return null
  }
}

function measureFit(folder, rows, repetitions, flags = []) {
  const data = join(folder, 'growth.npy')
  write(data, rows, null)
  const steps = Math.ceil((rows * 0.8) / 1024)
  const taken = Array.from({ length: repetitions }, () => measured(process.execPath, [
    join(bench, 'whynan-cli.mjs'), 'fit', data, '--recipe', 'classic', '--batch', '1024', '--steps', String(steps), '--validation', '0.2',
    '--evaluate-every', String(steps), '--out', join(folder, 'growth'), '--overwrite', '--quiet', ...flags,
  ]))
  rmSync(data)
  return { rows, ...figuresOf(taken) }
}

/** A run that a NaN in the middle of the table stopped, and its explanation. */
function measureExplain(folder, rows) {
  const data = join(folder, 'growth-nan.npy')
  const run = join(folder, 'growth-nan')
  write(data, rows, Math.floor(rows / 2))
  const batch = Math.min(10_000, rows / 10)
  // By epoch every row of the training table is dealt once in rows / batch steps; without a validation table that is every row.
  const steps = Math.ceil(rows / batch)
  try {
    const fit = measured(process.execPath, [
      join(bench, 'whynan-cli.mjs'), 'fit', data, '--recipe', 'classic', '--batch', String(batch), '--sampling', 'epoch', '--steps', String(steps), '--validation', 'none',
      '--nonfinite', 'keep', '--out', run, '--overwrite', '--quiet',
    ])
    if (fit.status !== 2) throw new Error(`the run ended with ${fit.status} and not on a value that was not finite`)
    return { rows, ...figuresOf([measured(process.execPath, [join(bench, 'whynan-cli.mjs'), 'explain', run], { timeout: 90_000 })]) }
  } finally {
    rmSync(data)
  }
}

function figuresOf(taken) {
  const wrong = taken.find(({ status }) => ![0, 2].includes(status))
  if (wrong !== undefined) throw new Error(`the command ended with ${wrong.status}`)
  return { seconds: spread(taken.map(({ seconds }) => seconds)), peak: spread(taken.map(({ peak }) => peak)), before: spread(taken.map(({ before }) => before)) }
}

function write(path, rows, badRow) {
  const random = uniforms(rows)
  writeNpy(path, rows, columns, (row, at, cells) => {
    for (let c = 0; c < columns - 1; c++) cells[at + c] = 2 * random() - 1
    cells[at + columns - 1] = cells[at] * cells[at + 1] + 0.5 * cells[at + 2] - 0.3 * cells[at + 3] * cells[at + 4]
    if (row === badRow) cells[at + 2] = Number.NaN
  })
}

/** The last two sizes compared, where what every run costs is small. */
function proportions(fits) {
  const [smaller, larger] = fits.slice(-2)
  if (larger === undefined || larger.rows < 10_000_000) return []
  const time = larger.seconds.median / larger.rows / (smaller.seconds.median / smaller.rows)
  const memory = perRow(larger) / perRow(smaller)
  const row = (what, ratio) => ({ figure: {
    what: `${what} a row, ${larger.rows.toLocaleString('en')} rows against ${smaller.rows.toLocaleString('en')}`, value: `${ratio.toFixed(2)} times`,
    goal: `${tolerance} times or less`, ...held(ratio, { most: tolerance }),
  } })
  return [row('time', time), row('memory', memory)]
}

function perRow({ peak, before, rows }) {
  return (peak.median - before.median) / rows
}

function says(figures, rows) {
  const { seconds, peak, before } = figures
  const table = rows * columns * 4
  return `${milliseconds(seconds.median)}, ${((seconds.median / rows) * 1e9).toFixed(0)} ns a row; at most ${mebibytes(peak.median)} of memory, ${mebibytes(before.median)} of it Node's own, `
    + `${perRow(figures).toFixed(0)} bytes a row (its file: ${table / rows})`
}

async function measureReplay(folder) {
  const run = join(folder, 'replayed')
  const data = join(root, 'test', 'oracle', 'data', 'mapping_clean.mat')
  timed(process.execPath, [join(root, 'bin', 'whynan.js'), 'fit', data, '--recipe', 'classic', '--batch', '10000', '--out', run, '--overwrite', '--quiet'])
  return measured(process.execPath, [await program('whynan-replay'), run])
}

function milliseconds(seconds) {
  return seconds < 1 ? `${(1e3 * seconds).toFixed(0)} ms` : `${seconds.toFixed(2)} s`
}

function mebibytes(bytes) {
  return `${Math.round(bytes / 2 ** 20)} MiB`
}
