/** Every cause's tests are two tables: runs in which it fires, proven, and runs in which it stays silent. */
import { describe, expect, test } from 'vitest'
import { causes } from '../../../src/explain/causes/index.ts'
import { explanationOf } from '../../../src/explain/explain.ts'
import type { Explanation } from '../../../src/explain/explanation.ts'
import { investigate } from '../../../src/explain/investigate.ts'
import type { Table } from '../../../src/table/table.ts'
import { program } from '../../requirements.ts'
import { ran } from '../cases.ts'
import { watchAll, type Seen } from '../programs.ts'
import { failing } from './lines.ts'
import { examplesOf, expectOnPage } from './pages.ts'

export interface Run {
  readonly name: string
  readonly training: Table
  readonly validation?: Table
  readonly options: Readonly<Record<string, unknown>>
  /** The number of the example on the cause's page that this run prints, from 1. */
  readonly onPage?: number
}

export interface Fires extends Run {
  /** Cells to be named, exactly: [row, column], from 1. */
  readonly cells?: readonly (readonly [number, number])[]
  readonly step?: number
  /** Where no replay can prove it. */
  readonly suspected?: true
  /** What else must hold of the explanation. */
  readonly also?: (explanation: Explanation) => void
}

/** A run of another program, of which only its steps are seen. Its cause is suspected at most. */
export interface Elsewhere extends Pick<Fires, 'name' | 'cells' | 'step' | 'also' | 'onPage'> {
  readonly watched: () => Seen | Promise<Seen>
}

/** The example of this cause is the question's own run, which test/docs prints by the command line. */
const byCommand = 'nan-in-input'

/** A small classic program, to be spread into options. */
export const small = { recipe: 'classic', network: { hidden: [8], dropout: 0 }, batchSize: 20, steps: 20, precision: 'float64' } as const

export function causeSuite(id: string, { fires, staysSilent }: { readonly fires: readonly (Fires | Elsewhere)[]; readonly staysSilent: readonly (Run | Elsewhere)[] }): void {
  const explained = async (run: Run | Elsewhere): Promise<{ explanation: Explanation; chinese: string }> => {
    if ('watched' in run) {
      const watcher = watchAll(await run.watched())
      return { explanation: watcher.explain(), chinese: watcher.explain({ language: 'zh' }).text }
    }
    const { training, validation, options } = run
    const investigation = await investigate(await ran({ training, validation: validation ?? null }, options))
    return { explanation: explanationOf(investigation), chinese: explanationOf(investigation, { language: 'zh' }).text }
  }
  describe(id, () => {
    const lines = { python: new Set<string>(), octave: new Set<string>() }
    test('is in the list of causes', () => expect(causes.map(cause => cause.id)).toContain(id))

    test.each(fires)('fires: $name', async run => {
      const { explanation, chinese } = await explained(run)
      const proven = !('watched' in run) && run.suspected === undefined
      expect(explanation.cause, explanation.text).toMatchObject({ id, proven })
      if (proven) expect(explanation.replays.some(({ kind, supports }) => supports && (kind === 'taken-away' || kind === 'clean'))).toBe(true)
      if (run.step !== undefined) expect(explanation.step).toBe(run.step)
      if (run.cells !== undefined) expect(explanation.cause?.cells.map(({ row, column }) => [row, column])).toEqual(run.cells)
      expect(chinese).toMatch(/[\u4e00-\u9fff]/)
      const { python, matlab } = explanation.fix?.code ?? { python: null, matlab: null }
      if (python !== null) lines.python.add(python)
      if (matlab !== null) lines.octave.add(matlab)
      run.also?.(explanation)
      if (run.onPage !== undefined) expectOnPage(id, run.onPage, explanation.text)
    })

    test.each(staysSilent)('stays silent: $name', async run => {
      const { explanation } = await explained(run)
      expect(explanation.cause?.id, explanation.text).not.toBe(id)
      if ('watched' in run) run.also?.(explanation)
      if (run.onPage !== undefined) expectOnPage(id, run.onPage, explanation.text)
    })

    test.runIf(byCommand !== id)('prints each example on its page', () => {
      const printed = [...fires, ...staysSilent].flatMap(({ onPage }) => onPage ?? [])
      expect(printed.sort()).toEqual(Array.from({ length: examplesOf(id) }, (_, i) => i + 1))
    })

    // After the runs above, whose fixes they are.
    test.each(['python', 'octave'] as const)('its lines of %s run', language => {
      const failed = lines[language].size === 0 || program(language) === null ? [] : failing(language, [...lines[language]])
      expect(failed).toEqual([])
    })
  })
}
