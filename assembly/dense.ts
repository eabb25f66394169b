/**
 * The dense layer's products, in the orders that src/backends/backend.ts states. Lanes run along the columns of the result,
 * never along the sum: each element is one sum in the order p = 0, 1, …, whatever the tile, so that lane width cannot
 * change a bit. The one exception is stated there too: a layer with fewer than 4 units sums in four lanes.
 *
 * T is f32 or f64; a vector is 16 bytes of either. Strides are in bytes.
 */
import { lane2, lane3, multiplyAdd } from './lanes'
import { Layer } from './plan'

/**
 * c[i, j] = start[i, j] + sum over p of a[i, p] * b[p, j], for m rows of n bytes, n a multiple of 16. `startRow` is 0 where
 * one row starts them all. Four rows and two vectors at a time: eight sums are enough to hide an addition's latency.
 */
export function product<T>(
  a: usize, aRow: usize, aStep: usize, b: usize, bStep: usize, start: usize, startRow: usize, c: usize, cRow: usize,
  m: i32, n: usize, count: i32,
): void {
  let j: usize = 0
  for (; j + 32 <= n; j += 32) {
    let i: i32 = 0
    let ai = a
    let ci = c + j
    let si = start + j
    for (; i + 4 <= m; i += 4) {
      block4x2<T>(ai, aRow, aStep, b + j, bStep, si, startRow, ci, cRow, count)
      ai += aRow << 2
      ci += cRow << 2
      si += startRow << 2
    }
    for (; i < m; i++) {
      block1x2<T>(ai, aStep, b + j, bStep, si, ci, count)
      ai += aRow
      ci += cRow
      si += startRow
    }
  }
  if (j < n) {
    let i: i32 = 0
    let ai = a
    let ci = c + j
    let si = start + j
    for (; i + 4 <= m; i += 4) {
      block4x1<T>(ai, aRow, aStep, b + j, bStep, si, startRow, ci, cRow, count)
      ai += aRow << 2
      ci += cRow << 2
      si += startRow << 2
    }
    for (; i < m; i++) {
      block1x1<T>(ai, aStep, b + j, bStep, si, ci, count)
      ai += aRow
      ci += cRow
      si += startRow
    }
  }
}

function block4x2<T>(
  a0: usize, aRow: usize, aStep: usize, b: usize, bStep: usize, s: usize, sRow: usize, c: usize, cRow: usize, count: i32,
): void {
  let a1 = a0 + aRow
  let a2 = a1 + aRow
  let a3 = a2 + aRow
  let c00 = v128.load(s)
  let c01 = v128.load(s, 16)
  s += sRow
  let c10 = v128.load(s)
  let c11 = v128.load(s, 16)
  s += sRow
  let c20 = v128.load(s)
  let c21 = v128.load(s, 16)
  s += sRow
  let c30 = v128.load(s)
  let c31 = v128.load(s, 16)
  for (let p: i32 = 0; p < count; p++) {
    const b0 = v128.load(b)
    const b1 = v128.load(b, 16)
    b += bStep
    let x = v128.load_splat<T>(a0)
    a0 += aStep
    c00 = multiplyAdd<T>(x, b0, c00)
    c01 = multiplyAdd<T>(x, b1, c01)
    x = v128.load_splat<T>(a1)
    a1 += aStep
    c10 = multiplyAdd<T>(x, b0, c10)
    c11 = multiplyAdd<T>(x, b1, c11)
    x = v128.load_splat<T>(a2)
    a2 += aStep
    c20 = multiplyAdd<T>(x, b0, c20)
    c21 = multiplyAdd<T>(x, b1, c21)
    x = v128.load_splat<T>(a3)
    a3 += aStep
    c30 = multiplyAdd<T>(x, b0, c30)
    c31 = multiplyAdd<T>(x, b1, c31)
  }
  v128.store(c, c00)
  v128.store(c, c01, 16)
  c += cRow
  v128.store(c, c10)
  v128.store(c, c11, 16)
  c += cRow
  v128.store(c, c20)
  v128.store(c, c21, 16)
  c += cRow
  v128.store(c, c30)
  v128.store(c, c31, 16)
}

function block4x1<T>(
  a0: usize, aRow: usize, aStep: usize, b: usize, bStep: usize, s: usize, sRow: usize, c: usize, cRow: usize, count: i32,
): void {
  let a1 = a0 + aRow
  let a2 = a1 + aRow
  let a3 = a2 + aRow
  let c0 = v128.load(s)
  s += sRow
  let c1 = v128.load(s)
  s += sRow
  let c2 = v128.load(s)
  s += sRow
  let c3 = v128.load(s)
  for (let p: i32 = 0; p < count; p++) {
    const b0 = v128.load(b)
    b += bStep
    c0 = multiplyAdd<T>(v128.load_splat<T>(a0), b0, c0)
    a0 += aStep
    c1 = multiplyAdd<T>(v128.load_splat<T>(a1), b0, c1)
    a1 += aStep
    c2 = multiplyAdd<T>(v128.load_splat<T>(a2), b0, c2)
    a2 += aStep
    c3 = multiplyAdd<T>(v128.load_splat<T>(a3), b0, c3)
    a3 += aStep
  }
  v128.store(c, c0)
  c += cRow
  v128.store(c, c1)
  c += cRow
  v128.store(c, c2)
  c += cRow
  v128.store(c, c3)
}

function block1x2<T>(a: usize, aStep: usize, b: usize, bStep: usize, s: usize, c: usize, count: i32): void {
  let c0 = v128.load(s)
  let c1 = v128.load(s, 16)
  for (let p: i32 = 0; p < count; p++) {
    const x = v128.load_splat<T>(a)
    a += aStep
    c0 = multiplyAdd<T>(x, v128.load(b), c0)
    c1 = multiplyAdd<T>(x, v128.load(b, 16), c1)
    b += bStep
  }
  v128.store(c, c0)
  v128.store(c, c1, 16)
}

function block1x1<T>(a: usize, aStep: usize, b: usize, bStep: usize, s: usize, c: usize, count: i32): void {
  let c0 = v128.load(s)
  for (let p: i32 = 0; p < count; p++) {
    c0 = multiplyAdd<T>(v128.load_splat<T>(a), v128.load(b), c0)
    a += aStep
    b += bStep
  }
  v128.store(c, c0)
}

/** z [rows, unitsPadded] = x · W + b for a tile. */
export function denseForward<T>(layer: Layer, x: usize, rows: i32): void {
  const xRow = <usize>layer.inputsPadded * sizeof<T>()
  const zRow = <usize>layer.unitsPadded * sizeof<T>()
  if (layer.lanes) {
    forwardInLanes<T>(layer, x, xRow, zRow, rows)
    return
  }
  const bias = layer.packed + <usize>layer.inputs * zRow
  product<T>(x, xRow, sizeof<T>(), layer.packed, zRow, bias, 0, layer.z, zRow, rows, zRow, layer.inputs)
}

/** dx [rows, inputsPadded] = dz · Wᵀ; `zeros` is a row of -0, to which the first product is added without a trace. */
export function denseBackward<T>(layer: Layer, dz: usize, dx: usize, zeros: usize, rows: i32): void {
  const xRow = <usize>layer.inputsPadded * sizeof<T>()
  const zRow = <usize>layer.unitsPadded * sizeof<T>()
  const weights = layer.lanes ? layer.packed : layer.transposed
  product<T>(dz, zRow, sizeof<T>(), weights, xRow, zeros, 0, dx, xRow, rows, xRow, layer.units)
}

/** Adds xᵀ · dz and the sum of dz over the rows of a tile, one after the other, to a block's `sums`. */
export function denseAccumulate<T>(layer: Layer, x: usize, dz: usize, sums: usize, rows: i32): void {
  const xRow = <usize>layer.inputsPadded * sizeof<T>()
  const zRow = <usize>layer.unitsPadded * sizeof<T>()
  let biases = sums
  if (layer.lanes) {
    product<T>(dz, sizeof<T>(), zRow, x, xRow, sums, xRow, sums, xRow, layer.units, xRow, rows)
    biases += <usize>layer.units * xRow
  } else {
    product<T>(x, sizeof<T>(), xRow, dz, zRow, sums, zRow, sums, zRow, layer.inputs, zRow, rows)
    biases += <usize>layer.inputs * zRow
  }
  for (let j: usize = 0; j < zRow; j += 16) {
    let sum = v128.load(biases + j)
    let d = dz + j
    for (let r: i32 = 0; r < rows; r++) {
      sum = v128.add<T>(sum, v128.load(d))
      d += zRow
    }
    v128.store(biases + j, sum)
  }
}

/** Fewer than 4 units: input k in lane k mod 4, then ((0 + 1) + (2 + 3)) + bias. The last inputs are taken one by one: no padding is read. */
function forwardInLanes<T>(layer: Layer, x: usize, xRow: usize, zRow: usize, rows: i32): void {
  const units = layer.units
  const whole = <usize>(layer.inputs & ~3) * sizeof<T>()
  const rest = layer.inputs & 3
  const biases = layer.packed + <usize>units * xRow
  let z = layer.z
  for (let r: i32 = 0; r < rows; r++) {
    let w = layer.packed
    for (let j: i32 = 0; j < units; j++) {
      let low = v128.splat<T>(<T>0)
      let high = low
      for (let k: usize = 0; k < whole; k += 4 * sizeof<T>()) {
        low = multiplyAdd<T>(v128.load(x + k), v128.load(w + k), low)
        if (sizeof<T>() == 8) high = multiplyAdd<T>(v128.load(x + k, 16), v128.load(w + k, 16), high)
      }
      let l0 = v128.extract_lane<T>(low, 0)
      let l1 = v128.extract_lane<T>(low, 1)
      let l2 = lane2<T>(low, high)
      const l3 = lane3<T>(low, high)
      const xk = x + whole
      const wk = w + whole
      if (rest > 0) l0 += load<T>(xk) * load<T>(wk)
      if (rest > 1) l1 += load<T>(xk + sizeof<T>()) * load<T>(wk + sizeof<T>())
      if (rest > 2) l2 += load<T>(xk + 2 * sizeof<T>()) * load<T>(wk + 2 * sizeof<T>())
      store<T>(z + <usize>j * sizeof<T>(), ((l0 + l1) + (l2 + l3)) + load<T>(biases + <usize>j * sizeof<T>()))
      w += xRow
    }
    x += xRow
    z += zRow
  }
}
