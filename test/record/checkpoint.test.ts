import { describe, expect, test } from 'vitest'
import type { FloatArray } from '../../src/backends/backend.ts'
import { decodeBest, decodeCheckpoint, encodeBest, encodeCheckpoint, requireFit } from '../../src/record/checkpoint.ts'
import { RecordError } from '../../src/record/errors.ts'
import { pack } from '../../src/record/packed.ts'
import { notYet } from '../../src/training/early-stopping.ts'
import type { TrainingState } from '../../src/training/train.ts'
import { sampleState } from './sample.ts'

const rest = { run: 'ab'.repeat(32), metricsBytes: 4711, extra: { seconds: 1.5 } }

/** toEqual takes any NaN for any other; these are compared as bytes. */
function bits(array: FloatArray): number[] {
  return Array.from(new Uint8Array(array.buffer, array.byteOffset, array.byteLength))
}

function bestOf({ stopping }: TrainingState): FloatArray {
  if (stopping.best === null) throw new Error('the sample has a best evaluation')
  return stopping.best.parameters
}

function refusalOf(work: () => unknown): RecordError {
  try {
    work()
  } catch (error) {
    if (error instanceof RecordError) return error
    throw error
  }
  throw new Error('expected a RecordError')
}

describe.each(['float32', 'float64'] as const)('a checkpoint in %s', precision => {
  const state = sampleState(precision)
  const bytes = encodeCheckpoint({ state, ...rest })

  test('comes back with the same bits', () => {
    const back = decodeCheckpoint(bytes, 'last')
    expect(back).toEqual({ state, ...rest })
    for (const name of ['parameters', 'first', 'second'] as const) {
      expect(bits(back.state.trainer[name])).toEqual(bits(state.trainer[name]))
    }
    expect(bits(bestOf(back.state))).toEqual(bits(bestOf(state)))
    expect(Object.is(back.state.lastTraining?.regularization, -0)).toBe(true)
    expect(encodeCheckpoint(back)).toEqual(bytes)
  })

  test('comes back from bytes that start at an odd address', () => {
    const shifted = new Uint8Array(bytes.length + 1)
    shifted.set(bytes, 1)
    expect(decodeCheckpoint(shifted.subarray(1), 'last')).toEqual({ state, ...rest })
  })

  test('comes back without what a run may lack', () => {
    const { parameters } = state.trainer
    const none = parameters.slice(0, 0)
    const trainer = { parameters, first: none, second: none }
    const bare = { step: 0, trainer, draws: null, stopping: notYet, lastTraining: null, lastValidation: null }
    expect(decodeCheckpoint(encodeCheckpoint({ state: bare, ...rest, extra: null }), 'last')).toEqual({ state: bare, ...rest, extra: null })
  })

  test('keeps NumPy’s draws without a kept normal', () => {
    const { draws } = state
    if (draws === null) throw new Error('the sample has draws')
    expect(draws.cachedNormal).not.toBeNull()
    const without = { ...state, draws: { ...draws, cachedNormal: null } }
    expect(decodeCheckpoint(encodeCheckpoint({ state: without, ...rest }), 'last').state.draws).toEqual(without.draws)
  })
})

describe('a damaged checkpoint is refused', () => {
  const bytes = encodeCheckpoint({ state: sampleState('float32'), ...rest })

  test('cut at any length', () => {
    for (let length = 0; length < bytes.length; length += 7) {
      expect(refusalOf(() => decodeCheckpoint(bytes.subarray(0, length), 'last')).message).toMatch(/^last is damaged: .* start it again/)
    }
  })

  test('with any byte flipped', () => {
    for (let at = 0; at < bytes.length; at += at < 64 ? 1 : 37) {
      const flipped = bytes.slice()
      flipped[at] = (flipped[at] ?? 0) ^ 0x10
      expect(refusalOf(() => decodeCheckpoint(flipped, 'last')).id).toMatch(/^checkpoint-(damaged|version)$/)
    }
  })

  test('with bytes added', () => {
    const longer = new Uint8Array(bytes.length + 8)
    longer.set(bytes)
    expect(refusalOf(() => decodeCheckpoint(longer, 'last')).id).toBe('checkpoint-damaged')
  })

  test('of a later version', () => {
    const later = bytes.slice()
    later[8] = 7
    expect(refusalOf(() => decodeCheckpoint(later, 'last')).message).toBe(
      'last was written by version 7 of the run format; this whynan reads 1: use a newer whynan.')
  })

  test.each<[string, Uint8Array]>([
    ['of another kind', encodeBest({ step: 3, loss: 0.5, parameters: Float32Array.of(1) })],
    ['with a header of something else', pack('checkpoint', { precision: 'float32' }, new Map())],
    ['with vectors of different lengths', encodeCheckpoint({ state: mismatched(), ...rest })],
    ['with vectors of another precision', encodeCheckpoint({ state: mixed(), ...rest })],
  ])('%s', (_what, wrong) => {
    expect(refusalOf(() => decodeCheckpoint(wrong, 'last')).id).toBe('checkpoint-damaged')
  })

  test('of another network', () => {
    const state = sampleState('float32')
    expect(() => requireFit(state, 7, 'float32', 'last')).not.toThrow()
    expect(refusalOf(() => requireFit(state, 351, 'float32', 'last')).message).toContain('holds 7 parameters in float32')
    expect(refusalOf(() => requireFit(state, 7, 'float64', 'last')).id).toBe('checkpoint-other-network')
  })
})

function mismatched() {
  const state = sampleState('float32')
  return { ...state, trainer: { ...state.trainer, second: state.trainer.second.slice(1) } }
}

function mixed() {
  const state = sampleState('float32')
  return { ...state, trainer: { ...state.trainer, first: Float64Array.from(state.trainer.first) } }
}

test('the best parameters come back with the same bits', () => {
  const best = { step: 30, loss: 0.1 + 0.2, parameters: sampleState('float64').trainer.parameters }
  const back = decodeBest(encodeBest(best), 'best')
  expect(back).toEqual(best)
  expect(bits(back.parameters)).toEqual(bits(best.parameters))
  expect(refusalOf(() => decodeBest(encodeBest(best).subarray(0, 90), 'best')).id).toBe('best-damaged')
})
