import { describe, expect, test } from 'vitest'
import { freePlace } from '../../src/figures/place.ts'

const box = (x: number, y: number): { x: number; y: number; width: number; height: number } => ({ x, y, width: 20, height: 10 })
const wishes = [box(0, 0), box(0, 20), box(0, 40)]

describe('a place for a label', () => {
  test('is the first wish in which nothing lies', () => {
    expect(freePlace(wishes, [], [])).toBe(wishes[0])
    // A line that begins and ends outside the first box and crosses it; a dot in the second.
    expect(freePlace(wishes, [{ xs: [-5, 30], ys: [5, 5] }], [])).toBe(wishes[1])
    expect(freePlace(wishes, [{ xs: [-5, 30], ys: [5, 5] }, { xs: [10], ys: [25] }], [])).toBe(wishes[2])
    expect(freePlace(wishes, [{ xs: [-5, 30], ys: [15, 15] }], [])).toBe(wishes[0])
  })
  test('is not where a label stands already', () => {
    expect(freePlace(wishes, [], [box(10, 5)])).toBe(wishes[1])
  })
  test('covers least where none is free: a corner of a line rather than its length, a line rather than a label', () => {
    // In the first box lie 20 pixels of a line, in the second about 2.8 (a corner of 2 by 2), in the third a label.
    const lines = [{ xs: [-5, 30], ys: [5, 5] }, { xs: [-1, 3], ys: [23, 19] }]
    expect(freePlace(wishes, lines, [box(0, 40)])).toBe(wishes[1])
    expect(freePlace([wishes[2] ?? box(0, 40), wishes[0] ?? box(0, 0)], lines, [box(0, 40)])).toBe(wishes[0])
  })
})
