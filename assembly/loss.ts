/**
 * Losses over a tile, as src/backends/losses.ts has them. Outputs and targets are [rows, outputsPadded]; terms are added to a
 * float64 sum in row order, output by output; derivatives, divided by the reduction's divisor, go to `d`.
 */
import { expOf, sigmoidOf, softplusOf } from './activation'
import { log32 } from './elementary32'
import { log64 } from './elementary64'
import { lane2, lane3 } from './lanes'

/** As src/backends/wasm-layout.ts numbers them. */
export const enum Loss { HalfMse, Mse, Mae, Huber, BinaryFromLogits, CategoricalFromLogits }

/** `d` 0 asks for the terms alone. */
export function lossTile<T>(
  loss: i32, delta: T, divisor: T, outputs: usize, targets: usize, d: usize, rows: i32, units: i32, padded: i32, sum: f64,
): f64 {
  const row = <usize>padded * sizeof<T>()
  for (let r: i32 = 0; r < rows; r++) {
    if (loss == Loss.CategoricalFromLogits) sum += categorical<T>(divisor, outputs, targets, d, units)
    else {
      for (let j: usize = 0; j < <usize>units * sizeof<T>(); j += sizeof<T>()) {
        const o = load<T>(outputs + j)
        const y = load<T>(targets + j)
        sum += <f64>term<T>(loss, delta, o, y)
        if (d) store<T>(d + j, derivative<T>(loss, delta, o, y) / divisor)
      }
    }
    outputs += row
    targets += row
    if (d) d += row
  }
  return sum
}

// @ts-ignore: decorator
@inline
function term<T>(loss: i32, delta: T, o: T, y: T): T {
  const e = o - y
  switch (loss) {
    case Loss.HalfMse: return <T>0.5 * (e * e)
    case Loss.Mse: return e * e
    case Loss.Mae: return abs<T>(e)
    case Loss.Huber: {
      const size = abs<T>(e)
      return size <= delta ? <T>0.5 * (size * size) : delta * (size - <T>0.5 * delta)
    }
    default: return v128.extract_lane<T>(softplusOf<T>(v128.splat<T>(o)), 0) - y * o
  }
}

// @ts-ignore: decorator
@inline
function derivative<T>(loss: i32, delta: T, o: T, y: T): T {
  const e = o - y
  switch (loss) {
    case Loss.HalfMse: return e
    case Loss.Mse: return <T>2 * e
    case Loss.Mae: return e > <T>0 ? <T>1 : e < <T>0 ? <T>-1 : e
    case Loss.Huber: return e > delta ? delta : e < -delta ? -delta : e
    default: return v128.extract_lane<T>(sigmoidOf<T>(v128.splat<T>(o)), 0) - y
  }
}

/** One row: log(sum of e^(z - largest)) less the inner product of targets and z - largest, sums in index order. */
function categorical<T>(divisor: T, outputs: usize, targets: usize, d: usize, units: i32): f64 {
  const end = <usize>units * sizeof<T>()
  let largest = load<T>(outputs)
  for (let j: usize = sizeof<T>(); j < end; j += sizeof<T>()) {
    const value = load<T>(outputs + j)
    if (value > largest || value != value) largest = value
  }
  let sum: T = 0
  let inner: T = 0
  for (let j: usize = 0; j < end; j += 16) {
    const z = v128.sub<T>(v128.load(outputs + j), v128.splat<T>(largest))
    const e = expOf<T>(z)
    if (d) v128.store(d + j, e)
    sum += v128.extract_lane<T>(e, 0)
    inner += load<T>(targets + j) * v128.extract_lane<T>(z, 0)
    if (j + sizeof<T>() < end) {
      sum += v128.extract_lane<T>(e, 1)
      inner += load<T>(targets + j + sizeof<T>()) * v128.extract_lane<T>(z, 1)
    }
    if (sizeof<T>() == 4) {
      if (j + 8 < end) {
        sum += lane2<T>(e, e)
        inner += load<T>(targets + j + 8) * lane2<T>(z, z)
      }
      if (j + 12 < end) {
        sum += lane3<T>(e, e)
        inner += load<T>(targets + j + 12) * lane3<T>(z, z)
      }
    }
  }
  if (d) {
    for (let j: usize = 0; j < end; j += sizeof<T>()) {
      store<T>(d + j, (load<T>(d + j) / sum - load<T>(targets + j)) / divisor)
    }
  }
  return <f64>(logOf<T>(sum) - inner)
}

// @ts-ignore: decorator
@inline
function logOf<T>(x: T): T {
  return sizeof<T>() == 4 ? <T>f32x4.extract_lane(log32(f32x4.splat(<f32>x)), 0) : <T>log64(<f64>x)
}
