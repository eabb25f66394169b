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
