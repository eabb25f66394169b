/**
 * Replays a finished run from its start, and says how long its steps take beside the run's own, and whether it came to the same
 * parameters: node build/bench/whynan-replay.mjs RUN. The last line is JSON.
 */
import { chooseBackend } from '../src/backends/choose.ts'
import { loadRunData } from '../src/node/data.ts'
import { folderStore } from '../src/node/store.ts'
import { hashParameters } from '../src/numeric/hash.ts'
import { readRun } from '../src/record/read.ts'
import { replay } from '../src/record/replay.ts'
import { problemOf } from '../src/training/experiment.ts'
import { caseFromStore } from '../src/workflow/recorded.ts'

const [path = ''] = process.argv.slice(2)
const stored = await readRun(folderStore(path))
const { tables } = await loadRunData(stored.record, path)
const { case: told } = await caseFromStore(stored, tables, 'bench')
const { result } = stored.record
const field = (name: string): unknown => (typeof result === 'object' && result !== null ? Object.entries(result).find(([key]) => key === name)?.[1] : undefined)

const start = performance.now()
const { final, steps } = await replay({ experiment: told.experiment, changes: [], backend: chooseBackend(problemOf(told.experiment)) })
const seconds = (performance.now() - start) / 1e3
const same = hashParameters(final.trainer.parameters) === field('weightsHash')
console.log(JSON.stringify({ seconds, steps, own: (steps * told.experiment.batchSize) / Number(field('rowsPerSecond')), same }))
