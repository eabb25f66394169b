/**
 * A checksum inside a JSON object, as its last field: SHA-256 of the compact text of all other fields in their order. Spaces and line
 * breaks may change; a value or a name that was changed by hand or by a fault of the disk is noticed.
 */
import { sha256 } from './hash.ts'

const field = 'sha256'

/** The object, which holds only what JSON can hold, with its checksum. */
export function sealed(value: object): object {
  return { ...value, [field]: sha256(JSON.stringify(value)) }
}

/** Whether an object that was read as JSON has another checksum than it says; one that says none has none to break. */
export function isBroken(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || !(field in value)) return false
  const { [field]: said, ...rest } = value
  return said !== sha256(JSON.stringify(rest))
}
