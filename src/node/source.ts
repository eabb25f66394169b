/** Bytes of files and of standard input, for readers that take a source. */
import { open, type FileHandle } from 'node:fs/promises'
import { basename } from 'node:path'
import { TableError } from '../table/errors.ts'
import { memorySource, type Source } from '../table/readers/source.ts'
import type { Scratch } from '../table/stored.ts'

/** A file as a source; `close` gives its handle back. */
export interface FileSource extends Source {
  close(): Promise<void>
}

/**
 * Opens a file for positioned reads. Throws a TableError (`file-missing`, `file-is-folder`, `file-unreadable`) that says
 * what stands at the path; a read throws `file-changed` when the file has become shorter since. What is no file is read to
 * its end, into `scratch` where that is given and else into memory.
 */
export async function openFile(path: string, scratch?: Scratch): Promise<FileSource> {
  const name = basename(path)
  let handle: FileHandle
  try {
    handle = await open(path, 'r')
  } catch (error) {
    throw refusal(path, error)
  }
  try {
    const status = await handle.stat()
    if (status.isDirectory()) throw folder(path)
    if (!status.isFile()) {
      // A pipe or a device: read to its end.
      const stream = handle.createReadStream({ autoClose: false })
      const drained = scratch === undefined ? memorySource(name, await drain(stream, name)) : await drainAside(stream, name, scratch)
      return { ...drained, close: () => handle.close() }
    }
    return { name, size: status.size, read: (start, end) => readRange(handle, path, start, end), close: () => handle.close() }
  } catch (error) {
    await handle.close()
    throw error instanceof TableError ? error : refusal(path, error)
  }
}

/** All of standard input, in memory or in a scratch: a pipe cannot be read at a position. */
export async function standardInput(input: AsyncIterable<Uint8Array | string> = process.stdin, scratch?: Scratch): Promise<Source> {
  if (scratch !== undefined) return drainAside(input, 'standard input', scratch)
  return memorySource('standard input', await drain(input, 'standard input'))
}

/** All that comes, into a scratch, as a source. */
export async function drainAside(input: AsyncIterable<Uint8Array | string>, name: string, scratch: Scratch): Promise<Source> {
  let start = -1
  let size = 0
  for await (const chunk of input) {
    const bytes = typeof chunk === 'string' ? new TextEncoder().encode(chunk) : chunk
    const at = scratch.append(bytes)
    if (start === -1) start = at
    size += bytes.length
  }
  return {
    name, size,
    read(from, to) {
      const bytes = new Uint8Array(to - from)
      scratch.read(bytes, start + from)
      return Promise.resolve(bytes)
    },
  }
}

/** Bytes of a pipe or a device at most: they have to be held in memory whole. */
const mostPiped = 2 ** 29

async function drain(input: AsyncIterable<Uint8Array | string>, name: string): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of input) {
    const bytes = typeof chunk === 'string' ? new TextEncoder().encode(chunk) : chunk
    size += bytes.length
    if (size > mostPiped) {
      throw new TableError('pipe-too-long', `${name} goes on beyond ${mostPiped} bytes, and what is no file is read into memory whole: expected a table. Put it into a file first, or give --memory.`, { name })
    }
    chunks.push(bytes)
  }
  const whole = new Uint8Array(size)
  let at = 0
  for (const chunk of chunks) {
    whole.set(chunk, at)
    at += chunk.length
  }
  return whole
}

async function readRange(handle: FileHandle, path: string, start: number, end: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(end - start)
  let filled = 0
  while (filled < bytes.length) {
    const { bytesRead } = await handle.read(bytes, filled, bytes.length - filled, start + filled).catch((error: unknown) => {
      throw refusal(path, error)
    })
    if (bytesRead === 0) {
      throw new TableError('file-changed', `${path} ends at byte ${start + filled}, but had at least ${end} bytes when it was opened: ` +
        'something shortened it meanwhile. Read it again when nothing writes to it.', { file: path, byte: start + filled, expected: end })
    }
    filled += bytesRead
  }
  return bytes
}

function folder(path: string): TableError {
  return new TableError('file-is-folder', `${path} is a folder, not a file. Name a file in it.`, { file: path })
}

function refusal(path: string, error: unknown): TableError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return new TableError('file-missing', `There is no file ${path}. Check the name and the folder.`, { file: path })
  }
  if (code === 'EISDIR') return folder(path)
  if (code === 'ELOOP') return new TableError('file-links', `${path} cannot be read: its links lead round in a circle. Name the file itself.`, { file: path, code })
  const why = code === 'EACCES' || code === 'EPERM' ? 'this user may not read it' : `the system said ${code}`
  return new TableError('file-unreadable', `${path} cannot be read: ${why}. Check its permissions and that the disk is there.`,
    { file: path, code })
}
