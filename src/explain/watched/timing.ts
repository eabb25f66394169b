/** What the failing step and those before it say by themselves: when it came, and which batches held which rows. */
import type { Cell } from '../cells.ts'
import type { WatchedFacts } from './facts.ts'
import type { WatchedRun, WatchedStep } from './run.ts'

/** How the draws of some rows go with the failing step. */
export interface Held {
  /** The failing batch holds one of them. */
  readonly atFailure: boolean
  /** The step just before the failing one holds one of them, and its loss was finite. */
  readonly justBefore: boolean
  /** Steps up to the failing one, the last one before it left out, whose loss was finite though they held one: the first of them, or 0. */
  readonly survived: number
  /** The first step that drew one of them at all, the failing one included; 0: none did. */
  readonly first: number
}

export function heldRows({ failure, last, drawnAt }: WatchedRun, rows: readonly number[]): Held {
  const wanted = new Set(rows)
  const has = (of: Int32Array | null): boolean => of?.some(row => wanted.has(row)) ?? false
  const before = failure === null ? undefined : last.findLast(({ step }) => step < failure.step.step)
  const clean = rows.map(drawnAt).filter(step => step > 0)
  const first = clean.length === 0 ? 0 : Math.min(...clean)
  const atFailure = failure !== null && has(failure.step.rows)
  return {
    atFailure, justBefore: before !== undefined && has(before.rows),
    survived: first !== 0 && first !== before?.step && first !== failure?.step.step ? first : 0,
    first: first === 0 && atFailure ? failure?.step.step ?? 0 : first,
  }
}

/** The rows, from 0, of cells; each once. */
export function rowsOf(cells: readonly Cell[]): number[] {
  return [...new Set(cells.map(({ index }) => index))]
}

/**
 * The failing step counted from the program's first: 1 is the first. Null where that cannot be told: of a log of epochs. Steps of a
 * log that shows only some of them are those of their numbers.
 */
export function failingAt({ failure, firstStep, lastStep, steps, byEpoch }: WatchedRun): number | null {
  if (failure === null || byEpoch) return null
  const sparse = lastStep - firstStep + 1 > steps
  return sparse ? Math.max(failure.step.step, 1) : failure.step.step - firstStep + 1
}

/** How many steps right before the failing one the log leaves out. */
export function unseenBefore({ failure, last, firstStep, lastStep, steps }: WatchedRun): number {
  if (failure === null || lastStep - firstStep + 1 === steps) return 0
  const before = last.findLast(({ step }) => step < failure.step.step)?.step ?? 0
  return Math.max(failure.step.step - before - 1, 0)
}

/**
 * Whether the loss grew to the failing step, above all that had been seen, since single batches waver: over at least three steps and
 * by a tenth each, or a thousandfold from the first.
 */
export function grew({ curve, losses }: WatchedRun): boolean {
  const { growing, growth, first, last } = curve
  return ((growing >= 3 && growth > 1.1) || (first > 0 && last > 1000 * first)) && losses.every(({ loss }) => loss <= last)
}

/**
 * Whether a run that stayed finite ended far above its start. Of few losses single batches decide both ends, so more is asked of
 * them, as of the very first loss, which a run that leaps at once has alone; a loss that may be negative has no start to be measured by.
 */
export function ranAway({ failure, losses, curve }: WatchedRun): boolean {
  return failure === null && losses.length >= 3 && curve.start > 0 && curve.last > curve.first
    && (curve.end > (losses.length >= 20 ? 10 : 1000) * curve.start || (curve.first > 0 && curve.end > 1000 * curve.first))
}

/** So many times what answering nothing costs, a mean over an epoch is no start any more. */
const tookOffTimes = 10
/** So many times it, in one row, and a run that stayed finite is beyond all that a loss of its own kind might explain. */
const farAway = 1e4

/**
 * Whether a loss ended where no first weights put it: of a log of epochs, that it ran away within one; of any, that it stayed finite far away.
 * By how much; null where it does not.
 */
export function tookOff({ run: { byEpoch, failure, curve, losses, batch }, fresh }: WatchedFacts): { step: number; last: number; times: number } | null {
  const level = Math.max(...fresh.map(({ loss }) => loss))
  const times = curve.last / level
  const off = failure === null ? Math.min(curve.end, curve.last) > farAway * (batch ?? 1) * level : byEpoch && times > tookOffTimes
  return off ? { step: losses.at(-1)?.step ?? 0, last: curve.last, times } : null
}

/** Whether a log of epochs shows nothing before its first failing one, and its table has no cell that would explain that. */
export function firstEpochBroke({ run: { byEpoch, failure, losses }, badCells }: WatchedFacts): boolean {
  return byEpoch && failure?.first === 'loss' && losses.length === 0 && badCells.length === 0
}

/** The lowest loss of a batch of the usual size: a sum over the few rows that are left of an epoch is low by itself. */
export function lowestUsual({ losses, batch, firstStep }: WatchedRun): { step: number; loss: number } {
  return losses.filter(({ rows }) => rows === null || rows === batch).reduce((least, one) => (one.loss < least.loss ? one : least), { step: firstStep, loss: Infinity })
}

/** Whether some rows of a step's batch had a finite loss of their own, beside others that had none. */
export function sparesRows({ badPositions, rows }: WatchedStep): boolean {
  return badPositions !== null && badPositions.length > 0 && rows !== null && badPositions.length < rows.length
}

/** So many times the first loss, or 1, a loss is no longer one of a network that learns. */
const beyondMeasure = 1e6

/**
 * What shows that a loss alone is not finite, and nothing that lasts: later losses are finite, or the step's own parameters or gradients are, or
 * the losses of other rows of its batch. Null where nothing does, or where the loss grew towards it.
 */
export function lossAlone(run: WatchedRun): 'after' | 'parameters' | 'gradients' | 'rows' | null {
  const { failure, after, curve } = run
  if (failure?.first !== 'loss' || grew(run)) return null
  // Losses that stay beyond all measure are on their way through an overflow.
  if (after.finite > 0) return after.largest < beyondMeasure * Math.max(curve.first || 0, 1) ? 'after' : null
  const { parameters, gradients } = failure.step
  if (parameters?.nonFinite === 0) return 'parameters'
  if (gradients?.nonFinite === 0) return 'gradients'
  return sparesRows(failure.step) ? 'rows' : null
}

/** Whether an optimizer that divides by its moments may have been at work: Adam, RMSProp and their kin, or nobody said. */
export function mayDivide({ declared }: WatchedRun): boolean {
  return declared.optimizer === undefined || /adam|rms|ada|lamb|nadam/i.test(declared.optimizer)
}
