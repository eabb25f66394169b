/**
 * Makes the README's pictures, docs/explanation.svg and docs/explanation.zh.svg: what the command line prints when it explains the
 * question's run, character for character. The package has to be built.
 *
 *     node scripts/make-picture.mjs [--check]      --check writes nothing, and fails where a picture is not what would be made
 */
import { spawnSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..')
const data = 'mapping_one_nan.mat'
const width = 96
const pictures = [{ file: 'docs/explanation.svg', language: 'en' }, { file: 'docs/explanation.zh.svg', language: 'zh' }]

/** Cells and lines in pixels; a monospaced letter is about 0.6 of its size wide. */
const size = 13
const cell = 7.8
const line = 19
const margin = 18

/** The colours of src/figures/style.ts. */
const light = { paper: '#fdfdfc', ink: '#1c1c1a', muted: '#63635f', accent: '#1d5fc4', nonFinite: '#d2371b' }
const dark = { paper: '#171716', ink: '#ededea', muted: '#a5a59f', accent: '#7db1ff', nonFinite: '#ff6b4a' }

const folder = mkdtempSync(join(tmpdir(), 'whynan-picture-'))
try {
  copyFileSync(join(root, 'test', 'oracle', 'data', data), join(folder, data))
  const fit = `fit ${data} --recipe classic --batch 10000 --draws numpy --seed 1 --out run`
  // 2: it stopped on a value that is not finite, as it should.
  whynan(`${fit} --quiet`, 2)
  for (const { file, language } of pictures) {
    const said = whynan(`explain run --lang ${language}`, 0)
    const svg = picture([`$ whynan ${fit}`, `$ whynan explain run${language === 'en' ? '' : ` --lang ${language}`}`], said.trimEnd().split('\n'))
    finish(join(root, file), file, svg)
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}

function whynan(command, expected) {
  const env = { ...process.env, NO_COLOR: '1', LANG: 'C.UTF-8', LC_ALL: 'C.UTF-8', COLUMNS: String(width) }
  delete env.FORCE_COLOR
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, 'bin', 'whynan.js'), ...command.split(' ')], { cwd: folder, env, encoding: 'utf8' })
  if (status === expected) return stdout
  throw new Error(`whynan ${command} ended with ${status}, expected ${expected}: ${stderr}`)
}

function finish(path, file, svg) {
  if (!process.argv.includes('--check')) return writeFileSync(path, svg)
  if (existsSync(path) && readFileSync(path, 'utf8') === svg) return
  console.error(`${file} is not what whynan prints now; node scripts/make-picture.mjs makes it anew.`)
  process.exitCode = 1
}

function picture(commands, said) {
  const column = Math.min(...said.filter(text => text.startsWith(' ')).map(text => text.search(/\S/)))
  const lines = [...commands.map(text => [placed(0, 'command', escaped(text))]), [], ...said.map((text, i) => drawn(text, i === 0, column))]
  const [across, down] = [Math.ceil(width * cell + 2 * margin), lines.length * line + 2 * margin]
  const rules = ({ paper, ink, muted, accent, nonFinite }) =>
    `.paper{fill:${paper};stroke:${muted};stroke-opacity:.35}text{fill:${ink}}.command{fill:${muted}}.label,.verdict{fill:${accent}}.nan{fill:${nonFinite}}`
  const font = `font:${size}px ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono','Noto Sans Mono CJK SC',monospace;white-space:pre`
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${across} ${down}" width="${across}" height="${down}" role="img">`,
    `<title>${escaped(said[0] ?? '')}</title>`,
    `<desc>${escaped([...commands, ...said].join('\n'))}</desc>`,
    `<style>text{${font}}.headline{font-weight:600}.verdict{text-anchor:end}${rules(light)}@media(prefers-color-scheme:dark){${rules(dark)}}</style>`,
    `<rect class="paper" x=".5" y=".5" width="${across - 1}" height="${down - 1}" rx="6"/>`,
    ...lines.flatMap((texts, i) => texts.map(text => `<text y="${margin + size + i * line}" ${text}</text>`)),
    '</svg>',
    '',
  ].join('\n')
}

/** The texts of one printed line, each at its own place, since letters of one script may not be as wide as cells of another. */
function drawn(text, headline, column) {
  if (text === '') return []
  if (headline) return [placed(0, 'headline', marked(text))]
  const label = atMost(text, column)
  // What is set at the right edge of the terminal: whether the cause is proven.
  const atEdge = cellsOf(text) === width ? /^(.*?) {4,}(\S.*)$/.exec(text.slice(label.length)) : null
  const [, body, verdict] = atEdge ?? ['', text.slice(label.length), '']
  return [
    ...(label.trim() === '' ? [] : [placed(0, 'label', escaped(label.trimEnd()))]),
    placed(column, 'body', marked(body)),
    ...(verdict === '' ? [] : [placed(width, 'verdict', escaped(verdict))]),
  ]
}

function placed(cells, name, content) {
  return `x="${Math.round(margin + cells * cell)}" class="${name}" xml:space="preserve">${content}`
}

/** NaN and Infinity stand out. */
function marked(text) {
  return escaped(text).replace(/(?<![\w.])(?:NaN|Infinity)(?![\w.])/g, '<tspan class="nan">$&</tspan>')
}

/** How many cells of a terminal a text fills: Chinese signs take two. */
function cellsOf(text) {
  return [...text].reduce((sum, sign) => sum + (/[\u2e80-\uffee]/.test(sign) ? 2 : 1), 0)
}

/** The longest beginning of a line that fills no more than so many cells. */
function atMost(text, cells) {
  const signs = [...text]
  while (cellsOf(signs.join('')) > cells) signs.pop()
  return signs.join('')
}

function escaped(text) {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;')
}
