/** Where memory is refused: a sentence, and no run folder is left that holds no step. */
import { spawnSync } from 'node:child_process'
import { readdir } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { command, expectRefusal, folderWith, smoothCsv } from './whynan.ts'

// Kernels need more addresses than this, and reading text does not: what is refused is refused while the run is begun.
const addresses = 3_000_000

test.skipIf(process.platform !== 'linux')('a bound on addresses (ulimit -v) is told, and nothing is half written', async () => {
  const cwd = await folderWith({ 'data.csv': smoothCsv(60) })
  const { status, signal, stdout, stderr } = spawnSync('sh', ['-c', `ulimit -v ${addresses}; exec "$0" "$1" fit data.csv --steps 5 --out run`, process.execPath, command], { cwd, encoding: 'utf8' })
  expectRefusal({ status, signal, stdout, stderr }, 'There is not enough memory for this', 'lift that bound')
  expect(await readdir(cwd)).toEqual(['data.csv'])
})
