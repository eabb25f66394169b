/**
 * A module of its own, for tables: sums over many numbers in the order of src/numeric/stats.ts. The numbers lie at `at`; what comes
 * before them is handed in, and there are whole blocks of them but at the end of a column.
 */

/** Values that are summed from 0, before their sum is added to the others. */
// @ts-ignore: decorator
@inline const BLOCK: usize = 4096 * 8

/** `before` and the sum of value / unit. */
export function sum(at: usize, end: usize, unit: f64, before: f64): f64 {
  while (at < end) {
    const stop = min(at + BLOCK, end)
    let block: f64 = 0
    for (; at < stop; at += 8) block += load<f64>(at) / unit
    before += block
  }
  return before
}

/** `before` and the sum of ((value - centre) / unit) squared. */
export function squares(at: usize, end: usize, centre: f64, unit: f64, before: f64): f64 {
  while (at < end) {
    const stop = min(at + BLOCK, end)
    let block: f64 = 0
    for (; at < stop; at += 8) {
      const difference = (load<f64>(at) - centre) / unit
      block += difference * difference
    }
    before += block
  }
  return before
}

/** `before` and the sum of squares of the differences from the numbers from `other` on. */
export function squaredErrors(at: usize, end: usize, other: usize, before: f64): f64 {
  while (at < end) {
    const stop = min(at + BLOCK, end)
    let block: f64 = 0
    for (; at < stop; at += 8, other += 8) {
      const difference = load<f64>(at) - load<f64>(other)
      block += difference * difference
    }
    before += block
  }
  return before
}

/** `before` and the sum of sizes of the differences from the numbers from `other` on. */
export function absoluteErrors(at: usize, end: usize, other: usize, before: f64): f64 {
  while (at < end) {
    const stop = min(at + BLOCK, end)
    let block: f64 = 0
    for (; at < stop; at += 8, other += 8) block += abs(load<f64>(at) - load<f64>(other))
    before += block
  }
  return before
}

/** The largest of `before` and all |value - centre|; NaN where one is NaN. */
export function furthest(at: usize, end: usize, centre: f64, before: f64): f64 {
  for (; at < end; at += 8) before = max(before, abs(load<f64>(at) - centre))
  return before
}

/** Rows of a block, whose columns lie one behind the other: src/numeric/row-block.ts. */
// @ts-ignore: decorator
@inline const COLUMN: usize = 1024 * 8

/**
 * Puts rows into the block at `block`, columns of float64, those whose values are all finite; gives how many they are. Features
 * [rows, inputs] and targets [rows, outputs] are float32 with `single`.
 */
export function gather(features: usize, targets: usize, rows: i32, inputs: i32, outputs: i32, single: bool, block: usize): i32 {
  const size: usize = single ? 4 : 8
  let used = 0
  for (let row = 0; row < rows; row++) {
    let into = block + (<usize>used << 3)
    // 0 where all are finite, else NaN: a row that is not used is written over by the next.
    let poison: f64 = 0
    for (let c = 0; c < inputs + outputs; c++, into += COLUMN) {
      const at = c < inputs ? features : targets
      const value = single ? <f64>load<f32>(at) : load<f64>(at)
      store<f64>(into, value)
      poison += value - value
      if (c < inputs) features += size
      else targets += size
    }
    if (poison == 0) used++
  }
  return used
}

/** `before` and the numbers in order. */
export function sumOn(at: usize, end: usize, before: f64): f64 {
  for (; at < end; at += 8) before += load<f64>(at)
  return before
}

/** Adds the `used` numbers of each of the block's columns, in order, to the column's sum. */
export function addSums(block: usize, columns: i32, used: i32, sums: usize): void {
  for (let c = 0; c < columns; c++, block += COLUMN, sums += 8) store<f64>(sums, sumOn(block, block + (<usize>used << 3), load<f64>(sums)))
}

/**
 * Takes each column's mean from its `used` numbers, and adds the products of numbers of the first `inputs` columns with those of
 * themselves and of each column behind them, in order, to the sums at `gram`, [inputs][columns].
 */
export function addProducts(block: usize, inputs: i32, columns: i32, used: i32, means: usize, gram: usize): void {
  const bytes = <usize>used << 3
  for (let c = 0; c < columns; c++) {
    const mean = load<f64>(means + (<usize>c << 3))
    const from = block + <usize>c * COLUMN
    for (let at = from; at < from + bytes; at += 8) store<f64>(at, load<f64>(at) - mean)
  }
  for (let a = 0; a < inputs; a++) {
    const one = block + <usize>a * COLUMN
    for (let b = a; b < columns; b++) {
      let other = block + <usize>b * COLUMN
      const into = gram + (<usize>(a * columns + b) << 3)
      let sum = load<f64>(into)
      for (let at = one; at < one + bytes; at += 8, other += 8) sum += load<f64>(at) * load<f64>(other)
      store<f64>(into, sum)
    }
  }
}

/** Rows of numbers side by side, for tables and straight lines: src/numeric/side-by-side.ts. */

/** Each number times `factor`, and `summand` more. */
export function line(at: usize, end: usize, factor: f64, summand: f64): void {
  for (; at < end; at += 8) store<f64>(at, load<f64>(at) * factor + summand)
}

/**
 * Numbers of a column into every `stride` bytes from `to` on (float32 with `into32`): less `mean` and divided by `scale`, or times 0 with `constant`. The numbers are
 * those of the rows listed at `rows`, of a piece of the column that begins with row `first` and holds `span` of them (float32 with
 * `from32`). False where one of the rows is not in the piece.
 */
export function scaled(
  rows: usize, count: i32, values: usize, first: u32, span: u32, from32: bool, mean: f64, scale: f64, constant: bool,
  to: usize, stride: usize, into32: bool,
): bool {
  for (let r = 0; r < count; r++, rows += 4, to += stride) {
    const place = load<u32>(rows) - first
    if (place >= span) return false
    const value = from32 ? <f64>load<f32>(values + (<usize>place << 2)) : load<f64>(values + (<usize>place << 3))
    const centered = value - mean
    // Adding 0 makes -0 into 0.
    const made = constant ? centered * 0 + 0 : centered / scale
    if (into32) store<f32>(to, <f32>made)
    else store<f64>(to, made)
  }
  return true
}

/** For each row of `inputs` numbers (float32 with `single`) the last coefficient and the products with the others, in order, to `out`. */
export function weighted(rows: usize, count: i32, inputs: i32, single: bool, coefficients: usize, out: usize): void {
  const size: usize = single ? 4 : 8
  const last = load<f64>(coefficients + (<usize>inputs << 3))
  for (let r = 0; r < count; r++, out += 8) {
    let sum = last
    for (let c = 0; c < inputs; c++, rows += size) {
      sum += load<f64>(coefficients + (<usize>c << 3)) * (single ? <f64>load<f32>(rows) : load<f64>(rows))
    }
    store<f64>(out, sum)
  }
}

/**
 * Looks through differences of numbers from `at` on from those from `other` on for the largest: `sizes` and `rows` keep `kept` of them
 * from before, `most` at most, largest first, of equal ones the first. The first number is that of row `row`. Gives how many are kept.
 */
export function largestErrors(at: usize, end: usize, other: usize, row: i32, sizes: usize, rows: usize, kept: i32, most: i32): i32 {
  let least: f64 = kept == most ? load<f64>(sizes + (<usize>(kept - 1) << 3)) : -Infinity
  for (; at < end; at += 8, other += 8, row++) {
    const size = abs(load<f64>(at) - load<f64>(other))
    if (size <= least) continue
    let place = kept < most ? kept++ : most - 1
    for (; place > 0 && load<f64>(sizes + (<usize>(place - 1) << 3)) < size; place--) {
      store<f64>(sizes + (<usize>place << 3), load<f64>(sizes + (<usize>(place - 1) << 3)))
      store<i32>(rows + (<usize>place << 2), load<i32>(rows + (<usize>(place - 1) << 2)))
    }
    store<f64>(sizes + (<usize>place << 3), size)
    store<i32>(rows + (<usize>place << 2), row)
    if (kept == most) least = load<f64>(sizes + (<usize>(most - 1) << 3))
  }
  return kept
}
