/** The programs in examples/ do what they say, by the package's own ways in; and what the README shows is one of them. */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { describe, expect, test } from 'vitest'
import { oracleData } from '../oracle/golden.ts'

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..', '..')
/** In build/, where `whynan` is this package. */
const folder = join(root, 'build', 'examples')

function run(name: string, ...parameters: readonly string[]): string {
  if (!existsSync(join(root, 'dist', 'index.js'))) throw new Error('dist/ is missing: npm run build makes it, and npm test does.')
  const { outputText } = ts.transpileModule(source(name), { compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext } })
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, `${name}.mjs`), outputText)
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(folder, `${name}.mjs`), ...parameters], { encoding: 'utf8' })
  expect(stderr).toBe('')
  expect(status).toBe(0)
  return stdout
}

function source(name: string): string {
  return readFileSync(join(root, 'examples', `${name}.ts`), 'utf8')
}

describe('examples', () => {
  const tested: string[] = []

  test('question: NaN, and the cell that it came from', () => {
    tested.push('question')
    const printed = run('question', oracleData('mapping_one_nan.mat'))
    expect(printed).toContain('NaN')
    expect(printed).toContain('row 41,278, column 4')
    expect(printed).toContain('proven by replay')
  })

  test('fit: better than the straight line, which cannot multiply', () => {
    tested.push('fit')
    const [, network = '', line = ''] = /RMSE (\S+), the straight line (\S+)/.exec(run('fit')) ?? []
    // z = x y has a deviation near 0.5, and a straight line explains nothing of it.
    expect(Number(line)).toBeGreaterThan(0.3)
    expect(Number(network)).toBeLessThan(0.1 * Number(line))
  })

  test('stop-and-keep: interrupted, and the model comes back', () => {
    tested.push('stop-and-keep')
    // One input, 50 units, one output: 50 + 50 + 50 + 1.
    expect(run('stop-and-keep')).toBe('interrupted\n151 parameters in float32, as JSON\n')
  })

  test('none is left out', () => {
    expect(readdirSync(join(root, 'examples')).sort()).toEqual(tested.map(name => `${name}.ts`).sort())
  })
})

test.each(['README.md', 'README.zh.md', 'docs/library.md'])('%s shows examples as they stand', name => {
  const shown = [...readFileSync(join(root, name), 'utf8').matchAll(/^```ts\n([^]*?)^```$/gm)].map(([, code = '']) => code)
  expect(shown.length).toBeGreaterThan(0)
  const examples = readdirSync(join(root, 'examples')).map(file => withoutFirstComment(source(file.replace('.ts', ''))))
  for (const code of shown) expect(examples).toContain(code)
})

function withoutFirstComment(text: string): string {
  return text.replace(/^\/\*\*[^]*?\*\/\n/, '')
}
