/** `--memory` keeps its word: the peak of a whole process, measured by the system, over a table that the bound cannot hold. */
import { closeSync, openSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { writeFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { folderWith, whynan } from './whynan.ts'

const rows = 300_000
const columns = 80
const bound = 200

/** A .npy of 192 MB: NumPy's format 1.0, a header of 128 bytes and then rows of doubles. */
function writeLarge(path: string): void {
  const head = `{'descr': '<f8', 'fortran_order': False, 'shape': (${rows}, ${columns}), }`.padEnd(117)
  const file = openSync(path, 'w')
  writeSync(file, Buffer.concat([Buffer.from([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, 118, 0]), Buffer.from(`${head}\n`)]))
  const piece = new Float64Array(5000 * columns)
  for (let from = 0; from < rows; from += 5000) {
    for (let i = 0; i < piece.length; i++) piece[i] = Math.sin((from * columns + i) * 0.37) + (i % columns)
    writeSync(file, new Uint8Array(piece.buffer))
  }
  closeSync(file)
}

/** The peak resident set of a fit, in megabytes. */
async function peakOf(folder: string, flags: readonly string[]): Promise<number> {
  const preload = join(folder, 'peak.mjs')
  await writeFile(preload, "process.on('exit', () => { process.stderr.write(`\\npeak ${process.resourceUsage().maxRSS}\\n`) })\n")
  const { status, stderr } = await whynan(['fit', 'large.npy', '--steps', '50', '--batch', '64', '--quiet', '--overwrite', '--out', 'run', ...flags], { cwd: folder, preload: pathToFileURL(preload).href })
  expect(status, stderr).toBe(0)
  return Number(/^peak (\d+)$/m.exec(stderr)?.[1]) * 1024 / 1e6
}

test('a fit stays within its bound, and takes more than that without one', async () => {
  const folder = await folderWith()
  writeLarge(join(folder, 'large.npy'))
  expect(await peakOf(folder, ['--memory', `${bound}MB`])).toBeLessThan(bound)
  expect(await peakOf(folder, [])).toBeGreaterThan(bound)
})
