import { smoothTable } from '../cases.ts'
import { causeSuite, small } from './suite.ts'

causeSuite('unused-columns', {
  fires: [],
  staysSilent: [
    { name: 'NaN in an unused column', training: smoothTable(200, 5, [{ row: 7, column: 0, value: NaN }]), options: { ...small, inputs: [2, 3, 4, 5] } },
    { name: 'NaN in an unused and in a used column', onPage: 1, training: smoothTable(200, 5, [{ row: 7, column: 0, value: NaN }, { row: 9, column: 2, value: NaN }]), options: { ...small, inputs: [2, 3, 4, 5] } },
  ],
})
