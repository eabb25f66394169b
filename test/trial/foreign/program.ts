/**
 * A second small trainer, as somebody else might have written it: layers, a few losses, SGD and Adam, and switches for the
 * things that go wrong in such programs and that whynan's own trainer cannot do. whynan sees nothing of it but its log.
 */
import type { Table } from '../../../src/table/table.ts'
import { cleanRows } from '../faults.ts'
import type { ForeignProgram, Recipe } from '../list.ts'
import { Random } from '../random.ts'
import { lossOf } from './losses.ts'

/** One line of the program's log. Rows are numbers of the table's rows, from 0, as the program drew them. */
export interface LoggedStep {
  readonly step: number
  readonly rows: readonly number[]
  readonly loss: number
  readonly validation?: number
  readonly gradients?: Float64Array
  readonly parameters?: Float64Array
  readonly moments?: Float64Array
}

export interface ForeignResult {
  readonly log: readonly LoggedStep[]
  /** Whether its last parameters are all finite. */
  readonly finite: boolean
  /** Predictions [rows][outputs], the way the program predicts. */
  predict(table: Table): number[][]
  /** Targets [rows][outputs] as the program's loss takes them. */
  targets(table: Table): number[][]
}

interface Layer {
  readonly inputs: number
  readonly units: number
  readonly last: boolean
  /** Weights [inputs, units], then biases [units]. */
  readonly parameters: Float64Array | Float32Array
  readonly first: Float64Array | Float32Array
  readonly second: Float64Array | Float32Array
  readonly gradient: Float64Array
}

type Numbers = number[][]

/** Steps that are still logged after the first loss that is not finite; then its user stops it. */
const patience = 5

export function runProgram(program: ForeignProgram, recipe: Recipe, training: Table, validation: Table, seed: number): ForeignResult {
  const { precision, batch, steps, drawsBelow, cleaningThrownAway, shows } = program
  const round = precision === 'float32' ? Math.fround : (x: number): number => x
  const random = new Random(seed, 'program')
  // The slip: what cleaning returns is not kept.
  if (cleaningThrownAway) cleanRows(training, training.columns.map((_, column) => column))
  const scale = scalingOf(program, recipe, training)
  const x = scale(inputsOf(training, recipe))
  const t = targetsOf(program, recipe, training)
  const layers = makeLayers(program, recipe.inputs, t[0]?.length ?? 1, random)
  const below = drawsBelow ?? Math.max(x.length, batch)
  const log: LoggedStep[] = []
  let bad = 0
  const predict = (table: Table): Numbers => {
    const drop = program.dropoutWhilePredicting ? random : null
    return forward(program, layers, scale(inputsOf(table, recipe)), drop, round).outputs
  }
  for (let step = 1; step <= steps && bad < patience; step++) {
    const rows = drawRows(program, below, random)
    // A row that is not there reads as undefined, and arithmetic with it is NaN.
    const missing = Array.from({ length: recipe.inputs }, () => Number.NaN)
    const pass = forward(program, layers, rows.map(row => x[row] ?? missing), program.dropout > 0 ? random : null, round)
    const { loss, derivatives } = lossOf(program, pass.outputs, rows.map(row => t[row] ?? [Number.NaN]), round)
    backward(program, layers, pass, derivatives)
    update(program, layers, step)
    if (!Number.isFinite(loss)) bad++
    const evaluated = shows.includes('validation') && (step % Math.ceil(steps / 20) === 0)
    log.push({
      step, rows, loss,
      ...(evaluated ? { validation: lossOf(program, predict(validation), targetsOf(program, recipe, validation), round).loss } : {}),
      ...(shows.includes('gradients') ? { gradients: gather(layers, 'gradient') } : {}),
      ...(shows.includes('parameters') ? { parameters: gather(layers, 'parameters') } : {}),
      ...(shows.includes('moments') ? { moments: gather(layers, 'second') } : {}),
    })
  }
  return { log, finite: layers.every(({ parameters }) => parameters.every(Number.isFinite)), predict, targets: table => targetsOf(program, recipe, table) }
}

function drawRows({ batch, replacement }: ForeignProgram, below: number, random: Random): number[] {
  if (replacement) return Array.from({ length: batch }, () => random.whole(0, below - 1))
  const drawn = new Set<number>()
  while (drawn.size < Math.min(batch, below)) drawn.add(random.whole(0, below - 1))
  return [...drawn]
}

function column(table: Table, index: number): ArrayLike<number> {
  const found = table.columns[index]
  return found?.kind === 'numeric' ? found.values : []
}

function inputsOf(table: Table, { inputs }: Recipe): Numbers {
  const columns = Array.from({ length: inputs }, (_, i) => column(table, i))
  return Array.from({ length: table.rows }, (_, row) => columns.map(values => values[row] ?? Number.NaN))
}

function targetsOf({ loss }: ForeignProgram, { inputs, unused, classes }: Recipe, table: Table): Numbers {
  const values = column(table, inputs + unused)
  return Array.from({ length: table.rows }, (_, row) => {
    const value = values[row] ?? Number.NaN
    if (loss === 'hinge') return [2 * value - 1]
    return loss === 'naive-softmax' ? Array.from({ length: classes }, (_unused, k) => (value === k ? 1 : 0)) : [value]
  })
}

/** Each column less its mean over its deviation. `plain-standard` takes them over all cells and divides by whatever comes out. */
function scalingOf({ scaling, normalisesRows }: ForeignProgram, recipe: Recipe, training: Table): (rows: Numbers) => Numbers {
  if (normalisesRows) return rows => rows.map(row => row.map(value => value / Math.sqrt(row.reduce((sum, other) => sum + other * other, 0))))
  if (scaling === 'none') return rows => rows
  const figures = Array.from({ length: recipe.inputs }, (_, i) => {
    const all = Array.from(column(training, i))
    const values = scaling === 'standard' ? all.filter(Number.isFinite) : all
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length
    const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length)
    return { mean, deviation: scaling === 'standard' ? deviation || 1 : deviation }
  })
  return rows => rows.map(row => row.map((value, i) => (value - (figures[i]?.mean ?? 0)) / (figures[i]?.deviation ?? 1)))
}

function makeLayers({ hidden, initialScale, precision }: ForeignProgram, inputs: number, outputs: number, random: Random): Layer[] {
  const widths = [inputs, ...hidden, outputs]
  const vector = (values: Float64Array): Float64Array | Float32Array => (precision === 'float32' ? Float32Array.from(values) : values)
  return widths.slice(1).map((units, l): Layer => {
    const before = widths[l] ?? 1
    const size = before * units + units
    const deviation = Math.sqrt((l === widths.length - 2 ? 1 : 2) / before) * initialScale
    const parameters = vector(Float64Array.from({ length: size }, (_, i) => (i < before * units ? deviation * random.normal() : 0)))
    const zeros = (): Float64Array | Float32Array => vector(new Float64Array(size))
    return { inputs: before, units, last: l === widths.length - 2, parameters, first: zeros(), second: zeros(), gradient: new Float64Array(size) }
  })
}

interface Pass {
  /** What went into each layer, [rows][inputs]; the last is the network's output. */
  readonly activations: readonly Numbers[]
  /** Of each hidden layer, what its dropout multiplied by; null without. */
  readonly masks: readonly (Numbers | null)[]
  readonly outputs: Numbers
}

function forward(program: ForeignProgram, layers: readonly Layer[], x: Numbers, drop: Random | null, round: (x: number) => number): Pass {
  const activations: Numbers[] = [x]
  const masks: (Numbers | null)[] = []
  let now = x
  for (const { inputs, units, last, parameters } of layers) {
    const next = now.map(row => Array.from({ length: units }, (_, j) => {
      let z = parameters[inputs * units + j] ?? 0
      for (let k = 0; k < inputs; k++) z += (row[k] ?? Number.NaN) * (parameters[k * units + j] ?? 0)
      return round(last ? z : activate(program.activation, z))
    }))
    const mask = drop === null || last || program.dropout === 0
      ? null
      : next.map(row => row.map(() => (drop.uniform() < program.dropout ? 0 : 1 / (1 - program.dropout))))
    now = mask === null ? next : next.map((row, i) => row.map((value, j) => value * (mask[i]?.[j] ?? 1)))
    masks.push(mask)
    activations.push(now)
  }
  return { activations, masks, outputs: now }
}

function activate(activation: ForeignProgram['activation'], z: number): number {
  switch (activation) {
    case 'relu': return Math.max(0, z)
    case 'swallowing-relu': return z > 0 ? z : 0
    case 'tanh': return Math.tanh(z)
    case 'sigmoid': return 1 / (1 + Math.exp(-z))
    case 'identity': return z
    default: return activation satisfies never
  }
}

/** By the activation's value. */
function slope(activation: ForeignProgram['activation'], a: number): number {
  switch (activation) {
    case 'relu': case 'swallowing-relu': return a > 0 ? 1 : 0
    case 'tanh': return 1 - a * a
    case 'sigmoid': return a * (1 - a)
    case 'identity': return 1
    default: return activation satisfies never
  }
}

function backward(program: ForeignProgram, layers: readonly Layer[], { activations, masks }: Pass, derivatives: readonly (readonly number[])[]): void {
  let d = derivatives
  for (let l = layers.length - 1; l >= 0; l--) {
    const { inputs, units, parameters, gradient } = layers[l] ?? { inputs: 0, units: 0, parameters: [], gradient: new Float64Array() }
    const into = activations[l] ?? []
    gradient.fill(0)
    const before = into.map((row, i) => {
      const delta = d[i] ?? []
      for (let j = 0; j < units; j++) {
        const dj = delta[j] ?? 0
        for (let k = 0; k < inputs; k++) gradient[k * units + j] = (gradient[k * units + j] ?? 0) + (row[k] ?? Number.NaN) * dj
        gradient[inputs * units + j] = (gradient[inputs * units + j] ?? 0) + dj
      }
      if (l === 0) return []
      return row.map((a, k) => {
        let sum = 0
        for (let j = 0; j < units; j++) sum += (delta[j] ?? 0) * (parameters[k * units + j] ?? 0)
        const kept = masks[l - 1]?.[i]?.[k] ?? 1
        return kept === 0 ? 0 : sum * kept * slope(program.activation, a / kept)
      })
    })
    d = before
  }
  if (program.normalisesGradient) normalise(layers)
}

function normalise(layers: readonly Layer[]): void {
  let squares = 0
  for (const { gradient } of layers) for (const g of gradient) squares += g * g
  const norm = Math.sqrt(squares)
  for (const { gradient } of layers) gradient.forEach((g, i) => { gradient[i] = g / norm })
}

function update(program: ForeignProgram, layers: readonly Layer[], step: number): void {
  const { optimizer, learningRate, biasCorrectionFrom, float16Epsilon } = program
  const [beta1, beta2] = [0.9, 0.999]
  const half = float16Epsilon ? roundToHalf : (x: number): number => x
  const t = biasCorrectionFrom === 0 ? step - 1 : step
  const [c1, c2] = [1 - beta1 ** t, 1 - beta2 ** t]
  for (const { parameters, first, second, gradient } of layers) {
    for (let i = 0; i < parameters.length; i++) {
      const g = gradient[i] ?? 0
      if (optimizer === 'sgd') {
        parameters[i] = (parameters[i] ?? 0) - learningRate * g
        continue
      }
      const m = half(beta1 * (first[i] ?? 0) + (1 - beta1) * g)
      const v = half(beta2 * (second[i] ?? 0) + (1 - beta2) * g * g)
      first[i] = m
      second[i] = v
      parameters[i] = (parameters[i] ?? 0) - (learningRate * (m / c1)) / (Math.sqrt(v / c2) + half(program.epsilon))
    }
  }
}

/** To the nearest number of IEEE half precision: 11 bits, steps of 2^-24 below 2^-14, Infinity from 65520. */
function roundToHalf(x: number): number {
  if (x === 0 || !Number.isFinite(x)) return x
  const step = 2 ** Math.max(Math.floor(Math.log2(Math.abs(x))) - 10, -24)
  const rounded = Math.round(x / step) * step
  return Math.abs(rounded) >= 65520 ? Math.sign(x) * Infinity : rounded
}

function gather(layers: readonly Layer[], name: 'parameters' | 'gradient' | 'second'): Float64Array {
  const all = new Float64Array(layers.reduce((sum, layer) => sum + layer[name].length, 0))
  let at = 0
  for (const layer of layers) {
    all.set(layer[name], at)
    at += layer[name].length
  }
  return all
}
