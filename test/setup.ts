/** Runs once before all tests. Makes the kernels of the sources as they are, and says which of the outside programs and corpora are missing, and so which tests will skip. */
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { corpora, missingPrograms } from './requirements.ts'

const root = resolve(import.meta.dirname, '..')

export default function setup(): void {
  makeKernels()
  sayHowOldTheBuildIs()
  const missing = missingPrograms()
  if (missing.length > 0) console.log(`Not installed: ${missing.join(', ')}. Tests that need them skip; with WHYNAN_REQUIRE set they fail.`)
  for (const [name, folder] of Object.entries(corpora())) {
    if (folder === null) console.log(`The corpus "${name}" is neither in $WHYNAN_CORPORA nor in ../shared: its tests skip.`)
  }
}

/**
 * Kernels that are older than assembly/ may fit the layout all the same and give other bits. The script compares hashes of the
 * sources and compiles what differs; where it cannot, no test runs.
 */
function makeKernels(): void {
  const { status } = spawnSync(process.execPath, [join(root, 'scripts', 'build-wasm.mjs')], { stdio: 'inherit' })
  if (status !== 0) throw new Error('The kernels in build/ are not those of assembly/, and could not be compiled: node scripts/build-wasm.mjs says why.')
}

/** Tests of the command line run dist/, which `npm test` builds; a test file run by itself gets what was built last. */
function sayHowOldTheBuildIs(): void {
  const built = join(root, 'dist', 'cli', 'main.cjs')
  if (!existsSync(built)) {
    console.log('dist/ is missing: tests of the command line fail until npm run build has made it.')
    return
  }
  const since = statSync(built).mtimeMs
  const newer = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' }).find(file => statSync(join(root, 'src', file)).mtimeMs > since)
  if (newer !== undefined) console.log(`dist/ is older than src/${newer}: tests of the command line try what was built before (npm run build builds it anew).`)
}
