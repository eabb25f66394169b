/**
 * Whole numbers of 64 bits that doubles do not hold, such as times in nanoseconds, by their row: all of a column's may be
 * such, and a Map of their texts would end at 2^24.
 */
export interface Digits {
  readonly size: number
  /** The digits of a row's cell; undefined where its double says them. */
  get(row: number): string | undefined
  /** The row of the first. */
  readonly firstRow: number | undefined
}

export class ExactDigits implements Digits {
  size = 0
  private rows = new Float64Array(0)
  private values = new BigUint64Array(0)
  /** 1 where a value is below 0: its 64 bits are those of a number with a sign. */
  private negative = new Uint8Array(0)

  /** The double nearest to a value, whose digits are kept where that is another number. Rows come in rising order. */
  asDouble(value: number | bigint, row: number): number {
    const double = Number(value)
    if (typeof value === 'bigint' && !Number.isSafeInteger(double) && BigInt(double) !== value) this.add(row, value)
    return double
  }

  get firstRow(): number | undefined {
    return this.size === 0 ? undefined : this.rows[0]
  }

  get(row: number): string | undefined {
    let [low, high] = [0, this.size]
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.rows[middle]! < row) low = middle + 1
      else high = middle
    }
    return low < this.size && this.rows[low] === row ? String(this.valueAt(low)) : undefined
  }

  /** Those of rows that follow, whose first is `row`. */
  append(others: Digits, row: number): void {
    if (!(others instanceof ExactDigits)) return
    for (let i = 0; i < others.size; i++) this.add(row + others.rows[i]!, others.valueAt(i))
  }

  private valueAt(index: number): bigint {
    const bits = this.values[index]!
    return this.negative[index] === 1 ? BigInt.asIntN(64, bits) : bits
  }

  private add(row: number, value: bigint): void {
    if (this.size === this.rows.length) {
      const room = Math.max(16, this.size * 2)
      const [rows, values, negative] = [new Float64Array(room), new BigUint64Array(room), new Uint8Array(room)]
      rows.set(this.rows)
      values.set(this.values)
      negative.set(this.negative)
      Object.assign(this, { rows, values, negative })
    }
    this.rows[this.size] = row
    this.values[this.size] = BigInt.asUintN(64, value)
    this.negative[this.size++] = value < 0n ? 1 : 0
  }
}

/** Of columns of which each cell's double is the number itself. */
export const noDigits: Digits = new ExactDigits()
