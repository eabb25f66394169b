/** One case from list to verdict: trained, explained from nothing but what its user would have, and judged. */
import { explain } from '../../src/explain/explain.ts'
import type { Explanation } from '../../src/explain/explanation.ts'
import { caseOf } from '../../src/workflow/fit.ts'
import { judge, type Verdict } from './judge.ts'
import type { TrialCase } from './list.ts'
import { train, type Outcome } from './outcome.ts'
import { settle } from './settle.ts'

export interface RunOptions {
  /** Taken as it is listed, without training its sound twin and without a replacement. */
  readonly asListed?: boolean
}

/** Null for a case of the other trainer, which nothing explains yet. */
export async function runCase(listed: TrialCase, { asListed = false }: RunOptions = {}): Promise<Verdict | null> {
  const { case: one, run, replaced } = asListed ? { case: listed, run: await train(listed, 'run'), replaced: [] } : await settle(listed)
  const start = performance.now()
  const said = await explained(run)
  return said === null ? null : judge(one, said, performance.now() - start, replaced)
}

async function explained({ run }: Outcome): Promise<Explanation | null> {
  return run === null ? null : explain(caseOf(run))
}
