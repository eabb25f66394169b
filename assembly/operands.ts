/**
 * Rows of a tile put into columns of groups of elements, [group of columns][row], as a product that sums over the rows wants
 * them: one after the other in memory, whatever the row's length. Rows are a power of two apart all too often, and then share
 * a few sets of the cache.
 */

/** Bytes of a row that are moved at a time: a line of the cache, so that none is fetched twice. */
// @ts-ignore: decorator
@inline const LINE: usize = 64

/** to [row / group][rows][group] from [rows][row] bytes, both multiples of 16; groups are `next` bytes apart, of one vector or, where `pairs`, of two. */
export function toColumns(from: usize, row: usize, rows: i32, to: usize, next: usize, pairs: bool): void {
  const size: usize = pairs ? 32 : 16
  for (let first: usize = 0; first < row; first += LINE) {
    const end = min(first + LINE, row)
    let at = from
    let out = to
    for (let r: i32 = 0; r < rows; r++) {
      let place = out
      for (let j = first; j < end; j += size) {
        v128.store(place, v128.load(at + j))
        if (pairs) v128.store(place, v128.load(at + j, 16), 16)
        place += next
      }
      at += row
      out += size
    }
    to += next * (LINE / size)
  }
}
