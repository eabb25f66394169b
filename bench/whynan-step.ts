/**
 * whynan's training step for the bench, as it runs in a fit: batch and masks drawn, step, guard, and the record written to a
 * run folder. Training goes on from slice to slice and rests between them; the record's clock rests with it, so that
 * checkpoints come as often as in a run that never waits. Answers one JSON line with one JSON line.
 *
 *     node build/bench/whynan-step.mjs CEILING.wasm FOLDER
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Backend, Dataset, Problem, Trainer } from '../src/backends/backend.ts'
import { threadedWasm } from '../src/backends/threads.ts'
import { wasm, WasmTrainer } from '../src/backends/wasm.ts'
import { instanceOf } from '../src/backends/wasm-instance.ts'
import { networkOf } from '../src/network/layout.ts'
import { completeSettings } from '../src/network/recipes.ts'
import type { Settings } from '../src/network/spec.ts'
import { folderStore } from '../src/node/store.ts'
import { platform } from '../src/node/platform.ts'
import { nodeThreads } from '../src/node/threads.ts'
import { newRun } from '../src/record/run.ts'
import { startRun } from '../src/record/write.ts'
import { makeDraws } from '../src/training/draws.ts'
import { train } from '../src/training/train.ts'

interface Prepare {
  readonly op: 'prepare'
  readonly id: string
  readonly widths: readonly number[]
  readonly batch: number
  readonly dropout: number
  readonly l2: number
  readonly rate: number
  readonly beta1: number
  readonly beta2: number
  readonly epsilon: number
  readonly threads: number
  /** Whether steps are written to a run folder, as they are in a fit. */
  readonly recorded: boolean
  /** Relaxed SIMD. */
  readonly fast?: boolean
  /** A file of other kernels than the program's own, with one thread. */
  readonly kernels?: string
  /** Files of float32. */
  readonly features: string
  readonly targets: string
  readonly parameters: string
}
type Question =
  | Prepare
  | { readonly op: 'losses'; readonly id: string; readonly steps: number; readonly l2: number }
  | { readonly op: 'time'; readonly id: string; readonly ms: number }
  | { readonly op: 'ceiling' }
  | { readonly op: 'steady'; readonly ms: number }

interface Slice {
  readonly us: number
  readonly steps: number
  readonly busy: number
  readonly loss: number
}

interface Session {
  readonly prepared: Prepare
  time(ms: number): Promise<Slice>
}

const [ceilingFile = '', folder = ''] = process.argv.slice(2)
const ceiling = await loopOf(ceilingFile)
const sessions = new Map<string, Session>()

for await (const line of createInterface({ input: process.stdin })) {
  const said = await answer(JSON.parse(line) as Question).catch((error: unknown) => ({ error: error instanceof Error ? error.message : String(error) }))
  process.stdout.write(`${JSON.stringify(said)}\n`)
}
process.exit(0)

async function answer(question: Question): Promise<object> {
  switch (question.op) {
    case 'prepare':
      sessions.set(question.id, await open(question))
      return { version: `Node ${process.version}` }
    case 'losses': return { losses: await losses(sessionOf(question.id).prepared, question.steps, question.l2) }
    case 'time': return sessionOf(question.id).time(question.ms)
    case 'ceiling': return { gflops: (fastest(20, 200_000, ceiling) * 96) / 1e9 }
    case 'steady': return { gflops: (steady(question.ms, 200_000, ceiling) * 96) / 1e9 }
    default: return question satisfies never
  }
}

function sessionOf(id: string): Session {
  const session = sessions.get(id)
  if (session === undefined) throw new Error(`${id} was not prepared`)
  return session
}

async function loopOf(file: string): Promise<(rounds: number) => number> {
  const { exports } = await WebAssembly.instantiate(await WebAssembly.compile(readFileSync(file)), { env: { abort() {} } })
  return exports['ceiling'] as (rounds: number) => number
}

/** Rounds a second in the fastest of some slices: what the core can do when nothing comes between. */
function fastest(slices: number, rounds: number, run: (rounds: number) => void): number {
  // The engine's first compiler is slow; its second takes over after some calls.
  for (let i = 0; i < 20; i++) run(rounds / 10)
  let best = 0
  for (let i = 0; i < slices; i++) {
    const start = performance.now()
    run(rounds)
    best = Math.max(best, (rounds / (performance.now() - start)) * 1e3)
  }
  return best
}

/** Rounds a second over so many milliseconds, with all that comes between. */
function steady(ms: number, rounds: number, run: (rounds: number) => void): number {
  const start = performance.now()
  let done = 0
  for (; performance.now() - start < ms; done += rounds) run(rounds)
  return (done / (performance.now() - start)) * 1e3
}

function settingsOf({ widths, batch, dropout, rate, beta1, beta2, epsilon }: Prepare, l2: number, rows: number): Settings {
  return completeSettings({
    recipe: 'classic', network: { hidden: widths.slice(1, -1), dropout }, batchSize: batch, l2, steps: 2 ** 31 - 1,
    optimizer: { name: 'adam', learningRate: rate, beta1, beta2, epsilon },
  }, { task: 'regression', rows })
}

function problemOf(settings: Settings, { widths, batch }: Prepare, training: Dataset): Problem {
  return {
    network: networkOf(settings, training.inputs, widths[widths.length - 1] ?? 1), loss: { name: 'half-mse' }, reduction: settings.reduction, l2: settings.l2,
    optimizer: settings.optimizer, clip: settings.clip, precision: 'float32', blocks: batch < 2048 ? 1 : 16, seed: settings.seed, training,
  }
}

function datasetOf({ widths, features, targets }: Prepare): Dataset {
  const inputs = widths[0] ?? 1
  const outputs = widths[widths.length - 1] ?? 1
  const x = floats(features)
  return { rows: x.length / inputs, inputs, outputs, features: x, targets: floats(targets) }
}

function floats(path: string): Float32Array {
  const bytes = readFileSync(path)
  return new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4)
}

/** Data losses of steps on the table's first rows, without dropout: what every program has to give alike. */
async function losses(prepared: Prepare, steps: number, l2: number): Promise<number[]> {
  const training = datasetOf(prepared)
  const settings = settingsOf({ ...prepared, dropout: 0 }, l2, training.rows)
  const trainer = await wasm.createTrainer(problemOf(settings, prepared, training), floats(prepared.parameters))
  const rows = Uint32Array.from({ length: prepared.batch }, (_, i) => i)
  return Array.from({ length: steps }, (_, i) => trainer.step({ step: i + 1, batch: { kind: 'rows', rows }, learningRate: prepared.rate }).loss.data)
}

async function open(prepared: Prepare): Promise<Session> {
  const training = datasetOf(prepared)
  const settings = settingsOf(prepared, prepared.l2, training.rows)
  const backend: Backend = prepared.threads === 1 ? wasm : threadedWasm(nodeThreads, prepared.threads)
  if (prepared.fast === true) platform.allowRelaxedSimd()
  const problem = { ...problemOf(settings, prepared, training), fast: prepared.fast }
  const refused = backend.refuses(problem)
  if (refused !== null) throw new Error(`the kernels do not offer ${refused}`)
  const parameters = floats(prepared.parameters)
  const trainer = prepared.kernels === undefined ? await backend.createTrainer(problem, parameters) : await trainerOf(prepared.kernels, problem, parameters)
  return trained(prepared, settings, trainer)
}

async function trainerOf(kernels: string, problem: Problem, parameters: Float32Array): Promise<Trainer> {
  const module = await WebAssembly.compile(readFileSync(kernels))
  return new WasmTrainer(problem, parameters, await instanceOf(module, { shared: false, fast: false }, new WebAssembly.Memory({ initial: 1 })))
}

/** A fit that runs only while it is being timed. */
async function trained(prepared: Prepare, settings: Settings, trainer: Trainer): Promise<Session> {
  const { training, network } = trainer.problem
  let rested = 0
  const clock = (): number => performance.now() - rested
  const record = newRun({
    whynan: 'bench', settings, data: { files: [], training: { name: 'bench', rows: training.rows, columns: [] }, validation: null },
    columns: { inputs: [], targets: [] }, environment: { backend: trainer.backend, threads: prepared.threads, precision: 'float32', fast: trainer.fast }, assumptions: [],
  })
  const writer = await startRun(folderStore(join(folder, prepared.id)), record, { now: clock })
  let last = 0
  let taken = 0
  let slice: { ms: number; start: number; from: number; cpu: NodeJS.CpuUsage; done: (slice: Slice) => void } | null = null
  let wake: (() => void) | null = null
  const rest = async (): Promise<void> => {
    const start = performance.now()
    await new Promise<void>(resolve => { wake = resolve })
    rested += performance.now() - start
  }
  const draws = makeDraws({
    kind: 'philox', seed: settings.seed, network, rows: training.rows, batchSize: prepared.batch, sampling: 'fresh', validationRows: 0,
  })
  const run = async (): Promise<void> => {
    await rest()
    const result = await train({
      trainer, draws, steps: settings.steps ?? 0, schedule: settings.schedule, learningRate: settings.optimizer.learningRate, validation: null,
      evaluateEvery: settings.steps ?? 1, earlyStopping: false,
    }, {
      onStep(event) {
        taken = event.step
        last = event.result.loss.data
        if (prepared.recorded) writer.onStep(event)
      },
      async onPause(step, state) {
        if (prepared.recorded) await writer.onPause(step, state)
        const ms = slice === null ? 0 : performance.now() - slice.start
        if (slice === null || ms < slice.ms || step - slice.from < 2) return
        const { user, system } = process.cpuUsage(slice.cpu)
        const steps = step - slice.from
        slice.done({ us: (ms / steps) * 1e3, steps, busy: (user + system) / 1e3 / ms, loss: last })
        slice = null
        await rest()
      },
    })
    throw new Error(`training ended: ${result.status}${writer.failed === null ? '' : `, ${writer.failed.message}`}`)
  }
  let fail: (error: unknown) => void = () => {}
  run().catch((error: unknown) => { fail(error) })
  return {
    prepared,
    time: ms => new Promise((resolve, reject) => {
      fail = reject
      slice = { ms, start: performance.now(), from: taken, cpu: process.cpuUsage(), done: resolve }
      wake?.()
    }),
  }
}
