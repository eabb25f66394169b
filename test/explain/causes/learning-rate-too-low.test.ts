import { smoothTable } from '../cases.ts'
import { answeringTheMean, type Seen } from '../programs.ts'
import { causeSuite, small } from './suite.ts'

const options = { ...small, steps: 400, l2: 0 }
/** A program whose answers stay what they were; its gradients have this norm. */
function still(options: Seen['options'], norm?: number): Seen {
  const table = smoothTable(200, 5)
  return { table, steps: answeringTheMean(table, 20, 60).map(step => (norm === undefined ? step : { ...step, gradients: [norm] })), options: { target: 6, ...options } }
}
causeSuite('learning-rate-too-low', {
  fires: [
    { name: 'Adam at a millionth', onPage: 1, training: smoothTable(200, 5), options: { ...options, optimizer: { name: 'adam', learningRate: 1e-6 } } },
    { name: 'SGD at a hundred-thousandth', training: smoothTable(200, 5), options: { ...options, optimizer: { name: 'sgd', learningRate: 1e-5 } } },
    { name: 'of Adam, in another program', watched: () => still({ optimizer: 'adam', learningRate: 1e-6 }) },
    { name: 'of gradient descent against a gradient that was shown', watched: () => still({ optimizer: 'sgd', learningRate: 1e-4 }, 0.3) },
    { name: 'of gradient descent alone', watched: () => still({ optimizer: 'sgd', learningRate: 1e-6 }) },
  ],
  staysSilent: [
    { name: 'a usual rate of a program that learns nothing all the same', watched: () => still({ optimizer: 'sgd', learningRate: 0.01 }) },
    { name: 'a usual rate against a gradient that is next to nothing', watched: () => still({ optimizer: 'sgd', learningRate: 0.05 }, 1e-4) },
    { name: 'a small rate against a large gradient', watched: () => still({ optimizer: 'sgd', learningRate: 1e-6 }, 1e3) },
    { name: 'a rate that suits', training: smoothTable(200, 5), options: { ...options, optimizer: { name: 'adam', learningRate: 0.01 } } },
    { name: 'all units dead', training: smoothTable(200, 5), options: { ...options, optimizer: { name: 'adam', learningRate: 0.01 }, network: { hidden: [8], dropout: 0, activation: 'relu', biasInitializer: { name: 'constant', value: -50 } } } },
  ],
})
