/** Philox4x32-10, one counter alone or eight at a time, one in each lane of two vectors: src/numeric/philox.ts. */

// @ts-ignore: decorator
@inline const MULTIPLIER0: i32 = 0xd2511f53
// @ts-ignore: decorator
@inline const MULTIPLIER1: i32 = 0xcd9e8d57
// @ts-ignore: decorator
@inline const BUMP0: u32 = 0x9e3779b9
// @ts-ignore: decorator
@inline const BUMP1: u32 = 0xbb67ae85

/** Writes the four words of the counter (c0, 0, c2, c3) to `out`. */
export function philox(key0: u32, key1: u32, c0: u32, c2: u32, c3: u32, out: usize): void {
  let c1: u32 = 0
  for (let round: i32 = 0; round < 10; round++) {
    const first = <u64>c0 * <u64><u32>MULTIPLIER0
    const second = <u64>c2 * <u64><u32>MULTIPLIER1
    c0 = <u32>(second >> 32) ^ c1 ^ key0
    c1 = <u32>second
    c2 = <u32>(first >> 32) ^ c3 ^ key1
    c3 = <u32>first
    key0 += BUMP0
    key1 += BUMP1
  }
  store<u32>(out, c0)
  store<u32>(out, c1, 4)
  store<u32>(out, c2, 8)
  store<u32>(out, c3, 12)
}

/** High halves of the products of four words, of which `low` and `high` are two each. */
// @ts-ignore: decorator
@inline
export function highProducts(low: v128, high: v128): v128 {
  return v128.shuffle<i32>(low, high, 1, 3, 5, 7)
}

// @ts-ignore: decorator
@inline
function lowProducts(low: v128, high: v128): v128 {
  return v128.shuffle<i32>(low, high, 0, 2, 4, 6)
}

// @ts-ignore: decorator
@inline
function key(keys: usize, round: usize, word: usize): i32 {
  return load<i32>(keys + (round << 3) + (word << 2))
}

/**
 * The mask words of eight rows: counters (block, rows' lanes, step, tag), four rows in each of two vectors. Writes the four
 * words of each row to `out`, `stride` bytes from row to row; with `pair`, only the first two words. `keys` holds the two
 * words of each of the ten rounds.
 *
 * Rows differ in one word of the counter, which reaches a product in the second round and both in the fourth: what comes
 * before is one number for all, and of a pair the last round takes one product alone.
 */
export function philoxRows(keys: usize, block: i32, rows: usize, step: i32, tag: i32, out: usize, stride: usize, pair: bool): void {
  const m0 = i32x4.splat(MULTIPLIER0)
  const m1 = i32x4.splat(MULTIPLIER1)
  const blockProduct = <u64>(<u32>block) * <u64>(<u32>MULTIPLIER0)
  const stepProduct = <u64>(<u32>step) * <u64>(<u32>MULTIPLIER1)
  const second = <u64>(<u32>(<i32>(blockProduct >> 32) ^ tag ^ key(keys, 0, 1))) * <u64>(<u32>MULTIPLIER1)
  const third = <u64>(<u32>(<i32>(second >> 32) ^ <i32>stepProduct ^ key(keys, 1, 0))) * <u64>(<u32>MULTIPLIER0)
  const row = i32x4.splat(<i32>(stepProduct >> 32) ^ key(keys, 0, 0))
  const c2 = i32x4.splat(<i32>blockProduct ^ key(keys, 1, 1))
  const a3 = i32x4.splat(<i32>second ^ key(keys, 2, 0))
  const c3 = i32x4.splat(<i32>(third >> 32) ^ key(keys, 2, 1))
  let d = i32x4.splat(<i32>third)
  let h = d

  // The second round's product, then the third's.
  let a = v128.xor(v128.load(rows), row)
  let low0 = i64x2.extmul_low_i32x4_u(a, m0)
  let high0 = i64x2.extmul_high_i32x4_u(a, m0)
  let c = v128.xor(highProducts(low0, high0), c2)
  let low1 = i64x2.extmul_low_i32x4_u(c, m1)
  let high1 = i64x2.extmul_high_i32x4_u(c, m1)
  a = v128.xor(highProducts(low1, high1), a3)
  let b = lowProducts(low1, high1)
  c = v128.xor(lowProducts(low0, high0), c3)
  let e = v128.xor(v128.load(rows, 16), row)
  low0 = i64x2.extmul_low_i32x4_u(e, m0)
  high0 = i64x2.extmul_high_i32x4_u(e, m0)
  let g = v128.xor(highProducts(low0, high0), c2)
  low1 = i64x2.extmul_low_i32x4_u(g, m1)
  high1 = i64x2.extmul_high_i32x4_u(g, m1)
  e = v128.xor(highProducts(low1, high1), a3)
  let f = lowProducts(low1, high1)
  g = v128.xor(lowProducts(low0, high0), c3)

  const last = keys + 9 * 8
  keys += 3 * 8
  // The loop's test is at its end: V8 takes constants out of such loops alone.
  do {
    const k0 = v128.load32_splat(keys)
    const k1 = v128.load32_splat(keys, 4)
    low0 = i64x2.extmul_low_i32x4_u(a, m0)
    high0 = i64x2.extmul_high_i32x4_u(a, m0)
    low1 = i64x2.extmul_low_i32x4_u(c, m1)
    high1 = i64x2.extmul_high_i32x4_u(c, m1)
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
    keys += 8
  } while (keys < last)

  const k0 = v128.load32_splat(keys)
  low1 = i64x2.extmul_low_i32x4_u(c, m1)
  high1 = i64x2.extmul_high_i32x4_u(c, m1)
  const word0 = v128.xor(v128.xor(highProducts(low1, high1), b), k0)
  const word1 = lowProducts(low1, high1)
  low1 = i64x2.extmul_low_i32x4_u(g, m1)
  high1 = i64x2.extmul_high_i32x4_u(g, m1)
  const word4 = v128.xor(v128.xor(highProducts(low1, high1), f), k0)
  const word5 = lowProducts(low1, high1)
  if (pair) {
    writePairs(word0, word1, out, stride)
    writePairs(word4, word5, out + (stride << 2), stride)
    return
  }
  const k1 = v128.load32_splat(keys, 4)
  low0 = i64x2.extmul_low_i32x4_u(a, m0)
  high0 = i64x2.extmul_high_i32x4_u(a, m0)
  writeRows(word0, word1, v128.xor(v128.xor(highProducts(low0, high0), d), k1), lowProducts(low0, high0), out, stride)
  low0 = i64x2.extmul_low_i32x4_u(e, m0)
  high0 = i64x2.extmul_high_i32x4_u(e, m0)
  writeRows(word4, word5, v128.xor(v128.xor(highProducts(low0, high0), h), k1), lowProducts(low0, high0), out + (stride << 2), stride)
}

/** Words a and b of four rows, one row in each lane, row by row. */
// @ts-ignore: decorator
@inline
function writePairs(a: v128, b: v128, out: usize, stride: usize): void {
  const ab01 = v128.shuffle<i32>(a, b, 0, 4, 1, 5)
  const ab23 = v128.shuffle<i32>(a, b, 2, 6, 3, 7)
  v128.store64_lane(out, ab01, 0)
  v128.store64_lane(out + stride, ab01, 1)
  v128.store64_lane(out + stride * 2, ab23, 0)
  v128.store64_lane(out + stride * 3, ab23, 1)
}

/** The same with four words. */
// @ts-ignore: decorator
@inline
function writeRows(a: v128, b: v128, c: v128, d: v128, out: usize, stride: usize): void {
  const ab01 = v128.shuffle<i32>(a, b, 0, 4, 1, 5)
  const ab23 = v128.shuffle<i32>(a, b, 2, 6, 3, 7)
  const cd01 = v128.shuffle<i32>(c, d, 0, 4, 1, 5)
  const cd23 = v128.shuffle<i32>(c, d, 2, 6, 3, 7)
  v128.store(out, v128.shuffle<i64>(ab01, cd01, 0, 2))
  v128.store(out + stride, v128.shuffle<i64>(ab01, cd01, 1, 3))
  v128.store(out + stride * 2, v128.shuffle<i64>(ab23, cd23, 0, 2))
  v128.store(out + stride * 3, v128.shuffle<i64>(ab23, cd23, 1, 3))
}
