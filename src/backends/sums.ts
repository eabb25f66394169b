/** The orders in which the reference adds, as backend.ts states them: by blocks and their tree, and in four lanes. */
import { blockOf, type FloatArray, type Problem } from './backend.ts'

/** Batch positions block after block; in a block in draw order. */
export function orderByBlocks(rows: Uint32Array, problem: Problem, passOver: ReadonlySet<number> | undefined): Uint32Array[] {
  const { blocks, training } = problem
  const lists = Array.from({ length: blocks }, (): number[] => [])
  for (let position = 0; position < rows.length; position++) {
    const row = rows[position]!
    if (passOver?.has(row)) continue
    lists[blockOf(row, training.rows, blocks)]!.push(position)
  }
  return lists.map(list => Uint32Array.from(list))
}

/** Block sums combined with stride 1, 2, 4, …: block i takes in block i + stride. */
export function combineInTree<T>(sums: readonly T[], combine: (into: T, from: T) => void): void {
  for (let stride = 1; stride < sums.length; stride *= 2) {
    for (let i = 0; i + stride < sums.length; i += 2 * stride) combine(sums[i]!, sums[i + stride]!)
  }
}

/** Float64 sum of `width` terms a row, by blocks and their tree. */
export function sumByBlocks(terms: FloatArray, order: readonly Uint32Array[], width: number): number {
  const sums = order.map(positions => {
    let sum = 0
    for (let i = 0; i < positions.length; i++) {
      for (let c = 0; c < width; c++) sum += terms[positions[i]! * width + c]!
    }
    return { sum }
  })
  combineInTree(sums, (into, from) => { into.sum += from.sum })
  return sums[0]?.sum ?? 0
}

/** What the guard looks at, at the vector's own precision: that it is finite says as much, and takes a kernel half the instructions. */
export function sumOfMagnitudes(values: FloatArray): number {
  const lanes = values instanceof Float32Array ? new Float32Array(4) : new Float64Array(4)
  for (let i = 0; i < values.length; i++) lanes[i & 3]! += Math.abs(values[i]!)
  // The halves are rounded as the lanes are.
  lanes[0]! += lanes[1]!
  lanes[2]! += lanes[3]!
  lanes[0]! += lanes[2]!
  return lanes[0]!
}

/** A float64 sum over a flat vector: element i in lane i mod 4, then (lane 0 + lane 1) + (lane 2 + lane 3). */
export class LaneSum {
  private readonly lanes = new Float64Array(4)

  add(index: number, value: number): void {
    this.lanes[index & 3]! += value
  }

  total(): number {
    const [a = 0, b = 0, c = 0, d = 0] = this.lanes
    return a + b + (c + d)
  }
}
