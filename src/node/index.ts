/** What only Node has: files. */
export { readTables, type ReadOptions, type TablesRead } from './read-tables.ts'
