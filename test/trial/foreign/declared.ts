/**
 * What its user would say of the other program: settings as they believe them to be, in the words that people use. What goes
 * wrong in it they do not know, so nothing of that is said.
 */
import type { WatchOptions } from '../../../src/adapters/watch.ts'
import type { ForeignProgram, Setup } from '../list.ts'

const losses: Readonly<Record<ForeignProgram['loss'], string>> = {
  'mse': 'mse', 'rmse': 'rmse', 'relative': 'mean absolute percentage error', 'hinge': 'hinge',
  'naive-softmax': 'categorical cross-entropy', 'naive-sigmoid': 'binary cross-entropy',
}

export function declaredBy({ activation, cleaningThrownAway, dropout, epsilon, learningRate, loss, optimizer, precision, scaling, steps }: ForeignProgram, { settings }: Setup): WatchOptions {
  return {
    ...namesOf(settings), optimizer, learningRate, loss: losses[loss], reduction: 'mean', precision, steps,
    activation: activation === 'swallowing-relu' ? 'relu' : activation,
    standardize: scaling !== 'none',
    ...(optimizer === 'adam' ? { epsilon } : {}),
    ...(dropout > 0 ? { dropout } : {}),
    // They call a function that cleans; that its result is not kept they do not know.
    ...(cleaningThrownAway ? { cleaned: true } : {}),
  }
}

function namesOf({ inputs, target }: Setup['settings']): Pick<WatchOptions, 'inputs' | 'target'> {
  return { ...(inputs === undefined ? {} : { inputs }), ...(target === undefined ? {} : { target }) }
}
