/** The figures of an audit against those of pandas, on tables that others measured. */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { readTables } from '../../../src/node/read-tables.ts'
import { audit } from '../../../src/table/audit.ts'
import { corpus, program } from '../../requirements.ts'

const python = program('python')
const folder = corpus('uci') ?? ''
const files = ['concrete.csv', 'energy.csv', 'kin8nm.csv', 'power-plant.csv', 'yacht.csv'].filter(file => existsSync(join(folder, file)))

/** Two orders of summing up to 10,000 numbers differ by less than 10,000 roundings. */
const tolerance = 1e-12

const describeAll = `
import json, sys, pandas as pd
shares = [.01, .05, .25, .5, .75, .95, .99]
out = {}
for path in sys.argv[1:]:
    table = pd.read_csv(path)
    out[path] = {name: [int(c.count()), int(c.nunique()), int(table.duplicated().sum()), float(c.min()), float(c.max()), float(c.mean()), float(c.std(ddof=0))] + list(c.quantile(shares))
        for name, c in table.items()}
print(json.dumps(out))
`

describe.skipIf(python === null || files.length === 0)('pandas says of the same file', () => {
  let theirs: Record<string, Record<string, number[]>> = {}
  beforeAll(() => {
    const { stdout } = spawnSync(python ?? '', ['-c', describeAll, ...files.map(file => join(folder, file))], { encoding: 'utf8' })
    theirs = JSON.parse(stdout) as typeof theirs
  })

  test.each(files)('%s: counts, range, mean, deviation, quantiles, distinct values and repeated rows', async file => {
    const [training] = (await readTables(join(folder, file))).tables
    if (training === undefined) throw new Error('no table')
    const [own] = audit({ training }).tables
    const expected = theirs[join(folder, file)] ?? {}
    expect(own?.columns.map(({ name }) => name)).toEqual(Object.keys(expected))
    for (const column of own?.columns ?? []) {
      if (column.kind !== 'numeric') throw new Error(`${column.name} is no column of numbers`)
      const [finite, distinct, repeated, ...figures] = expected[column.name] ?? []
      expect([column.finite, column.distinct, own?.duplicates.within]).toEqual([finite, distinct, repeated])
      const { min, max, mean, std, quantiles } = column
      const ours = [min, max, mean, std, ...quantiles.map(({ value }) => value)]
      ours.forEach((value, i) => expect(Math.abs(value - (figures[i] ?? NaN))).toBeLessThanOrEqual(tolerance * Math.max(Math.abs(max), Math.abs(min))))
    }
  })
})
