/** The whole step and the whole evaluation, as the host calls them. */
import { drawBatch } from './batch'
import { finishGradient, sumOfWeightSquares, update } from './optimizer'
import { combine, pack } from './pack'
import { layerAt, Plan } from './plan'
import { lead, leadEvaluation, work } from './threads'
import { evaluateTable, predictFused, predictTile, trainBlocks } from './tile'

// @ts-ignore: decorator
@inline
export function step<T>(plan: Plan): void {
  drawBatch(plan)
  trainBlocks<T>(plan, 0, plan.blocks)
  finish<T>(plan)
}

/** The same on several threads; false when one of them has died, and nothing may be kept. */
// @ts-ignore: decorator
@inline
export function stepTogether<T>(plan: Plan, control: usize, threads: i32): bool {
  if (!lead<T>(plan, control, threads)) return false
  finish<T>(plan)
  return true
}

function finish<T>(plan: Plan): void {
  combine<T>(plan)
  finishGradient<T>(plan)
  update<T>(plan)
}

// @ts-ignore: decorator
@inline
export function evaluate<T>(plan: Plan): void {
  plan.terms = evaluateTable<T>(plan)
  if (plan.l2 != 0) plan.squares = sumOfWeightSquares<T>(plan)
}

/** The same on several threads; false when one of them has died. */
// @ts-ignore: decorator
@inline
export function evaluateTogether<T>(plan: Plan, control: usize, threads: i32): bool {
  if (!leadEvaluation<T>(plan, control, threads)) return false
  if (plan.l2 != 0) plan.squares = sumOfWeightSquares<T>(plan)
  return true
}

/** Outputs [tableRows, outputs] of the table's rows to `out`. */
// @ts-ignore: decorator
@inline
export function predict<T>(plan: Plan, out: usize): void {
  const units = <usize>plan.outputs * sizeof<T>()
  const padded = <usize>layerAt(plan, plan.layers - 1).unitsPadded * sizeof<T>()
  for (let start: i32 = 0; start < plan.tableRows; start += plan.tile) {
    const rows = min(plan.tile, plan.tableRows - start)
    if (predictFused<T>(plan, start, rows)) {
      memory.copy(out, plan.fusedOut, <usize>rows * sizeof<T>())
      out += <usize>rows * sizeof<T>()
      continue
    }
    let from = predictTile<T>(plan, start, rows)
    for (let r: i32 = 0; r < rows; r++) {
      memory.copy(out, from, units)
      out += units
      from += padded
    }
  }
}

export { pack, work }
