/** Which rows steps drew whose loss is not finite, and no step with a finite one: seen from the first failing step on. */
import type { WatchedStep } from '../explain/watched/run.ts'

/** Failing steps that are looked at: what holds of so many holds of the rest. */
const most = 256

export class FailingRows {
  private readonly batches: Int32Array[] = []
  private readonly spared = new Set<number>()
  private unknown = false

  /** `drawnBefore`: whether a finite step before the first failing one drew a row. */
  constructor(private readonly drawnBefore: (row: number) => boolean) {}

  see({ rows, loss }: WatchedStep): void {
    if (rows === null) this.unknown = true
    else if (loss !== null && Number.isFinite(loss)) for (const row of rows) this.spared.add(row)
    else if (this.batches.length < most) this.batches.push(rows)
  }

  /** Null where rows are unknown, or where some failing step drew none such. */
  get rows(): number[] | null {
    const blamed = this.batches.map(batch => [...batch].filter(row => row >= 0 && !this.spared.has(row) && !this.drawnBefore(row)))
    if (this.unknown || blamed.length === 0 || blamed.some(({ length }) => length === 0)) return null
    return [...new Set(blamed.flat())].sort((a, b) => a - b)
  }
}
