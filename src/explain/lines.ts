/**
 * Lines of NumPy and MATLAB that say a fix in the user's own program: `d` and `T` are the training table there, `v` and `V` one of
 * validation rows. Columns count from 0 in NumPy and from 1 in MATLAB, whose lines Octave runs too: its older median knows no 'omitnan'.
 */
import type { ColumnSet } from '../table/columns.ts'
import type { Table } from '../table/table.ts'
import type { Cell } from './cells.ts'
import type { ColumnFigures } from './evidence.ts'

export interface Code {
  readonly python: string | null
  readonly matlab: string | null
  /** The same by a rule instead of row numbers, where one leaves out exactly these rows; more lines than one. */
  readonly rule?: { readonly python: string; readonly matlab: string }
}

/** Which table a line is about. */
type Side = Cell['side']

const tables = { training: { python: 'd', matlab: 'T' }, validation: { python: 'v', matlab: 'V' } } as const

/** Columns (from 0) as an index: a range where they are neighbours, else a list. */
function indexOf(columns: readonly number[]): { python: string; matlab: string } {
  const used = [...columns].sort((a, b) => a - b)
  const [first = 0] = used
  const last = used.at(-1) ?? 0
  if (last - first + 1 !== used.length) return { python: `[${used.join(', ')}]`, matlab: `[${used.map(index => index + 1).join(' ')}]` }
  return { python: `${first === 0 ? '' : first}:${last + 1}`, matlab: `${first + 1}:${last + 1}` }
}

export function usedColumns({ inputs, targets }: ColumnSet): number[] {
  return [...inputs, ...targets]
}

/** What is asked of cells: finite as they stand, or once they are rounded to single precision as that program rounds them. */
interface Asked {
  readonly columns: ColumnSet
  readonly single: boolean
  readonly side?: Side
}

/** Leaves out every row with a cell that is not finite. */
export function dropLines({ columns, single, side = 'training' }: Asked): Code {
  const { python, matlab } = indexOf(usedColumns(columns))
  const { python: d, matlab: T } = tables[side]
  return {
    python: `${d} = ${d}[np.isfinite(${d}[:, ${python}]${single ? '.astype(np.float32)' : ''}).all(axis=1)]`,
    matlab: `${T}(any(~isfinite(${single ? `single(${T}(:,${matlab}))` : `${T}(:,${matlab})`}),2),:) = [];`,
  }
}

/** Puts the training column's median into every cell that is not finite. */
export function fillLines({ columns, single, side = 'training' }: Asked): Code {
  const { python, matlab } = indexOf(usedColumns(columns))
  const ok = `np.isfinite(c${single ? '.astype(np.float32)' : ''})`
  const bad = `~isfinite(${single ? 'single(C(:,k))' : 'C(:,k)'})`
  if (side === 'validation') {
    return {
      python: `c = v[:, ${python}]; v[:, ${python}] = np.where(${ok}, c, np.nanmedian(d[:, ${python}], axis=0))`,
      matlab: `C = V(:,${matlab}); M = T(:,${matlab}); for k = 1:size(C,2), C(${bad},k) = median(M(isfinite(M(:,k)),k)); end, V(:,${matlab}) = C;`,
    }
  }
  return {
    python: `c = d[:, ${python}]; ok = ${ok}; d[:, ${python}] = np.where(ok, c, np.nanmedian(np.where(ok, c, np.nan), axis=0))`,
    matlab: `C = T(:,${matlab}); for k = 1:size(C,2), bad = ${bad}; C(bad,k) = median(C(~bad,k)); end, T(:,${matlab}) = C;`,
  }
}

/** Takes the inputs from these columns (from 0) of the table, whatever it holds: words beside numbers too. */
export function inputLines(columns: readonly number[]): Code {
  const { python, matlab } = indexOf(columns)
  return { python: `X = d[:, ${python}]`, matlab: `X = T(:,${matlab});` }
}

/** Leaves out rows (from 0) by their numbers. */
export function deleteLines(rows: readonly number[], side: Side = 'training'): Code {
  const { python: d, matlab: T } = tables[side]
  return { python: `${d} = np.delete(${d}, [${rows.join(', ')}], axis=0)`, matlab: `${T}([${rows.map(row => row + 1).join(' ')}],:) = [];` }
}

/** What strays are told from: a table's used columns, and their figures. */
export interface Measured {
  readonly table: Table
  readonly columns: ColumnSet
  /** Rows (from 0) that are looked at. */
  readonly rows: ArrayLike<number>
  readonly figures: readonly ColumnFigures[]
}

/** The bound of a rule lies so many times closer than the nearest stray and so many times farther than any other cell, at least. */
const margin = 1.5

/**
 * Rows with a cell farther from its column's median than so many robust deviations, as a rule, beside the numbers of these rows.
 * No rule where none tells these rows from the others; over all used columns if it can be, else over those that hold the strays.
 */
export function strayLines(strays: readonly Cell[], measured: Measured): Code {
  const rows = [...new Set(strays.map(({ index }) => index))].sort((a, b) => a - b)
  const numbered = deleteLines(rows)
  const held = new Set(strays.map(({ column }) => column - 1))
  const all = measured.figures.filter(({ index }) => measured.table.columns[index]?.kind === 'numeric')
  for (const figures of [all, all.filter(({ index }) => held.has(index))]) {
    const bound = boundBetween(new Set(rows), { ...measured, figures })
    if (bound !== null) return { ...numbered, rule: ruleLines(figures.map(({ index }) => index), bound) }
  }
  return numbered
}

/** From 50 on a cell counts as far out; else a power of ten or half of one, else two digits. Null where no bound tells them apart. */
function boundBetween(strays: ReadonlySet<number>, { table, rows, figures }: Measured): number | null {
  const farthest = new Map<number, number>()
  for (const { index, median, spread } of figures) {
    const column = table.columns[index]
    if (column?.kind !== 'numeric') continue
    const scale = spread > 0 ? spread : Math.max(Math.abs(median), 1)
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i] ?? -1
      const distance = Math.abs((column.values[row] ?? Number.NaN) - median) / scale
      // Cells that are not finite are another matter, and other lines.
      if (!Number.isFinite(distance)) continue
      const key = strays.has(row) ? row : -1
      farthest.set(key, Math.max(farthest.get(key) ?? 0, distance))
    }
  }
  const least = Math.max(margin * (farthest.get(-1) ?? 0), 10)
  const most = Math.min(...[...strays].map(row => farthest.get(row) ?? 0)) / margin
  if (!(most >= least)) return null
  const power = 10 ** Math.ceil(Math.log10(least))
  return [50, power / 2, power].find(bound => bound >= least && bound <= most) ?? Number(Math.sqrt(least * most).toPrecision(2))
}

function ruleLines(columns: readonly number[], bound: number): { python: string; matlab: string } {
  const { python, matlab } = indexOf(columns)
  return {
    python: `c = d[:, ${python}]; m = np.nanmedian(c, axis=0); s = 1.4826 * np.nanmedian(np.abs(c - m), axis=0)\n`
      + `d = d[~(np.abs(c - m) > ${bound} * np.where(s > 0, s, np.maximum(np.abs(m), 1))).any(axis=1)]`,
    matlab: `C = T(:,${matlab}); n = 1:size(C,2); f = @(x) median(x(isfinite(x)));\n`
      + 'm = arrayfun(@(k) f(C(:,k)), n); s = 1.4826 * arrayfun(@(k) f(abs(C(:,k) - m(k))), n);\n'
      + `s(s == 0) = max(abs(m(s == 0)),1); T(any(abs(C - m) > ${bound} * s,2),:) = [];`,
  }
}
