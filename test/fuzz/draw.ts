/** One damaged file after another, each read and judged: a table or a TableError, and nothing else. */
import { readSource } from '../../src/node/read-tables.ts'
import { lengthOf, type FileContents } from '../../src/table/table.ts'
import { memorySource } from '../../src/table/readers/source.ts'
import { Draw, mutate } from './mutate.ts'
import type { Seed } from './seeds.ts'

/** The damaged file of a seed number and an index. */
export function damagedFile(seeds: readonly Seed[], seed: number, index: number): { readonly name: string, readonly bytes: Uint8Array } {
  const draw = new Draw(seed, index)
  const chosen = draw.of(seeds)
  const other = draw.of(seeds)
  if (chosen.parts !== undefined && chosen.repack !== undefined && draw.below(4) > 0) {
    const part = draw.below(chosen.parts.length)
    const bytes = bytesOf(chosen.parts[part]?.data ?? '')
    return { name: chosen.name, bytes: chosen.repack(part, mutate(draw, bytes, bytesOf(draw.of(chosen.parts).data))) }
  }
  return { name: chosen.name, bytes: mutate(draw, chosen.bytes, other.bytes) }
}

function bytesOf(data: string | Uint8Array): Uint8Array {
  return typeof data === 'string' ? new TextEncoder().encode(data) : data
}

/** What is wrong with how a file was read; null where nothing is. */
export async function judge(name: string, bytes: Uint8Array): Promise<string | null> {
  try {
    return faultOf(await readSource(memorySource(name, bytes), { duckdb: { module: null } }))
  } catch (error) {
    if (error instanceof Error && error.name === 'TableError') return error.message.length > 0 && error.message.length < 5000 ? null
      : 'an error without a sentence'
    return error instanceof Error ? `${error.name}: ${error.message.slice(0, 200)}\n${error.stack?.split('\n').slice(1, 4).join('\n') ?? ''}` : String(error)
  }
}

function faultOf({ variables }: FileContents): string | null {
  for (const { name, table, unsupported } of variables) {
    if ((table === undefined) === (unsupported === undefined)) return `${name} is both a table and none, or neither`
    if (table === undefined) continue
    for (const [c, column] of table.columns.entries()) {
      if (lengthOf(column) !== table.rows) return `${name} has ${table.rows} rows and a column of ${lengthOf(column)}`
      if (column.kind === 'text' && column.codes.some(code => code < -1
        || code >= column.levels.length)) return `${name} has a code beyond its levels`
      if (table.rows > 0) table.origin(table.rows - 1, c)
      if (c > 20) break
    }
  }
  return null
}
