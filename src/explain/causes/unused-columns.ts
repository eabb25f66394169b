/** Cells that are not finite in columns that the network never reads: they are never to blame. docs/causes/unused-columns.md */
import { say, type Cause } from '../finding.ts'

export const unusedColumns: Cause = {
  id: 'unused-columns',
  explains: ['non-finite'],
  words: {
    en: { 'name': 'unused columns', 'ruled-out.one': 'one cell in them is not finite, and the network never reads it', 'ruled-out': '{count:count} cells in them are not finite, and the network never reads them' },
    zh: { 'name': '未使用的列', 'ruled-out.one': '其中有 1 个单元格非有限，但网络从不读取', 'ruled-out': '其中有 {count:count} 个单元格非有限，但网络从不读取' },
  },
  check: () => null,
  ruleOut: ({ unusedBadCells }) => (unusedBadCells === 0 ? null : unusedBadCells === 1 ? say('ruled-out.one') : say('ruled-out', { count: unusedBadCells })),
}
