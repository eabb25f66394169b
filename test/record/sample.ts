/** A small run for the record's tests: a record, states with every kind of number, and training that is made up but exact. */
import type { Loss } from '../../src/backends/backend.ts'
import { completeSettings } from '../../src/network/recipes.ts'
import { NumpyRandom } from '../../src/numeric/mt19937.ts'
import { newRun, type RunRecord } from '../../src/record/run.ts'
import type { Store } from '../../src/record/store.ts'
import { resumeRun, startRun, type RunWriter, type WriterOptions } from '../../src/record/write.ts'
import { notYet, observe } from '../../src/training/early-stopping.ts'
import type { Incident, TrainingResult, TrainingState } from '../../src/training/train.ts'

export function sampleRecord(): RunRecord {
  const table = { name: 'training_data_pos', rows: 68568, columns: ['column 1', 'column 2', 'column 3'] }
  return newRun({
    whynan: '0.1.0',
    settings: completeSettings({ recipe: 'classic', draws: 'numpy' }, { task: 'regression', rows: 68568 }),
    data: {
      files: [{ name: 'mapping.mat', path: '../../mapping.mat', bytes: 4114080, sha256: 'ab'.repeat(32) }],
      training: table,
      validation: { ...table, name: 'validation_data_pos', rows: 17142 },
    },
    columns: { inputs: ['column 1', 'column 2'], targets: ['column 3'] },
    environment: { node: '20.20.2', platform: 'linux', arch: 'x64', backend: 'reference', threads: 1, precision: 'float64', fast: false },
    assumptions: ['Target: column 3 (last).'],
  })
}

/** Vectors with a NaN that has a payload, infinities, -0 and a subnormal number. */
export const oddFloats = {
  float32: new Float32Array(Uint32Array.of(0x7fc12345, 0xffa00001, 0x7f800000, 0xff800000, 0x80000000, 0x00000001, 0x3f9d70a4).buffer),
  float64: new Float64Array(
    BigUint64Array.of(0x7ff8000012345678n, 0xfff0000000000001n, 0x7ff0000000000000n, 0x8000000000000000n, 1n).buffer,
  ),
}

export function sampleState(precision: 'float32' | 'float64'): TrainingState {
  const parameters = oddFloats[precision]
  const random = new NumpyRandom(7)
  random.randn(3)
  return {
    step: 41,
    trainer: { parameters, first: parameters.map(x => -x), second: parameters.map(x => x * x) },
    draws: random.state(),
    stopping: { best: { step: 30, loss: 0.1 + 0.2, parameters: parameters.slice().reverse() }, waited: 3 },
    lastTraining: { total: Number.NaN, data: Infinity, regularization: -0 },
    lastValidation: { total: 1 / 3, data: 5e-324, regularization: 1e300 },
  }
}

export interface MadeUp {
  readonly steps: number
  /** The step that fails. */
  readonly failsAt?: number
  /** Told before each step, so that a test can wait, print or stop. */
  readonly before?: (step: number) => void | Promise<void>
}

const rows = 4

/** Steps that change every parameter by what NumPy's generator draws; 400 made-up milliseconds each, a pause after every second. */
export async function train(
  writer: RunWriter, clock: { now: number }, { steps, failsAt, before }: MadeUp, from: TrainingState | null,
): Promise<TrainingResult> {
  const random = from?.draws === null || from === null ? new NumpyRandom(3) : NumpyRandom.from(from.draws)
  const parameters = from?.trainer.parameters.slice() ?? new Float64Array(5)
  const first = from?.trainer.first.slice() ?? new Float64Array(5)
  const second = from?.trainer.second.slice() ?? new Float64Array(5)
  let { stopping, lastTraining, lastValidation } = from ?? { stopping: notYet, lastTraining: null, lastValidation: null }
  let step = from?.step ?? 0
  const state = (draws = random.state()): TrainingState => ({
    step, draws, stopping, lastTraining, lastValidation,
    trainer: { parameters: parameters.slice(), first: first.slice(), second: second.slice() },
  })
  let incident: Incident | null = null
  while (step < steps && writer.failed === null) {
    await before?.(step + 1)
    clock.now += 400
    const drawsBefore = random.state()
    const noise = random.randn(5)
    const batch = { kind: 'rows', rows: Uint32Array.from({ length: rows }, (_, i) => step * rows + i) } as const
    const drawn = { batch, masks: [Uint8Array.of(1, 0, 1), null] }
    const learningRate = 0.005 / (step + 1)
    const health = { gradient: 1, parameters: 1, moments: 1 }
    if (step + 1 === failsAt) {
      const loss = { total: Number.NaN, data: Number.NaN, regularization: 0.25 }
      writer.onStep({ step: step + 1, result: { loss, health, nonFinite: 'loss' }, learningRate, drawn, validation: null, best: false })
      incident = { step: step + 1, first: 'loss', loss, learningRate, drawn, before: state(drawsBefore) }
      break
    }
    step++
    noise.forEach((x, i) => {
      first[i] = 0.9 * (first[i] ?? 0) + 0.1 * x
      second[i] = 0.99 * (second[i] ?? 0) + 0.01 * x * x
      parameters[i] = (parameters[i] ?? 0) - learningRate * (first[i] ?? 0)
    })
    lastTraining = lossOf(parameters, 0.5)
    const evaluated = step % 3 === 0 || step === steps
    if (evaluated) {
      lastValidation = lossOf(parameters, 0.25)
      stopping = observe(stopping, step, Math.abs(lastValidation.data), 0, () => parameters.slice())
    }
    writer.onStep({
      step, result: { loss: lastTraining, health, nonFinite: null }, learningRate, drawn,
      validation: evaluated ? lastValidation : null, best: evaluated && stopping.best?.step === step,
    })
    if (step % 2 === 0) await writer.onPause(step, state)
  }
  const status = incident !== null ? 'non-finite' : step === steps ? 'completed' : 'interrupted'
  return { status, state: state(incident?.before.draws ?? undefined), best: stopping.best, incident, rows: step * rows, stepSeconds: 0 }
}

function lossOf(parameters: ArrayLike<number>, scale: number): Loss {
  const data = Array.from(parameters).reduce((sum, x) => sum + scale * x, 0)
  const regularization = Array.from(parameters).reduce((sum, x) => sum + x * x, 0)
  return { total: data + regularization, data, regularization }
}

const others = new Map([
  ['model.json', new TextEncoder().encode('{"format":"whynan-model"}\n')],
  ['figures/loss.svg', new TextEncoder().encode('<svg/>')],
])

export async function wholeRun(store: Store, madeUp: MadeUp, options: WriterOptions = {}): Promise<RunRecord> {
  const clock = { now: 0 }
  const writer = await startRun(store, sampleRecord(), { ...options, now: () => clock.now })
  return writer.finish(await train(writer, clock, madeUp, null), { steps: madeUp.steps }, others)
}

export async function resumedRun(store: Store, madeUp: MadeUp, options: WriterOptions = {}): Promise<RunRecord> {
  const clock = { now: 0 }
  const { writer, from } = await resumeRun(store, { ...options, now: () => clock.now })
  return writer.finish(await train(writer, clock, madeUp, from?.state ?? null), { steps: madeUp.steps }, others)
}
