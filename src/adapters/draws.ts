/** How another program draws its batches, seen from their row numbers alone: with replacement, by epoch, or fresh each step. */
import type { Sampling } from '../explain/batch-law.ts'

/** This share of the table must have come by without a row twice before it is an epoch; a fifth may be put aside to validate on. */
const epochShare = 0.75

export class DrawsSeen {
  private readonly inEpoch: Uint8Array
  private distinct = 0
  private batches = 0
  private epochs = 0
  private verdict: Sampling | null = null

  constructor(private readonly rows: number) {
    this.inEpoch = new Uint8Array(rows)
  }

  /** Rows from 0; those that are not in the table are left out. */
  see(batch: Int32Array): void {
    if (this.verdict === 'replacement' || this.verdict === 'fresh') return
    if (new Set(batch).size < batch.length) {
      this.verdict = 'replacement'
      return
    }
    if (batch.some(row => this.inEpoch[row] === 1) && !this.endsEpoch()) return
    this.batches++
    for (const row of batch) {
      if (row < 0 || row >= this.rows || this.inEpoch[row] === 1) continue
      this.inEpoch[row] = 1
      this.distinct++
    }
    if (this.distinct === this.rows) this.endsEpoch()
  }

  /** Null where too little was seen. */
  get sampling(): Sampling | null {
    if (this.verdict !== null) return this.verdict
    return this.epochs > 0 || (this.batches > 3 && this.distinct >= epochShare * this.rows) ? 'epoch' : null
  }

  /** False where the rows that came again show that there are no epochs. */
  private endsEpoch(): boolean {
    // Batches of the whole table are all alike, however they are drawn.
    const whole = this.distinct === this.rows && this.batches < 2
    if (!whole && (this.batches < 2 || this.distinct < epochShare * this.rows)) {
      this.verdict = 'fresh'
      return false
    }
    if (!whole) this.epochs++
    this.inEpoch.fill(0)
    this.distinct = 0
    this.batches = 0
    return true
  }
}
