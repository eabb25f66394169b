/** `whynan explain DATA --log steps.jsonl`: from the steps that another program wrote down, and its table. */
import { StepLog } from '../../adapters/log.ts'
import type { WatchOptions } from '../../adapters/watch.ts'
import type { Explanation } from '../../explain/explanation.ts'
import type { Language } from '../../explain/words/template.ts'
import { speaker } from '../../explain/words/words.ts'
import { parseOptions } from '../../network/recipes.ts'
import { loadData, requirePaths } from '../../node/data.ts'
import { linesOf } from '../../node/lines.ts'
import { readingOptions } from '../../node/read-tables.ts'
import { UsageError } from '../errors.ts'
import type { Options } from '../context.ts'
import { number, settingsFrom } from '../settings.ts'

/** So many lines without any step are no log of steps, whatever comes after them. */
const mostStrangeLines = 1_000_000

export async function explainSteps(paths: readonly string[], log: string, flags: Options, words: { language: Language; width: number }): Promise<Explanation> {
  requirePaths(paths)
  const said = parseOptions(await settingsFrom(flags))
  const { tables } = await loadData(paths, { train: said.train, validation: said.validation }, readingOptions(said.reading))
  const { training, validation, targets } = tables
  const rowsFrom = number(flags, 'rowsFrom')
  if (rowsFrom !== undefined && rowsFrom !== 0 && rowsFrom !== 1) throw new UsageError('rows-from', `--rows-from got ${rowsFrom}; expected 0 or 1: what the program calls the table's first row.`)
  const target = said.target ?? targets?.map(index => index + 1)
  const steps = new StepLog(training, {
    ...declaredIn(said),
    ...(target === undefined ? {} : { target }), ...(said.inputs === undefined ? {} : { inputs: said.inputs }),
    ...(validation === null || typeof validation === 'number' ? {} : { validation }),
    ...(rowsFrom === undefined ? {} : { rowsFrom }),
  })
  let empty = true
  let count = 0
  for await (const line of linesOf(log)) {
    empty &&= line.trim() === ''
    steps.read(line)
    // What never holds a step may also never end.
    if (++count >= mostStrangeLines && !steps.started) break
  }
  if (empty) {
    throw new UsageError('empty-log', `${log} is empty; expected a JSON object a line, such as {"step": 1, "rows": [0, 5], "loss": 0.5}: let the program write one each step, and flush or close the file (docs/elsewhere.md has the lines).`)
  }
  if (!steps.started) {
    const why = steps.firstLeftOut === null ? 'It holds settings or names of columns alone.' : speaker('en')(steps.firstLeftOut)
    throw new UsageError('no-steps', `${log} shows no step. ${why} Expected a JSON object a line, such as {"step": 1, "rows": [0, 5], "loss": 0.5} (docs/elsewhere.md has the lines that write it).`)
  }
  return steps.explain(words)
}

/** What flags say of the other program, in the words of watching it. */
function declaredIn({ optimizer, loss, reduction, precision, sampling, steps, standardize, network, nonFinite }: ReturnType<typeof parseOptions>): WatchOptions {
  const { dropout, activation } = network ?? {}
  return {
    ...(optimizer?.name === undefined ? {} : { optimizer: optimizer.name }),
    ...(optimizer?.learningRate === undefined ? {} : { learningRate: optimizer.learningRate }),
    ...(optimizer !== undefined && 'epsilon' in optimizer && optimizer.epsilon !== undefined ? { epsilon: optimizer.epsilon } : {}),
    ...(loss === undefined ? {} : { loss: typeof loss === 'string' ? loss : loss.name }),
    ...(typeof activation === 'string' ? { activation } : {}),
    ...(reduction === undefined ? {} : { reduction }), ...(precision === undefined ? {} : { precision }), ...(sampling === undefined ? {} : { sampling }),
    ...(steps === undefined ? {} : { steps }), ...(standardize === undefined ? {} : { standardize }),
    ...(typeof dropout === 'number' ? { dropout } : {}), ...(nonFinite === 'drop' || nonFinite === 'impute' ? { cleaned: true } : {}),
  }
}
