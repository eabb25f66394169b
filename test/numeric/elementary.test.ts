import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import {
  cosTurns, erf, exp, expm1, integerPower, log, log1p, power, sigmoid, sinTurns, softplus, tanh,
} from '../../src/numeric/elementary.ts'
import { ulp64 } from '../../src/numeric/floats.ts'
import { program } from '../requirements.ts'

const functions = { exp, expm1, log, log1p, tanh, sigmoid, softplus, erf, sinTurns, cosTurns }
type Name = keyof typeof functions

/** The errors that elementary.ts states, in units in the last place. */
const bounds: Record<Name, number> = {
  exp: 1, expm1: 2, log: 0.6, log1p: 1.2, tanh: 3, sigmoid: 2.5, softplus: 2.5, erf: 1.5, sinTurns: 2, cosTurns: 2,
}

/** Rows of x and of the value in two doubles, by function: what golden/make_elementary.py writes. */
type Golden = Record<Name, [number, number, number][]>
const folder = fileURLToPath(new URL('golden', import.meta.url))

function worst(name: Name, rows: Golden[Name]): { error: number, at: number } {
  let found = { error: 0, at: NaN }
  for (const [x, head, tail] of rows) {
    const error = Math.abs(functions[name](x) - head - tail) / ulp64(head)
    if (!(error <= found.error)) found = { error, at: x }
  }
  return found
}

describe('against 50 digits', () => {
  // golden/elementary.json: python3 make_elementary.py > elementary.json
  const golden = JSON.parse(readFileSync(`${folder}/elementary.json`, 'utf8')) as Golden
  test.each(Object.keys(functions) as Name[])('%s, committed values', name => {
    expect(golden[name].length).toBeGreaterThanOrEqual(24)
    const { error, at } = worst(name, golden[name])
    expect(error, `${name}(${at})`).toBeLessThanOrEqual(bounds[name])
  })

  const python = program('python')
  describe.skipIf(python === null)('worked out now', () => {
    test('60 fresh points a range', () => {
      const output = execFileSync(python ?? '', ['make_elementary.py', '2', '60'], { cwd: folder, maxBuffer: 1 << 26, encoding: 'utf8' })
      const rows = JSON.parse(output) as Golden
      for (const name of Object.keys(functions) as Name[]) {
        const { error, at } = worst(name, rows[name])
        expect(error, `${name}(${at})`).toBeLessThanOrEqual(bounds[name])
      }
    })
  })
})

describe('special values', () => {
  test.each(Object.keys(functions) as Name[])('%s(NaN) is NaN', name => {
    expect(functions[name](Number.NaN)).toBeNaN()
  })

  test.each([
    // The largest argument whose value is finite is log(2^1024 - 2^970) = 709.78271289338397…; the least above half the least
    // subnormal, log(2^-1075) = -745.13321910194…
    { name: 'exp', at: [0, -0, Infinity, -Infinity, 709.7827128933842, -745.133219, -745.13322, 1e308, -1e308], gives: [1, 1, Infinity, 0, Infinity, 5e-324, 0, Infinity, 0] },
    { name: 'expm1', at: [0, -0, Infinity, -Infinity, 1e-300, -1e308, 5e-324], gives: [0, -0, Infinity, -1, 1e-300, -1, 5e-324] },
    { name: 'log', at: [1, 0, -0, Infinity, -1, -Infinity, 5e-324], gives: [0, -Infinity, -Infinity, Infinity, NaN, NaN, -744.4400719213812] },
    { name: 'log1p', at: [0, -0, -1, -2, Infinity, 1e-300, 5e-324], gives: [0, -0, -Infinity, NaN, Infinity, 1e-300, 5e-324] },
    { name: 'tanh', at: [0, -0, Infinity, -Infinity, 1e-300, 30], gives: [0, -0, 1, -1, 1e-300, 1] },
    { name: 'sigmoid', at: [0, Infinity, -Infinity, 800, -800], gives: [0.5, 1, 0, 1, 0] },
    { name: 'softplus', at: [Infinity, -Infinity, 1e300, -800], gives: [Infinity, 0, 1e300, 0] },
    { name: 'erf', at: [0, -0, Infinity, -Infinity, 7, -7], gives: [0, -0, 1, -1, 1, -1] },
    { name: 'sinTurns', at: [0, 0.25, 0.5, 0.75, 1, -0.25, 1e15, Infinity], gives: [0, 1, 0, -1, 0, -1, 0, NaN] },
    { name: 'cosTurns', at: [0, 0.25, 0.5, 0.75, 1, -0.25, 1e15, Infinity], gives: [1, 0, -1, 0, 1, 0, 1, NaN] },
  ] as const)('$name', ({ name, at, gives }) => {
    expect(at.map(x => functions[name](x))).toEqual([...gives])
  })

  test('subnormal results of exp are rounded once', () => {
    // e^-740 = 4.1999…e-322, e^-744 = 7.69e-324 (1.56 of the least), e^-745 = 2.83e-324 (0.57 of it), rounded to float64.
    expect([exp(-740), exp(-744), exp(-745)]).toEqual([4.2e-322, 1e-323, 5e-324])
    // The neighbours of the overflow: 40 digits give 1.797693134862273…e308 for the first.
    expect(exp(709.782712893384) / 1.797693134862273e308).toBeCloseTo(1, 14)
  })
})

describe('powers', () => {
  test('of whole exponents are products from the lowest bit up', () => {
    const square = 0.99 * 0.99
    expect(integerPower(0.99, 7)).toBe(0.99 * square * (square * square))
    expect([integerPower(3, 0), integerPower(Number.NaN, 0), integerPower(2, -3), integerPower(-2, 3)]).toEqual([1, 1, 0.125, -8])
  })

  test('of any exponent agree with products, and have their limits', () => {
    for (const [x, y] of [[2, 10], [0.3, 3], [7.5, -4], [-1.5, 5], [-1.5, 4]] as const) {
      expect(power(x, y) / integerPower(x, y)).toBeCloseTo(1, 13)
    }
    expect(power(2, 0.5)).toBeCloseTo(Math.SQRT2, 14)
    const cases = [[0, 2], [-0, 3], [0, -1], [-0, -3], [-2, 0.5], [5, 0], [NaN, 0], [Infinity, 2], [Infinity, -2], [-Infinity, 3], [-Infinity, 2], [0.5, Infinity], [2, -Infinity]] as const
    // By IEEE 754's pow, which JavaScript's ** follows for these.
    for (const [x, y] of cases) expect(power(x, y), `${x}^${y}`).toBe(x ** y)
  })
})
