/**
 * Rows of a tile put into columns of groups of elements, [group of columns][row], as a product that sums over the rows wants
 * them: one after the other in memory, whatever the row's length. Rows are a power of two apart all too often, and then share
 * a few sets of the cache.
 */
// Numbers as types: what becomes of an element on its way. offsetof<How>().
@unmanaged export class AsItIs { a: i8 }
/** Times the row's factor. */
@unmanaged export class Scaled { a: i8; b: i8 }
/** All ones where it is not 0, as NaN is not, else none. */
@unmanaged export class NotZero { a: i8; b: i8; c: i8 }

/** Bytes of a row that are moved at a time: a line of the cache, so that none is fetched twice. */
// @ts-ignore: decorator
@inline const LINE: usize = 64

/**
 * to [row / group][rows][group] from [rows][row] bytes, both multiples of 16; groups are `next` bytes apart, of one vector or, where `pairs`,
 * of two. A row's factor is every `factorRow` bytes at `factors`.
 */
export function toColumns<T, How>(
  from: usize, row: usize, rows: i32, to: usize, next: usize, pairs: bool, factors: usize, factorRow: usize,
): void {
  const size: usize = pairs ? 32 : 16
  for (let first: usize = 0; first < row; first += LINE) {
    const end = min(first + LINE, row)
    let at = from
    let factor = factors
    let out = to
    for (let r: i32 = 0; r < rows; r++) {
      const f = offsetof<How>() == 2 ? v128.load_splat<T>(factor) : v128.splat<T>(<T>0)
      let place = out
      for (let j = first; j < end; j += size) {
        v128.store(place, changed<T, How>(v128.load(at + j), f))
        if (pairs) v128.store(place, changed<T, How>(v128.load(at + j, 16), f), 16)
        place += next
      }
      at += row
      factor += factorRow
      out += size
    }
    to += next * (LINE / size)
  }
}

// @ts-ignore: decorator
@inline
function changed<T, How>(x: v128, factor: v128): v128 {
  if (offsetof<How>() == 2) return v128.mul<T>(factor, x)
  return offsetof<How>() == 3 ? v128.ne<T>(x, v128.splat<T>(<T>0)) : x
}
