/** A command line that cannot be followed: an unknown option, a value that is none. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
  constructor(readonly id: string, sentence: string) {
    super(sentence)
  }
}

/** Why the system refused a file, as the middle of a sentence. Codes as in errno(3). */
export function whyRefused(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (code === '' && error instanceof RangeError) return error.message
  switch (code) {
    case 'ENOENT': return 'there is no such file or folder'
    case 'ENOTDIR': case 'EEXIST': return 'a file stands where a folder is needed'
    case 'EISDIR': return 'it is a folder'
    case 'EACCES': case 'EPERM': return 'this user may not do that'
    case 'EROFS': return 'the disk is read-only'
    case 'ENOSPC': case 'EDQUOT': return 'no space is left on the disk'
    case 'EFBIG': return 'it would be larger than the system allows'
    case 'ELOOP': return 'its links lead round in a circle'
    case 'EMFILE': case 'ENFILE': return 'too many files are open'
    case 'ENAMETOOLONG': return 'the name is longer than the system allows'
    default: return `the system said ${code === '' ? String(error) : code}`
  }
}

/** What to say where memory was refused, by Node (RangeError, ENOMEM) or by WebAssembly; null for other errors. */
export function memoryRefusal(error: Error): string | null {
  const code = 'code' in error ? String(error.code) : ''
  if (error instanceof RangeError && error.message.startsWith('WebAssembly')) {
    return `There is not enough memory for this (${error.message}). Each kernel reserves about 10 GB of addresses, though little memory: where ulimit -v bounds addresses, lift that bound; `
      + 'else use a smaller batch, fewer hidden units or fewer rows.'
  }
  const refused = code === 'ENOMEM' || code === 'ERR_WORKER_OUT_OF_MEMORY' || (error instanceof RangeError && /allocat|out of memory|invalid (?:typed )?array (?:buffer )?length/i.test(error.message))
  return refused ? `There is not enough memory for this (${error.message}). Use a smaller batch, fewer hidden units or fewer rows, or let fit and audit work from disk with --memory.` : null
}
