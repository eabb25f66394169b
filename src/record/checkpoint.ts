/**
 * Checkpoints: a run's state between two steps as bytes and back, exact to the bit (NaN's payloads and -0 too), with a
 * checksum. `checkpoints/last` is all that going on needs; `checkpoints/best` holds the parameters of the best evaluation.
 */
import { z } from 'zod/mini'
import type { FloatArray, Loss } from '../backends/backend.ts'
import { whenUsed, type Precision } from '../network/spec.ts'
import type { NumpyRandomState } from '../numeric/mt19937.ts'
import type { Best } from '../training/early-stopping.ts'
import type { TrainingState } from '../training/train.ts'
import { RecordError } from './errors.ts'
import type { Json } from './json.ts'
import { pack, unpack, type PackedArray, type PackedKind } from './packed.ts'

export interface Checkpoint {
  readonly state: TrainingState
  /** Of which run it is: `runIdentity` of its record. */
  readonly run: string
  /** The length of metrics.csv that belongs to this state: its header and the steps up to `state.step`. */
  readonly metricsBytes: number
  /** What else has to go on with the run (time spent so far, …); small. */
  readonly extra: Json
}

const advice = 'The run cannot go on from it; start it again with the same settings, which gives the same numbers.'

/** Where the numbers that are not whole stand in the array `numbers`. */
const at = { training: 0, validation: 3, bestLoss: 6, cachedNormal: 7, count: 8 } as const

const precisions = whenUsed(() => z.enum(['float32', 'float64']))
const whole = whenUsed(() => z.int().check(z.minimum(0)))
const headerSchema = whenUsed(() => z.strictObject({
  run: z.string(),
  precision: precisions(),
  step: whole(),
  metricsBytes: whole(),
  training: z.boolean(),
  validation: z.boolean(),
  waited: whole(),
  best: z.nullable(z.strictObject({ step: whole() })),
  draws: z.nullable(z.strictObject({ generator: z.literal('MT19937'), position: whole(), cachedNormal: z.boolean() })),
  extra: z.json() satisfies z.ZodMiniType<Json>,
}))
const bestSchema = whenUsed(() => z.strictObject({ precision: precisions(), step: whole() }))

export function encodeCheckpoint({ state, run, metricsBytes, extra }: Checkpoint): Uint8Array {
  const { step, trainer, draws, stopping, lastTraining, lastValidation } = state
  const { best, waited } = stopping
  const numbers = new Float64Array(at.count)
  putLoss(numbers, at.training, lastTraining)
  putLoss(numbers, at.validation, lastValidation)
  numbers[at.bestLoss] = best?.loss ?? 0
  numbers[at.cachedNormal] = draws?.cachedNormal ?? 0
  const arrays = new Map<string, PackedArray>([
    ['numbers', numbers], ['parameters', trainer.parameters], ['first', trainer.first], ['second', trainer.second],
  ])
  if (best !== null) arrays.set('best', best.parameters)
  if (draws !== null) arrays.set('draws', Uint32Array.from(draws.key))
  const header: z.input<ReturnType<typeof headerSchema>> = {
    run, precision: precisionOf(trainer.parameters), step, metricsBytes, waited,
    training: lastTraining !== null, validation: lastValidation !== null,
    best: best === null ? null : { step: best.step },
    draws: draws === null ? null : { generator: draws.generator, position: draws.position, cachedNormal: draws.cachedNormal !== null },
    extra: extra as z.input<ReturnType<typeof headerSchema>>['extra'],
  }
  return pack('checkpoint', header, arrays)
}

/** `file` is what sentences call it. Throws RecordError `checkpoint-damaged` or `checkpoint-version`. */
export function decodeCheckpoint(bytes: Uint8Array, file: string): Checkpoint {
  const { header: raw, arrays } = unpack(bytes, 'checkpoint', file, advice)
  const parsed = headerSchema().safeParse(raw)
  if (!parsed.success) throw inconsistent('checkpoint', file)
  const header = parsed.data
  const take = floats('checkpoint', file, arrays, header.precision)
  const parameters = take('parameters')
  const like = (name: string, orNone: boolean): FloatArray => {
    const array = take(name)
    if (array.length !== parameters.length && !(orNone && array.length === 0)) throw inconsistent('checkpoint', file)
    return array
  }
  const numbers = arrays.get('numbers')
  if (!(numbers instanceof Float64Array) || numbers.length !== at.count) throw inconsistent('checkpoint', file)
  const draws = header.draws === null ? null : drawsOf(header.draws, arrays.get('draws'), numbers[at.cachedNormal] ?? 0, file)
  const best = header.best === null ? null : { step: header.best.step, loss: numbers[at.bestLoss] ?? 0, parameters: like('best', false) }
  return {
    state: {
      step: header.step,
      trainer: { parameters, first: like('first', true), second: like('second', true) },
      draws,
      stopping: { best, waited: header.waited },
      lastTraining: header.training ? takeLoss(numbers, at.training) : null,
      lastValidation: header.validation ? takeLoss(numbers, at.validation) : null,
    },
    run: header.run,
    metricsBytes: header.metricsBytes,
    extra: header.extra,
  }
}

export function encodeBest({ step, loss, parameters }: Best): Uint8Array {
  return pack('best', { precision: precisionOf(parameters), step }, new Map<string, PackedArray>([
    ['numbers', Float64Array.of(loss)], ['parameters', parameters],
  ]))
}

/** Throws RecordError `best-damaged` or `best-version`. */
export function decodeBest(bytes: Uint8Array, file: string): Best {
  const { header, arrays } = unpack(bytes, 'best', file, 'Train again with the same settings, which gives the same numbers.')
  const parsed = bestSchema().safeParse(header)
  const loss = arrays.get('numbers')?.[0]
  if (!parsed.success || loss === undefined) throw inconsistent('best', file)
  return { step: parsed.data.step, loss, parameters: floats('best', file, arrays, parsed.data.precision)('parameters') }
}

/** Refuses a state that is not of this network and precision. Throws RecordError `checkpoint-other-network`. */
export function requireFit(state: TrainingState, parameters: number, precision: Precision, file: string): void {
  const got = state.trainer.parameters
  if (got.length === parameters && precisionOf(got) === precision) return
  throw new RecordError('checkpoint-other-network',
    `${file} holds ${got.length} parameters in ${precisionOf(got)}, but the run's settings and data make ${parameters} in ${precision}: ` +
    'it is of another run. Put the right file back, or start the run again.',
    { file, got: got.length, expected: parameters, gotPrecision: precisionOf(got), expectedPrecision: precision })
}

export function precisionOf(array: FloatArray): Precision {
  return array instanceof Float32Array ? 'float32' : 'float64'
}

/** Takes a vector of the recorded precision out of the arrays. */
function floats(
  kind: PackedKind, file: string, arrays: ReadonlyMap<string, PackedArray>, precision: Precision,
): (name: string) => FloatArray {
  return name => {
    const array = arrays.get(name)
    const float = array instanceof Float32Array || array instanceof Float64Array
    if (!float || precisionOf(array) !== precision) throw inconsistent(kind, file)
    return array
  }
}

function drawsOf(
  { generator, position, cachedNormal }: { generator: 'MT19937'; position: number; cachedNormal: boolean },
  key: PackedArray | undefined, normal: number, file: string,
): NumpyRandomState {
  if (!(key instanceof Uint32Array) || key.length !== 624 || position > 624) throw inconsistent('checkpoint', file)
  return { generator, key: Array.from(key), position, cachedNormal: cachedNormal ? normal : null }
}

function putLoss(numbers: Float64Array, from: number, loss: Loss | null): void {
  if (loss !== null) numbers.set([loss.total, loss.data, loss.regularization], from)
}

function takeLoss(numbers: Float64Array, from: number): Loss {
  const [total = 0, data = 0, regularization = 0] = numbers.subarray(from, from + 3)
  return { total, data, regularization }
}

function inconsistent(kind: PackedKind, file: string): RecordError {
  const sentence = `${file} is damaged: its checksum is right, but its parts do not belong together. ${advice}`
  return new RecordError(`${kind}-damaged`, sentence, { file })
}
