/**
 * Compiles assembly/ to WebAssembly and writes build/kernels.ts, its variants and the small modules of tables, which export the
 * bytes as base64 text: so Node, bundlers and browsers all load them without fetching anything; scripts/build.mjs lays the bytes
 * of the kernels beside the command, and puts functions that read them in the texts' place. Quick when nothing changed: the first
 * line of each file holds a hash of the sources, of this script and of the compiler's version.
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
const compiler = createRequire(import.meta.url).resolve('assemblyscript/package.json')

const shared = ['--enable', 'threads', '--sharedMemory', '--initialMemory', '1', '--maximumMemory', '65536']
/** What `--fast` asks for: a product and a sum may be rounded together. */
const relaxed = ['--enable', 'relaxed-simd']

/**
 * Each file in build/, with what it exports and how that is compiled. Shared kernels work in memory that several threads share.
 * `scan`, `sums`, `decimal` and `digest` are small, and for rooms that know no kernels.
 */
const targets = {
  'kernels': { name: 'kernels', options: ['assembly/index.ts'] },
  'kernels-shared': { name: 'kernels', options: ['assembly/index.ts', ...shared] },
  'kernels-fast': { name: 'kernels', options: ['assembly/index.ts', ...relaxed] },
  'kernels-fast-shared': { name: 'kernels', options: ['assembly/index.ts', ...relaxed, ...shared] },
  'scan': { name: 'scan', options: ['assembly/scan.ts'] },
  'sums': { name: 'sums', options: ['assembly/sums.ts'] },
  'decimal': { name: 'decimal', options: ['assembly/decimal.ts'] },
  'digest': { name: 'digest', options: ['assembly/digest.ts'] },
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
    join(dirname(compiler), 'bin', 'asc.js'), '-O3', '--noAssert', '--runtime', 'stub', '--enable', 'simd',
    '--importMemory', '--disableWarning', '112', ...options, '-o', out,
  ]
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, all, { cwd: root, stdio: 'inherit' })
    child.on('error', reject)
    child.on('exit', code => (code === 0 ? resolve(readFileSync(out)) : reject(new Error(`asc ended with code ${code} while compiling ${name}.`))))
  })
}

const head = `// Written by scripts/build-wasm.mjs from assembly/ (${sourcesHash()}).`

async function write(target, { name, options }) {
  const file = join(root, 'build', `${target}.ts`)
  if (!process.argv.includes('--force') && existsSync(file) && readFileSync(file, 'utf8').startsWith(`${head}\n`)) return
  mkdirSync(dirname(file), { recursive: true })
  const folder = mkdtempSync(join(dirname(file), 'wasm-'))
  try {
    const bytes = await compile(folder, name, options)
    // Written beside and renamed, so that another process never reads half a file.
    const draft = join(folder, `${target}.ts`)
    const type = name === 'kernels' ? ': string | (() => Uint8Array<ArrayBuffer>)' : ''
    writeFileSync(draft, `${head}\nexport const ${name}${type} = '${bytes.toString('base64')}'\n`)
    renameSync(draft, file)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

try {
  await Promise.all(Object.entries(targets).map(([target, how]) => write(target, how)))
} catch (error) {
  console.error(error.message)
  process.exitCode = 1
}
