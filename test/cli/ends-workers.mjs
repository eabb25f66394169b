/** Preloaded by a test: ends every worker thread from outside, half a second after it was made. */
import { syncBuiltinESMExports } from 'node:module'
import threads from 'node:worker_threads'

const { Worker } = threads
threads.Worker = class extends Worker {
  constructor(...given) {
    super(...given)
    setTimeout(() => void this.terminate(), 500).unref()
  }
}
syncBuiltinESMExports()
