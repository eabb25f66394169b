import { describe, expect, test } from 'vitest'
import { causes } from '../../src/explain/causes/index.ts'
import { en } from '../../src/explain/words/en.ts'
import { columnsOf, layOut } from '../../src/explain/words/layout.ts'
import { cellPlace, fill, placesOf } from '../../src/explain/words/template.ts'
import { zh } from '../../src/explain/words/zh.ts'

/** Places by name alone: a language may write a number in another format, or say it twice. */
const names = (template: string): string[] => [...new Set(placesOf(template).map(place => place.split(':')[0] ?? ''))].sort()

describe('both languages', () => {
  test('have the same messages', () => expect(Object.keys(zh).sort()).toEqual(Object.keys(en).sort()))

  test.each(Object.keys(en) as (keyof typeof en)[])('%s has the same places', id => expect(names(zh[id])).toEqual(names(en[id])))

  test.each(causes)("$id's own words are in both", ({ words }) => {
    expect(Object.keys(words.zh).sort()).toEqual(Object.keys(words.en).sort())
    expect(Object.keys(words.en)).toContain('name')
    for (const [id, template] of Object.entries(words.en)) expect(names(words.zh[id] ?? '')).toEqual(names(template))
  })

  test('Chinese is Chinese', () => {
    const prose = Object.entries(zh).filter(([id, template]) => (
      template.replace(/\{.*?\}/g, '').trim().length > 3 && !/^(fix\.|operation\.|path\.arrow|change\.|label)/.test(id)
    ))
    expect(prose.filter(([, template]) => !/[\u4e00-\u9fff]/.test(template)).map(([id]) => id)).toEqual([])
  })
})

describe('filling a template', () => {
  const lookup = (message: string): string => (en as Readonly<Record<string, string>>)[message] ?? message
  const write = (template: string, facts: Record<string, number | string>): string => fill({ message: template, facts }, 'en', lookup)

  test('numbers', () => {
    expect(write('{n:count}', { n: 68_568 })).toBe('68,568')
    expect(write('{n:percent} {m:percent} {o:percent}', { n: 0.1458406, m: 0.00373, o: 0.6407 })).toBe('14.6 % 0.37 % 64 %')
    // A length may be many times another.
    expect(write('{n:percent} {m:percent} {o:percent}', { n: 0.9996, m: 1, o: 12.5 })).toBe('>99.9 % 100 % 1,250 %')
    expect(write('{n:figure} {m:figure} {o:order}', { n: 0.0078912, m: 1.2345e150, o: 3.2e150 })).toBe('0.00789 1.23e150 1e151')
    expect(write('{n:figure}', { n: Number.NaN })).toBe('NaN')
  })

  test('what a file says is never a template, and its control characters are shown', () => {
    expect(write('{name}', { name: '{n:count}\u001b[31m' })).toBe('{n:count}\\u001b[31m')
  })

  test('a fact that is missing is a mistake', () => expect(() => write('{n}', {})).toThrow(/place "n"/))
})

test('a cell without text is said to be empty', () => {
  const cell = { row: 100, column: 4, columnName: 'water', line: 101, text: '' }
  expect(cellPlace(cell, 'en', id => en[id as keyof typeof en])).toBe('row 100, column 4 (water) (line 101), which is empty')
  expect(cellPlace(cell, 'zh', id => zh[id as keyof typeof zh])).toBe('第 100 行第 4 列（water）（文件第 101 行），原文为空')
  expect(cellPlace({ ...cell, text: '?' }, 'en', id => en[id as keyof typeof en])).toContain('which reads "?"')
})

test('wide characters count twice, and labels stand in a column', () => {
  expect(columnsOf('批大小 256')).toBe(10)
  const text = layOut('标题', [{ label: '原因', paragraphs: ['一'.repeat(30)] }, { label: '批大小', paragraphs: ['x'] }], 50)
  expect(text.split('\n').every(line => columnsOf(line) <= 50)).toBe(true)
  expect(text).toContain('批大小    x')
})
