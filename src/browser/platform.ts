/** A browser as a platform to train on. */
import type { Platform } from '../backends/platform.ts'
import { browserThreads } from './threads.ts'

export const platform: Platform = {
  threads: browserThreads(),
  // Browsers that have it need not be asked.
  allowRelaxedSimd() {},
}
