/**
 * The kernels on several threads of one machine, with the same bits: threads take whole blocks of rows (backend.ts), so a step
 * whose batch has one block runs on one. How threads are started is the platform's: src/node/threads.ts, src/browser/threads.ts.
 *
 * Unless the number is given, a trainer begins alone, starts the others once it has worked long enough for them to pay, times
 * its own steps with few and with many, and goes on with what is quickest (timed-choice.ts).
 */
import type { Backend, FloatArray, Problem } from './backend.ts'
import { countsUpTo, TimedChoice, type Choice } from './timed-choice.ts'
import { refuses, usesRelaxedSimd, WasmTrainer } from './wasm.ts'
import { instantiate, type Instance } from './wasm-instance.ts'
import { type Arena, type Region, wordAt } from './wasm-layout.ts'
import { layOutThread } from './wasm-setup.ts'

/** What a worker needs to run: it instantiates `module` with `env.memory` and calls the export `name` with `args`. */
export interface WorkerTask {
  readonly module: WebAssembly.Module
  readonly memory: WebAssembly.Memory
  readonly name: string
  readonly args: readonly number[]
  /** Where 1 is stored when the worker fails or is ended by others, as an index into an Int32Array over the memory. */
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

/** A thread died in the middle of a step, and the state is the one before the step; or none could be started. */
export class ThreadError extends Error {
  override readonly name = 'ThreadError'

  constructor(readonly id: 'thread-died' | 'no-threads', sentence: string, readonly threads: number) {
    super(sentence)
  }
}

// Places in the control block: assembly/threads.ts.
const goPlace = 0
const deadPlace = 512
const stopPlace = 640
const waitsPlace = 896
const beatsPlace = 1024
const beatStride = 128
const controlBytes = (threads: number): number => beatsPlace + threads * beatStride

/** Milliseconds of steps alone before other threads are started unasked: starting them takes about half as long. */
const aloneFor = 80

/** As assembly/tile.ts has it: an evaluation's rows are shared in chunks of so many. */
const evaluationChunk = 1024

/** `threads` is how many, or 'timed': up to as many as the machine has. */
export function threadedWasm(host: ThreadHost, threads: number | 'timed'): Backend {
  return {
    name: 'wasm',
    refuses,
    async createTrainer(problem, parameters) {
      const most = Math.min(problem.blocks, threads === 'timed' ? host.processors : threads)
      const memory = new WebAssembly.Memory({ initial: 1, maximum: 65536, shared: true })
      const instance = await instantiate({ shared: true, fast: usesRelaxedSimd(problem) }, memory)
      const trainer = new ThreadedTrainer(problem, parameters, instance, host, most, threads === 'timed')
      if (threads !== 'timed' && most > 1) await trainer.startWorkers()
      return trainer
    },
  }
}

class ThreadedTrainer extends WasmTrainer {
  private readonly control: number
  private readonly chunks: Region = { address: 0, bytes: 0 }
  private workers: WorkerHandle[] = []
  /** Without other threads yet; with them; without them for good. */
  private team: 'none' | 'starting' | 'ready' | 'over' = 'none'
  /** A thread has died, and nobody has been told. */
  private died = false
  private choice: Choice
  private aloneTook = 0

  constructor(
    problem: Problem, parameters: FloatArray, private readonly instance: Instance, private readonly host: ThreadHost,
    private readonly most: number, private readonly timed: boolean,
  ) {
    super(problem, parameters, instance)
    this.control = this.arena.allocate(controlBytes(most))
    this.plan.word(wordAt.beat, this.control + beatsPlace)
    this.arena.i32[(this.control + waitsPlace) / 4] = mayWait(this.arena, this.control + stopPlace) ? 1 : 0
    const table = most * problem.blocks * 4
    this.plan.word(wordAt.counts, this.arena.allocate(table))
    this.plan.word(wordAt.offsets, this.arena.allocate(table))
    this.choice = timed ? new TimedChoice(countsUpTo(most)) : { next: () => most, took: () => {}, chosen: () => most }
    if (most === 1) this.team = 'over'
  }

  override get threads(): number {
    return this.team === 'ready' ? this.choice.chosen() : 1
  }

  /** Throws ThreadError `no-threads` where the platform starts none. */
  async startWorkers(): Promise<void> {
    const { problem, instance, arena, control, most } = this
    this.team = 'starting'
    const name = problem.precision === 'float32' ? 'work32' : 'work64'
    const tasks = Array.from({ length: most - 1 }, (_, i) => {
      const own = layOutThread(arena, problem)
      own.word(wordAt.beat, control + beatsPlace + (i + 1) * beatStride)
      const args = [own.address, this.plan.address, control, i + 1]
      return { module: instance.module, memory: instance.memory, name, args, deadIndex: (control + deadPlace) / 4 }
    })
    const started = await Promise.allSettled(tasks.map(task => this.host.start(task)))
    const refused = started.find(result => result.status === 'rejected')
    this.workers = started.flatMap(result => (result.status === 'fulfilled' ? [result.value] : []))
    // Disposed in the meantime, or fewer than were asked for: those that came are sent home.
    if (this.team !== 'starting' || refused !== undefined) this.stopWorkers()
    else this.team = 'ready'
    if (refused !== undefined) {
      const why = refused.reason instanceof Error ? refused.reason.message : String(refused.reason)
      throw new ThreadError('no-threads', `No ${most} training threads could be started (${why}); train with one: --threads 1, or threads: 1 in a program.`, most)
    }
  }

  protected override run(): void {
    if (this.died) this.tell()
    const threads = this.team === 'ready' ? this.choice.next() : 1
    const start = performance.now()
    if (threads === 1) super.run()
    else if (!this.kernels.stepTogether(this.plan.address, this.control, threads)) this.tell()
    const took = performance.now() - start
    if (this.team === 'ready') this.choice.took(took)
    else this.workedAlone(took)
  }

  protected override runEvaluation(rows: number): void {
    const threads = this.team === 'ready' && rows > evaluationChunk ? this.choice.chosen() : 1
    const start = performance.now()
    if (threads > 1) {
      this.arena.ensure(this.chunks, Math.ceil(rows / evaluationChunk) * 8)
      this.plan.word(wordAt.chunkTerms, this.chunks.address)
      if (this.kernels.evaluateTogether(this.plan.address, this.control, threads)) return
      // Nothing is lost of an evaluation: the next step says what happened.
      this.died = true
      this.stopWorkers()
    }
    super.runEvaluation(rows)
    this.workedAlone(performance.now() - start)
  }

  override dispose(): void {
    super.dispose()
    this.stopWorkers()
  }

  /** Starts the others behind the steps' back once there was enough to do. Where none can be started, there is one. */
  private workedAlone(milliseconds: number): void {
    if (!this.timed || this.team !== 'none') return
    this.aloneTook += milliseconds
    if (this.aloneTook >= aloneFor) this.startWorkers().catch(() => {})
  }

  private tell(): never {
    this.died = false
    this.stopWorkers()
    throw new ThreadError('thread-died', `One of ${this.most} training threads ended unexpectedly, and the step it was at was not taken; train with one: --threads 1, or threads: 1 in a program.`, this.most)
  }

  private stopWorkers(): void {
    this.team = 'over'
    wake(this.arena, this.control)
    for (const worker of this.workers.splice(0)) worker.stop()
  }
}

/** Whether this thread may wait in a step: an engine refuses it on a page's main thread. */
function mayWait({ i32 }: Arena, place: number): boolean {
  try {
    // The word is 0, so that waiting for it to change from 1 ends at once.
    Atomics.wait(i32, place / 4, 1, 0)
    return true
  } catch {
    return false
  }
}

/** Lets waiting workers see that they are to end. */
function wake({ i32 }: Arena, control: number): void {
  Atomics.store(i32, (control + stopPlace) / 4, 1)
  Atomics.add(i32, (control + goPlace) / 4, 1)
  Atomics.notify(i32, (control + goPlace) / 4)
}
