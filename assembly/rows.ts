/** Rows of a table as they come, features apart from targets, to rows of a table in memory. */

/**
 * Rows of `bytes` bytes each, a multiple of 4, from `from` to every `stride` bytes from `to` on; zeros where `from` is 0.
 */
export function spreadRows(from: usize, to: usize, rows: i32, bytes: i32, stride: i32): void {
  for (let row = 0; row < rows; row++, to += stride) {
    const end = to + bytes
    if (from == 0) for (let at = to; at < end; at += 4) store<u32>(at, 0)
    else for (let at = to; at < end; at += 4, from += 4) store<u32>(at, load<u32>(from))
  }
}
