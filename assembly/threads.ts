/**
 * One step on several threads: each draws a share of the batch, puts it in order, and takes blocks of rows until none is left.
 * Who takes which block cannot change a bit, since a block's sums depend on its rows alone; the first thread combines them.
 * There is no lock, only a barrier that spins briefly and then waits.
 */
import { drawShare, orderShare } from './batch'
import { adopt, Plan } from './plan'
import { trainBlocks } from './tile'

// Words of the control block, a cache line apart.
/** Counts up with every step; threads wait for it. */
// @ts-ignore: decorator
@inline const GO: usize = 0
/** Arrivals at barriers, since the beginning. */
// @ts-ignore: decorator
@inline const ARRIVED: usize = 64
/** Arrivals that the last completed barrier had. */
// @ts-ignore: decorator
@inline const COMPLETE: usize = 128
/** The next block that nobody has taken. */
// @ts-ignore: decorator
@inline const NEXT: usize = 192
/** Not 0 when a thread has died: its host says so. */
// @ts-ignore: decorator
@inline const DEAD: usize = 256
/** Not 0 when threads are to end. */
// @ts-ignore: decorator
@inline const STOP: usize = 320

/** About 20 microseconds; longer than a barrier takes when every thread has a core of its own. */
const SPINS: i32 = 4000
/** How often a waiting thread looks whether another has died, in nanoseconds. */
const LOOK: i64 = 50_000_000

/** Barriers in a step. */
const BARRIERS: i32 = 3

/** A worker's whole life: step after step until it is told to stop, or another thread dies. */
// @ts-ignore: decorator
@inline
export function work<T>(own: Plan, first: Plan, control: usize, thread: i32, threads: i32): void {
  let seen: i32 = 0
  for (;;) {
    for (let i: i32 = 0; i < SPINS && atomic.load<i32>(control + GO) == seen; i++) {}
    while (atomic.load<i32>(control + GO) == seen) atomic.wait<i32>(control + GO, seen, -1)
    seen = atomic.load<i32>(control + GO)
    if (atomic.load<i32>(control + STOP)) return
    adopt(own, first)
    if (!share<T>(own, control, thread, threads)) return
    arrive(control, (own.barriers + BARRIERS) * threads)
  }
}

/** The first thread's part: wakes the others, works along, and waits for them; false when one has died. */
// @ts-ignore: decorator
@inline
export function lead<T>(plan: Plan, control: usize, threads: i32): bool {
  atomic.store<i32>(control + NEXT, 0)
  atomic.add<i32>(control + GO, 1)
  atomic.notify(control + GO, -1)
  const done = share<T>(plan, control, 0, threads) && pass(control, (plan.barriers + BARRIERS) * threads)
  plan.barriers += BARRIERS
  return done
}

function share<T>(plan: Plan, control: usize, thread: i32, threads: i32): bool {
  drawShare(plan, thread, threads)
  if (!pass(control, (plan.barriers + 1) * threads)) return false
  orderShare(plan, thread, threads)
  if (!pass(control, (plan.barriers + 2) * threads)) return false
  let block = atomic.add<i32>(control + NEXT, 1)
  while (block < plan.blocks) {
    trainBlocks<T>(plan, block, block + 1)
    block = atomic.add<i32>(control + NEXT, 1)
  }
  return true
}

/** True for the last of `target` arrivals, which lets the others go on. */
function arrive(control: usize, target: i32): bool {
  if (atomic.add<i32>(control + ARRIVED, 1) + 1 != target) return false
  atomic.store<i32>(control + COMPLETE, target)
  atomic.notify(control + COMPLETE, -1)
  return true
}

/** Waits until all have arrived; false when a thread has died. Counts may wrap around: differences are compared. */
function pass(control: usize, target: i32): bool {
  if (arrive(control, target)) return true
  for (let i: i32 = 0; i < SPINS; i++) if (atomic.load<i32>(control + COMPLETE) - target >= 0) return true
  let complete = atomic.load<i32>(control + COMPLETE)
  while (complete - target < 0) {
    if (atomic.load<i32>(control + DEAD)) return false
    atomic.wait<i32>(control + COMPLETE, complete, LOOK)
    complete = atomic.load<i32>(control + COMPLETE)
  }
  return true
}
