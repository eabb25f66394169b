/** Writes MAT-files of version 7.3 for tests, by libhdf5 itself, with the attributes that MATLAB sets. */
import type { File, Group, Reference } from 'h5wasm'

export type Numbers = Float64Array | Float32Array | Int8Array | Uint8Array | Int16Array | Uint16Array | Int32Array | BigInt64Array
  | BigUint64Array

let written = 0

/** The bytes of an HDF5 file that `fill` writes; `old` in the oldest form of the format, which MATLAB keeps to. */
export async function hdf5(fill: (file: File) => void, old = false): Promise<Uint8Array> {
  const h5 = await import('h5wasm')
  const { FS } = await h5.ready
  const path = `/written${written++}`
  const file = new h5.File(path, 'w', old ? { libver: ['earliest', 'v108'] } : {})
  fill(file)
  file.close()
  const bytes = Uint8Array.from(FS.readFile(path))
  FS.unlink(path)
  return bytes
}

/** A matrix of MATLAB's `ofClass`, given column-major as MATLAB keeps it; `chunks` (HDF5's order) and deflate where asked. */
export function matrix(into: Group, name: string, ofClass: string, dims: number[], data: Numbers, chunks?: number[]): void {
  const shape = [...dims].reverse()
  const dataset = into.create_dataset(chunks === undefined ? { name, data, shape }
    : { name, data, shape, chunks, compression: 'gzip', compression_opts: 4 })
  dataset.create_attribute('MATLAB_class', ofClass)
}

export function reference(file: File, path: string): Reference {
  const object = file.get(path)
  if (object === null || !('create_reference' in object)) throw new Error(`nothing stands at ${path}`)
  return object.create_reference()
}

/** A dataset of references to what stands at `paths`: a cell, or with null for a class the field of a struct array. */
export function cell(file: File, into: Group, name: string, dims: number[], paths: string[], ofClass: string | null = 'cell'): void {
  const dataset = into.create_dataset({ name, data: paths.map(path => reference(file, path)), shape: [...dims].reverse() })
  if (ofClass !== null) dataset.create_attribute('MATLAB_class', ofClass)
}
