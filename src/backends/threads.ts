/**
 * The kernels on several threads of one machine, with the same bits: threads take whole blocks of rows (backend.ts), so a step
 * whose batch has one block runs on one; an evaluation they share by chunks, which any larger table has. How threads are started
 * is the platform's: src/node/threads.ts, src/browser/threads.ts.
 *
 * Unless the number is given, a trainer begins alone, starts the others once it has worked long enough for them to pay (at once
 * where they are waiting already), times its own steps and evaluations with few and with many, and goes on with what is
 * quickest (timed-choice.ts).
 */
import { evaluationChunk, type Backend, type FloatArray, type Problem } from './backend.ts'
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
  /** Begins to start so many workers that wait for their tasks: for one who knows that tasks will come, and has other things to do first. */
  expect?(workers: number): void
  /** How many wait for a task, or will soon. */
  waiting?(): number
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

/** Chunks of an evaluation that make a thread of its own worth while, and threads that an evaluation takes at most. */
const chunksEach = 4
const mostForEvaluation = 16

/** Threads that there is work for, where a step has so many blocks and so many rows are evaluated between steps. */
export function mostThreads(host: ThreadHost, blocks: number, threads: number | 'timed', evaluated = 0): number {
  const forEvaluation = Math.min(mostForEvaluation, Math.floor(evaluated / (chunksEach * evaluationChunk)))
  return Math.min(Math.max(blocks, forEvaluation), threads === 'timed' ? host.processors : threads)
}

/** `threads` is how many, or 'timed': up to as many as the machine has. `evaluated`: rows that are evaluated between steps. */
export function threadedWasm(host: ThreadHost, threads: number | 'timed', evaluated = 0): Backend {
  return {
    name: 'wasm',
    refuses,
    async createTrainer(problem, parameters) {
      const most = mostThreads(host, problem.blocks, threads, evaluated)
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
  /** How many threads take a step, and an evaluation. */
  private readonly steps: Choice
  private readonly evaluations: Choice
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
    this.steps = choiceOf(Math.min(most, problem.blocks), timed)
    this.evaluations = choiceOf(most, timed, evaluationLooks)
    if (most === 1) this.team = 'over'
    else if (timed && (host.waiting?.() ?? 0) > 0) this.startUnasked()
  }

  override get threads(): number {
    return this.team === 'ready' ? this.steps.chosen() : 1
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
    const threads = this.team === 'ready' ? this.steps.next() : 1
    const start = performance.now()
    if (threads === 1) super.run()
    else if (!this.kernels.stepTogether(this.plan.address, this.control, threads)) this.tell()
    const took = performance.now() - start
    if (this.team === 'ready') this.steps.took(took)
    else this.workedAlone(took)
  }

  protected override runEvaluation(rows: number): void {
    const shared = this.team === 'ready' && rows > evaluationChunk
    const threads = shared ? this.evaluations.next() : 1
    const start = performance.now()
    if (threads === 1 || !this.evaluatedTogether(rows, threads)) super.runEvaluation(rows)
    const took = performance.now() - start
    // Tables of several sizes may be evaluated.
    if (shared) this.evaluations.took(took / rows)
    else this.workedAlone(took)
  }

  /** False where a thread has died. Nothing is lost of an evaluation: the next step says what happened. */
  private evaluatedTogether(rows: number, threads: number): boolean {
    this.arena.ensure(this.chunks, Math.ceil(rows / evaluationChunk) * 8)
    this.plan.word(wordAt.chunkTerms, this.chunks.address)
    if (this.kernels.evaluateTogether(this.plan.address, this.control, threads)) return true
    this.died = true
    this.stopWorkers()
    return false
  }

  override dispose(): void {
    super.dispose()
    this.stopWorkers()
  }

  private workedAlone(milliseconds: number): void {
    if (!this.timed || this.team !== 'none') return
    this.aloneTook += milliseconds
    if (this.aloneTook >= aloneFor) this.startUnasked()
  }

  /** Starts the others behind the steps' back. Where none can be started, there is one. */
  private startUnasked(): void {
    this.startWorkers().catch(() => {})
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

/** Evaluations are alike, so that few tell, and runs may have few of them. */
const evaluationLooks = 4

function choiceOf(most: number, timed: boolean, looks?: number): Choice {
  return timed ? new TimedChoice(countsUpTo(most), looks) : { next: () => most, took: () => {}, chosen: () => most }
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
