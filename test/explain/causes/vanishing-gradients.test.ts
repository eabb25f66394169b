import { smoothTable } from '../cases.ts'
import { answeringTheMean, type Seen } from '../programs.ts'
import { causeSuite, small } from './suite.ts'

const deep = (activation: string, layers = 10): object => ({ hidden: Array.from({ length: layers }, () => 12), dropout: 0, activation, initializer: 'glorot-uniform' })
const options = { ...small, steps: 400, l2: 0, optimizer: { name: 'sgd', learningRate: 0.05, momentum: 0.9 } }
/** A program that answers the mean throughout, whose gradients have this norm. */
function still(norm: number): Seen {
  const table = smoothTable(400, 4)
  return { table, steps: answeringTheMean(table, 40, 60).map(step => ({ ...step, gradients: [norm] })), options: { target: 5, optimizer: 'sgd', learningRate: 0.05 } }
}
causeSuite('vanishing-gradients', {
  fires: [
    { name: 'ten layers of sigmoid', onPage: 1, training: smoothTable(200, 5), options: { ...options, network: deep('sigmoid') } },
    { name: 'hardly any gradient where the table says much, in another program', watched: () => still(1e-4) },
  ],
  staysSilent: [
    { name: 'a gradient of the size that the table gives', watched: () => still(0.2) },
    { name: 'two of them', training: smoothTable(200, 5), options: { ...options, optimizer: { name: 'adam', learningRate: 0.02 }, network: deep('sigmoid', 2) } },
    { name: 'ten of tanh', training: smoothTable(200, 5), options: { ...options, network: deep('tanh') } },
  ],
})
