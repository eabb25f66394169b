/** Every cause, in the order in which equals are tried and in which they are ruled out. One line each, and its import. */
import type { Cause } from '../finding.ts'
import { batchAboveRows } from './batch-above-rows.ts'
import { batchTooSmall } from './batch-too-small.ts'
import { biasCorrectionAtZero } from './bias-correction-at-zero.ts'
import { cleaningThrownAway } from './cleaning-thrown-away.ts'
import { constantColumn } from './constant-column.ts'
import { deadRelu } from './dead-relu.ts'
import { divisionByZero } from './division-by-zero.ts'
import { dropoutTooStrong } from './dropout-too-strong.ts'
import { dropoutWhilePredicting } from './dropout-while-predicting.ts'
import { duplicatesAcrossSplit } from './duplicates-across-split.ts'
import { epsilonUnderflow } from './epsilon-underflow.ts'
import { expOverflow } from './exp-overflow.ts'
import { explodingGradients } from './exploding-gradients.ts'
import { float32Overflow } from './float32-overflow.ts'
import { frozenParameters } from './frozen-parameters.ts'
import { infiniteInInput } from './infinite-in-input.ts'
import { infiniteInTarget } from './infinite-in-target.ts'
import { initialWeights } from './initial-weights.ts'
import { inputsNotScaled } from './inputs-not-scaled.ts'
import { labelWithoutOutput } from './label-without-output.ts'
import { lateNan } from './late-nan.ts'
import { learningRateTooHigh } from './learning-rate-too-high.ts'
import { learningRateTooLow } from './learning-rate-too-low.ts'
import { logOfZero } from './log-of-zero.ts'
import { lossOutOfDomain } from './loss-out-of-domain.ts'
import { metricCannotTell } from './metric-cannot-tell.ts'
import { missingCellSpread } from './missing-cell-spread.ts'
import { nanInInput } from './nan-in-input.ts'
import { nanInTarget } from './nan-in-target.ts'
import { nanInValidation } from './nan-in-validation.ts'
import { nearZeroDivisor } from './near-zero-divisor.ts'
import { noActivation } from './no-activation.ts'
import { noSignal } from './no-signal.ts'
import { oscillation } from './oscillation.ts'
import { outlierOverflow } from './outlier-overflow.ts'
import { overfitting } from './overfitting.ts'
import { plateau } from './plateau.ts'
import { raggedRows } from './ragged-rows.ts'
import { regularisationTooStrong } from './regularisation-too-strong.ts'
import { rowsBeyondTable } from './rows-beyond-table.ts'
import { saturation } from './saturation.ts'
import { secondMomentOverflow } from './second-moment-overflow.ts'
import { seedDependent } from './seed-dependent.ts'
import { shiftedValidation } from './shifted-validation.ts'
import { summedLoss } from './summed-loss.ts'
import { swallowedNan } from './swallowed-nan.ts'
import { targetCopy } from './target-copy.ts'
import { targetsNotScaled } from './targets-not-scaled.ts'
import { tooFewSteps } from './too-few-steps.ts'
import { tooLittleCapacity } from './too-little-capacity.ts'
import { unparsedCell } from './unparsed-cell.ts'
import { unreachableOutput } from './unreachable-output.ts'
import { unusedColumns } from './unused-columns.ts'
import { vanishingGradients } from './vanishing-gradients.ts'

export const causes: readonly Cause[] = [
  nanInInput,
  unparsedCell,
  raggedRows,
  infiniteInInput,
  nanInTarget,
  infiniteInTarget,
  nanInValidation,
  cleaningThrownAway,
  rowsBeyondTable,
  swallowedNan,
  missingCellSpread,
  constantColumn,
  biasCorrectionAtZero,
  lateNan,
  labelWithoutOutput,
  expOverflow,
  logOfZero,
  epsilonUnderflow,
  divisionByZero,
  lossOutOfDomain,
  secondMomentOverflow,
  outlierOverflow,
  summedLoss,
  explodingGradients,
  learningRateTooHigh,
  inputsNotScaled,
  targetsNotScaled,
  float32Overflow,
  initialWeights,
  unreachableOutput,
  noSignal,
  nearZeroDivisor,
  metricCannotTell,
  deadRelu,
  saturation,
  vanishingGradients,
  regularisationTooStrong,
  dropoutTooStrong,
  dropoutWhilePredicting,
  plateau,
  frozenParameters,
  learningRateTooLow,
  batchAboveRows,
  tooFewSteps,
  oscillation,
  batchTooSmall,
  noActivation,
  seedDependent,
  tooLittleCapacity,
  overfitting,
  shiftedValidation,
  duplicatesAcrossSplit,
  targetCopy,
  unusedColumns,
]
