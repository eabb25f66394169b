/** Lines of a text file, one at a time, so that a log may be larger than memory. */
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { WatchError } from '../adapters/errors.ts'

/** Row numbers of a batch of ten million fit into it. */
const longestLine = 128 * 2 ** 20

/** `-` is standard input. Throws WatchError `log-is-folder`, `log-line-too-long`; what the system refuses comes as it is. */
export async function* linesOf(path: string): AsyncGenerator<string> {
  if (path !== '-' && (await stat(path)).isDirectory()) throw new WatchError('log-is-folder', `${path} is a folder; expected the file of steps that the program wrote.`, { path })
  const stream = path === '-' ? process.stdin : createReadStream(path, { highWaterMark: 2 ** 18 })
  const decoder = new TextDecoder()
  let rest = ''
  let line = 0
  for await (const chunk of stream) {
    const parts = (rest + decoder.decode(chunk as Uint8Array, { stream: true })).split('\n')
    rest = parts.pop() ?? ''
    for (const part of parts) {
      line++
      yield part.replace(/\r$/, '')
    }
    if (rest.length > longestLine) {
      throw new WatchError('log-line-too-long', `Line ${line + 1} of ${path} is longer than ${longestLine.toLocaleString('en')} characters; expected one JSON object for each step, one a line.`, { path, line: line + 1 })
    }
  }
  rest += decoder.decode()
  if (rest !== '') yield rest
}
