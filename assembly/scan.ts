/**
 * A module of its own, for tables: whether any of many numbers is beyond a bound, by their bits alone. A float without its sign
 * is as large as its bits are as a whole number, and Infinity and NaN are beyond all finite ones.
 */

/**
 * Whether a 32-bit word from `at` up to `end` (64 bytes at a time), without its sign, is `least` or more. With `upper` only every
 * second word counts, the upper halves of doubles.
 */
export function anyBeyond(at: usize, end: usize, least: i32, upper: bool): bool {
  const sign = v128.splat<i32>(0x7fffffff)
  const mask = upper ? v128.and(sign, i64x2(0xffffffff00000000, 0xffffffff00000000)) : sign
  const below = v128.splat<i32>(least - 1)
  let a = v128.splat<i32>(0)
  let b = a
  let c = a
  let d = a
  for (; at < end; at += 64) {
    a = v128.or(a, v128.gt<i32>(v128.and(v128.load(at), mask), below))
    b = v128.or(b, v128.gt<i32>(v128.and(v128.load(at, 16), mask), below))
    c = v128.or(c, v128.gt<i32>(v128.and(v128.load(at, 32), mask), below))
    d = v128.or(d, v128.gt<i32>(v128.and(v128.load(at, 48), mask), below))
  }
  return v128.any_true(v128.or(v128.or(a, b), v128.or(c, d)))
}

/** Where four bytes stand that are `word` in little-endian order, at `at` or behind it and whole before `end`; `end` where they do not. Up to 16 bytes past the end are read. */
export function indexOfWord(at: usize, end: usize, word: u32): usize {
  const first = v128.splat<u8>(<u8>word)
  const second = v128.splat<u8>(<u8>(word >> 8))
  for (; at < end; at += 16) {
    let places = v128.bitmask<i8>(v128.and(v128.eq<u8>(v128.load(at), first), v128.eq<u8>(v128.load(at, 1), second)))
    for (; places != 0; places &= places - 1) {
      const place = at + <usize>ctz(places)
      if (place + 4 <= end && load<u32>(place) == word) return place
    }
  }
  return end
}
