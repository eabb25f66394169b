/** Tables made by code from a recipe and a seed: the same always give the same cells. */
import { tableFromColumns, type Column, type NumericColumn, type Table } from '../../src/table/table.ts'
import type { Recipe } from './list.ts'
import { Random } from './random.ts'

export interface Tables {
  readonly training: Table
  readonly validation: Table
  /** Of the same kind as the training rows, seen by nobody: what a result is worth (`judge.ts`). */
  readonly test: Table
}

/** Inputs in units of their deviation, [rows][inputs], with the target in units of its own, or with the class. */
interface Rows {
  readonly inputs: Float64Array[]
  readonly targets: Float64Array[]
}

type Truth = (inputs: readonly number[], output: number) => number

export function makeTables(recipe: Recipe, seed: number): Tables {
  const truth = recipe.classes > 0 ? null : truthOf(recipe, seed)
  const centres = centresOf(recipe, seed)
  const make = (part: string, rows: number, shift: number): Rows => {
    const random = new Random(seed, part)
    const inputs = drawInputs(recipe, random, rows, shift)
    return { inputs, targets: truth === null ? classify(recipe, inputs, centres, random, seed) : measure(recipe, inputs, truth, random) }
  }
  const training = make('training', recipe.rows, 0)
  const validation = repeatSome(make('validation', recipe.validationRows, recipe.shift ?? 0), training, recipe, seed)
  const test = make('test', recipe.validationRows, 0)
  const scale = recipe.classes > 0 ? asTheyAre : standardScale(training.targets)
  const table = (name: string, rows: Rows): Table => tableFromColumns(name, columnsOf(recipe, rows, scale, new Random(seed, `${name} unused`)))
  return { training: table('training', training), validation: table('validation', validation), test: table('test', test) }
}

function drawInputs({ shape, inputs }: Recipe, random: Random, rows: number, shift: number): Float64Array[] {
  const lattice = shape === 'lattice'
  return Array.from({ length: inputs }, () => Float64Array.from({ length: rows }, () => {
    const value = lattice ? random.whole(-2, 2) : random.normal()
    return value + shift
  }))
}

function rowAt(columns: readonly Float64Array[], row: number): number[] {
  return columns.map(column => column[row] ?? Number.NaN)
}

function measure({ outputs, noise, shape }: Recipe, inputs: readonly Float64Array[], truth: Truth, random: Random): Float64Array[] {
  const rows = inputs[0]?.length ?? 0
  return Array.from({ length: outputs }, (_, output) => Float64Array.from({ length: rows }, (_unused, row) => {
    const error = noise > 0 ? noise * random.normal() : 0
    return shape === 'noise' ? random.normal() : truth(rowAt(inputs, row), output) + error
  }))
}

/** The function to learn; its coefficients are drawn from the seed. Its deviation is about 1, so that `noise` is a share of it. */
function truthOf({ shape, inputs, outputs }: Recipe, seed: number): Truth {
  const random = new Random(seed, 'truth')
  const direction = (): number[] => {
    const raw = Array.from({ length: inputs }, () => random.normal())
    const length = Math.sqrt(raw.reduce((sum, value) => sum + value * value, 0)) || 1
    return raw.map(value => value / length)
  }
  const along = (w: readonly number[], x: readonly number[]): number => w.reduce((sum, value, i) => sum + value * (x[i] ?? 0), 0)
  const each = Array.from({ length: outputs }, () => ({ waves: [direction(), direction()], phases: [random.between(0, 3), random.between(0, 3)], plane: direction() }))
  const at = (x: readonly number[], i: number): number => x[i % inputs] ?? 0
  return (x, output) => {
    const { waves: [one = [], two = []], phases: [p = 0, q = 0], plane } = each[output] ?? { waves: [], phases: [], plane: [] }
    switch (shape) {
      case 'linear': return along(plane, x)
      case 'lattice': return Math.round(2 * along(plane, [1])) + x.reduce((sum, value, i) => sum + (i % 2 === 0 ? 1 : -1) * value, 0)
      case 'smooth': return 0.9 * Math.sin(1.3 * along(one, x) + p) + 0.6 * Math.sin(1.1 * along(two, x) + q) + 0.4 * along(plane, x)
      case 'steep': return 1.3 * Math.abs(along(one, x)) + 0.7 * along(plane, x)
      case 'product': return at(x, 0) * at(x, 1) + 0.3 * along(plane, x)
      case 'ratio': return at(x, 0) / at(x, 1)
      default: return 0
    }
  }
}

function centresOf({ classes, inputs }: Recipe, seed: number): number[][] {
  const random = new Random(seed, 'centres')
  return Array.from({ length: classes }, (_, k) => Array.from({ length: inputs }, (_unused, i) => (i === k % inputs ? 3 : 0.5) * (k % (2 * inputs) < inputs ? 1 : -1) + 0.3 * random.normal()))
}

/** Blobs move the inputs to their class's centre; rings and halves take the class from where the inputs lie. */
function classify(recipe: Recipe, inputs: readonly Float64Array[], centres: readonly (readonly number[])[], random: Random, seed: number): Float64Array[] {
  const { shape, classes, noise, imbalance } = recipe
  const rows = inputs[0]?.length ?? 0
  const first = imbalance ?? 1 / classes
  const wheel = new Random(seed, 'halves')
  const across = inputs.map(() => wheel.normal())
  const length = Math.hypot(...across)
  const place = (row: number): number => {
    const x = rowAt(inputs, row)
    // The share of rows that lie lower: of a standard normal along a direction, and of a squared radius in two dimensions.
    if (shape === 'rings') return inputs.length === 1 ? 2 * normalShare(Math.abs(x[0] ?? 0)) - 1 : 1 - Math.exp(-((x[0] ?? 0) ** 2 + (x[1] ?? 0) ** 2) / 2)
    return normalShare(x.reduce((sum, value, i) => sum + value * (across[i] ?? 0), 0) / length)
  }
  const byShare = (share: number): number => (share < first ? 0 : Math.min(classes - 1, 1 + Math.floor(((share - first) / (1 - first)) * (classes - 1))))
  const labels = Float64Array.from({ length: rows }, (_, row) => {
    if (shape !== 'blobs') return byShare(place(row))
    const k = byShare(random.uniform())
    inputs.forEach((column, i) => { column[row] = (column[row] ?? 0) + (centres[k]?.[i] ?? 0) })
    return k
  })
  return [labels.map(label => (random.uniform() < noise ? random.whole(0, classes - 1) : label))]
}

/** The normal distribution's share below x, by a logistic that is within 0.01 of it: only where classes end depends on it. */
function normalShare(x: number): number {
  return 1 / (1 + Math.exp(-1.702 * x))
}

function repeatSome(validation: Rows, training: Rows, { duplicates, rows }: Recipe, seed: number): Rows {
  if (duplicates === undefined) return validation
  const random = new Random(seed, 'duplicates')
  const count = validation.targets[0]?.length ?? 0
  for (let row = 0; row < count; row++) {
    if (random.uniform() >= duplicates) continue
    const from = random.whole(0, rows - 1)
    for (const part of ['inputs', 'targets'] as const) {
      validation[part].forEach((column, i) => { column[row] = training[part][i]?.[from] ?? Number.NaN })
    }
  }
  return validation
}

type Scale = (value: number, output: number) => number

const asTheyAre: Scale = value => value

/** To mean 0 and deviation 1 by the training rows, whatever the function was. */
function standardScale(targets: readonly Float64Array[]): Scale {
  const figures = targets.map(column => {
    const mean = column.reduce((sum, value) => sum + value, 0) / column.length
    return { mean, deviation: Math.sqrt(column.reduce((sum, value) => sum + (value - mean) ** 2, 0) / column.length) || 1 }
  })
  return (value, output) => {
    const { mean, deviation } = figures[output] ?? { mean: 0, deviation: 1 }
    return (value - mean) / deviation
  }
}

function columnsOf(recipe: Recipe, { inputs, targets }: Rows, scale: Scale, random: Random): Column[] {
  const { inputScale, inputMean, targetScale, targetMean, unused, constants = [], copy, classes, shape } = recipe
  const rows = targets[0]?.length ?? 0
  const scaledTargets = targets.map((column, output) => column.map(value => (classes > 0 || shape === 'lattice' ? value : targetMean + targetScale * scale(value, output))))
  const numeric = (name: string, values: Float64Array): NumericColumn => ({ kind: 'numeric', name, values })
  return [
    ...inputs.map((column, i) => {
      const constant = constants.find(({ input }) => input === i)
      const deviation = inputScale[i % inputScale.length] ?? 1
      const mean = inputMean[i % inputMean.length] ?? 0
      return numeric(`x${i + 1}`, column.map((value, row) => {
        if (constant !== undefined) return constant.value
        if (copy?.input === i) return (scaledTargets[0]?.[row] ?? 0) + copy.noise * targetScale * random.normal()
        return mean + deviation * value
      }))
    }),
    ...Array.from({ length: unused }, (_, u) => numeric(`u${u + 1}`, Float64Array.from({ length: rows }, () => random.normal()))),
    ...scaledTargets.map((column, o) => numeric(o === 0 ? 'y' : `y${o + 1}`, column)),
  ]
}
