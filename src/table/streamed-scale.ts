/**
 * A column's mean, deviation and range when its values come in pieces: the same bits as scaleOf gives for the whole column,
 * since the finite values are summed in the same blocks of 4,096. The values pass two to four times.
 */
import { constantShare, constantShareSingle, scaleOf, type Scale } from './scale.ts'
import { isFiniteNumber } from './rows.ts'
import { piecesOf, pieceRows } from './stored.ts'
import type { NumberColumn } from './table.ts'

const blockLength = 4096

/** Sums in blocks of consecutive values, as numeric/stats.ts does. */
class BlockSum {
  private total = 0
  private block = 0
  private inBlock = 0

  add(value: number): void {
    this.block += value
    if (++this.inBlock < blockLength) return
    this.total += this.block
    this.block = 0
    this.inBlock = 0
  }

  result(): number {
    return this.inBlock === 0 ? this.total : this.total + this.block
  }
}

export interface StreamedFigures extends Scale {
  readonly min: number
  readonly max: number
  readonly nan: number
  readonly inf: number
}

/** Take all values, ask `pass()`, take all again while it says so, then ask for the figures. */
export class StreamedScale {
  private finite = 0
  private nan = 0
  private inf = 0
  private min = Infinity
  private max = -Infinity
  private single = true
  private whole = true
  private centre = 0
  private unit = 1
  private furthest = 0
  private sum = new BlockSum()
  private phase: 'sum' | 'scaled sum' | 'squares' | 'scaled squares' | 'done' = 'sum'

  take(values: Float64Array | Float32Array): void {
    const { phase, sum, centre, unit, finite } = this
    for (let i = 0; i < values.length; i++) {
      const value = values[i]!
      if (!isFiniteNumber(value)) {
        if (phase === 'sum') this.count(value)
        continue
      }
      if (phase === 'sum') {
        this.look(value)
        sum.add(value)
      } else if (phase === 'scaled sum') sum.add(value / finite)
      else {
        const difference = (value - centre) / unit
        const size = Math.abs(value - centre)
        if (size > this.furthest) this.furthest = size
        sum.add(difference * difference)
      }
    }
  }

  /** Ends a pass; whether the values are wanted once more. */
  pass(): boolean {
    const result = this.sum.result()
    this.sum = new BlockSum()
    switch (this.phase) {
      case 'sum': {
        const mean = result / this.finite
        // Finite values whose sum passes the largest double.
        this.phase = this.finite > 0 && !Number.isFinite(mean) ? 'scaled sum' : 'squares'
        this.centre = mean
        return this.finite > 0
      }
      case 'scaled sum':
        this.centre = result
        this.phase = 'squares'
        return true
      case 'squares':
        if (this.furthest > 0 && !(this.furthest > 1e-140 && this.furthest < 1e140) && Number.isFinite(this.furthest)) {
          this.unit = this.furthest
          this.phase = 'scaled squares'
          return true
        }
        this.centreSquares = result
        this.phase = 'done'
        return false
      case 'scaled squares':
        this.centreSquares = result
        this.phase = 'done'
        return false
      case 'done': return false
      default: return this.phase satisfies never
    }
  }

  private centreSquares = 0

  figures(): StreamedFigures {
    const { finite, nan, inf, min, max } = this
    if (finite === 0) return { mean: 0, deviation: 0, constant: true, finite, nan, inf, min: NaN, max: NaN }
    const deviation = !Number.isFinite(this.furthest) ? NaN : this.furthest === 0 ? 0 : this.unit * Math.sqrt(this.centreSquares / finite)
    const size = Math.max(Math.abs(min), Math.abs(max))
    const constant = deviation <= size * (this.single && !this.whole ? constantShareSingle : constantShare)
    return { mean: this.centre, deviation, constant, finite, nan, inf, min, max }
  }

  private count(value: number): void {
    if (Number.isNaN(value)) this.nan++
    else this.inf++
  }

  private look(value: number): void {
    this.finite++
    if (value < this.min) this.min = value
    if (value > this.max) this.max = value
    this.single &&= Math.fround(value) === value
    this.whole &&= Math.trunc(value) === value
  }
}

/** The scale of the finite values of the given rows (from 0, ascending) of a column, wherever it stands. */
export function scaleOfColumn(column: NumberColumn, rows: Uint32Array): Scale {
  if (column.kind === 'numeric') return scaleOf(column.values, rows)
  const streamed = new StreamedScale()
  const taken = new Float64Array(pieceRows)
  do {
    let next = 0
    for (const { from, values } of piecesOf(column)) {
      let count = 0
      for (; next < rows.length && rows[next]! < from + values.length; next++) taken[count++] = values[rows[next]! - from]!
      streamed.take(taken.subarray(0, count))
    }
  } while (streamed.pass())
  return streamed.figures()
}
