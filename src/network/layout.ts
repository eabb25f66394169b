/**
 * Where each parameter lies. All parameters of a network are one flat vector: for each layer in order its weights
 * [inputs, units], row-major, then its biases [units]. Gradients and moments share the layout.
 */
import {
  defaultOutputActivation, initializerSpec, lossSpec,
  type Activation, type InitializerSpec, type LossName, type NetworkSpec, type Settings,
} from './spec.ts'
import { SettingsError } from './errors.ts'

export interface Layer {
  /** Counted from 0. */
  readonly index: number
  readonly inputs: number
  readonly units: number
  readonly activation: Activation
  /** The share of this layer's activations left out in training; 0 on the output layer. */
  readonly dropout: number
  readonly initializer: InitializerSpec
  readonly biasInitializer: InitializerSpec
  /** Offsets into the flat parameter vector. */
  readonly weights: number
  readonly biases: number
}

export interface Network {
  readonly inputs: number
  readonly outputs: number
  readonly layers: readonly Layer[]
  /** Length of the flat parameter vector. */
  readonly parameters: number
  readonly dropoutScale: NetworkSpec['dropoutScale']
}

/** What model.json can hold: JavaScript's longest string is 2^29 characters, and a parameter takes up to 25. */
export const mostParameters = 2 ** 24

/**
 * The network that settings describe for a number of features and outputs. Throws SettingsError `list-length` where lists do not
 * fit the layers, `network-too-large` above mostParameters.
 */
export function networkOf(settings: Pick<Settings, 'network' | 'loss'>, inputs: number, outputs: number): Network {
  const { network } = settings
  const depth = network.hidden.length
  const loss = lossSpec(settings.loss).name
  const activations = perLayer('activation', network.activation, depth, 'hidden layers')
  const dropouts = perLayer('dropout', network.dropout, depth, 'hidden layers')
  const initializers = perLayer('initializer', network.initializer, depth + 1, 'layers, the output layer included')
  const biasInitializer: InitializerSpec = network.biasInitializer === 'zeros' ? { name: 'zeros' } : network.biasInitializer

  const layers: Layer[] = []
  let offset = 0
  for (let index = 0; index <= depth; index++) {
    const width = network.hidden[index]
    const from = layers[index - 1]?.units ?? inputs
    const units = width ?? outputs
    const initializer = initializers[index]
    layers.push({
      index,
      inputs: from,
      units,
      activation: activations[index] ?? outputActivation(network, loss),
      dropout: dropouts[index] ?? 0,
      initializer: initializer === undefined ? { name: 'zeros' } : initializerSpec(initializer),
      biasInitializer,
      weights: offset,
      biases: offset + from * units,
    })
    offset += from * units + units
  }
  if (offset > mostParameters) {
    const sizes = [inputs, ...layers.map(layer => layer.units)].join(' - ')
    throw new SettingsError('network-too-large', `A network of ${sizes} units has ${offset.toLocaleString('en')} parameters, more than the `
      + `${mostParameters.toLocaleString('en')} that a model may have; use fewer hidden units or inputs.`, { parameters: offset, expected: mostParameters })
  }
  return { inputs, outputs, layers, parameters: offset, dropoutScale: network.dropoutScale }
}

function outputActivation(network: NetworkSpec, loss: LossName): Activation {
  return network.outputActivation ?? defaultOutputActivation(loss)
}

function perLayer<T>(what: string, given: T | readonly T[], length: number, of: string): readonly T[] {
  if (!isList(given)) return Array.from({ length }, () => given)
  if (given.length !== length) {
    throw new SettingsError('list-length', `network.${what} lists ${given.length} values, but there are ${length} ${of}; give one value, or ${length}.`, {
      what, got: given.length, expected: length,
    })
  }
  return given
}

function isList<T>(value: T | readonly T[]): value is readonly T[] {
  return Array.isArray(value)
}
