/**
 * Sums over a tile's rows of g x and of g, for each unit over the rows in which its gate is open (src/backends/gates.ts), by what
 * is known as the method of the four Russians (Arlazarov, Dinic, Kronrod and Faradzhev 1970): four rows have sixteen subsets,
 * whose sums are made once for all units, and a unit then adds the one that its gates name. That is one addition where a sum
 * row by row takes four, and four selections.
 *
 *     gates    [vector of units][group][lane]     where the subset of the group's rows lies whose gates are open
 *     subsets  [group][16][vectors]               a line of the cache each; element e is the sum of the group's rows whose bits are not set in e
 *     sums     [slice][unit][vectors]             C of inputs 0, 1, …, then Cb; a slice has up to SLICE vectors, as many as a line of the cache
 *
 * Rows lie in vectors of inputs here, not of units.
 */
import { width } from './lanes'

/** Vectors of a row that are taken at a time: a line of the cache for each subset, and 32 KiB of subsets for 128 rows. */
// @ts-ignore: decorator
@inline export const SLICE: i32 = 4
// @ts-ignore: decorator
@inline const SUBSETS: usize = 16

// The vectors of a slice as types, so that a kernel is compiled once for each number: offsetof<Vectors>().
@unmanaged class Vectors1 { a: i8 }
@unmanaged class Vectors2 extends Vectors1 { b: i8 }
@unmanaged class Vectors3 extends Vectors2 { c: i8 }
@unmanaged class Vectors4 extends Vectors3 { d: i8 }

/** Which of four units, so that where it lies is a part of the instruction: offsetof<Unit>(). */
@unmanaged class Unit0 {}
@unmanaged class Unit1 { a: i8 }
@unmanaged class Unit2 { a: i8; b: i8 }
@unmanaged class Unit3 { a: i8; b: i8; c: i8 }

/** Bytes from one subset to the next: a line of the cache. */
// @ts-ignore: decorator
@inline const SUBSET: usize = 64
/** Bytes from one group's subsets to the next's. */
// @ts-ignore: decorator
@inline export const GROUP: usize = SUBSETS * SUBSET

/**
 * Gates of a group's four rows and a vector of units, from lanes that are all ones where a gate is shut, as addresses of subsets: that
 * of `group` and 64, 128, 256 and 512 bytes more for the rows that are shut. Two rows lie side by side in the halves of a lane,
 * and all ones are -1, so that one instruction multiplies and adds both; of float64 both halves of a lane get the same.
 */
// @ts-ignore: decorator
@inline
export function storeGates(to: usize, group: usize, shut0: v128, shut1: v128, shut2: v128, shut3: v128): void {
  const shut01 = v128.shuffle<i16>(shut0, shut1, 0, 9, 2, 11, 4, 13, 6, 15)
  const shut23 = v128.shuffle<i16>(shut2, shut3, 0, 9, 2, 11, 4, 13, 6, 15)
  const first = i32x4.dot_i16x8_s(shut01, i16x8(-64, -128, -64, -128, -64, -128, -64, -128))
  const second = i32x4.dot_i16x8_s(shut23, i16x8(-256, -512, -256, -512, -256, -512, -256, -512))
  v128.store(to, i32x4.add(i32x4.add(i32x4.splat(<i32>group), first), second))
}

/** Where the subset lies that the gates of one of four units name; of float64 these are two vectors, `next` bytes apart. */
// @ts-ignore: decorator
@inline
function subsetOf<T, U>(gates: usize, next: usize): usize {
  if (sizeof<T>() == 4) return <usize>load<u32>(gates, offsetof<U>() * 4)
  return <usize>load<u32>(offsetof<U>() < 2 ? gates : gates + next, (offsetof<U>() & 1) * 8)
}

/**
 * Adds a tile's rows to `sums`. x has `vectors` vectors a row; the last one is no part of x where `ones` is set, but (1, …), so that g
 * itself is summed. `units` is a multiple of 4. Of rows up to a multiple of four x is finite and g is 0, and gates may be open or
 * shut; `gates` is `next` bytes from a vector of units to the next.
 */
export function addSubsets<T>(
  x: usize, xRow: usize, vectors: i32, ones: bool, g: usize, gRow: usize, rows: i32, gates: usize, next: usize, subsets: usize, units: i32, sums: usize,
): void {
  for (let first: i32 = 0; first < vectors; first += SLICE) {
    const count = min(vectors - first, SLICE)
    const last = ones && first + count == vectors
    const from = x + (<usize>first << 4)
    switch (count) {
      case 1: addSlice<T, Vectors1>(from, xRow, last, g, gRow, rows, gates, next, subsets, units, sums); break
      case 2: addSlice<T, Vectors2>(from, xRow, last, g, gRow, rows, gates, next, subsets, units, sums); break
      case 3: addSlice<T, Vectors3>(from, xRow, last, g, gRow, rows, gates, next, subsets, units, sums); break
      default: addSlice<T, Vectors4>(from, xRow, last, g, gRow, rows, gates, next, subsets, units, sums)
    }
    sums += <usize>(units * count) << 4
  }
}

// @ts-ignore: decorator
@inline
function addSlice<T, V>(
  x: usize, xRow: usize, ones: bool, g: usize, gRow: usize, rows: i32, gates: usize, next: usize, subsets: usize, units: i32, sums: usize,
): void {
  const groups = (rows + 3) >> 2
  makeSubsets<T, V>(x, xRow, ones, g, gRow, groups, subsets)
  const unit = offsetof<V>() << 4
  for (let u: i32 = 0; u < units; u += 4) {
    const end = gates + (<usize>groups << 4)
    if (offsetof<V>() == 4) {
      addTwo<T, V, Unit0, Unit1>(gates, end, next, sums)
      addTwo<T, V, Unit2, Unit3>(gates, end, next, sums + unit * 2)
    } else {
      addFour<T, V>(gates, end, next, sums)
    }
    gates += sizeof<T>() == 4 ? next : next << 1
    sums += unit << 2
  }
}

/** The sums of all subsets of each group's rows. */
function makeSubsets<T, V>(x: usize, xRow: usize, ones: bool, g: usize, gRow: usize, groups: i32, to: usize): void {
  for (let group: i32 = 0; group < groups; group++) {
    const g0 = v128.load_splat<T>(g)
    const g1 = v128.load_splat<T>(g + gRow)
    const g2 = v128.load_splat<T>(g + gRow * 2)
    const g3 = v128.load_splat<T>(g + gRow * 3)
    for (let v: usize = 0; v < offsetof<V>() << 4; v += 16) {
      const isX = !ones || v + 16 < offsetof<V>() << 4
      const at = x + v
      const a0 = isX ? v128.mul<T>(g0, v128.load(at)) : g0
      const a1 = isX ? v128.mul<T>(g1, v128.load(at + xRow)) : g1
      const a2 = isX ? v128.mul<T>(g2, v128.load(at + xRow * 2)) : g2
      const a3 = isX ? v128.mul<T>(g3, v128.load(at + xRow * 3)) : g3
      const low = v128.add<T>(a0, a1)
      const high = v128.add<T>(a2, a3)
      const out = to + v
      // Of bits 0 and 1 rows 0 and 1 are shut, of bits 2 and 3 rows 2 and 3.
      v128.store(out, v128.add<T>(low, high))
      v128.store(out + SUBSET, v128.add<T>(a1, high))
      v128.store(out + SUBSET * 2, v128.add<T>(a0, high))
      v128.store(out + SUBSET * 3, high)
      v128.store(out + SUBSET * 4, v128.add<T>(low, a3))
      v128.store(out + SUBSET * 5, v128.add<T>(a1, a3))
      v128.store(out + SUBSET * 6, v128.add<T>(a0, a3))
      v128.store(out + SUBSET * 7, a3)
      v128.store(out + SUBSET * 8, v128.add<T>(low, a2))
      v128.store(out + SUBSET * 9, v128.add<T>(a1, a2))
      v128.store(out + SUBSET * 10, v128.add<T>(a0, a2))
      v128.store(out + SUBSET * 11, a2)
      v128.store(out + SUBSET * 12, low)
      v128.store(out + SUBSET * 13, a1)
      v128.store(out + SUBSET * 14, a0)
      v128.store(out + SUBSET * 15, v128.splat<T>(<T>0))
    }
    x += xRow << 2
    g += gRow << 2
    to += GROUP
  }
}

/** Four units of up to three vectors, over all groups. */
function addFour<T, V>(gates: usize, end: usize, next: usize, sums: usize): void {
  const unit = offsetof<V>() << 4
  const s1 = sums + unit
  const s2 = s1 + unit
  const s3 = s2 + unit
  let a0 = v128.load(sums)
  let b0 = v128.load(s1)
  let c0 = v128.load(s2)
  let d0 = v128.load(s3)
  let a1 = offsetof<V>() > 1 ? v128.load(sums, 16) : a0
  let b1 = offsetof<V>() > 1 ? v128.load(s1, 16) : a0
  let c1 = offsetof<V>() > 1 ? v128.load(s2, 16) : a0
  let d1 = offsetof<V>() > 1 ? v128.load(s3, 16) : a0
  let a2 = offsetof<V>() > 2 ? v128.load(sums, 32) : a0
  let b2 = offsetof<V>() > 2 ? v128.load(s1, 32) : a0
  let c2 = offsetof<V>() > 2 ? v128.load(s2, 32) : a0
  let d2 = offsetof<V>() > 2 ? v128.load(s3, 32) : a0
  do {
    const a = subsetOf<T, Unit0>(gates, next)
    const b = subsetOf<T, Unit1>(gates, next)
    const c = subsetOf<T, Unit2>(gates, next)
    const d = subsetOf<T, Unit3>(gates, next)
    a0 = v128.add<T>(a0, v128.load(a))
    b0 = v128.add<T>(b0, v128.load(b))
    c0 = v128.add<T>(c0, v128.load(c))
    d0 = v128.add<T>(d0, v128.load(d))
    if (offsetof<V>() > 1) {
      a1 = v128.add<T>(a1, v128.load(a, 16))
      b1 = v128.add<T>(b1, v128.load(b, 16))
      c1 = v128.add<T>(c1, v128.load(c, 16))
      d1 = v128.add<T>(d1, v128.load(d, 16))
    }
    if (offsetof<V>() > 2) {
      a2 = v128.add<T>(a2, v128.load(a, 32))
      b2 = v128.add<T>(b2, v128.load(b, 32))
      c2 = v128.add<T>(c2, v128.load(c, 32))
      d2 = v128.add<T>(d2, v128.load(d, 32))
    }
    gates += 16
  } while (gates < end)
  v128.store(sums, a0)
  v128.store(s1, b0)
  v128.store(s2, c0)
  v128.store(s3, d0)
  if (offsetof<V>() > 1) {
    v128.store(sums, a1, 16)
    v128.store(s1, b1, 16)
    v128.store(s2, c1, 16)
    v128.store(s3, d1, 16)
  }
  if (offsetof<V>() > 2) {
    v128.store(sums, a2, 32)
    v128.store(s1, b2, 32)
    v128.store(s2, c2, 32)
    v128.store(s3, d2, 32)
  }
}

/** Two of four units, of four vectors. */
function addTwo<T, V, U, W>(gates: usize, end: usize, next: usize, sums: usize): void {
  const s1 = sums + 64
  let a0 = v128.load(sums)
  let a1 = v128.load(sums, 16)
  let a2 = v128.load(sums, 32)
  let a3 = v128.load(sums, 48)
  let b0 = v128.load(s1)
  let b1 = v128.load(s1, 16)
  let b2 = v128.load(s1, 32)
  let b3 = v128.load(s1, 48)
  do {
    const a = subsetOf<T, U>(gates, next)
    const b = subsetOf<T, W>(gates, next)
    a0 = v128.add<T>(a0, v128.load(a))
    a1 = v128.add<T>(a1, v128.load(a, 16))
    a2 = v128.add<T>(a2, v128.load(a, 32))
    a3 = v128.add<T>(a3, v128.load(a, 48))
    b0 = v128.add<T>(b0, v128.load(b))
    b1 = v128.add<T>(b1, v128.load(b, 16))
    b2 = v128.add<T>(b2, v128.load(b, 32))
    b3 = v128.add<T>(b3, v128.load(b, 48))
    gates += 16
  } while (gates < end)
  v128.store(sums, a0)
  v128.store(sums, a1, 16)
  v128.store(sums, a2, 32)
  v128.store(sums, a3, 48)
  v128.store(s1, b0)
  v128.store(s1, b1, 16)
  v128.store(s1, b2, 32)
  v128.store(s1, b3, 48)
}

/** Adds ((0 + 1) + (2 + 3)) of each group of four of g to the number at `bias`. */
export function addDerivatives<T>(g: usize, gRow: usize, rows: i32, bias: usize): void {
  let sum = load<T>(bias)
  for (let r: i32 = 0; r < rows; r += 4) {
    sum += (load<T>(g) + load<T>(g + gRow)) + (load<T>(g + gRow * 2) + load<T>(g + gRow * 3))
    g += gRow << 2
  }
  store<T>(bias, sum)
}

/** Bytes of the sums of `units` units, a multiple of 4, and `vectors` vectors of a row. */
// @ts-ignore: decorator
@inline
export function sumsBytes(units: i32, vectors: i32): usize {
  return <usize>(units * vectors) << 4
}

/** Where element `index` of unit 0 lies in `sums`, and in `unitBytes` how far it is to the next unit. */
// @ts-ignore: decorator
@inline
export function elementAt<T>(sums: usize, units: i32, vectors: i32, index: i32): usize {
  const vector = index / width<T>()
  const slice = vector / SLICE
  return sums + (<usize>(slice * SLICE * units) << 4) + (<usize>(vector - slice * SLICE) << 4) + <usize>(index - vector * width<T>()) * sizeof<T>()
}

// @ts-ignore: decorator
@inline
export function unitBytes<T>(vectors: i32, index: i32): usize {
  const first = index / width<T>() / SLICE * SLICE
  return <usize>min(SLICE, vectors - first) << 4
}
