/**
 * What only a platform has and training can use: threads, and an engine that may have to be asked for relaxed SIMD. The
 * platforms' rooms make one each (src/node/platform.ts, src/browser/platform.ts) and hand it down; nothing here looks for one.
 */
import type { ThreadHost } from './threads.ts'

export interface Platform {
  /** Null where threads cannot share memory, as in a page that is not cross-origin isolated. */
  readonly threads: ThreadHost | null
  /** Asks the engine for relaxed SIMD, where it has to be asked before it compiles; whether it has it then, relaxedSimd() says. */
  allowRelaxedSimd(): void
}

/** What there is to train with beside the problem. None of it changes a bit. */
export interface Means {
  readonly platform?: Platform | undefined
  /** How many threads at most; left out, a trainer that has work for several times its own steps and evaluations. */
  readonly threads?: number | undefined
  /** Rows that are evaluated between steps, 0 unless given: threads share them even where a step has one block. */
  readonly evaluated?: number | undefined
}

/** A module whose one function is f32x4.relaxed_madd: valid where the engine has relaxed SIMD. */
const relaxedModule = Uint8Array.of(
  0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00, // magic, version
  0x01, 0x08, 0x01, 0x60, 0x03, 0x7b, 0x7b, 0x7b, 0x01, 0x7b, // type: (v128, v128, v128) -> v128
  0x03, 0x02, 0x01, 0x00, // function of that type
  0x0a, 0x0d, 0x01, 0x0b, 0x00, 0x20, 0x00, 0x20, 0x01, 0x20, 0x02, 0xfd, 0x85, 0x02, 0x0b, // its code
)

/** Whether the engine has relaxed SIMD now. */
export function relaxedSimd(): boolean {
  return WebAssembly.validate(relaxedModule)
}
