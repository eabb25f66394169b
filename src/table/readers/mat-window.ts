/** Reads a source in pieces that are worth a call: many small reads in a row cost one. */
import { matError } from './mat-values.ts'
import type { Source } from './source.ts'

const piece = 65_536

export class SourceWindow {
  readonly file: string
  readonly size: number
  private readonly source: Source
  private start = 0
  private bytes = new Uint8Array(0)

  constructor(source: Source) {
    this.source = source
    this.file = source.name
    this.size = source.size
  }

  /** The bytes from `start` to `end`, which the caller has held against `size`. */
  async read(start: number, end: number): Promise<Uint8Array> {
    if (end - start >= piece) return this.fetch(start, end)
    if (start < this.start || end > this.start + this.bytes.length) {
      this.bytes = await this.fetch(start, Math.min(this.size, start + piece))
      this.start = start
    }
    return this.bytes.subarray(start - this.start, end - this.start)
  }

  private async fetch(start: number, end: number): Promise<Uint8Array<ArrayBuffer>> {
    const read = await this.source.read(start, end)
    if (read.byteLength !== end - start) {
      throw matError('truncated', { file: this.file, byte: start, got: `${read.byteLength} bytes`, expected: `${end - start}` })
    }
    // Views that Buffer makes behave unlike those of Uint8Array (slice shares instead of copying).
    return new Uint8Array(read.buffer as ArrayBuffer, read.byteOffset, read.byteLength)
  }
}
