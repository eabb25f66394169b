/** MAT-files of version 7.3, which are HDF5 files: their variables, by libhdf5. */
import { sharedHdf5, type Hdf5Library } from './mat73/library.ts'
import { withHdf5File } from './mat73/file.ts'
import { Mat73Values, type Described } from './mat73/values.ts'
import { MatBudget, matLimits, type MatHeader, type MatValue } from './mat-values.ts'
import type { Inflate, Source } from './source.ts'

export interface Mat73Options {
  /** Memory for the file and for the variables, in bytes each. */
  readonly maximumBytes: number
  readonly inflate: Inflate
  /** The library to read with; one that all readers share unless given. */
  readonly hdf5?: Hdf5Library
}

/** What a file holds, and the values of those variables that `wanted` asks for; the others' data are not read. */
export function readMat73(
  source: Source, { maximumBytes, inflate, hdf5 = sharedHdf5 }: Mat73Options, wanted: (name: string) => boolean,
): Promise<{ readonly headers: readonly MatHeader[], readonly values: ReadonlyMap<string, MatValue> }> {
  return withHdf5File(source, { library: hdf5, inflate, maximumBytes }, async file => {
    const reader = new Mat73Values(file, new MatBudget(source, maximumBytes))
    // Names that begin with # are MATLAB's own: what references and objects lead to.
    const names = file.names('/').filter(name => !name.startsWith('#'))
    if (names.length > matLimits.variables) {
      throw file.fault('too-many-variables', '/', `${names.length} variables`, `at most ${matLimits.variables}`)
    }
    const described: Described[] = []
    for (const name of names) described.push(await reader.describe(`/${name}`, name))
    const headers = described.map(({ name, class: ofClass, dims, complex }): MatHeader => ({ name, class: ofClass, dims, complex }))
    const values = new Map<string, MatValue>()
    for (const each of described.filter(({ name }) => wanted(name))) values.set(each.name, await reader.value(each))
    return { headers, values }
  })
}
