/**
 * A step's rows: drawn from a keyed permutation (src/numeric/permute.ts, four positions at a time) or given, and then put
 * block after block, in a block in draw order, by counting.
 */
import { Plan } from './plan'

// @ts-ignore: decorator
@inline const MIX: i32 = 0x2c1b3c6d

/** Where four digits are moved to in a round; `keys` holds the round's xor and multiplier. */
// @ts-ignore: decorator
@inline
function spread(digit: v128, keys: usize, size: v128, shift: i32): v128 {
  let t = i32x4.mul(v128.xor(digit, v128.load32_splat(keys)), v128.load32_splat(keys, 4))
  t = i32x4.mul(v128.xor(t, i32x4.shr_u(t, 15)), i32x4.splat(MIX))
  return i32x4.shr_u(i32x4.mul(i32x4.shr_u(t, shift), size), 32 - shift)
}

/** x mod size for 0 <= x < 2 size. */
// @ts-ignore: decorator
@inline
function wrap(x: v128, size: v128): v128 {
  return i32x4.min_u(x, i32x4.sub(x, size))
}

/** The Feistel network on four positions. */
// @ts-ignore: decorator
@inline
function once(k: v128, a: v128, b: v128, inverse: v128, keys: usize, keysEnd: usize, shift: i32): v128 {
  // floor(k / b): the float32 quotient is off by one at most, and corrected by its remainder.
  let left = i32x4.trunc_sat_f32x4_u(f32x4.mul(f32x4.convert_i32x4_u(k), inverse))
  let right = i32x4.sub(k, i32x4.mul(left, b))
  const under = i32x4.shr_s(right, 31)
  left = i32x4.add(left, under)
  right = i32x4.add(right, v128.and(under, b))
  const over = i32x4.ge_u(right, b)
  left = i32x4.sub(left, over)
  right = i32x4.sub(right, v128.and(over, b))
  for (; keys < keysEnd; keys += 16) {
    left = wrap(i32x4.add(left, spread(right, keys, a, shift)), a)
    right = wrap(i32x4.add(right, spread(left, keys + 8, b, shift)), b)
  }
  return i32x4.add(i32x4.mul(left, b), right)
}

/** Rows at positions [from, from + count) of the permutation to `out`; up to 3 more words are written. */
function drawPermuted(plan: Plan, out: usize, from: i32, count: i32): void {
  const a = i32x4.splat(plan.digitA)
  const b = i32x4.splat(plan.digitB)
  const inverse = f32x4.splat(<f32>1 / <f32>plan.digitB)
  const n = i32x4.splat(plan.count)
  const last = i32x4.splat(plan.count - 1)
  const keys = plan.keys
  const keysEnd = keys + (<usize>plan.rounds << 3)
  const shift = plan.shift
  let position = i32x4.add(i32x4.splat(from), i32x4(0, 1, 2, 3))
  const end = out + (<usize>count << 2)
  for (; out < end; out += 16) {
    // Positions past the last are drawn and never used.
    let row = once(i32x4.min_u(position, last), a, b, inverse, keys, keysEnd, shift)
    let outside = i32x4.ge_u(row, n)
    while (v128.any_true(outside)) {
      row = v128.bitselect(once(row, a, b, inverse, keys, keysEnd, shift), row, outside)
      outside = i32x4.ge_u(row, n)
    }
    v128.store(out, row)
    position = i32x4.add(position, i32x4.splat(4))
  }
}

/** Tables of more rows find blocks by division. */
const MOST_ROWS_BY_PRODUCT: i32 = 1 << 21

/**
 * 2^42 blocks / rows, rounded up: floor(row * this / 2^42) is floor(row * blocks / rows) where rows^2 <= 2^42, since what the
 * rounding adds stays below the 1 / rows that a fraction may be short of the next whole number.
 */
// @ts-ignore: decorator
@inline
function blocksPerRow(plan: Plan): u64 {
  return plan.tableRows <= MOST_ROWS_BY_PRODUCT ? ((<u64>plan.blocks << 42) / <u64>plan.tableRows) + 1 : 0
}

/** floor(row * blocks / rows): by a product, or by the division that src/backends/backend.ts states. */
// @ts-ignore: decorator
@inline
function blockOf(row: u32, perRow: u64, plan: Plan): usize {
  return perRow ? <usize>((<u64>row * perRow) >> 42) : <usize>(<f64>row * <f64>plan.blocks / <f64>plan.tableRows)
}

/** Fills plan.ordered, plan.starts and, where asked for, plan.positions. */
export function drawBatch(plan: Plan): void {
  if (plan.blocks > 1) {
    drawShare(plan, 0, 1)
    orderShare(plan, 0, 1)
    return
  }
  const count = plan.batch
  if (plan.permuted) drawPermuted(plan, plan.ordered, plan.from, count)
  store<i32>(plan.starts, 0)
  store<i32>(plan.starts, count, 4)
  if (plan.wantPositions) for (let i: i32 = 0; i < count; i++) store<i32>(plan.positions + (<usize>i << 2), i)
}

/** The first position of a thread's share of the batch: a multiple of 4, since four are drawn at a time. */
// @ts-ignore: decorator
@inline
function shareOf(plan: Plan, thread: i32, threads: i32): i32 {
  const each = (plan.batch / threads + 4) & ~3
  return min(plan.batch, each * thread)
}

/** Draws a thread's share of the batch and counts its rows by block. */
export function drawShare(plan: Plan, thread: i32, threads: i32): void {
  const from = shareOf(plan, thread, threads)
  const to = shareOf(plan, thread + 1, threads)
  const drawn = plan.drawn
  if (plan.permuted) drawPermuted(plan, drawn + (<usize>from << 2), plan.from + from, to - from)
  const counts = plan.counts + (<usize>(thread * plan.blocks) << 2)
  memory.fill(counts, 0, <usize>plan.blocks << 2)
  const perRow = blocksPerRow(plan)
  const end = drawn + (<usize>to << 2)
  for (let p = drawn + (<usize>from << 2); p < end; p += 4) {
    const at = counts + (blockOf(load<u32>(p), perRow, plan) << 2)
    store<i32>(at, load<i32>(at) + 1)
  }
}

/** Puts a thread's share in order, once all threads have counted theirs: block after block, and thread after thread in a block. */
export function orderShare(plan: Plan, thread: i32, threads: i32): void {
  const blocks = plan.blocks
  const offsets = plan.offsets + (<usize>(thread * blocks) << 2)
  let next: i32 = 0
  for (let block: i32 = 0; block < blocks; block++) {
    if (thread == 0) store<i32>(plan.starts + (<usize>block << 2), next)
    for (let t: i32 = 0; t < threads; t++) {
      if (t == thread) store<i32>(offsets + (<usize>block << 2), next)
      next += load<i32>(plan.counts + (<usize>(t * blocks + block) << 2))
    }
  }
  if (thread == 0) store<i32>(plan.starts + (<usize>blocks << 2), next)
  const perRow = blocksPerRow(plan)
  const drawn = plan.drawn
  const ordered = plan.ordered
  const positions = plan.positions
  const wanted = plan.wantPositions
  const end = drawn + (<usize>shareOf(plan, thread + 1, threads) << 2)
  for (let p = drawn + (<usize>shareOf(plan, thread, threads) << 2); p < end; p += 4) {
    const row = load<u32>(p)
    const at = offsets + (blockOf(row, perRow, plan) << 2)
    const to = load<i32>(at)
    store<i32>(at, to + 1)
    store<u32>(ordered + (<usize>to << 2), row)
    if (wanted) store<i32>(positions + (<usize>to << 2), <i32>((p - drawn) >> 2))
  }
}
