import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  alignDecimals,
  bar,
  cells,
  cutTo,
  fill,
  inkFor,
  labelled,
  lossCurves,
  progressLine,
  progressWords,
  sparkline,
  table,
  type Terminal,
  terminalOf,
  withoutColours,
  wrap,
} from '../../src/cli/render.ts'

const plain: Terminal = { colours: 0, width: 80, unicode: true, interactive: false }
const losses = (n: number, f: (i: number) => number): { step: number; loss: number }[] =>
  Array.from({ length: n }, (_, i) => ({ step: i + 1, loss: f(i) }))
const falling = (i: number): number => 0.05 + 0.6 * Math.exp(-i / 20)

describe('a word without a break', () => {
  // Taken letter by letter against all that came before it, half a million letters would take a quarter of an hour.
  test('is cut into whole lines, however long it is', () => {
    const lines = wrap('7'.repeat(500_000), 100)
    expect(lines.length).toBe(5000)
    expect(new Set(lines)).toEqual(new Set(['7'.repeat(100)]))
  })
})

describe('terminal', () => {
  const tty = { isTTY: true, columns: 90 }
  test.each([
    [{ TERM: 'xterm' }, tty, 1],
    [{ TERM: 'xterm-256color' }, tty, 2],
    [{ TERM: 'xterm-256color', COLORTERM: 'truecolor' }, tty, 3],
    [{ TERM: 'xterm-256color' }, {}, 0],
    [{ TERM: 'dumb' }, tty, 0],
    [{ TERM: 'xterm', NO_COLOR: '1' }, tty, 0],
    [{ TERM: 'xterm', NO_COLOR: '' }, tty, 1],
    [{ FORCE_COLOR: '1' }, {}, 1],
    [{ FORCE_COLOR: '3', NO_COLOR: '1' }, {}, 3],
    [{ FORCE_COLOR: '0', TERM: 'xterm' }, tty, 0],
  ] as const)('%j on %j has colours %i', (environment, stream, colours) => {
    expect(terminalOf(environment, stream).colours).toBe(colours)
  })
  test('width: the terminal’s, within reason; 100 where there is none', () => {
    expect([{ columns: 90 }, { columns: 5 }, { columns: 400 }, {}, { columns: 0 }].map(stream => terminalOf({}, stream).width)).toEqual([
      90, 40, 120, 100, 100,
    ])
    expect(terminalOf({ COLUMNS: '66' }, {}).width).toBe(66)
  })
  test('Unicode by the locale', () => {
    expect(
      [{ LANG: 'en_US.UTF-8' }, { LANG: 'C' }, {}, { LANG: 'de_DE.UTF-8', LC_ALL: 'C' }, { LC_CTYPE: 'zh_CN.utf8' }].map(
        environment => terminalOf(environment, {}).unicode,
      ),
    ).toEqual([true, false, false, false, true])
    expect(terminalOf({}, {}, 'win32').unicode).toBe(true)
  })
  test('colours open and close, and none are written where there are none', () => {
    expect(inkFor({ colours: 1 }).nonFinite('NaN')).toBe('\x1b[31mNaN\x1b[39m')
    expect(inkFor({ colours: 3 }).nonFinite('NaN')).toBe('\x1b[38;2;255;107;74mNaN\x1b[39m')
    expect(inkFor({ colours: 0 }).nonFinite('NaN')).toBe('NaN')
    expect(withoutColours(inkFor({ colours: 2 }).accent('x'))).toBe('x')
  })
})

describe('wrap', () => {
  test('words hang under the text', () => {
    expect(wrap('A batch of 10,000 holds that row with 14.6 % per step', 30, 'Batch     ')).toEqual([
      'Batch     A batch of 10,000',
      '          holds that row with',
      '          14.6 % per step',
    ])
  })
  test('a number keeps its per cent sign', () => {
    expect(wrap('holds it with 14.6 % per step', 18)).toEqual(['holds it with', '14.6 % per step'])
  })
  test('Chinese breaks between characters, but no line begins with a full stop or ends with an opening bracket', () => {
    const lines = wrap('小批量并不安全，只是运气好（第一步）。', 14)
    expect(lines.every(line => cells(line) <= 14 && !/^[，。）]/.test(line) && !line.endsWith('（'))).toBe(true)
    expect(lines.join('')).toBe('小批量并不安全，只是运气好（第一步）。')
  })
  test('line breaks stay, and a word wider than the line is cut', () => {
    expect(wrap('one\n\nabcdefghij', 4)).toEqual(['one', '', 'abcd', 'efgh', 'ij'])
  })
  test('colours take no room', () => {
    const ink = inkFor({ colours: 1 })
    expect(wrap(`${ink.bold('one')} two`, 7)).toEqual(['\x1b[1mone\x1b[22m two'])
  })
  test('nothing is lost and nothing is too wide', () => {
    const text = fc
      .array(
        fc.oneof(
          fc.constantFrom(' ', 'a', 'bcd', '温', '度，', '（', '14.6 %', 'e\u0301', '👩‍🔬', '.'),
          fc.string({ maxLength: 4, unit: 'grapheme' }),
        ),
        { maxLength: 40 },
      )
      .map(parts => parts.join('').replace(/[\p{Cc}\p{Zl}\p{Zp}]/gu, ''))
    fc.assert(
      fc.property(text, fc.integer({ min: 6, max: 30 }), (whole, width) => {
        const lines = wrap(whole, width, '> ', '  ')
        for (const line of lines) expect(cells(line)).toBeLessThanOrEqual(width)
        const letters = (s: string): string => s.replace(/\s/g, '')
        expect(letters(lines.map(line => line.slice(2)).join(''))).toBe(letters(whole))
      }),
      { numRuns: 300 },
    )
  })
  test('cells, cutTo and fill count wide characters', () => {
    expect([cells('温度 ab'), cutTo('温度计', 5), cutTo('abc', 3), fill('温', 4), fill('温', 4, 'end')]).toEqual([
      7,
      '温度…',
      'abc',
      '温  ',
      '  温',
    ])
  })
})

describe('layout', () => {
  test('labels, a hanging text, and an aside at the right', () => {
    expect(
      labelled(
        [
          { label: 'Cause', text: 'Row 41,278 holds NaN.', aside: 'proven' },
          { label: 'Proof', text: 'With that cell repaired the run stays finite to step 119.', aside: 'by replay' },
          { label: 'Fix', lines: ['whynan  --nonfinite drop', 'NumPy   d = d[ok]'] },
        ],
        48,
      ),
    ).toEqual([
      'Cause     Row 41,278 holds NaN.           proven',
      'Proof     With that cell repaired the  by replay',
      '          run stays finite to step 119.',
      'Fix       whynan  --nonfinite drop',
      '          NumPy   d = d[ok]',
    ])
  })
  test('an aside never costs a word of the text', () => {
    const words = fc
      .array(fc.constantFrom('a', 'row', 'of', 'measurements', '温度', '14.6 %'), { minLength: 1, maxLength: 25 })
      .map(list => list.join(' '))
    fc.assert(
      fc.property(words, fc.integer({ min: 30, max: 60 }), (text, width) => {
        const lines = labelled([{ label: 'Cause', text, aside: 'proven' }], width)
        const all = lines.map((line, i) => (i === 0 ? line.replace(/ +proven$/, '') : line).slice(10)).join('')
        expect(all.replace(/ /g, '')).toBe(text.replace(/ /g, ''))
        expect(lines.every(line => cells(line) <= width)).toBe(true)
      }),
    )
  })
  test('a table aligns decimals, ends and Chinese', () => {
    expect(
      table(
        [{ head: 'column' }, { head: 'mean', align: 'decimal' }, { head: 'bad', align: 'end' }],
        [
          ['温度', '0.0521', '0'],
          ['x', '11.2', '12'],
          ['y', '68,568'],
        ],
      ),
    ).toEqual(['column         mean  bad', '温度         0.0521    0', 'x           11.2      12', 'y       68,568'])
  })
  test('units after a number do not move its point', () => {
    expect(alignDecimals(['14.6 %', '0.37 %', '64 %', 'NaN'])).toEqual(['14.6 % ', '0.37 %', '64 %   ', 'NaN'])
  })
})

describe('pictures', () => {
  test('curves: named at their ends, with axes, no wider than the terminal', () => {
    const lines = lossCurves({ training: losses(119, falling), validation: losses(119, i => falling(i) * 1.2) }, plain)
    expect(lines).toHaveLength(11)
    expect(Math.max(...lines.map(cells))).toBeLessThanOrEqual(80)
    expect(lines.join('\n')).toMatch(/validation 0\.062/)
    expect(lines.join('\n')).toMatch(/training 0\.0516/)
    expect(lines.join('')).toMatch(/[\u2801-\u28ff]/)
    expect(lines[10]).toMatch(/└1 +119$/)
  })
  test('the mark of what is not finite stands right of the last finite loss, in vermilion, with its label', () => {
    const lines = lossCurves(
      {
        training: [
          { step: 1, loss: 0.7 },
          { step: 2, loss: Number.NaN },
        ],
        incident: { step: 2, label: 'NaN at step 2' },
        steps: 119,
      },
      { ...plain, colours: 1 },
    )
    expect(lines.filter(line => line.includes('\x1b[31m×'))).toHaveLength(10)
    expect(lines[0]).toContain('× NaN at step 2')
    expect(lines.map(withoutColours).join('')).toMatch(/[\u2801-\u28ff]×/)
    expect(withoutColours(lines.join('\n'))).toContain('training 0.7')
  })
  test('a healthy run has no mark, and without a finite loss there is no picture', () => {
    expect(lossCurves({ training: losses(9, falling) }, plain).join('')).not.toContain('×')
    expect(lossCurves({ training: losses(3, () => Number.NaN) }, plain)).toEqual([])
  })
  test('any losses, any width', () => {
    fc.assert(
      fc.property(fc.array(fc.double(), { maxLength: 30 }), fc.integer({ min: 40, max: 120 }), fc.boolean(), (values, width, unicode) => {
        const lines = lossCurves({ training: values.map((loss, step) => ({ step, loss })) }, { ...plain, width, unicode })
        for (const line of lines) expect(cells(line)).toBeLessThanOrEqual(width)
        if (!unicode) expect(lines.join('')).toMatch(/^[\x20-\x7e]*$/)
      }),
      { numRuns: 100 },
    )
  })
  test('sparklines: empty bins are blank, the fullest is full, anything shows', () => {
    expect(sparkline([0, 1, 500, 1000])).toBe(' ▁▄█')
    expect(sparkline([0, 1, 1000], false)).toBe(' .@')
    expect(sparkline([Number.NaN, 0])).toBe('  ')
    expect([bar(0.5, 8), bar(2, 4, false), bar(Number.NaN, 4, false)]).toEqual(['━━━━────', '####', '----'])
  })
})

describe('progress', () => {
  const progress = { step: 1234, steps: 5000, loss: 0.0521, validationLoss: 0.0533, rowsPerSecond: 2.1e6, secondsLeft: 12 }
  test('with a bar on a terminal, without one elsewhere', () => {
    expect(progressLine(progress, { ...plain, width: 100, interactive: true })).toBe(
      'step 1,234 of 5,000  ━━━━──────────────  loss 0.0521 · validation 0.0533 · 2.1 M rows/s · 12 s left',
    )
    expect(progressLine(progress, { ...plain, width: 100 })).toBe(
      'step 1,234 of 5,000  loss 0.0521 · validation 0.0533 · 2.1 M rows/s · 12 s left',
    )
  })
  test('what does not fit is left out from the right', () => {
    expect(progressLine(progress, { ...plain, width: 55 })).toBe('step 1,234 of 5,000  loss 0.0521 · validation 0.0533')
    fc.assert(
      fc.property(fc.integer({ min: 40, max: 120 }), fc.boolean(), (width, interactive) => {
        expect(cells(progressLine(progress, { ...plain, width, interactive }, progressWords.zh))).toBeLessThan(width)
      }),
    )
  })
  test('a loss that is not finite is vermilion', () => {
    expect(progressLine({ step: 2, loss: Number.NaN }, { ...plain, colours: 1 })).toBe('step 2  \x1b[31mloss NaN\x1b[39m')
  })
})
