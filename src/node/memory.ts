/** The bound on memory that a fit is held to. */
import { TableError } from '../table/errors.ts'
import type { Tables } from '../training/experiment.ts'

/**
 * What the program takes with a network of ordinary size: 2,000,000 rows of 60 doubles (960 MB) from disk took 139 MiB at the
 * peak, of which Node itself is 40 and what is kept of rows about as much; the rest is room for wider tables and larger batches.
 */
const programBytes = 160 * 2 ** 20

/** Of a row, whatever its columns: its number on one side of the split, marks, and what predictions of validation rows take. */
const rowBytes = 40

/** Refuses tables of which even what is kept of each row would pass the bound. Throws a TableError `memory-bound`. */
export function requireMemory({ training, validation }: Tables, { memory }: { readonly memory?: number }): void {
  if (memory === undefined) return
  const rows = training.rows + (validation !== null && typeof validation !== 'number' ? validation.rows : 0)
  const needed = programBytes + rows * rowBytes + inMemory(training) + (validation !== null && typeof validation !== 'number' ? inMemory(validation) : 0)
  if (needed <= memory) return
  throw new TableError('memory-bound', `Training on ${rows.toLocaleString('en')} rows takes about ${megabytes(needed)} MB of memory even from disk, and --memory allows `
    + `${megabytes(memory)} MB. Raise --memory to ${megabytes(needed)}MB, or train on fewer rows.`, { needed, memory, rows })
}

/** Bytes of columns that stand in memory, and of what they become: encoded, and once more for the kernels. */
function inMemory({ columns }: Tables['training']): number {
  return columns.reduce((sum, column) => {
    switch (column.kind) {
      case 'text': return sum + column.codes.byteLength
      case 'numeric': return sum + column.values.byteLength * 3
      case 'stored': return sum
      default: return column satisfies never
    }
  }, 0)
}

function megabytes(bytes: number): number {
  return Math.ceil(bytes / 1e6)
}
