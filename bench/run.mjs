/**
 * Bundles a TypeScript program of this folder and runs it: node bench/run.mjs step [arguments]. What Node itself should be
 * told goes before it: node --no-liftoff bench/run.mjs step …
 */
import { spawnSync } from 'node:child_process'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { rolldown } from 'rolldown'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const [name, ...rest] = process.argv.slice(2)
spawnSync(process.execPath, [join(root, 'scripts', 'build-wasm.mjs')], { stdio: 'inherit' })
spawnSync(process.execPath, [
  join(root, 'node_modules', 'assemblyscript', 'bin', 'asc.js'), join(root, 'assembly', 'ceiling', 'index.ts'), '-O3', '--noAssert', '--runtime', 'stub',
  '--enable', 'simd', '-o', join(root, 'build', 'ceiling.wasm'),
], { stdio: 'inherit', cwd: root })
const bundle = await rolldown({ input: join(root, 'bench', `${name}.ts`), platform: 'node', external: /node_modules/, logLevel: 'silent' })
const file = join(root, 'build', 'bench', `${name}.mjs`)
await bundle.write({ file, format: 'esm', codeSplitting: false })
process.argv = [process.argv[0], file, ...rest]
await import(pathToFileURL(file))
