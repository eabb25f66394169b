/** One case from list to verdict: trained, explained from nothing but what its user would have, and judged. */
import { watch } from '../../src/adapters/watch.ts'
import { explain } from '../../src/explain/explain.ts'
import type { Explanation } from '../../src/explain/explanation.ts'
import { caseOf } from '../../src/workflow/fit.ts'
import { declaredBy } from './foreign/declared.ts'
import type { ForeignResult } from './foreign/program.ts'
import { judge, type Verdict } from './judge.ts'
import type { TrialCase } from './list.ts'
import type { Tables } from './data.ts'
import { processorTime, train, type Outcome } from './outcome.ts'
import { settle, type Settled } from './settle.ts'

export interface RunOptions {
  /** Taken as it is listed, without training its sound twin and without a replacement. */
  readonly asListed?: boolean
}

export async function runCase(listed: TrialCase, { asListed = false }: RunOptions = {}): Promise<{ verdict: Verdict, text: string }> {
  const { case: one, run, planned, replaced } = asListed ? await taken(listed) : await settle(listed)
  const start = processorTime()
  const said = await explained(one, run)
  return { verdict: judge(one, said, { milliseconds: processorTime() - start, planned }, replaced), text: said.text }
}

async function taken(listed: TrialCase): Promise<Settled> {
  const run = await train(listed, 'run')
  return { case: listed, run, planned: run.milliseconds, replaced: [] }
}

async function explained(one: TrialCase, { run, foreign, tables }: Outcome): Promise<Explanation> {
  if (run !== null) return explain(caseOf(run))
  if (foreign === null) throw new Error(`Nobody trained ${one.id}.`)
  return watched(one, foreign, tables)
}

/** The other program's steps shown one by one, as its user would: to the end, or until the program itself stopped. */
function watched({ run }: TrialCase, { log }: ForeignResult, { training, validation }: Tables): Explanation {
  const { program } = run
  if (program === undefined) throw new Error('There is no program to watch.')
  const watcher = watch(training, { ...declaredBy(program, run), ...(program.shows.includes('validation') ? { validation } : {}) })
  for (const step of log) watcher.step(step)
  return watcher.explain()
}
