/**
 * A small network, up to 8 inputs, one hidden layer of relu and one linear output, in tiles that never leave the first-level
 * cache. The same sums in the same order as the general tile takes them; what differs is where things lie:
 *
 *     x        [row][input]             each value in all lanes
 *     rows     [row][input 0, 1, …, 1]  the same in vectors of inputs, for sums over the batch: see subsets.ts for these, and for
 *                                       gates, shut where a unit is dropped or z <= 0
 *     weights  [block][b, w2, w1 of input 0, 1, …]   a block is one vector of units: 4 of float32, 2 of float64
 *
 * Padding units have weights 0 and so put out 0. With an infinite input they put out NaN, which a step may show (the host
 * has the reference look again) and a prediction may not: its tile is then predicted by the general kernels.
 */
import { drawMask } from './dropout'
import { multiplyAdd, width } from './lanes'
import { Loss, lossTile } from './loss'
import { FUSED_ROWS, layerAt, Plan, THRESHOLDS, THRESHOLDS_64 } from './plan'
import { addDerivatives, addSubsets, storeGates, sumsBytes } from './subsets'

// A number as a type, so that a kernel is compiled once for each number of inputs: offsetof<Count>().
@unmanaged class Inputs1 { a: i8 }
@unmanaged class Inputs2 extends Inputs1 { b: i8 }
@unmanaged class Inputs3 extends Inputs2 { c: i8 }
@unmanaged class Inputs4 extends Inputs3 { d: i8 }
@unmanaged class Inputs5 extends Inputs4 { e: i8 }
@unmanaged class Inputs6 extends Inputs5 { f: i8 }
@unmanaged class Inputs7 extends Inputs6 { g: i8 }
@unmanaged class Inputs8 extends Inputs7 { h: i8 }

/** What is done to the hidden layer's output: dropped; dropped and scaled; scaled and not kept, since nothing goes back. */
@unmanaged class Dropped { a: i8 }
@unmanaged class DroppedAndScaled { a: i8; b: i8 }
@unmanaged class Predicted { a: i8; b: i8; c: i8 }

/** z of one row and one block of units. */
// @ts-ignore: decorator
@inline
function preActivation<T, D>(x: usize, b: v128, w0: v128, w1: v128, w2: v128, w3: v128, w4: v128, w5: v128, w6: v128, w7: v128): v128 {
  let z = multiplyAdd<T>(v128.load(x), w0, b)
  if (offsetof<D>() > 1) z = multiplyAdd<T>(v128.load(x, 16), w1, z)
  if (offsetof<D>() > 2) z = multiplyAdd<T>(v128.load(x, 32), w2, z)
  if (offsetof<D>() > 3) z = multiplyAdd<T>(v128.load(x, 48), w3, z)
  if (offsetof<D>() > 4) z = multiplyAdd<T>(v128.load(x, 64), w4, z)
  if (offsetof<D>() > 5) z = multiplyAdd<T>(v128.load(x, 80), w5, z)
  if (offsetof<D>() > 6) z = multiplyAdd<T>(v128.load(x, 96), w6, z)
  if (offsetof<D>() > 7) z = multiplyAdd<T>(v128.load(x, 112), w7, z)
  return z
}

/** All ones where the gates of a block are shut. Dropped units are held against the largest number instead of 0: NaN and Infinity pass and stay visible. */
// @ts-ignore: decorator
@inline
function shutOf<T, M>(z: v128, bits: u64): v128 {
  if (offsetof<M>() == 3) return v128.le<T>(z, v128.splat<T>(<T>0))
  return v128.le<T>(z, sizeof<T>() == 4 ? v128.load(<usize>(<u32>bits & 0xf0), THRESHOLDS) : v128.load(<usize>(<u32>bits & 0x30), THRESHOLDS_64))
}

/** h = z where gates are open, scaled where dropout does. */
// @ts-ignore: decorator
@inline
function opened<T, M>(z: v128, shut: v128, factor: v128): v128 {
  const h = v128.andnot(z, shut)
  return offsetof<M>() > 1 ? v128.mul<T>(h, factor) : h
}

/**
 * Outputs to plan.fusedOut and, while training, gates to plan.gates, of `rows` rows up to a multiple of 4. While training with half
 * the squared error the loss is taken as outputs come, which hides the sum's latency behind the next rows: derivatives go to
 * plan.fusedG; the terms' sum, begun with `terms`, is what is returned.
 */
function forward<T, D, M>(plan: Plan, rows: i32, terms: f64): f64 {
  const layer = layerAt(plan, 0)
  const blocks = layer.unitsPadded / width<T>()
  const weights = plan.fusedWeights
  const factor = v128.splat<T>(offsetof<M>() == 3 ? <T>layer.shrink : <T>layer.factor)
  const bias = load<T>(weights + <usize>blocks * (offsetof<D>() + 2) * 16)
  const stride = <usize>layer.words << 2
  const perWord = 64 / width<T>()
  const takesLoss = offsetof<M>() < 3 && plan.loss == Loss.HalfMse
  const divisor = v128.splat<T>(<T>plan.divisor)
  let y = plan.fusedY
  let g = plan.fusedG
  let x = plan.fusedX
  let out = plan.fusedOut
  let mask = layer.bits
  let gatesOfGroup = plan.gates
  for (let r: i32 = 0; r < rows; r += 4) {
    let o0 = v128.splat<T>(<T>0)
    let o1 = o0
    let o2 = o0
    let o3 = o0
    // Of float64 the other two of four lanes: blocks add to the one and the other by turns.
    let p0 = o0
    let p1 = o0
    let p2 = o0
    let p3 = o0
    let w = weights
    let gates = gatesOfGroup
    let word = mask
    let block: i32 = 0
    // Tests are at the ends of loops: V8 takes what stays the same out of such loops alone.
    do {
      const end = min(block + perWord, blocks)
      let m0: u64 = 0
      let m1: u64 = 0
      let m2: u64 = 0
      let m3: u64 = 0
      if (offsetof<M>() < 3) {
        m0 = rotl<u64>(load<u64>(word), 4)
        m1 = rotl<u64>(load<u64>(word + stride), 4)
        m2 = rotl<u64>(load<u64>(word + stride * 2), 4)
        m3 = rotl<u64>(load<u64>(word + stride * 3), 4)
        word += 8
      }
      do {
        const b = v128.load(w)
        const out2 = v128.load(w, 16)
        const w0 = v128.load(w, 32)
        const w1 = offsetof<D>() > 1 ? v128.load(w, 48) : w0
        const w2 = offsetof<D>() > 2 ? v128.load(w, 64) : w0
        const w3 = offsetof<D>() > 3 ? v128.load(w, 80) : w0
        const w4 = offsetof<D>() > 4 ? v128.load(w, 96) : w0
        const w5 = offsetof<D>() > 5 ? v128.load(w, 112) : w0
        const w6 = offsetof<D>() > 6 ? v128.load(w, 128) : w0
        const w7 = offsetof<D>() > 7 ? v128.load(w, 144) : w0
        const x1 = x + offsetof<D>() * 16
        const x2 = x + offsetof<D>() * 32
        const x3 = x + offsetof<D>() * 48
        const z0 = preActivation<T, D>(x, b, w0, w1, w2, w3, w4, w5, w6, w7)
        const shut0 = shutOf<T, M>(z0, m0)
        if (offsetof<M>() < 3) storeGates<T>(gates, shut0)
        const s0 = multiplyAdd<T>(opened<T, M>(z0, shut0, factor), out2, o0)
        const z1 = preActivation<T, D>(x1, b, w0, w1, w2, w3, w4, w5, w6, w7)
        const shut1 = shutOf<T, M>(z1, m1)
        if (offsetof<M>() < 3) storeGates<T>(gates + 1, shut1)
        const s1 = multiplyAdd<T>(opened<T, M>(z1, shut1, factor), out2, o1)
        const z2 = preActivation<T, D>(x2, b, w0, w1, w2, w3, w4, w5, w6, w7)
        const shut2 = shutOf<T, M>(z2, m2)
        if (offsetof<M>() < 3) storeGates<T>(gates + 2, shut2)
        const s2 = multiplyAdd<T>(opened<T, M>(z2, shut2, factor), out2, o2)
        const z3 = preActivation<T, D>(x3, b, w0, w1, w2, w3, w4, w5, w6, w7)
        const shut3 = shutOf<T, M>(z3, m3)
        if (offsetof<M>() < 3) storeGates<T>(gates + 3, shut3)
        const s3 = multiplyAdd<T>(opened<T, M>(z3, shut3, factor), out2, o3)
        if (offsetof<M>() < 3) {
          m0 = rotr<u64>(m0, width<T>())
          m1 = rotr<u64>(m1, width<T>())
          m2 = rotr<u64>(m2, width<T>())
          m3 = rotr<u64>(m3, width<T>())
        }
        o0 = sizeof<T>() == 8 ? p0 : s0
        o1 = sizeof<T>() == 8 ? p1 : s1
        o2 = sizeof<T>() == 8 ? p2 : s2
        o3 = sizeof<T>() == 8 ? p3 : s3
        p0 = s0
        p1 = s1
        p2 = s2
        p3 = s3
        w += (offsetof<D>() + 2) * 16
        gates += FUSED_ROWS
        block++
      } while (block < end)
    } while (block < blocks)
    if (sizeof<T>() == 4) {
      v128.store(out, f32x4.add(laneSums(o0, o1, o2, o3), f32x4.splat(<f32>bias)))
    } else {
      store<T>(out, pairSum<T>(o0, p0) + bias)
      store<T>(out + sizeof<T>(), pairSum<T>(o1, p1) + bias)
      store<T>(out + 2 * sizeof<T>(), pairSum<T>(o2, p2) + bias)
      store<T>(out + 3 * sizeof<T>(), pairSum<T>(o3, p3) + bias)
    }
    if (offsetof<M>() < 3 && takesLoss) {
      for (let i: usize = 0; i < 4 * sizeof<T>(); i += 16) {
        const e = v128.sub<T>(v128.load(out + i), v128.load(y + i))
        v128.store(g + i, v128.div<T>(e, divisor))
        v128.store(out + i, v128.mul<T>(v128.splat<T>(<T>0.5), v128.mul<T>(e, e)))
      }
      terms += <f64>load<T>(out)
      if (r + 1 < rows) terms += <f64>load<T>(out + sizeof<T>())
      if (r + 2 < rows) terms += <f64>load<T>(out + 2 * sizeof<T>())
      if (r + 3 < rows) terms += <f64>load<T>(out + 3 * sizeof<T>())
      y += 4 * sizeof<T>()
      g += 4 * sizeof<T>()
    }
    out += 4 * sizeof<T>()
    x += offsetof<D>() * 64
    mask += stride << 2
    gatesOfGroup += 4
  }
  return terms
}

/** (lane 0 + lane 1) + (lane 2 + lane 3) of four vectors. */
// @ts-ignore: decorator
@inline
function laneSums(a: v128, b: v128, c: v128, d: v128): v128 {
  const ab = f32x4.add(v128.shuffle<i32>(a, b, 0, 2, 4, 6), v128.shuffle<i32>(a, b, 1, 3, 5, 7))
  const cd = f32x4.add(v128.shuffle<i32>(c, d, 0, 2, 4, 6), v128.shuffle<i32>(c, d, 1, 3, 5, 7))
  return f32x4.add(v128.shuffle<i32>(ab, cd, 0, 2, 4, 6), v128.shuffle<i32>(ab, cd, 1, 3, 5, 7))
}

// @ts-ignore: decorator
@inline
function pairSum<T>(low: v128, high: v128): T {
  return (v128.extract_lane<T>(low, 0) + v128.extract_lane<T>(low, 1)) + (v128.extract_lane<T>(high, 0) + v128.extract_lane<T>(high, 1))
}

/** Adds the rows' parts of C and Cb to `sums`, and of g to the output's bias. */
function backward<T, D>(plan: Plan, sums: usize, rows: i32): void {
  const units = layerAt(plan, 0).unitsPadded
  // Rows up to a multiple of 4 add nothing.
  for (let r = rows; r & 3; r++) store<T>(plan.fusedG + <usize>r * sizeof<T>(), <T>0)
  addSubsets<T>(
    plan.fusedRows, rowVectors<T, D>() << 4, <i32>rowVectors<T, D>(), false, plan.fusedG, sizeof<T>(), rows, plan.gates, FUSED_ROWS, plan.subsets, units, sums,
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
  if (layer.dropped) drawMask(plan, layer, 0, ordered, plan.positions + (<usize>start << 2), rows)
  gather<T, D>(plan, ordered, rows)
  if (layer.factor != 1) terms = forward<T, D, DroppedAndScaled>(plan, rows, terms)
  else terms = forward<T, D, Dropped>(plan, rows, terms)
  if (plan.loss != Loss.HalfMse) {
    terms = lossTile<T>(plan.loss, <T>plan.delta, <T>plan.divisor, plan.fusedOut, plan.fusedY, plan.fusedG, rows, 1, 1, terms)
  }
  backward<T, D>(plan, sums, rows)
  return terms
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
    for (let v: usize = 0; v < rowVectors<T, D>() << 4; v += 16) v128.store(to + v, v128.load(from + v))
    store<T>(to + offsetof<D>() * sizeof<T>(), <T>1)
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
    case 5: drawMask(plan, layerAt(plan, 0), 0, plan.ordered, plan.positions, rows); break
  }
}
