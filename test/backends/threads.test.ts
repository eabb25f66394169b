import fc from 'fast-check'
import { afterEach, describe, expect, test } from 'vitest'
import type { Trainer } from '../../src/backends/backend.ts'
import { ReferenceTrainer } from '../../src/backends/reference.ts'
import { ThreadError, threadedWasm, type ThreadHost } from '../../src/backends/threads.ts'
import { chooseBackend } from '../../src/backends/choose.ts'
import type { Platform } from '../../src/backends/platform.ts'
import { wasm } from '../../src/backends/wasm.ts'
import type { Precision } from '../../src/network/spec.ts'
import { nodeThreads } from '../../src/node/threads.ts'
import { difference, parametersOf, plainShape, problemOf, requestOf, shapes, smallShapes, type Shape } from './problems.ts'

const trainers: Trainer[] = []
afterEach(() => { for (const trainer of trainers.splice(0)) trainer.dispose() })

async function expectSameBits(shape: Shape, threads: number | 'timed', steps: number): Promise<void> {
  const problem = problemOf(shape)
  const parameters = parametersOf(problem)
  const trainer = await threadedWasm(nodeThreads, threads).createTrainer(problem, parameters)
  trainers.push(trainer)
  const reference = new ReferenceTrainer(problem, parameters)
  for (let step = 1; step <= steps; step++) {
    const request = requestOf(problem, step, shape.batch)
    expect(trainer.step(request)).toEqual(reference.step(request))
  }
  const [got, expected] = [trainer.state(), reference.state()]
  expect(difference(got.parameters, expected.parameters)).toBeNull()
  expect(difference(got.second, expected.second)).toBeNull()
  expect(trainer.evaluate(problem.training)).toEqual(reference.evaluate(problem.training))
}

describe.each([1, 2, 3, 4])('on %i threads', threads => {
  test.each<Precision>(['float32', 'float64'])('a step has the reference\'s bits at %s', async precision => {
    await expectSameBits({ ...plainShape, rows: 3000, batch: 2500, blocks: 16, precision }, threads, 4)
  })
})

test('any shape has the reference\'s bits on 3 threads', async () => {
  const shape = fc.oneof(shapes('float32'), smallShapes('float32'), smallShapes('float64')).map(given => ({ ...given, blocks: 5 }))
  await fc.assert(fc.asyncProperty(shape, given => expectSameBits(given, 3, 2)), { numRuns: 12 })
})

test('a trainer that times its own steps starts its threads after a while, and changes no bit', async () => {
  let started = 0
  const host: ThreadHost = { processors: 3, start: task => nodeThreads.start(task).finally(() => started++) }
  const shape = { ...plainShape, rows: 3000, batch: 2500, blocks: 16 }
  const problem = problemOf(shape)
  const parameters = parametersOf(problem)
  const trainer = await threadedWasm(host, 'timed').createTrainer(problem, parameters)
  trainers.push(trainer)
  const alone = await wasm.createTrainer(problem, parameters)
  const counts = new Set<number>()
  // 36 steps are a look of three numbers of threads; the trainer gives way for its threads to come as the loop does.
  for (let step = 1, timed = 0; timed < 60; step++) {
    const request = requestOf(problem, step, shape.batch)
    expect(trainer.step(request)).toEqual(alone.step(request))
    if (step === 1) expect(started).toBe(0)
    if (step % 10 === 0) await new Promise(setImmediate)
    if (started === 2) timed++
    counts.add(trainer.threads)
  }
  expect(started).toBe(2)
  expect([...counts].every(count => [1, 2, 3].includes(count))).toBe(true)
  expect(difference(trainer.state().parameters, alone.state().parameters)).toBeNull()
  expect(trainer.evaluate(problem.training)).toEqual(alone.evaluate(problem.training))
})

test('a small problem starts no thread and shares no memory', () => {
  const refusing: Platform = { threads: { processors: 8, start: () => Promise.reject(new Error('nobody asked')) }, allowRelaxedSimd: () => {} }
  expect(chooseBackend(problemOf(plainShape), { platform: refusing })).toBe(wasm)
  expect(chooseBackend(problemOf({ ...plainShape, blocks: 16 }), { platform: refusing, threads: 1 })).toBe(wasm)
  expect(chooseBackend(problemOf({ ...plainShape, blocks: 16 }))).toBe(wasm)
  expect(chooseBackend(problemOf({ ...plainShape, blocks: 16 }), { platform: refusing })).not.toBe(wasm)
})

test('where a step has one block, threads share the evaluation of a larger table', async () => {
  const problem = problemOf({ ...plainShape, rows: 9000, blocks: 1 })
  const parameters = parametersOf(problem)
  const trainer = await threadedWasm(nodeThreads, 2, problem.training.rows).createTrainer(problem, parameters)
  trainers.push(trainer)
  const reference = new ReferenceTrainer(problem, parameters)
  for (let step = 1; step <= 2; step++) {
    expect(trainer.step(requestOf(problem, step, 100))).toEqual(reference.step(requestOf(problem, step, 100)))
    expect(trainer.evaluate(problem.training)).toEqual(reference.evaluate(problem.training))
  }
  // Of a step there is one, and that is what a run records.
  expect(trainer.threads).toBe(1)
  const platform: Platform = { threads: nodeThreads, allowRelaxedSimd: () => {} }
  expect(chooseBackend(problem, { platform, threads: 2, evaluated: 9000 })).not.toBe(wasm)
  expect(chooseBackend(problem, { platform, threads: 2, evaluated: 3000 })).toBe(wasm)
  expect(chooseBackend(problem, { platform, threads: 1, evaluated: 9000 })).toBe(wasm)
})

test('workers that are expected wait for their task, and a trainer that times its steps takes them at once', async () => {
  nodeThreads.expect?.(2)
  expect(nodeThreads.waiting?.()).toBe(2)
  nodeThreads.expect?.(1)
  expect(nodeThreads.waiting?.()).toBe(2)
  const host: ThreadHost = { ...nodeThreads, processors: 3 }
  const problem = problemOf({ ...plainShape, rows: 3000, batch: 2500, blocks: 16 })
  const trainer = await threadedWasm(host, 'timed').createTrainer(problem, parametersOf(problem))
  trainers.push(trainer)
  expect(nodeThreads.waiting?.()).toBe(0)
  const alone = await wasm.createTrainer(problem, parametersOf(problem))
  for (let step = 1; step <= 40; step++) {
    expect(trainer.step(requestOf(problem, step, 2500))).toEqual(alone.step(requestOf(problem, step, 2500)))
    expect(trainer.evaluate(problem.training)).toEqual(alone.evaluate(problem.training))
    await new Promise(setImmediate)
  }
  expect(difference(trainer.state().parameters, alone.state().parameters)).toBeNull()
})

test('where no thread can be started, a given number is refused with a sentence, and an unasked one is one', async () => {
  const refusing: ThreadHost = { processors: 4, start: () => Promise.reject(new Error('workers are forbidden here')) }
  const problem = problemOf({ ...plainShape, rows: 3000, blocks: 4 })
  await expect(threadedWasm(refusing, 2).createTrainer(problem, parametersOf(problem))).rejects.toMatchObject({ id: 'no-threads', message: expect.stringContaining('workers are forbidden here') })
  const trainer = await threadedWasm(refusing, 'timed').createTrainer(problem, parametersOf(problem))
  const end = performance.now() + 300
  for (let step = 1; performance.now() < end; step++) {
    trainer.step(requestOf(problem, step, 2500))
    if (step % 20 === 0) await new Promise(setImmediate)
  }
  expect(trainer.threads).toBe(1)
})

test('a thread that dies ends the step with a sentence, and the state stays', async () => {
  const dying: ThreadHost = {
    processors: 2,
    start: task => {
      Atomics.store(new Int32Array(task.memory.buffer), task.deadIndex, 1)
      return Promise.resolve({ stop: () => {} })
    },
  }
  const problem = problemOf({ ...plainShape, blocks: 4 })
  const trainer = await threadedWasm(dying, 2).createTrainer(problem, parametersOf(problem))
  const before = trainer.state()
  expect(() => trainer.step(requestOf(problem, 1, 100))).toThrow(ThreadError)
  expect(difference(trainer.state().parameters, before.parameters)).toBeNull()
})

test('a thread that is ended from outside while others wait for it ends the step too', async () => {
  const ends: (() => void)[] = []
  const host: ThreadHost = {
    processors: 2,
    async start(task) {
      const worker = await nodeThreads.start(task)
      ends.push(() => worker.stop())
      return worker
    },
  }
  const problem = problemOf({ ...plainShape, rows: 3000, blocks: 4 })
  const trainer = await threadedWasm(host, 2).createTrainer(problem, parametersOf(problem))
  trainers.push(trainer)
  const alone = await wasm.createTrainer(problem, parametersOf(problem))
  expect(trainer.step(requestOf(problem, 1, 2500))).toEqual(alone.step(requestOf(problem, 1, 2500)))
  for (const end of ends) end()
  await new Promise(resolve => setTimeout(resolve, 100))
  // An evaluation loses nothing, and the step after it says what happened; then there is one thread.
  expect(trainer.evaluate(problem.training)).toEqual(alone.evaluate(problem.training))
  expect(() => trainer.step(requestOf(problem, 2, 2500))).toThrow(ThreadError)
  expect(trainer.step(requestOf(problem, 2, 2500))).toEqual(alone.step(requestOf(problem, 2, 2500)))
})
