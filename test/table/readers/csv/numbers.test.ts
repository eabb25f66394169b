import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { orderOfDates } from '../../../../src/table/readers/csv/dates.ts'
import { cellMeaning, missingNumbers, scanNumber } from '../../../../src/table/readers/csv/numbers.ts'

const out = new Float64Array(1)

/** What scanNumber makes of a text followed by a comma: the number, or undefined where it declines. */
function scan(text: string, decimal = '.'): number | undefined {
  out[0] = Number.NaN
  const end = scanNumber(new TextEncoder().encode(`${text},`), 0, decimal.charCodeAt(0), out, 0)
  return end === text.length ? out[0] : undefined
}

/** Either the very double that Number gives, or nothing: then the text is read by Number itself. */
function exactOrDeclined(text: string): boolean {
  const value = scan(text)
  return value === undefined || Object.is(value, Number(text))
}

const digits = (least: number, most: number) => fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: least, maxLength: most })
const runs = { numRuns: 3000 }

describe('numbers from bytes are correctly rounded', () => {
  test('decimal strings of up to 30 digits with any exponent', () => {
    const strings = fc.tuple(fc.constantFrom('', '-', '+'), digits(1, 20), digits(0, 20), fc.integer({ min: -340, max: 320 }), fc.boolean())
      .map(([sign, whole, fraction, exponent, scientific]) => `${sign}${whole}.${fraction}${scientific ? `e${exponent}` : ''}`)
    fc.assert(fc.property(strings, exactOrDeclined), runs)
  })

  test('every double as JavaScript prints it, and with 17 to 21 significant digits', () => {
    fc.assert(fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.integer({ min: 16, max: 20 }), (value, places) =>
      exactOrDeclined(String(value)) && exactOrDeclined(value.toExponential(places))), runs)
  })

  test('halfway between two doubles, and next to halfway', () => {
    // (2m + 1) * 2^k lies exactly between two doubles when m has 53 bits; written out in full, and one digit to either side.
    const halves = fc.tuple(fc.bigInt({ min: 2n ** 52n, max: 2n ** 53n - 1n }), fc.integer({ min: -20, max: 20 }))
      .map(([m, k]) => ({ top: 2n * m + 1n, k }))
    fc.assert(fc.property(halves, fc.constantFrom(-1n, 0n, 1n), ({ top, k }, step) => {
      const scaled = k >= 0 ? top * 2n ** BigInt(k) : top * 5n ** BigInt(-k)
      return exactOrDeclined(`${scaled * 10n + step}e${k >= 0 ? -1 : k - 1}`)
    }), runs)
  })

  test('subnormals and the edges of the range', () => {
    for (const text of ['4.9e-324', '2.4703282292062327e-324', '2.4703282292062328e-324', '2.2250738585072011e-308',
      '2.2250738585072014e-308', '1.7976931348623157e308', '1.7976931348623158e308', '1.7976931348623159e308', '1e-400', '0e999',
      '-0', '9007199254740993', '9007199254740992.5']) {
      expect(exactOrDeclined(text), text).toBe(true)
    }
  })

  test('what measurements look like never needs the slow way', () => {
    // Shapes of numbers that programs print: fixed, %.17g, %.18e and JavaScript's shortest form.
    const shapes = (value: number): string[] => [value.toFixed(6), value.toPrecision(17), value.toExponential(18), String(value)]
    fc.assert(fc.property(fc.double({ min: -1e6, max: 1e6, noNaN: true }).filter(value => Math.abs(value) > 1e-6), value =>
      shapes(value).every(text => Object.is(scan(text), Number(text)))), { ...runs, seed: 1 })
  })

  test('declines what is no number, and stops where a number stops', () => {
    for (const text of ['', '.', '-', '+', 'e5', '1e', '1e+', '--1', 'abc', '1.2.3', '0x10', '1_000']) {
      expect(scan(text), text).toBeUndefined()
    }
    expect(scan('1,5', ',')).toBe(1.5)
    expect(scan('5.')).toBe(5)
    expect(scan('.5')).toBe(0.5)
    expect(scan('1E+02')).toBe(100)
    expect(Object.is(scan('-0'), -0)).toBe(true)
  })
})

describe('what a cell means', () => {
  const point = cellMeaning('.')
  const comma = cellMeaning(',')

  test.each(['', 'NA', 'N/A', '#N/A', 'NaN', 'nan', 'null', 'NULL', '?', '-', '1.#QNAN', '-1.#IND', 'None'])('%j is missing', text => {
    expect(point(text)).toBe('missing')
  })

  test.each([['inf', Infinity], ['Infinity', Infinity], ['+Inf', Infinity], ['-inf', -Infinity], ['-Infinity', -Infinity]])(
    '%j is infinite', (text, value) => expect(point(text)).toBe(value))

  test.each([['1,234.5', 1234.5], ['1,234,567', 1234567], ["12'345.5", 12345.5], ['1 234', 1234], ['1\u202f234', 1234], ['−5', -5],
    ['1.5D-3', 0.0015], ['+.5', 0.5], ['1.#INF', Infinity]])(
    '%j is a number with a decimal point', (text, value) => expect(point(text)).toBe(value))

  test.each([['1.234,5', 1234.5], ['1234,5', 1234.5], ['1.234', 1234], ['0,001', 0.001], ['1 234,5', 1234.5]])(
    '%j is a number with a decimal comma', (text, value) => expect(comma(text)).toBe(value))

  test.each(['1,5', '1,23,456', '12,3456', '1.2.3', '0x1F', '12%', '$5', '2020-01-01', '1e', 'e5', '__proto__', 'constructor'])(
    '%j is text', text => expect(point(text)).toBe('text'))

  test('beyond the largest double is overflow, not Infinity', () => {
    expect(point('1e400')).toBe('overflow')
    expect(point('-1e309')).toBe('overflow')
    expect(point('1e-400')).toBe(0)
  })

  test('the caller adds words, compared by value when they are numbers', () => {
    expect(cellMeaning('.', ['absent'])('Absent')).toBe('missing')
    expect(missingNumbers(['-999', 'absent', '1e2'], '.')).toEqual(new Set([-999, 100]))
  })

  test('dates are numbers when asked', () => {
    const dated = cellMeaning('.', [], 'number')
    expect(dated('1970-01-02')).toBe(86400)
    expect(dated('2020/02/29 12:30')).toBe(Date.UTC(2020, 1, 29, 12, 30) / 1000)
    expect(dated('2020-02-29T12:30:15.5+02:00')).toBe(Date.UTC(2020, 1, 29, 10, 30, 15, 500) / 1000)
    expect(dated('2021-02-29')).toBe('text')
    expect(dated('2020-01-01 25:00')).toBe('text')
    expect([dated('2020.02.29'), dated('29.02.2020')]).toEqual([Date.UTC(2020, 1, 29) / 1000, 'text'])
  })

  test('dates with the year last are numbers where it is said what comes first', () => {
    const [day, month] = [cellMeaning('.', [], 'day-first'), cellMeaning('.', [], 'month-first')]
    expect([day('03.02.2020'), day('3/2/2020'), month('2-3-2020'), day('2020-02-03')]).toEqual(Array.from({ length: 4 }, () => Date.UTC(2020, 1, 3) / 1000))
    expect([day('03.02.2020 06:30'), month('02/03/2020, 06:30:00')]).toEqual(Array.from({ length: 2 }, () => Date.UTC(2020, 1, 3, 6, 30) / 1000))
    expect([day('02/13/2020'), month('13/02/2020'), day('31.04.2020'), day('3.2.20'), day('3.2/2020')]).toEqual(Array.from({ length: 5 }, () => 'text'))
    expect(orderOfDates(['03.02.2020', '13.02.2020', 'x'])).toBe('day-first')
    expect(orderOfDates(['03/02/2020', '02/13/2020'])).toBe('month-first')
    expect([orderOfDates(['03.02.2020']), orderOfDates(['13.02.2020', '02.13.2020'])]).toEqual([null, null])
  })
})
