/**
 * A step's rows: drawn from a keyed permutation (src/numeric/permute.ts, four positions at a time) or given, and then put
 * block after block, in a block in draw order, by counting.
 */
import { highProducts, philox } from './philox'
import { Plan } from './plan'

// @ts-ignore: decorator
@inline const MIX: i32 = 0x2c1b3c6d

/**
 * Where four digits are moved to in a round; `flips` and `multiplier` are the round's. ((t >> shift) * size) >> (32 - shift) is the high
 * half of t * size once the low `shift` bits of t are 0: `high` has the others. A shift by a number that is no constant takes four
 * instructions.
 */
// @ts-ignore: decorator
@inline
function spread(digit: v128, flips: v128, multiplier: v128, size: v128, high: v128): v128 {
  let t = i32x4.mul(v128.xor(digit, flips), multiplier)
  t = v128.and(i32x4.mul(v128.xor(t, i32x4.shr_u(t, 15)), i32x4.splat(MIX)), high)
  return highProducts(i64x2.extmul_low_i32x4_u(t, size), i64x2.extmul_high_i32x4_u(t, size))
}

/** One round for `bytes` of digits, which the others move. */
function turn(digits: usize, others: usize, keys: usize, size: i32, high: v128, bytes: usize): void {
  const flips = v128.load32_splat(keys)
  const multiplier = v128.load32_splat(keys, 4)
  const sizes = i32x4.splat(size)
  const end = digits + bytes
  do {
    v128.store(digits, wrap(i32x4.add(v128.load(digits), spread(v128.load(others), flips, multiplier, sizes, high)), sizes))
    digits += 16
    others += 16
  } while (digits < end)
}

/** x mod size for 0 <= x < 2 size. */
// @ts-ignore: decorator
@inline
function wrap(x: v128, size: v128): v128 {
  return i32x4.min_u(x, i32x4.sub(x, size))
}

/** floor(k / b) in float32, which is off by one at most; the remainder k - b * that says how. */
// @ts-ignore: decorator
@inline
function quotient(k: v128, inverse: v128): v128 {
  return i32x4.trunc_sat_f32x4_u(f32x4.mul(f32x4.convert_i32x4_u(k), inverse))
}

/**
 * The whole number nearest to k / b, which is floor(k / b) or one more, for k below 2^31 and quotients below 2^17 (b is near the
 * root of the largest k, and float32's error a hundredth at most): added to 2^23, a float32 keeps whole numbers alone, in its
 * low bits. A third of the instructions of a conversion.
 */
// @ts-ignore: decorator
@inline
function nearest(k: v128, inverse: v128): v128 {
  const shifted = f32x4.add(f32x4.mul(f32x4.convert_i32x4_s(k), inverse), f32x4.splat(8388608))
  return i32x4.sub(shifted, i32x4.splat(0x4b000000))
}

// -1 in the lanes of a remainder below 0, and of one not below b.
// @ts-ignore: decorator
@inline
function under(right: v128): v128 {
  return i32x4.shr_s(right, 31)
}

// @ts-ignore: decorator
@inline
function over(right: v128, b: v128): v128 {
  return i32x4.ge_s(right, b)
}

/** The left digit, corrected by the remainder; `right` is the remainder as it came. */
// @ts-ignore: decorator
@inline
function leftDigit(left: v128, right: v128, b: v128): v128 {
  return i32x4.sub(i32x4.add(left, under(right)), over(right, b))
}

// @ts-ignore: decorator
@inline
function rightDigit(right: v128, b: v128): v128 {
  return i32x4.sub(i32x4.add(right, v128.and(under(right), b)), v128.and(over(right, b), b))
}

/** The Feistel network on four positions, again while it lands outside: what few lanes need. */
function walkOn(row: v128, plan: Plan): v128 {
  const a = i32x4.splat(plan.digitA)
  const b = i32x4.splat(plan.digitB)
  const inverse = f32x4.splat(<f32>1 / <f32>plan.digitB)
  const n = i32x4.splat(plan.count)
  const keysEnd = plan.keys + (<usize>plan.rounds << 3)
  const high = i32x4.splat(-1 << plan.shift)
  let outside = i32x4.ge_u(row, n)
  while (v128.any_true(outside)) {
    let left = quotient(row, inverse)
    let right = i32x4.sub(row, i32x4.mul(left, b))
    left = leftDigit(left, right, b)
    right = rightDigit(right, b)
    for (let keys = plan.keys; keys < keysEnd; keys += 16) {
      left = wrap(i32x4.add(left, spread(right, v128.load32_splat(keys), v128.load32_splat(keys, 4), a, high)), a)
      right = wrap(i32x4.add(right, spread(left, v128.load32_splat(keys, 8), v128.load32_splat(keys, 12), b, high)), b)
    }
    row = v128.bitselect(i32x4.add(i32x4.mul(left, b), right), row, outside)
    outside = i32x4.ge_u(row, n)
  }
  return row
}

/**
 * Positions that go through the rounds side by side. A digit waits some thirty cycles for its own multiplications in each round; over so
 * many a round waits for nothing, and they stay in the first cache.
 */
const CHUNK: i32 = 64

/** Rows at positions [from, from + count) of the permutation to `out`; up to 3 more words are written. */
function drawPermuted(plan: Plan, out: usize, from: i32, count: i32): void {
  for (let done: i32 = 0; done < count; done += CHUNK) {
    drawChunk(plan, out + (<usize>done << 2), plan.d1, from + done, <usize>((min(CHUNK, count - done) + 3) & ~3) << 2)
  }
}

/** The same for `bytes` of rows. Left digits lie where the rows go, right ones in the tile's work space. */
function drawChunk(plan: Plan, lefts: usize, rights: usize, from: i32, bytes: usize): void {
  splitPositions(plan, lefts, rights, from, bytes)
  const high = i32x4.splat(-1 << plan.shift)
  const end = plan.keys + (<usize>plan.rounds << 3)
  for (let keys = plan.keys; keys < end; keys += 16) {
    turn(lefts, rights, keys, plan.digitA, high, bytes)
    turn(rights, lefts, keys + 8, plan.digitB, high, bytes)
  }
  joinDigits(plan, lefts, rights, bytes)
}

/** The digits of positions from `from` on. */
function splitPositions(plan: Plan, lefts: usize, rights: usize, from: i32, bytes: usize): void {
  const b = i32x4.splat(plan.digitB)
  const inverse = f32x4.splat(<f32>1 / <f32>plan.digitB)
  const last = i32x4.splat(plan.count - 1)
  let position = i32x4.add(i32x4.splat(from), i32x4(0, 1, 2, 3))
  const end = lefts + bytes
  do {
    // Positions past the last are drawn and never used.
    const k = i32x4.min_u(position, last)
    const left = nearest(k, inverse)
    const right = i32x4.sub(k, i32x4.mul(left, b))
    v128.store(lefts, i32x4.add(left, under(right)))
    v128.store(rights, i32x4.add(right, v128.and(under(right), b)))
    position = i32x4.add(position, i32x4.splat(4))
    lefts += 16
    rights += 16
  } while (lefts < end)
}

/** Rows from their digits, over the left ones; a row outside walks on. */
function joinDigits(plan: Plan, lefts: usize, rights: usize, bytes: usize): void {
  const b = i32x4.splat(plan.digitB)
  const n = i32x4.splat(plan.count)
  const end = lefts + bytes
  let outside = i32x4.splat(0)
  for (let at = lefts; at < end; at += 16) {
    const row = i32x4.add(i32x4.mul(v128.load(at), b), v128.load(rights))
    v128.store(at, row)
    outside = v128.or(outside, i32x4.ge_u(row, n))
    rights += 16
  }
  if (!v128.any_true(outside)) return
  for (let at = lefts; at < end; at += 16) v128.store(at, walkOn(v128.load(at), plan))
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

/** The keys of the permutation's rounds, two of them from each call of Philox; to be called once in a step, by one thread. */
export function keyRounds(plan: Plan): void {
  if (!plan.permuted) return
  const keys = plan.keys
  for (let pair: i32 = 0; pair < plan.rounds >> 1; pair++) {
    const at = keys + (<usize>pair << 4)
    philox(plan.key0, plan.key1, pair, plan.counterLow, plan.counterHigh, at)
    store<u32>(at, load<u32>(at, 4) | 1, 4)
    store<u32>(at, load<u32>(at, 12) | 1, 12)
  }
}

/** Fills plan.ordered, plan.starts and, where asked for, plan.positions. */
export function drawBatch(plan: Plan): void {
  keyRounds(plan)
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

/** The first position of a thread's share of the batch: a multiple of 16, since whole vectors are drawn. */
// @ts-ignore: decorator
@inline
function shareOf(plan: Plan, thread: i32, threads: i32): i32 {
  const each = (plan.batch / threads + 16) & ~15
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
