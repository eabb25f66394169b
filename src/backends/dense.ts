/**
 * The dense layer's three products, in the orders that backend.ts states. All matrices are row-major.
 *
 * The innermost loops stand twice, once for each precision: a rounding that is handed in as a function costs ten times the
 * arithmetic.
 */
import type { Layer } from '../network/layout.ts'
import type { Precision } from '../network/spec.ts'
import type { FloatArray } from './backend.ts'

/** Layers with fewer units sum over their inputs in four lanes. */
export const laneBound = 4

interface Loops {
  /** y[j] = y[j] + factor * x[j] for n elements, from offsets. */
  addScaled(factor: number, x: FloatArray, xFrom: number, y: FloatArray, yFrom: number, n: number): void
  /** y[j] = y[j] + x[j] */
  add(x: FloatArray, xFrom: number, y: FloatArray, yFrom: number, n: number): void
  /** x[0] * y[0] + x[1] * y[1] + …, starting with the first product. */
  dot(x: FloatArray, xFrom: number, y: FloatArray, yFrom: number, n: number): number
  /** The sum of x[k] * y[k * stride] in four lanes: (lane 0 + lane 1) + (lane 2 + lane 3). */
  dotInLanes(x: FloatArray, xFrom: number, y: FloatArray, yFrom: number, stride: number, n: number): number
  /** out = x * y, element by element. */
  multiply(x: FloatArray, y: FloatArray, out: FloatArray): void
}

const loops64: Loops = {
  addScaled(factor, x, xFrom, y, yFrom, n) {
    for (let j = 0; j < n; j++) y[yFrom + j] = y[yFrom + j]! + factor * x[xFrom + j]!
  },
  add(x, xFrom, y, yFrom, n) {
    for (let j = 0; j < n; j++) y[yFrom + j] = y[yFrom + j]! + x[xFrom + j]!
  },
  dot(x, xFrom, y, yFrom, n) {
    let sum = x[xFrom]! * y[yFrom]!
    for (let j = 1; j < n; j++) sum += x[xFrom + j]! * y[yFrom + j]!
    return sum
  },
  dotInLanes(x, xFrom, y, yFrom, stride, n) {
    let [lane0, lane1, lane2, lane3] = [0, 0, 0, 0]
    let k = 0
    for (; k + 3 < n; k += 4) {
      const at = yFrom + k * stride
      lane0 += x[xFrom + k]! * y[at]!
      lane1 += x[xFrom + k + 1]! * y[at + stride]!
      lane2 += x[xFrom + k + 2]! * y[at + 2 * stride]!
      lane3 += x[xFrom + k + 3]! * y[at + 3 * stride]!
    }
    if (k < n) lane0 += x[xFrom + k]! * y[yFrom + k * stride]!
    if (k + 1 < n) lane1 += x[xFrom + k + 1]! * y[yFrom + (k + 1) * stride]!
    if (k + 2 < n) lane2 += x[xFrom + k + 2]! * y[yFrom + (k + 2) * stride]!
    return lane0 + lane1 + (lane2 + lane3)
  },
  multiply(x, y, out) {
    for (let i = 0; i < out.length; i++) out[i] = x[i]! * y[i]!
  },
}

const round = Math.fround

const loops32: Loops = {
  addScaled(factor, x, xFrom, y, yFrom, n) {
    for (let j = 0; j < n; j++) y[yFrom + j] = round(y[yFrom + j]! + round(factor * x[xFrom + j]!))
  },
  add(x, xFrom, y, yFrom, n) {
    for (let j = 0; j < n; j++) y[yFrom + j] = round(y[yFrom + j]! + x[xFrom + j]!)
  },
  dot(x, xFrom, y, yFrom, n) {
    let sum = round(x[xFrom]! * y[yFrom]!)
    for (let j = 1; j < n; j++) sum = round(sum + round(x[xFrom + j]! * y[yFrom + j]!))
    return sum
  },
  dotInLanes(x, xFrom, y, yFrom, stride, n) {
    let [lane0, lane1, lane2, lane3] = [0, 0, 0, 0]
    let k = 0
    for (; k + 3 < n; k += 4) {
      const at = yFrom + k * stride
      lane0 = round(lane0 + round(x[xFrom + k]! * y[at]!))
      lane1 = round(lane1 + round(x[xFrom + k + 1]! * y[at + stride]!))
      lane2 = round(lane2 + round(x[xFrom + k + 2]! * y[at + 2 * stride]!))
      lane3 = round(lane3 + round(x[xFrom + k + 3]! * y[at + 3 * stride]!))
    }
    if (k < n) lane0 = round(lane0 + round(x[xFrom + k]! * y[yFrom + k * stride]!))
    if (k + 1 < n) lane1 = round(lane1 + round(x[xFrom + k + 1]! * y[yFrom + (k + 1) * stride]!))
    if (k + 2 < n) lane2 = round(lane2 + round(x[xFrom + k + 2]! * y[yFrom + (k + 2) * stride]!))
    return round(round(lane0 + lane1) + round(lane2 + lane3))
  },
  multiply(x, y, out) {
    for (let i = 0; i < out.length; i++) out[i] = round(x[i]! * y[i]!)
  },
}

/** The products of one precision. */
export class Dense {
  private readonly loops: Loops
  private readonly round: (x: number) => number

  constructor(precision: Precision) {
    this.loops = precision === 'float32' ? loops32 : loops64
    this.round = precision === 'float32' ? round : x => x
  }

  /** z [rows, units] = x [rows, inputs] · W + b */
  forward({ inputs, units, weights, biases }: Layer, parameters: FloatArray, x: FloatArray, z: FloatArray, rows: number): void {
    for (let r = 0; r < rows; r++) {
      const [from, to] = [r * inputs, r * units]
      if (units < laneBound) {
        for (let j = 0; j < units; j++) {
          const sum = this.loops.dotInLanes(x, from, parameters, weights + j, units, inputs)
          z[to + j] = this.round(sum + parameters[biases + j]!)
        }
      } else {
        for (let j = 0; j < units; j++) z[to + j] = parameters[biases + j]!
        for (let k = 0; k < inputs; k++) this.loops.addScaled(x[from + k]!, parameters, weights + k * units, z, to, units)
      }
    }
  }

  /** dx [rows, inputs] = dz [rows, units] · Wᵀ */
  backward({ inputs, units, weights }: Layer, parameters: FloatArray, dz: FloatArray, dx: FloatArray, rows: number): void {
    for (let r = 0; r < rows; r++) {
      for (let k = 0; k < inputs; k++) dx[r * inputs + k] = this.loops.dot(dz, r * units, parameters, weights + k * units, units)
    }
  }

  /** Adds xᵀ · dz and the sum of dz to the layer's part of `gradient`, over the batch positions of `order`, one after the other. */
  accumulate({ inputs, units, weights, biases }: Layer, x: FloatArray, dz: FloatArray, order: Uint32Array, gradient: FloatArray): void {
    for (let i = 0; i < order.length; i++) {
      const r = order[i]!
      for (let k = 0; k < inputs; k++) this.loops.addScaled(x[r * inputs + k]!, dz, r * units, gradient, weights + k * units, units)
      this.loops.add(dz, r * units, gradient, biases, units)
    }
  }

  /** out = x * y, element by element. */
  multiply(x: FloatArray, y: FloatArray, out: FloatArray): void {
    this.loops.multiply(x, y, out)
  }
}
