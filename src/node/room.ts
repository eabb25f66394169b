/** A bound on memory while tables are read: what might not fit goes into a scratch, and what cannot go there is bounded. */
import { createGunzip } from 'node:zlib'
import { Readable } from 'node:stream'
import { TableError } from '../table/errors.ts'
import type { Format } from '../table/readers/detect.ts'
import { readFooter } from '../table/readers/parquet/footer.ts'
import type { Source } from '../table/readers/source.ts'
import type { Scratch } from '../table/stored.ts'
import { openScratch } from './scratch.ts'
import { drainAside } from './source.ts'

export class Room {
  private opened: Scratch | undefined

  /** `memory`: the bound in bytes. */
  constructor(private readonly memory: number) {}

  get scratch(): Scratch {
    return this.opened ??= openScratch()
  }

  /** How to read a file: into the scratch where its table might take more than a quarter of the bound, else in memory. */
  async of(format: Exclude<Format, 'gzip'>, source: Source): Promise<{ readonly scratch?: Scratch, readonly maximumBytes?: number }> {
    if (await tableBytes(format, source) <= this.memory / 4) return {}
    if (format === 'csv' || format === 'npy' || format === 'parquet') return { scratch: this.scratch, maximumBytes: Number.MAX_SAFE_INTEGER }
    if (source.size > this.memory / 2) {
      throw new TableError('memory-bound', `${source.name} has ${mebibytes(source.size)}, and files of this kind are read into memory whole: with a bound of `
        + `${mebibytes(this.memory)} they may have half of it. Raise --memory, or save the table as Parquet, CSV or .npy.`,
      { file: source.name, size: source.size, memory: this.memory })
    }
    return { maximumBytes: Math.floor(this.memory / 2) }
  }
}

/** What a file's table takes in memory as doubles, at most; of text, two bytes make a number at the least. */
export async function tableBytes(format: Exclude<Format, 'gzip'>, source: Source): Promise<number> {
  if (format === 'csv') return source.size * 4
  if (format !== 'parquet') return source.size * 2
  const { rows, columns } = await readFooter(source)
  return rows * columns.length * 8
}

/** Unpacks a gzip file into a scratch, piece by piece. */
export async function unpackAside(source: Source, scratch: Scratch): Promise<Source> {
  const gunzip = createGunzip()
  const packed = Readable.from(piecesOf(source))
  packed.on('error', error => gunzip.destroy(error))
  packed.pipe(gunzip)
  try {
    return await drainAside(gunzip, source.name.replace(/\.gz$/i, ''), scratch)
  } catch (error) {
    if (error instanceof TableError) throw error
    const why = error instanceof Error ? error.message : String(error)
    throw new TableError('gzip-damaged', `${source.name} cannot be unpacked with gzip: ${why}. Expected a whole gzip file; copy it again or unpack it yourself.`, { file: source.name })
  }
}

async function* piecesOf(source: Source): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < source.size; at += 2 ** 20) yield source.read(at, Math.min(source.size, at + 2 ** 20))
}

function mebibytes(bytes: number): string {
  return `${Math.ceil(bytes / 2 ** 20).toLocaleString('en')} MiB`
}
