/** Small pictures in characters: loss curves in braille, histograms in blocks. */
import { formatCount, formatNumber } from '../../figures/format.ts'
import { extent, padded, type Scale, scaleOf } from '../../figures/scale.ts'
import { type Ink, inkFor, type Terminal } from './terminal.ts'
import { cells, fill } from './wrap.ts'

export interface CurvePoint {
  readonly step: number
  readonly loss: number
}

export interface TerminalCurves {
  readonly training: readonly CurvePoint[]
  readonly validation?: readonly CurvePoint[]
  /** Where the loss stopped being finite; without it the first training loss that is not. The label stands beside its mark. */
  readonly incident?: { readonly step: number; readonly label?: string }
  /** The number of planned steps: the picture reaches it. */
  readonly steps?: number
  /** Names of the two curves; English unless told. */
  readonly names?: { readonly training: string; readonly validation: string }
  /** Lines of the picture, without the one of step numbers; 10 unless told. */
  readonly height?: number
}

interface Dots {
  readonly width: number
  readonly height: number
  /** Per cell the braille dots set, and which series set one last. */
  readonly bits: Uint8Array
  readonly owner: Uint8Array
}

/** Bits of a braille cell, by column and row (Unicode 3.0, U+2800 and following). */
const brailleBits: readonly (readonly number[])[] = [
  [0x01, 0x02, 0x04, 0x40],
  [0x08, 0x10, 0x20, 0x80],
]

/**
 * Loss by step as lines of text: a logarithmic axis where all losses are positive, names with their last loss at the right end, and
 * a vermilion column of `×` where the loss stopped being finite. Nothing where no loss is finite.
 */
export function lossCurves(curves: TerminalCurves, terminal: Terminal): string[] {
  const { training, validation = [], height = 10 } = curves
  const names = curves.names ?? { training: 'training', validation: 'validation' }
  const all = [training, validation]
  const kind = all.some(points => points.some(({ loss }) => loss <= 0)) ? 'linear' : 'log'
  const losses = extent(kind, ...all.map(points => points.map(({ loss }) => loss)))
  if (losses === null) return []
  const incident = curves.incident?.step ?? training.find(({ loss }) => !Number.isFinite(loss))?.step
  const steps = extent('linear', ...all.map(points => points.map(({ step }) => step)), [
    curves.steps ?? Number.NaN,
    incident ?? Number.NaN,
  ]) ?? [0, 1]
  const y = scaleOf(kind, padded(kind, losses, 0.02), [height * 4 - 1, 0])
  const ticks = tickLines(y, height)
  const left = Math.max(...[...ticks.values()].map(cells), 4) + 2
  const ends = endNames(all, [names.training, names.validation], y, height)
  const right = Math.max(0, ...[...ends.values()].map(({ text }) => cells(text)))
  const width = Math.max(8, terminal.width - left - right - 2)
  const x = scaleOf('linear', steps[0] === steps[1] ? [steps[0] - 1, steps[1] + 1] : steps, [0, width * 2 - 1])
  const dots: Dots = { width, height, bits: new Uint8Array(width * height), owner: new Uint8Array(width * height) }
  all.forEach((points, series) => trace(dots, points, x, y, series + 1))
  const mark = markOf(curves, incident, x, width)
  const ink = inkFor(terminal)
  const lines = Array.from({ length: height }, (_, row) => {
    const end = ends.get(row)
    const axis = fill(ticks.get(row) ?? '', left - 2, 'end')
    const name = end === undefined ? '' : `  ${seriesInk(ink, end.series, validation.length > 0)(end.text)}`
    const rule = ink.dim(`${axis} ${terminal.unicode ? '│' : '|'}`)
    return `${rule}${rowOf(dots, row, mark, terminal, ink, validation.length > 0)}${name}`.trimEnd()
  })
  return [...lines, ink.dim(stepLine(left, width, steps, terminal.unicode))]
}

interface Mark {
  readonly column: number
  readonly label: string
}

/** The column of the mark, one right of the last loss that was finite, so that the mark does not cover it; its label where it fits. */
function markOf({ training, incident }: TerminalCurves, step: number | undefined, x: Scale, width: number): Mark | undefined {
  if (step === undefined) return undefined
  const before = training.findLast(point => Number.isFinite(point.loss) && point.step < step)?.step
  const free = before === undefined ? 0 : Math.floor(Math.round(x.at(before)) / 2) + 1
  const column = Math.min(Math.max(Math.floor(x.at(step) / 2), free, 0), width - 1)
  const label = incident?.label === undefined ? '' : ` ${incident.label}`
  return { column, label: column + 1 + cells(label) <= width ? label : '' }
}

function seriesInk(ink: Ink, series: number, validated: boolean): (text: string) => string {
  return validated && series === 1 ? ink.dim : text => text
}

/** Draws a line between neighbours; where a loss is not drawable the line is broken. */
function trace({ width, height, bits, owner }: Dots, points: readonly CurvePoint[], x: Scale, y: Scale, series: number): void {
  let before: readonly [number, number] | undefined
  const set = (column: number, row: number): void => {
    if (column < 0 || row < 0 || column >= width * 2 || row >= height * 4) return
    const cell = (row >> 2) * width + (column >> 1)
    bits[cell] = (bits[cell] ?? 0) | (brailleBits[column & 1]?.[row & 3] ?? 0)
    owner[cell] = series
  }
  for (const { step, loss } of points) {
    const at: readonly [number, number] = [Math.round(x.at(step)), Math.round(y.at(loss))]
    if (!Number.isFinite(at[0]) || !Number.isFinite(at[1])) {
      before = undefined
      continue
    }
    const from = before ?? at
    const length = Math.max(Math.abs(at[0] - from[0]), Math.abs(at[1] - from[1]), 1)
    for (let i = 0; i <= length; i++)
      set(Math.round(from[0] + ((at[0] - from[0]) * i) / length), Math.round(from[1] + ((at[1] - from[1]) * i) / length))
    before = at
  }
}

function rowOf(
  { width, bits, owner }: Dots,
  row: number,
  mark: Mark | undefined,
  terminal: Terminal,
  ink: Ink,
  validated: boolean,
): string {
  let text = ''
  for (let column = 0; column < width; column++) {
    const cell = row * width + column
    const set = bits[cell] ?? 0
    if (column === mark?.column) {
      text += ink.nonFinite((terminal.unicode ? '×' : 'x') + (row === 0 ? mark.label : ''))
      if (row === 0) column += cells(mark.label)
    } else if (set === 0) text += ' '
    else if (terminal.unicode) text += seriesInk(ink, owner[cell] ?? 1, validated)(String.fromCharCode(0x2800 + set))
    else text += owner[cell] === 2 ? 'o' : '.'
  }
  return text
}

/** The lines that carry a number of the vertical axis. */
function tickLines(y: Scale, height: number): Map<number, string> {
  const ticks = y.ticks(Math.max(2, Math.floor(height / 2)))
  const lines = new Map<number, string>()
  ticks.forEach(tick => {
    const row = Math.floor(y.at(tick) / 4)
    if (row >= 0 && row < height && !lines.has(row)) lines.set(row, formatNumber(tick))
  })
  return lines
}

/** Names and last losses at the lines where the curves end; two that want the same line stand one below the other. */
function endNames(
  all: readonly (readonly CurvePoint[])[],
  names: readonly string[],
  y: Scale,
  height: number,
): Map<number, { series: number; text: string }> {
  const wished = all
    .flatMap((points, i) => {
      const end = points.findLast(({ loss }) => Number.isFinite(loss) && Number.isFinite(y.at(loss)))
      return end === undefined
        ? []
        : [
            {
              series: i + 1,
              row: Math.min(Math.max(Math.floor(y.at(end.loss) / 4), 0), height - 1),
              loss: end.loss,
              text: `${names[i] ?? ''} ${formatNumber(end.loss)}`,
            },
          ]
    })
    .sort((a, b) => b.loss - a.loss)
  const [upper, lower] = wished
  if (upper === undefined) return new Map()
  if (lower === undefined) return new Map([[upper.row, upper]])
  if (upper.row !== lower.row)
    return new Map([
      [upper.row, upper],
      [lower.row, lower],
    ])
  return upper.row === 0
    ? new Map([
        [0, upper],
        [1, lower],
      ])
    : new Map([
        [upper.row - 1, upper],
        [lower.row, lower],
      ])
}

function stepLine(left: number, width: number, steps: readonly [number, number], unicode: boolean): string {
  const [from, to] = steps.map(formatCount)
  const corner = `${' '.repeat(left - 1)}${unicode ? '└' : '+'}`
  return `${corner}${fill(from ?? '', width - cells(to ?? ''))}${to ?? ''}`
}

const blocks = '▁▂▃▄▅▆▇█'
const asciiBlocks = '.:-=+*#@'

/** A histogram in one line, a character a bin. An empty bin is blank; one that holds anything shows at least the lowest block. */
export function sparkline(counts: ArrayLike<number>, unicode = true): string {
  const list = Array.from(counts, count => (Number.isFinite(count) && count > 0 ? count : 0))
  const most = list.reduce((a, b) => Math.max(a, b), 0)
  const levels = unicode ? blocks : asciiBlocks
  return list
    .map(count => (count === 0 ? ' ' : (levels[Math.min(levels.length - 1, Math.floor((count / most) * levels.length * 0.9999))] ?? ' ')))
    .join('')
}

/** A bar that is filled to a share, for progress. */
export function bar(share: number, width: number, unicode = true): string {
  const full = Math.round(Math.min(Math.max(Number.isFinite(share) ? share : 0, 0), 1) * width)
  return (unicode ? '━' : '#').repeat(full) + (unicode ? '─' : '-').repeat(width - full)
}
