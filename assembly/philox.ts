/** Philox4x32-10 with eight counters at a time, one in each lane of two vectors: src/numeric/philox.ts in vectors. */

// @ts-ignore: decorator
@inline const MULTIPLIER0: i32 = 0xd2511f53
// @ts-ignore: decorator
@inline const MULTIPLIER1: i32 = 0xcd9e8d57
// @ts-ignore: decorator
@inline const BUMP0: i32 = 0x9e3779b9
// @ts-ignore: decorator
@inline const BUMP1: i32 = 0xbb67ae85

/** High halves of the products of the lanes' words with m. */
// @ts-ignore: decorator
@inline
function highProducts(low: v128, high: v128): v128 {
  return v128.shuffle<i32>(low, high, 1, 3, 5, 7)
}

// @ts-ignore: decorator
@inline
function lowProducts(low: v128, high: v128): v128 {
  return v128.shuffle<i32>(low, high, 0, 2, 4, 6)
}

/**
 * The mask words of eight rows: counters (block, rows' lanes, step, tag), four rows in each of two vectors. Writes the four
 * words of each row to `out`, `stride` bytes from row to row; with `pair`, only the first two words.
 */
export function philoxRows(
  key0: i32, key1: i32, block: i32, rows: usize, step: i32, tag: i32, out: usize, stride: usize, pair: bool,
): void {
  const m0 = i32x4.splat(MULTIPLIER0)
  const m1 = i32x4.splat(MULTIPLIER1)
  let a = i32x4.splat(block)
  let b = v128.load(rows)
  let c = i32x4.splat(step)
  let d = i32x4.splat(tag)
  let e = a
  let f = v128.load(rows, 16)
  let g = c
  let h = d
  for (let round: i32 = 0; round < 10; round++) {
    const k0 = i32x4.splat(key0)
    const k1 = i32x4.splat(key1)
    let low0 = i64x2.extmul_low_i32x4_u(a, m0)
    let high0 = i64x2.extmul_high_i32x4_u(a, m0)
    let low1 = i64x2.extmul_low_i32x4_u(c, m1)
    let high1 = i64x2.extmul_high_i32x4_u(c, m1)
    a = v128.xor(v128.xor(highProducts(low1, high1), b), k0)
    c = v128.xor(v128.xor(highProducts(low0, high0), d), k1)
    b = lowProducts(low1, high1)
    d = lowProducts(low0, high0)
    low0 = i64x2.extmul_low_i32x4_u(e, m0)
    high0 = i64x2.extmul_high_i32x4_u(e, m0)
    low1 = i64x2.extmul_low_i32x4_u(g, m1)
    high1 = i64x2.extmul_high_i32x4_u(g, m1)
    e = v128.xor(v128.xor(highProducts(low1, high1), f), k0)
    g = v128.xor(v128.xor(highProducts(low0, high0), h), k1)
    f = lowProducts(low1, high1)
    h = lowProducts(low0, high0)
    key0 += BUMP0
    key1 += BUMP1
  }
  writeRows(a, b, c, d, out, stride, pair)
  writeRows(e, f, g, h, out + (stride << 2), stride, pair)
}

/** Words a, b, c, d of four rows, one row in each lane, row by row. */
// @ts-ignore: decorator
@inline
function writeRows(a: v128, b: v128, c: v128, d: v128, out: usize, stride: usize, pair: bool): void {
  const ab01 = v128.shuffle<i32>(a, b, 0, 4, 1, 5)
  const ab23 = v128.shuffle<i32>(a, b, 2, 6, 3, 7)
  if (pair) {
    v128.store64_lane(out, ab01, 0)
    v128.store64_lane(out + stride, ab01, 1)
    v128.store64_lane(out + stride * 2, ab23, 0)
    v128.store64_lane(out + stride * 3, ab23, 1)
  } else {
    const cd01 = v128.shuffle<i32>(c, d, 0, 4, 1, 5)
    const cd23 = v128.shuffle<i32>(c, d, 2, 6, 3, 7)
    v128.store(out, v128.shuffle<i64>(ab01, cd01, 0, 2))
    v128.store(out + stride, v128.shuffle<i64>(ab01, cd01, 1, 3))
    v128.store(out + stride * 2, v128.shuffle<i64>(ab23, cd23, 0, 2))
    v128.store(out + stride * 3, v128.shuffle<i64>(ab23, cd23, 1, 3))
  }
}
