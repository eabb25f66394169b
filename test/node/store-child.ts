/** A process of its own for store.test.ts, to be killed, or to run on a disk of its own that is full. */
import { writeSync } from 'node:fs'
import { writeFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { folderStore } from '../../src/node/store.ts'
import { RecordError } from '../../src/record/errors.ts'
import { resumedRun, wholeRun } from '../record/sample.ts'

const [mode = '', folder = '', steps = ''] = process.argv.slice(2)
const store = folderStore(join(folder, 'run'), 'run')
const madeUp = { steps: Number(steps), before: (step: number) => void writeSync(1, `${step}\n`) }

if (mode === 'whole') {
  await wholeRun(store, madeUp)
  // Whoever kills it may come late; nobody may never come.
  setTimeout(() => {}, 10_000)
} else if (mode === 'full') {
  // Fills the disk but for some pages of 4,096 bytes, a different number each time, until a run fits.
  for (let free = 0; ; free++) {
    const ballast = join(folder, 'ballast')
    await writeFile(ballast, new Uint8Array(4096 * (40 - free)))
    try {
      await wholeRun(store, { steps: Number(steps) })
      break
    } catch (error) {
      if (!(error instanceof RecordError)) throw error
      process.stdout.write(`${error.id}\n`)
    }
    await rm(ballast)
    if ((await store.size('run.json')) !== null) {
      await resumedRun(store, { steps: Number(steps) })
      process.stdout.write(`${Buffer.from((await store.read('metrics.csv')) ?? []).toString('base64')}\n`)
    }
    await rm(join(folder, 'run'), { recursive: true, force: true })
  }
}
