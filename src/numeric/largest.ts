/** The rows in which two columns differ most: in one pass, since sorting a million rows would cost more than a whole figure. */
import { allFinite } from './scan.ts'
import { passingKernels } from './sums-kernel.ts'

type Numbers = ArrayLike<number>

/** Rows that go through the kernel's memory together. */
const rowsAtOnce = 8192

/** Rows (from 0) of the `most` largest |one - other|, largest first, of equal ones the first; rows with a number that is not finite are passed over. */
export function largestDifferences(one: Numbers, other: Numbers, most: number): number[] {
  if (one instanceof Float64Array && other instanceof Float64Array && one.length > rowsAtOnce && allFinite(one) && allFinite(other)) {
    const found = kernelLargest(one, other, most)
    if (found !== null) return found
  }
  return plainLargest(one, other, most)
}

/** Of finite numbers; null where WebAssembly is missing. */
export function kernelLargest(one: Float64Array, other: Float64Array, most: number): number[] | null {
  const [others, sizes] = [rowsAtOnce * 8, 2 * rowsAtOnce * 8]
  const rows = sizes + most * 8
  const found = passingKernels(rows + most * 4)
  if (found === null) return null
  const largestErrors = found.kernel('largestErrors')
  const room = new Float64Array(found.memory.buffer, 0, 2 * rowsAtOnce)
  let kept = 0
  for (let from = 0; from < one.length; from += rowsAtOnce) {
    const part = one.subarray(from, from + rowsAtOnce)
    room.set(part)
    room.set(other.subarray(from, from + rowsAtOnce), rowsAtOnce)
    kept = largestErrors(0, part.length * 8, others, from, sizes, rows, kept, most)
  }
  return Array.from(new Int32Array(found.memory.buffer, rows, kept))
}

export function plainLargest(one: Numbers, other: Numbers, most: number): number[] {
  const kept: { readonly row: number; readonly size: number }[] = []
  let least = -Infinity
  for (let row = 0; row < one.length; row++) {
    const [a, b] = [one[row]!, other[row]!]
    if (!Number.isFinite(a) || !Number.isFinite(b)) continue
    const size = Math.abs(a - b)
    if (size <= least) continue
    let at = kept.length
    while (at > 0 && (kept[at - 1]?.size ?? Infinity) < size) at--
    kept.splice(at, 0, { row, size })
    if (kept.length > most) kept.pop()
    if (kept.length === most) least = kept[most - 1]?.size ?? least
  }
  return kept.map(({ row }) => row)
}
