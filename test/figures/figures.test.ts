import { spawnSync } from 'node:child_process'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  batchLawFigure,
  columnsFigure,
  comparisonFigure,
  confusionFigure,
  lossFigure,
  measuredFigure,
  palettes,
  pathFigure,
  type BatchLawPoint,
  type FigureOptions,
} from '../../src/figures/index.ts'
import { spread } from '../../src/figures/frame.ts'
import { hatchData } from '../../src/figures/svg.ts'
import { program } from '../requirements.ts'
import { falling, losses } from './losses.ts'
import { problemsOf, readSvg, textsOf } from './svg.ts'

/** One bad row of 68,568, fresh batches: hit with B/N a step, so the first hit is geometric. */
const law = [16, 64, 256, 1024, 10_000, 68_568].map((batch): BatchLawPoint => {
  const p = batch / 68_568
  const quantile = (q: number): number => (p === 1 ? 1 : Math.log(1 - q) / Math.log(1 - p))
  return { batch, expectedStep: 1 / p, quantile5: quantile(0.05), quantile95: quantile(0.95) }
})

/** Every figure with one name wherever a name can stand. */
function everyFigure(name: string, options: FigureOptions = {}): string[] {
  const column = { name, counts: [1, 5, 2], min: 0, max: 1, mean: 0.5, std: 0.2, finite: 8, nan: 1, inf: 2 }
  return [
    lossFigure({
      training: losses(30, falling),
      validation: losses(30, falling),
      best: 30,
      incident: { step: 30, label: name },
      replays: [{ label: name, points: losses(40, falling) }],
      ...options,
    }),
    measuredFigure({ outputs: [{ name, unit: name, measured: [1, 2], predicted: [1, 2.5] }], ...options }),
    measuredFigure({ outputs: [1, 2, 3].map(() => ({ name, measured: [1, 2], predicted: [1, Number.NaN] })), ...options }),
    batchLawFigure({
      rows: 68_568,
      badRows: 1,
      sampling: 'fresh',
      law,
      own: { batch: 10_000, expectedStep: 6.86, chanceWithin: 1 },
      steps: 119,
      ...options,
    }),
    comparisonFigure({
      rows: [8, 4],
      columns: [
        { name, training: [1, 5, 2], validation: [0, 1, 3], from: 0, to: 1, means: [0.5, 0.8], distance: 0.6, threshold: 0.1 },
        { name, training: [0, 0, 0], validation: [1, 0, 0], from: -1e308, to: 1e308, means: [Number.NaN, 2], distance: 0, threshold: 0.1 },
      ],
      ...options,
    }),
    columnsFigure({ rows: 11, columns: [{ ...column, role: 'target' }, column], ...options }),
    pathFigure({
      inputs: [name, 'b'],
      layers: [{ name, units: 50 }],
      outputs: [name],
      stages: [
        { place: { kind: 'input', input: 0 }, says: name },
        { place: { kind: 'layer', layer: 0 }, says: name },
      ],
      ...options,
    }),
    confusionFigure({
      classes: [name, 'b'],
      counts: [
        [3, 1],
        [0, 4],
      ],
      ...options,
    }),
  ]
}

const hostile = [
  '</svg><script>alert(1)</script>',
  '"\' onload="x',
  '__proto__',
  '\x00\x1b[2J\u202e\ud800',
  ']]>&amp;&#x3c;<!--',
  'constructor',
  '',
  '列'.repeat(500),
]

describe('every figure', () => {
  test.each(hostile)('takes %j as text', name => {
    for (const svg of everyFigure(name, { title: name, subtitle: name })) expect(problemsOf(svg)).toEqual([])
  })
  test('takes any name as text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), name => {
        for (const svg of everyFigure(name)) expect(problemsOf(svg)).toEqual([])
      }),
      { numRuns: 60 },
    )
  })
  test('is the same bytes for the same data', () => {
    expect(everyFigure('a')).toEqual(everyFigure('a'))
  })
  test('has a title and a description, in both languages', () => {
    for (const language of ['en', 'zh'] as const) {
      for (const svg of everyFigure('a', { language })) {
        const [root, title, description] = readSvg(svg)
        expect([root?.name, title?.name, description?.name]).toEqual(['svg', 'title', 'desc'])
        expect(root?.attributes.get('role')).toBe('img')
        expect(title?.text).not.toBe('')
        expect(description?.text.length).toBeGreaterThan(5)
        if (language === 'zh') expect(title?.text).toMatch(/\p{Script=Han}/u)
      }
    }
  })
  test('follows the colour scheme, or keeps to one', () => {
    const [auto = ''] = everyFigure('a')
    const [dark = ''] = everyFigure('a', { theme: 'dark' })
    expect(auto).toContain('prefers-color-scheme:dark')
    expect(dark).not.toContain('prefers-color-scheme')
    expect(dark).toContain(palettes.dark.paper)
    expect(dark).not.toContain(palettes.light.paper)
  })

  const python = program('python')
  test.skipIf(python === null)('is well-formed XML to a parser that is not ours', () => {
    const all = hostile.flatMap(name => everyFigure(name))
    const script = 'import sys, json, xml.etree.ElementTree as E\nfor s in json.load(sys.stdin): E.fromstring(s)\nprint("read")'
    const result = spawnSync(python ?? '', ['-c', script], { input: JSON.stringify(all), encoding: 'utf8' })
    expect(result.stderr).toBe('')
    expect(result.stdout).toBe('read\n')
  })
})

test('text is readable on both papers', () => {
  // Contrast ratio of WCAG 2.2, 1.4.3: at least 4.5 for text.
  const luminance = (hex: string): number => {
    const [r = 0, g = 0, b = 0] = [1, 3, 5]
      .map(i => Number.parseInt(hex.slice(i, i + 2), 16) / 255)
      .map(c => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
    return 0.2126 * r + 0.7152 * g + 0.0722 * b
  }
  for (const palette of [palettes.light, palettes.dark]) {
    for (const text of [palette.ink, palette.muted, palette.accent, palette.nonFinite]) {
      const [a = 0, b = 0] = [luminance(palette.paper), luminance(text)].sort((p, q) => q - p)
      expect((a + 0.05) / (b + 0.05)).toBeGreaterThanOrEqual(4.5)
    }
  }
})

describe('columns', () => {
  const column = { counts: [1, 5, 2], min: -1, max: 1, mean: 0.00012, std: 0.0114, finite: 8, nan: 0, inf: 0, role: 'input' as const }
  test('long names take two lines, so that those which begin and end alike can be told apart', () => {
    const svg = columnsFigure({ rows: 8, columns: [1, 2].map(i => ({ ...column, name: `sensor_00${i}_mean_of_last_minute` })) })
    const texts = readSvg(svg).flatMap(({ name, text }) => (name === 'text' ? [text] : []))
    for (const i of [1, 2]) expect(texts).toContain(`sensor_00${i}_mean_`)
    expect(texts.filter(text => text === 'of_last_minute')).toHaveLength(2)
  })
  test('a mean has the decimals of its deviation', () => {
    expect(textsOf(columnsFigure({ rows: 8, columns: [{ ...column, name: 'a' }] }))).toContain('0.0001 ± 0.0114')
  })
  test('says how many of the columns hold numbers where some are of text', () => {
    expect(textsOf(columnsFigure({ rows: 8, of: 3, columns: [{ ...column, name: 'a' }] }))).toContain('8 rows · 1 of 3 columns, those of numbers')
  })
})

describe('predicted against measured', () => {
  test('at most 2,000 points, the largest residual among them', () => {
    const measured = Array.from({ length: 20_000 }, (_, i) => i / 20_000)
    const predicted = measured.map((x, i) => (i === 12_345 ? 7 : x))
    const svg = measuredFigure({ outputs: [{ name: 'y', measured, predicted }] })
    const dots = readSvg(svg).flatMap(({ attributes }) => attributes.get('d')?.match(/h0/g) ?? [])
    // Both panels draw each point once.
    expect(dots.length).toBeLessThanOrEqual(4_000)
    expect(dots.length).toBeGreaterThan(3_800)
    // The outlier at 7 stretches both axes beyond 6.
    expect(textsOf(svg)).toContain('6')
  })
  test('predictions that are not finite are counted, not dropped', () => {
    expect(textsOf(measuredFigure({ outputs: [{ name: 'y', measured: [1, 2, 3], predicted: [1, Number.NaN, Infinity] }] }))).toContain(
      'NaN, Inf: 2',
    )
  })
  test('lists of different lengths are refused with both lengths', () => {
    expect(() => measuredFigure({ outputs: [{ name: 'y', measured: [1, 2], predicted: [1] }] })).toThrow(
      expect.objectContaining({ name: 'FigureError', id: 'figure-lengths', facts: { name: 'y', measured: 2, predicted: 1 } }),
    )
  })
  test('any values give finite coordinates', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.double(), fc.double()), { maxLength: 20 }), pairs => {
        const output = { name: 'y', measured: pairs.map(([m]) => m), predicted: pairs.map(([, p]) => p), rmse: pairs[0]?.[0] ?? 1 }
        const interval = { low: output.predicted, high: output.measured }
        expect(problemsOf(measuredFigure({ outputs: [{ ...output, interval }] }))).toEqual([])
        expect(problemsOf(measuredFigure({ outputs: [output, output] }))).toEqual([])
      }),
      { numRuns: 200 },
    )
  })
})

describe('batch law', () => {
  test('names the reader’s batch, and the chance', () => {
    const svg = batchLawFigure({
      rows: 68_568,
      badRows: 1,
      sampling: 'fresh',
      law,
      own: { batch: 256, expectedStep: 267.8, chanceWithin: 0.36 },
      steps: 119,
    })
    expect(textsOf(svg)).toEqual(
      expect.arrayContaining([
        'batch 256',
        'expected at step 268 · within the run 36 %',
        'the run ends: step 119',
        '1 of 68,568 training rows · a fresh batch each step',
      ]),
    )
  })
  test('without a bad row it says so', () => {
    const none = law.map(point => ({ ...point, expectedStep: Infinity, quantile95: Infinity }))
    expect(
      textsOf(batchLawFigure({ rows: 9, badRows: 0, sampling: 'epoch', law: none, own: { batch: 256, expectedStep: Infinity } })),
    ).toContain('No batch size draws such a row.')
  })
  test('any law gives finite coordinates', () => {
    const positive = fc.double({ min: 0, noNaN: true })
    fc.assert(
      fc.property(fc.array(fc.tuple(positive, positive, positive), { maxLength: 8 }), positive, (points, batch) => {
        const curve = points.map(([expectedStep, quantile5, quantile95], i) => ({ batch: 2 ** i, expectedStep, quantile5, quantile95 }))
        expect(
          problemsOf(
            batchLawFigure({
              rows: 1000,
              badRows: 2,
              sampling: 'replacement',
              law: curve,
              own: { batch, expectedStep: 3 },
              runs: [{ batch: 4, failedAt: null, steps: 10 }],
            }),
          ),
        ).toEqual([])
      }),
      { numRuns: 100 },
    )
  })
})

test('columns beyond 60 are counted, and a column without a finite value is drawn', () => {
  const columns = Array.from({ length: 1000 }, (_, i) => ({
    name: `c${i}`,
    counts: [],
    min: Number.NaN,
    max: Number.NaN,
    mean: Number.NaN,
    std: Number.NaN,
    finite: 0,
    nan: 5,
    inf: 0,
  }))
  const svg = columnsFigure({ rows: 5, columns })
  expect(problemsOf(svg)).toEqual([])
  expect(textsOf(svg)).toContain('and 940 more columns')
  expect(svg.length).toBeLessThan(60_000)
})

describe('path', () => {
  const figure = {
    inputs: Array.from({ length: 300 }, (_, i) => `sensor ${i + 1}`),
    layers: Array.from({ length: 9 }, (_, i) => ({ name: `dense ${i + 1}`, units: 1 << i })),
    outputs: ['force'],
    stages: [
      { place: { kind: 'input', input: 250 }, says: 'sensor 251 is NaN' },
      { place: { kind: 'loss' }, says: 'so is the loss' },
    ],
  } as const
  test('the bad input is drawn among hundreds', () => {
    const svg = pathFigure(figure)
    expect(problemsOf(svg)).toEqual([])
    expect(textsOf(svg)).toEqual(expect.arrayContaining(['sensor 251', '+ 291 more', '… + 4 more …']))
  })
  test('nothing is vermilion before the first stage is lit', () => {
    expect(
      readSvg(pathFigure({ ...figure, lit: 0 })).some(({ attributes }) => attributes.get('class')?.includes('nonfinite') === true),
    ).toBe(false)
    expect(textsOf(pathFigure({ ...figure, lit: 1 }))).toContain('sensor 251 is NaN')
  })
})

describe('confusion', () => {
  test('more than 24 classes: the smaller ones together, and no row is lost', () => {
    const classes = Array.from({ length: 40 }, (_, i) => `class ${i}`)
    const svg = confusionFigure({ classes, counts: classes.map((_, i) => classes.map((__, j) => (i === j ? i + 1 : 0))) })
    expect(problemsOf(svg)).toEqual([])
    // The 17 smallest of the sizes 1 to 40: 1 + … + 17 = 153 of 820.
    expect(textsOf(svg)).toEqual(
      expect.arrayContaining(['other (17)', '100 % right: 820 of 820 rows', 'other (17) → other (17): 153 (100 %)']),
    )
  })
  test('a table that is not square is refused', () => {
    expect(() => confusionFigure({ classes: ['a', 'b'], counts: [[1, 2]] })).toThrow(expect.objectContaining({ id: 'figure-lengths' }))
  })
})

describe('drawing', () => {
  test('labels that collide move apart evenly and stay inside', () => {
    expect(spread([50, 50, 200], 16, 0, 300)).toEqual([42, 58, 200])
    expect(spread([0, 0, 0], 16, 0, 300)).toEqual([0, 16, 32])
  })
  test('a hatch stays in its box', () => {
    const numbers =
      hatchData({ x: 10, y: 20, width: 30, height: 8 })
        .match(/[\d.]+,[\d.]+/g)
        ?.map(pair => pair.split(',').map(Number)) ?? []
    expect(numbers.length).toBeGreaterThan(8)
    for (const [x = 0, y = 0] of numbers) expect([x >= 10 && x <= 40, y >= 20 && y <= 28]).toEqual([true, true])
  })
})
