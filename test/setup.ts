/** Runs once before all tests. Says which of the outside programs and corpora are missing, and so which tests will skip. */
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { corpora, missingPrograms } from './requirements.ts'

const root = resolve(import.meta.dirname, '..')

export default function setup(): void {
  sayHowOldTheBuildIs()
  const missing = missingPrograms()
  if (missing.length > 0) console.log(`Not installed: ${missing.join(', ')}. Tests that need them skip; with WHYNAN_REQUIRE set they fail.`)
  for (const [name, folder] of Object.entries(corpora())) {
    if (folder === null) console.log(`The corpus "${name}" is neither in $WHYNAN_CORPORA nor in ../shared: its tests skip.`)
  }
}

/** Tests of the command line run dist/, which `npm test` builds; a test file run by itself gets what was built last. */
function sayHowOldTheBuildIs(): void {
  const built = join(root, 'dist', 'cli', 'main.js')
  if (!existsSync(built)) {
    console.log('dist/ is missing: tests of the command line fail until npm run build has made it.')
    return
  }
  const since = statSync(built).mtimeMs
  const newer = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' }).find(file => statSync(join(root, 'src', file)).mtimeMs > since)
  if (newer !== undefined) console.log(`dist/ is older than src/${newer}: tests of the command line try what was built before (npm run build builds it anew).`)
}
