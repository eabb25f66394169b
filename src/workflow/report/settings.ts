/** How it was trained: the command, every setting, what was assumed, and where it ran. */
import { formatCount, formatDuration } from '../../figures/format.ts'
import { commandOf, quoted } from '../../record/command.ts'
import { assumptionIn } from '../assumptions.ts'
import { command, element, foreign, pairs, section, type Child, type Html } from './html.ts'
import { numberAt, valueAt, withFiles, type Subject } from './subject.ts'
import type { Speak } from './words.ts'

export function settingsSection({ record, known, withData, language }: Subject, speak: Speak): Html {
  const list = leaves(record.settings, '').map(([name, value]): [string, Child] => [name, element('code', {}, foreign(value))])
  // Made again from the tables in hand, which for a report without data tell no texts of cells.
  const assumed = known?.experiment.assumptions ?? record.assumptions.map(says => (withData ? says : withoutCells(says)))
  return section(speak('how.title'),
    ...(known === null ? [] : [element('h3', {}, speak('how.command')), command(withFiles(commandOf(known.experiment, 'DATA'), record))]),
    element('h3', {}, speak('how.complete')), pairs(list, 'settings'),
    ...(assumed.length === 0 ? [] : [
      element('h3', {}, speak('how.assumptions')),
      element('ul', { class: 'plain' }, assumed.map(says => element('li', {}, assumptionIn(language, withData ? says : withoutCells(says))))),
    ]))
}

/** A sentence about left-out or filled cells, cut before what stood in them or was put there. */
function withoutCells(says: string): string {
  const cut = says.replace(/, which (?:reads |is empty).*$/s, '.').replace(/( holds) .*?(: row )/s, '$1$2')
  return cut.startsWith('Filled in ') ? cut.replace(/:.*$/s, '.') : cut
}

/** Every setting with its place, such as `optimizer.learningRate`; lists are one value each. */
function leaves(value: object, prefix: string): [string, string][] {
  return Object.entries(value).flatMap(([key, item]: [string, unknown]): [string, string][] => {
    if (item === undefined) return []
    const nested = typeof item === 'object' && item !== null && !Array.isArray(item) && Object.keys(item).length > 0
    return nested ? leaves(item, `${prefix}${key}.`) : [[prefix + key, JSON.stringify(item)]]
  })
}

export function environmentSection({ record, place }: Subject, speak: Speak): Html {
  const { environment, result, whynan, status } = record
  const hash = valueAt(result, 'weightsHash')
  const [steps, seconds, rows] = [numberAt(result, 'steps'), numberAt(result, 'seconds'), numberAt(result, 'rowsPerSecond')]
  const list: [string, ...Child[]][] = [[speak('environment.status'), speak(`status.${status}`)]]
  if (steps !== null) list.push([speak('environment.steps'), formatCount(steps)])
  if (seconds !== null) list.push([speak('environment.seconds'), formatDuration(seconds)])
  if (rows !== null) list.push([speak('environment.rows'), formatCount(rows)])
  if (typeof hash === 'string') list.push([speak('environment.hash'), element('code', { class: 'hash' }, hash)])
  list.push([speak('environment.whynan'), whynan])
  if (environment.node !== undefined) list.push([speak('environment.node'), environment.node])
  if (environment.platform !== undefined) list.push([speak('environment.platform'), `${environment.platform} ${environment.arch ?? ''}`.trim()])
  list.push(
    [speak('environment.backend'), environment.backend], [speak('environment.threads'), formatCount(environment.threads)],
    [speak('environment.precision'), `${environment.precision}${environment.fast ? ', relaxed SIMD' : ''}`],
  )
  return section(speak('environment.title'), pairs(list), element('h3', {}, speak('environment.explain')), command(`whynan explain ${quoted(place)}`))
}
