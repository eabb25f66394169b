/**
 * The kernels as a backend: one WebAssembly call does the whole step, with the reference's bits. Where a step turns out not
 * to be finite, nothing of it is kept and the reference takes that one step again from the same state: which figure failed
 * first, and whether Infinity or NaN, is the reference's to say. Kernels only promise that what is not finite shows.
 */
import { highWord, lowWord } from '../numeric/philox.ts'
import {
  batchRows, evaluationChunk, lossDivisor, vector,
  type Backend, type Dataset, type FloatArray, type HeldDataset, type StoredDataset, type Loss, type Problem, type StepRequest, type StepResult, type Trainer, type TrainerState,
} from './backend.ts'
import { withoutPower } from './optimizers.ts'
import { relaxedSimd } from './platform.ts'
import { ReferenceTrainer } from './reference.ts'
import { chunksOf, gather } from './stored.ts'
import { instantiate, kernelsOf, type Instance, type Kernels } from './wasm-instance.ts'
import { Arena, doubleAt, layerWordAt, memoryLimit, type PlanRecord, type Region, wordAt } from './wasm-layout.ts'
import { describe, elementBytes, layOutThread, notOffered, rounded, rowBytes, tilingOf, type Tiling } from './wasm-setup.ts'

export const wasm: Backend = {
  name: 'wasm',
  refuses,
  async createTrainer(problem, parameters) {
    const variant = { shared: false, fast: usesRelaxedSimd(problem) }
    return new WasmTrainer(problem, parameters, await instantiate(variant, new WebAssembly.Memory({ initial: 1 })))
  },
}

/** What the kernels do not offer, as words for a sentence. */
export function refuses(problem: Problem): string | null {
  const missing = notOffered(problem)
  if (missing !== null) return missing
  const table = problem.training.stored === undefined ? problem.training.rows * rowBytes(problem) : 0
  // Half of what there is, so that a validation table and the batch find room beside it.
  if (table > memoryLimit / 2) return `a training table of ${(table / 2 ** 20).toFixed(0)} MiB (at most ${memoryLimit / 2 / 2 ** 20} MiB)`
  const sums = problem.network.parameters * elementBytes(problem) * (problem.blocks + 10)
  if (sums > memoryLimit / 4) return `${problem.network.parameters} parameters in ${problem.blocks} blocks`
  return null
}

/** Asked for and there. */
export function usesRelaxedSimd(problem: Problem): boolean {
  return problem.fast === true && relaxedSimd()
}

/** Bytes of a table that pass through memory together on their way into it: they stay in the nearest caches. */
const passingBytes = 2 ** 15

/** Rows that are predicted in one call. */
const predictionRows = 8192

export class WasmTrainer implements Trainer {
  readonly backend: string = 'wasm'
  readonly fast: boolean
  protected readonly kernels: Kernels
  protected readonly arena: Arena
  protected readonly plan: PlanRecord
  private readonly table: number
  /** Of a training table outside memory: the rows of one batch. */
  private readonly batchTable: Region = { address: 0, bytes: 0 }
  /** Numbers on their way to a table. */
  private readonly passing: Region = { address: 0, bytes: 0 }
  private readonly drawn: Region = { address: 0, bytes: 0 }
  private readonly ordered: Region = { address: 0, bytes: 0 }
  private readonly positions: Region = { address: 0, bytes: 0 }
  private readonly masks: readonly Region[]
  /** The table last evaluated that is not the training table, and the features in it. */
  private readonly other: Region = { address: 0, bytes: 0 }
  private otherFeatures: FloatArray | null = null
  private otherTargets: FloatArray | null = null
  /** Whether the packed weights are those of the current parameters. */
  private packed = false
  private givenMasks = false

  /** `tiling`: where not the backend chooses it. The bits are the same. */
  constructor(readonly problem: Problem, parameters: FloatArray, instance: Instance, tiling: Tiling = tilingOf(problem)) {
    this.fast = instance.variant.fast
    this.kernels = kernelsOf(problem, instance)
    this.arena = new Arena(instance.memory)
    this.plan = layOutThread(this.arena, problem, tiling)
    describe(this.arena, this.plan, problem, tiling)
    this.masks = problem.network.layers.map(() => ({ address: 0, bytes: 0 }))
    const { training } = problem
    this.table = training.stored === undefined ? this.arena.allocate(training.rows * rowBytes(problem)) : 0
    if (training.stored === undefined) this.writeTable(this.table, training.features, training.targets, training.rows)
    this.write(wordAt.current, parameters)
  }

  get threads(): number {
    return 1
  }

  step(request: StepRequest): StepResult {
    const { problem, arena } = this
    if (problem.training.stored === undefined) return this.stepOn(this.table, problem, request)
    const gathered = gather(problem, problem.training.stored, request)
    const { rows, features, targets } = gathered.problem.training
    arena.ensure(this.batchTable, rows * rowBytes(problem))
    this.writeTable(this.batchTable.address, features, targets, rows)
    return this.stepOn(this.batchTable.address, gathered.problem, gathered.request)
  }

  private stepOn(table: number, problem: Problem, request: StepRequest): StepResult {
    const { plan } = this
    const size = request.batch.kind === 'rows' ? request.batch.rows.length : request.batch.size
    const divisor = lossDivisor(problem.loss, problem.reduction, size, problem.network.outputs)
    // A divisor that is no float32 is divided by as it is; only the reference does so.
    if (rounded(problem, divisor) !== divisor) return this.stepByReference(problem, request)
    this.writeBatch(request)
    this.writeStep(request, divisor)
    this.packOnce()
    plan.word(wordAt.table, table)
    plan.word(wordAt.tableRows, problem.training.rows)
    this.run()
    const loss = this.loss(plan.readDouble(doubleAt.terms) / divisor)
    const health = {
      gradient: plan.readDouble(doubleAt.gradientSize), parameters: plan.readDouble(doubleAt.parameterSize), moments: plan.readDouble(doubleAt.momentSize),
    }
    // A sum of magnitudes is finite where each of them is; a first moment that is not shows in what it does to its parameter.
    if (!Number.isFinite(loss.total + health.gradient + health.parameters + health.moments)) return this.stepByReference(problem, request)
    this.commit()
    return { loss, health, nonFinite: null }
  }

  evaluate(dataset: Dataset): Loss {
    const { plan, problem } = this
    const divisor = lossDivisor(problem.loss, problem.reduction, dataset.rows, dataset.outputs)
    this.packOnce()
    if (dataset.stored !== undefined) return this.loss(this.storedTerms(dataset) / divisor)
    plan.word(wordAt.table, this.tableOf(dataset))
    plan.word(wordAt.tableRows, dataset.rows)
    this.runEvaluation(dataset.rows)
    return this.loss(plan.readDouble(doubleAt.terms) / divisor)
  }

  /** The sum of terms over a dataset outside memory, added as the kernel adds those of one in memory. */
  private storedTerms(dataset: StoredDataset): number {
    const { plan, problem, arena } = this
    let terms = 0
    this.otherFeatures = null
    for (const { rows, features, targets } of chunksOf(dataset, evaluationChunk)) {
      arena.ensure(this.other, rows * rowBytes(problem))
      this.writeTable(this.other.address, features, targets, rows)
      plan.word(wordAt.table, this.other.address)
      plan.word(wordAt.tableRows, rows)
      this.runEvaluation(rows)
      terms += plan.readDouble(doubleAt.terms)
    }
    return terms
  }

  predict(features: FloatArray, rows: number): FloatArray {
    const { plan, problem, arena } = this
    const { inputs, outputs } = problem.network
    const size = elementBytes(problem)
    const result = vector(problem.precision, rows * outputs)
    const chunk = Math.min(rows, predictionRows)
    const from = chunk * rowBytes(problem)
    arena.ensure(this.other, from + 64 + chunk * outputs * size)
    this.otherFeatures = null
    this.packOnce()
    for (let start = 0; start < rows; start += chunk) {
      const count = Math.min(chunk, rows - start)
      this.writeTable(this.other.address, features.subarray(start * inputs, (start + count) * inputs), null, count)
      plan.word(wordAt.table, this.other.address)
      plan.word(wordAt.tableRows, count)
      const out = Math.ceil((this.other.address + from) / 8) * 8
      this.kernels.predict(plan.address, out)
      result.set(this.elements().subarray(out / size, out / size + count * outputs), start * outputs)
    }
    return result
  }

  state(): TrainerState {
    return { parameters: this.read(wordAt.current), first: this.read(wordAt.first), second: this.read(wordAt.second) }
  }

  setState(state: TrainerState): void {
    this.write(wordAt.current, state.parameters)
    this.write(wordAt.first, state.first)
    this.write(wordAt.second, state.second)
    this.packed = false
  }

  dispose(): void {
    this.otherFeatures = null
  }

  /** The step itself, once everything is written. */
  protected run(): void {
    this.kernels.step(this.plan.address)
  }

  /** The evaluation of plan.table, which has so many rows. */
  protected runEvaluation(_rows: number): void {
    this.kernels.evaluate(this.plan.address)
  }

  private elements(): FloatArray {
    return this.problem.precision === 'float32' ? this.arena.f32 : this.arena.f64
  }

  private write(at: number, values: FloatArray): void {
    const address = this.plan.readWord(at)
    if (address !== 0) this.elements().set(values, address / elementBytes(this.problem))
  }

  private read(at: number): FloatArray {
    const address = this.plan.readWord(at)
    if (address === 0) return vector(this.problem.precision, 0)
    const from = address / elementBytes(this.problem)
    return this.elements().slice(from, from + this.problem.network.parameters)
  }

  /** Rows [features, targets]; without targets, zeros stand for them. */
  private writeTable(address: number, features: FloatArray, targets: FloatArray | null, rows: number): void {
    const { inputs, outputs } = this.problem.network
    this.writeColumns(address, 0, features, inputs, rows)
    this.writeColumns(address, inputs, targets, outputs, rows)
  }

  /** `width` numbers of each row of a table, behind the first `before` of them; without numbers, zeros. */
  private writeColumns(address: number, before: number, numbers: FloatArray | null, width: number, rows: number): void {
    const { problem, arena, kernels, passing } = this
    const [size, stride] = [elementBytes(problem), rowBytes(problem)]
    const each = Math.min(rows, Math.max(1, Math.floor(passingBytes / (width * size))))
    if (numbers !== null) arena.ensure(passing, each * width * size)
    for (let from = 0; from < rows; from += each) {
      const some = Math.min(each, rows - from)
      if (numbers !== null) this.elements().set(numbers.subarray(from * width, (from + some) * width), passing.address / size)
      kernels.spreadRows(numbers === null ? 0 : passing.address, address + from * stride + before * size, some, width * size, stride)
    }
  }

  /** Where a dataset's rows lie: the training table, or the one other table that is kept. */
  private tableOf(dataset: HeldDataset): number {
    const { training } = this.problem
    if (training.stored === undefined && dataset.features === training.features && dataset.targets === training.targets && dataset.rows === training.rows) return this.table
    if (this.otherFeatures !== dataset.features || this.otherTargets !== dataset.targets) {
      this.arena.ensure(this.other, dataset.rows * rowBytes(this.problem))
      this.writeTable(this.other.address, dataset.features, dataset.targets, dataset.rows)
      this.otherFeatures = dataset.features
      this.otherTargets = dataset.targets
    }
    return this.other.address
  }

  private packOnce(): void {
    if (this.packed) return
    this.kernels.pack(this.plan.address)
    this.packed = true
  }

  private writeBatch({ batch, passOver, masks }: StepRequest): void {
    const { plan, arena, problem } = this
    const some = passOver !== undefined && passOver.size > 0
    if (batch.kind === 'permutation' && !some && masks === undefined) {
      this.reserve(batch.size, false)
      const { shape, key, low, high, n } = batch.permutation
      plan.word(wordAt.permuted, 1)
      plan.word(wordAt.batch, batch.size)
      plan.word(wordAt.from, batch.from)
      plan.word(wordAt.count, n)
      plan.word(wordAt.digitA, shape.a)
      plan.word(wordAt.digitB, shape.b)
      plan.word(wordAt.shift, shape.shift)
      plan.word(wordAt.rounds, shape.rounds)
      plan.word(wordAt.key0, key.k0)
      plan.word(wordAt.key1, key.k1)
      plan.word(wordAt.counterLow, low)
      plan.word(wordAt.counterHigh, high)
      this.writeMasks(undefined, null)
      return
    }
    const all = batchRows(batch)
    const taken = some ? positionsOf(all, passOver) : null
    const rows = taken === null ? all : taken.map(position => all[position]!)
    this.reserve(rows.length, masks !== undefined)
    plan.word(wordAt.permuted, 0)
    plan.word(wordAt.batch, rows.length)
    arena.i32.set(rows, plan.readWord(problem.blocks === 1 ? wordAt.ordered : wordAt.drawn) / 4)
    this.writeMasks(masks, taken)
  }

  /** Room for a batch of so many rows. */
  private reserve(rows: number, positions: boolean): void {
    const { plan, arena } = this
    const bytes = rows * 4 + 64
    if (bytes > this.ordered.bytes) {
      arena.ensure(this.drawn, bytes)
      arena.ensure(this.ordered, bytes)
      plan.word(wordAt.drawn, this.drawn.address)
      plan.word(wordAt.ordered, this.ordered.address)
    }
    plan.word(wordAt.wantPositions, positions ? 1 : 0)
    if (positions && bytes > this.positions.bytes) {
      arena.ensure(this.positions, bytes)
      plan.word(wordAt.positions, this.positions.address)
    }
  }

  /** Given masks to their layers; `taken` lists the batch positions that are left when some rows are passed over. */
  private writeMasks(masks: StepRequest['masks'], taken: Uint32Array | null): void {
    if (masks === undefined && !this.givenMasks) return
    this.givenMasks = masks !== undefined
    for (const { index, units, dropout } of this.problem.network.layers) {
      const mask = masks?.[index] ?? null
      const region = this.masks[index]!
      if (mask === null || dropout === 0) {
        this.plan.layerWord(index, layerWordAt.given, 0)
        continue
      }
      const kept = taken === null ? mask : rowsOf(mask, units, taken)
      this.arena.ensure(region, kept.length + 16)
      this.arena.u8.set(kept, region.address)
      this.plan.layerWord(index, layerWordAt.given, region.address)
    }
  }

  private writeStep({ step, learningRate }: StepRequest, divisor: number): void {
    const { plan, problem } = this
    const { optimizer } = problem
    plan.double(doubleAt.divisor, divisor)
    plan.word(wordAt.stepLow, lowWord(step))
    plan.word(wordAt.stepHigh, highWord(step))
    const decay = optimizer.weightDecay === 0 ? 1 : rounded(problem, 1 - learningRate * optimizer.weightDecay)
    plan.double(doubleAt.decay, decay)
    if (optimizer.name === 'adam' || optimizer.name === 'adamw') {
      plan.double(doubleAt.rate, rounded(problem, learningRate / withoutPower(optimizer.beta1, step)))
      plan.double(doubleAt.correction, rounded(problem, 1 / withoutPower(optimizer.beta2, step)))
    } else {
      plan.double(doubleAt.rate, rounded(problem, learningRate))
    }
  }

  private loss(data: number): Loss {
    const { l2 } = this.problem
    const regularization = l2 === 0 ? 0 : 0.5 * l2 * this.plan.readDouble(doubleAt.squares)
    return { total: data + regularization, data, regularization }
  }

  /** What was written beside the current state becomes it. */
  private commit(): void {
    this.exchange(wordAt.current, wordAt.next)
    this.exchange(wordAt.first, wordAt.nextFirst)
    this.exchange(wordAt.second, wordAt.nextSecond)
    this.packed = false
  }

  private exchange(one: number, other: number): void {
    const { plan } = this
    const address = plan.readWord(one)
    plan.word(one, plan.readWord(other))
    plan.word(other, address)
  }

  /** The same step from the same state, by the reference; its state is taken over where it took the step. */
  private stepByReference(problem: Problem, request: StepRequest): StepResult {
    const before = this.state()
    const trainer = new ReferenceTrainer(problem, before.parameters)
    trainer.setState(before)
    const result = trainer.step(request)
    if (result.nonFinite === null) this.setState(trainer.state())
    return result
  }
}

/** The positions of a batch whose rows are not passed over. */
function positionsOf(rows: Uint32Array, passOver: ReadonlySet<number>): Uint32Array {
  const positions: number[] = []
  for (let i = 0; i < rows.length; i++) if (!passOver.has(rows[i]!)) positions.push(i)
  return Uint32Array.from(positions)
}

/** Rows of `width` bytes, copied. */
function rowsOf(matrix: Uint8Array, width: number, rows: Uint32Array): Uint8Array {
  const out = new Uint8Array(rows.length * width)
  rows.forEach((row, i) => out.set(matrix.subarray(row * width, (row + 1) * width), i * width))
  return out
}
