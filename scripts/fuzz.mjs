/**
 * `npm run fuzz`: damages whole files of every format and reads each in child processes with little memory. A crash, an
 * error that is no TableError, 5 seconds for one file, or more than 1 GB is a finding: it is written to build/fuzz, told,
 * and makes the exit status 1. The same seed gives the same files.
 *
 *   node scripts/fuzz.mjs [--seconds 60] [--readers csv,mat5] [--seed 1] [--from 0] [--inputs N] [--jobs 1]
 */
import { spawn } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { rolldown } from 'rolldown'

const slow = 5000
const mostMemory = 1e9
const root = resolve(dirname(fileURLToPath(import.meta.url)), '..')
const found = join(root, 'build', 'fuzz')
// Beside node_modules, so that the bundle finds what stays outside it.
const code = join(root, 'build', 'fuzz-code')

const { values: options } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' }, readers: { type: 'string' }, seed: { type: 'string', default: '1' },
    from: { type: 'string', default: '0' }, inputs: { type: 'string', default: 'Infinity' }, jobs: { type: 'string', default: '1' },
  },
})

await bundle()
// The bundle stands elsewhere than the tests, which look for the corpora from where they are.
process.env.WHYNAN_CORPORA ??= join(root, '..', 'shared')
const { readers, seedsOf } = await import(pathToFileURL(join(code, 'seeds.mjs')).href)
const { damagedFile } = await import(pathToFileURL(join(code, 'draw.mjs')).href)
mkdirSync(found, { recursive: true })
const chosen = options.readers === undefined ? [...readers] : options.readers.split(',')
const unknown = chosen.find(reader => !readers.includes(reader))
if (unknown !== undefined) throw new Error(`no reader ${unknown}; there are ${readers.join(', ')}`)

const seed = Number(options.seed)
const share = Number(options.seconds) * 1000 / chosen.length * Number(options.jobs)
const waiting = [...chosen]
const results = []
await Promise.all(Array.from({ length: Number(options.jobs) }, async () => {
  for (let reader = waiting.shift(); reader !== undefined; reader = waiting.shift()) results.push(await fuzz(reader))
}))
const inputs = results.reduce((sum, { done }) => sum + done, 0)
const findings = results.flatMap(result => result.findings)
const each = chosen.map(reader => `${reader} ${results.find(result => result.reader === reader)?.done ?? 0}`)
console.log(`${inputs} inputs, ${findings.length} findings (seed ${seed}): ${each.join(', ')}`)
process.exitCode = findings.length > 0 ? 1 : 0

async function bundle() {
  const built = await rolldown({
    cwd: root, platform: 'node', external: [/^node:/, /^(?![./]|\w:)/],
    input: { child: 'test/fuzz/child.ts', seeds: 'test/fuzz/seeds.ts', draw: 'test/fuzz/draw.ts' },
  })
  await built.write({ dir: code, format: 'esm', entryFileNames: '[name].mjs', chunkFileNames: '[name]-[hash].mjs' })
  await built.close()
}

/** One reader for its share of the time, with a new child after each that ended early. */
async function fuzz(reader) {
  const seeds = await seedsOf(reader)
  const began = Date.now()
  const last = Number(options.from) + Number(options.inputs)
  const result = { reader, done: 0, peak: 0, findings: [] }
  const add = (index, fault) => {
    const path = join(found, `${reader}-${seed}-${index}.bin`)
    writeFileSync(path, damagedFile(seeds, seed, index).bytes)
    result.findings.push({ index, fault })
    console.log(`${reader} ${index}: ${fault}\n  ${path}`)
  }
  for (let next = Number(options.from); next < last && Date.now() - began < share;) {
    const child = await run(reader, next, last, share - (Date.now() - began))
    for (const { index, fault } of child.faults) add(index, fault)
    if (child.ended !== null) {
      // What ended a child is read again alone: only what ends that one too, or takes its time, is a finding.
      const alone = await run(reader, child.at, child.at + 1, 60_000)
      if (alone.ended !== null) add(child.at, alone.ended)
      else if (child.ended.startsWith('more than')) {
        console.log(`${reader}: ${child.ended} over many files (the last ${child.at}, alone ${Math.round(alone.peak / 1000)} MB)`)
      } else add(child.at, `${child.ended}, but not alone`)
    }
    result.done += Math.max(0, child.next - next)
    result.peak = Math.max(result.peak, child.peak)
    next = Math.max(next + 1, child.next)
  }
  const seconds = (Date.now() - began) / 1000
  const rate = String(Math.round(result.done / seconds)).padStart(6)
  const peak = Math.round(result.peak / 1000)
  console.log(`${reader.padEnd(8)} ${String(result.done).padStart(8)} inputs  ${rate} a second  peak ${peak} MB  ${result.findings.length} findings`)
  return result
}

/** A child until it is done, dead, too slow or too large. */
function run(reader, from, to, milliseconds) {
  const progress = join(code, `progress-${reader}`)
  writeFileSync(progress, new Uint8Array(16))
  return new Promise(done => {
    const child = spawn(process.execPath,
      ['--max-old-space-size=600', join(code, 'child.mjs'), reader, seed, from, Number.isFinite(to) ? to : Number.MAX_SAFE_INTEGER,
      Math.max(1, milliseconds), progress].map(String), {
      cwd: root, stdio: ['ignore', 'pipe', 'pipe'],
    })
    const out = { faults: [], ended: null, at: from, next: from, peak: 0 }
    let text = ''
    let complaint = ''
    child.stdout.on('data', chunk => (text += chunk))
    child.stderr.on('data', chunk => (complaint = (complaint + chunk).slice(-2000)))
    const started = Date.now()
    const watch = setInterval(() => {
      const [index, since] = read(progress)
      const kill = why => {
        out.ended = why
        out.at = index
        child.kill('SIGKILL')
      }
      if (Date.now() - (since === 0 ? started + 20_000 : since) > slow) kill(`more than ${slow / 1000} s for one file`)
      else if (memoryOf(child.pid) > mostMemory) kill(`more than ${mostMemory / 1e9} GB`)
    }, 200)
    child.on('close', (status, signal) => {
      clearInterval(watch)
      for (const line of text.split('\n').filter(each => each.startsWith('{'))) {
        const said = JSON.parse(line)
        if ('fault' in said) out.faults.push(said)
        else Object.assign(out, { next: said.next, peak: said.peak })
      }
      if (status !== 0) {
        const [index] = read(progress)
        out.at = index
        out.next = index + 1
        const why = complaint.split('\n').find(each => /error|fatal/i.test(each)) ?? complaint.slice(0, 200)
        out.ended ??= `the process ended with ${signal ?? status}: ${why}`
      }
      done(out)
    })
  })
}

function read(progress) {
  const bytes = Uint8Array.from(readFileSync(progress))
  return bytes.length < 16 ? [0, 0] : [...new Float64Array(bytes.buffer, 0, 2)]
}

/** Bytes that a process holds in memory, where the system tells (Linux). */
function memoryOf(pid) {
  try {
    return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1024
  } catch {
    return 0
  }
}
