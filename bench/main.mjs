/**
 * `npm run bench`: whynan beside its peers in one run, as ratios with their spread, with the machine named. Prints the tables as
 * Markdown and writes results/DATE.json (of a part or a quick look: build/bench/part.json).
 *
 *     npm run bench -- [--only step,process,growth,data] [--match TEXT] [--quick] [--docs] [--no-build]
 *
 * --match takes the rows of training steps whose title holds a text, such as "5-50-1, batch 256". --quick looks whether
 * everything runs: small tables, few repetitions, no measurement. --docs puts the tables of a whole run into
 * docs/performance.md. --no-build takes dist/ as it is. A peer that is not installed is said in its row.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { bench, buildKernels, buildPackage, installPeers, root } from './measure/build.mjs'
import { load, machine } from './measure/machine.mjs'
import { markdown } from './measure/markdown.mjs'
import { dataPart } from './parts/data.mjs'
import { growthPart } from './parts/growth.mjs'
import { processPart } from './parts/process.mjs'
import { stepPart } from './parts/step.mjs'

const all = { step: stepPart, process: processPart, growth: growthPart, data: dataPart }
const { values } = parseArgs({
  options: { only: { type: 'string' }, match: { type: 'string', default: '' }, quick: { type: 'boolean', default: false }, docs: { type: 'boolean', default: false }, 'no-build': { type: 'boolean', default: false } },
})
const wanted = values.only?.split(',') ?? Object.keys(all)
const unknown = wanted.find(name => !Object.hasOwn(all, name))
if (unknown !== undefined) {
  console.error(`There is no part "${unknown}"; there are ${Object.keys(all).join(', ')}.`)
  process.exit(1)
}

const partly = values.quick || values.match !== '' || Object.keys(all).some(name => !wanted.includes(name))
if (partly && values.docs) {
  console.error('--docs takes a whole run: leave out --only, --match and --quick.')
  process.exit(1)
}

if (!values['no-build']) buildPackage()
else buildKernels()
if (!installPeers()) console.error('The npm peers could not be installed; their rows will say so.')

const folder = mkdtempSync(join(tmpdir(), 'whynan-bench-'))
const versions = new Set()
const before = load()
const started = Date.now()
const parts = []
try {
  for (const name of wanted) {
    parts.push(await all[name]({ folder, quick: values.quick, match: values.match, versions, say: text => console.error(`${((Date.now() - started) / 1e3).toFixed(0).padStart(4)} s  ${text}`) }))
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}

const date = new Date(started).toISOString()
const results = {
  format: 'whynan-bench', version: 1, date, quick: values.quick, seconds: (Date.now() - started) / 1e3, machine: machine(), versions: [...versions].toSorted(),
  load: { before, after: load() }, parts,
}
mkdirSync(join(bench, 'results'), { recursive: true })
const file = partly ? join(root, 'build', 'bench', 'part.json') : join(bench, 'results', `${date.slice(0, 10)}.json`)
writeFileSync(file, `${JSON.stringify(results, null, 1)}\n`)
const text = markdown({ ...results, date: date.slice(0, 10) })
console.log(text)
if (values.docs) writeDocs(text)
console.error(`${file}; ${results.seconds.toFixed(0)} s`)

/** The tables between two marks of docs/performance.md. */
function writeDocs(tables) {
  const path = join(root, 'docs', 'performance.md')
  const page = readFileSync(path, 'utf8')
  const [head, rest] = page.split('<!-- tables: npm run bench -- --docs -->\n')
  const [, tail] = (rest ?? '').split('<!-- end of tables -->')
  if (tail === undefined) throw new Error('docs/performance.md has lost the marks around its tables.')
  writeFileSync(path, `${head}<!-- tables: npm run bench -- --docs -->\n\n${tables}\n\n<!-- end of tables -->${tail}`)
}
