/** The kernels as WebAssembly runs them: compiled once, instantiated for each trainer in memory of its own. */
import type { Problem } from './backend.ts'
import { layerBytes, planBytes } from './wasm-layout.ts'

type Exported = (...args: number[]) => unknown

export interface Instance {
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
  predict(plan: number, out: number): void
}

const modules = new Map<string, Promise<WebAssembly.Module>>()

/** `kernels` is the compiled code as base64 text. */
export async function instantiate(kernels: string, memory: WebAssembly.Memory): Promise<Instance> {
  let compiling = modules.get(kernels)
  if (compiling === undefined) {
    compiling = WebAssembly.compile(bytesOf(kernels))
    modules.set(kernels, compiling)
  }
  const module = await compiling
  const instance = await WebAssembly.instantiate(module, { env: { memory } })
  const exports: Record<string, Exported> = {}
  for (const [name, value] of Object.entries(instance.exports)) if (isExported(value)) exports[name] = value
  if (exports['planBytes']?.() !== planBytes || exports['layerBytes']?.() !== layerBytes) {
    throw new Error('The kernels were built from other sources than this program: run scripts/build-wasm.mjs.')
  }
  return { module, memory, exports }
}

function isExported(value: unknown): value is Exported {
  return typeof value === 'function'
}

function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  const text = atob(base64)
  const bytes = new Uint8Array(text.length)
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i)
  return bytes
}

export function kernelsOf(problem: Problem, { exports }: Instance): Kernels {
  const bits = problem.precision === 'float32' ? 32 : 64
  const named = (name: string): Exported => {
    const found = exports[name + bits]
    if (found === undefined) throw new Error(`The kernels lack ${name}${bits}: run scripts/build-wasm.mjs.`)
    return found
  }
  const [pack, step, stepTogether, evaluate, predict] = [named('pack'), named('step'), named('stepTogether'), named('evaluate'), named('predict')]
  return {
    pack: plan => { pack(plan) },
    step: plan => { step(plan) },
    stepTogether: (plan, control, threads) => stepTogether(plan, control, threads) === 1,
    evaluate: plan => { evaluate(plan) },
    predict: (plan, out) => { predict(plan, out) },
  }
}
