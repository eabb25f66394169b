/**
 * Zip archives (PKWARE's APPNOTE 6.3.10, sections 4.3 and 4.5.3): the directory, and members stored or deflated, each
 * held against its CRC. Sizes are held against the file, and members must not share bytes, before memory is taken.
 */
import { TableError } from '../errors.ts'
import type { Inflate, Source } from './source.ts'

export interface ZipMember {
  readonly name: string
  /** Bytes in the file, and once inflated. */
  readonly packedSize: number
  readonly size: number
  readonly method: number
  readonly crc: number
  readonly encrypted: boolean
  /** Where its local header stands. */
  readonly at: number
}

const mostMembers = 100_000
const mostDirectoryBytes = 2 ** 26

/** Deflate gives at most 1032 bytes for one (258 bytes from two bits). */
const mostFromOneByte = 1032

const methods = { stored: 0, deflated: 8 } as const

/** The members by name, in the directory's order. Throws `zip-damaged`, `zip-too-large`. */
export async function zipMembers(source: Source): Promise<ReadonlyMap<string, ZipMember>> {
  const end = await directoryEnd(source)
  if (end.count > mostMembers || end.size > mostDirectoryBytes) {
    throw new TableError('zip-too-large', `${source.name} holds ${end.count} members in a directory of ${end.size} bytes, `
      + `expected at most ${mostMembers} in ${mostDirectoryBytes}. Unpack it and hand in the tables.`, { file: source.name })
  }
  if (end.at + end.size > source.size) throw damaged(source, end.at, `a directory of ${end.size} bytes`,
    `at most the ${source.size - end.at} that are left`)
  const bytes = await source.read(end.at, end.at + end.size)
  const view = viewOf(bytes)
  const members = new Map<string, ZipMember>()
  let packed = 0
  for (let position = 0, i = 0; i < end.count; i++) {
    if (position + 46 > bytes.length || view.getUint32(position, true) !== 0x02014b50) throw damaged(source, end.at + position,
      'no entry', 'an entry of the directory')
    const { member, next } = entry(source, bytes, view, position, end.at)
    packed += member.packedSize
    members.set(member.name, member)
    position = next
  }
  if (packed > source.size) throw damaged(source, end.at, `members of ${packed} bytes together`, `at most the file's ${source.size}`)
  return members
}

function entry(source: Source, bytes: Uint8Array, view: DataView, at: number, base: number): { member: ZipMember, next: number } {
  const nameLength = view.getUint16(at + 28, true)
  const extraLength = view.getUint16(at + 30, true)
  const next = at + 46 + nameLength + extraLength + view.getUint16(at + 32, true)
  if (next > bytes.length) throw damaged(source, base + at, `an entry of ${next - at} bytes`,
    `at most the ${bytes.length - at} that are left`)
  const flags = view.getUint16(at + 8, true)
  // Bit 11 says UTF-8; others are in a code page, of which all honest names here use ASCII.
  const name = new TextDecoder((flags & 0x800) === 0 ? 'latin1' : 'utf-8').decode(bytes.subarray(at + 46, at + 46 + nameLength))
  const wide = wideFields(view, at + 46 + nameLength, at + 46 + nameLength + extraLength)
  const field = (offset: number): number => {
    const value = view.getUint32(at + offset, true)
    return value === 0xffffffff ? wide.shift() ?? value : value
  }
  // The order of the 64-bit fields (APPNOTE 4.5.3): size, packed size, place.
  const size = field(24)
  const packedSize = field(20)
  const place = field(42)
  return {
    member: {
      name, size, packedSize, at: place, method: view.getUint16(at + 10, true), crc: view.getUint32(at + 16, true),
        encrypted: (flags & 1) !== 0,
    },
    next,
  }
}

/** The values of the zip64 field among the extra ones (its number is 1). */
function wideFields(view: DataView, start: number, end: number): number[] {
  for (let at = start; at + 4 <= end;) {
    const length = view.getUint16(at + 2, true)
    if (view.getUint16(at, true) === 1) {
      const values: number[] = []
      for (let value = at + 4; value + 8 <= Math.min(end, at + 4 + length); value += 8) values.push(Number(view.getBigUint64(value, true)))
      return values
    }
    at += 4 + length
  }
  return []
}

interface DirectoryEnd {
  readonly at: number
  readonly size: number
  readonly count: number
}

/** The record that ends an archive stands at its end, before a comment of at most 65,535 bytes. */
async function directoryEnd(source: Source): Promise<DirectoryEnd> {
  const start = Math.max(0, source.size - 65_557)
  const tail = await source.read(start, source.size)
  const view = viewOf(tail)
  for (let at = tail.length - 22; at >= 0; at--) {
    if (tail[at] !== 0x50 || view.getUint32(at, true) !== 0x06054b50) continue
    const end = { count: view.getUint16(at + 10, true), size: view.getUint32(at + 12, true), at: view.getUint32(at + 16, true) }
    if (end.count !== 0xffff && end.size !== 0xffffffff && end.at !== 0xffffffff) return end
    return await wideEnd(source, tail, view, at) ?? end
  }
  throw new TableError('zip-damaged', `${source.name} is a zip archive without an end: its ${source.size} bytes do not hold the directory of members that its last ones should be. `
    + 'The file is damaged or cut short; copy or save it again.', { file: source.name, size: source.size })
}

/** The zip64 record, which a locator of 20 bytes before the plain one points to. */
async function wideEnd(source: Source, tail: Uint8Array, view: DataView, plain: number): Promise<DirectoryEnd | undefined> {
  const locator = plain - 20
  if (locator < 0 || view.getUint32(locator, true) !== 0x07064b50) return undefined
  const at = Number(view.getBigUint64(locator + 8, true))
  if (at + 56 > source.size) throw damaged(source, source.size - tail.length + locator, `a directory's end at byte ${at}`,
    `a place within ${source.size} bytes`)
  const record = viewOf(await source.read(at, at + 56))
  if (record.getUint32(0, true) !== 0x06064b50) throw damaged(source, at, 'no end of a directory', 'the zip64 one')
  const field = (offset: number): number => Number(record.getBigUint64(offset, true))
  return { count: field(32), size: field(40), at: field(48) }
}

/** A member's bytes, at most `limit`. Throws `zip-damaged`, `zip-method`, `zip-encrypted`, `zip-too-large`. */
export async function zipRead(source: Source, member: ZipMember, inflate: Inflate, limit: number): Promise<Uint8Array> {
  const { name, size, packedSize, method, at, crc } = member
  if (member.encrypted) throw new TableError('zip-encrypted', `${source.name}: ${name} is encrypted. Save it without a password.`,
    { file: source.name, member: name })
  if (method !== methods.stored && method !== methods.deflated) {
    throw new TableError('zip-method',
      `${source.name}: ${name} is packed by method ${method}, expected 0 (stored) or 8 (deflated). Pack it again.`,
      { file: source.name, member: name, got: method })
  }
  if (size > limit) {
    throw new TableError('zip-too-large',
      `${source.name}: ${name} is ${size} bytes unpacked, expected at most ${limit}. Save less in one file.`,
      { file: source.name, member: name, got: size, limit })
  }
  if (at + 30 > source.size) throw damaged(source, at, `no room for ${name}`, 'its header')
  const header = await source.read(at, at + 30)
  const view = viewOf(header)
  if (view.getUint32(0, true) !== 0x04034b50) throw damaged(source, at, 'something else', `the header of ${name}`)
  const start = at + 30 + view.getUint16(26, true) + view.getUint16(28, true)
  const most = method === methods.stored ? packedSize : packedSize * mostFromOneByte
  if (start + packedSize > source.size || size > most || (method === methods.stored && size !== packedSize)) {
    throw damaged(source, at, `${name} of ${size} bytes in ${packedSize}`,
      `what the ${Math.max(0, source.size - start)} bytes left can hold`)
  }
  return unpacked(source, name, await source.read(start, start + packedSize), { method, size, crc, at }, inflate)
}

/** Members become gzip files, which carry the same checksum and size and so are tested by whoever inflates them. */
function unpacked(
  source: Source, name: string, packed: Uint8Array, { method, size, crc, at }: Pick<ZipMember, 'method' | 'size' | 'crc' | 'at'>,
    inflate: Inflate,
): Uint8Array {
  const storedBlocks = method === methods.stored ? storedStream(packed) : packed
  const gzip = new Uint8Array(storedBlocks.length + 18)
  gzip.set([0x1f, 0x8b, 8])
  gzip[9] = 255
  gzip.set(storedBlocks, 10)
  viewOf(gzip).setUint32(gzip.length - 8, crc, true)
  viewOf(gzip).setUint32(gzip.length - 4, size % 2 ** 32, true)
  let bytes: Uint8Array
  try {
    bytes = inflate.gzip(gzip, size)
  } catch (error) {
    throw damaged(source, at, `${name}, which does not unpack (${error instanceof Error ? error.message : String(error)})`,
      'a whole member')
  }
  if (bytes.length !== size) throw damaged(source, at, `${bytes.length} bytes of ${name}`, `the ${size} that the directory promises`)
  return bytes
}

/** Bytes as deflate stores them uncompressed, in blocks of at most 65,535 (RFC 1951, 3.2.4). */
function storedStream(bytes: Uint8Array): Uint8Array {
  const blocks = Math.max(1, Math.ceil(bytes.length / 65_535))
  const stream = new Uint8Array(bytes.length + 5 * blocks)
  for (let block = 0; block < blocks; block++) {
    const part = bytes.subarray(65_535 * block, 65_535 * (block + 1))
    const at = 65_540 * block
    stream[at] = block === blocks - 1 ? 1 : 0
    viewOf(stream).setUint16(at + 1, part.length, true)
    viewOf(stream).setUint16(at + 3, ~part.length & 0xffff, true)
    stream.set(part, at + 5)
  }
  return stream
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

function damaged(source: Source, byte: number, got: string, expected: string): TableError {
  return new TableError('zip-damaged',
    `${source.name}: ${got} at byte ${byte}, expected ${expected}. The file is damaged or cut short; copy or save it again.`, {
    file: source.name, byte, got, expected,
  })
}
