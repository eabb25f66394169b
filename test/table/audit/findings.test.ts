import { describe, expect, test } from 'vitest'
import { audit, type Finding, type FindingId } from '../../../src/table/audit.ts'
import { findingIds } from '../../../src/table/audit/finding.ts'
import { type CellOrigin, type Column, lengthOf, type Table } from '../../../src/table/table.ts'
import { numbers, singles, spread, table, texts } from '../made.ts'

const n = 2000
/** Columns without a relation to each other: fractions of multiples of different square roots. */
const [a, b, c, d] = [2, 3, 5, 7].map(k => spread(n, Math.sqrt(k))) as [number[], number[], number[], number[]]
/** Values of an exponential, a normal and a long-tailed (log-normal) distribution at evenly spread shares, shuffled by `a`. */
const shares = a.map(x => (x + 0.5) * 0.999 + 0.0005)
const exponential = shares.map(p => -Math.log(1 - p))
const normal = shares.map((p, i) => Math.sqrt(-2 * Math.log(p)) * Math.cos(2 * Math.PI * ((b[i] ?? 0) + 0.5)))
const longTailed = normal.map(x => Math.exp(x))

interface Case { readonly what: string; readonly training: Table; readonly validation?: Table; readonly rows?: readonly number[]; readonly column?: number | null; readonly says?: RegExp }

/** 60 numbers for each k, without a generator's state: a sine's far decimals. */
const noise = (k: number): number[] => Array.from({ length: 60 }, (_, i) => (Math.sin(i * 12.9898 + k * 78.233 + 1) * 43758.5453) % 1)

function withCells(values: readonly number[], cells: Record<number, number>): number[] {
  return values.map((value, i) => cells[i] ?? value)
}

/** The given columns as inputs before an innocent target. */
function inputs(...columns: Column[]): Table {
  const rows = columns[0] === undefined ? 0 : lengthOf(columns[0])
  return table('t', ...columns, numbers('y', spread(rows, Math.sqrt(11))))
}

function from(held: Table, origin: (row: number, column: number) => CellOrigin): Table {
  return { ...held, origin }
}

function findingsOf({ training, validation }: Case): Finding[] {
  const last = training.columns.length - 1
  const columns = { inputs: [...Array(last).keys()], targets: [last] }
  return audit({ training, validation: validation ?? null }, columns).tables.flatMap(({ findings }) => findings)
}

const plain = inputs(numbers('a', a), numbers('b', b))

const fires: Record<FindingId, readonly Case[]> = {
  'not-finite': [
    { what: 'a NaN', training: inputs(numbers('a', withCells(a, { 41: NaN }))), rows: [42], column: 1, says: /^Column 1 \(a\) of t holds 1 cell that is missing or NaN of 2,000: row 42\.$/ },
    { what: 'infinities', training: inputs(numbers('a', a), numbers('b', withCells(b, { 1: Infinity, 5: -Infinity }))), rows: [2, 6], column: 2, says: /2 cells that are infinite/ },
    { what: 'a missing text', training: inputs(texts('site', a.map((x, i) => (i === 7 ? null : x > 0 ? 'p' : 'q')))), rows: [8] },
    { what: 'a NaN in validation', training: plain, validation: table('v', numbers('a', [0.1, NaN]), numbers('b', [0.1, 0.2]), numbers('y', [0, 0.1])), rows: [2] },
  ],
  'text-in-numbers': [
    { what: 'a word', training: from(inputs(numbers('a', withCells(a, { 4: NaN }))), row => (row === 4 ? { line: 6, text: 'n.d.' } : {})), rows: [5], says: /1 cell of text such as "n\.d\.": row 5/ },
  ],
  'surplus-cells': [
    { what: 'a row', training: { ...plain, surplus: { rows: [41], count: 1 }, origin: row => ({ line: row + 2 }) }, rows: [42], column: null, says: /^1 row of t holds more cells than there are columns, 3, and the further ones were left out: row 42 \(line 43\)\.$/ },
    { what: 'rows of several files', training: { ...plain, surplus: { rows: [3, 9], count: 2 }, origin: row => ({ file: row < 5 ? 'p.csv' : 'q.csv', line: row }) }, rows: [4, 10], says: /rows 4 and 10 \(lines p\.csv:3 and q\.csv:9\)/ },
    { what: 'a row of validation whose line is not known', training: plain, validation: { ...plain, name: 'v', surplus: { rows: [0], count: 1 } }, says: /^1 row of v .*: row 1\.$/ },
  ],
  'coded-missing': [
    { what: '-999 twice', training: inputs(numbers('a', withCells(a, { 3: -999, 9: -999 }))), rows: [4, 10], says: /is -999 in 2 rows/ },
    { what: '9999 in every tenth row', training: inputs(numbers('a', a.map((x, i) => (i % 10 === 0 ? 9999 : x)))) },
  ],
  'beyond-float32': [{ what: '1e300', training: inputs(numbers('a', withCells(a, { 3: 1e300 }))), rows: [4] }],
  'square-overflows': [{ what: '1e25', training: inputs(numbers('a', withCells(a, { 3: -1e25 }))), rows: [4], says: /-1e25/ }],
  'constant-column': [
    { what: '0.998 in every row', training: inputs(numbers('a', a), numbers('b', new Array<number>(n).fill(0.998))), column: 2, says: /is 0\.998 in every row/ },
    { what: 'rounding', training: inputs(numbers('a', a), numbers('b', b.map(x => (0.7 * (x + 2)) / (x + 2)))), column: 2, says: /rounding only/ },
  ],
  'constant-target': [{ what: 'seven', training: table('t', numbers('a', a), numbers('y', new Array<number>(n).fill(7))), column: 2 }],
  'near-constant': [{ what: 'two rows of 2,000', training: inputs(numbers('a', a), numbers('b', a.map((_, i) => (i === 5 || i === 77 ? 1 : 0)))), rows: [6, 78], column: 2 }],
  outliers: [
    { what: 'a slipped decimal point', training: inputs(numbers('a', withCells(normal, { 3: 1200 }))), rows: [4], column: 1 },
    { what: 'far below', training: inputs(numbers('a', withCells(exponential, { 3: -4000, 8: -4100 }))), rows: [4, 9] },
    { what: 'among mostly zeros', training: inputs(numbers('a', withCells(normal.map((x, i) => (i % 3 === 0 ? x : 0)), { 4: 1e6 }))), rows: [5] },
  ],
  'inputs-unscaled': [{ what: 'pascals', training: inputs(numbers('a', a.map(x => 101_325 + 300 * x))), column: 1, says: /around 101000 with deviation 86/ }],
  'target-unscaled': [{ what: 'prices', training: table('t', numbers('a', a), numbers('y', b.map(x => 2e5 + 1e5 * x))), column: 2 }],
  'scales-differ': [{ what: 'a thousandth beside thousands', training: inputs(numbers('a', a.map(x => x / 1000)), numbers('b', b.map(x => x * 1000))), column: null, says: /column 1 \(a\) has deviation 0\.000289, column 2 \(b\) 289/ }],
  'large-offset': [{ what: 'day numbers', training: inputs(numbers('a', a.map(x => 738_000 + x))), column: 1 }],
  'duplicate-rows': [{ what: 'the last row copied', training: table('t', numbers('a', [...a, a[4] ?? 0]), numbers('y', [...b, b[4] ?? 0])), rows: [2001], says: /row 2,001 is row 5 again/ }],
  'duplicates-across': [{ what: 'one row of validation', training: plain, validation: table('v', numbers('b', [0.3, b[6] ?? 0]), numbers('y', [0.1, spread(n, Math.sqrt(11))[6] ?? 0]), numbers('a', [0.2, a[6] ?? 0])), rows: [2], says: /row 2 is row 7 there/ }],
  'copy-of-column': [
    { what: 'degrees and kelvins', training: inputs(numbers('a', a), numbers('b', a.map(x => x + 273.15))) },
    { what: 'among 300 columns', training: inputs(...Array.from({ length: 300 }, (_, k) => numbers(`c${k}`, noise(k))), numbers('copy', noise(7).map(x => 4 - 9 * x))), column: 301, says: /is column 8 \(c7\) in other units/ },
    { what: 'rounded to float32', training: inputs(numbers('a', a), singles('b', a.map(x => -x * 100))) },
  ],
  'linear-mix': [{ what: 'a sum', training: inputs(numbers('a', a), numbers('b', b), numbers('c', a.map((x, i) => 2 * x - (b[i] ?? 0)))) }],
  'target-in-inputs': [{ what: 'among 300 inputs', training: table('t', ...Array.from({ length: 300 }, (_, k) => numbers(`c${k}`, noise(k))), numbers('y', noise(7).map(x => 4 - 9 * x))), column: 8 }, { what: 'the target in other units', training: table('t', numbers('a', a), numbers('b', b), numbers('y', b.map(x => x / 3 + 1))), column: 2 }],
  'target-is-linear': [{ what: 'a sum', training: table('t', numbers('a', a), numbers('b', b), numbers('y', b.map((x, i) => x + (a[i] ?? 0)))), column: 3, says: /column 1 \(a\) and column 2 \(b\)|column 2 \(b\) and column 1 \(a\)/ }],
  'counts-rows': [
    { what: 'row numbers', training: inputs(numbers('id', a.map((_, i) => i + 1)), numbers('a', a)), column: 1, says: /goes from 1 in steps of 1/ },
    { what: 'a clock with few digits', training: inputs(numbers('time', a.map((_, i) => Number((i / 30).toFixed(6)))), numbers('a', a)) },
  ],
  shift: [{ what: 'another half of the range', training: plain, validation: table('v', numbers('a', spread(500, Math.sqrt(13)).map(x => x / 2 + 0.25)), numbers('b', spread(500, Math.sqrt(17))), numbers('y', spread(500, Math.sqrt(19)))), column: 1, says: /distance 0\.\d\d, said from/ }],
  'beyond-training': [{ what: 'a cell of 40', training: plain, validation: table('v', numbers('a', [0.1, 40]), numbers('b', [0.1, 0.2]), numbers('y', [0, 0.1])), rows: [2], column: 1 }],
  'new-category': [{ what: 'another site', training: inputs(texts('site', a.map(x => (x > 0 ? 'p' : 'q')))), validation: table('v', texts('site', ['p', 'r']), numbers('y', [0, 0.1])), rows: [2], says: /"r", in 1 row/ }],
  'more-columns-than-rows': [{ what: 'two rows of four', training: table('t', numbers('a', [1, 2]), numbers('b', [2, 5]), numbers('c', [3, 4]), numbers('y', [1, 3])) }],
}

const staysSilent: Record<FindingId, readonly Case[]> = {
  'not-finite': [{ what: 'text instead', training: from(inputs(numbers('a', withCells(a, { 4: NaN }))), () => ({ text: 'n.d.' })) }],
  'text-in-numbers': [
    ...['NA', '?', '#N/A', ' null '].map(text => ({ what: `the missing word ${text}`, training: from(inputs(numbers('a', withCells(a, { 4: NaN }))), () => ({ text })) })),
    { what: 'a written NaN', training: from(inputs(numbers('a', withCells(a, { 4: NaN }))), () => ({ text: ' NaN ' })) },
    { what: 'an empty cell', training: from(inputs(numbers('a', withCells(a, { 4: NaN }))), () => ({ text: '' })) },
  ],
  'surplus-cells': [{ what: 'rows that have their cells', training: plain }],
  'coded-missing': [
    { what: 'once', training: inputs(numbers('a', withCells(a, { 3: -999 }))) },
    { what: 'in reach of the others', training: inputs(numbers('a', withCells(a.map(x => 1000 * x), { 3: -999, 9: -999 }))) },
    { what: 'a price that ends in 99', training: inputs(numbers('a', a.map((x, i) => (i % 50 === 0 ? 999 : Math.round(500 + 900 * x))))) },
    { what: 'two values, one of them 99', training: inputs(numbers('a', a.map(x => (x > 0 ? 99 : 1)))) },
  ],
  'beyond-float32': [{ what: 'the largest float32', training: inputs(numbers('a', withCells(a, { 3: 3.4028234663852886e38 }))) }],
  'square-overflows': [{ what: '1e19', training: inputs(numbers('a', withCells(a, { 3: 1e19 }))) }, { what: 'infinity', training: inputs(numbers('a', withCells(a, { 3: Infinity }))) }],
  'constant-column': [{ what: 'one other value', training: inputs(numbers('a', withCells(new Array<number>(n).fill(0.998), { 3: 0.999 }))) }],
  'constant-target': [{ what: 'a constant input', training: inputs(numbers('a', new Array<number>(n).fill(1)), numbers('b', b)) }],
  'near-constant': [
    { what: 'a share of 1 %', training: inputs(numbers('a', a.map((_, i) => (i % 100 === 0 ? 1 : 0)))) },
    { what: 'a short table', training: inputs(numbers('a', Array.from({ length: 500 }, (_, i) => (i === 3 ? 1 : 0)))) },
  ],
  outliers: [
    { what: 'a normal column', training: inputs(numbers('a', normal)) },
    { what: 'an exponential one', training: inputs(numbers('a', exponential)) },
    { what: 'a long-tailed one', training: inputs(numbers('a', longTailed)) },
    { what: 'a flag', training: inputs(numbers('a', a.map(x => (x > 0.45 ? 1 : 0)))) },
    { what: 'mostly zeros and few others', training: inputs(numbers('a', a.map((_, i) => (i % 150 === 0 ? 50 + i : 0)))) },
    { what: 'two clusters', training: inputs(numbers('a', a.map((x, i) => (i % 20 === 0 ? 5000 + x : x)))) },
  ],
  'inputs-unscaled': [{ what: 'tens', training: inputs(numbers('a', a.map(x => 50 + 30 * x))) }, { what: 'a large target', training: table('t', numbers('a', a), numbers('y', b.map(x => 1e6 * x))) }],
  'target-unscaled': [{ what: 'a large input', training: inputs(numbers('a', a.map(x => 1e6 * x))) }],
  'scales-differ': [{ what: 'a factor of 500', training: inputs(numbers('a', a), numbers('b', b.map(x => 500 * x))) }, { what: 'a constant', training: inputs(numbers('a', a), numbers('b', b.map(x => 500 * x)), numbers('c', c.map(() => 3))) }],
  'large-offset': [
    { what: 'whole day numbers', training: inputs(numbers('a', a.map(x => 738_000 + Math.round(400 * x)))) },
    { what: 'a float32 column, which has lost nothing more', training: inputs(singles('a', a.map(x => 738_000 + x))) },
    { what: 'kelvins', training: inputs(numbers('a', a.map(x => 293.15 + x))) },
  ],
  'duplicate-rows': [
    { what: 'rows of few whole numbers', training: table('t', numbers('a', a.map(x => Math.round(4 * x))), numbers('b', b.map(x => Math.round(4 * x))), numbers('y', c.map(x => Math.round(4 * x)))) },
    { what: 'equal inputs, other targets', training: table('t', numbers('a', [...a, a[4] ?? 0]), numbers('y', [...b, 0.123])) },
  ],
  'duplicates-across': [{ what: 'other rows', training: plain, validation: table('v', numbers('a', [0.123, a[6] ?? 0]), numbers('b', [0.3, b[7] ?? 0]), numbers('y', [0.1, 0.2])) }],
  'copy-of-column': [{ what: 'a copy with 1 % noise', training: inputs(numbers('a', a), numbers('b', a.map((x, i) => x + 0.01 * (b[i] ?? 0)))) }, { what: 'a copy but for one row', training: inputs(numbers('a', a), numbers('b', withCells(a, { 1001: 0.3 }))) }, { what: 'its square', training: inputs(numbers('a', a), numbers('b', a.map(x => x * x))) },
    { what: '300 columns without one', training: inputs(...Array.from({ length: 300 }, (_, k) => numbers(`c${k}`, noise(k)))) }],
  'linear-mix': [{ what: 'a product', training: inputs(numbers('a', a), numbers('b', b), numbers('c', a.map((x, i) => x * (b[i] ?? 0)))) }, { what: 'too few rows to tell', training: table('t', ...[a, b, c].map((x, i) => numbers(`x${i}`, x.slice(0, 4))), numbers('y', d.slice(0, 4))) }],
  'target-in-inputs': [{ what: 'a near copy', training: table('t', numbers('a', a), numbers('y', a.map((x, i) => x + 0.001 * (b[i] ?? 0)))) }],
  'target-is-linear': [{ what: 'a curve', training: table('t', numbers('a', a), numbers('b', b), numbers('y', b.map((x, i) => x + (a[i] ?? 0) ** 3))) }],
  'counts-rows': [
    { what: 'a sorted column', training: inputs(numbers('a', [...a].sort((x, y) => x - y))) },
    { what: 'steps that vary', training: inputs(numbers('a', a.map((x, i) => i + 0.1 * x))) },
    { what: 'a target that counts', training: table('t', numbers('a', a), numbers('y', a.map((_, i) => i))) },
  ],
  shift: [
    { what: 'the same distribution', training: plain, validation: table('v', numbers('a', spread(500, Math.sqrt(13))), numbers('b', spread(500, Math.sqrt(17))), numbers('y', spread(500, Math.sqrt(19)))) },
    { what: 'a few rows of one half', training: plain, validation: table('v', numbers('a', [0.1, 0.3, 0.4, 0.2]), numbers('b', b.slice(3, 7)), numbers('y', d.slice(5, 9))) },
    { what: 'a shift of a twentieth', training: plain, validation: table('v', numbers('a', spread(n, Math.sqrt(13)).map(x => x * 0.95)), numbers('b', c), numbers('y', d)) },
  ],
  'beyond-training': [{ what: 'a little outside', training: plain, validation: table('v', numbers('a', [0.1, 0.9]), numbers('b', [0.1, 0.2]), numbers('y', [0, 0.1])) }],
  'new-category': [{ what: 'the same texts in another order', training: inputs(texts('site', a.map(x => (x > 0 ? 'p' : 'q')))), validation: table('v', texts('site', ['q', 'p']), numbers('y', [0, 0.1])) }],
  'more-columns-than-rows': [{ what: 'as many rows as inputs', training: table('t', numbers('a', [1, 2]), numbers('b', [2, 5]), numbers('y', [1, 3])) }],
}

test('every finding is in both tables', () => {
  expect(Object.keys(fires).sort()).toEqual([...findingIds].sort())
  expect(Object.keys(staysSilent).sort()).toEqual([...findingIds].sort())
})

describe.each(Object.entries(fires))('%s fires', (id, cases) => {
  test.each(cases)('$what', one => {
    const found = findingsOf(one).filter(finding => finding.id === id)
    expect(found).toHaveLength(1)
    const [finding] = found
    if (one.rows !== undefined) expect(finding).toMatchObject({ rows: one.rows, count: one.rows.length })
    if (one.column !== undefined) expect(finding?.column).toBe(one.column)
    if (one.says !== undefined) expect(finding?.says).toMatch(one.says)
    for (const sentence of [finding?.says, finding?.wouldDo, finding?.remedy]) expect(sentence).toMatch(/\.$/)
  })
})

describe.each(Object.entries(fires))('%s in Chinese', (id, cases) => {
  test.each(cases)('$what', ({ training, validation = null }) => {
    const last = training.columns.length - 1
    const said = (language: 'en' | 'zh'): Finding[] =>
      audit({ training, validation, language }, { inputs: [...Array(last).keys()], targets: [last] }).tables.flatMap(({ findings }) => findings)
    const [english, chinese] = [said('en'), said('zh')]
    // Nothing but the prose differs.
    const facts = ({ says: _says, wouldDo: _wouldDo, remedy: _remedy, ...rest }: Finding): object => rest
    expect(chinese.map(facts)).toEqual(english.map(facts))
    const finding = chinese.find(each => each.id === id)
    for (const sentence of [finding?.says, finding?.wouldDo, finding?.remedy]) expect(sentence).toMatch(/\p{Script=Han}.*。$/u)
    // Every number of the sentence stands in both; thousands are written alike.
    const numbersOf = (text = ''): string[] => [...new Set(text.match(/\d[\d,.]*(?:e-?\d+)?/g)?.map(each => each.replace(/[,.]$/, '')))].sort()
    expect(numbersOf(finding?.says)).toEqual(expect.arrayContaining(numbersOf(english.find(each => each.id === id)?.says)))
  })
})

describe.each(Object.entries(staysSilent))('%s stays silent', (id, cases) => {
  test.each(cases)('$what', one => {
    expect(findingsOf(one).filter(finding => finding.id === id)).toEqual([])
  })
})

test('a sound table has no findings', () => {
  expect(findingsOf({ what: '', training: table('t', numbers('a', normal), numbers('b', b), numbers('c', c), numbers('y', d)) })).toEqual([])
})

test('a column that is not used is summarised and never blamed', () => {
  const held = table('t', numbers('a', a), numbers('bad', withCells(b, { 3: NaN, 4: 1e300 })), numbers('same', new Array<number>(n).fill(1)), numbers('y', c))
  const [audited] = audit({ training: held }, { inputs: [0], targets: [3] }).tables
  expect(audited?.findings).toEqual([])
  expect(audited?.columns[1]).toMatchObject({ role: 'unused', nan: 1, finite: n - 1 })
})
