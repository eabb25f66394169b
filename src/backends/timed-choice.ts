/**
 * How many threads the next step takes, by timing: steps with each number take turns for a while, then the number whose middle
 * step was quickest stays. It looks again soon, since the first look is taken while the engine still compiles the kernels beside
 * it, which holds back many threads more than one; then ever more rarely, and when steps become slower than one thread's were,
 * since a neighbour may have come or gone.
 */
export interface Choice {
  next(): number
  took(milliseconds: number): void
  /** The number that stands between looks. */
  chosen(): number
}

/** Steps with each number that a look takes unless said otherwise. */
const lookSteps = 12
/** Steps between two looks at most. The first rest is as long as the first look, and each the double of the one before. */
const longestRest = 4000

/** Steps with one number in turn: a thread that a step left out falls asleep, and to wake it takes time that steps in a row do not. */
const turn = 4

/** The share that the newest step has in the running mean: it forgets half of the past in 14 steps. */
const newest = 0.05
/** A mean this many times what one thread took asks for a look: below, it may be chance. */
const slower = 1.3

/** 1, 2, 4, … and `most`. */
export function countsUpTo(most: number): number[] {
  const counts: number[] = []
  for (let count = 1; count < most; count *= 2) counts.push(count)
  return [...counts, most]
}

export class TimedChoice implements Choice {
  private step = 0
  private taken: number[][]
  private best: number
  private alone = Infinity
  private mean = 0
  private rest: number

  /** `looks`: steps with each number that a look takes, a multiple of a turn's. */
  constructor(private readonly counts: readonly number[], private readonly looks = lookSteps) {
    this.taken = counts.map(() => [])
    this.best = counts[0] ?? 1
    this.rest = this.lookLength
  }

  next(): number {
    return this.looking() ? this.counts[this.place()] ?? 1 : this.best
  }

  chosen(): number {
    return this.best
  }

  took(milliseconds: number): void {
    if (this.looking()) this.taken[this.place()]?.push(milliseconds)
    else this.mean += newest * (milliseconds - this.mean)
    this.step++
    if (this.step === this.lookLength) this.decide()
    const late = !this.looking() && this.best > 1 && this.mean > slower * this.alone
    if (late) this.step = 0
    if (this.step >= this.lookLength + this.rest) {
      this.step = 0
      this.rest = Math.min(longestRest, this.rest * 2)
    }
  }

  private decide(): void {
    const middles = this.taken.map(middle)
    const least = Math.min(...middles)
    this.best = this.counts[middles.indexOf(least)] ?? 1
    this.alone = middles[0] ?? Infinity
    this.mean = least
    this.taken = this.counts.map(() => [])
  }

  /** Of the number whose turn it is. */
  private place(): number {
    return Math.floor(this.step / turn) % this.counts.length
  }

  private looking(): boolean {
    return this.step < this.lookLength
  }

  private get lookLength(): number {
    return this.looks * this.counts.length
  }
}

/** Of an even number of them the lower of the two in the middle: what holds a step up is chance. */
function middle(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[(values.length - 1) >> 1] ?? Infinity
}
