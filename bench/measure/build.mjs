/** What is raced, built: the package as it ships, this folder's TypeScript programs, AssemblyScript, the npm peers. */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, statSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { rolldown } from 'rolldown'

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '..', '..')
export const bench = join(root, 'bench')
export const built = join(root, 'build', 'bench')

/** dist/, as `npm run build` makes it. */
export function buildPackage() {
  run(process.execPath, [join(root, 'scripts', 'build.mjs'), '--no-types', '--quiet'])
}

/** Installs the npm peers as their lock file has them, where they are missing or older than it; false where that fails. */
export function installPeers() {
  const installed = join(bench, 'node_modules', '.package-lock.json')
  if (existsSync(installed) && statSync(installed).mtimeMs >= statSync(join(bench, 'package-lock.json')).mtimeMs) return true
  console.error('Installing the peers of bench/.')
  // Not `npm ci`: it insists on the binaries of every platform, and a registry may have this one's alone. On Windows npm is a
  // command file, which only a shell starts.
  return spawnSync('npm', ['install', '--no-save'], { cwd: bench, stdio: ['ignore', 2, 2], shell: process.platform === 'win32' }).status === 0
}

/** Bundles bench/NAME.ts, and says where. */
export async function program(name) {
  const file = join(built, `${name}.mjs`)
  const bundle = await rolldown({
    input: join(bench, `${name}.ts`), platform: 'node', external: /node_modules/, logLevel: 'silent',
    transform: { define: { __WHYNAN_VERSION__: JSON.stringify('bench') } },
  })
  await bundle.write({ file, format: 'esm', codeSplitting: false })
  await bundle.close()
  return file
}

/** The kernels, as build/kernels.ts, where they are older than assembly/. */
export function buildKernels() {
  run(process.execPath, [join(root, 'scripts', 'build-wasm.mjs')])
}

/** Compiles AssemblyScript as the kernels are compiled, and says where. */
export function compile(source, name, options = []) {
  const file = join(built, `${name}.wasm`)
  mkdirSync(built, { recursive: true })
  const compiler = join(root, 'node_modules', 'assemblyscript', 'bin', 'asc.js')
  run(process.execPath, [compiler, relative(root, source), '-O3', '--noAssert', '--runtime', 'stub', '--enable', 'simd', ...options, '-o', file])
  return file
}

function run(command, args) {
  const { status } = spawnSync(command, args, { cwd: root, stdio: ['ignore', 2, 2] })
  if (status !== 0) throw new Error(`${args[0]} ended with code ${status}.`)
}
