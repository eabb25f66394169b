import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { RecordError } from '../../src/record/errors.ts'
import { memoryStore, type MemoryStore } from '../../src/record/store.ts'
import { resumedRun, wholeRun, type MadeUp } from './sample.ts'

const endings: [string, MadeUp][] = [['completes', { steps: 30 }], ['breaks', { steps: 30, failsAt: 24 }]]

async function undisturbed(madeUp: MadeUp): Promise<MemoryStore> {
  const store = memoryStore()
  await wholeRun(store, madeUp)
  return store
}

/** The files and a hash of each: quicker to compare than bytes. */
function contents({ files }: MemoryStore): Record<string, string> {
  return Object.fromEntries(Array.from(files, ([path, bytes]) => [path, createHash('sha256').update(bytes).digest('hex')]).sort())
}

/** Runs until the store stops or fails, which has to be a refusal of this room. */
async function until(work: Promise<unknown>): Promise<RecordError | null> {
  try {
    await work
    return null
  } catch (error) {
    expect(error).toBeInstanceOf(RecordError)
    return error instanceof RecordError ? error : null
  }
}

/** Goes on with what is left: to the same bytes, or to the one refusal there is before run.json stands. */
async function goesOn(left: MemoryStore, madeUp: MadeUp, expected: MemoryStore): Promise<void> {
  const refused = await until(resumedRun(left, madeUp))
  if (left.files.size === 0) expect(refused?.id).toBe('no-run')
  else {
    expect(refused).toBeNull()
    expect(contents(left)).toEqual(contents(expected))
  }
}

describe.each(endings)('a run that %s', (_name, madeUp) => {
  test.each(['kill', 'power-loss'] as const)('goes on to the same bytes after a %s at any operation', async after => {
    const expected = await undisturbed(madeUp)
    const count = expected.operations.length
    expect(count).toBeGreaterThan(20)
    for (let allowed = 0; allowed < count; allowed++) {
      const store = memoryStore(new Map(), { operations: allowed })
      expect((await until(wholeRun(store, madeUp)))?.id).toBe('store-stopped')
      const left = store.survivor(after)
      await goesOn(left.survivor(after), madeUp, expected)
      // And when what goes on is stopped in its turn.
      left.setLimits({ operations: (allowed * 7) % count })
      await until(resumedRun(left, madeUp))
      await goesOn(left.survivor(after), madeUp, expected)
    }
  })

  test('stops with a sentence when the disk is full, and goes on when there is space', async () => {
    const expected = await undisturbed(madeUp)
    const size = Array.from(expected.files.values()).reduce((sum, bytes) => sum + bytes.length, 0)
    let stops = 0
    for (let room = 0; room < size; room += 797) {
      const store = memoryStore(new Map(), { bytes: room })
      const told: RecordError[] = []
      const refused = await until(wholeRun(store, madeUp, { onFailure: error => told.push(error) }))
      expect(refused?.id).toBe('disk-full')
      if (store.files.size > 0) {
        expect(refused?.message).toMatch(/(No step of the run is saved yet|is saved up to step \d+); whynan resume goes on from there/)
        expect(told).toEqual([refused])
        stops++
      }
      store.setLimits({})
      await goesOn(store, madeUp, expected)
    }
    expect(stops).toBeGreaterThan(5)
  })
})

test('a second process on the same run stops the first, and the second goes on to the same bytes', async () => {
  const madeUp = { steps: 30 }
  const expected = await undisturbed(madeUp)
  const store = memoryStore()
  let second: Promise<unknown> = Promise.resolve()
  const first = await until(wholeRun(store, { ...madeUp, before: async step => {
    if (step === 15) await (second = resumedRun(store, madeUp))
  } }))
  expect(first?.id).toBe('run-in-use')
  await second
  expect(contents(store)).toEqual(contents(expected))
})

test('a run whose folder is taken away while it is written says so, and promises nothing', async () => {
  const store = memoryStore()
  const told = await until(wholeRun(store, { steps: 30, before: async step => {
    if (step === 15) for (const file of store.files.keys()) await store.remove(file)
  } }))
  expect(told?.id).toBe('run-gone')
  expect(told?.message).toContain('moved or deleted')
  expect(told?.message).not.toContain('is saved up to')
})
