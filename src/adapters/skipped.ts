/**
 * Steps that a scaler of the loss leaves out. In float16 small gradients are 0, so that the loss is multiplied before they are taken; the
 * factor is doubled now and then and halved when a gradient overflows, whose step is left out. That is how it finds its factor, and no failure.
 */
import type { Failure, WatchedStep } from '../explain/watched/run.ts'

/** A scaler that has found its factor takes so many steps in a row, and leaves out no more than this share of all. */
const calmSteps = 10
const mostLeftOut = 0.2
/** So often a factor is halved from 2^24 to 1. */
const halvings = 24

export class SkippedSteps {
  private first: Failure | null = null
  private count = 0
  private inRow = 0
  private calm = 0

  /** `half`: whether the program says that it computes in float16. */
  constructor(private readonly half: boolean) {}

  /** Whether what a step shows is left out by a scaler: its gradients alone are not finite. */
  leavesOut({ parameters, loss }: WatchedStep, failure: Failure | null): boolean {
    if (!this.half) return false
    if (failure?.first !== 'gradient' || loss === null || (parameters?.nonFinite ?? 0) > 0) {
      if (this.first !== null) this.calm++
      this.inRow = 0
      return false
    }
    this.first ??= failure
    this.count++
    this.inRow++
    this.calm = 0
    return true
  }

  /** The first such step, where no factor helps any more. */
  get lost(): Failure | null {
    return this.inRow > halvings ? this.first : null
  }

  /** What became of them in a run of so many steps: the failure that they are, or how many were left out and the first of them. */
  after(steps: number): { readonly failure: Failure | null; readonly count: number; readonly step: number } {
    const found = this.calm >= calmSteps && this.count <= mostLeftOut * steps
    return { failure: found ? null : this.first, count: found ? this.count : 0, step: this.first?.step.step ?? 0 }
  }
}
