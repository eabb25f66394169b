import { describe, expect, test } from 'vitest'
import { wholeIncident } from '../../src/record/incident.ts'
import { listRuns, readRun, settingsDifferences } from '../../src/record/read.ts'
import { memoryStore, type MemoryStore } from '../../src/record/store.ts'
import { startRun } from '../../src/record/write.ts'
import { resumedRun, sampleRecord, train, wholeRun } from './sample.ts'

const madeUp = { steps: 20, failsAt: 14 }

async function broken(): Promise<MemoryStore> {
  const store = memoryStore()
  await wholeRun(store, madeUp)
  return store
}

async function flip(store: MemoryStore, path: string): Promise<void> {
  const bytes = await store.read(path)
  if (bytes === null) throw new Error(`${path} is missing`)
  const at = bytes.length >> 1
  bytes[at] = (bytes[at] ?? 0) ^ 1
  await store.write(path, bytes)
}

describe('a finished run', () => {
  test('is read back with all its parts', async () => {
    const store = await broken()
    const run = await readRun(store)
    expect(run.record).toMatchObject({ status: 'non-finite', result: { steps: 20 } })
    expect((await run.last())?.state.step).toBe(13)
    expect((await run.best())?.step).toBeGreaterThan(0)
    const metrics = await run.metrics()
    expect(metrics.rows).toBe(14)
    expect(metrics.training.total[13]).toBeNaN()
    const incident = await run.incident()
    if (incident === null) throw new Error('expected an incident')
    const whole = wholeIncident(incident)
    if (!whole.ok) throw whole.error
    expect(whole.value).toMatchObject({ step: 14, first: 'loss', learningRate: 0.005 / 14 })
    expect(whole.value.loss).toEqual({ total: Number.NaN, data: Number.NaN, regularization: 0.25 })
    // Step 14 of the made-up training draws rows 52 to 55 and these masks, sample.ts.
    const rows = Uint32Array.of(52, 53, 54, 55)
    expect(whole.value.drawn).toEqual({ batch: { kind: 'rows', rows }, masks: [Uint8Array.of(1, 0, 1), null] })
    expect(whole.value.before).toEqual((await run.last())?.state)
  })

  test('refuses its damaged parts one by one', async () => {
    const store = await broken()
    await flip(store, 'checkpoints/last')
    await flip(store, 'incident/before')
    await store.remove('incident/batch')
    const run = await readRun(store)
    await expect(run.last()).rejects.toMatchObject({ name: 'RecordError', id: 'checkpoint-damaged' })
    await expect(resumedRun(store, madeUp)).rejects.toMatchObject({ id: 'checkpoint-damaged' })
    expect((await run.best())?.step).toBeGreaterThan(0)
    expect((await run.metrics()).rows).toBe(14)
    const incident = await run.incident()
    expect(incident).toMatchObject({
      summary: { ok: true, value: { step: 14 } },
      before: { ok: false, error: { id: 'checkpoint-damaged' } },
      drawn: { ok: false, error: { id: 'incident-missing', facts: { file: 'incident/batch' } } },
    })
    if (incident !== null) expect(wholeIncident(incident)).toEqual(incident.before)
  })

  test('refuses an incident of mixed parts', async () => {
    const store = await broken()
    const earlier = memoryStore()
    await wholeRun(earlier, { steps: 20, failsAt: 9 })
    await store.write('incident/before', (await earlier.read('incident/before')) ?? new Uint8Array())
    const incident = await (await readRun(store)).incident()
    if (incident === null) throw new Error('expected an incident')
    expect(wholeIncident(incident)).toMatchObject({ ok: false, error: { id: 'incident-mixed' } })
  })

  test.each([
    ['{"format":"whynan-incident","version":2}', 'incident-version'],
    ['{"format":"whynan-incident","version":1,"step":3}', 'incident-damaged'],
    ['{"format":"whynan-', 'incident-damaged'],
    ['{}', 'incident-damaged'],
  ])('refuses incident.json %s', async (text, id) => {
    const store = await broken()
    await store.write('incident/incident.json', new TextEncoder().encode(text))
    expect(await (await readRun(store)).incident()).toMatchObject({ summary: { ok: false, error: { id } } })
  })
})

describe('resume refuses', () => {
  test('a folder without run.json', async () => {
    await expect(resumedRun(memoryStore(), madeUp)).rejects.toMatchObject({ id: 'no-run' })
  })

  test('a checkpoint made with other settings', async () => {
    const store = await broken()
    const { record } = await readRun(store)
    await store.write('run.json', new TextEncoder().encode(JSON.stringify({ ...record, settings: { ...record.settings, seed: 99 } })))
    await expect(resumedRun(store, madeUp)).rejects.toMatchObject({ id: 'checkpoint-other-run' })
  })

  test('a metrics.csv that was cut, edited or removed, and changes nothing', async () => {
    const store = await broken()
    const whole = (await store.read('metrics.csv')) ?? new Uint8Array()
    const text = new TextDecoder().decode(whole)
    const lost = text.replace(/\n5,[^\n]*/, '') + ' '.repeat(200)
    for (const [bytes, id] of [[whole.subarray(0, 300), 'file-shorter'], [new TextEncoder().encode(lost), 'metrics-damaged']] as const) {
      await store.write('metrics.csv', bytes)
      const before = store.files
      await expect(resumedRun(store, madeUp)).rejects.toMatchObject({ id })
      expect(store.files).toEqual(before)
    }
    await store.write('metrics.csv', new Uint8Array())
    await expect((await readRun(store)).metrics()).rejects.toMatchObject({ id: 'metrics-damaged', message: expect.stringContaining('it is empty') })
    await store.remove('metrics.csv')
    await expect(resumedRun(store, madeUp)).rejects.toMatchObject({ id: 'file-shorter' })
    await expect((await readRun(store)).metrics()).rejects.toMatchObject({ id: 'metrics-missing' })
  })
})

describe('writing', () => {
  test('refuses a store that holds a run', async () => {
    await expect(wholeRun(await broken(), madeUp)).rejects.toMatchObject({ id: 'run-exists' })
  })

  test('refuses files that no run has', async () => {
    const writer = await startRun(memoryStore(), sampleRecord())
    const end = await train(writer, { now: 0 }, { steps: 3 }, null)
    await expect(writer.finish(end, null, new Map([['../elsewhere', new Uint8Array()]]))).rejects.toMatchObject({ id: 'no-such-part' })
  })

  test('keeps a run in which something else broke, which can go on', async () => {
    const store = memoryStore()
    const clock = { now: 0 }
    const writer = await startRun(store, sampleRecord(), { now: () => clock.now })
    await train(writer, clock, { steps: 11 }, null)
    expect((await writer.abandon({ error: 'a thread died' })).status).toBe('failed')
    const run = await readRun(store)
    // Pauses come after even steps of 400 ms: checkpoints at 1.6 s (the first after 1 s) and then 2 s later or more, at step 10.
    expect((await run.last())?.state.step).toBe(10)
    const expected = memoryStore()
    await wholeRun(expected, { steps: 20 })
    await resumedRun(store, { steps: 20 })
    expect(store.files).toEqual(expected.files)
  })

  test('spends no more than a fiftieth of the time on checkpoints', async () => {
    const clock = { now: 0 }
    let writes = 0
    const slow: MemoryStore = { ...memoryStore(), write: async (path) => {
      if (path === 'checkpoints/last') writes++
      clock.now += 100
    } }
    const writer = await startRun(slow, sampleRecord(), { now: () => clock.now })
    await train(writer, clock, { steps: 250 }, null)
    // 250 steps of 0.4 s are 100 s. A checkpoint costs 0.1 s, or 0.2 s with a new best: at 2 % one each 5 or 10 s, where 2 s would make 50.
    expect(writes).toBeGreaterThanOrEqual(9)
    expect(writes).toBeLessThanOrEqual(21)
  })
})

describe('lists', () => {
  test('runs by name, damaged ones with the reason, and no other folders', async () => {
    const text = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value))
    const folder = memoryStore(new Map([
      ['b/run.json', text(sampleRecord())], ['a/run.json', text({ ...sampleRecord(), status: 'completed' })],
      ['c/run.json', text(sampleRecord()).subarray(0, 50)], ['d/run.json', text({ name: 'somebody else’s' })],
      ['e/notes.txt', new Uint8Array()], ['notes.txt', new Uint8Array()],
    ]))
    expect(await listRuns(folder)).toMatchObject([
      { name: 'a', record: { status: 'completed' } },
      { name: 'b', record: { status: 'running' } },
      { name: 'c', error: { id: 'run-damaged' } },
    ])
  })

  test('settings in which runs differ', () => {
    const { settings } = sampleRecord()
    const other = { ...settings, batchSize: 10000, network: { ...settings.network, hidden: [20, 10] }, blocks: 16 }
    expect(settingsDifferences([settings, other])).toEqual([
      { setting: 'network.hidden', values: ['[50]', '[20,10]'] },
      { setting: 'batchSize', values: ['256', '10000'] },
      { setting: 'blocks', values: [undefined, '16'] },
    ])
    expect(settingsDifferences([settings, settings])).toEqual([])
  })
})
