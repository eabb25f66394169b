/** The dense layer's three products in plain loops, in the orders that backend.ts states. All matrices are row-major. */
import type { Layer } from '../network/layout.ts'
import type { Precision } from '../network/spec.ts'
import type { FloatArray } from './backend.ts'

/** Layers with fewer units sum over their inputs in four lanes. */
export const laneBound = 4

export interface Dense {
  /** z [rows, units] = x [rows, inputs] · W + b */
  forward(layer: Layer, parameters: FloatArray, x: FloatArray, z: FloatArray, rows: number): void
  /** dx [rows, inputs] = dz [rows, units] · Wᵀ */
  backward(layer: Layer, parameters: FloatArray, dz: FloatArray, dx: FloatArray, rows: number): void
  /** Adds xᵀ · dz and the sum of dz to the layer's part of `gradient`, over the batch positions of `order`, one after the other. */
  accumulate(layer: Layer, x: FloatArray, dz: FloatArray, order: Uint32Array, gradient: FloatArray): void
}

function makeDense(round: (x: number) => number): Dense {
  return {
    forward(layer, parameters, x, z, rows) {
      if (layer.units < laneBound) return forwardInLanes(layer, parameters, x, z, rows)
      const { inputs, units, weights, biases } = layer
      for (let r = 0; r < rows; r++) {
        const out = r * units
        for (let j = 0; j < units; j++) z[out + j] = parameters[biases + j]!
        for (let k = 0; k < inputs; k++) {
          const value = x[r * inputs + k]!
          const row = weights + k * units
          for (let j = 0; j < units; j++) z[out + j] = round(z[out + j]! + round(value * parameters[row + j]!))
        }
      }
    },

    backward(layer, parameters, dz, dx, rows) {
      const { inputs, units, weights } = layer
      for (let r = 0; r < rows; r++) {
        const from = r * units
        for (let k = 0; k < inputs; k++) {
          const row = weights + k * units
          let sum = round(dz[from]! * parameters[row]!)
          for (let j = 1; j < units; j++) sum = round(sum + round(dz[from + j]! * parameters[row + j]!))
          dx[r * inputs + k] = sum
        }
      }
    },

    accumulate(layer, x, dz, order, gradient) {
      const { inputs, units, weights, biases } = layer
      for (let i = 0; i < order.length; i++) {
        const r = order[i]!
        const from = r * units
        for (let k = 0; k < inputs; k++) {
          const value = x[r * inputs + k]!
          const row = weights + k * units
          for (let j = 0; j < units; j++) gradient[row + j] = round(gradient[row + j]! + round(value * dz[from + j]!))
        }
        for (let j = 0; j < units; j++) gradient[biases + j] = round(gradient[biases + j]! + dz[from + j]!)
      }
    },
  }

  function forwardInLanes(layer: Layer, parameters: FloatArray, x: FloatArray, z: FloatArray, rows: number): void {
    const { inputs, units, weights, biases } = layer
    for (let r = 0; r < rows; r++) {
      const from = r * inputs
      for (let j = 0; j < units; j++) {
        let lane0 = 0
        let lane1 = 0
        let lane2 = 0
        let lane3 = 0
        let k = 0
        for (; k + 3 < inputs; k += 4) {
          const w = weights + k * units + j
          lane0 = round(lane0 + round(x[from + k]! * parameters[w]!))
          lane1 = round(lane1 + round(x[from + k + 1]! * parameters[w + units]!))
          lane2 = round(lane2 + round(x[from + k + 2]! * parameters[w + 2 * units]!))
          lane3 = round(lane3 + round(x[from + k + 3]! * parameters[w + 3 * units]!))
        }
        const w = weights + k * units + j
        if (k < inputs) lane0 = round(lane0 + round(x[from + k]! * parameters[w]!))
        if (k + 1 < inputs) lane1 = round(lane1 + round(x[from + k + 1]! * parameters[w + units]!))
        if (k + 2 < inputs) lane2 = round(lane2 + round(x[from + k + 2]! * parameters[w + 2 * units]!))
        z[r * units + j] = round(round(round(lane0 + lane1) + round(lane2 + lane3)) + parameters[biases + j]!)
      }
    }
  }
}

const dense64 = makeDense(x => x)
const dense32 = makeDense(Math.fround)

export function denseOf(precision: Precision): Dense {
  return precision === 'float32' ? dense32 : dense64
}
