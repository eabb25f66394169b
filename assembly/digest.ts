/**
 * A module of its own, for hashes: the blocks of SHA-256 (FIPS 180-4, 6.2.2). Most hashes are of a few thousand bytes, which a
 * script has done long before the engine compiles it.
 */

/** Where the host puts the round constants, and the 64 words that a block is spread to. */
// @ts-ignore: decorator
@inline const CONSTANTS: usize = 256
// @ts-ignore: decorator
@inline const SCHEDULE: usize = 512

// @ts-ignore: decorator
@inline
function spread(x: u32, y: u32): u32 {
  return (rotr<u32>(x, 7) ^ rotr<u32>(x, 18) ^ (x >> 3)) + (rotr<u32>(y, 17) ^ rotr<u32>(y, 19) ^ (y >> 10))
}

/** Takes blocks of 64 bytes from `at` up to `end` into the eight words of the state, which lie at 0. */
export function compress(at: usize, end: usize): void {
  for (; at < end; at += 64) {
    for (let t: usize = 0; t < 64; t += 4) store<u32>(SCHEDULE + t, bswap<u32>(load<u32>(at + t)))
    for (let w = SCHEDULE + 64; w < SCHEDULE + 256; w += 4) {
      store<u32>(w, load<u32>(w - 64) + load<u32>(w - 28) + spread(load<u32>(w - 60), load<u32>(w - 8)))
    }
    let a = load<u32>(0)
    let b = load<u32>(4)
    let c = load<u32>(8)
    let d = load<u32>(12)
    let e = load<u32>(16)
    let f = load<u32>(20)
    let g = load<u32>(24)
    let h = load<u32>(28)
    for (let t: usize = 0; t < 256; t += 4) {
      const first = h + (rotr<u32>(e, 6) ^ rotr<u32>(e, 11) ^ rotr<u32>(e, 25)) + ((e & f) ^ (~e & g)) + load<u32>(CONSTANTS + t) + load<u32>(SCHEDULE + t)
      const second = (rotr<u32>(a, 2) ^ rotr<u32>(a, 13) ^ rotr<u32>(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))
      h = g
      g = f
      f = e
      e = d + first
      d = c
      c = b
      b = a
      a = first + second
    }
    add(0, a)
    add(4, b)
    add(8, c)
    add(12, d)
    add(16, e)
    add(20, f)
    add(24, g)
    add(28, h)
  }
}

// @ts-ignore: decorator
@inline
function add(at: usize, x: u32): void {
  store<u32>(at, load<u32>(at) + x)
}
