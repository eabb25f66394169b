/**
 * First parameters. Draws come from outside, so that this file is the same for every generator; with Philox, weight i of a
 * layer takes draw i of the layer's own counter, and depends on nothing but the seed and its place.
 *
 * He et al. 2015: deviation sqrt(2 / inputs). Glorot and Bengio 2010: sqrt(2 / (inputs + units)). LeCun et al. 1998: sqrt(1 / inputs).
 * The uniform forms have the same deviation: bound = sqrt(3) * deviation.
 */
import type { Layer, Network } from './layout.ts'
import type { InitializerSpec } from './spec.ts'

/** Draws for the weights of one layer (from 0). */
export interface Chance {
  /** Standard normal. */
  normals(layer: number, count: number): Float64Array
  /** Uniform in [0, 1). */
  uniforms(layer: number, count: number): Float64Array
}

/** The first parameters, in the layout of `network`, as float64. */
export function initialParameters(network: Network, chance: Chance): Float64Array {
  const parameters = new Float64Array(network.parameters)
  for (const layer of network.layers) {
    fill(parameters.subarray(layer.weights, layer.biases), layer.initializer, layer, chance)
    const { biasInitializer, biases, units } = layer
    if (biasInitializer.name === 'constant') parameters.fill(biasInitializer.value, biases, biases + units)
  }
  return parameters
}

function fill(weights: Float64Array, initializer: InitializerSpec, layer: Layer, chance: Chance): void {
  switch (initializer.name) {
    case 'zeros':
      return
    case 'constant':
      weights.fill(initializer.value)
      return
    case 'he-normal': case 'glorot-normal': case 'lecun-normal': {
      const divisor = inverseDeviation(initializer.name, layer)
      const z = chance.normals(layer.index, weights.length)
      for (let i = 0; i < weights.length; i++) weights[i] = z[i]! / divisor
      return
    }
    case 'he-uniform': case 'glorot-uniform': case 'lecun-uniform': {
      const bound = Math.sqrt(3) / inverseDeviation(initializer.name, layer)
      const u = chance.uniforms(layer.index, weights.length)
      for (let i = 0; i < weights.length; i++) weights[i] = bound * (2 * u[i]! - 1)
      return
    }
    default:
      initializer satisfies never
  }
}

/** One over the deviation: what a program that draws `randn() / sqrt(inputs / 2)` divides by. */
function inverseDeviation(name: string, { inputs, units }: Layer): number {
  if (name.startsWith('he')) return Math.sqrt(inputs / 2)
  return name.startsWith('glorot') ? Math.sqrt((inputs + units) / 2) : Math.sqrt(inputs)
}
