/**
 * First parameters, drawn from the stream 'weights' of the seed: parameter i of the flat vector takes draw i, so that its
 * value depends on nothing but the seed, its place and its initializer.
 *
 * He et al. 2015: deviation sqrt(2 / inputs). Glorot and Bengio 2010: sqrt(2 / (inputs + units)). LeCun et al. 1998: sqrt(1 / inputs).
 * The uniform forms have the same deviation: bound = sqrt(3) * deviation.
 */
import { normals, philoxKey, uniforms } from '../numeric/philox.ts'
import type { Layer, Network } from './layout.ts'
import type { InitializerSpec } from './spec.ts'

/** The first parameters, in the layout of `network`, as float64. */
export function initialParameters(network: Network, seed: number): Float64Array {
  const parameters = new Float64Array(network.parameters)
  const key = philoxKey(seed, 'weights')
  for (const layer of network.layers) {
    const weights = layer.inputs * layer.units
    fill(parameters.subarray(layer.weights, layer.biases), layer.initializer, layer, count => ({
      normal: () => normals(key, layer.index, count),
      uniform: () => uniforms(key, layer.index, count),
    }))
    if (layer.biasInitializer.name === 'constant') parameters.fill(layer.biasInitializer.value, layer.weights + weights, layer.biases + layer.units)
  }
  return parameters
}

interface Draws {
  normal(): Float64Array
  uniform(): Float64Array
}

function fill(into: Float64Array, initializer: InitializerSpec, layer: Layer, draws: (count: number) => Draws): void {
  switch (initializer.name) {
    case 'zeros':
      return
    case 'constant':
      into.fill(initializer.value)
      return
    default: {
      const deviation = deviationOf(initializer.name, layer)
      const { normal, uniform } = draws(into.length)
      if (initializer.name.endsWith('normal')) {
        const z = normal()
        for (let i = 0; i < into.length; i++) into[i] = deviation * z[i]!
      } else {
        const u = uniform()
        const bound = deviation * Math.sqrt(3)
        for (let i = 0; i < into.length; i++) into[i] = bound * (2 * u[i]! - 1)
      }
    }
  }
}

function deviationOf(name: Exclude<InitializerSpec['name'], 'zeros' | 'constant'>, layer: Layer): number {
  const family = name.split('-')[0]
  if (family === 'he') return Math.sqrt(2 / layer.inputs)
  if (family === 'glorot') return Math.sqrt(2 / (layer.inputs + layer.units))
  return Math.sqrt(1 / layer.inputs)
}
