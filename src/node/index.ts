/** What only Node has: files. */
export { readTables, type LibraryReadOptions, type LibraryTables } from './library.ts'
export { type ReadOptions, type TablesRead } from './read-tables.ts'
