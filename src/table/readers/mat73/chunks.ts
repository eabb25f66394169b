/**
 * Deflated datasets read around libhdf5: where their chunks stand is read from the file, and the platform's own inflate,
 * twice as fast as one in WebAssembly, unpacks them, several at a time where it can. Only what MATLAB itself writes is read so; wherever anything is
 * otherwise the answer is null, and libhdf5 decides. HDF5 File Format Specification 3.0: II.A, III.A.1, IV.A.
 */
import type { Inflate } from '../source.ts'
import type { Metadata } from './file.ts'

const messages = { layout: 0x0008, filters: 0x000b, continuation: 0x0010 } as const
const mostMessages = 1000
const mostNodes = 1_000_000
const mostDepth = 16
/** Number of the deflate filter. */
const deflate = 1

/** Chunks that are unpacked at a time, where the platform does so beside this thread: as many as Node has threads for it. */
const mostAtOnce = 4

/** All values of the dataset whose object header stands at `address`, row-major; null where libhdf5 is to read them. */
export async function readChunks(file: Uint8Array, base: number, address: number, { shape, chunks, size }: Metadata,
  inflate: Inflate): Promise<Uint8Array | null> {
  if (shape === null || chunks === null || shape.length !== chunks.length || shape.length < 1 || shape.length > 2) return null
  const [rows, columns] = shape.length === 1 ? [1, shape[0] ?? 0] : [shape[0] ?? 0, shape[1] ?? 0]
  const [height, width] = chunks.length === 1 ? [1, chunks[0] ?? 0] : [chunks[0] ?? 0, chunks[1] ?? 0]
  if (rows * columns === 0 || height * width === 0) return null
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength)
  try {
    const tree = treeOf(view, base, address, [...chunks, size])
    if (tree === null) return null
    const values = new Uint8Array(rows * columns * size)
    const wanted = Math.ceil(rows / height) * Math.ceil(columns / width)
    const seen = new Set<number>()
    const list = chunkList(view, base, tree, shape.length + 1)
    let whole = true
    const unpackNext = async (): Promise<void> => {
      for (let next = list.pop(); next !== undefined && whole; next = list.pop()) {
        const { at, bytes, offsets } = next
        const [row, column] = shape.length === 1 ? [0, offsets[0] ?? 0] : [offsets[0] ?? 0, offsets[1] ?? 0]
        const inside = row % height === 0 && column % width === 0 && row < rows && column < columns
        const chunk = inside ? await unpacked(inflate, file.subarray(at, at + bytes), height * width * size) : null
        whole &&= chunk?.length === height * width * size
        if (chunk === null || !whole) return
        seen.add(row / height * Math.ceil(columns / width) + column / width)
        place(values, chunk, { row, column, rows, columns, height, width, size })
      }
    }
    const outcomes = await Promise.allSettled(Array.from({ length: mostAtOnce }, unpackNext))
    return whole && seen.size === wanted && outcomes.every(({ status }) => status === 'fulfilled') ? values : null
  } catch {
    // Cut short or damaged: libhdf5 says how.
    return null
  }
}

function unpacked(inflate: Inflate, packed: Uint8Array, limit: number): Uint8Array | Promise<Uint8Array> {
  return inflate.zlibAside === undefined ? inflate.zlib(packed, limit) : inflate.zlibAside(packed, limit)
}

interface Place {
  readonly row: number
  readonly column: number
  readonly rows: number
  readonly columns: number
  readonly height: number
  readonly width: number
  readonly size: number
}

/** A chunk at the edge is stored whole; what lies outside is left out. */
function place(values: Uint8Array, chunk: Uint8Array, { row, column, rows, columns, height, width, size }: Place): void {
  const inside = Math.min(width, columns - column) * size
  for (let r = 0; r < Math.min(height, rows - row); r++) {
    const from = r * width * size
    values.set(chunk.subarray(from, from + inside), ((row + r) * columns + column) * size)
  }
}

/** The B-tree of the chunks, from an object header of version 1; null where the dataset is stored or packed in another way. */
function treeOf(view: DataView, base: number, address: number, dimensions: readonly number[]): number | null {
  const header = base + address
  if (view.getUint8(header) !== 1) return null
  const blocks = [{ at: header + 16, end: header + 16 + view.getUint32(header + 8, true) }]
  let tree: number | null = null
  let packed = false
  for (let block = blocks.shift(), count = 0; block !== undefined; block = blocks.shift()) {
    for (let { at } = block; at + 8 <= block.end; count++) {
      if (count > mostMessages) return null
      const [type, length] = [view.getUint16(at, true), view.getUint16(at + 2, true)]
      const data = at + 8
      if (type === messages.layout) tree = chunkedLayout(view, data, dimensions)
      else if (type === messages.filters) packed = isDeflateAlone(view, data)
      else if (type === messages.continuation) {
        const start = base + Number(view.getBigUint64(data, true))
        blocks.push({ at: start, end: start + Number(view.getBigUint64(data + 8, true)) })
      }
      at = data + length
    }
  }
  return packed ? tree : null
}

/** Version 3 of the layout, class 2: chunks of the dimensions that libhdf5 told, the size of a value last. */
function chunkedLayout(view: DataView, at: number, dimensions: readonly number[]): number | null {
  if (view.getUint8(at) !== 3 || view.getUint8(at + 1) !== 2 || view.getUint8(at + 2) !== dimensions.length) return null
  if (dimensions.some((n, i) => view.getUint32(at + 11 + 4 * i, true) !== n)) return null
  return Number(view.getBigUint64(at + 3, true))
}

function isDeflateAlone(view: DataView, at: number): boolean {
  const version = view.getUint8(at)
  return view.getUint8(at + 1) === 1 && view.getUint16(at + (version === 1 ? 8 : 2), true) === deflate
}

interface Chunk {
  readonly at: number
  readonly bytes: number
  readonly offsets: readonly number[]
}

/** The leaves of a B-tree of version 1, of chunks (type 1). A key is the size, the mask of filters left out, and the place. */
function chunkList(view: DataView, base: number, root: number, dimensions: number): Chunk[] {
  const chunks: Chunk[] = []
  const keySize = 8 + 8 * dimensions
  const nodes = [{ address: root, depth: 0 }]
  for (let node = nodes.pop(); node !== undefined; node = nodes.pop()) {
    const at = base + node.address
    const level = view.getUint8(at + 5)
    if (view.getUint32(at, true) !== 0x45455254 || view.getUint8(at + 4) !== 1 || node.depth > mostDepth || nodes.length
      + chunks.length > mostNodes) {
      throw new RangeError('no node of chunks')
    }
    for (let i = 0, key = at + 24; i < view.getUint16(at + 6, true); i++, key += keySize + 8) {
      const child = Number(view.getBigUint64(key + keySize, true))
      if (level > 0) nodes.push({ address: child, depth: node.depth + 1 })
      else {
        const bytes = view.getUint32(key, true)
        if (view.getUint32(key + 4, true) !== 0 || base + child + bytes > view.byteLength) throw new RangeError('a chunk outside the file')
        chunks.push({ at: base + child, bytes,
          offsets: Array.from({ length: dimensions }, (_, d) => Number(view.getBigUint64(key + 8 + 8 * d, true))) })
      }
    }
  }
  return chunks
}

/** Where addresses count from: the base address of a superblock of version 0 or 1; null for later ones, which MATLAB does not write. */
export function baseAddress(file: Uint8Array): number | null {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength)
  for (let at = 0; at + 40 <= file.length; at = at === 0 ? 512 : at * 2) {
    if (view.getUint32(at, true) !== 0x46444889 || view.getUint32(at + 4, true) !== 0x0a1a0a0d) continue
    const version = view.getUint8(at + 8)
    if (version > 1) return null
    return Number(view.getBigUint64(at + (version === 0 ? 24 : 28), true))
  }
  return null
}
