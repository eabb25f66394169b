/**
 * Tests the global heaps of an HDF5 file before libhdf5 walks them: in a damaged one it can walk for ever.
 * HDF5 File Format Specification 3.0, III.E, "Global Heap".
 */
import { placesOfWord } from '../../../numeric/scan.ts'
import { matError } from '../mat-values.ts'

const headerBytes = 16
/** GCOL. */
const heapSignature = 0x4c4f4347

/** Throws `mat-heap` where objects of a global heap do not follow each other up to the heap's end. */
export function checkGlobalHeaps(file: string, bytes: Uint8Array): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  for (const at of placesOfWord(bytes, heapSignature)) {
    if (at + headerBytes > bytes.length) return
    // Version 1, and three zeros.
    if (view.getUint32(at + 4, true) !== 1) continue
    const size = Number(view.getBigUint64(at + 8, true))
    const fault = walk(view, at, Math.min(size, bytes.length - at))
    if (fault !== undefined) {
      throw matError('heap', { file, byte: fault, got: 'an object of a global heap that overlaps the next or passes the end',
        expected: 'objects one after another' })
    }
  }
}

/** Where the walk over a heap's objects goes wrong. Object 0 is the free space, whose size counts its own header. */
function walk(view: DataView, start: number, size: number): number | undefined {
  let at = headerBytes
  while (at + headerBytes <= size) {
    const index = view.getUint16(start + at, true)
    const held = Number(view.getBigUint64(start + at + 8, true))
    const taken = index === 0 ? held : headerBytes + Math.ceil(held / 8) * 8
    if (taken < headerBytes || at + taken > size) return start + at
    at += taken
  }
  return undefined
}

/** Whether offsets and lengths take 8 bytes each, as every writer of MAT-files has it. Specification, II.A, "Superblock". */
export function hasWideOffsets(bytes: Uint8Array): boolean {
  const signature = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a]
  // libhdf5 looks at 0, 512, 1024 and on in powers of two.
  for (let at = 0; at + 16 <= bytes.length; at = at === 0 ? 512 : at * 2) {
    if (!signature.every((byte, i) => bytes[at + i] === byte)) continue
    const sizes = (bytes[at + 8] ?? 0) < 2 ? at + 13 : at + 9
    return bytes[sizes] === 8 && bytes[sizes + 1] === 8
  }
  return false
}
