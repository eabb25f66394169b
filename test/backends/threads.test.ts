import fc from 'fast-check'
import { afterEach, describe, expect, test } from 'vitest'
import type { Trainer } from '../../src/backends/backend.ts'
import { ReferenceTrainer } from '../../src/backends/reference.ts'
import { ThreadError, threadedWasm, type ThreadHost } from '../../src/backends/threads.ts'
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

test('timing its own steps does not change a bit', async () => {
  await expectSameBits({ ...plainShape, rows: 200, batch: 150, blocks: 4 }, 'timed', 40)
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
