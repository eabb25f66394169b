/**
 * Where a reader's bytes come from. A reader is handed a source and never opens anything itself: the same reader serves
 * disk (node/), a dropped file (browser/) and memory (tests).
 */
export interface Source {
  /** The file's own name, without folders: what sentences call it. */
  readonly name: string
  /** Bytes in all. */
  readonly size: number
  /** The bytes from `start` up to but not including `end`; both within [0, size]. */
  read(start: number, end: number): Promise<Uint8Array>
}

/** Bytes that are in memory already. */
export function memorySource(name: string, bytes: Uint8Array): Source {
  return { name, size: bytes.byteLength, read: (start, end) => Promise.resolve(bytes.subarray(start, end)) }
}

/** Decompression that a platform brings: node:zlib in Node, fflate in browsers. `limit` bounds the output in bytes. */
export interface Inflate {
  /** zlib format (RFC 1950). Throws when damaged or when the output would pass `limit`. */
  zlib(bytes: Uint8Array, limit: number): Uint8Array
  /** The same beside this thread, where the platform has threads for it. */
  zlibAside?(bytes: Uint8Array, limit: number): Promise<Uint8Array>
  /**
   * What the start of a zlib stream inflates to, as far as it goes: `bytes` may end anywhere in the stream. At most
   * `limit` bytes, and no checksum is tested. Throws when the start is damaged.
   */
  zlibStart(bytes: Uint8Array, limit: number): Uint8Array
  /** gzip format (RFC 1952), all members. Throws when damaged or when the output would pass `limit`. */
  gzip(bytes: Uint8Array, limit: number): Uint8Array
}
