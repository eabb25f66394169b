/**
 * The network as strips of units, and the path of a NaN through it: from the cell forward to the loss, and from the loss
 * back to every parameter. The same drawing serves each stage: `lit` says how far the path has come.
 */
import { formatCount } from './format.ts'
import { type FigureOptions, figureWidth, label, nonFiniteBand, sheet, tooltip } from './frame.ts'
import { type Box, lineData, type Markup, squares, tag } from './svg.ts'
import { textWidth, visible } from './text.ts'
import { type FigureWords, wordsOf } from './words.ts'

/** Where a stage of the path lies. Inputs, layers and units are counted from 0; no `units` means all of the layer. */
export type PathPlace =
  | { readonly kind: 'input'; readonly input: number }
  | { readonly kind: 'layer'; readonly layer: number; readonly units?: readonly number[] }
  | { readonly kind: 'prediction' | 'loss' | 'gradients' | 'moments' | 'parameters' }

export interface PathStage {
  readonly place: PathPlace
  /** One sentence with its numbers, such as `column 4 of row 41,278 is NaN`. */
  readonly says: string
}

export interface PathFigure extends FigureOptions {
  readonly inputs: readonly string[]
  /** Hidden layers. */
  readonly layers: readonly { readonly name: string; readonly units: number }[]
  readonly outputs: readonly string[]
  readonly stages: readonly PathStage[]
  /** How many stages are lit, from the first; all unless told. */
  readonly lit?: number
}

const area: Box = { x: 16, y: 96, width: figureWidth - 32, height: 190 }
const height = 400
const back = { y: 342, width: 112, height: 34 } as const
const backOrder = ['loss', 'gradients', 'moments', 'parameters'] as const
type BackStage = (typeof backOrder)[number]

/** One column of the drawing: where lines arrive and leave, and what it consists of. */
interface Strip {
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
  readonly drawing: Markup
  /** The stretch of it that is not finite, if any: [top, bottom]. */
  readonly lit: readonly [number, number] | undefined
}

export function pathFigure(figure: PathFigure): string {
  const words = wordsOf(figure.language)
  const lit = figure.stages.slice(0, Math.max(0, figure.lit ?? figure.stages.length))
  const strips = stripsOf(figure, lit, words)
  const subtitle = figure.subtitle ?? lit[lit.length - 1]?.says ?? ''
  const description = figure.stages.map(({ says }, i) => `${i + 1}. ${visible(says).slice(0, 300)}`).join(' ')
  return sheet(
    { ...figure, title: figure.title ?? words.pathTitle, subtitle, description, height },
    strips.slice(1).map((strip, i) => bundle(strips[i] ?? strip, strip)),
    strips.map(({ drawing }) => drawing),
    wayBack(strips, lit, words),
  )
}

function stripsOf(figure: PathFigure, lit: readonly PathStage[], words: FigureWords): Strip[] {
  const hidden = shownLayers(figure.layers)
  const inputWidth = nameRoom(figure.inputs)
  const outputWidth = nameRoom(figure.outputs)
  const free = area.width - inputWidth - outputWidth
  const badInputs = new Set(lit.flatMap(({ place }) => (place.kind === 'input' ? [place.input] : [])))
  const prediction = lit.some(({ place }) => place.kind === 'prediction')
  const strips = [names(words.stages.inputs, figure.inputs, area.x, inputWidth, 'end', i => badInputs.has(i), words)]
  hidden.forEach(({ layer, index }, i) => {
    const centre = area.x + inputWidth + (free * (i + 1)) / (hidden.length + 1)
    const room = Math.min(free / (hidden.length + 1) - 36, 120)
    if (layer === undefined) strips.push(omitted(centre, index, words))
    else strips.push(units(layer, centre, room, badUnits(lit, index, layer.units), words))
  })
  const right = area.x + area.width - outputWidth
  strips.push(names(words.stages.prediction, figure.outputs, right, outputWidth, 'start', () => prediction, words))
  return strips
}

/** Room for names (bold ones as well) and their tiles; long names are shortened rather than pushing the network aside. */
function nameRoom(names: readonly string[]): number {
  const widths = names.slice(0, 1000).map(name => textWidth(visible(name.slice(0, 100)), 12) * 1.08)
  return (
    Math.min(
      widths.reduce((a, b) => Math.max(a, b), 40),
      130,
    )
    + tile
    + 12
  )
}

const tile = 11

/** At most six layers: of more, the first three and the last two, and a gap that counts those between. */
function shownLayers(layers: PathFigure['layers']): { layer: PathFigure['layers'][number] | undefined; index: number }[] {
  const all = layers.map((layer, index) => ({ layer, index }))
  if (all.length <= 6) return all
  return [...all.slice(0, 3), { layer: undefined, index: all.length - 5 }, ...all.slice(-2)]
}

function badUnits(lit: readonly PathStage[], layer: number, count: number): ReadonlySet<number> | 'all' | 'none' {
  const here = lit.flatMap(({ place }) => (place.kind === 'layer' && place.layer === layer ? [place] : []))
  if (here.length === 0) return 'none'
  if (here.some(place => place.units === undefined)) return 'all'
  const bad = new Set(here.flatMap(place => place.units ?? []))
  return bad.size >= count ? 'all' : bad
}

/** Inputs or outputs: a tile each with its name, the bad ones first among those that are left out. */
function names(
  title: string,
  list: readonly string[],
  x: number,
  width: number,
  side: 'start' | 'end',
  bad: (i: number) => boolean,
  words: FigureWords,
): Strip {
  const most = 9
  const indices = list.map((_, i) => i)
  const urgent = indices.filter(bad).slice(0, most - 1)
  const plain = indices.filter(i => !bad(i)).slice(0, most - urgent.length)
  const shown = list.length <= most ? indices : [...urgent, ...plain].sort((a, b) => a - b)
  const step = 20
  const rows = shown.length + (shown.length < list.length ? 1 : 0)
  const top = area.y + (area.height - rows * step) / 2
  const tileX = side === 'end' ? x + width - tile : x
  const textX = side === 'end' ? tileX - 8 : tileX + tile + 8
  const litTops: number[] = []
  const drawing = tag(
    'g',
    {},
    label(side === 'end' ? x + width : x, area.y - 10, title, { colour: 'muted', anchor: side }),
    shown.map((index, i) => {
      const y = top + i * step + (step - tile) / 2
      if (bad(index)) litTops.push(y)
      return tag(
        'g',
        {},
        unit({ x: tileX, y, width: tile, height: tile }, bad(index)),
        label(textX, y + tile - 1, list[index] ?? '', {
          anchor: side,
          width: width - tile - 8,
          ...(bad(index) ? { colour: 'nonfinite', weight: 'strong' } : {}),
        }),
      )
    }),
    shown.length < list.length
      ? label(textX, top + shown.length * step + 14, words.more(formatCount(list.length - shown.length)), { colour: 'muted', anchor: side })
      : undefined,
  )
  const first = litTops[0]
  const last = litTops[litTops.length - 1]
  return {
    left: tileX,
    right: tileX + tile,
    top: top + 4,
    bottom: top + rows * step - 4,
    drawing,
    lit: first === undefined || last === undefined ? undefined : [first, last + tile],
  }
}

function unit(box: Box, bad: boolean): Markup {
  if (bad) return nonFiniteBand(box)
  return tag('rect', { x: box.x, y: box.y, width: box.width, height: box.height, class: 'f-wash s-quiet', 'stroke-width': 0.75 })
}

/** A layer as a strip of tiles, folded into columns; a layer too large for its room shows as many tiles as fit. */
function units(
  { name, units: count }: { name: string; units: number },
  centre: number,
  room: number,
  bad: ReadonlySet<number> | 'all' | 'none',
  words: FigureWords,
): Strip {
  const pitch = count <= 36 ? tile + 3 : count <= 200 ? 10 : 7
  const size = pitch - 2
  const perColumn = Math.min(count, Math.floor(area.height / pitch))
  const columns = Math.max(1, Math.min(Math.ceil(count / perColumn), Math.floor(room / pitch)))
  const shown = Math.min(count, perColumn * columns)
  const rows = Math.ceil(shown / columns)
  const left = centre - (columns * pitch) / 2
  const top = area.y + (area.height - rows * pitch) / 2
  const isBad = (i: number): boolean => bad === 'all' || (bad !== 'none' && bad.has(i))
  const boxes = Array.from({ length: shown }, (_, i) => ({
    x: left + (i % columns) * pitch,
    y: top + Math.floor(i / columns) * pitch,
    width: size,
    height: size,
  }))
  const badBoxes = boxes.filter((_, i) => isBad(i))
  const title = `${visible(name).slice(0, 60)} · ${words.layerUnits(formatCount(count))}`
  const drawing = tag(
    'g',
    {},
    tag('path', { d: squares(boxes.filter((_, i) => !isBad(i))), class: 'f-wash s-quiet', 'stroke-width': 0.6 }),
    badBoxes.length === 0 ? undefined : nonFiniteBand(badBoxes),
    label(centre, area.y - 10, name, { anchor: 'middle', colour: 'muted', width: Math.max(room + 30, 48) }),
    label(
      centre,
      Math.min(top + rows * pitch + 16, area.y + area.height + 14),
      shown < count ? `${formatCount(shown)} / ${formatCount(count)}` : formatCount(count),
      { anchor: 'middle', colour: bad === 'none' ? 'muted' : 'nonfinite', halo: true },
    ),
    tooltip(title),
  )
  const ys = badBoxes.map(({ y }) => y)
  const lit: [number, number] | undefined =
    bad === 'none' ? undefined : ys.length === 0 ? [top, top + size] : [Math.min(...ys), Math.max(...ys) + size]
  return { left, right: left + columns * pitch - 2, top, bottom: top + rows * pitch, drawing, lit }
}

function omitted(centre: number, count: number, words: FigureWords): Strip {
  const y = area.y + area.height / 2
  const drawing = label(centre, y + 4, `… ${words.more(formatCount(count))} …`, { anchor: 'middle', colour: 'muted', halo: true })
  return { left: centre - 30, right: centre + 30, top: y - 40, bottom: y + 40, drawing, lit: undefined }
}

/** What runs between two strips: every unit to every unit, drawn as the ground between them; vermilion where NaN passes. */
function bundle(from: Strip, to: Strip): Markup {
  const gap = 5
  const shape = (a: readonly [number, number], b: readonly [number, number]): string =>
    `${from.right + gap},${a[0]} ${to.left - gap},${b[0]} ${to.left - gap},${b[1]} ${from.right + gap},${a[1]}`
  const passes = from.lit !== undefined && to.lit !== undefined
  return tag(
    'g',
    {},
    tag('polygon', { points: shape([from.top, from.bottom], [to.top, to.bottom]), class: 'f-wash', 'fill-opacity': 0.6 }),
    passes && from.lit !== undefined && to.lit !== undefined
      ? [tag('polygon', { points: shape(from.lit, to.lit), class: 'f-nonfinite', 'fill-opacity': 0.13 }), fan(from, to, from.lit, to.lit)]
      : undefined,
  )
}

function fan(from: Strip, to: Strip, a: readonly [number, number], b: readonly [number, number]): Markup {
  const lines: number = 9
  const data = Array.from({ length: lines }, (_, i) => {
    const share = i / (lines - 1)
    return lineData([from.right + 5, to.left - 5], [a[0] + (a[1] - a[0]) * share, b[0] + (b[1] - b[0]) * share])
  })
  return tag('path', { d: data.join(''), class: 's-nonfinite', 'stroke-width': 0.75, 'stroke-opacity': 0.7 })
}

/** Under the network, from right to left: the loss, the gradients, the moments, and up again to all parameters. */
function wayBack(strips: readonly Strip[], lit: readonly PathStage[], words: FigureWords): Markup {
  const isLit = (kind: BackStage): boolean => lit.some(({ place }) => place.kind === kind)
  const right = figureWidth - 16 - back.width
  const pitch = (right - 16) / (backOrder.length - 1)
  const place = (i: number): Box => ({ x: right - i * pitch, y: back.y, width: back.width, height: back.height })
  const prediction = strips[strips.length - 1]
  const boxes = backOrder.map((kind, i) => {
    const box = place(i)
    const bad = isLit(kind)
    return tag(
      'g',
      {},
      bad
        ? nonFiniteBand(box)
        : tag('rect', { x: box.x, y: box.y, width: box.width, height: box.height, rx: 3, class: 'f-paper s-quiet', 'stroke-width': 0.75 }),
      label(box.x + box.width / 2, box.y + 22, words.stages[kind], {
        anchor: 'middle',
        halo: bad,
        ...(bad ? { colour: 'nonfinite', weight: 'strong' } : { colour: 'muted' }),
      }),
    )
  })
  const arrows = backOrder.slice(1).map((kind, i) => {
    const [from, to] = [place(i), place(i + 1)]
    return arrow([from.x - 4, to.x + to.width + 5], [back.y + back.height / 2, back.y + back.height / 2], isLit(kind))
  })
  const first = place(0)
  const last = place(backOrder.length - 1)
  const downX = prediction === undefined ? first.x + first.width / 2 : (prediction.left + prediction.right) / 2
  return tag(
    'g',
    {},
    arrow([downX, downX], [(prediction?.bottom ?? area.y + area.height) + 6, back.y - 5], isLit('loss')),
    boxes,
    arrows,
    toWeights(strips, last.x + last.width / 2, isLit('parameters')),
  )
}

/** The parameters lie between the strips: a line under the network with an arrow up to each bundle. */
function toWeights(strips: readonly Strip[], x: number, bad: boolean): Markup {
  const rail = area.y + area.height + 32
  const centres = strips.slice(1).map((strip, i) => ((strips[i] ?? strip).right + strip.left) / 2)
  const ends = [x, ...centres]
  return tag(
    'g',
    {},
    tag('path', {
      d: lineData([x, x], [back.y - 4, rail]) + lineData([Math.min(...ends), Math.max(...ends)], [rail, rail]),
      class: bad ? 's-nonfinite' : 's-quiet',
      'stroke-width': bad ? 1.5 : 1,
    }),
    centres.map((centre, i) => arrow([centre, centre], [rail, ((strips[i]?.bottom ?? 0) + (strips[i + 1]?.bottom ?? 0)) / 2 + 6], bad)),
  )
}

function arrow(xs: readonly [number, number], ys: readonly [number, number], bad: boolean): Markup {
  const [dx, dy] = [Math.sign(xs[1] - xs[0]), Math.sign(ys[1] - ys[0])]
  const head = lineData(
    [xs[1] - 5 * dx + 3.5 * dy, xs[1], xs[1] - 5 * dx - 3.5 * dy],
    [ys[1] - 5 * dy + 3.5 * dx, ys[1], ys[1] - 5 * dy - 3.5 * dx],
  )
  return tag('path', { d: lineData(xs, ys) + head, class: bad ? 's-nonfinite' : 's-quiet', 'stroke-width': bad ? 1.5 : 1 })
}
