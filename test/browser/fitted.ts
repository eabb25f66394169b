/** A table and settings that a test fits in Node and in a browser. */
import type { Options } from '../../src/network/recipes.ts'
import { sinTurns } from '../../src/numeric/elementary.ts'
import { numbers } from '../backends/problems.ts'

const count = 6000

export const columns: Readonly<Record<'a' | 'b' | 'c' | 'y', number[]>> = (() => {
  const [a, b, c] = [1, 2, 3].map(stream => Array.from(numbers(9, stream, count), Math.fround)) as [number[], number[], number[]]
  return { a, b, c, y: a.map((x, i) => Math.fround(sinTurns(x / 4) * b[i]! + c[i]! ** 2)) }
})()

export const settings: Options = { target: 'y', batchSize: 4000, steps: 60, seed: 3, network: { hidden: [32], activation: 'relu', dropout: 0.2 } }
