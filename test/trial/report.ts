/** The trial's verdicts as a table in Markdown, a line a kind. */
import type { Verdict } from './judge.ts'
import { median } from './outcome.ts'

/** The tables, and below them what went wrong, case by case. */
export function reportOf(verdicts: readonly Verdict[]): string {
  return [tablesOf(verdicts), ...lists(verdicts)].join('\n\n')
}

export function tablesOf(verdicts: readonly Verdict[]): string {
  const faults = verdicts.filter(({ breaks }) => breaks !== 'nothing')
  const healthy = verdicts.filter(({ breaks }) => breaks === 'nothing')
  return [
    ...(faults.length === 0 ? [] : [faultTable(faults)]),
    ...(healthy.length === 0 ? [] : [healthyTable(healthy)]),
    timeLine(verdicts),
  ].join('\n\n')
}

function faultTable(faults: readonly Verdict[]): string {
  const row = (name: string, of: readonly Verdict[]): string => {
    const cells = of.filter(({ cellsExact }) => cellsExact !== null)
    return line([
      name, of.length, share(of, 'detected'), share(of, 'right'), cells.length === 0 ? '–' : share(cells, 'cellsExact'), share(of, 'proven'),
      ...times(of), of.reduce((sum, { replaced }) => sum + replaced.length, 0),
    ])
  }
  const broken = faults.filter(({ breaks }) => breaks === 'non-finite')
  const silent = faults.filter(({ breaks }) => breaks === 'silent')
  return [
    line(['kind of fault', 'cases', 'detected', 'right cause first', 'cells exact', 'proven', 'median time', 'of the run', 'replaced']),
    line(['---', '--:', '--:', '--:', '--:', '--:', '--:', '--:', '--:']),
    ...kindsOf(faults).map(kind => row(kind, faults.filter(one => one.kind === kind))),
    ...(broken.length === 0 ? [] : [row('**non-finite, all**', broken)]),
    ...(silent.length === 0 ? [] : [row('**silent, all**', silent)]),
    row('**all faults**', faults),
  ].join('\n')
}

function healthyTable(healthy: readonly Verdict[]): string {
  const row = (name: string, of: readonly Verdict[]): string => line([
    name, of.length, of.filter(({ detected }) => !detected).length, ...times(of),
    of.reduce((sum, { replaced }) => sum + replaced.length, 0),
  ])
  return [
    line(['healthy runs', 'cases', 'called ill', 'median time', 'of the run', 'replaced']),
    line(['---', '--:', '--:', '--:', '--:', '--:']),
    ...kindsOf(healthy).map(kind => row(kind.replace('healthy: ', ''), healthy.filter(one => one.kind === kind))),
    row('**all healthy runs**', healthy),
  ].join('\n')
}

/** Milliseconds from which on a run is no longer shorter than what explaining takes whatever the run. */
const worthComparing = 100

function timeLine(verdicts: readonly Verdict[]): string {
  const sorted = verdicts.map(({ milliseconds }) => milliseconds).sort((a, b) => a - b)
  const at = (share: number): string => (sorted[Math.floor(share * (sorted.length - 1))] ?? 0).toFixed(0)
  const long = verdicts.filter(({ planned }) => planned >= worthComparing)
  const within = long.filter(({ milliseconds, planned }) => milliseconds <= 3 * planned)
  return `Explaining takes ${at(0.5)} ms in the median, ${at(0.9)} ms in nine of ten cases, ${at(1)} ms at the most. Of the ${long.length} cases whose run takes ${worthComparing} ms or more `
    + `to its planned end, ${within.length} are explained in at most three times the run.`
}

/** Processor time of explaining, and how many times that of the run to its planned end. */
function times(of: readonly Verdict[]): [string, string] {
  return [`${median(of.map(({ milliseconds }) => milliseconds)).toFixed(0)} ms`, `${median(of.map(({ milliseconds, planned }) => milliseconds / planned)).toFixed(2)}`]
}

/** What went wrong, case by case. */
function lists(verdicts: readonly Verdict[]): string[] {
  const bullets = (title: string, lines: readonly string[]): string[] => (lines.length === 0 ? [] : [`${title}\n\n${lines.map(text => `- ${text}`).join('\n')}`])
  return [
    ...bullets('Not right:', verdicts.filter(({ right, detected, breaks }) => (breaks === 'nothing' ? !detected : !right)).map(one =>
      `${one.id}: ${one.outcome}, ${one.first ?? 'no cause'}${one.expected.length === 0 ? '' : `; expected ${one.expected.join(' or ')}`}`)),
    ...bullets('Cells not exact:', verdicts.filter(({ cellsExact }) => cellsExact === false).map(({ id }) => id)),
    ...bullets('Wrong in another way:', verdicts.flatMap(({ id, wrong }) => (wrong === null ? [] : [`${id}: ${wrong}`]))),
    ...bullets('Replaced by rule:', verdicts.flatMap(({ replaced }) => replaced)),
  ]
}

function kindsOf(verdicts: readonly Verdict[]): string[] {
  return [...new Set(verdicts.map(({ kind }) => kind))]
}

function share(of: readonly Verdict[], name: 'detected' | 'right' | 'proven' | 'cellsExact'): string {
  return `${((100 * of.filter(one => one[name] === true).length) / of.length).toFixed(1).replace('.0', '')} %`
}

function line(cells: readonly (string | number)[]): string {
  return `| ${cells.join(' | ')} |`
}
