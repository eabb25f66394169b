/** Paths with patterns, for shells that did not expand them: data/*.csv, run-?.mat, logs/**\/*.csv. */
import { existsSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { TableError } from '../table/errors.ts'

const mostFiles = 10_000
const mostDepth = 16

/** Whether a path is a pattern: it holds *, ? or […], and no file is called so. */
export function isPattern(path: string): boolean {
  return path !== '-' && /[*?]|\[[^\]]+\]/.test(path) && !existsSync(path)
}

/** The files that a pattern means, in the order of their names' characters. Throws a TableError `pattern-empty`, `pattern-many`. */
export async function filesOf(pattern: string): Promise<string[]> {
  const parts = pattern.split(/[\\/]/)
  const absolute = parts[0] === ''
  const found = await matches(absolute ? '/' : '', absolute ? parts.slice(1) : parts, 0, pattern)
  if (found.length === 0) {
    throw new TableError('pattern-empty',
      `No file fits ${pattern}. Check the folder and the pattern: * stands for any characters, ? for one.`, { pattern })
  }
  return found.sort()
}

async function matches(folder: string, parts: readonly string[], depth: number, pattern: string): Promise<string[]> {
  const [part = '', ...rest] = parts
  if (depth > mostDepth) return []
  if (!/[*?[]/.test(part)) {
    const path = join(folder, part)
    if (rest.length > 0) return matches(path, rest, depth + 1, pattern)
    return existsSync(path) ? [path] : []
  }
  const entries = await readdir(folder === '' ? '.' : folder, { withFileTypes: true }).catch(() => [])
  const wanted = part === '**' ? null : segment(part)
  const found = part === '**' && rest.length > 0 ? await matches(folder, rest, depth + 1, pattern) : []
  for (const entry of entries) {
    // As in shells, a pattern does not mean hidden files unless it says so.
    if (entry.name.startsWith('.') && !part.startsWith('.')) continue
    const path = join(folder, entry.name)
    if (wanted === null) {
      if (entry.isDirectory()) found.push(...await matches(path, parts, depth + 1, pattern))
    } else if (wanted.test(entry.name)) {
      if (rest.length > 0) found.push(...(entry.isDirectory() ? await matches(path, rest, depth + 1, pattern) : []))
      else if (!entry.isDirectory()) found.push(path)
    }
    if (found.length > mostFiles) {
      throw new TableError('pattern-many',
        `More than ${mostFiles} files fit ${pattern}. Put them together first, or use a narrower pattern.`, { pattern, limit: mostFiles })
    }
  }
  return [...new Set(found)]
}

/** One part of a path as a regular expression. */
function segment(part: string): RegExp {
  const source = part.replace(/\[(!?)([^\]]+)\]|[*?]|[^*?[\]]+|[[\]]/g,
    (piece, not: string | undefined, characters: string | undefined) => {
    if (piece === '*') return '[^/]*'
    if (piece === '?') return '[^/]'
    if (characters !== undefined) return `[${not === '!' ? '^' : ''}${characters.replace(/[\\\]^]/g, '\\$&')}]`
    return piece.replace(/[.+^${}()|[\]\\]/g, '\\$&')
  })
  return new RegExp(`^${source}$`)
}
