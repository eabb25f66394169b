/** Writes matrices of MAT-files of version 4 for tests. */

interface Mat4Options {
  /** The type field M O P T: P chooses the storage, T text (1) or sparse (2). */
  mopt?: number
  littleEndian?: boolean
  /** Values of the imaginary part, row by row as `rows`. */
  imaginary?: number[][]
}

const widths = [8, 4, 4, 2, 2, 1]

function put(view: DataView, at: number, value: number, storage: number, little: boolean): void {
  switch (storage) {
    case 0: return view.setFloat64(at, value, little)
    case 1: return view.setFloat32(at, value, little)
    case 2: return view.setInt32(at, value, little)
    case 3: return view.setInt16(at, value, little)
    case 4: return view.setUint16(at, value, little)
    default: return view.setUint8(at, value)
  }
}

/** One matrix, given row by row. */
export function mat4Matrix(name: string, rows: number[][], { mopt = 0, littleEndian = true, imaginary }: Mat4Options = {}): Uint8Array {
  const height = rows.length
  const width = rows[0]?.length ?? 0
  const storage = Math.floor(mopt / 10) % 10
  const step = widths[storage] ?? 8
  const parts = imaginary === undefined ? [rows] : [rows, imaginary]
  const start = 20 + name.length + 1
  const bytes = new Uint8Array(start + parts.length * height * width * step)
  const view = new DataView(bytes.buffer)
  const numbers = [mopt + (littleEndian ? 0 : 1000), height, width, parts.length - 1, name.length + 1]
  numbers.forEach((value, i) => view.setInt32(4 * i, value, littleEndian))
  bytes.set(new TextEncoder().encode(name), 20)
  parts.forEach((part, p) => part.forEach((row, r) => row.forEach((value, c) =>
    put(view, start + ((p * width + c) * height + r) * step, value, storage, littleEndian))))
  return bytes
}
