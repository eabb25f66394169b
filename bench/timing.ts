/**
 * Timing beside a ceiling: each slice of the work is timed between two slices of a loop of independent multiplications and
 * additions, and the fastest tenth of the slices counts on both sides. Time is the process's own on the processor, so
 * that a neighbour's load shows little; run with --no-liftoff, or the first compiler's code is what is timed.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const { exports } = await WebAssembly.instantiate(
  await WebAssembly.compile(readFileSync(join(import.meta.dirname, '..', 'ceiling.wasm'))), { env: { abort() {} } },
)
const loop = exports['ceiling'] as (rounds: number) => number
const loopRounds = 200_000

/** Milliseconds that this process has been computing. */
function now(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1e3
}

/** GFLOP/s of one slice of the loop. */
function ceiling(): number {
  const start = now()
  loop(loopRounds)
  return (loopRounds * 96) / (now() - start) / 1e6
}

export interface Timing {
  /** Microseconds a call. */
  readonly microseconds: number
  /** GFLOP/s of the loop. */
  readonly ceiling: number
  /** The calls' own GFLOP/s as a share of it. */
  readonly share: number
}

export function time(call: (i: number) => void, operations: number, slices = 81, sliceMs = 3): Timing {
  for (let i = 0; i < 20; i++) ceiling()
  let i = 0
  const warm = now()
  while (now() - warm < 400) call(i++)
  const from = i
  const start = now()
  while (now() - start < 20) call(i++)
  const calls = Math.max(1, Math.round(((i - from) * sliceMs) / 20))
  const taken = Array.from({ length: slices }, () => {
    const before = ceiling()
    const begin = now()
    for (let c = 0; c < calls; c++) call(i++)
    const us = ((now() - begin) / calls) * 1e3
    return { us, ceiling: (before + ceiling()) / 2 }
  })
  const microseconds = tenth(taken.map(slice => slice.us))
  const best = 1 / tenth(taken.map(slice => 1 / slice.ceiling))
  return { microseconds, ceiling: best, share: operations / microseconds / 1e3 / best }
}

/** The value that a tenth lie below. */
function tenth(values: number[]): number {
  return values.sort((a, b) => a - b)[Math.floor(values.length / 10)] ?? NaN
}
