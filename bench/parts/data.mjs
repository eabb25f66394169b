/**
 * Reading tables beside other readers, each reading in a process of its own, in turns: seconds are those of the reading alone,
 * cold, without the start of Node or Python and their imports. Every reader has to give the same rows and sums of columns.
 */
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { bench, program } from '../measure/build.mjs'
import { measured, timed } from '../measure/process.mjs'
import { missingModule, python } from '../measure/python.mjs'
import { held, ratios, spread } from '../measure/spread.mjs'

const inBench = (...path) => join(bench, ...path)

const whynan = file => [process.execPath, [inBench('whynan-read.mjs'), file]]
const byPython = (name, how, needs, install, least) =>
  ({ name, least, missing: () => missingModule(needs, install), command: file => [python(), [inBench('peers', 'read_table.py'), how, file]] })
const byNode = (name, least, script, ...before) => ({ name, least, command: file => [process.execPath, [fileURLToPath(script), ...before, file]] })

/** `least`: how many times whynan's time the peer's should be; 1 / 1.2 lets whynan take 1.2 times as long. */
const files = [
  { what: 'MAT 7', rows: 1_000_000, make: 'mat7', name: 'table.mat', peers: [byPython('scipy.io.loadmat', 'loadmat', 'scipy', 'python3-scipy', 1)] },
  { what: 'MAT 7.3, compressed', rows: 1_000_000, make: 'mat73', name: 'table73.mat', peers: [byPython('h5py', 'h5py', 'h5py', 'python3-h5py', 1 / 1.2)] },
  {
    what: 'CSV', rows: 1_000_000, make: 'csv', name: 'table.csv', memory: 4,
    peers: [byNode('Papa Parse', 2, new URL('../peers/papaparse.mjs', import.meta.url)), byPython('pandas.read_csv', 'read_csv', 'pandas', 'python3-pandas', 1)],
  },
  {
    what: 'Parquet', rows: 5_000_000, make: 'parquet', name: 'table.parquet',
    ours: file => [process.execPath, [inBench('whynan-read.mjs'), file, 'duckdb']], said: 'through DuckDB',
    peers: [
      byNode('DuckDB, into columns of doubles', 1 / 1.2, new URL('../peers/duckdb.mjs', import.meta.url), 'read'),
      { name: 'whynan, without DuckDB', least: null, command: whynan },
    ],
  },
]

export async function dataPart({ folder, quick, say, versions }) {
  const results = []
  for (const file of files) {
    const rows = quick ? file.rows / 20 : file.rows
    say(`data: ${file.what}, ${rows.toLocaleString('en')} x 6`)
    results.push(raceReaders(file, rows, { folder, repetitions: quick ? 1 : 5 }))
  }
  if (missingModule('h5py', 'python3-h5py') === null) versions.add(timed(python(), ['-c', 'import h5py; print("h5py", h5py.__version__)']).stdout.trim())
  say('data: scan')
  results.push(...await scan(quick ? 200_000 : 5_000_000))
  return { title: 'Reading tables', results }
}

function raceReaders(file, rows, { folder, repetitions }) {
  const path = join(folder, file.name)
  const result = { what: `${file.what}, ${rows.toLocaleString('en')} x 6`, unit: 's', peers: [], notes: [] }
  try {
    makeFile(file.make, path, rows)
    result.what += `, ${(statSync(path).size / 2 ** 20).toFixed(0)} MiB${file.said === undefined ? '' : `, ${file.said}`}`
    const racing = [{ name: 'whynan', command: file.ours ?? whynan, taken: [] }, ...file.peers.map(peer => ({ ...peer, taken: [], why: peer.missing?.() ?? null }))]
    for (let repetition = 0; repetition < repetitions; repetition++) {
      for (const one of racing.filter(({ why = null }) => why === null)) take(one, path, racing[0])
    }
    settle(result, file, rows, racing)
  } catch (error) {
    result.missing = error.message
  }
  return result
}

function makeFile(make, path, rows) {
  if (make === 'parquet') timed(process.execPath, [inBench('peers', 'duckdb.mjs'), 'write', path, String(rows)])
  else timed(python(), [inBench('peers', 'make_tables.py'), make, path, String(rows)])
}

/** One reading. A peer that fails, or reads something else than whynan did, is out, with the reason. */
function take(one, path, ours) {
  if (one === ours) {
    one.taken.push(measured(...one.command(path)))
    return
  }
  try {
    const taken = measured(...one.command(path))
    const [wanted] = ours.taken
    const apart = Math.max(...taken.sums.map((sum, c) => Math.abs(sum - wanted.sums[c]) / Math.max(1, Math.abs(wanted.sums[c]))))
    // Sums of a million doubles, added in another order.
    if (taken.rows !== wanted.rows || taken.sums.length !== wanted.sums.length || !(apart < 1e-9)) {
      throw new Error(`not raced: it reads ${taken.rows} rows with the sums ${taken.sums}, whynan ${wanted.rows} with ${wanted.sums}`)
    }
    one.taken.push(taken)
  } catch (error) {
    one.why = error.message
  }
}

function settle(result, file, rows, [ours, ...others]) {
  const seconds = ours.taken.map(taken => taken.seconds)
  result.ours = spread(seconds)
  const table = rows * 6 * 8
  const peak = spread(ours.taken.map(taken => (taken.peak - taken.before) / table))
  result.notes.push({
    what: `${result.what}: memory at its peak, above what Node had before`, value: `${peak.median.toFixed(2)} times the table`,
    ...(file.memory === undefined ? {} : { goal: `under ${file.memory} times`, ...held(peak.median, { most: file.memory }) }),
  })
  for (const { name, least, taken, why } of others) {
    if (why !== null) {
      result.peers.push({ name, missing: why })
      continue
    }
    const ratio = ratios(taken.map(one => one.seconds), seconds)
    const memory = spread(taken.map(one => (one.peak - one.before) / table))
    result.peers.push({ name, time: spread(taken.map(one => one.seconds)), ratio, memory, ...(least === null ? {} : { goal: held(ratio.median, { least }) }) })
  }
}

async function scan(rows) {
  try {
    const rates = measured(process.execPath, [await program('whynan-scan'), String(rows)])
    return Object.entries(rates).map(([kind, all]) => {
      const { min, median, max } = spread(all.map(rate => rate / 1e9))
      return { figure: {
        what: `finding cells that are not finite, ${rows.toLocaleString('en')} x 6 of ${kind}`, value: `${median.toFixed(2)} GB/s (${min.toFixed(2)} to ${max.toFixed(2)})`,
        goal: 'over 2 GB/s', ...held(median, { least: 2 }),
      } }
    })
  } catch (error) {
    return [{ figure: { what: 'finding cells that are not finite', value: `not measured: ${error.message}` } }]
  }
}
