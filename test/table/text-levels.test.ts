import { expect, test } from 'vitest'
import { TextLevels } from '../../src/table/text-levels.ts'

test('texts are numbered as they come, across the maps that hold them', () => {
  const levels = new TextLevels(2)
  expect(['b', 'a', '', 'c', 'a', 'd', 'e', 'b', 'e', '__proto__'].map(text => levels.code(text))).toEqual([0, 1, -1, 2, 1, 3, 4, 0, 4, 5])
  expect(levels.list()).toEqual(['b', 'a', 'c', 'd', 'e', '__proto__'])
})
