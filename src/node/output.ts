/** Writing to standard output and standard error so that nothing is lost without a word. */
import { fstatSync, writeSync } from 'node:fs'

interface Output {
  readonly fd: number
  write(text: string): unknown
  emit(event: 'error', error: unknown): unknown
}

/**
 * Writes all of a text, or tells the stream's `error` listeners why not. Node writes to a file once and takes what the system
 * took for all of it: on a disk that fills up the rest would be lost. Terminals and pipes are left to Node, which waits for them.
 */
export function writeWhole(stream: Output, text: string): void {
  if (!isFile(stream.fd)) {
    stream.write(text)
    return
  }
  const bytes = new TextEncoder().encode(text)
  try {
    let at = 0
    while (at < bytes.length) at += writeSync(stream.fd, bytes, at)
  } catch (error) {
    stream.emit('error', error)
  }
}

function isFile(descriptor: number): boolean {
  try {
    return fstatSync(descriptor).isFile()
  } catch {
    return false
  }
}
