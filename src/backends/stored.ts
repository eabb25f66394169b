/**
 * Datasets whose rows stand outside memory, and how one step takes its batch from there. The rows of a batch become a small
 * table of their own in which every row lies in the block that it has in the whole table: block b has rows b m … b m + m - 1,
 * with m the most rows that any block has in this batch, so that sums go as in memory (backend.ts). Dropout's masks, which
 * depend on the row's number in the whole table, are drawn here.
 */
import { dropoutMask } from '../numeric/dropout.ts'
import { philoxKey } from '../numeric/philox.ts'
import { batchRows, blockOf, vector, type Dataset, type FloatArray, type Problem, type StepRequest } from './backend.ts'

/** Rows [features, targets] of a dataset, somewhere else than in memory. */
export interface StoredRows {
  /** Rows from `from` on, as many as fit the arrays. */
  read(from: number, features: FloatArray, targets: FloatArray): void
  /** One row into places of the arrays, counted in rows. */
  row(row: number, features: FloatArray, targets: FloatArray, place: number): void
}

/** Rows that are read together where all of a dataset passes. A multiple of what evaluation adds together. */
export const storedChunk = 8192

/** A dataset in chunks of consecutive rows; one in memory is one chunk. */
export function* chunksOf(dataset: Dataset, precision: Problem['precision'], rowsEach = storedChunk): Generator<Dataset> {
  const { stored, rows, inputs, outputs } = dataset
  if (stored === undefined) {
    yield dataset
    return
  }
  for (let from = 0; from < rows; from += rowsEach) {
    const count = Math.min(rowsEach, rows - from)
    const chunk = { rows: count, inputs, outputs, features: vector(precision, count * inputs), targets: vector(precision, count * outputs) }
    stored.read(from, chunk.features, chunk.targets)
    yield chunk
  }
}

export interface Gathered {
  /** The batch's rows as a table of their own, to be used until the next batch is gathered. */
  readonly problem: Problem
  readonly request: StepRequest
}

/** The batch of a request with its rows read, and the same request of these rows. */
export function gather(problem: Problem, stored: StoredRows, request: StepRequest): Gathered {
  const { training, blocks, precision } = problem
  const { inputs, outputs } = training
  const rows = batchRows(request.batch)
  const counts = new Uint32Array(blocks)
  for (const row of rows) counts[blockOf(row, training.rows, blocks)]!++
  const each = Math.max(1, ...counts)
  const table = { rows: blocks * each, inputs, outputs, features: vector(precision, blocks * each * inputs), targets: vector(precision, blocks * each * outputs) }
  counts.fill(0)
  const places = new Uint32Array(rows.length)
  rows.forEach((row, i) => {
    const block = blockOf(row, training.rows, blocks)
    places[i] = block * each + counts[block]!++
    stored.row(row, table.features, table.targets, places[i]!)
  })
  const passOver = passedOver(request, rows, places)
  return {
    problem: { ...problem, training: table },
    request: {
      ...request, batch: { kind: 'rows', rows: places }, masks: request.masks ?? masksOf(problem, request.step, rows),
      ...(passOver === null ? {} : { passOver }),
    },
  }
}

function passedOver({ passOver }: StepRequest, rows: Uint32Array, places: Uint32Array): ReadonlySet<number> | null {
  return passOver === undefined ? null : new Set(places.filter((_, i) => passOver.has(rows[i]!)))
}

/** What is kept of each layer's units, [batch, units]; null where nothing is left out. */
function masksOf({ network, seed }: Problem, step: number, rows: Uint32Array): (Uint8Array | null)[] {
  const key = philoxKey(seed, 'dropout')
  return network.layers.map(({ dropout, units, index }) => {
    if (dropout === 0) return null
    const mask = new Uint8Array(rows.length * units)
    rows.forEach((row, r) => dropoutMask(key, dropout, step, index, row, units, mask, r * units))
    return mask
  })
}
