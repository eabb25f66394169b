/** Every cause, in the order in which equals are tried and in which they are ruled out. One line each, and its import. */
import type { Cause } from '../finding.ts'
import { divisionByZero } from './division-by-zero.ts'
import { dropoutTooStrong } from './dropout-too-strong.ts'
import { float32Overflow } from './float32-overflow.ts'
import { infiniteInInput } from './infinite-in-input.ts'
import { infiniteInTarget } from './infinite-in-target.ts'
import { initialWeights } from './initial-weights.ts'
import { inputsNotScaled } from './inputs-not-scaled.ts'
import { learningRateTooHigh } from './learning-rate-too-high.ts'
import { logOfZero } from './log-of-zero.ts'
import { nanInInput } from './nan-in-input.ts'
import { nanInTarget } from './nan-in-target.ts'
import { outlierOverflow } from './outlier-overflow.ts'
import { summedLoss } from './summed-loss.ts'
import { unusedColumns } from './unused-columns.ts'

export const causes: readonly Cause[] = [
  nanInInput,
  infiniteInInput,
  nanInTarget,
  infiniteInTarget,
  logOfZero,
  summedLoss,
  learningRateTooHigh,
  outlierOverflow,
  divisionByZero,
  inputsNotScaled,
  float32Overflow,
  initialWeights,
  dropoutTooStrong,
  unusedColumns,
]
