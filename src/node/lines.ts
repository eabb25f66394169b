/** Lines of a text file, one at a time, so that a log may be larger than memory. */
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { WatchError } from '../adapters/errors.ts'

/** Row numbers of a batch of ten million fit into it. */
const longestLine = 128 * 2 ** 20

/** A line of this length that does not begin as an object will not become one. */
const longestOther = 2 ** 20

/**
 * `-` is standard input. UTF-8, or UTF-16 by its mark, as PowerShell writes it. Throws WatchError `log-is-folder`,
 * `log-not-text`, `log-line-too-long`; what the system refuses comes as it is.
 */
export async function* linesOf(path: string): AsyncGenerator<string> {
  if (path !== '-' && (await stat(path)).isDirectory()) throw new WatchError('log-is-folder', `${path} is a folder; expected the file of steps that the program wrote.`, { path })
  const stream: AsyncIterable<Uint8Array> = path === '-' ? process.stdin : createReadStream(path, { highWaterMark: 2 ** 18 })
  const line = new LongLine(path)
  let decoder: Decoder | undefined
  for await (const chunk of stream) {
    decoder ??= decoderFor(path, chunk)
    const [first = '', ...parts] = decoder.decode(chunk, { stream: true }).split('\n')
    line.add(first)
    for (const part of parts) {
      yield line.end()
      line.add(part)
    }
  }
  line.add(decoder?.decode() ?? '')
  if (line.length > 0) yield line.end()
}

type Decoder = InstanceType<typeof TextDecoder>

function decoderFor(path: string, start: Uint8Array): Decoder {
  const wide = start[0] === 0xff && start[1] === 0xfe ? 'utf-16le' : start[0] === 0xfe && start[1] === 0xff ? 'utf-16be' : undefined
  if (wide === undefined && start.includes(0)) {
    throw new WatchError('log-not-text', `${path} holds zero bytes, so it is no text in UTF-8; expected one JSON object for each step, one a line.`, { path })
  }
  return new TextDecoder(wide)
}

/** A line as it comes in pieces, joined once. */
class LongLine {
  length = 0
  private number = 1
  private pieces: string[] = []

  constructor(private readonly path: string) {}

  add(piece: string): void {
    this.pieces.push(piece)
    this.length += piece.length
    const limit = /^\s*\{/.test(this.pieces[0] ?? '') ? longestLine : longestOther
    if (this.length <= limit) return
    throw new WatchError('log-line-too-long', `Line ${this.number} of ${this.path} is longer than ${limit.toLocaleString('en')} characters${limit === longestOther ? ' and begins no JSON object' : ''}; `
      + 'expected one JSON object for each step, one a line.', { path: this.path, line: this.number })
  }

  end(): string {
    const whole = this.pieces.join('').replace(/\r$/, '')
    this.pieces = []
    this.length = 0
    this.number++
    return whole
  }
}
