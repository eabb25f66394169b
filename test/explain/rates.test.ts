/** Rates as they are said, and their lines in NumPy and MATLAB: the rate of every step, as training takes it. */
import { spawnSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { explain } from '../../src/explain/explain.ts'
import { rateLines } from '../../src/explain/rates.ts'
import { learningRateAt } from '../../src/training/schedules.ts'
import { prepareExperiment } from '../../src/training/experiment.ts'
import { program } from '../requirements.ts'
import { ran, smoothTable } from './cases.ts'

const tables = { training: smoothTable(200, 3), validation: null }
const steps = 41
const schedules = [
  { name: 'constant' }, { name: 'constant', warmUp: 0.2 }, { name: 'step', every: 7, factor: 0.5 }, { name: 'exponential', factor: 0.97, warmUp: 0.1 },
  { name: 'cosine', final: 0.1 }, { name: 'cosine', warmUp: 0.3 }, { name: 'one-cycle' }, { name: 'one-cycle', warmUp: 0, final: 0 },
].map(schedule => ({ says: JSON.stringify(schedule), experiment: prepareExperiment(tables, { schedule, steps }) }))

/** The rate of each step, by a program that runs the lines once a step. */
function taken(language: 'python' | 'octave', lines: string): number[] {
  const code = language === 'python'
    ? `import numpy as np\nfor t in range(1, ${steps + 1}):\n    ${lines.replaceAll('\n', '\n    ')}\n    print(repr(float(learning_rate)))`
    : `for t = 1:${steps}\n${lines}\nprintf('%.17g\\n', learningRate);\nend`
  const { stdout, stderr, status } = spawnSync(program(language) ?? '', language === 'python' ? ['-c', code] : ['--no-gui', '--quiet', '--eval', code], { encoding: 'utf8' })
  if (status !== 0) throw new Error(stderr)
  return stdout.trim().split('\n').map(Number)
}

describe.each(['python', 'octave'] as const)('%s', language => {
  test.skipIf(program(language) === null).each(schedules)('takes the steps of $says', ({ experiment }) => {
    const lines = rateLines(0.013, experiment)
    const own = Array.from({ length: steps }, (_, i) => learningRateAt(experiment.settings.schedule, 0.013, i + 1, steps))
    taken(language, language === 'python' ? lines.python : lines.matlab).forEach((rate, i) => {
      // Ends of a cosine are written with six digits.
      expect(Math.abs(rate - (own[i] ?? Number.NaN))).toBeLessThan(1e-6 * 0.013)
    })
  })
})

test('a rate under a schedule is said as its peak, and its lines carry the schedule', async () => {
  const options = { network: { hidden: [20], activation: 'relu' }, optimizer: { name: 'sgd', learningRate: 20 }, schedule: { name: 'one-cycle' }, batchSize: 40, steps: 60 }
  const { cause, fix, text } = await explain(await ran(tables, options))
  expect(cause).toMatchObject({ id: 'learning-rate-too-high', proven: true })
  expect(cause?.summary).toContain('20 (the peak of the one-cycle schedule)')
  expect(text.replace(/\s+/g, ' ')).toMatch(/With the learning rate at \S+ \(the peak of the one-cycle schedule\) and all else the same/u)
  expect(fix?.code.python).toContain('cosine')
  const constant = await explain(await ran(tables, { ...options, schedule: { name: 'constant' } }))
  expect(constant.text).not.toContain('the peak of')
  expect(constant.fix?.code.python).toMatch(/^learning_rate = [\d.e-]+$/u)
})
