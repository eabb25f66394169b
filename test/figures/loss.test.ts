import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { lossFigure } from '../../src/figures/index.ts'
import { falling, losses } from './losses.ts'
import { problemsOf, readSvg, textsOf } from './svg.ts'

describe('loss', () => {
  const marks = (svg: string): number =>
    readSvg(svg).filter(({ attributes }) => attributes.get('class')?.includes('s-nonfinite') === true).length

  test('a healthy run has nothing vermilion', () => {
    expect(marks(lossFigure({ training: losses(119, falling), validation: losses(119, falling), best: 119 }))).toBe(0)
  })
  test('the first loss that is not finite is marked without being told', () => {
    const svg = lossFigure({ training: [...losses(2, falling), { step: 3, loss: Infinity }], steps: 119 })
    expect(marks(svg)).toBeGreaterThan(0)
    expect(textsOf(svg)).toContain('Infinity at step 3')
  })
  test('a validation loss that is not finite is marked apart', () => {
    const svg = lossFigure({ training: losses(50, falling), validation: losses(50, i => (i > 20 && i < 30 ? Number.NaN : falling(i))) })
    expect(textsOf(svg)).toContain('validation not finite')
  })
  test('names stand at the ends of the lines and never on one another', () => {
    const svg = lossFigure({
      training: losses(119, falling),
      validation: losses(119, i => falling(i) * 1.001),
      replays: [{ label: 'without the row', points: losses(119, falling) }],
    })
    const ys = readSvg(svg)
      .filter(({ name, text }) => name === 'text' && ['training', 'validation', 'without the row'].includes(text))
      .map(({ attributes }) => Number(attributes.get('y')))
      .sort((a, b) => a - b)
    expect(ys).toHaveLength(3)
    expect((ys[1] ?? 0) - (ys[0] ?? 0)).toBeGreaterThanOrEqual(15.9)
    expect((ys[2] ?? 0) - (ys[1] ?? 0)).toBeGreaterThanOrEqual(15.9)
  })
  const replays = (...points: { step: number; loss: number }[][]): string => lossFigure({
    training: losses(2, falling), incident: { step: 3 }, steps: 119,
    replays: points.map((list, i) => ({ label: `change ${i + 1}`, points: list })),
  })
  const bold = (svg: string): number => readSvg(svg).filter(({ attributes }) => attributes.get('class') === 's-accent bold').length
  test('replays that lie over each other are one line with both names; others are two, each with a sample of its line', () => {
    const same = replays(losses(119, falling), losses(119, i => falling(i) * 1.002))
    expect(bold(same)).toBe(1)
    expect(textsOf(same)).toEqual(expect.arrayContaining(['change 1', 'change 2']))
    expect(bold(replays(losses(119, falling), losses(119, i => falling(i) * (i < 60 ? 1 : 1.4))))).toBe(4)
    expect(bold(replays(losses(119, falling), losses(60, falling)))).toBeGreaterThan(1)
  })
  test('a name in the plot moves away from a replay that runs through its place, with a line to what it names', () => {
    const placeOf = (loss: (i: number) => number): number => {
      const svg = lossFigure({
        training: losses(2, () => 0.9), validation: [{ step: 1, loss: 0.5 }], incident: { step: 3 }, steps: 119,
        replays: [{ label: 'changed', points: losses(119, loss) }],
      })
      return Number(readSvg(svg).find(({ name, text }) => name === 'text' && text === 'validation')?.attributes.get('y'))
    }
    // A replay at 0.1 leaves the place beside the point at 0.5 free; one at 0.5 takes it.
    expect(Math.abs(placeOf(i => 0.5 + i * 1e-6) - placeOf(i => 0.1 + i * 1e-6))).toBeGreaterThan(12)
  })
  test('the best of a single point is not said', () => {
    const saying = (n: number): string[] =>
      readSvg(lossFigure({ training: losses(40, falling), validation: losses(n, falling), best: 1 }))
        .flatMap(({ name, text }) => (name === 'text' && text.startsWith('best') ? [text] : []))
    expect([saying(1), saying(40)]).toEqual([[], ['best: 0.65 at step 1']])
  })
  test('a long name beside the plot takes several lines and loses nothing', () => {
    const name = 'rows 12, 400, 5,120 and 61,034 left out and the learning rate at 0.0005'
    const svg = lossFigure({ training: losses(119, falling), replays: [{ label: name, points: losses(119, i => falling(i) / 2) }] })
    expect(textsOf(svg).filter(text => text.length > 2 && name.includes(text)).join(' ')).toBe(name)
  })
  test('the axis is logarithmic where every loss is above 0, and linear otherwise', () => {
    expect(textsOf(lossFigure({ training: losses(9, falling) }))).toContain('loss (log scale)')
    expect(textsOf(lossFigure({ training: losses(9, i => i - 1) }))).toContain('loss')
  })
  test('100,000 steps stay a small file', () => {
    expect(lossFigure({ training: losses(100_000, i => 1 + Math.abs(Math.sin(i * 12.9898))) }).length).toBeLessThan(60_000)
  })
  test('a run without a finite loss, and one without steps, get a sentence', () => {
    for (const training of [losses(1, () => Number.NaN), []]) {
      const svg = lossFigure({ training })
      expect(problemsOf(svg)).toEqual([])
      expect(textsOf(svg)).toContain('No step has a finite loss.')
    }
  })
  test('any losses give finite coordinates', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double(), { maxLength: 40 }),
        fc.option(fc.constantFrom('log' as const, 'linear' as const)),
        (values, scale) => {
          const points = values.map((loss, step) => ({ step, loss }))
          expect(problemsOf(lossFigure({ training: points, validation: points, best: 3, ...(scale === null ? {} : { scale }) }))).toEqual(
            [],
          )
        },
      ),
      { numRuns: 200 },
    )
  })
})
