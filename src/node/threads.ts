/** Node's worker threads for the kernels. */
import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import type { ThreadHost, WorkerHandle, WorkerTask } from '../backends/threads.ts'

/**
 * A worker's program, as text so that it needs no file of its own wherever this is bundled: it waits for its task, says that it
 * runs, and then stays in the kernels until they return. If they fail it says so in the shared memory, where the other threads look.
 */
const program = `
const { parentPort } = require('node:worker_threads')
parentPort.once('message', ({ module, memory, name, args, deadIndex }) => {
  const words = new Int32Array(memory.buffer)
  try {
    const { exports } = new WebAssembly.Instance(module, { env: { memory } })
    parentPort.postMessage('runs')
    exports[name](...args)
  } catch (error) {
    Atomics.store(words, deadIndex, 1)
    throw error
  }
})`

export const nodeThreads: ThreadHost = hostWith([])

/** `waiting`: workers that have no task yet. */
function hostWith(waiting: Worker[]): ThreadHost {
  const leave = (worker: Worker): void => {
    if (waiting.includes(worker)) waiting.splice(waiting.indexOf(worker), 1)
  }
  return {
    processors: availableParallelism(),
    waiting: () => waiting.length,
    expect(workers) {
      while (waiting.length < workers) {
        const worker = new Worker(program, { eval: true })
        // One that cannot be started is not there, and one that nobody has a task for keeps nothing alive.
        worker.on('error', () => leave(worker))
        worker.on('exit', () => leave(worker))
        worker.unref()
        waiting.push(worker)
      }
    },
    start: task => run(waiting.pop() ?? new Worker(program, { eval: true }), task),
  }
}

function run(worker: Worker, task: WorkerTask): Promise<WorkerHandle> {
  return new Promise((resolve, reject) => {
    worker.ref()
    worker.once('error', reject)
    worker.once('exit', () => reject(new Error('it ended before it ran')))
    worker.once('message', () => {
      worker.off('error', reject)
      // A run that has ended must not be kept alive by its threads.
      worker.unref()
      // However it ends: what the program caught it has said itself, but a worker may also be ended from outside.
      worker.on('error', () => {})
      worker.on('exit', () => Atomics.store(new Int32Array(task.memory.buffer), task.deadIndex, 1))
      resolve({ stop: () => { void worker.terminate() } })
    })
    worker.postMessage(task, [])
  })
}
