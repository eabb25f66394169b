/** Runs once before all tests. Says which of the outside programs and corpora are missing, and so which tests will skip. */
import { corpora, missingPrograms } from './requirements.ts'

export default function setup(): void {
  const missing = missingPrograms()
  if (missing.length > 0) console.log(`Not installed: ${missing.join(', ')}. Tests that need them skip; with WHYNAN_REQUIRE set they fail.`)
  for (const [name, folder] of Object.entries(corpora())) {
    if (folder === null) console.log(`The corpus "${name}" is neither in $WHYNAN_CORPORA nor in ../shared: its tests skip.`)
  }
}
