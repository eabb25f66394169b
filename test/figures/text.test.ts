import { spawnSync } from 'node:child_process'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formatCount, formatDuration, formatLarge, formatNumber, formatPercent } from '../../src/figures/format.ts'
import { characterCells, shorten, textWidth, visible } from '../../src/figures/text.ts'
import { program } from '../requirements.ts'

describe('visible', () => {
  test.each([
    ['a\nb\tc\r', 'a\\nb\\tc\\r'],
    ['\x1b[31mred\x1b[0m', '\\x1b[31mred\\x1b[0m'],
    ['\x9b2J', '\\x9b2J'],
    ['abc\u202egpj.exe', 'abc\\u202egpj.exe'],
    ['\u200b\u2066\ufeff', '\\u200b\\u2066\\ufeff'],
    ['\ud800x\udc00', '\\ud800x\\udc00'],
    ['\uffff\u{e0041}', '\\uffff\\u{e0041}'],
    ['温度 é 👩‍🔬 __proto__', '温度 é 👩‍🔬 __proto__'],
  ])('%j', (text, shown) => expect(visible(text)).toBe(shown))

  test('nothing is left that a terminal obeys or XML forbids', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), text => {
        expect(visible(text)).not.toMatch(/[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufffe\uffff]/)
        expect(visible(text)).not.toMatch(/\p{Cs}/u)
      }),
    )
  })
})

describe('width', () => {
  test('Chinese and emoji take two cells, combining marks none', () => {
    expect([...'a温，é👩'].map(characterCells)).toEqual([1, 2, 2, 1, 2])
    expect(characterCells('\u0301')).toBe(0)
  })

  const python = program('python')
  test.skipIf(python === null)('agrees with the Unicode data that Python has', () => {
    // Unassigned code points (Cn) are left out: their width changes from one version of Unicode to the next.
    const script = `import unicodedata as u
print(' '.join(str(c) for c in range(0x300, 0x30000) if not 0xd800 <= c < 0xe000
  and u.category(chr(c)) not in ('Cn', 'Co', 'Mn', 'Me', 'Cf')
  and not 0x1160 <= c <= 0x11ff and u.east_asian_width(chr(c)) in 'WF'))`
    const wide = new Set(
      spawnSync(python ?? '', ['-c', script], { encoding: 'utf8' })
        .stdout.trim()
        .split(' ')
        .map(Number),
    )
    expect(wide.size).toBeGreaterThan(60_000)
    const missed = [...wide].filter(code => characterCells(String.fromCodePoint(code)) !== 2)
    expect(missed.map(code => code.toString(16))).toEqual([])
  })

  test('a long name keeps its two ends', () => {
    const short = shorten('measured_pressure_at_the_inlet_of_pump_7', 120, 12)
    expect(short).toMatch(/^measure.*…_pump_7$/)
    expect(textWidth(short, 12)).toBeLessThanOrEqual(120)
    expect(shorten('x'.repeat(1e6), 100, 12).length).toBeLessThan(30)
  })
})

describe('numbers, as the documentation prints them', () => {
  test('counts', () =>
    expect([68568, 351, 0, 1e6, Number.NaN, -1234].map(formatCount)).toEqual(['68,568', '351', '0', '1,000,000', 'NaN', '-1,234']))
  test('significant digits', () => {
    expect([0.0521, 0.987, 11.2, 0.457, 0.0691, 1e-7, 1.5e150, 457.3, 68568, 0.0079, 999.96, -0, 0.1].map(x => formatNumber(x))).toEqual([
      '0.0521',
      '0.987',
      '11.2',
      '0.457',
      '0.0691',
      '1e-7',
      '1.5e150',
      '457',
      '68,568',
      '0.0079',
      '1,000',
      '0',
      '0.1',
    ])
  })
  test('a number read back is the number to three digits', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), x => {
        const read = Number(formatNumber(x).replaceAll(',', ''))
        // Half a unit of the third digit: at most 1/200 of the number; 5e-324 and its neighbours have no three digits.
        if (Math.abs(x) > 1e-300 && Math.abs(x) < 1e305) expect(Math.abs(read - x)).toBeLessThanOrEqual(Math.abs(x) / 199)
      }),
    )
  })
  test('shares', () => {
    // 10,000 and 256 of 68,568; the chance of a clean 119 steps at 256: (1 - 256/68568)^119.
    expect(
      [10_000 / 68_568, 256 / 68_568, (1 - 256 / 68_568) ** 119, 0.11, 1, 0, 0.9963, 1 - 1e-9, 1e-9, 0.1998].map(formatPercent),
    ).toEqual(['14.6 %', '0.37 %', '64 %', '11 %', '100 %', '0 %', '99.63 %', '> 99.99 %', '1e-7 %', '20 %'])
  })
  test('times and rates', () => {
    expect([0.8, 12.4, 200, 59.7, 3900, 7199.9].map(formatDuration)).toEqual([
      '0.8 s',
      '12 s',
      '3 min 20 s',
      '1 min 00 s',
      '1 h 05 min',
      '2 h 00 min',
    ])
    expect([540, 12_500, 2.1e6, 3e9, 999_600].map(formatLarge)).toEqual(['540', '12.5 k', '2.1 M', '3 G', '1 M'])
  })
})
