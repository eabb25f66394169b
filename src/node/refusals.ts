/** What the system refuses of a run folder, as sentences. */
import { RecordError } from '../record/errors.ts'

/** What the system refuses, as sentences. Codes as in errno(3). */
export async function refusing<T>(path: string, verb: 'read' | 'written' | 'made' | 'removed', work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    const code = codeOf(error)
    throw error instanceof RecordError || code === '' ? error : refusal(path, verb, code)
  }
}

function refusal(path: string, verb: string, code: string): RecordError {
  const say = (id: string, why: string, advice: string): RecordError =>
    new RecordError(id, `${path} cannot be ${verb}: ${why}. ${advice}`, { path, code })
  switch (code) {
    case 'ENOSPC': case 'EDQUOT': return say('disk-full', 'no space is left on the disk', 'Make space there.')
    case 'EFBIG': return say('file-too-large', 'it would be larger than the system or a limit (ulimit -f) allows', 'Raise the limit, or name another folder.')
    case 'EACCES': case 'EPERM': return say('no-permission', 'this user may not do that', 'Change its permissions, or name another folder.')
    case 'EROFS': return say('read-only', 'the disk is read-only', 'Name a folder on another disk.')
    case 'ENOTDIR': case 'EEXIST': return say('not-a-folder', 'a file stands where a folder is needed', 'Name a folder.')
    case 'EISDIR': return say('not-a-file', 'a folder stands where a file is needed', 'Move it away, or name another folder.')
    case 'ELOOP': return say('links-in-circle', 'its links lead round in a circle', 'Name the folder itself.')
    case 'ENAMETOOLONG': return say('name-too-long', 'the name is longer than the system allows', 'Give a shorter one.')
    case 'ENOENT': if (verb === 'made') return say('no-folder-there', 'the system allows no folder there', 'Name another folder.')
      return say('folder-gone', 'it, or its folder, is not there any more', 'Do not move a run while it is written.')
    default: return say('store-failed', `the system said ${code}`, 'Check that the disk is there and sound.')
  }
}

/** The system's word for what it refused; empty for errors that are not the system's. */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}
