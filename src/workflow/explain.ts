/** A program's run, explained. */
import { explain as explainCase, type ExplainOptions } from '../explain/explain.ts'
import type { Explanation } from '../explain/explanation.ts'
import { caseOf, type Run } from './fit.ts'

/** Why a run became non-finite or did not learn, with a proof by replay; `text` says it as the command line does. Never changes the run. */
export function explain(run: Run, options: ExplainOptions = {}): Promise<Explanation> {
  return explainCase(caseOf(run), options)
}
