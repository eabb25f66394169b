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

/** Hands out the offsets of a record's fields, in their order: 8 bytes each until the first word, then 4. */
class Offsets {
  bytes = 0
  readonly double = (): number => this.take(8)
  readonly word = (): number => this.take(4)

  private take(bytes: number): number {
    this.bytes += bytes
    return this.bytes - bytes
  }
}

// Object literals, so that an engine knows every offset as a constant: a step writes some thirty fields.
const layerFields = new Offsets()
/** Offsets in a layer's record. */
export const layerDoubleAt = {
  factor: layerFields.double(), shrink: layerFields.double(),
} as const
export const layerWordAt = {
  inputs: layerFields.word(), units: layerFields.word(), inputsPadded: layerFields.word(), unitsPadded: layerFields.word(),
  activation: layerFields.word(), lanes: layerFields.word(), dropped: layerFields.word(), threshold: layerFields.word(),
  words: layerFields.word(), given: layerFields.word(), weights: layerFields.word(), biases: layerFields.word(),
  packed: layerFields.word(), transposed: layerFields.word(), sums: layerFields.word(), z: layerFields.word(), a: layerFields.word(),
  h: layerFields.word(), bits: layerFields.word(),
} as const

const planFields = new Offsets()
/** Offsets in a plan. */
export const doubleAt = {
  divisor: planFields.double(), l2: planFields.double(), rate: planFields.double(), correction: planFields.double(),
  keep1: planFields.double(), fresh1: planFields.double(), keep2: planFields.double(), fresh2: planFields.double(),
  epsilon: planFields.double(), momentum: planFields.double(), decay: planFields.double(), clipValue: planFields.double(),
  clipNorm: planFields.double(), delta: planFields.double(), terms: planFields.double(), squares: planFields.double(),
  gradientSize: planFields.double(), parameterSize: planFields.double(), momentSize: planFields.double(),
} as const
export const wordAt = {
  layers: planFields.word(), inputs: planFields.word(), outputs: planFields.word(), parameters: planFields.word(),
  rowBytes: planFields.word(), tile: planFields.word(), blocks: planFields.word(), loss: planFields.word(),
  optimizer: planFields.word(), nesterov: planFields.word(), table: planFields.word(), tableRows: planFields.word(),
  batch: planFields.word(), drawn: planFields.word(), ordered: planFields.word(), positions: planFields.word(),
  starts: planFields.word(), wantPositions: planFields.word(), permuted: planFields.word(), from: planFields.word(),
  count: planFields.word(), digitA: planFields.word(), digitB: planFields.word(), shift: planFields.word(), rounds: planFields.word(),
  key0: planFields.word(), key1: planFields.word(), counterLow: planFields.word(), counterHigh: planFields.word(),
  keys: planFields.word(), dropoutKeys: planFields.word(), stepLow: planFields.word(),
  stepHigh: planFields.word(), negativeZeros: planFields.word(), sums: planFields.word(), sumsBytes: planFields.word(),
  blockTerms: planFields.word(), isWeight: planFields.word(), gradient: planFields.word(), current: planFields.word(),
  next: planFields.word(), first: planFields.word(), nextFirst: planFields.word(), second: planFields.word(),
  nextSecond: planFields.word(), gated: planFields.word(), fused: planFields.word(), fusedWeights: planFields.word(),
  counts: planFields.word(), offsets: planFields.word(), chunkTerms: planFields.word(),
  beat: planFields.word(), layer: planFields.word(), x: planFields.word(), y: planFields.word(), d0: planFields.word(), d1: planFields.word(),
  gates: planFields.word(), subsets: planFields.word(), fusedX: planFields.word(), fusedY: planFields.word(), fusedOut: planFields.word(),
  fusedG: planFields.word(), fusedRows: planFields.word(), fusedMask: planFields.word(), fusedLanes: planFields.word(),
} as const

/** What the kernels say their records take, to be compared with these. */
export const layerBytes = layerFields.bytes
export const planBytes = planFields.bytes
const layerStride = 128

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

/** A plan and its layers in an arena; fields are named by their offsets. */
export class PlanRecord {
  readonly address: number
  private readonly firstLayer: number

  constructor(private readonly arena: Arena, layers: number) {
    this.address = arena.allocate(planBytes)
    this.firstLayer = arena.allocate(layers * layerStride)
    this.word(wordAt.layers, layers)
    this.word(wordAt.layer, this.firstLayer)
  }

  word(at: number, value: number): void {
    this.arena.i32[(this.address + at) >>> 2] = value
  }

  double(at: number, value: number): void {
    this.arena.f64[(this.address + at) >>> 3] = value
  }

  readWord(at: number): number {
    return this.arena.i32[(this.address + at) >>> 2]!
  }

  readDouble(at: number): number {
    return this.arena.f64[(this.address + at) >>> 3]!
  }

  layerWord(index: number, at: number, value: number): void {
    this.arena.i32[(this.firstLayer + index * layerStride + at) >>> 2] = value
  }

  layerDouble(index: number, at: number, value: number): void {
    this.arena.f64[(this.firstLayer + index * layerStride + at) >>> 3] = value
  }
}

/** Rounded up to a multiple of 4. */
export function padded(count: number): number {
  return (count + 3) & ~3
}
