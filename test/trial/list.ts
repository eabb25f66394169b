/**
 * What the trial holds: faults with the causes that count as right for them, and healthy runs. A case is data: it says what
 * table to make, with which settings to train, and what was put wrong. It is all that `data.ts`, `faults.ts` and the trainers
 * are given; nothing of it reaches the code being judged but the table and the settings themselves.
 *
 * `drawFault` (draw-fault.ts) and `drawHealthy` (draw-healthy.ts) make a case from a seed; the committed list is theirs
 * (make-list.ts), and so are fresh draws.
 */
import type { Options } from '../../src/network/recipes.ts'

/** A table made by code. Columns are the inputs x1 …, then unused ones u1 …, then the target or targets y, y2 …. */
export interface Recipe {
  /**
   * The target as a function of standard inputs: `smooth` a random sum of sines, `linear` a plane, `steep` a sum with kinks,
   * `product` products of pairs, `ratio` one input over another that comes near 0,
   * `noise` nothing of the inputs, `lattice` a plane
   * with whole coefficients over whole numbers; `blobs`, `rings` and `halves` are classes.
   */
  readonly shape: 'smooth' | 'linear' | 'steep' | 'product' | 'ratio' | 'noise' | 'lattice' | 'blobs' | 'rings' | 'halves'
  readonly rows: number
  readonly validationRows: number
  readonly inputs: number
  readonly outputs: number
  /** 0 for a regression. */
  readonly classes: number
  /** Deviation of what is added to a regression's target, whose own deviation is 1; the share of wrong labels for classes. */
  readonly noise: number
  /** Each input's deviation and mean: x = mean + deviation * standard; shorter lists repeat. */
  readonly inputScale: readonly number[]
  readonly inputMean: readonly number[]
  readonly targetScale: number
  readonly targetMean: number
  readonly unused: number
  /** Input columns that hold one value throughout (counted from 0). */
  readonly constants?: readonly { readonly input: number; readonly value: number }[]
  /** An input (from 0) that is the target plus a little noise. */
  readonly copy?: { readonly input: number; readonly noise: number }
  /** This share of the validation rows are training rows. */
  readonly duplicates?: number
  /** All validation inputs are moved by so many deviations. */
  readonly shift?: number
  /** The share of rows in the first class. */
  readonly imbalance?: number
}

export type OddValue = 'NaN' | 'Infinity' | '-Infinity' | number

export interface OddCell {
  readonly table: 'training' | 'validation'
  /** From 0. */
  readonly row: number
  readonly column: number
  readonly value: OddValue
  /** What stood in the file, where the table is read from text. */
  readonly text?: string
}

/** What a program of somebody else's does wrong, or does its own way (`foreign/`). */
export interface ForeignProgram {
  readonly hidden: readonly number[]
  readonly activation: 'relu' | 'swallowing-relu' | 'tanh' | 'sigmoid' | 'identity'
  readonly loss: 'mse' | 'rmse' | 'relative' | 'hinge' | 'naive-softmax' | 'naive-sigmoid'
  readonly optimizer: 'sgd' | 'adam'
  readonly learningRate: number
  readonly batch: number
  readonly steps: number
  readonly precision: 'float64' | 'float32'
  readonly replacement: boolean
  readonly scaling: 'none' | 'standard' | 'plain-standard'
  readonly dropout: number
  readonly initialScale: number
  readonly epsilon: number
  /** What its log holds beside step, rows and loss. */
  readonly shows: readonly ('gradients' | 'parameters' | 'moments' | 'validation')[]
  readonly biasCorrectionFrom: 0 | 1
  readonly float16Epsilon: boolean
  readonly dropoutWhilePredicting: boolean
  /** Draws row numbers below this, not below the table's rows. */
  readonly drawsBelow: number | null
  /** Leaves out rows with a NaN, and trains on the table as it was. */
  readonly cleaningThrownAway: boolean
  /** Divides each row by its norm. */
  readonly normalisesRows: boolean
  /** Divides the gradient by its norm. */
  readonly normalisesGradient: boolean
  /** Rows whose inputs are all 0. */
  readonly zeroRows: readonly number[]
  /** Rows whose target is 0. */
  readonly zeroTargets: readonly number[]
}

export interface Setup {
  readonly data: Recipe
  readonly settings: Options
  /** Training rows (from 0) that end after two cells. */
  readonly cutRows?: readonly number[]
  /** Where somebody else's program trains; `settings` then only name the columns. */
  readonly program?: ForeignProgram
}

export interface TrialCase {
  readonly id: string
  readonly kind: string
  /** Which draw of its kind, and of which list: with `seed`, what draws it again. */
  readonly index: number
  readonly listSeed: number
  /** The causes any of which is right in the first place; none for a healthy run. */
  readonly expected: readonly string[]
  readonly breaks: 'non-finite' | 'silent' | 'nothing'
  readonly trainer: 'whynan' | 'foreign'
  readonly seed: number
  /** As it was run. */
  readonly run: Setup
  /** The same without the fault, to show that the fault is one; null for healthy runs. */
  readonly sound: Setup | null
  readonly cells: readonly OddCell[]
  /** Odd cells in unused columns: never to be blamed. */
  readonly decoys: readonly OddCell[]
}
