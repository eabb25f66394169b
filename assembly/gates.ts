/**
 * One hidden layer of relu under one linear output: sums over the batch go through the hidden units' gates alone, and weights
 * come after them (src/backends/gates.ts, where the formulas stand).
 */
import { multiplyAdd, width } from './lanes'
import { layerAt, Plan } from './plan'

/**
 * c[k, j] = c[k, j] + sum over rows of a[row, k] where gate j of the row is open. `a` is [rows][aRow bytes], `shut` and c are
 * [rows] and [m] of n bytes, a multiple of 16.
 */
export function gatedProduct<T>(a: usize, aRow: usize, shut: usize, c: usize, m: i32, n: usize, rows: i32): void {
  for (let j: usize = 0; j < n; j += 32) {
    const wide = j + 32 <= n
    let k: i32 = 0
    let ck = c + j
    let ak = a
    for (; k + 4 <= m; k += 4) {
      if (wide) block4x2<T>(ak, aRow, shut + j, n, ck, rows)
      else block4x1<T>(ak, aRow, shut + j, n, ck, rows)
      ck += n << 2
      ak += 4 * sizeof<T>()
    }
    for (; k < m; k++) {
      block1x1<T>(ak, aRow, shut + j, n, ck, rows)
      if (wide) block1x1<T>(ak, aRow, shut + j + 16, n, ck + 16, rows)
      ck += n
      ak += sizeof<T>()
    }
  }
}

function block4x2<T>(a: usize, aRow: usize, shut: usize, n: usize, c: usize, rows: i32): void {
  const c1 = c + n
  const c2 = c1 + n
  const c3 = c2 + n
  let c00 = v128.load(c)
  let c01 = v128.load(c, 16)
  let c10 = v128.load(c1)
  let c11 = v128.load(c1, 16)
  let c20 = v128.load(c2)
  let c21 = v128.load(c2, 16)
  let c30 = v128.load(c3)
  let c31 = v128.load(c3, 16)
  for (let r: i32 = 0; r < rows; r++) {
    const s0 = v128.load(shut)
    const s1 = v128.load(shut, 16)
    shut += n
    let x = v128.load_splat<T>(a)
    c00 = v128.add<T>(c00, v128.andnot(x, s0))
    c01 = v128.add<T>(c01, v128.andnot(x, s1))
    x = v128.load_splat<T>(a + sizeof<T>())
    c10 = v128.add<T>(c10, v128.andnot(x, s0))
    c11 = v128.add<T>(c11, v128.andnot(x, s1))
    x = v128.load_splat<T>(a + 2 * sizeof<T>())
    c20 = v128.add<T>(c20, v128.andnot(x, s0))
    c21 = v128.add<T>(c21, v128.andnot(x, s1))
    x = v128.load_splat<T>(a + 3 * sizeof<T>())
    c30 = v128.add<T>(c30, v128.andnot(x, s0))
    c31 = v128.add<T>(c31, v128.andnot(x, s1))
    a += aRow
  }
  v128.store(c, c00)
  v128.store(c, c01, 16)
  v128.store(c1, c10)
  v128.store(c1, c11, 16)
  v128.store(c2, c20)
  v128.store(c2, c21, 16)
  v128.store(c3, c30)
  v128.store(c3, c31, 16)
}

function block4x1<T>(a: usize, aRow: usize, shut: usize, n: usize, c: usize, rows: i32): void {
  const c1 = c + n
  const c2 = c1 + n
  const c3 = c2 + n
  let s0 = v128.load(c)
  let s1 = v128.load(c1)
  let s2 = v128.load(c2)
  let s3 = v128.load(c3)
  for (let r: i32 = 0; r < rows; r++) {
    const s = v128.load(shut)
    shut += n
    s0 = v128.add<T>(s0, v128.andnot(v128.load_splat<T>(a), s))
    s1 = v128.add<T>(s1, v128.andnot(v128.load_splat<T>(a + sizeof<T>()), s))
    s2 = v128.add<T>(s2, v128.andnot(v128.load_splat<T>(a + 2 * sizeof<T>()), s))
    s3 = v128.add<T>(s3, v128.andnot(v128.load_splat<T>(a + 3 * sizeof<T>()), s))
    a += aRow
  }
  v128.store(c, s0)
  v128.store(c1, s1)
  v128.store(c2, s2)
  v128.store(c3, s3)
}

function block1x1<T>(a: usize, aRow: usize, shut: usize, n: usize, c: usize, rows: i32): void {
  let sum = v128.load(c)
  for (let r: i32 = 0; r < rows; r++) {
    sum = v128.add<T>(sum, v128.andnot(v128.load_splat<T>(a), v128.load(shut)))
    a += aRow
    shut += n
  }
  v128.store(c, sum)
}

/** All ones in `shut` where h is 0: what was dropped or not above 0 put out 0, and NaN is no 0. */
export function gatesOf<T>(h: usize, shut: usize, elements: i32): void {
  const end = h + <usize>elements * sizeof<T>()
  const zero = v128.splat<T>(<T>0)
  for (; h < end; h += 16) {
    v128.store(shut, v128.eq<T>(v128.load(h), zero))
    shut += 16
  }
}

/** [rows][row bytes]: each row times its derivative; derivatives lie `dRow` bytes apart. */
export function timesDerivatives<T>(x: usize, row: usize, d: usize, dRow: usize, rows: i32): void {
  for (let r: i32 = 0; r < rows; r++) {
    const g = v128.load_splat<T>(d)
    for (let k: usize = 0; k < row; k += 16) v128.store(x + k, v128.mul<T>(g, v128.load(x + k)))
    x += row
    d += dRow
  }
}

/**
 * The flat gradient from the sums of all blocks. C of input k and vector v of units lies at plan.sums + (k + first) * kStride +
 * v * vStride, Cb at plan.sums + biasPlace * kStride + v * vStride, the output bias at `outputBias`.
 */
export function finishGated<T>(plan: Plan, kStride: usize, vStride: usize, first: i32, biasPlace: i32, outputBias: usize): void {
  const units = layerAt(plan, 0).units
  const whole = units / width<T>()
  const row = <usize>units * sizeof<T>()
  const factor = <T>layerAt(plan, 0).factor
  const biases = <usize>plan.inputs * row
  const weights2 = biases + row
  for (let v: i32 = 0; v < whole; v++) {
    const at = <usize>v << 4
    const from = plan.sums + <usize>v * vStride
    const cb = v128.load(from + <usize>biasPlace * kStride)
    const scale = v128.mul<T>(v128.load(plan.current + weights2 + at), v128.splat<T>(factor))
    let inner = v128.mul<T>(cb, v128.load(plan.current + biases + at))
    let place = from + <usize>first * kStride
    for (let flat = at; flat < biases; flat += row) {
      const c = v128.load(place)
      inner = multiplyAdd<T>(c, v128.load(plan.current + flat), inner)
      v128.store(plan.gradient + flat, v128.mul<T>(c, scale))
      place += kStride
    }
    v128.store(plan.gradient + biases + at, v128.mul<T>(cb, scale))
    v128.store(plan.gradient + weights2 + at, v128.mul<T>(inner, v128.splat<T>(factor)))
  }
  for (let j = whole * width<T>(); j < units; j++) {
    const at = <usize>j * sizeof<T>()
    const from = plan.sums + <usize>whole * vStride + <usize>(j - whole * width<T>()) * sizeof<T>()
    const cb = load<T>(from + <usize>biasPlace * kStride)
    const scale = load<T>(plan.current + weights2 + at) * factor
    let inner = cb * load<T>(plan.current + biases + at)
    let place = from + <usize>first * kStride
    for (let flat = at; flat < biases; flat += row) {
      const c = load<T>(place)
      inner += c * load<T>(plan.current + flat)
      store<T>(plan.gradient + flat, c * scale)
      place += kStride
    }
    store<T>(plan.gradient + biases + at, cb * scale)
    store<T>(plan.gradient + weights2 + at, inner * factor)
  }
  store<T>(plan.gradient + weights2 + row, load<T>(outputBias))
}
