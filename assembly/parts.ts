/**
 * The parts of a step one by one, to be timed. Each is thereby called from two places, and that matters: the compiler inlines
 * what is called from one, and a hot loop in the midst of a large function loses its registers to everything around it.
 */
import { drawBatch } from './batch'
import { fusedPart } from './fused'
import { adam, finishGradient, momentum, rmsprop, rmspropMomentum, sgd } from './optimizer'
import { combine, pack } from './pack'
import { Plan } from './plan'

// @ts-ignore: decorator
@inline
export function part<T>(plan: Plan, part: i32, rows: i32): void {
  switch (part) {
    case 10: drawBatch(plan); break
    case 11: combine<T>(plan); break
    case 12: finishGradient<T>(plan); break
    case 13: sgd<T>(plan); break
    case 14: momentum<T>(plan); break
    case 15: rmsprop<T>(plan); break
    case 16: rmspropMomentum<T>(plan); break
    case 17: adam<T>(plan); break
    case 18: pack<T>(plan); break
    default: fusedPart<T>(plan, part, rows)
  }
}
