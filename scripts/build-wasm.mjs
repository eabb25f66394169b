/**
 * Compiles assembly/ to WebAssembly and writes build/kernels.ts, which exports the bytes as base64 text: so Node, bundlers and
 * browsers all load the kernels without fetching anything. Quick when nothing changed: the first line of the file holds a
 * hash of the sources, of this script and of the compiler's version.
 *
 *     node scripts/build-wasm.mjs [--force]
 */
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const target = join(root, 'build', 'kernels.ts')
const compiler = createRequire(import.meta.url).resolve('assemblyscript/package.json')

/** `kernels` for one thread; `sharedKernels` work in memory that several threads share. */
const variants = {
  kernels: [],
  sharedKernels: ['--enable', 'threads', '--sharedMemory', '--initialMemory', '1', '--maximumMemory', '65536'],
}

function sourcesHash() {
  const hash = createHash('sha256')
  const folder = join(root, 'assembly')
  const files = readdirSync(folder).filter(name => name.endsWith('.ts')).sort().map(name => join(folder, name))
  for (const file of [...files, fileURLToPath(import.meta.url), compiler]) hash.update(file.slice(root.length)).update(readFileSync(file))
  return hash.digest('hex')
}

function compile(folder, name, options) {
  const out = join(folder, `${name}.wasm`)
  const all = [
    join(dirname(compiler), 'bin', 'asc.js'), 'assembly/index.ts', '-O3', '--noAssert', '--runtime', 'stub', '--enable', 'simd',
    '--importMemory', '--disableWarning', '112', ...options, '-o', out,
  ]
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, all, { cwd: root, stdio: 'inherit' })
    child.on('error', reject)
    child.on('exit', code => (code === 0 ? resolve(readFileSync(out)) : reject(new Error(`asc ended with code ${code} while compiling ${name}.`))))
  })
}

const head = `// Written by scripts/build-wasm.mjs from assembly/ (${sourcesHash()}).`
if (!process.argv.includes('--force') && existsSync(target) && readFileSync(target, 'utf8').startsWith(`${head}\n`)) process.exit(0)

mkdirSync(dirname(target), { recursive: true })
const folder = mkdtempSync(join(dirname(target), 'wasm-'))
try {
  const lines = await Promise.all(Object.entries(variants).map(async ([name, options]) => {
    const bytes = await compile(folder, name, options)
    return `export const ${name} = '${bytes.toString('base64')}'`
  }))
  // Written beside and renamed, so that another process never reads half a file.
  const draft = join(folder, 'kernels.ts')
  writeFileSync(draft, `${head}\n${lines.join('\n')}\n`)
  renameSync(draft, target)
} catch (error) {
  console.error(error.message)
  process.exitCode = 1
} finally {
  rmSync(folder, { recursive: true, force: true })
}
