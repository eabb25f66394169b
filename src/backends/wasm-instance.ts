/** The kernels as WebAssembly runs them: compiled once, instantiated for each trainer in memory of its own. */
import { kernels as exact } from '../../build/kernels.ts'
import type { Problem } from './backend.ts'
import { layerBytes, planBytes } from './wasm-layout.ts'

type Exported = (...args: number[]) => unknown

export interface Instance {
  readonly variant: Variant
  readonly module: WebAssembly.Module
  readonly memory: WebAssembly.Memory
  readonly exports: Readonly<Record<string, Exported>>
}

/** The kernels of one precision; arguments are addresses. */
export interface Kernels {
  pack(plan: number): void
  step(plan: number): void
  stepTogether(plan: number, control: number, threads: number): boolean
  evaluate(plan: number): void
  evaluateTogether(plan: number, control: number, threads: number): boolean
  predict(plan: number, out: number): void
  /** Rows of so many bytes from `from`, zeros where that is 0, to every `stride` bytes from `to` on. */
  spreadRows(from: number, to: number, rows: number, bytes: number, stride: number): void
}

/** Which of the kernels: in memory that threads share; with products and sums that may be rounded together. */
export interface Variant {
  readonly shared: boolean
  readonly fast: boolean
}

/** The compiled code: as base64 text, or as what reads its bytes (scripts/build.mjs). What most runs do not need is loaded when it is needed. */
async function codeOf({ shared, fast }: Variant): Promise<typeof exact> {
  if (fast) return (await (shared ? import('../../build/kernels-fast-shared.ts') : import('../../build/kernels-fast.ts'))).kernels
  return shared ? (await import('../../build/kernels-shared.ts')).kernels : exact
}

const modules = new Map<string, Promise<WebAssembly.Module>>()

function compiled(variant: Variant): Promise<WebAssembly.Module> {
  const name = `${variant.shared} ${variant.fast}`
  let compiling = modules.get(name)
  if (compiling === undefined) {
    compiling = codeOf(variant).then(code => WebAssembly.compile(bytesOf(code)))
    modules.set(name, compiling)
  }
  return compiling
}

/** Begins what `instantiate` waits for, beside what the caller does meanwhile. What fails is told to who waits. */
export function compileAhead(variant: Variant): void {
  compiled(variant).catch(() => {})
}

export async function instantiate(variant: Variant, memory: WebAssembly.Memory): Promise<Instance> {
  return instanceOf(await compiled(variant), variant, memory)
}

/** The same of a module that was compiled elsewhere, such as kernels that bench/ times beside these. */
export async function instanceOf(module: WebAssembly.Module, variant: Variant, memory: WebAssembly.Memory): Promise<Instance> {
  const instance = await WebAssembly.instantiate(module, { env: { memory } })
  const exports: Record<string, Exported> = {}
  for (const [name, value] of Object.entries(instance.exports)) if (isExported(value)) exports[name] = value
  if (exports['planBytes']?.() !== planBytes || exports['layerBytes']?.() !== layerBytes) {
    throw new Error('The kernels were built from other sources than this program: run scripts/build-wasm.mjs.')
  }
  return { variant, module, memory, exports }
}

function isExported(value: unknown): value is Exported {
  return typeof value === 'function'
}

function bytesOf(code: typeof exact): Uint8Array<ArrayBuffer> {
  if (typeof code !== 'string') return code()
  const text = atob(code)
  const bytes = new Uint8Array(text.length)
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i)
  return bytes
}

export function kernelsOf(problem: Problem, { exports }: Instance): Kernels {
  const bits = problem.precision === 'float32' ? '32' : '64'
  const named = (name: string, precision = bits): Exported => {
    const found = exports[name + precision]
    if (found === undefined) throw new Error(`The kernels lack ${name}${precision}: run scripts/build-wasm.mjs.`)
    return found
  }
  const [pack, step, evaluate, predict] = [named('pack'), named('step'), named('evaluate'), named('predict')]
  const [stepTogether, evaluateTogether, spreadRows] = [named('stepTogether'), named('evaluateTogether'), named('spreadRows', '')]
  return {
    pack: plan => { pack(plan) },
    step: plan => { step(plan) },
    stepTogether: (plan, control, threads) => stepTogether(plan, control, threads) === 1,
    evaluate: plan => { evaluate(plan) },
    evaluateTogether: (plan, control, threads) => evaluateTogether(plan, control, threads) === 1,
    predict: (plan, out) => { predict(plan, out) },
    spreadRows: (from, to, rows, bytes, stride) => { spreadRows(from, to, rows, bytes, stride) },
  }
}
