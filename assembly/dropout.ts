/**
 * Masks of a tile as bits, 1 is dropped: drawn as src/numeric/dropout.ts draws them, or packed from given bytes; and their
 * product with a tile. A product with 0, not a selection, so that what is dropped and not finite stays visible.
 */
import { width } from './lanes'
import { FUSED_ROWS, KEEP_MASKS, KEEP_MASKS_64, Layer, Plan } from './plan'
import { philoxRows } from './philox'

// @ts-ignore: decorator
@inline const GROUP_STEP: i32 = 0x9e3779b9
// @ts-ignore: decorator
@inline const ANY_RATE_TAG: i32 = 0x80000000

/** The bits of `rows` rows; their table rows are the words at `ordered`, their positions in the batch the words at `positions`. */
export function drawMask(plan: Plan, layer: Layer, index: i32, ordered: usize, positions: usize, rows: i32): void {
  if (layer.given) packGiven(layer, positions, rows)
  else if (layer.threshold == 0) drawBits(plan, layer, index, ordered, rows)
  else drawHalfWords(plan, layer, index, ordered, rows)
}

function drawBits(plan: Plan, layer: Layer, index: i32, ordered: usize, rows: i32): void {
  const stride = <usize>layer.words << 2
  const tag = index | (plan.stepHigh << 8)
  const pair = layer.units <= 64
  for (let r: i32 = 0; r < rows; r += 8) {
    const eight = ordered + (<usize>r << 2)
    let out = layer.bits + <usize>r * stride
    for (let first: i32 = 0; first < layer.units; first += 128) {
      philoxRows(plan.dropoutKeys, first >> 7, eight, plan.stepLow, tag, out, stride, pair)
      out += 16
    }
  }
}

/** 16 bits a unit: the words of a row are spread by a finaliser, two units a word. */
function drawHalfWords(plan: Plan, layer: Layer, index: i32, ordered: usize, rows: i32): void {
  const stride = <usize>layer.words << 2
  const tag = ANY_RATE_TAG | index | (plan.stepHigh << 8)
  // Not above the largest that drops: `lt_u` takes twice the instructions of `le_u`.
  const largest = i16x8.splat(<i16>(layer.threshold - 1))
  for (let r: i32 = 0; r < rows; r += 8) {
    const eight = ordered + (<usize>r << 2)
    const rowBits = layer.bits + <usize>r * stride
    for (let first: i32 = 0; first < layer.units; first += 128) {
      const words = plan.d1
      philoxRows(plan.dropoutKeys, first >> 7, eight, plan.stepLow, tag, words, 16, false)
      const groups = min(16, ((layer.units - first) + 15) >> 4 << 1)
      for (let q: usize = 0; q < 8; q++) {
        const w = v128.load(words + (q << 4))
        let bits = rowBits + q * stride + <usize>(first >> 3)
        let bump = i32x4.splat(GROUP_STEP)
        let g: i32 = 0
        do {
          const low = i16x8.le_u(mix(i32x4.add(w, bump)), largest)
          bump = i32x4.add(bump, i32x4.splat(GROUP_STEP))
          const high = i16x8.le_u(mix(i32x4.add(w, bump)), largest)
          bump = i32x4.add(bump, i32x4.splat(GROUP_STEP))
          store<u16>(bits, <u16>i8x16.bitmask(i8x16.narrow_i16x8_s(low, high)))
          bits += 2
          g += 2
        } while (g < groups)
      }
    }
  }
}

/** lowbias32 of four words. */
// @ts-ignore: decorator
@inline
function mix(x: v128): v128 {
  let t = i32x4.mul(v128.xor(x, i32x4.shr_u(x, 16)), i32x4.splat(0x7feb352d))
  t = i32x4.mul(v128.xor(t, i32x4.shr_u(t, 15)), i32x4.splat(<i32>0x846ca68b))
  return v128.xor(t, i32x4.shr_u(t, 16))
}

/** Bytes other than 1 are dropped, as in the reference. The last bytes read may be the next row's; their bits are never used. */
function packGiven(layer: Layer, positions: usize, rows: i32): void {
  const units = <usize>layer.units
  const stride = <usize>layer.words << 2
  for (let r: i32 = 0; r < rows; r++) {
    const bytes = layer.given + <usize>load<u32>(positions + (<usize>r << 2)) * units
    const bits = layer.bits + <usize>r * stride
    for (let u: usize = 0; u < units; u += 16) {
      store<u16>(bits + (u >> 3), <u16>i8x16.bitmask(i8x16.ne(v128.load(bytes + u), i8x16.splat(1))))
    }
  }
}

/**
 * The bits of a tile of FUSED_ROWS rows as the fused kernels look them up, [vector of units][row]: a byte for each, 16 times the bits
 * of its units, which is where the vector lies that they stand for. Eight rows change places with their eight bytes at a time; rows
 * up to a multiple of eight may hold anything.
 */
export function spreadMask<T>(layer: Layer, to: usize, rows: i32): void {
  const stride = <usize>layer.words << 2
  for (let r: i32 = 0; r < rows; r += 8) {
    let from = layer.bits + <usize>r * stride
    let out = to + <usize>r
    for (let first: i32 = 0; first < layer.units; first += 64) {
      const row01 = zip8(v128.load64_zero(from), v128.load64_zero(from + stride))
      const row23 = zip8(v128.load64_zero(from + stride * 2), v128.load64_zero(from + stride * 3))
      const row45 = zip8(v128.load64_zero(from + stride * 4), v128.load64_zero(from + stride * 5))
      const row67 = zip8(v128.load64_zero(from + stride * 6), v128.load64_zero(from + stride * 7))
      const low03 = v128.shuffle<i16>(row01, row23, 0, 8, 1, 9, 2, 10, 3, 11)
      const low47 = v128.shuffle<i16>(row45, row67, 0, 8, 1, 9, 2, 10, 3, 11)
      const high03 = v128.shuffle<i16>(row01, row23, 4, 12, 5, 13, 6, 14, 7, 15)
      const high47 = v128.shuffle<i16>(row45, row67, 4, 12, 5, 13, 6, 14, 7, 15)
      spreadBytes<T>(v128.shuffle<i32>(low03, low47, 0, 4, 1, 5), out)
      spreadBytes<T>(v128.shuffle<i32>(low03, low47, 2, 6, 3, 7), out + UNITS16 / width<T>())
      spreadBytes<T>(v128.shuffle<i32>(high03, high47, 0, 4, 1, 5), out + UNITS16 * 2 / width<T>())
      spreadBytes<T>(v128.shuffle<i32>(high03, high47, 2, 6, 3, 7), out + UNITS16 * 3 / width<T>())
      from += 8
      out += UNITS16 * 4 / width<T>()
    }
  }
}

/** 16 units' bytes for all rows of a tile, before they are divided by the units of a vector. */
// @ts-ignore: decorator
@inline const UNITS16: usize = 16 * FUSED_ROWS

/** The low eight bytes of two vectors by turns. */
// @ts-ignore: decorator
@inline
function zip8(a: v128, b: v128): v128 {
  return v128.shuffle<i8>(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23)
}

/** Two bytes of eight rows, one in each half: their vectors of units one after the other. */
// @ts-ignore: decorator
@inline
function spreadBytes<T>(bytes: v128, out: usize): void {
  if (sizeof<T>() == 4) {
    const even = v128.and(i16x8.shl(bytes, 4), i8x16.splat(<i8>0xf0))
    const odd = v128.and(bytes, i8x16.splat(<i8>0xf0))
    v128.store64_lane(out, even, 0)
    v128.store64_lane(out, odd, 0, FUSED_ROWS)
    v128.store64_lane(out, even, 1, FUSED_ROWS * 2)
    v128.store64_lane(out, odd, 1, FUSED_ROWS * 3)
    return
  }
  const two = i8x16.splat(0x30)
  spreadHalves(v128.and(i16x8.shl(bytes, 4), two), out)
  spreadHalves(v128.and(i16x8.shl(bytes, 2), two), out + FUSED_ROWS)
  spreadHalves(v128.and(bytes, two), out + FUSED_ROWS * 2)
  spreadHalves(v128.and(i16x8.shr_u(bytes, 2), two), out + FUSED_ROWS * 3)
}

// @ts-ignore: decorator
@inline
function spreadHalves(bytes: v128, out: usize): void {
  v128.store64_lane(out, bytes, 0)
  v128.store64_lane(out, bytes, 1, FUSED_ROWS * 4)
}

/** to [rows, unitsPadded] = from * keep, with keep 0 or the layer's factor. */
export function applyMask<T>(layer: Layer, from: usize, to: usize, rows: i32): void {
  const factor = v128.splat<T>(<T>layer.factor)
  const row = <usize>layer.unitsPadded * sizeof<T>()
  const stride = <usize>layer.words << 2
  let bits = layer.bits
  for (let r: i32 = 0; r < rows; r++) {
    let word = bits
    for (let start: usize = 0; start < row; start += 32 * sizeof<T>()) {
      let m = rotl<u32>(load<u32>(word), 4)
      const end = min(row, start + 32 * sizeof<T>())
      for (let u = start; u < end; u += 16) {
        const table: usize = sizeof<T>() == 4 ? <usize>(m & 0xf0) + KEEP_MASKS : <usize>(m & 0x30) + KEEP_MASKS_64
        v128.store(to + u, v128.mul<T>(v128.load(from + u), v128.and(factor, v128.load(table))))
        m = rotr<u32>(m, sizeof<T>() == 4 ? 4 : 2)
      }
      word += 4
    }
    bits += stride
    from += row
    to += row
  }
}

/** to = from * shrink: what prediction does where training does not scale. */
export function applyShrink<T>(layer: Layer, from: usize, to: usize, rows: i32): void {
  const shrink = v128.splat<T>(<T>layer.shrink)
  const end = from + <usize>rows * <usize>layer.unitsPadded * sizeof<T>()
  for (; from < end; from += 16) {
    v128.store(to, v128.mul<T>(v128.load(from), shrink))
    to += 16
  }
}
