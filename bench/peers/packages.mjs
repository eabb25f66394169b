/** Packages that only the bench has, found in its own node_modules. */
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const require = createRequire(join(dirname(fileURLToPath(import.meta.url)), '..', 'package.json'))

export function peerPackage(name) {
  return require(name)
}

export function peerFile(name) {
  return require.resolve(name)
}
