import { spawnSync } from 'node:child_process'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { MetricsBuffer, metricsHeader, parseMetrics } from '../../src/record/metrics.ts'
import { program } from '../requirements.ts'

const header = new TextEncoder().encode(metricsHeader)

function file(...parts: (Uint8Array | string)[]): Uint8Array {
  return Buffer.concat(parts.map(part => (typeof part === 'string' ? new TextEncoder().encode(part) : part)))
}

function loss(total: number, data = total, regularization = total) {
  return { total, data, regularization }
}

describe('metrics.csv', () => {
  test('is one line a step, empty where validation was not evaluated', () => {
    const buffer = new MetricsBuffer()
    buffer.add(1, loss(0.1 + 0.2, 1e-7, -0), null, 0.005)
    buffer.add(2, loss(Number.NaN, Infinity, -Infinity), loss(1e21, 5e-324, 2), 0.005)
    expect(new TextDecoder().decode(file(header, buffer.take()))).toBe(
      'step,training_total,training_data,training_regularization,' +
      'validation_total,validation_data,validation_regularization,learning_rate\n' +
      '1,0.30000000000000004,1e-7,-0,,,,0.005\n2,NaN,Infinity,-Infinity,1e+21,5e-324,2,0.005\n')
  })

  test('gives every number back, bit for bit', () => {
    const value = fc.double()
    const row = fc.record({ total: value, data: value, regularization: value, validation: fc.option(value), rate: value })
    fc.assert(fc.property(fc.array(row, { maxLength: 40 }), rows => {
      const buffer = new MetricsBuffer()
      rows.forEach(({ validation, rate, ...training }, i) => {
        buffer.add(i + 1, training, validation === null ? null : loss(validation), rate)
      })
      const back = parseMetrics(file(header, buffer.take()), 'metrics.csv', 'refuse')
      expect(back.rows).toBe(rows.length)
      rows.forEach((row, i) => {
        expect([back.training.total[i], back.training.data[i], back.training.regularization[i], back.learningRate[i]])
          .toEqual([row.total, row.data, row.regularization, row.rate])
        expect(back.evaluated[i]).toBe(row.validation === null ? 0 : 1)
        expect(back.validation.total[i]).toEqual(row.validation ?? Number.NaN)
      })
    }), { seed: 1, numRuns: 200 })
  })

  test('takes the lines of some steps and keeps the others', () => {
    const buffer = new MetricsBuffer()
    for (let step = 1; step <= 5000; step++) buffer.add(step, loss(step), null, 1 / step)
    const first = buffer.take(4321)
    expect(buffer.length).toBe(679)
    const back = parseMetrics(file(header, first, buffer.take()), 'metrics.csv', 'refuse')
    expect(back.rows).toBe(5000)
    expect(back.training.data[4999]).toBe(5000)
    expect(buffer.length).toBe(0)
  })

  test.skipIf(program('python') === null)('is read by Python as the same numbers', () => {
    const buffer = new MetricsBuffer()
    const values = fc.sample(fc.double(), { seed: 2, numRuns: 300 })
    values.forEach((value, i) => buffer.add(i + 1, loss(value), null, 1))
    const script = 'import csv, sys, struct\n' +
      'for row in csv.DictReader(sys.stdin):\n  x = float(row["training_total"])\n  print("nan" if x != x else struct.pack(">d", x).hex())'
    const { stdout } = spawnSync(program('python') ?? '', ['-c', script], { input: file(header, buffer.take()), encoding: 'utf8' })
    const hex = (x: number): string => {
      const bytes = Buffer.alloc(8)
      bytes.writeDoubleBE(x)
      return bytes.toString('hex')
    }
    expect(stdout.trim().split('\n')).toEqual(values.map(x => (Number.isNaN(x) ? 'nan' : hex(x))))
  })
})

describe('a metrics.csv that a crash tore', () => {
  const torn = file(header, '1,1,1,1,,,,0.1\n2,2,2,2,,,,0.1\n3,3,3')

  test('gives its whole lines, or is refused when the run was finished', () => {
    expect(parseMetrics(torn, 'metrics.csv', 'drop').rows).toBe(2)
    expect(parseMetrics(header.subarray(0, 9), 'metrics.csv', 'drop').rows).toBe(0)
    expect(parseMetrics(new Uint8Array(), 'metrics.csv', 'drop').rows).toBe(0)
    expect(() => parseMetrics(torn, 'metrics.csv', 'refuse')).toThrow('metrics.csv is damaged: its last line was cut short.')
  })
})

describe('a damaged metrics.csv is refused with the line', () => {
  test.each([
    ['step,loss\n1,2\n', 'its first line is not the header that whynan writes'],
    [`${metricsHeader}1,1,1,1,,,,0.1\n2,2,2\n`, 'line 3 has 3 cells, expected 8'],
    [`${metricsHeader}1,1,0x1,1,,,,0.1\n`, 'line 2, training_data: "0x1" is not a number'],
    [`${metricsHeader}1,1,,1,,,,0.1\n`, 'line 2, training_data: "" is not a number'],
    [`${metricsHeader}1,1,1,1,2,,2,0.1\n`, 'line 2, validation_data: "" is not a number'],
    [`${metricsHeader}1,1,1,1,,,,0.1\n3,1,1,1,,,,0.1\n`, 'line 3 is of step 3, expected step 2'],
  ])('%j', (text, says) => {
    expect(() => parseMetrics(file(text), 'metrics.csv', 'drop')).toThrow(says)
  })
})
