/**
 * A small network, up to 8 inputs, one hidden layer of relu and one linear output, in tiles that never leave the first-level
 * cache. The same sums in the same order as the general tile takes them; what differs is where things lie:
 *
 *     x        [row][input]             each value in all lanes
 *     weights  [block][b, w2, w1 of input 0, 1, …]   a block is one vector of units: 4 of float32, 2 of float64
 *     h        [block][row]             what the hidden layer puts out, after dropout
 *     sums     [block][db, dw2, dw1 of input 0, 1, …], then the output's bias
 *
 * Padding units have weights 0 and so put out 0. With an infinite input they put out NaN, which a step may show (the host
 * has the reference look again) and a prediction may not: its tile is then predicted by the general kernels.
 */
import { drawMask } from './dropout'
import { width } from './lanes'
import { lossTile } from './loss'
import { FUSED_ROWS, layerAt, Plan, THRESHOLDS, THRESHOLDS_64 } from './plan'

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

// @ts-ignore: decorator
@inline const H_STRIDE: usize = <usize>FUSED_ROWS << 4

/** h of one row and one block of units, stored at `to`. */
// @ts-ignore: decorator
@inline
function unitsOf<T, D, M>(
  x: usize, b: v128, w0: v128, w1: v128, w2: v128, w3: v128, w4: v128, w5: v128, w6: v128, w7: v128, bits: u64, factor: v128, to: usize,
): v128 {
  let z = v128.add<T>(b, v128.mul<T>(v128.load(x), w0))
  if (offsetof<D>() > 1) z = v128.add<T>(z, v128.mul<T>(v128.load(x, 16), w1))
  if (offsetof<D>() > 2) z = v128.add<T>(z, v128.mul<T>(v128.load(x, 32), w2))
  if (offsetof<D>() > 3) z = v128.add<T>(z, v128.mul<T>(v128.load(x, 48), w3))
  if (offsetof<D>() > 4) z = v128.add<T>(z, v128.mul<T>(v128.load(x, 64), w4))
  if (offsetof<D>() > 5) z = v128.add<T>(z, v128.mul<T>(v128.load(x, 80), w5))
  if (offsetof<D>() > 6) z = v128.add<T>(z, v128.mul<T>(v128.load(x, 96), w6))
  if (offsetof<D>() > 7) z = v128.add<T>(z, v128.mul<T>(v128.load(x, 112), w7))
  // Dropped units are held against the largest number instead of 0: NaN and Infinity pass and stay visible.
  const threshold = offsetof<M>() == 3
    ? v128.splat<T>(<T>0)
    : sizeof<T>() == 4 ? v128.load(<usize>(<u32>bits & 0xf0), THRESHOLDS) : v128.load(<usize>(<u32>bits & 0x30), THRESHOLDS_64)
  let h = v128.andnot(z, v128.le<T>(z, threshold))
  if (offsetof<M>() > 1) h = v128.mul<T>(h, factor)
  if (offsetof<M>() < 3) v128.store(to, h)
  return h
}

/** Outputs of `rows` rows, a multiple of 4, to plan.fusedOut. */
function forward<T, D, M>(plan: Plan, rows: i32): void {
  const layer = layerAt(plan, 0)
  const blocks = layer.unitsPadded / width<T>()
  const weights = plan.fusedWeights
  const factor = v128.splat<T>(offsetof<M>() == 3 ? <T>layer.shrink : <T>layer.factor)
  const bias = load<T>(weights + <usize>blocks * (offsetof<D>() + 2) * 16)
  const stride = <usize>layer.words << 2
  const perWord = 64 / width<T>()
  let x = plan.fusedX
  let out = plan.fusedOut
  let mask = layer.bits
  let hRow = plan.fusedH
  for (let r: i32 = 0; r < rows; r += 4) {
    let o0 = v128.splat<T>(<T>0)
    let o1 = o0
    let o2 = o0
    let o3 = o0
    // Lanes 2 and 3 of float64.
    let p0 = o0
    let p1 = o0
    let p2 = o0
    let p3 = o0
    let w = weights
    let h = hRow
    let word = mask
    for (let block: i32 = 0; block < blocks;) {
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
      for (; block < end;) {
        {
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
          o0 = v128.add<T>(o0, v128.mul<T>(unitsOf<T, D, M>(x, b, w0, w1, w2, w3, w4, w5, w6, w7, m0, factor, h), out2))
          o1 = v128.add<T>(o1, v128.mul<T>(unitsOf<T, D, M>(x + offsetof<D>() * 16, b, w0, w1, w2, w3, w4, w5, w6, w7, m1, factor, h + 16), out2))
          o2 = v128.add<T>(o2, v128.mul<T>(unitsOf<T, D, M>(x + offsetof<D>() * 32, b, w0, w1, w2, w3, w4, w5, w6, w7, m2, factor, h + 32), out2))
          o3 = v128.add<T>(o3, v128.mul<T>(unitsOf<T, D, M>(x + offsetof<D>() * 48, b, w0, w1, w2, w3, w4, w5, w6, w7, m3, factor, h + 48), out2))
          if (offsetof<M>() < 3) {
            m0 = rotr<u64>(m0, width<T>())
            m1 = rotr<u64>(m1, width<T>())
            m2 = rotr<u64>(m2, width<T>())
            m3 = rotr<u64>(m3, width<T>())
          }
          w += (offsetof<D>() + 2) * 16
          h += H_STRIDE
          block++
        }
        if (sizeof<T>() == 8) {
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
          p0 = v128.add<T>(p0, v128.mul<T>(unitsOf<T, D, M>(x, b, w0, w1, w2, w3, w4, w5, w6, w7, m0, factor, h), out2))
          p1 = v128.add<T>(p1, v128.mul<T>(unitsOf<T, D, M>(x + offsetof<D>() * 16, b, w0, w1, w2, w3, w4, w5, w6, w7, m1, factor, h + 16), out2))
          p2 = v128.add<T>(p2, v128.mul<T>(unitsOf<T, D, M>(x + offsetof<D>() * 32, b, w0, w1, w2, w3, w4, w5, w6, w7, m2, factor, h + 32), out2))
          p3 = v128.add<T>(p3, v128.mul<T>(unitsOf<T, D, M>(x + offsetof<D>() * 48, b, w0, w1, w2, w3, w4, w5, w6, w7, m3, factor, h + 48), out2))
          if (offsetof<M>() < 3) {
            m0 = rotr<u64>(m0, width<T>())
            m1 = rotr<u64>(m1, width<T>())
            m2 = rotr<u64>(m2, width<T>())
            m3 = rotr<u64>(m3, width<T>())
          }
          w += (offsetof<D>() + 2) * 16
          h += H_STRIDE
          block++
        }
      }
    }
    if (sizeof<T>() == 4) {
      v128.store(out, f32x4.add(laneSums(o0, o1, o2, o3), f32x4.splat(<f32>bias)))
    } else {
      store<T>(out, pairSum<T>(o0, p0) + bias)
      store<T>(out + sizeof<T>(), pairSum<T>(o1, p1) + bias)
      store<T>(out + 2 * sizeof<T>(), pairSum<T>(o2, p2) + bias)
      store<T>(out + 3 * sizeof<T>(), pairSum<T>(o3, p3) + bias)
    }
    out += 4 * sizeof<T>()
    x += offsetof<D>() * 64
    mask += stride << 2
    hRow += 64
  }
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

/** Adds the rows' parts of every gradient but the output bias's to `sums`. */
function backward<T, D>(plan: Plan, sums: usize, rows: i32): void {
  const layer = layerAt(plan, 0)
  const blocks = layer.unitsPadded / width<T>()
  const scales = layer.factor != 1
  const factor = v128.splat<T>(<T>layer.factor)
  const zero = v128.splat<T>(<T>0)
  const gEnd = plan.fusedG + (<usize>rows << 4)
  let w = plan.fusedWeights
  let hBlock = plan.fusedH
  for (let block: i32 = 0; block < blocks; block++) {
    const out2 = v128.load(w, 16)
    let db = v128.load(sums)
    let dw2 = v128.load(sums, 16)
    let c0 = v128.load(sums, 32)
    let c1 = offsetof<D>() > 1 ? v128.load(sums, 48) : zero
    let c2 = offsetof<D>() > 2 ? v128.load(sums, 64) : zero
    let c3 = offsetof<D>() > 3 ? v128.load(sums, 80) : zero
    let c4 = offsetof<D>() > 4 ? v128.load(sums, 96) : zero
    let c5 = offsetof<D>() > 5 ? v128.load(sums, 112) : zero
    let c6 = offsetof<D>() > 6 ? v128.load(sums, 128) : zero
    let c7 = offsetof<D>() > 7 ? v128.load(sums, 144) : zero
    let x = plan.fusedX
    let h = hBlock
    for (let g = plan.fusedG; g < gEnd; g += 16) {
      const value = v128.load(h)
      const e = v128.load(g)
      dw2 = v128.add<T>(dw2, v128.mul<T>(value, e))
      let d = v128.mul<T>(out2, e)
      if (scales) d = v128.mul<T>(d, factor)
      // What was dropped or not above 0 put out 0; NaN is unequal to it.
      d = v128.and(d, v128.ne<T>(value, zero))
      db = v128.add<T>(db, d)
      c0 = v128.add<T>(c0, v128.mul<T>(v128.load(x), d))
      if (offsetof<D>() > 1) c1 = v128.add<T>(c1, v128.mul<T>(v128.load(x, 16), d))
      if (offsetof<D>() > 2) c2 = v128.add<T>(c2, v128.mul<T>(v128.load(x, 32), d))
      if (offsetof<D>() > 3) c3 = v128.add<T>(c3, v128.mul<T>(v128.load(x, 48), d))
      if (offsetof<D>() > 4) c4 = v128.add<T>(c4, v128.mul<T>(v128.load(x, 64), d))
      if (offsetof<D>() > 5) c5 = v128.add<T>(c5, v128.mul<T>(v128.load(x, 80), d))
      if (offsetof<D>() > 6) c6 = v128.add<T>(c6, v128.mul<T>(v128.load(x, 96), d))
      if (offsetof<D>() > 7) c7 = v128.add<T>(c7, v128.mul<T>(v128.load(x, 112), d))
      x += offsetof<D>() * 16
      h += 16
    }
    v128.store(sums, db)
    v128.store(sums, dw2, 16)
    v128.store(sums, c0, 32)
    if (offsetof<D>() > 1) v128.store(sums, c1, 48)
    if (offsetof<D>() > 2) v128.store(sums, c2, 64)
    if (offsetof<D>() > 3) v128.store(sums, c3, 80)
    if (offsetof<D>() > 4) v128.store(sums, c4, 96)
    if (offsetof<D>() > 5) v128.store(sums, c5, 112)
    if (offsetof<D>() > 6) v128.store(sums, c6, 128)
    if (offsetof<D>() > 7) v128.store(sums, c7, 144)
    sums += (offsetof<D>() + 2) * 16
    w += (offsetof<D>() + 2) * 16
    hBlock += H_STRIDE
  }
}

/** A table's row to plan.fusedX and plan.fusedY. */
// @ts-ignore: decorator
@inline
function take<T, D>(plan: Plan, from: usize, r: i32): void {
  const x = plan.fusedX + <usize>r * (offsetof<D>() * 16)
  v128.store(x, v128.load_splat<T>(from))
  if (offsetof<D>() > 1) v128.store(x, v128.load_splat<T>(from + sizeof<T>()), 16)
  if (offsetof<D>() > 2) v128.store(x, v128.load_splat<T>(from + 2 * sizeof<T>()), 32)
  if (offsetof<D>() > 3) v128.store(x, v128.load_splat<T>(from + 3 * sizeof<T>()), 48)
  if (offsetof<D>() > 4) v128.store(x, v128.load_splat<T>(from + 4 * sizeof<T>()), 64)
  if (offsetof<D>() > 5) v128.store(x, v128.load_splat<T>(from + 5 * sizeof<T>()), 80)
  if (offsetof<D>() > 6) v128.store(x, v128.load_splat<T>(from + 6 * sizeof<T>()), 96)
  if (offsetof<D>() > 7) v128.store(x, v128.load_splat<T>(from + 7 * sizeof<T>()), 112)
  store<T>(plan.fusedY + <usize>r * sizeof<T>(), load<T>(from + offsetof<D>() * sizeof<T>()))
}

/** Rows up to a multiple of 4 are inputs 0. */
// @ts-ignore: decorator
@inline
function fillUp<D>(plan: Plan, rows: i32): i32 {
  const whole = (rows + 3) & ~3
  memory.fill(plan.fusedX + <usize>rows * (offsetof<D>() * 16), 0, <usize>(whole - rows) * (offsetof<D>() * 16))
  return whole
}

/** Derivatives to plan.fusedG in all lanes, their sum to the output bias's, terms to `terms`. */
function loss<T>(plan: Plan, bias: usize, rows: i32, terms: f64): f64 {
  const out = plan.fusedOut
  terms = lossTile<T>(plan.loss, <T>plan.delta, <T>plan.divisor, out, plan.fusedY, out, rows, 1, 1, terms)
  let sum = load<T>(bias)
  for (let r: i32 = 0; r < rows; r++) {
    const d = load<T>(out + <usize>r * sizeof<T>())
    v128.store(plan.fusedG + (<usize>r << 4), v128.splat<T>(d))
    sum += d
  }
  store<T>(bias, sum)
  return terms
}

function trainTile<T, D>(plan: Plan, start: i32, rows: i32, sums: usize, terms: f64): f64 {
  const layer = layerAt(plan, 0)
  const ordered = plan.ordered + (<usize>start << 2)
  const rowBytes = <usize>plan.rowBytes
  for (let r: i32 = 0; r < rows; r++) take<T, D>(plan, plan.table + <usize>load<u32>(ordered + (<usize>r << 2)) * rowBytes, r)
  const whole = fillUp<D>(plan, rows)
  if (layer.dropped) drawMask(plan, layer, 0, ordered, plan.positions + (<usize>start << 2), rows)
  if (layer.factor != 1) forward<T, D, DroppedAndScaled>(plan, whole)
  else forward<T, D, Dropped>(plan, whole)
  const bias = sums + <usize>(layer.unitsPadded / width<T>()) * ((offsetof<D>() + 2) * 16)
  terms = loss<T>(plan, bias, rows, terms)
  backward<T, D>(plan, sums, rows)
  return terms
}

function predictTile<T, D>(plan: Plan, start: i32, rows: i32): void {
  const rowBytes = <usize>plan.rowBytes
  let from = plan.table + <usize>start * rowBytes
  for (let r: i32 = 0; r < rows; r++) {
    take<T, D>(plan, from, r)
    from += rowBytes
  }
  forward<T, D, Predicted>(plan, fillUp<D>(plan, rows))
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

/** The sums of block 0 to the flat gradient. A row's last vector may write past it: the next row overwrites that. */
export function fusedUnpack<T>(plan: Plan): void {
  const inputs = <usize>plan.inputs
  const units = <usize>layerAt(plan, 0).units
  const blockBytes = (inputs + 2) << 4
  const blocks = <usize>(layerAt(plan, 0).unitsPadded / width<T>())
  for (let k: usize = 0; k < inputs + 2; k++) {
    let row = plan.gradient + k * units * sizeof<T>()
    let place = plan.sums + (k < inputs ? k + 2 : k - inputs) * 16
    for (let block: usize = 0; block < blocks; block++) {
      v128.store(row, v128.load(place))
      row += 16
      place += blockBytes
    }
  }
  store<T>(plan.gradient + (inputs + 2) * units * sizeof<T>(), load<T>(plan.sums + blocks * blockBytes))
}
