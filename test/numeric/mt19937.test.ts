import { execFileSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { NumpyRandom, type NumpyRandomState } from '../../src/numeric/mt19937.ts'
import { program } from '../requirements.ts'

describe('against numbers from NumPy 1.24.2', () => {
  test('words: the first output for the seed 5489 that the generator’s authors publish', () => {
    expect(new NumpyRandom(5489).nextWord()).toBe(3499211612)
  })

  // np.random.seed(0); np.random.rand(3), then np.random.seed(4294967295); np.random.rand(2)
  test('rand', () => {
    expect(Array.from(new NumpyRandom(0).rand(3))).toEqual([0.5488135039273248, 0.7151893663724195, 0.6027633760716439])
    expect(Array.from(new NumpyRandom(4294967295).rand(2))).toEqual([0.0976320289940138, 0.9123828453026218])
  })

  // np.random.seed(0); np.random.randn(5)
  test('randn', () => {
    const expected = [1.764052345967664, 0.4001572083672233, 0.9787379841057392, 2.240893199201458, 1.8675579901499675]
    const got = new NumpyRandom(0).randn(5)
    expected.forEach((value, i) => expect(Math.abs((got[i] ?? 0) / value - 1)).toBeLessThan(4e-16))
  })

  // np.random.seed(0); np.random.permutation(10)
  test('permutation', () => {
    expect(Array.from(new NumpyRandom(0).permutation(10))).toEqual([2, 8, 4, 9, 1, 6, 7, 3, 0, 5])
  })

  // np.random.seed(1); np.random.randn(1); np.random.permutation(68568)[[0, 1, 9999, 68567]]; np.random.randn(2)
  test('a permutation between the two normals of a pair', () => {
    const random = new NumpyRandom(1)
    random.randn(1)
    const order = random.permutation(68568)
    expect([0, 1, 9999, 68567].map(k => order[k])).toEqual([15351, 28272, 64660, 50057])
    const normals = random.randn(2)
    const expected = [-0.6117564136500754, 0.4504419252118046]
    expected.forEach((value, i) => expect(Math.abs((normals[i] ?? 0) / value - 1)).toBeLessThan(4e-16))
  })
})

describe('its own ways', () => {
  test('fillBelow is rand() < probability, at odd positions and over refills too', () => {
    for (const probability of [0, 0.1, 0.5, 0.9, 1]) {
      const [a, b] = [new NumpyRandom(8), new NumpyRandom(8)]
      a.nextWord()
      b.nextWord()
      const mask = new Uint8Array(5000)
      a.fillBelow(mask, probability)
      expect(Array.from(mask)).toEqual(Array.from(b.rand(5000), u => (u < probability ? 1 : 0)))
      expect(a.state()).toEqual(b.state())
    }
  })

  test('one at a time is the same as filling', () => {
    const [a, b] = [new NumpyRandom(2), new NumpyRandom(2)]
    expect(Array.from(a.rand(1000))).toEqual(Array.from({ length: 1000 }, () => b.nextDouble()))
    expect(Array.from(a.randn(7))).toEqual(Array.from({ length: 7 }, () => b.nextNormal()))
  })

  test('a choice is the head of a permutation, and empty and single permutations draw nothing', () => {
    const [a, b] = [new NumpyRandom(4), new NumpyRandom(4)]
    expect(Array.from(a.choice(50, 7))).toEqual(Array.from(b.permutation(50).subarray(0, 7)))
    a.permutation(0)
    a.permutation(1)
    expect(a.state()).toEqual(b.state())
  })

  test('a saved state goes on with the same draws, the cached normal included', () => {
    const random = new NumpyRandom(6)
    random.randn(333)
    const text = JSON.stringify(random.state())
    const again = NumpyRandom.from(JSON.parse(text) as NumpyRandomState)
    expect(Array.from(again.randn(5))).toEqual(Array.from(random.randn(5)))
    expect(Array.from(again.permutation(2000))).toEqual(Array.from(random.permutation(2000)))
  })

  test.each([-1, 2 ** 32, 0.5, Number.NaN])('refuses the seed %s', seed => {
    expect(() => new NumpyRandom(seed)).toThrow(expect.objectContaining({ id: 'numpy-seed-out-of-range' }))
  })

  test('refuses a damaged state and sizes that cannot be', () => {
    const state = new NumpyRandom(1).state()
    expect(() => NumpyRandom.from({ ...state, key: state.key.slice(1) })).toThrow(expect.objectContaining({ id: 'numpy-state-damaged' }))
    expect(() => NumpyRandom.from({ ...state, position: 625 })).toThrow(expect.objectContaining({ id: 'numpy-state-damaged' }))
    expect(() => new NumpyRandom(1).choice(5, 6)).toThrow(expect.objectContaining({ id: 'choice-size' }))
    expect(() => new NumpyRandom(1).permutation(-1)).toThrow(expect.objectContaining({ id: 'permutation-length' }))
  })
})

const python = program('python')
describe.skipIf(python === null)('against the NumPy and pandas installed', () => {
  const script = `
import json, sys
import numpy as np, pandas as pd
out = []
for seed in json.loads(sys.argv[1]):
    np.random.seed(seed)
    n = [np.random.randn(3).tolist(), np.random.permutation(1000).tolist(), np.random.rand(5).tolist(), np.random.randn(4).tolist(),
         pd.DataFrame({'a': np.arange(777)}).sample(n=300)['a'].tolist(), (np.random.rand(700) < 0.3).astype(int).tolist(),
         np.random.choice(33, 12, replace=False).tolist(), np.random.randn(2000).tolist(), int(np.random.get_state()[2])]
    out.append(n)
print(json.dumps(out))`
  test('several seeds, draws of every kind between each other', () => {
    const seeds = [0, 1, 42, 123456789, 2 ** 31, 2 ** 32 - 1]
    const output = execFileSync(python ?? '', ['-c', script, JSON.stringify(seeds)], { maxBuffer: 1 << 26, encoding: 'utf8' })
    const all = JSON.parse(output) as [number[], number[], number[], number[], number[], number[], number[], number[], number][]
    seeds.forEach((seed, s) => {
      const random = new NumpyRandom(seed)
      const [normals, order, doubles, more, sample, below, choice, many, position] = all[s] ?? []
      // C's logarithm may differ from ours in the last bit, which is half a unit after the square root: two units in all.
      const close = (got: Float64Array, expected: readonly number[] = []): void => {
        expect(got.length).toBe(expected.length)
        expected.forEach((value, i) => expect(Math.abs((got[i] ?? 0) / value - 1)).toBeLessThan(4.5e-16))
      }
      close(random.randn(3), normals)
      expect(Array.from(random.permutation(1000))).toEqual(order)
      expect(Array.from(random.rand(5))).toEqual(doubles)
      close(random.randn(4), more)
      expect(Array.from(random.choice(777, 300))).toEqual(sample)
      const mask = new Uint8Array(700)
      random.fillBelow(mask, 0.3)
      expect(Array.from(mask)).toEqual(below)
      expect(Array.from(random.choice(33, 12))).toEqual(choice)
      close(random.randn(2000), many)
      expect(random.state().position).toBe(position)
    })
  })
})
