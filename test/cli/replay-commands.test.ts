/** The commands that an explanation prints are run: each gives what its replay gave, and the fix's flags cure the command they are added to. */
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Explanation } from '../../src/explain/explanation.ts'
import { folderWith, jsonOf, whynanEach } from './whynan.ts'

/** A table of 400 rows: three inputs in [-1, 1), the target `y` of them; `scale` multiplies inputs, `cells` are put in as texts. */
function table(scale: number, target: (x: readonly number[]) => number | string, cells: readonly { row: number; column: number; text: string }[] = []): string {
  let state = 77
  // A linear congruential generator (Numerical Recipes' constants).
  const uniform = (): number => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2147483648 - 1
  const rows = Array.from({ length: 400 }, () => {
    const x = [uniform(), uniform(), uniform()]
    return [...x.map(value => (value * scale).toFixed(5)), String(target(x))]
  })
  for (const { row, column, text } of cells) rows[row - 1]![column - 1] = text
  return ['a,b,c,y', ...rows.map(row => row.join(','))].join('\n')
}

const smooth = ([a = 0, b = 0, c = 0]: readonly number[]): number => Math.sin(3 * a) * b + 0.5 * c * c
const price = (x: readonly number[]): number => 4000 + 1000 * smooth(x)

/** Options as people give them, so that some already say what the fix contradicts. */
const runs: readonly { what: string; data: string; flags: string; cause: string }[] = [
  { what: 'NaN in a cell, NumPy\'s draws', data: table(1, smooth, [{ row: 123, column: 2, text: 'nan' }]), flags: '--recipe classic --draws numpy --seed 3 --batch 50 --steps 60 --validation none', cause: 'nan-in-input' },
  { what: 'text in a cell that --nonfinite keep reads', data: table(1, smooth, [{ row: 9, column: 3, text: '#N/A' }]), flags: '--nonfinite keep --batch 40 --steps 50 --validation none', cause: 'unparsed-cell' },
  { what: 'a summed loss', data: table(1, smooth), flags: '--optimizer sgd --rate 0.05 --reduction sum --batch 200 --steps 60 --validation none', cause: 'summed-loss' },
  { what: 'a rate too high for five layers', data: table(1, smooth), flags: '--hidden 20,20,20,20 --activation identity --optimizer sgd --rate 3 --clip-value 1e30 --patience none --batch 64 --steps 60', cause: 'learning-rate-too-high' },
  { what: 'targets left as they are by --no-standardize', data: table(1, price), flags: '--no-standardize --optimizer sgd --rate 0.01 --activation relu --batch 64 --steps 80 --validation none', cause: 'targets-not-scaled' },
  { what: 'a rate too high for classes', data: table(1, ([a = 0]) => (a > 0 ? 'yes' : a > -0.5 ? 'no' : 'maybe')), flags: '--no-standardize --loss categorical-cross-entropy --optimizer sgd --rate 20 --hidden 16 --activation relu --batch 100 --steps 600 --patience none --schedule constant', cause: 'learning-rate-too-high' },
  { what: 'first weights too large', data: table(1, smooth), flags: '--initializer constant:2 --bias-initializer constant:0.1 --hidden 30,30,30,30 --activation relu --optimizer sgd --rate 0.01 --batch 64 --steps 80', cause: 'exploding-gradients' },
]

/** The words of a command, as a POSIX shell splits it; without `whynan`. */
function words(command: string): string[] {
  return [...command.matchAll(/(?:'[^']*'|\\'|[^\s'\\])+/g)].map(([word]) => word.replace(/'([^']*)'|\\(')/g, '$1$2')).slice(1)
}

interface Fitted {
  readonly status: string; readonly steps: number; readonly incident: null | { readonly step: number }
  readonly training: { readonly total: number | string } | null; readonly weightsHash: string
}

describe.each(runs)('$what', ({ data, flags, cause }) => {
  test('has commands that do what they say', async () => {
    const name = 'it is here.csv'
    const cwd = await folderWith({ [name]: data })
    const fit = (args: readonly string[], out: string): string[] => [...args, '--out', join(cwd, out), '--json', '--quiet']
    const own = ['fit', name, ...flags.split(' ')]
    const [, explained] = await whynanEach([fit(own, 'run'), ['explain', join(cwd, 'run'), '--json']], { cwd })
    const { cause: found, replays, fix } = jsonOf(explained ?? { stdout: '' }) as unknown as Explanation
    expect({ id: found?.id, proven: found?.proven }).toEqual({ id: cause, proven: true })
    if (fix?.command === undefined || fix.command === null) throw new Error('no command was offered')

    const repaired = [...own.join('\u0000').replace(fix.without.map(flag => words(`x ${flag}`).join('\u0000')).join('\u0000'), '').split('\u0000').filter(word => word !== ''), ...words(`x ${fix.flags.join(' ')}`)]
    const again = await whynanEach([
      ...replays.map(({ command }, i) => fit(words(command), `replay ${i}`)), fit(words(fix.command), 'fixed'), fit(repaired, 'flags'),
    ], { cwd })
    const results = again.map(one => jsonOf(one) as unknown as Fitted)
    replays.forEach(({ status, steps, plannedSteps, loss, command }, i) => {
      const { training, ...result } = results[i]!
      // A replay that was asked only as far as the step in question says nothing of the rest.
      if (status === 'finite' && steps < plannedSteps) return
      expect({ command, status: result.status, steps: result.incident?.step ?? result.steps }).toEqual({ command, status, steps })
      if (status === 'completed') expect(training?.total).toBe(loss)
    })
    const [fixed, withFlags] = results.slice(-2)
    expect(fixed?.status).not.toBe('non-finite')
    expect(withFlags?.weightsHash).toBe(fixed?.weightsHash)
  })
})
