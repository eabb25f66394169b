/**
 * Datasets whose rows stand outside memory, and how one step takes its batch from there. The rows of a batch become a small
 * table of their own in which every row lies in the block that it has in the whole table: block b has rows b m … b m + m - 1,
 * with m the most rows that any block has in this batch, so that sums go as in memory (backend.ts). Dropout's masks, which
 * depend on the row's number in the whole table, are drawn here.
 */
import { dropoutMask } from '../numeric/dropout.ts'
import { philoxKey } from '../numeric/philox.ts'
import { batchRows, blockOf, vector, type Dataset, type FloatArray, type HeldDataset, type HeldProblem, type Problem, type StepRequest } from './backend.ts'

/** Rows [features, targets] of a dataset, somewhere else than in memory. */
export interface StoredRows {
  readonly precision: Problem['precision']
  /** Rows from `from` on, as many as fit the arrays. */
  read(from: number, features: FloatArray, targets: FloatArray): void
  /** One row into places of the arrays, counted in rows. */
  row(row: number, features: FloatArray, targets: FloatArray, place: number): void
}

/** Rows that are read together where all of a dataset passes. A multiple of what evaluation adds together. */
export const storedChunk = 8192

/** A dataset in chunks of consecutive rows; one in memory is one chunk. What a chunk of another holds is gone with the next. */
export function* chunksOf(dataset: Dataset, rowsEach = storedChunk): Generator<HeldDataset> {
  if (dataset.stored === undefined) {
    yield dataset
    return
  }
  const { stored, rows, inputs, outputs } = dataset
  const { precision } = stored
  const most = Math.min(rowsEach, rows)
  const features = vector(precision, most * inputs)
  const targets = vector(precision, most * outputs)
  for (let from = 0; from < rows; from += most) {
    const count = Math.min(most, rows - from)
    const chunk = { rows: count, inputs, outputs, features: features.subarray(0, count * inputs), targets: targets.subarray(0, count * outputs) }
    stored.read(from, chunk.features, chunk.targets)
    yield chunk
  }
}

/** All targets of a dataset, [rows, outputs]; of one outside memory, its features pass by and are not kept. */
export function targetsOf(dataset: Dataset): FloatArray {
  if (dataset.stored === undefined) return dataset.targets
  const all = vector(dataset.stored.precision, dataset.rows * dataset.outputs)
  let at = 0
  for (const { rows, targets } of chunksOf(dataset)) {
    all.set(targets, at)
    at += rows * dataset.outputs
  }
  return all
}

/** A dataset in memory, for what goes back and forth in it; one that is there already is handed back. */
export function held(dataset: Dataset): HeldDataset {
  if (dataset.stored === undefined) return dataset
  const { rows, inputs, outputs, stored } = dataset
  const all = { rows, inputs, outputs, features: vector(stored.precision, rows * inputs), targets: vector(stored.precision, rows * outputs) }
  stored.read(0, all.features, all.targets)
  return all
}

export interface Gathered {
  /** The batch's rows as a table of their own, to be used until the next batch is gathered. */
  readonly problem: HeldProblem
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
