/**
 * The matrix products of dense layers, in the orders that src/backends/backend.ts states. Lanes run along the
 * columns of the result, never along the sum: each element is one sum in the order p = 0, 1, …, whatever the block, so that
 * lane width cannot change a bit. A sum that goes on in another block is written and read back in between.
 *
 *     c[i, v] = c[i, v] + a[i, 0] b[0, v] + a[i, 1] b[1, v] + …
 *
 * with b and c in vectors v of 16 bytes. Four rows and two vectors at a time: eight sums hide an addition's latency, and
 * each value loaded serves two or four of them.
 *
 * T is f32 or f64; strides are in bytes.
 */
import { multiplyAdd } from './lanes'

// Numbers as types, so that a block is compiled once for each: offsetof<Way>().
/** Sums run along rows of a: each of the four rows of a block is a pointer of its own. */
@unmanaged export class Across { a: i8 }
/** Sums run down a: the four values of a block lie side by side. */
@unmanaged export class Down { a: i8; b: i8 }
/** Terms of a sum that are taken at a time, so that two vectors of b and four rows of a stay in a first-level cache. */
// @ts-ignore: decorator
@inline const DEPTH: i32 = 256
/** Rows of the result that are taken at a time, so that what they need of a stays in a second-level cache. */
// @ts-ignore: decorator
@inline const HEIGHT: i32 = 128

/**
 * c [m rows][vectors] = start + a · b, with a [m][count] in rows, b in columns of vectors, `bNext` bytes apart, and c in
 * rows. m is a multiple of 4. `start` is one row for all, its vectors `startNext` bytes apart.
 */
export function across<T>(
  a: usize, aRow: usize, b: usize, bNext: usize, start: usize, startNext: usize, c: usize, cRow: usize, m: i32, vectors: i32, count: i32,
): void {
  let startRow: usize = 0
  for (; count > 0; count -= DEPTH) {
    let v: i32 = 0
    let bv = b
    let sv = start
    let cv = c
    const depth = min(count, DEPTH)
    for (; v + 2 <= vectors; v += 2) {
      block4x2<T, Across>(a, aRow, sizeof<T>(), aRow << 2, bv, 16, bNext, sv, startRow, startNext, cv, cRow, 16, m, depth)
      bv += bNext << 1
      sv += startNext << 1
      cv += 32
    }
    if (v < vectors) block4x1<T, Across>(a, aRow, sizeof<T>(), aRow << 2, bv, 16, sv, startRow, cv, cRow, m, depth)
    a += DEPTH * sizeof<T>()
    b += DEPTH << 4
    start = c
    startRow = cRow
    startNext = 16
  }
}

/**
 * c = c + aᵀ · b, with c [m rows][vectors] in columns of vectors, `cNext` bytes apart; m is a multiple of 4. Groups of four
 * columns of a are `aGroup` bytes apart and their rows `aStep`; rows of b are `bStep` bytes apart and its vectors `bNext`.
 */
export function down<T>(
  a: usize, aGroup: usize, aStep: usize, b: usize, bStep: usize, bNext: usize, c: usize, cNext: usize, m: i32, vectors: i32, count: i32,
): void {
  for (; m > 0; m -= HEIGHT) {
    let v: i32 = 0
    let bv = b
    let cv = c
    const height = min(m, HEIGHT)
    for (; v + 2 <= vectors; v += 2) {
      block4x2<T, Down>(a, 0, aStep, aGroup, bv, bStep, bNext, cv, 16, cNext, cv, 16, cNext, height, count)
      bv += bNext << 1
      cv += cNext << 1
    }
    if (v < vectors) block4x1<T, Down>(a, 0, aStep, aGroup, bv, bStep, cv, 16, cv, 16, height, count)
    a += aGroup * (HEIGHT >> 2)
    c += HEIGHT << 4
  }
}

/** Two vectors of m rows of the result, four rows after four. */
function block4x2<T, Way>(
  a: usize, aRow: usize, aStep: usize, aGroup: usize, b: usize, bStep: usize, bNext: usize,
  s: usize, sRow: usize, sNext: usize, c: usize, cRow: usize, cNext: usize, m: i32, count: i32,
): void {
  const end = b + <usize>count * bStep
  for (let i: i32 = 0; i < m; i += 4) {
    let c00 = v128.load(s)
    let c01 = v128.load(s + sNext)
    s += sRow
    let c10 = v128.load(s)
    let c11 = v128.load(s + sNext)
    s += sRow
    let c20 = v128.load(s)
    let c21 = v128.load(s + sNext)
    s += sRow
    let c30 = v128.load(s)
    let c31 = v128.load(s + sNext)
    s += sRow
    let a0 = a
    let a1 = a0 + aRow
    let a2 = a1 + aRow
    let a3 = a2 + aRow
    let b1 = b + bNext
    for (let b0 = b; b0 < end; b0 += bStep) {
      const low = v128.load(b0)
      const high = v128.load(b1)
      b1 += bStep
      let x = v128.load_splat<T>(a0)
      c00 = multiplyAdd<T>(x, low, c00)
      c01 = multiplyAdd<T>(x, high, c01)
      x = offsetof<Way>() == 1 ? v128.load_splat<T>(a1) : v128.load_splat<T>(a0, sizeof<T>())
      c10 = multiplyAdd<T>(x, low, c10)
      c11 = multiplyAdd<T>(x, high, c11)
      x = offsetof<Way>() == 1 ? v128.load_splat<T>(a2) : v128.load_splat<T>(a0, 2 * sizeof<T>())
      c20 = multiplyAdd<T>(x, low, c20)
      c21 = multiplyAdd<T>(x, high, c21)
      x = offsetof<Way>() == 1 ? v128.load_splat<T>(a3) : v128.load_splat<T>(a0, 3 * sizeof<T>())
      c30 = multiplyAdd<T>(x, low, c30)
      c31 = multiplyAdd<T>(x, high, c31)
      a0 += aStep
      if (offsetof<Way>() == 1) {
        a1 += aStep
        a2 += aStep
        a3 += aStep
      }
    }
    v128.store(c, c00)
    v128.store(c + cNext, c01)
    c += cRow
    v128.store(c, c10)
    v128.store(c + cNext, c11)
    c += cRow
    v128.store(c, c20)
    v128.store(c + cNext, c21)
    c += cRow
    v128.store(c, c30)
    v128.store(c + cNext, c31)
    c += cRow
    a += aGroup
  }
}

/** The last vector where their number is odd. */
function block4x1<T, Way>(
  a: usize, aRow: usize, aStep: usize, aGroup: usize, b: usize, bStep: usize, s: usize, sRow: usize, c: usize, cRow: usize, m: i32, count: i32,
): void {
  const end = b + <usize>count * bStep
  for (let i: i32 = 0; i < m; i += 4) {
    let c0 = v128.load(s)
    s += sRow
    let c1 = v128.load(s)
    s += sRow
    let c2 = v128.load(s)
    s += sRow
    let c3 = v128.load(s)
    s += sRow
    let a0 = a
    let a1 = a0 + aRow
    let a2 = a1 + aRow
    let a3 = a2 + aRow
    for (let b0 = b; b0 < end; b0 += bStep) {
      const low = v128.load(b0)
      c0 = multiplyAdd<T>(v128.load_splat<T>(a0), low, c0)
      c1 = multiplyAdd<T>(offsetof<Way>() == 1 ? v128.load_splat<T>(a1) : v128.load_splat<T>(a0, sizeof<T>()), low, c1)
      c2 = multiplyAdd<T>(offsetof<Way>() == 1 ? v128.load_splat<T>(a2) : v128.load_splat<T>(a0, 2 * sizeof<T>()), low, c2)
      c3 = multiplyAdd<T>(offsetof<Way>() == 1 ? v128.load_splat<T>(a3) : v128.load_splat<T>(a0, 3 * sizeof<T>()), low, c3)
      a0 += aStep
      if (offsetof<Way>() == 1) {
        a1 += aStep
        a2 += aStep
        a3 += aStep
      }
    }
    v128.store(c, c0)
    c += cRow
    v128.store(c, c1)
    c += cRow
    v128.store(c, c2)
    c += cRow
    v128.store(c, c3)
    c += cRow
    a += aGroup
  }
}

/** One row: c = c + the rows of b, one after the other. Four vectors at a time, as each is one chain of additions. */
export function sumRows<T>(b: usize, bStep: usize, bNext: usize, c: usize, cNext: usize, vectors: i32, rows: i32): void {
  for (let v: i32 = 0; v < vectors; v += 4) {
    // Past the last vector, the last again.
    const c1 = c + (v + 1 < vectors ? cNext : 0)
    const c2 = c1 + (v + 2 < vectors ? cNext : 0)
    const c3 = c2 + (v + 3 < vectors ? cNext : 0)
    const b1 = v + 1 < vectors ? bNext : 0
    const b2 = v + 2 < vectors ? b1 + bNext : b1
    const b3 = v + 3 < vectors ? b2 + bNext : b2
    let s0 = v128.load(c)
    let s1 = v128.load(c1)
    let s2 = v128.load(c2)
    let s3 = v128.load(c3)
    let br = b
    for (let r: i32 = 0; r < rows; r++) {
      s0 = v128.add<T>(s0, v128.load(br))
      s1 = v128.add<T>(s1, v128.load(br + b1))
      s2 = v128.add<T>(s2, v128.load(br + b2))
      s3 = v128.add<T>(s3, v128.load(br + b3))
      br += bStep
    }
    v128.store(c, s0)
    v128.store(c1, s1)
    v128.store(c2, s2)
    v128.store(c3, s3)
    b += bNext << 2
    c += cNext << 2
  }
}
