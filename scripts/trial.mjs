/**
 * `npm run trial`: trains and explains every case of the trial's list in as many processes as there are cores, and prints the
 * verdicts as tables in Markdown.
 *
 *     node scripts/trial.mjs [--kind K,…] [--faults | --healthy] [--seed N --count N] [--check] [--list]
 *
 * --seed N takes fresh draws from that seed instead of the list; --check only trains, to see that every case is what it is
 * listed as; --list writes the list anew. Progress goes to standard error.
 */
import { spawn, spawnSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { rolldown } from 'rolldown'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const asked = process.argv.slice(2)

if (spawnSync(process.execPath, [join(root, 'scripts', 'build-wasm.mjs')], { stdio: 'inherit' }).status !== 0) process.exit(1)
const folder = join(root, 'build', 'trial')
mkdirSync(folder, { recursive: true })
const bundle = await rolldown({ cwd: root, input: { main: 'test/trial/main.ts' }, platform: 'node', external: [/^node:/] })
await bundle.write({ dir: folder, format: 'esm', entryFileNames: '[name].mjs', chunkFileNames: '[name]-[hash].mjs' })
await bundle.close()

const start = `import(${JSON.stringify(pathToFileURL(join(folder, 'main.mjs')).href)}).then(trial => trial.main())`
const parts = asked.includes('--list') ? 1 : availableParallelism()
const lines = []
await Promise.all(Array.from({ length: parts }, (_, part) => runPart(part)))
if (asked.includes('--check')) sayChecked()
else if (!asked.includes('--list')) await sayVerdicts()

function runPart(part) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['-e', start, '--', ...asked, '--part', `${part}/${parts}`], { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] })
    createInterface({ input: child.stdout }).on('line', text => {
      lines.push(JSON.parse(text))
      if (lines.length % 25 === 0) process.stderr.write(`${lines.length} cases\n`)
    })
    child.on('error', reject)
    child.on('close', code => (code === 0 ? resolve() : reject(new Error(`A part of the trial ended with status ${code}.`))))
  })
}

function sayErrors() {
  for (const { id, error } of lines) if (error !== undefined) console.log(`${id}: ${error}`)
}

function sayChecked() {
  sayErrors()
  const replaced = lines.flatMap(line => line.replaced ?? [])
  for (const text of replaced) console.log(text)
  console.log(`${lines.filter(line => line.checked !== undefined).length} cases checked, ${replaced.length} draws replaced.`)
}

async function sayVerdicts() {
  const { reportOf } = await import(pathToFileURL(join(folder, 'main.mjs')).href)
  const verdicts = lines.flatMap(({ verdict }) => (verdict === undefined || verdict === null ? [] : [verdict]))
  verdicts.sort((a, b) => (a.id < b.id ? -1 : 1))
  console.log(reportOf(verdicts))
  const unseen = lines.filter(({ verdict }) => verdict === null).length
  if (unseen > 0) console.log(`\n${unseen} cases of the other trainer were trained and not explained.`)
  sayErrors()
  process.exitCode = lines.some(({ error }) => error !== undefined) ? 1 : 0
}
