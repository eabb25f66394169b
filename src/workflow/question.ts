/**
 * The data of the question that whynan was founded on, made as test/oracle/make_data.py makes it, number for number: five inputs
 * and one output, 68,568 training and 17,142 validation rows, and one NaN.
 */
import type { MatMatrix } from '../export/mat.ts'
import { sinTurns } from '../numeric/elementary.ts'
import { NumpyRandom } from '../numeric/mt19937.ts'

/** The bad cell, counted from 0. */
export const badCell = { row: 41_277, column: 3 } as const

const inputs = 5

export interface QuestionData {
  readonly clean: readonly MatMatrix[]
  /** The same with one NaN in the training matrix. */
  readonly oneNaN: readonly MatMatrix[]
}

export function questionData(): QuestionData {
  const random = new NumpyRandom(7)
  const training = mapping(random, 'training_data_pos', 68_568)
  const validation = mapping(random, 'validation_data_pos', 17_142)
  const values = training.values.slice()
  values[badCell.column * training.rows + badCell.row] = Number.NaN
  return { clean: [training, validation], oneNaN: [{ ...training, values }, validation] }
}

/** uniform(-1, 1, (rows, 5)).round(3), then y = sin(3 x1) x2 + x3² / 2 - 0.3 x4 x5 + 0.05 randn, rounded too. */
function mapping(random: NumpyRandom, name: string, rows: number): MatMatrix {
  const x = random.rand(rows * inputs).map(u => round3(-1 + 2 * u))
  const noise = random.randn(rows)
  const values = new Float64Array(rows * (inputs + 1))
  for (let row = 0; row < rows; row++) {
    const [x1, x2, x3, x4, x5] = x.subarray(row * inputs, (row + 1) * inputs) as unknown as [number, number, number, number, number]
    for (let column = 0; column < inputs; column++) values[column * rows + row] = x[row * inputs + column]!
    const y = sinTurns((3 * x1) / (2 * Math.PI)) * x2 + 0.5 * x3 * x3 - 0.3 * x4 * x5
    values[inputs * rows + row] = round3(y + 0.05 * noise[row]!)
  }
  return { name, rows, columns: inputs + 1, values }
}

/** As NumPy rounds: to even when halfway, and a small negative number to -0. */
function round3(x: number): number {
  const scaled = Math.abs(x * 1000)
  const floor = Math.floor(scaled)
  const rest = scaled - floor
  const up = rest > 0.5 || (rest === 0.5 && floor % 2 !== 0)
  const size = (up ? floor + 1 : floor) / 1000
  return x < 0 || Object.is(x, -0) ? -size : size
}
