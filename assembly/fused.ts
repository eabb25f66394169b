/**
 * A small network, up to 8 inputs, one hidden layer of relu and one linear output, in tiles that never leave the first-level
 * cache. The same sums in the same order as the general tile takes them; what differs is where things lie:
 *
 *     x        [row][input]             each value in all lanes
 *     rows     [row][input 0, 1, …, 1]  the same in vectors of inputs, for sums over the batch: see subsets.ts for these, and for
 *                                       gates, shut where a unit is dropped or z <= 0
 *     mask     [block][row]             what is dropped: see dropout.ts
 *     weights  [block][b, w2, w1 of input 0, 1, …]   a block is one vector of units: 4 of float32, 2 of float64
 *
 * Padding units have weights 0 and so put out 0. With an infinite input they put out NaN, which a step may show (the host
 * has the reference look again) and a prediction may not: its tile is then predicted by the general kernels.
 */
import { drawMask, spreadMask } from './dropout'
import { Dropped, DroppedAndScaled, forward, Inputs1, Inputs2, Inputs3, Inputs4, Inputs5, Inputs6, Inputs7, Inputs8, Predicted } from './fused-forward'
import { width } from './lanes'
import { Loss, lossTile } from './loss'
import { FUSED_ROWS, Layer, layerAt, Plan } from './plan'
import { addDerivatives, addSubsets, sumsBytes } from './subsets'

/** Adds the rows' parts of C and Cb to `sums`, and of g to the output's bias. */
function backward<T, D>(plan: Plan, sums: usize, rows: i32): void {
  const units = layerAt(plan, 0).unitsPadded
  // Rows up to a multiple of 4 add nothing.
  for (let r = rows; r & 3; r++) store<T>(plan.fusedG + <usize>r * sizeof<T>(), <T>0)
  addSubsets<T>(
    plan.fusedRows, rowVectors<T, D>() << 4, <i32>rowVectors<T, D>(), false, plan.fusedG, sizeof<T>(), rows, plan.gates, FUSED_ROWS * 4, plan.subsets, units, sums,
  )
  addDerivatives<T>(plan.fusedG, sizeof<T>(), rows, sums + sumsBytes(units, <i32>rowVectors<T, D>()))
}

/** Vectors of a row of inputs and a 1. */
// @ts-ignore: decorator
@inline
function rowVectors<T, D>(): usize {
  return (offsetof<D>() * sizeof<T>() + 16) >> 4
}

/** A table's row: its features to x, each in all lanes, and its target to y. */
// @ts-ignore: decorator
@inline
function take<T, D>(from: usize, x: usize, y: usize): void {
  v128.store(x, v128.load_splat<T>(from))
  if (offsetof<D>() > 1) v128.store(x, v128.load_splat<T>(from + sizeof<T>()), 16)
  if (offsetof<D>() > 2) v128.store(x, v128.load_splat<T>(from + 2 * sizeof<T>()), 32)
  if (offsetof<D>() > 3) v128.store(x, v128.load_splat<T>(from + 3 * sizeof<T>()), 48)
  if (offsetof<D>() > 4) v128.store(x, v128.load_splat<T>(from + 4 * sizeof<T>()), 64)
  if (offsetof<D>() > 5) v128.store(x, v128.load_splat<T>(from + 5 * sizeof<T>()), 80)
  if (offsetof<D>() > 6) v128.store(x, v128.load_splat<T>(from + 6 * sizeof<T>()), 96)
  if (offsetof<D>() > 7) v128.store(x, v128.load_splat<T>(from + 7 * sizeof<T>()), 112)
  store<T>(y, load<T>(from + offsetof<D>() * sizeof<T>()))
}

/** Rows up to a multiple of 4 are inputs 0. */
// @ts-ignore: decorator
@inline
function fillUp(x: usize, rowBytes: usize, rows: i32): void {
  const whole = (rows + 3) & ~3
  if (rows < whole) memory.fill(x + <usize>rows * rowBytes, 0, <usize>(whole - rows) * rowBytes)
}

function trainTile<T, D>(plan: Plan, start: i32, rows: i32, sums: usize, terms: f64): f64 {
  const layer = layerAt(plan, 0)
  const ordered = plan.ordered + (<usize>start << 2)
  if (layer.dropped) drawTile<T>(plan, layer, ordered, plan.positions + (<usize>start << 2), rows)
  gather<T, D>(plan, ordered, rows)
  if (layer.factor != 1) terms = forward<T, D, DroppedAndScaled>(plan, rows, terms)
  else terms = forward<T, D, Dropped>(plan, rows, terms)
  if (plan.loss != Loss.HalfMse) {
    terms = lossTile<T>(plan.loss, <T>plan.delta, <T>plan.divisor, plan.fusedOut, plan.fusedY, plan.fusedG, rows, 1, 1, terms)
  }
  backward<T, D>(plan, sums, rows)
  return terms
}

// @ts-ignore: decorator
@inline
function drawTile<T>(plan: Plan, layer: Layer, ordered: usize, positions: usize, rows: i32): void {
  drawMask(plan, layer, 0, ordered, positions, rows)
  spreadMask<T>(layer, plan.fusedMask, rows)
}

/** The rows of a tile, for the forward pass and for sums over the batch; up to 3 elements past a row of the table are read. */
function gather<T, D>(plan: Plan, ordered: usize, rows: i32): void {
  const table = plan.table
  const end = ordered + (<usize>rows << 2)
  let x = plan.fusedX
  let y = plan.fusedY
  let to = plan.fusedRows
  for (; ordered < end; ordered += 4) {
    const from = table + <usize>load<u32>(ordered) * ((offsetof<D>() + 1) * sizeof<T>())
    take<T, D>(from, x, y)
    const last = (rowVectors<T, D>() - 1) << 4
    for (let v: usize = 0; v < last; v += 16) v128.store(to + v, v128.load(from + v))
    v128.store(to + last, v128.replace_lane<T>(v128.load(from + last), <u8>(offsetof<D>() & (16 / sizeof<T>() - 1)), <T>1))
    x += offsetof<D>() * 16
    y += sizeof<T>()
    to += rowVectors<T, D>() << 4
  }
  fillUp(plan.fusedX, offsetof<D>() * 16, rows)
  fillUp(plan.fusedRows, rowVectors<T, D>() << 4, rows)
}

function predictTile<T, D>(plan: Plan, start: i32, rows: i32): void {
  let from = plan.table + <usize>start * ((offsetof<D>() + 1) * sizeof<T>())
  let x = plan.fusedX
  let y = plan.fusedY
  for (let r: i32 = 0; r < rows; r++) {
    take<T, D>(from, x, y)
    from += (offsetof<D>() + 1) * sizeof<T>()
    x += offsetof<D>() * 16
    y += sizeof<T>()
  }
  fillUp(plan.fusedX, offsetof<D>() * 16, rows)
  forward<T, D, Predicted>(plan, rows, 0)
}

/** One tile of at most FUSED_ROWS rows. */
export function fusedTrainTile<T>(plan: Plan, start: i32, rows: i32, sums: usize, terms: f64): f64 {
  switch (plan.inputs) {
    case 1: return trainTile<T, Inputs1>(plan, start, rows, sums, terms)
    case 2: return trainTile<T, Inputs2>(plan, start, rows, sums, terms)
    case 3: return trainTile<T, Inputs3>(plan, start, rows, sums, terms)
    case 4: return trainTile<T, Inputs4>(plan, start, rows, sums, terms)
    case 5: return trainTile<T, Inputs5>(plan, start, rows, sums, terms)
    case 6: return trainTile<T, Inputs6>(plan, start, rows, sums, terms)
    case 7: return trainTile<T, Inputs7>(plan, start, rows, sums, terms)
    default: return trainTile<T, Inputs8>(plan, start, rows, sums, terms)
  }
}

/** Outputs of the table's rows [start, start + rows) to plan.fusedOut; false where one is not finite, for others to look at. */
export function fusedPredictTile<T>(plan: Plan, start: i32, rows: i32): bool {
  switch (plan.inputs) {
    case 1: predictTile<T, Inputs1>(plan, start, rows); break
    case 2: predictTile<T, Inputs2>(plan, start, rows); break
    case 3: predictTile<T, Inputs3>(plan, start, rows); break
    case 4: predictTile<T, Inputs4>(plan, start, rows); break
    case 5: predictTile<T, Inputs5>(plan, start, rows); break
    case 6: predictTile<T, Inputs6>(plan, start, rows); break
    case 7: predictTile<T, Inputs7>(plan, start, rows); break
    default: predictTile<T, Inputs8>(plan, start, rows)
  }
  let poison: T = 0
  for (let r: i32 = 0; r < rows; r++) {
    const out = load<T>(plan.fusedOut + <usize>r * sizeof<T>())
    poison += out - out
  }
  return poison == <T>0
}

/** Current parameters to plan.fusedWeights; padding units are 0. */
export function fusedPack<T>(plan: Plan): void {
  const inputs = <usize>plan.inputs
  const units = <usize>layerAt(plan, 0).units
  const from = plan.current
  const to = plan.fusedWeights
  const blockBytes = (inputs + 2) << 4
  const blocks = <usize>(layerAt(plan, 0).unitsPadded / width<T>())
  // Flat: rows of w1 for each input, then b, then w2, of `units` each.
  for (let k: usize = 0; k < inputs + 2; k++) {
    let row = from + k * units * sizeof<T>()
    let place = to + (k < inputs ? k + 2 : k - inputs) * 16
    for (let block: usize = 0; block < blocks; block++) {
      v128.store(place, v128.load(row))
      row += 16
      place += blockBytes
    }
  }
  for (let j = units; j < blocks * width<T>(); j++) {
    const lane = to + (j / width<T>()) * blockBytes + (j % width<T>()) * sizeof<T>()
    for (let k: usize = 0; k < inputs + 2; k++) store<T>(lane + k * 16, <T>0)
  }
  store<T>(to + blocks * blockBytes, load<T>(from + (inputs + 2) * units * sizeof<T>()))
}

/** What a tile spends its time on, part by part; see assembly/parts.ts. */
export function fusedPart<T>(plan: Plan, part: i32, rows: i32): void {
  switch (plan.inputs) {
    case 1: partOf<T, Inputs1>(plan, part, rows); break
    case 2: partOf<T, Inputs2>(plan, part, rows); break
    case 3: partOf<T, Inputs3>(plan, part, rows); break
    case 4: partOf<T, Inputs4>(plan, part, rows); break
    case 5: partOf<T, Inputs5>(plan, part, rows); break
    case 6: partOf<T, Inputs6>(plan, part, rows); break
    case 7: partOf<T, Inputs7>(plan, part, rows); break
    default: partOf<T, Inputs8>(plan, part, rows)
  }
}

// @ts-ignore: decorator
@inline
function partOf<T, D>(plan: Plan, part: i32, rows: i32): void {
  switch (part) {
    case 0: forward<T, D, Dropped>(plan, rows, 0); break
    case 1: forward<T, D, DroppedAndScaled>(plan, rows, 0); break
    case 2: forward<T, D, Predicted>(plan, rows, 0); break
    case 3: backward<T, D>(plan, plan.sums, rows); break
    case 4: gather<T, D>(plan, plan.ordered, rows); break
    case 5: drawTile<T>(plan, layerAt(plan, 0), plan.ordered, plan.positions, rows); break
  }
}
