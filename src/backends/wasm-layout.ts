/**
 * How memory is laid out for the kernels: the records of assembly/plan.ts, written field by field, and the regions that
 * they point to. Nothing else knows an address.
 *
 *     0       nothing: address 0 means "none"
 *     1024    tables of masks and thresholds, by the bits of a mask (plan.ts)
 *     2048    coefficients of the elementary functions (elementary64.ts, elementary32.ts)
 *     5120    a plan and its layers for each thread, then regions one after the other, each 64-byte aligned
 */
import {
  erf32Fit, erf32TailFit, erfSeries, erfTaylor, exp32Fit, expSeries, ln2High, ln2High32, ln2Low, ln2Low32, log2OfE, log2OfE32,
  log32Fit, logSeries, roundingShift32, tanh32Fit,
} from '../numeric/coefficients.ts'

const maskTables = 1024
const coefficients = 2048
const firstRegion = 5120
const pageBytes = 65536

/** WebAssembly's memory ends at 4 GiB. */
export const memoryLimit = 65536 * pageBytes

const layerDoubles = ['factor', 'shrink'] as const
const layerWords = [
  'inputs', 'units', 'inputsPadded', 'unitsPadded', 'activation', 'lanes', 'dropped', 'threshold', 'words', 'given', 'weights', 'biases',
  'packed', 'transposed', 'sums', 'z', 'a', 'h', 'bits',
] as const

const planDoubles = [
  'divisor', 'l2', 'rate', 'correction', 'keep1', 'fresh1', 'keep2', 'fresh2', 'epsilon', 'momentum', 'decay', 'clipValue', 'clipNorm', 'delta',
  'terms', 'squares', 'gradientSize', 'parameterSize', 'momentSize',
] as const
const planWords = [
  'layers', 'layer', 'inputs', 'outputs', 'parameters', 'rowBytes', 'tile', 'blocks', 'loss', 'optimizer', 'nesterov', 'table', 'tableRows',
  'batch', 'drawn', 'ordered', 'positions', 'starts', 'wantPositions', 'permuted', 'from', 'count', 'digitA', 'digitB', 'shift', 'rounds', 'keys',
  'dropoutKey0', 'dropoutKey1', 'stepLow', 'stepHigh', 'x', 'y', 'd0', 'd1', 'negativeZeros', 'sums', 'sumsBytes', 'blockTerms',
  'isWeight', 'gradient', 'current', 'next', 'first', 'nextFirst', 'second', 'nextSecond',
  'gated', 'fused', 'fusedWeights', 'fusedX', 'fusedY', 'fusedShut', 'fusedOut', 'fusedG', 'poison',
] as const

type Offsets<Name extends string> = Readonly<Record<Name, number>>

/** Byte offsets of fields, doubles first. */
function offsetsOf<Double extends string, Word extends string>(doubles: readonly Double[], words: readonly Word[]): Offsets<Double | Word> {
  const pairs: [string, number][] = doubles.map((name, i) => [name, 8 * i])
  words.forEach((name, i) => pairs.push([name, 8 * doubles.length + 4 * i]))
  return Object.fromEntries(pairs) as Offsets<Double | Word>
}

const layerOffsets = offsetsOf(layerDoubles, layerWords)
const planOffsets = offsetsOf(planDoubles, planWords)

/** What the kernels say their records take, to be compared with these. */
export const layerBytes = 8 * layerDoubles.length + 4 * layerWords.length
export const planBytes = 8 * planDoubles.length + 4 * planWords.length
const layerStride = 128

export type PlanDouble = (typeof planDoubles)[number]
export type PlanWord = (typeof planWords)[number]
export type LayerDouble = (typeof layerDoubles)[number]
export type LayerWord = (typeof layerWords)[number]

/** A region of memory; it may move when it grows. */
export interface Region {
  address: number
  bytes: number
}

/** The memory of one trainer: regions are handed out one after the other, and never taken back before the whole. */
export class Arena {
  f32 = new Float32Array(0)
  f64 = new Float64Array(0)
  i32 = new Int32Array(0)
  u8 = new Uint8Array(0)
  private end = firstRegion

  constructor(readonly memory: WebAssembly.Memory) {
    this.look()
    this.writeTables()
  }

  /** Zeroed bytes, 64-byte aligned, with 64 bytes of slack behind them, since kernels read whole vectors. */
  allocate(bytes: number): number {
    const address = this.end
    this.end = Math.ceil((address + bytes + 64) / 64) * 64
    this.reach(this.end)
    return address
  }

  /** Makes a region at least so large. The last one grows where it is; another moves to the end, without its contents. */
  ensure(region: Region, bytes: number): void {
    if (bytes <= region.bytes) return
    if (region.address + region.bytes + 64 <= this.end - 64 || region.bytes === 0) {
      region.address = this.allocate(bytes)
    } else {
      this.end = Math.ceil((region.address + bytes + 64) / 64) * 64
      this.reach(this.end)
    }
    region.bytes = bytes
  }

  private reach(bytes: number): void {
    const have = this.memory.buffer.byteLength
    if (bytes > have) {
      this.memory.grow(Math.ceil((bytes - have) / pageBytes))
      this.look()
    }
  }

  private look(): void {
    const { buffer } = this.memory
    this.f32 = new Float32Array(buffer)
    this.f64 = new Float64Array(buffer)
    this.i32 = new Int32Array(buffer)
    this.u8 = new Uint8Array(buffer)
  }

  private writeTables(): void {
    // Bit l of the index speaks of lane l: 0 keeps (all ones; z is held against 0), 1 drops (none; against the largest number,
    // so that Infinity and NaN still pass).
    for (let index = 0; index < 16; index++) {
      for (let lane = 0; lane < 4; lane++) {
        const dropped = (index >> lane) & 1
        this.i32[maskTables / 4 + index * 4 + lane] = dropped - 1
        this.f32[(maskTables + 256) / 4 + index * 4 + lane] = dropped * 3.4028234663852886e38
      }
    }
    for (let index = 0; index < 4; index++) {
      for (let lane = 0; lane < 2; lane++) {
        const dropped = (index >> lane) & 1
        this.i32.fill(dropped - 1, (maskTables + 512) / 4 + index * 4 + lane * 2, (maskTables + 512) / 4 + index * 4 + lane * 2 + 2)
        this.f64[(maskTables + 576) / 8 + index * 2 + lane] = dropped * Number.MAX_VALUE
      }
    }
    const doubles = [ln2High, ln2Low, log2OfE, ...expSeries, ...logSeries, ...erfSeries, ...erfTaylor]
    this.f64.set(doubles, coefficients / 8)
    const singles = [ln2High32, ln2Low32, log2OfE32, roundingShift32, ...exp32Fit, ...log32Fit, ...tanh32Fit, ...erf32Fit, ...erf32TailFit]
    this.f32.set(singles, (coefficients + 8 * doubles.length) / 4)
  }
}

/** A plan and its layers in an arena. */
export class PlanRecord {
  readonly address: number
  private readonly firstLayer: number

  constructor(private readonly arena: Arena, layers: number) {
    this.address = arena.allocate(planBytes)
    this.firstLayer = arena.allocate(layers * layerStride)
    this.word('layers', layers)
    this.word('layer', this.firstLayer)
  }

  word(name: PlanWord, value: number): void {
    this.arena.i32[(this.address + planOffsets[name]) >>> 2] = value
  }

  double(name: PlanDouble, value: number): void {
    this.arena.f64[(this.address + planOffsets[name]) >>> 3] = value
  }

  readWord(name: PlanWord): number {
    return this.arena.i32[(this.address + planOffsets[name]) >>> 2]!
  }

  readDouble(name: PlanDouble): number {
    return this.arena.f64[(this.address + planOffsets[name]) >>> 3]!
  }

  layerWord(index: number, name: LayerWord, value: number): void {
    this.arena.i32[(this.firstLayer + index * layerStride + layerOffsets[name]) >>> 2] = value
  }

  readLayerWord(index: number, name: LayerWord): number {
    return this.arena.i32[(this.firstLayer + index * layerStride + layerOffsets[name]) >>> 2]!
  }

  layerDouble(index: number, name: LayerDouble, value: number): void {
    this.arena.f64[(this.firstLayer + index * layerStride + layerOffsets[name]) >>> 3] = value
  }
}

/** Rounded up to a multiple of 4. */
export function padded(count: number): number {
  return (count + 3) & ~3
}
