/** A NumPy file of float32, [rows][columns], written a piece at a time. */
import { closeSync, openSync, writeSync } from 'node:fs'

/** `fill(row, at, piece)` puts a row's cells into `piece` from `at` on. */
export function writeNpy(path, rows, columns, fill) {
  const file = openSync(path, 'w')
  // Version 1.0: magic, version, the header's length, a Python dictionary, padded with spaces so that data begin at a multiple of 64.
  const text = `{'descr': '<f4', 'fortran_order': False, 'shape': (${rows}, ${columns}), }`
  const length = Math.ceil((10 + text.length + 1) / 64) * 64
  const head = Buffer.from(`\x93NUMPY\x01\x00__${text.padEnd(length - 11)}\n`, 'latin1')
  head.writeUInt16LE(length - 10, 8)
  writeSync(file, head)
  const most = 65_536
  const piece = new Float32Array(most * columns)
  for (let row = 0; row < rows; row += most) {
    const count = Math.min(most, rows - row)
    for (let i = 0; i < count; i++) fill(row + i, i * columns, piece)
    writeSync(file, piece.subarray(0, count * columns))
  }
  closeSync(file)
}
