/** Writes zip archives for tests, and lets them say what no honest writer would. */
import { deflateRawSync, crc32 } from 'node:zlib'

export interface Packed {
  name: string
  data: string | Uint8Array
  stored?: boolean
  /** What the directory says instead of the truth. */
  crc?: number
  size?: number
  packedSize?: number
  at?: number
  method?: number
  flags?: number
  /** Packed bytes in the data's place. */
  raw?: Uint8Array
}

export function zip(members: readonly Packed[], comment = ''): Uint8Array {
  const files: Buffer[] = []
  const directory: Buffer[] = []
  let place = 0
  for (const member of members) {
    const name = Buffer.from(member.name)
    const data = typeof member.data === 'string' ? Buffer.from(member.data) : Buffer.from(member.data)
    const packed = member.raw ?? (member.stored === true ? data : deflateRawSync(data))
    const common = Buffer.alloc(26)
    common.writeUInt16LE(20, 0)
    common.writeUInt16LE(member.flags ?? 0, 2)
    common.writeUInt16LE(member.method ?? (member.stored === true ? 0 : 8), 4)
    common.writeUInt32LE(member.crc ?? crc32(data), 10)
    common.writeUInt32LE(member.packedSize ?? packed.length, 14)
    common.writeUInt32LE(member.size ?? data.length, 18)
    common.writeUInt16LE(name.length, 22)
    files.push(Buffer.from('PK\x03\x04', 'latin1'), common, name, Buffer.from(packed))
    const entry = Buffer.alloc(46)
    entry.write('PK\x01\x02', 'latin1')
    entry.writeUInt16LE(20, 4)
    common.copy(entry, 6)
    entry.writeUInt32LE(member.at ?? place, 42)
    directory.push(entry, name)
    place += 30 + name.length + packed.length
  }
  const list = Buffer.concat(directory)
  const end = Buffer.alloc(22)
  end.write('PK\x05\x06', 'latin1')
  end.writeUInt16LE(members.length, 8)
  end.writeUInt16LE(members.length, 10)
  end.writeUInt32LE(list.length, 12)
  end.writeUInt32LE(place, 16)
  end.writeUInt16LE(comment.length, 20)
  return Uint8Array.from(Buffer.concat([...files, list, end, Buffer.from(comment)]))
}
