/** Node as a platform to train on. */
import { setFlagsFromString } from 'node:v8'
import type { Platform } from '../backends/platform.ts'
import { nodeThreads } from './threads.ts'

export const platform: Platform = {
  threads: nodeThreads,
  allowRelaxedSimd() {
    // Node 20's engine has it behind this flag; later ones have it anyway, and pass over a flag that they no longer know.
    if (process.versions.node.startsWith('20.')) setFlagsFromString('--experimental-wasm-relaxed-simd')
  },
}
