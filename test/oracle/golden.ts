/** The losses that the NumPy program of the question printed: test/oracle/seed_program.py DATA BATCH SEED. */
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const folder = dirname(fileURLToPath(import.meta.url))

export type Triple = readonly [total: number, data: number, regularization: number]

export interface Golden {
  readonly data: string
  readonly batch: number
  readonly seed: number
  readonly training: readonly Triple[]
  readonly validation: readonly Triple[]
}

export const goldenNames = [
  'clean_b256_s0', 'clean_b256_s1', 'clean_b10000_s0', 'clean_b10000_s1', 'one_nan_b256_s0', 'one_nan_b256_s1', 'one_nan_b10000_s0', 'one_nan_b10000_s1',
] as const

export function golden(name: string): Golden {
  return parseGolden(readFileSync(join(folder, 'golden', `${name}.json`), 'utf8'))
}

/** What the program prints; NaN is the string "NaN" there. */
export function parseGolden(text: string): Golden {
  return JSON.parse(text, (_key, value: unknown) => (value === 'NaN' ? Number.NaN : value)) as Golden
}

export function oracleData(file: string): string {
  return join(folder, 'data', file)
}

export const seedProgram = join(folder, 'seed_program.py')
