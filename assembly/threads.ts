/**
 * Steps and evaluations on several threads. In a step each draws a share of the batch, puts it in order, and takes blocks of rows
 * until none is left; in an evaluation they take chunks of the table. Who takes what cannot change a bit, since a block's sums
 * depend on its rows alone; the first thread combines them. There is no lock, only a barrier that spins briefly and then waits.
 */
import { drawShare, keyRounds, orderShare } from './batch'
import { adopt, Plan } from './plan'
import { chunkTerms, chunksOf, sumOfChunks, trainBlocks } from './tile'

// Words of the control block, two cache lines apart: processors fetch lines in pairs.
/** Counts up with every job, above the bits that say how many threads take part; threads wait for it. */
// @ts-ignore: decorator
@inline const GO: usize = 0
/** Arrivals at barriers, since the job began. */
// @ts-ignore: decorator
@inline const ARRIVED: usize = 128
/** Arrivals that the last completed barrier had. */
// @ts-ignore: decorator
@inline const COMPLETE: usize = 256
/** The next block or chunk that nobody has taken. */
// @ts-ignore: decorator
@inline const NEXT: usize = 384
/** Not 0 when a thread has died: its host says so. */
// @ts-ignore: decorator
@inline const DEAD: usize = 512
/** Not 0 when threads are to end. */
// @ts-ignore: decorator
@inline const STOP: usize = 640
/** What is to be done. */
// @ts-ignore: decorator
@inline const JOB: usize = 768
/** Not 0 where the first thread may wait; on a page's main thread it may only spin. */
// @ts-ignore: decorator
@inline const WAITS: usize = 896
/** A word for each thread, two lines apart, that it counts up as it gets on: see plan.beat. */
// @ts-ignore: decorator
@inline const BEATS: usize = 1024

// @ts-ignore: decorator
@inline const STEP: i32 = 0
// @ts-ignore: decorator
@inline const EVALUATION: i32 = 1

/** Bits of GO for the number of threads. */
// @ts-ignore: decorator
@inline const TEAM_BITS: i32 = 9

/** Looks at a word before waiting: longer than what the host does between two steps, and than a barrier takes on free cores. */
const SPINS: i32 = 40000
/** How often a waiting thread looks whether another has died, in nanoseconds. */
const LOOK: i64 = 50_000_000
/** Looks in which no thread got on, after which one must have died without a word: 10 seconds, and a tile takes milliseconds. */
const SILENT_LOOKS: i32 = 200
/** The same in rounds of SPINS for one that may not wait: some ten seconds. */
const SILENT_ROUNDS: i32 = 500_000

/** A worker's whole life: job after job until it is told to stop, or another thread dies. */
// @ts-ignore: decorator
@inline
export function work<T>(own: Plan, first: Plan, control: usize, thread: i32): void {
  let seen: i32 = 0
  for (;;) {
    for (let i: i32 = 0; i < SPINS && atomic.load<i32>(control + GO) == seen; i++) {}
    while (atomic.load<i32>(control + GO) == seen) atomic.wait<i32>(control + GO, seen, -1)
    seen = atomic.load<i32>(control + GO)
    if (atomic.load<i32>(control + STOP)) return
    const threads = seen & ((1 << TEAM_BITS) - 1)
    if (thread >= threads) continue
    adopt(own, first)
    const barriers = share<T>(own, control, thread, threads)
    if (barriers == 0) return
    arrive(control, barriers * threads)
  }
}

/** The first thread's part of a step: wakes the others, works along, and waits for them; false when one has died. */
// @ts-ignore: decorator
@inline
export function lead<T>(plan: Plan, control: usize, threads: i32): bool {
  return leadJob<T>(plan, control, threads, STEP)
}

/** The same of an evaluation; the sum of terms is then in the plan. */
// @ts-ignore: decorator
@inline
export function leadEvaluation<T>(plan: Plan, control: usize, threads: i32): bool {
  if (!leadJob<T>(plan, control, threads, EVALUATION)) return false
  plan.terms = sumOfChunks(plan)
  return true
}

function leadJob<T>(plan: Plan, control: usize, threads: i32, job: i32): bool {
  if (job == STEP) keyRounds(plan)
  // Everyone has left the last job's barriers for good, or only waits for GO.
  store<i32>(control + JOB, job)
  atomic.store<i32>(control + NEXT, 0)
  atomic.store<i32>(control + ARRIVED, 0)
  atomic.store<i32>(control + COMPLETE, 0)
  const count = (atomic.load<i32>(control + GO) >> TEAM_BITS) + 1
  atomic.store<i32>(control + GO, (count << TEAM_BITS) | threads)
  atomic.notify(control + GO, -1)
  const barriers = share<T>(plan, control, 0, threads)
  return barriers != 0 && pass(control, barriers * threads, 0, threads)
}

/** A thread's share of the job at hand; gives how many barriers there are with the one that ends it, 0 when a thread has died. */
function share<T>(plan: Plan, control: usize, thread: i32, threads: i32): i32 {
  if (load<i32>(control + JOB) == EVALUATION) {
    const chunks = chunksOf(plan)
    for (let chunk = atomic.add<i32>(control + NEXT, 1); chunk < chunks; chunk = atomic.add<i32>(control + NEXT, 1)) {
      store<f64>(plan.chunkTerms + (<usize>chunk << 3), chunkTerms<T>(plan, chunk))
    }
    return 1
  }
  drawShare(plan, thread, threads)
  if (!pass(control, threads, thread, threads)) return 0
  orderShare(plan, thread, threads)
  if (!pass(control, 2 * threads, thread, threads)) return 0
  for (let block = atomic.add<i32>(control + NEXT, 1); block < plan.blocks; block = atomic.add<i32>(control + NEXT, 1)) {
    trainBlocks<T>(plan, block, block + 1)
  }
  return 3
}

/** True for the last of `target` arrivals, which lets the others go on. */
function arrive(control: usize, target: i32): bool {
  if (atomic.add<i32>(control + ARRIVED, 1) + 1 != target) return false
  atomic.store<i32>(control + COMPLETE, target)
  atomic.notify(control + COMPLETE, -1)
  return true
}

/** Waits until all have arrived; false when a thread has died. */
function pass(control: usize, target: i32, thread: i32, threads: i32): bool {
  if (arrive(control, target)) return true
  if (thread == 0 && !load<i32>(control + WAITS)) return spin(control, target, threads)
  for (let i: i32 = 0; i < SPINS; i++) if (atomic.load<i32>(control + COMPLETE) >= target) return true
  let beats = beatsOf(control, threads)
  let silent: i32 = 0
  let complete = atomic.load<i32>(control + COMPLETE)
  while (complete < target) {
    if (atomic.load<i32>(control + DEAD)) return false
    if (atomic.wait<i32>(control + COMPLETE, complete, LOOK) == AtomicWaitResult.TIMED_OUT) {
      const now = beatsOf(control, threads)
      silent = now == beats ? silent + 1 : 0
      beats = now
      if (silent == SILENT_LOOKS) {
        atomic.store<i32>(control + DEAD, 1)
        return false
      }
    }
    complete = atomic.load<i32>(control + COMPLETE)
  }
  return true
}

/** The same without waiting. */
function spin(control: usize, target: i32, threads: i32): bool {
  let beats = beatsOf(control, threads)
  let silent: i32 = 0
  while (silent < SILENT_ROUNDS) {
    for (let i: i32 = 0; i < SPINS; i++) if (atomic.load<i32>(control + COMPLETE) >= target) return true
    if (atomic.load<i32>(control + DEAD)) return false
    const now = beatsOf(control, threads)
    silent = now == beats ? silent + 1 : 0
    beats = now
  }
  atomic.store<i32>(control + DEAD, 1)
  return false
}

/** How far all threads have got, as one number that changes with each of theirs. */
function beatsOf(control: usize, threads: i32): i32 {
  let beats: i32 = 0
  for (let thread: i32 = 0; thread < threads; thread++) beats += atomic.load<i32>(control + BEATS + (<usize>thread << 7))
  return beats
}
