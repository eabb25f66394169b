/** The trial's own parts, and a smaller draw of it. The whole is `npm run trial`. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { faultKinds } from './draw-fault.ts'
import { healthyShapes } from './draw-healthy.ts'
import { tablesOf } from './faults.ts'
import type { Verdict } from './judge.ts'
import { listText, makeList, seeds, sha256, shortText } from './make-list.ts'
import { runCase } from './run.ts'

const list = makeList()
const faults = list.filter(({ breaks }) => breaks !== 'nothing')
const committed = (name: string): string => readFileSync(join(import.meta.dirname, name), 'utf8')

describe('the list', () => {
  test('is the committed one', () => {
    expect(sha256(listText(list))).toBe(committed('list.sha256').trim())
    expect(shortText(list)).toBe(committed('list.json'))
  })

  test('holds at least 500 faults, each with three seeds, and at least 200 healthy runs', () => {
    expect(faults.length).toBeGreaterThanOrEqual(500)
    expect(list.length - faults.length).toBeGreaterThanOrEqual(200)
    expect(new Set(list.map(({ id }) => id)).size).toBe(list.length)
    for (const kind of faultKinds) {
      for (const seed of seeds) expect(faults.filter(one => one.kind === kind && one.seed === seed).length).toBeGreaterThanOrEqual(4)
    }
  })

  test('names a cause for every fault and none for a healthy run', () => {
    for (const { expected, breaks } of list) expect(expected.length > 0).toBe(breaks !== 'nothing')
  })
})

describe('what is put in', () => {
  const values = ({ columns }: { columns: readonly { kind: string, values?: ArrayLike<number> }[] }): number[][] => columns.map(column => Array.from(column.values ?? []))
  const ofKind = (kind: string) => faults.filter(one => one.kind === kind)

  test('the same case makes the same tables, another seed others', async () => {
    const [one, other] = ofKind('nan-in-input')
    if (one === undefined || other === undefined) throw new Error('no such cases')
    const make = async (of: typeof one) => values((await tablesOf(of.run, of.run.settings.seed ?? 0, [], of.decoys)).training)
    expect(await make(one)).toEqual(await make(one))
    expect(await make(one)).not.toEqual(await make(other))
  })

  test('odd cells stand where the case says, decoys in unused columns, and nothing else is odd', async () => {
    for (const one of [...ofKind('infinite-in-input').slice(0, 6), ...ofKind('non-finite-target').slice(0, 6)]) {
      const { training } = await tablesOf(one.run, one.seed, one.cells, one.decoys)
      const { inputs, unused } = one.run.data
      const odd = values(training).flatMap((column, c) => column.flatMap((value, row) => (Number.isFinite(value) ? [] : [`${row} ${c}`])))
      const expected = [...one.cells, ...one.decoys].filter(({ value }) => typeof value === 'string').map(({ row, column }) => `${row} ${column}`)
      expect(new Set(odd)).toEqual(new Set(expected))
      for (const { column } of one.decoys) expect(column >= inputs && column < inputs + unused).toBe(true)
      for (const { column } of one.cells) expect(column < inputs || column >= inputs + unused).toBe(true)
    }
  })

  test('a table of text keeps the text that is no number', async () => {
    const one = ofKind('unparsed-cell').find(({ cells }) => !cells.some(({ text }) => text?.startsWith('#')))
    if (one === undefined) throw new Error('no such case')
    const { training } = await tablesOf(one.run, one.seed, one.cells, one.decoys)
    for (const { row, column, text } of one.cells) expect(training.origin(row, column)).toMatchObject({ line: row + 2, text })
  })

  test('no sound twin holds a fault', async () => {
    for (const { sound, cells } of faults.filter(one => one.cells.length > 0 && one.breaks === 'non-finite').slice(0, 20)) {
      if (sound === null) throw new Error('a fault has a sound twin')
      expect(cells.length).toBeGreaterThan(0)
      for (const column of values((await tablesOf(sound, 1, [], [])).training)) expect(column.every(Number.isFinite)).toBe(true)
    }
  })

  test('there are cases in 100,000 rows with 1 to 10 odd cells', () => {
    const large = ofKind('cells-in-large-table')
    expect(large.every(({ run, cells }) => run.data.rows === 100_000 && cells.length >= 1 && cells.length <= 10)).toBe(true)
    expect(large.length).toBeGreaterThanOrEqual(12)
  })

  test('every shape of healthy run is there', () => {
    for (const shape of healthyShapes) expect(list.filter(({ kind, breaks }) => kind === shape && breaks === 'nothing').length).toBe(8)
  })
})

describe('a smaller draw', () => {
  // Every 23rd case: 39 of them, of most kinds, those of the other trainer too. Tables of 100,000 rows, and training the sound twins, are left to the whole trial.
  const draw = list.filter(({ run }, i) => i % 23 === 0 && run.data.rows < 10_000)

  test('every break is detected, and no proof is without its replay', async () => {
    const verdicts: Verdict[] = []
    for (const one of draw) verdicts.push((await runCase(one, { asListed: true })).verdict)
    const elsewhere = new Set(draw.flatMap(({ id, trainer }) => (trainer === 'foreign' ? [id] : [])))
    expect(elsewhere.size).toBeGreaterThanOrEqual(5)
    // What was only watched was not run again.
    expect(verdicts.filter(({ id, proven }) => proven && elsewhere.has(id)).map(({ id }) => id)).toEqual([])
    expect(verdicts.filter(({ breaks, detected }) => breaks === 'non-finite' && !detected).map(({ id }) => id)).toEqual([])
    expect(verdicts.filter(({ wrong }) => wrong !== null).map(({ id, wrong }) => `${id}: ${wrong ?? ''}`)).toEqual([])
  }, 300_000)
})
