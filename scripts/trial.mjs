/**
 * `npm run trial`: trains and explains every case of the trial's list in as many processes as there are cores, and prints the
 * verdicts as tables in Markdown.
 *
 *     node scripts/trial.mjs [--kind K,…] [--faults | --healthy] [--seed N --count N] [--id ID,…] [--say] [--out FILE] [--docs] [--check] [--list]
 *
 * --seed N takes fresh draws from that seed instead of the list; --id takes single cases, and --say prints what is said of
 * them; --docs puts the tables of the whole list, or of a seed, into docs/trial.md; --check only trains, to see that every case
 * is what it is listed as; --list writes the list anew. --out writes each verdict to a file as it comes, a line of JSON.
 * Progress goes to standard error.
 */
import { spawn, spawnSync } from 'node:child_process'
import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { rolldown } from 'rolldown'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const asked = process.argv.slice(2)
const docs = asked.includes('--docs')
if (docs && ['--kind', '--id', '--faults', '--healthy', '--check', '--list'].some(flag => asked.includes(flag))) {
  console.error('--docs takes the whole list, or a whole seed: leave out what picks cases.')
  process.exit(1)
}

if (spawnSync(process.execPath, [join(root, 'scripts', 'build-wasm.mjs')], { stdio: 'inherit' }).status !== 0) process.exit(1)
const folder = join(root, 'build', 'trial')
mkdirSync(folder, { recursive: true })
const bundle = await rolldown({ cwd: root, input: { main: 'test/trial/main.ts' }, platform: 'node', external: [/^node:/] })
await bundle.write({ dir: folder, format: 'esm', entryFileNames: '[name].mjs', chunkFileNames: '[name]-[hash].mjs' })
await bundle.close()

const start = `import(${JSON.stringify(pathToFileURL(join(folder, 'main.mjs')).href)}).then(trial => trial.main())`
const parts = asked.includes('--list') ? 1 : availableParallelism()
const lines = []
// What is judged is what is bundled now, whatever is committed while it runs.
const judged = commit()
const out = asked.includes('--out') ? asked[asked.indexOf('--out') + 1] : null
if (out !== null) writeFileSync(out, '')
await Promise.all(Array.from({ length: parts }, (_, part) => runPart(part)))
if (asked.includes('--check')) sayChecked()
else if (!asked.includes('--list')) await sayVerdicts()

function runPart(part) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['-e', start, '--', ...asked, '--part', `${part}/${parts}`], { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] })
    createInterface({ input: child.stdout }).on('line', text => {
      lines.push(JSON.parse(text))
      if (out !== null) appendFileSync(out, `${text}\n`)
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
  const { reportOf, tablesOf } = await import(pathToFileURL(join(folder, 'main.mjs')).href)
  for (const { said } of lines) if (said !== undefined) console.log(said)
  const verdicts = lines.flatMap(({ verdict }) => (verdict === undefined ? [] : [verdict]))
  verdicts.sort((a, b) => (a.id < b.id ? -1 : 1))
  console.log(reportOf(verdicts))
  sayErrors()
  const failed = lines.some(({ error }) => error !== undefined)
  if (docs && !failed) writeDocs(tablesOf(verdicts))
  process.exitCode = failed ? 1 : 0
}

/** The tables between two marks of docs/trial.md, and what was judged: the commit, with a word where files differed from it. */
function writeDocs(tables) {
  const path = join(root, 'docs', 'trial.md')
  const seed = asked[asked.indexOf('--seed') + 1]
  const [from, to] = asked.includes('--seed')
    ? ['<!-- fresh: npm run trial -- --seed N --docs -->\n', '<!-- end of fresh -->'] : ['<!-- list: npm run trial -- --docs -->\n', '<!-- end of list -->']
  const page = readFileSync(path, 'utf8')
  const [head, rest] = page.split(from)
  const [, tail] = (rest ?? '').split(to)
  if (tail === undefined) throw new Error('docs/trial.md has lost the marks around its tables.')
  const about = `${asked.includes('--seed') ? `Seed ${seed}` : 'The list'}, judged at commit ${judged} on ${new Date().toISOString().slice(0, 10)}.`
  writeFileSync(path, `${head}${from}\n${about}\n\n${tables}\n\n${to}${tail}`)
}

function commit() {
  const git = (...words) => spawnSync('git', words, { cwd: root, encoding: 'utf8' }).stdout.trim()
  return `${git('rev-parse', '--short=7', 'HEAD')}${git('status', '--porcelain', 'src', 'test/trial') === '' ? '' : ' and changes after it'}`
}
