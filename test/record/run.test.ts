import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { RecordError } from '../../src/record/errors.ts'
import { jsonText } from '../../src/record/json.ts'
import { belongsToRun, parseRun, runBytes, runIdentity, type RunRecord } from '../../src/record/run.ts'
import { sampleRecord } from './sample.ts'

function refusal(text: string): RecordError {
  try {
    parseRun(new TextEncoder().encode(text), 'runs/a')
  } catch (error) {
    if (error instanceof RecordError) return error
    throw error
  }
  throw new Error('expected a RecordError')
}

function text(change: object = {}): string {
  return JSON.stringify({ ...sampleRecord(), ...change })
}

describe('run.json', () => {
  test('comes back as it was written', () => {
    const record: RunRecord = { ...sampleRecord(), status: 'completed', result: { rmse: 0.0521, steps: 119 } }
    expect(parseRun(runBytes(record), 'runs/a')).toEqual(record)
  })

  test('holds numbers that JSON cannot hold as strings', () => {
    const record: RunRecord = { ...sampleRecord(), status: 'non-finite', result: { total: Number.NaN, list: [Infinity, -Infinity] } }
    expect(parseRun(runBytes(record), 'runs/a').result).toEqual({ total: 'NaN', list: ['Infinity', '-Infinity'] })
    expect(jsonText([Number.NaN, 1], 0)).toBe('["NaN",1]')
  })

  test.each<[string, string, string]>([
    ['cut short', text().slice(0, 200), 'run.json in runs/a is cut short or damaged: its 200 bytes are not whole JSON.'],
    ['empty', '', 'its 0 bytes are not whole JSON'],
    ['of something else', '{"name":"my-app"}', 'is not whynan\'s: it has no "format": "whynan-run"'],
    ['a list', '[]', 'it has no "format"'],
    ['of version 7', text({ version: 7 }), 'runs/a was written by version 7 of the run format; this whynan reads 1: use a newer whynan.'],
    ['of no version', text({ version: undefined }), 'runs/a was written by version none of the run format'],
    ['without settings', text({ settings: undefined }), 'is not a complete record: at settings, Invalid input: expected object, got nothing. It was changed'],
    ['with an unknown setting', text({ settings: { ...sampleRecord().settings, batch: 4 } }), 'at settings, Unrecognized key: "batch"'],
    ['with an unknown status', text({ status: 'done' }), 'at status, Invalid option: expected one of "running"|"completed"|'],
  ])('is refused: %s', (_what, bytes, says) => {
    expect(refusal(bytes).message).toContain(says)
  })

  test('is refused in English, whatever language the program has its zod speak', () => {
    z.config(z.locales.de())
    try {
      expect(refusal(text({ columns: 3 })).message).toContain('at columns, Invalid input: expected object, received number.')
    } finally {
      z.config(z.locales.en())
    }
  })

  test('has an identity of settings, columns and data, whatever their order', () => {
    const record = sampleRecord()
    const reversed = { ...record, settings: Object.fromEntries(Object.entries(record.settings).reverse()) }
    expect(runIdentity(parseRun(new TextEncoder().encode(JSON.stringify(reversed)), 'a'))).toBe(runIdentity(record))
    expect(runIdentity({ ...record, status: 'failed', result: 1, whynan: '9' })).toBe(runIdentity(record))
    expect(runIdentity({ ...record, settings: { ...record.settings, seed: 1 } })).not.toBe(runIdentity(record))
    expect(runIdentity({ ...record, columns: { ...record.columns, targets: ['x'] } })).not.toBe(runIdentity(record))
  })
})

test.each([
  ['run.json', true], ['checkpoints/last', true], ['figures/loss.svg', true], ['incident/trace.json', true],
  ['thesis.docx', false], ['figures/thesis.docx', false], ['figures/a/b.svg', false], ['../run.json', false], ['figures/../../x', false],
])('%s belongs to a run: %s', (path, expected) => {
  expect(belongsToRun(path)).toBe(expected)
})
