import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  decodeClasses, decodeOutputs, encodeFeatures, encodeTargets, findUnknownCategories, makeEncoding, type Encoding,
} from '../../src/table/encode.ts'
import { TableError } from '../../src/table/errors.ts'
import { scaleOf } from '../../src/table/scale.ts'
import { type Column, lengthOf, type Table } from '../../src/table/table.ts'
import { numbers, range, singles, spread, table, texts, thrown } from './made.ts'

const numeric = { standardize: true, target: 'numeric' } as const
const target = numbers('y', spread(1000))

function featureOf(column: Column, rows = lengthOf(column)): Encoding['features'][number] | undefined {
  return makeEncoding(table('t', column, { ...target, kind: 'numeric', values: Float64Array.from(spread(rows)) }), { inputs: [0], targets: [1] }, range(rows), numeric).encoding.features[0]
}

describe('standardising', () => {
  test('gives mean 0 and deviation 1 over the training rows, and only those count', () => {
    const held = table('t', numbers('a', [1, 2, 3, 4, 1e9]), numbers('y', [10, 20, 30, 40, 50]))
    const { encoding } = makeEncoding(held, { inputs: [0], targets: [1] }, range(4), numeric)
    // Of 1, 2, 3, 4: mean 2.5, mean squared distance 1.25; of the targets ten times as much.
    expect(encoding.features).toEqual([{ kind: 'numeric', name: 'a', mean: 2.5, scale: Math.sqrt(1.25), constant: false }])
    expect(encoding.target).toEqual({ kind: 'numeric', columns: [{ name: 'y', mean: 25, scale: Math.sqrt(125) }] })
    const encoded = encodeFeatures(held, [0], range(4), encoding, 'float64')
    expect([...encoded]).toEqual([1, 2, 3, 4].map(x => (x - 2.5) / Math.sqrt(1.25)))
  })
  test('one NaN spreads neither over its column nor out of sight', () => {
    const held = table('t', numbers('a', [1, NaN, 3, Infinity, 2]), numbers('y', [1, 2, 3, 4, NaN]))
    const { encoding } = makeEncoding(held, { inputs: [0], targets: [1] }, range(5), numeric)
    expect(encoding.features[0]).toMatchObject({ mean: 2 })
    expect([...encodeFeatures(held, [0], range(5), encoding, 'float32')].map(Number.isFinite)).toEqual([true, false, true, false, true])
    expect([...encodeTargets(held, [1], range(5), encoding, 'float32')].map(Number.isFinite)).toEqual([true, true, true, true, false])
  })
  test('a large offset keeps its precision in float32', () => {
    // MATLAB's day numbers over a third of a day: float32 alone has neighbours 0.06 apart there, which would leave six values.
    const days = spread(1000).map(x => 738_000 + (x + 0.5) / 3)
    const held = table('t', numbers('time', days), target)
    const { encoding } = makeEncoding(held, { inputs: [0], targets: [1] }, range(1000), numeric)
    const single = encodeFeatures(held, [0], range(1000), encoding, 'float32')
    const double = encodeFeatures(held, [0], range(1000), encoding, 'float64')
    expect(new Set(single).size).toBe(1000)
    expect([...single]).toEqual([...double].map(Math.fround))
  })
  test('can be left out: cells pass as they are', () => {
    const held = table('t', numbers('a', [3, 3, 3]), numbers('y', [1, 2, 4]))
    const { encoding, assumptions } = makeEncoding(held, { inputs: [0], targets: [1] }, range(3), { standardize: false, target: 'numeric' })
    expect([...encodeFeatures(held, [0], range(3), encoding, 'float32')]).toEqual([3, 3, 3])
    expect([...encodeTargets(held, [1], range(3), encoding, 'float32')]).toEqual([1, 2, 4])
    expect(assumptions).toEqual([])
  })
})

describe('constant columns', () => {
  const repeated = new Array<number>(10_741).fill(0.998)
  const noise = spread(1000)
  test.each<{ what: string; column: Column; constant: boolean }>([
    { what: '0.998 repeated 10,741 times', column: numbers('a', repeated), constant: true },
    { what: 'the same in float32', column: singles('a', repeated), constant: true },
    { what: 'the same from float32, stored in float64', column: numbers('a', repeated.map(Math.fround)), constant: true },
    { what: 'zeros', column: numbers('a', new Array<number>(50).fill(0)), constant: true },
    { what: 'rounding errors of a computed column', column: numbers('a', noise.map(x => (0.7 * (x + 2)) / (x + 2))), constant: true },
    { what: 'rounding errors of float32', column: singles('a', noise.map(x => 0.998 + x * 2e-7)), constant: true },
    { what: 'tiny numbers', column: numbers('a', noise.map(x => x * 1e-30)), constant: false },
    { what: 'numbers whose squares vanish', column: numbers('a', noise.map(x => x * 1e-200)), constant: false },
    { what: 'numbers whose squares overflow', column: numbers('a', noise.map(x => x * 1e200)), constant: false },
    { what: 'day numbers of one hour', column: numbers('a', noise.map(x => 738_000 + x / 24)), constant: false },
    { what: 'large whole numbers that differ by a few', column: numbers('a', noise.map((_, i) => 8_000_000 + (i % 4))), constant: false },
    { what: 'one 1 among a million zeros', column: numbers('a', Array.from({ length: 1_000_000 }, (_, i) => (i === 77 ? 1 : 0))), constant: false },
  ])('$what: $constant', ({ column, constant }) => {
    expect(featureOf(column)).toMatchObject({ constant })
  })
  test('become 0, say so, and still let NaN through', () => {
    const held = table('t', numbers('a', [7, 7, 7]), numbers('y', [1, 2, 4]))
    const { encoding, assumptions } = makeEncoding(held, { inputs: [0], targets: [1] }, range(3), numeric)
    expect(assumptions).toEqual(['Column 1 (a) of t does not vary (7 in every training row): it is scaled to 0 and says nothing.'])
    const other = table('v', numbers('a', [7, 6, 8, NaN, Infinity]), numbers('y', [0, 0, 0, 0, 0]))
    expect([...encodeFeatures(other, [0], range(5), encoding, 'float64')]).toEqual([0, 0, 0, NaN, NaN])
  })
  test('a deviation is right where squares would overflow or vanish', () => {
    // The deviation of x 2^k is that of x, times 2^k; in other units 100 squares round differently, by 2^-53 each.
    const values = Float64Array.from(spread(100))
    const { deviation } = scaleOf(values, range(100))
    for (const k of [900, -900]) expect(Math.abs(scaleOf(values.map(x => x * 2 ** k), range(100)).deviation / 2 ** k - deviation)).toBeLessThan(200 * 2 ** -53 * deviation)
  })
})

describe('text', () => {
  const held = table('t', numbers('a', [1, 2, 4, 8]), texts('site', ['b', 'a', 'ä', 'a']), numbers('y', [1, 2, 3, 5]))
  const { encoding } = makeEncoding(held, { inputs: [1, 0], targets: [2] }, range(4), { standardize: false, target: 'numeric' })
  test('becomes one number for each level, in code-unit order', () => {
    expect(encoding).toMatchObject({ inputs: 4, features: [{ kind: 'category', levels: ['a', 'b', 'ä'] }, { kind: 'numeric' }] })
    expect([...encodeFeatures(held, [1, 0], range(4), encoding, 'float32')]).toEqual([0, 1, 0, 1, 1, 0, 0, 2, 0, 0, 1, 4, 1, 0, 0, 8])
  })
  test('is matched by its text, not by the order in which a table holds it', () => {
    const other = table('v', texts('site', ['ä', 'b', null]), numbers('a', [1, 1, 1]))
    expect([...encodeFeatures(other, [0, 1], range(3), encoding, 'float32')]).toEqual([0, 0, 1, 1, 0, 1, 0, 1, NaN, NaN, NaN, 1])
  })
  test('that no training row held is refused by its place, or made NaN and found', () => {
    const other = table('v', texts('site', ['a', 'c']), numbers('a', [1, 1]))
    expect(thrown(() => encodeFeatures(other, [0, 1], range(2), encoding, 'float32'))).toMatchObject({
      id: 'unknown-category', message: expect.stringMatching(/^v, row 2, column 1 \(site\), is "c", which no training row holds; known are a, b and ä\./),
    })
    expect([...encodeFeatures(other, [0, 1], range(2), encoding, 'float32', { unknown: 'nan' })]).toEqual([1, 0, 0, 1, NaN, NaN, NaN, 1])
    expect(findUnknownCategories(other, [0, 1], range(2), encoding)).toMatchObject([{ table: 'v', row: 2, index: 1, column: 1, text: 'c' }])
  })
  test('that reads as numbers in another table is matched all the same', () => {
    const codes = makeEncoding(table('t', texts('code', ['1', '2', 'x']), numbers('y', [1, 2, 3])), { inputs: [0], targets: [1] }, range(3), numeric).encoding
    expect([...encodeFeatures(table('v', numbers('code', [2, 1])), [0], range(2), codes, 'float32')]).toEqual([0, 1, 0, 1, 0, 0])
  })
  test('levels of rows left out do not count', () => {
    expect(makeEncoding(held, { inputs: [1], targets: [2] }, Uint32Array.of(0, 1, 3), numeric).encoding.features[0]).toMatchObject({ levels: ['a', 'b'] })
  })
  test('names and notes are no categories', () => {
    const names = Array.from({ length: 1001 }, (_, i) => `name ${i}`)
    const wide = table('t', texts('name', names), numbers('y', spread(1001)))
    expect(thrown(() => makeEncoding(wide, { inputs: [0], targets: [1] }, range(1001), numeric))).toMatchObject({ id: 'too-many-levels', message: expect.stringContaining('1,001 different texts') })
  })
})

describe('classes', () => {
  const classes = (column: Column, output: 'binary' | 'categorical'): { held: Table; encoding: Encoding } => {
    const rows = lengthOf(column)
    const held = table('t', numbers('a', spread(rows)), column)
    return { held, encoding: makeEncoding(held, { inputs: [0], targets: [1] }, range(rows), { standardize: true, target: output }).encoding }
  }
  test('of text are sorted by code unit, one output each', () => {
    const { held, encoding } = classes(texts('y', ['b', 'a', 'B', 'b']), 'categorical')
    expect(encoding).toMatchObject({ outputs: 3, target: { kind: 'class', labels: ['B', 'a', 'b'], numeric: false } })
    expect([...encodeTargets(held, [1], range(4), encoding, 'float32')]).toEqual([0, 0, 1, 0, 1, 0, 1, 0, 0, 0, 0, 1])
  })
  test('of whole numbers are sorted by value', () => {
    const { held, encoding } = classes(numbers('y', [10, -1, 9, 10]), 'categorical')
    expect(encoding.target).toMatchObject({ labels: ['-1', '9', '10'], numeric: true })
    expect([...encodeTargets(held, [1], range(4), encoding, 'float64')]).toEqual([0, 0, 1, 1, 0, 0, 0, 1, 0, 0, 0, 1])
  })
  test('two of them are 0 and 1 in one output; a missing one is NaN', () => {
    const { held, encoding } = classes(numbers('y', [2, 1, NaN, 2]), 'binary')
    expect(encoding).toMatchObject({ outputs: 1, target: { labels: ['1', '2'], output: 'binary' } })
    expect([...encodeTargets(held, [1], range(4), encoding, 'float32')]).toEqual([1, 0, NaN, 1])
  })
  test('that no training row held are refused', () => {
    const { encoding } = classes(numbers('y', [0, 1, 0]), 'binary')
    expect(thrown(() => encodeTargets(table('v', numbers('y', [0, 3])), [0], range(2), encoding, 'float32'))).toMatchObject({ id: 'unknown-category', facts: { row: 2 } })
  })
  test.each<{ what: string; column: Column; output: 'binary' | 'categorical'; id: string; says: RegExp }>([
    { what: 'fractions', column: numbers('y', [0, 1, 1.5]), output: 'categorical', id: 'class-not-integer', says: /row 3, column 2 \(y\), is 1\.5: classes are whole numbers or text/ },
    { what: 'three classes for a binary loss', column: numbers('y', [0, 1, 2]), output: 'binary', id: 'binary-needs-two-classes', says: /3 classes \(0, 1 and 2\)/ },
    { what: 'one class', column: texts('y', ['x', 'x']), output: 'categorical', id: 'one-class-target', says: /only the class x/ },
    { what: 'a measured number', column: numbers('y', Array.from({ length: 1001 }, (_, i) => i)), output: 'categorical', id: 'too-many-classes', says: /more than 1,000/ },
  ])('refuses $what', ({ column, output, id, says }) => {
    const error = thrown(() => classes(column, output))
    expect(error).toBeInstanceOf(TableError)
    expect(error).toMatchObject({ id, message: expect.stringMatching(says) })
  })
})

test('refuses a constant target, and a text where a number is compared', () => {
  const held = table('t', numbers('a', [1, 2, 3]), numbers('y', [5, 5, 9]), texts('z', ['p', 'q', 'r']))
  expect(thrown(() => makeEncoding(held, { inputs: [0], targets: [1] }, range(2), numeric))).toMatchObject({ id: 'constant-target', message: expect.stringContaining('5 in all 2 training rows') })
  expect(thrown(() => makeEncoding(held, { inputs: [0], targets: [2] }, range(3), numeric))).toMatchObject({ id: 'text-target' })
})

describe('decoding', () => {
  test("brings outputs back to the target's units", () => {
    fc.assert(fc.property(fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 4, maxLength: 40 }), values => {
      const all = [...values, 1e6, -1e6]
      const held = table('t', numbers('a', all), numbers('y', all), numbers('z', all.map(x => 3 - x)))
      const { encoding } = makeEncoding(held, { inputs: [0], targets: [1, 2] }, range(all.length), numeric)
      const decoded = decodeOutputs(encodeTargets(held, [1, 2], range(all.length), encoding, 'float64'), encoding)
      // Four roundings of numbers up to 2e6, each by 2^-53 of its size at most.
      all.forEach((x, r) => {
        expect(Math.abs((decoded[2 * r] ?? NaN) - x)).toBeLessThan(4 * 2e6 * 2 ** -53 * 2)
        expect(Math.abs((decoded[2 * r + 1] ?? NaN) - (3 - x))).toBeLessThan(4 * 2e6 * 2 ** -53 * 2)
      })
    }))
  })
  test('chooses the class of the largest output', () => {
    const three: Encoding = { features: [], inputs: 0, outputs: 3, target: { kind: 'class', name: 'y', labels: ['a', 'b', 'c'], numeric: false, output: 'categorical' } }
    expect([...decodeClasses(Float32Array.of(1, 3, 2, 5, 5, 1, NaN, 1, 1), three, 'logits')]).toEqual([1, 0, -1])
    const two: Encoding = { ...three, outputs: 1, target: { kind: 'class', name: 'y', labels: ['a', 'b'], numeric: false, output: 'binary' } }
    expect([...decodeClasses(Float32Array.of(0.4, 0.5, -1, NaN), two, 'probabilities')]).toEqual([0, 1, 0, -1])
    expect([...decodeClasses(Float32Array.of(0.4, -0.1), two, 'logits')]).toEqual([1, 0])
  })
})

test('an encoding survives JSON', () => {
  const held = table('t', numbers('a', [1, 2, 4]), texts('b', ['p', 'q', 'p']), numbers('y', [1, 2, 3]))
  const { encoding } = makeEncoding(held, { inputs: [0, 1], targets: [2] }, range(3), numeric)
  const back: Encoding = JSON.parse(JSON.stringify(encoding))
  expect(back).toEqual(encoding)
  expect(encodeFeatures(held, [0, 1], range(3), back, 'float32')).toEqual(encodeFeatures(held, [0, 1], range(3), encoding, 'float32'))
})
