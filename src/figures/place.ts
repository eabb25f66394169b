/** Where labels can stand inside a plot: beside the lines that are drawn there and beside one another. */
import type { Box } from './svg.ts'

/** A line through points, in pixels; one point is a dot. */
export interface Line {
  readonly xs: readonly number[]
  readonly ys: readonly number[]
}

/** A dot covers about as much as a line of its diameter, and a label over a label is worse than one over any line. */
const [dotCounts, labelCounts] = [6, 100]

/**
 * The first of `wishes` in which nothing lies; where each holds something, the one that holds least: so many pixels of line, and
 * labels. `wishes` come in the order in which they please, at least one.
 */
export function freePlace(wishes: readonly Box[], lines: readonly Line[], labels: readonly Box[]): Box {
  let [best, least] = [wishes[0] ?? { x: 0, y: 0, width: 0, height: 0 }, Infinity]
  for (const wish of wishes) {
    const covered = labels.filter(other => overlap(wish, other)).length * labelCounts
      + lines.reduce((sum, line) => sum + lengthInside(line, wish), 0)
    if (covered < least) [best, least] = [wish, covered]
    if (covered === 0) break
  }
  return best
}

function overlap(a: Box, b: Box): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height
}

function lengthInside({ xs, ys }: Line, box: Box): number {
  const [x0 = 0, y0 = 0] = [xs[0], ys[0]]
  if (xs.length === 1) return overlap({ x: x0, y: y0, width: 0, height: 0 }, box) ? dotCounts : 0
  let length = 0
  for (let i = 1; i < xs.length; i++) length += clippedLength([xs[i - 1] ?? 0, ys[i - 1] ?? 0], [xs[i] ?? 0, ys[i] ?? 0], box)
  return length
}

/** The length of the part of a straight line inside a box, by its parameters at the four edges (Liang and Barsky, 1984). */
function clippedLength([x0, y0]: readonly [number, number], [x1, y1]: readonly [number, number], box: Box): number {
  const [dx, dy] = [x1 - x0, y1 - y0]
  const edges = [[-dx, x0 - box.x], [dx, box.x + box.width - x0], [-dy, y0 - box.y], [dy, box.y + box.height - y0]] as const
  let [enter, leave] = [0, 1]
  for (const [towards, room] of edges) {
    if (towards === 0) {
      if (room < 0) return 0
    } else if (towards < 0) enter = Math.max(enter, room / towards)
    else leave = Math.min(leave, room / towards)
  }
  return leave > enter ? (leave - enter) * Math.hypot(dx, dy) : 0
}
