/**
 * MAT-files of version 5 to 7: a header of 128 bytes, then one data element per variable, often compressed whole.
 * The MathWorks, "MAT-File Format", chapter 1. Sizes are held against the file, and against what deflate can give,
 * before memory is taken.
 */
import { arrayHeader, arrayValue, mostMiscounted, type ArrayHeader } from './mat5-classes.ts'
import { ElementBytes, elementTypes } from './mat5-elements.ts'
import { matError, matLimits, type MatBudget, type MatValue, type MatVariable } from './mat-values.ts'
import { SourceWindow } from './mat-window.ts'
import type { Inflate, Source } from './source.ts'

const headerSize = 128

/** Enough for the tag, flags, dimensions and names of any variable within matLimits. */
const headSize = 2560

/** Deflate gives at most 1032 bytes for one (258 bytes from two bits). */
const mostFromOneByte = 1032

interface Mat5File {
  readonly window: SourceWindow
  readonly littleEndian: boolean
  readonly inflate: Inflate
  readonly budget: MatBudget
}

/** A data element of the file's top level. */
interface TopElement {
  readonly compressed: boolean
  readonly start: number
  readonly end: number
}

/** The variables in the file's order. Only their first bytes are read and inflated until `read` is called. */
export async function* mat5Variables(source: Source, inflate: Inflate, budget: MatBudget): AsyncGenerator<MatVariable> {
  const window = new SourceWindow(source)
  const { littleEndian, subsystem } = await fileHeader(window)
  const file = { window, littleEndian, inflate, budget }
  let position = headerSize
  for (let count = 0; position < source.size; count++) {
    if (count >= matLimits.variables) {
      throw matError('too-many-variables', {
        file: source.name, byte: position, got: `more than ${matLimits.variables} variables`, expected: 'fewer', advice: 'Split the file.',
      })
    }
    const element = await topElement(file, position)
    // The element at the subsystem's place is MATLAB's own: what its objects hold.
    if (position !== subsystem) {
      const variable = element.compressed ? await compressedVariable(file, element) : await plainVariable(file, element)
      if (variable !== null) yield variable
    }
    position = element.compressed ? element.end : Math.min(source.size, element.start + Math.ceil((element.end - element.start) / 8) * 8)
  }
}

async function fileHeader(window: SourceWindow): Promise<{ littleEndian: boolean, subsystem: number }> {
  if (window.size < headerSize) {
    throw matError('truncated', { file: window.file, byte: 0, got: `${window.size} bytes`, expected: `a header of ${headerSize}` })
  }
  const header = await window.read(0, headerSize)
  const view = new DataView(header.buffer, header.byteOffset, headerSize)
  const littleEndian = header[126] === 0x49
  const low = view.getUint32(littleEndian ? 116 : 120, littleEndian)
  const high = view.getUint32(littleEndian ? 120 : 116, littleEndian)
  return { littleEndian, subsystem: high * 2 ** 32 + low }
}

async function topElement({ window, littleEndian }: Mat5File, position: number): Promise<TopElement> {
  const left = window.size - position
  if (left < 8) {
    throw matError('truncated', { file: window.file, byte: position, got: `${left} bytes`, expected: 'the 8 bytes of a data tag' })
  }
  const tag = await window.read(position, position + 8)
  const view = new DataView(tag.buffer, tag.byteOffset, 8)
  const type = view.getUint32(0, littleEndian)
  const size = view.getUint32(4, littleEndian)
  if (type !== elementTypes.matrix && type !== elementTypes.compressed) {
    throw matError('type', {
      file: window.file, byte: position, got: `a data element of type ${type}`, expected: 'type 14 (matrix) or 15 (compressed)',
    })
  }
  if (size > left - 8) {
    throw matError('truncated', {
      file: window.file, byte: position, got: `a variable of ${size} bytes`, expected: `at most the ${left - 8} bytes that are left`,
    })
  }
  return { compressed: type === elementTypes.compressed, start: position + 8, end: position + 8 + size }
}

async function plainVariable(file: Mat5File, { start, end }: TopElement): Promise<MatVariable | null> {
  const { window, littleEndian, budget } = file
  if (start === end) return null
  const head = new ElementBytes(window.file, await window.read(start, Math.min(end, start + headSize)), littleEndian, start, false)
  return variableOf(arrayHeader(head, 0, head.bytes.length), async () => {
    budget.takeBytes(end - start, start)
    const source = new ElementBytes(window.file, await window.read(start, end), littleEndian, start, false)
    return arrayValue(source, 0, source.bytes.length, budget)
  })
}

async function compressedVariable(file: Mat5File, { start, end }: TopElement): Promise<MatVariable | null> {
  const { window, littleEndian, inflate, budget } = file
  const head = new ElementBytes(window.file, await inflatedHead(file, start, end), littleEndian, start, true)
  if (head.bytes.length < 8) throw head.fault('truncated', 0, `${head.bytes.length} bytes`, 'the 8 bytes of a data tag')
  const type = head.view.getUint32(0, littleEndian)
  if (type !== elementTypes.matrix) throw head.fault('type', 0, `a data element of type ${type}`, 'type 14 (matrix)')
  const size = head.view.getUint32(4, littleEndian)
  if (size + 8 > (end - start) * mostFromOneByte) {
    throw head.fault('size', 4, `a promise of ${size} bytes`, `what ${end - start} compressed bytes can hold`)
  }
  if (size === 0) return null
  return variableOf(arrayHeader(head, 8, Math.min(head.bytes.length, size + 8)), async () => {
    budget.takeBytes(size + 8, start)
    const bytes = inflated(file, start, await window.read(start, end), data => inflate.zlib(data, size + 8))
    // Octave counts a few bytes too many for texts of some lengths; what stands in a whole stream is then held against its end.
    if (size + 8 - bytes.length > mostMiscounted(size)) throw head.fault('size', 4, `${bytes.length} bytes`, `the ${size + 8} that its tag promises`)
    const source = new ElementBytes(window.file, bytes, littleEndian, start, true)
    return arrayValue(source, 8, bytes.length, budget)
  })
}

/** The first `headSize` bytes of what a compressed element inflates to; fewer where it is shorter. */
async function inflatedHead(file: Mat5File, start: number, end: number): Promise<Uint8Array> {
  for (let take = 2 * headSize; ; take *= 4) {
    const bytes = await file.window.read(start, Math.min(end, start + take))
    const head = inflated(file, start, bytes, data => file.inflate.zlibStart(data, headSize))
    // Damaged data can inflate to next to nothing for long; an honest header needs far less than this.
    if (head.length >= headSize || start + take >= end || take > 2 ** 20) return head
  }
}

function inflated({ window }: Mat5File, start: number, bytes: Uint8Array, how: (bytes: Uint8Array) => Uint8Array): Uint8Array {
  try {
    return how(bytes)
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw matError(
      'inflate', { file: window.file, byte: start, got: `compressed data that do not inflate (${why})`, expected: 'a whole zlib stream' },
    )
  }
}

/** Variables without a name are MATLAB's own (the workspace of function handles). */
function variableOf(header: ArrayHeader, value: () => Promise<MatValue>): MatVariable | null {
  const { name, dims, complex } = header
  if (name === '') return null
  return { name, class: header.class, dims, complex, read: value }
}
