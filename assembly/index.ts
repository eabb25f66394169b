/** The interface of the kernels: exports, nothing else. `plan` is the address of a Plan (plan.ts). */
import * as steps from './step'
import { Plan } from './plan'

export { layerBytes, planBytes } from './plan'

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
