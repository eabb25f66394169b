/**
 * Rows of numbers side by side, from columns and to columns: by kernels (assembly/sums.ts), since a process goes through its table
 * once, and with plain loops where WebAssembly is missing or the rows are few; the same bits either way.
 */
import { bytesBetween, passingKernels } from './sums-kernel.ts'

type FloatArray = Float32Array | Float64Array

/** Numbers of a column that become (number - mean) / scale, in place `at` of each row; in a constant column 0, or NaN where they are not finite. */
export interface ScaledColumn {
  readonly at: number
  readonly values: FloatArray
  readonly mean: number
  readonly scale: number
  readonly constant: boolean
}

/** Fewer rows than these are through before a kernel is ready. */
const fewRows = 256
/** Rows that go through the kernels' memory together. */
const rowsAtOnce = 1024
/** A piece of a column may hold so many times the rows that are wanted of it. */
const mostSpan = 8 * rowsAtOnce

/** Puts the numbers that the columns have in `rows` into rows of `width` numbers, one behind the other in `out`; other places stay as they are. */
export function writeScaled(out: FloatArray, width: number, rows: Uint32Array, columns: readonly ScaledColumn[]): void {
  const write = rows.length > fewRows && columns.length > 0 ? kernelScaler(out, width) : null
  for (let from = 0; from < rows.length; from += rowsAtOnce) {
    const some = rows.subarray(from, from + rowsAtOnce)
    const into = out.subarray(from * width, (from + some.length) * width)
    if (write?.(into, some, columns) !== true) writeScaledPlainly(into, width, some, columns)
  }
}

export function writeScaledPlainly(out: FloatArray, width: number, rows: Uint32Array, columns: readonly ScaledColumn[]): void {
  for (const { at, values, mean, scale, constant } of columns) {
    for (let r = 0; r < rows.length; r++) {
      const centered = values[rows[r]!]! - mean
      // Adding 0 makes -0 into 0.
      out[r * width + at] = constant ? centered * 0 + 0 : centered / scale
    }
  }
}

/** What it returns is false where rows lie too far from each other for it; then the plain loops write all of them. */
type Scaler = (out: FloatArray, rows: Uint32Array, columns: readonly ScaledColumn[]) => boolean

/** Null where WebAssembly is missing. `like` has the precision of what will be written. */
export function kernelScaler(like: FloatArray, width: number): Scaler | null {
  const size = like.BYTES_PER_ELEMENT
  const [listed, piece] = [rowsAtOnce * width * size, rowsAtOnce * (width * size + 4)]
  const found = passingKernels(piece + mostSpan * 8)
  if (found === null) return null
  const scaled = found.kernel('scaled')
  const room = new Uint8Array(found.memory.buffer)
  const single = like instanceof Float32Array ? 1 : 0
  return (out, rows, columns) => {
    const first = rows[0] ?? 0
    const span = (rows[rows.length - 1] ?? 0) + 1 - first
    if (span < 1 || span > mostSpan) return false
    if (columns.length < width) room.set(bytesBetween(out, 0, out.length))
    room.set(bytesBetween(rows, 0, rows.length), listed)
    for (const { at, values, mean, scale, constant } of columns) {
      if (first + span > values.length) return false
      room.set(bytesBetween(values, first, first + span), piece)
      if (scaled(listed, rows.length, piece, first, span, values instanceof Float32Array ? 1 : 0, mean, scale, constant ? 1 : 0, at * size, width * size, single) === 0) return false
    }
    bytesBetween(out, 0, out.length).set(room.subarray(0, out.byteLength))
    return true
  }
}

/** Each number times `factor` and `summand` more, in place. */
export function stretch(values: Float64Array, factor: number, summand: number): void {
  const found = values.length > fewRows ? passingKernels(rowsAtOnce * 8) : null
  if (found === null) {
    for (let i = 0; i < values.length; i++) values[i] = values[i]! * factor + summand
    return
  }
  const line = found.kernel('line')
  const room = new Float64Array(found.memory.buffer, 0, rowsAtOnce)
  for (let from = 0; from < values.length; from += rowsAtOnce) {
    const part = values.subarray(from, from + rowsAtOnce)
    room.set(part)
    line(0, part.length * 8, factor, summand)
    part.set(room.subarray(0, part.length))
  }
}

/**
 * For each row of `inputs` numbers the last of `inputs + 1` coefficients and then the products with the others, in order, added; to
 * every `stride`th number of `out` from `at` on.
 */
export function weigh(rows: FloatArray, inputs: number, coefficients: Float64Array, out: Float64Array, at: number, stride: number): void {
  const count = rows.length / inputs
  const size = rows.BYTES_PER_ELEMENT
  const [weights, sums] = [rowsAtOnce * inputs * 8, (rowsAtOnce * inputs + inputs + 1) * 8]
  const found = count > fewRows ? passingKernels(sums + rowsAtOnce * 8) : null
  if (found === null) {
    weighPlainly(rows, inputs, coefficients, out, at, stride)
    return
  }
  const weighted = found.kernel('weighted')
  const room = new Uint8Array(found.memory.buffer)
  const made = new Float64Array(found.memory.buffer, sums, rowsAtOnce)
  room.set(bytesBetween(coefficients, 0, inputs + 1), weights)
  for (let from = 0; from < count; from += rowsAtOnce) {
    const some = Math.min(rowsAtOnce, count - from)
    room.set(bytesBetween(rows, from * inputs, (from + some) * inputs))
    weighted(0, some, inputs, size === 4 ? 1 : 0, weights, sums)
    if (stride === 1) out.set(made.subarray(0, some), at + from)
    else for (let r = 0; r < some; r++) out[(from + r) * stride + at] = made[r]!
  }
}

export function weighPlainly(rows: FloatArray, inputs: number, coefficients: Float64Array, out: Float64Array, at: number, stride: number): void {
  for (let row = 0; row < rows.length / inputs; row++) {
    let sum = coefficients[inputs]!
    for (let c = 0; c < inputs; c++) sum += coefficients[c]! * rows[row * inputs + c]!
    out[row * stride + at] = sum
  }
}
