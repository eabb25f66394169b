/** Web workers for the kernels. */
import type { ThreadHost, WorkerTask } from '../backends/threads.ts'

// The part of a browser's interface that is used here; TypeScript declares it only with the whole DOM.
interface WebWorker {
  addEventListener(event: 'message' | 'error', told: (event: { readonly message?: string }) => void): void
  postMessage(value: WorkerTask, transfer: readonly ArrayBuffer[]): void
  terminate(): void
}
declare const Worker: (new (address: string) => WebWorker) | undefined
declare const navigator: { readonly hardwareConcurrency?: number }

/**
 * A worker's program, as text so that it needs no address of its own wherever this is bundled: it says that it runs, and then
 * stays in the kernels until they return. If they fail it says so in the shared memory, where the other threads look.
 */
const program = `
self.onmessage = ({ data: { module, memory, name, args, deadIndex } }) => {
  try {
    const { exports } = new WebAssembly.Instance(module, { env: { memory } })
    self.postMessage('runs')
    exports[name](...args)
  } catch (error) {
    Atomics.store(new Int32Array(memory.buffer), deadIndex, 1)
    throw error
  }
}`

/** Null where threads cannot share memory: the page is not cross-origin isolated, or there are no workers. */
export function browserThreads(): ThreadHost | null {
  if (typeof Worker === 'undefined' || Reflect.get(globalThis, 'crossOriginIsolated') !== true) return null
  const Made = Worker
  return { processors: navigator.hardwareConcurrency ?? 1, start: task => start(task, Made) }
}

function start(task: WorkerTask, Made: new (address: string) => WebWorker): ReturnType<ThreadHost['start']> {
  const address = URL.createObjectURL(new Blob([program], { type: 'text/javascript' }))
  const worker = new Made(address)
  return new Promise((resolve, reject) => {
    // Before it runs an error is a refusal, later a death; the promise hears of one thing alone.
    worker.addEventListener('error', event => {
      Atomics.store(new Int32Array(task.memory.buffer), task.deadIndex, 1)
      reject(new Error(event.message ?? 'the page may start no worker from a blob'))
    })
    worker.addEventListener('message', () => {
      URL.revokeObjectURL(address)
      resolve({ stop: () => worker.terminate() })
    })
    worker.postMessage(task, [])
  })
}
