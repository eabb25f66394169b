/** The interface of the kernels: exports, nothing else. `plan` is the address of a Plan (plan.ts). */
import * as steps from './step'
import { part } from './parts'
import { Plan } from './plan'

export { layerBytes, planBytes } from './plan'
export { spreadRows } from './rows'

/** Current parameters to the layouts of the products; after every change of them, before anything else. */
export function pack32(plan: usize): void {
  steps.pack<f32>(changetype<Plan>(plan))
}

export function pack64(plan: usize): void {
  steps.pack<f64>(changetype<Plan>(plan))
}

/** One training step; the next state lies beside the current one, reports in the plan. */
export function step32(plan: usize): void {
  steps.step<f32>(changetype<Plan>(plan))
}

export function step64(plan: usize): void {
  steps.step<f64>(changetype<Plan>(plan))
}

/** The sum of terms over plan.table, and of squares, to the plan. */
export function evaluate32(plan: usize): void {
  steps.evaluate<f32>(changetype<Plan>(plan))
}

export function evaluate64(plan: usize): void {
  steps.evaluate<f64>(changetype<Plan>(plan))
}

export function predict32(plan: usize, out: usize): void {
  steps.predict<f32>(changetype<Plan>(plan), out)
}

export function predict64(plan: usize, out: usize): void {
  steps.predict<f64>(changetype<Plan>(plan), out)
}

// What several threads do in shared memory; in the kernels for one thread these do nothing.

/** One training step on `threads` threads; 0 when one of them has died, and nothing may be kept. */
export function stepTogether32(plan: usize, control: usize, threads: i32): i32 {
  if (ASC_FEATURE_THREADS) return steps.stepTogether<f32>(changetype<Plan>(plan), control, threads) ? 1 : 0
  return 0
}

export function stepTogether64(plan: usize, control: usize, threads: i32): i32 {
  if (ASC_FEATURE_THREADS) return steps.stepTogether<f64>(changetype<Plan>(plan), control, threads) ? 1 : 0
  return 0
}

/** An evaluation on `threads` threads; 0 when one of them has died. */
export function evaluateTogether32(plan: usize, control: usize, threads: i32): i32 {
  if (ASC_FEATURE_THREADS) return steps.evaluateTogether<f32>(changetype<Plan>(plan), control, threads) ? 1 : 0
  return 0
}

export function evaluateTogether64(plan: usize, control: usize, threads: i32): i32 {
  if (ASC_FEATURE_THREADS) return steps.evaluateTogether<f64>(changetype<Plan>(plan), control, threads) ? 1 : 0
  return 0
}

/** What a worker runs, from its start to its end; `first` is the plan of the thread that leads. */
export function work32(own: usize, first: usize, control: usize, thread: i32): void {
  if (ASC_FEATURE_THREADS) steps.work<f32>(changetype<Plan>(own), changetype<Plan>(first), control, thread)
}

export function work64(own: usize, first: usize, control: usize, thread: i32): void {
  if (ASC_FEATURE_THREADS) steps.work<f64>(changetype<Plan>(own), changetype<Plan>(first), control, thread)
}

/** One part of a step, to be timed: see parts.ts. */
export function part32(plan: usize, which: i32, rows: i32): void {
  part<f32>(changetype<Plan>(plan), which, rows)
}

export function part64(plan: usize, which: i32, rows: i32): void {
  part<f64>(changetype<Plan>(plan), which, rows)
}
