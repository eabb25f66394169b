/**
 * The kernels on several threads of one machine, with the same bits: threads take whole blocks of rows (backend.ts), so a step
 * whose batch has one block runs on one. How threads are started is the platform's: src/node/threads.ts has Node's.
 *
 * Unless the number is given, a trainer times its own steps, alone and together, and goes on with what is quicker; now and
 * then it looks again, since a neighbour may have come or gone.
 */
import { sharedKernels } from '../../build/kernels.ts'
import type { Backend, FloatArray, Problem } from './backend.ts'
import { refuses, WasmTrainer } from './wasm.ts'
import { instantiate, type Instance } from './wasm-instance.ts'
import { type Arena, wordAt } from './wasm-layout.ts'
import { layOutThread } from './wasm-setup.ts'

/** What a worker needs to run: it instantiates `module` with `env.memory` and calls the export `name` with `args`. */
export interface WorkerTask {
  readonly module: WebAssembly.Module
  readonly memory: WebAssembly.Memory
  readonly name: string
  readonly args: readonly number[]
  /** Where a worker that fails stores 1, as an index into an Int32Array over the memory, before it ends. */
  readonly deadIndex: number
}

export interface WorkerHandle {
  stop(): void
}

/** Starts threads on one platform. */
export interface ThreadHost {
  /** Threads that the machine can run at once. */
  readonly processors: number
  /** Resolves when the worker runs. */
  start(task: WorkerTask): Promise<WorkerHandle>
}

/** A thread died in the middle of a step. The state is the one before the step. */
export class ThreadError extends Error {
  override readonly name = 'ThreadError'
  readonly id = 'thread-died'

  constructor(readonly threads: number) {
    super(`One of ${threads} training threads ended unexpectedly, so this step was not taken; continue the run with --threads 1.`)
  }
}

// Places in the control block: assembly/threads.ts.
const controlBytes = 384
const goPlace = 0
const deadPlace = 256
const stopPlace = 320

/** `threads` is how many, or 'timed': up to as many as the machine has. */
export function threadedWasm(host: ThreadHost, threads: number | 'timed'): Backend {
  return {
    name: 'wasm',
    refuses,
    async createTrainer(problem, parameters) {
      const most = Math.min(problem.blocks, threads === 'timed' ? host.processors : threads)
      const memory = new WebAssembly.Memory({ initial: 1, maximum: 65536, shared: true })
      const instance = await instantiate(sharedKernels, memory)
      const trainer = new ThreadedTrainer(problem, parameters, instance, most, threads === 'timed')
      await trainer.startWorkers(host)
      return trainer
    },
  }
}

class ThreadedTrainer extends WasmTrainer {
  private readonly control: number
  private readonly workers: WorkerHandle[] = []
  private readonly choice: Choice
  /** A thread has died: what is left to do is done alone. */
  private lost = false

  constructor(problem: Problem, parameters: FloatArray, private readonly instance: Instance, private readonly threads: number, timed: boolean) {
    super(problem, parameters, instance)
    this.control = this.arena.allocate(controlBytes)
    const table = threads * problem.blocks * 4
    this.plan.word(wordAt.counts, this.arena.allocate(table))
    this.plan.word(wordAt.offsets, this.arena.allocate(table))
    this.choice = timed && threads > 1 ? new TimedChoice() : { together: () => threads > 1, took: () => {} }
  }

  async startWorkers(host: ThreadHost): Promise<void> {
    const { problem, instance, arena, control, threads } = this
    const name = problem.precision === 'float32' ? 'work32' : 'work64'
    for (let thread = 1; thread < threads; thread++) {
      const own = layOutThread(arena, problem)
      const args = [own.address, this.plan.address, control, thread, threads]
      this.workers.push(await host.start({ module: instance.module, memory: instance.memory, name, args, deadIndex: (control + deadPlace) / 4 }))
    }
  }

  protected override run(): void {
    const together = !this.lost && this.choice.together()
    const start = performance.now()
    if (!together) super.run()
    else if (!this.kernels.stepTogether(this.plan.address, this.control, this.threads)) {
      this.lost = true
      this.stopWorkers()
      throw new ThreadError(this.threads)
    }
    this.choice.took(performance.now() - start)
  }

  override dispose(): void {
    super.dispose()
    this.stopWorkers()
  }

  private stopWorkers(): void {
    wake(this.arena, this.control)
    for (const worker of this.workers.splice(0)) worker.stop()
  }
}

/** Lets waiting workers see that they are to end. */
function wake({ i32 }: Arena, control: number): void {
  Atomics.store(i32, (control + stopPlace) / 4, 1)
  Atomics.add(i32, (control + goPlace) / 4, 1)
  Atomics.notify(i32, (control + goPlace) / 4)
}

interface Choice {
  together(): boolean
  took(milliseconds: number): void
}

/** Steps of each way that a look takes, and steps between two looks. */
const lookSteps = 12
const restSteps = 4000

/** Takes turns for a while, then stays with the way whose middle step was quicker. */
class TimedChoice implements Choice {
  private step = 0
  private taken: [number[], number[]] = [[], []]
  private chosen = true

  together(): boolean {
    return this.looking() ? this.step % 2 === 1 : this.chosen
  }

  took(milliseconds: number): void {
    if (this.looking()) this.taken[this.step % 2 === 1 ? 1 : 0].push(milliseconds)
    this.step++
    if (this.step === 2 * lookSteps) {
      this.chosen = middle(this.taken[1]) < middle(this.taken[0])
      this.taken = [[], []]
    }
    if (this.step === restSteps) this.step = 0
  }

  private looking(): boolean {
    return this.step < 2 * lookSteps
  }
}

function middle(values: number[]): number {
  return values.sort((a, b) => a - b)[values.length >> 1] ?? Infinity
}
