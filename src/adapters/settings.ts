/** What a log says of its program's settings: only what is known is taken, each of its kind. */
import { say, type Said } from '../explain/finding.ts'
import type { Sampling } from '../explain/batch-law.ts'
import type { WatchOptions } from './watch.ts'

type Draft = { -readonly [K in keyof WatchOptions]: WatchOptions[K] }

const words = ['optimizer', 'loss', 'activation'] as const
const numbers = ['learningRate', 'epsilon', 'dropout', 'steps'] as const
const flags = ['cleaned', 'standardize'] as const

export function readSettings(value: unknown): WatchOptions | Said {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return say('log.bad-settings')
  const given = new Map(Object.entries(value).map(([name, content]: [string, unknown]) => [name.replace(/[_-]/g, '').toLowerCase(), content]))
  const of = (name: string): unknown => given.get(name.toLowerCase())
  const read: Draft = {}
  for (const name of words) {
    const content = of(name)
    if (typeof content === 'string') read[name] = content
  }
  for (const name of numbers) {
    const content = of(name)
    if (typeof content === 'number') read[name] = content
  }
  for (const name of flags) {
    const content = of(name)
    if (typeof content === 'boolean') read[name] = content
  }
  const [reduction, precision, sampling, rowsFrom] = [of('reduction'), of('precision'), of('sampling'), of('rowsFrom')]
  if (reduction === 'mean' || reduction === 'sum') read.reduction = reduction
  if (precision === 'float16' || precision === 'float32' || precision === 'float64') read.precision = precision
  if (isSampling(sampling)) read.sampling = sampling
  if (rowsFrom === 0 || rowsFrom === 1) read.rowsFrom = rowsFrom
  const [target, inputs] = [of('target'), of('inputs')]
  if (isReference(target)) read.target = target
  else if (isReferences(target)) read.target = target
  if (isReferences(inputs)) read.inputs = inputs
  return read
}

function isSampling(value: unknown): value is Sampling {
  return value === 'fresh' || value === 'epoch' || value === 'replacement'
}

function isReference(value: unknown): value is string | number {
  return typeof value === 'string' || typeof value === 'number'
}

function isReferences(value: unknown): value is (string | number)[] {
  return Array.isArray(value) && value.every(isReference)
}
