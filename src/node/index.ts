/** What only Node has: files and threads. */
export { platform } from './platform.ts'
export { readTables, type LibraryReadOptions, type LibraryTables } from './library.ts'
export { type ReadOptions, type TablesRead } from './read-tables.ts'
