import { describe, expect, it } from 'vitest'
import { countsUpTo, TimedChoice } from '../../src/backends/timed-choice.ts'

/** Takes `steps` steps that last as `took` says; how many of them were taken with each number. */
function taken(choice: TimedChoice, steps: number, took: (threads: number, step: number) => number): Map<number, number> {
  const counts = new Map<number, number>()
  for (let step = 0; step < steps; step++) {
    const threads = choice.next()
    counts.set(threads, (counts.get(threads) ?? 0) + 1)
    choice.took(took(threads, step))
  }
  return counts
}

describe('how many threads a step takes', () => {
  it('tries 1, 2, 4 and so on up to what there is', () => {
    expect(countsUpTo(1)).toEqual([1])
    expect(countsUpTo(2)).toEqual([1, 2])
    expect(countsUpTo(6)).toEqual([1, 2, 4, 6])
  })

  it('stays with the quickest', () => {
    const choice = new TimedChoice([1, 2, 4], 4)
    taken(choice, 12, threads => (threads === 2 ? 1 : 2))
    expect(choice.chosen()).toBe(2)
    expect(choice.next()).toBe(2)
  })

  it('goes by the middle step, which those that were held up do not move', () => {
    const choice = new TimedChoice([1, 2], 4)
    taken(choice, 8, (threads, step) => (threads === 1 ? 2 : step < 6 ? 50 : 1))
    expect(choice.chosen()).toBe(2)
  })

  it('finds soon that two are quicker where the first look was held up by compiling', () => {
    const choice = new TimedChoice([1, 2], 4)
    const counts = taken(choice, 120, (threads, step) => (threads === 1 ? 0.41 : step < 20 ? 0.5 : 0.23))
    expect(choice.chosen()).toBe(2)
    expect(counts.get(2)).toBeGreaterThan(70)
  })

  it('looks ever more rarely: of many steps, few are taken with another number than the quickest', () => {
    const choice = new TimedChoice([1, 2])
    const counts = taken(choice, 20_000, threads => (threads === 1 ? 1 : 2))
    expect(counts.get(2)).toBeLessThan(200)
    expect(counts.get(2)).toBeGreaterThan(12)
  })

  it('looks at once where steps have become slower than one thread took', () => {
    const choice = new TimedChoice([1, 2])
    taken(choice, 8000, threads => (threads === 1 ? 1 : 0.6))
    expect(choice.chosen()).toBe(2)
    taken(choice, 100, threads => (threads === 1 ? 1 : 3))
    expect(choice.chosen()).toBe(1)
  })
})
