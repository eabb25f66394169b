/** MAT-files on disk. */
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { deflateSync } from 'node:zlib'
import { writeMat, type MatMatrix } from '../export/mat.ts'

/** Writes a MAT-file of version 7 with these matrices, and makes the folder that it lies in. What the system refuses is thrown as it comes. */
export async function writeMatFile(path: string, matrices: readonly MatMatrix[]): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, writeMat(matrices, deflateSync))
}
