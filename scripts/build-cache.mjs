/**
 * Keeps beside the command's scripts what V8 makes of them, functions included that are compiled when they are first called:
 * it calls those of the commonest commands here. bin/load.js says who uses it.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { setFlagsFromString } from 'node:v8'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const { commandFile, scriptLoader, suffix } = createRequire(import.meta.url)(join(root, 'bin', 'load.js'))
const question = join(root, 'test', 'oracle', 'data', 'mapping_one_nan.mat')

// Otherwise V8 forgets functions that were not called for a while.
setFlagsFromString('--no-flush-bytecode')
const { scripts, load } = scriptLoader()
const { main } = load(commandFile)
const folder = mkdtempSync(join(tmpdir(), 'whynan-build-'))
try {
  await inSilence(async () => {
    const table = join(folder, 'table.csv')
    writeFileSync(table, `a,b,c\n${Array.from({ length: 200 }, (_, i) => `${i},${i % 7},${Math.sin(i)}\n`).join('')}`)
    const run = join(folder, 'run')
    await main(['--help'])
    await main(['fit', table, '--out', join(folder, 'small'), '--steps', '3'])
    await main(['fit', question, '--recipe', 'classic', '--steps', '3', '--batch', '256', '--out', run])
    await main(['explain', run])
    await main(['runs', folder])
  })
} finally {
  rmSync(folder, { recursive: true, force: true })
}
// A part of what V8 compares: it has to be as it is when the command runs.
setFlagsFromString('--flush-bytecode')
for (const [file, script] of scripts) writeFileSync(file + suffix, script.createCachedData())

async function inSilence(work) {
  const streams = [process.stdout, process.stderr].map(stream => ({ stream, write: stream.write }))
  for (const { stream } of streams) stream.write = () => true
  try {
    await work()
  } finally {
    for (const { stream, write } of streams) stream.write = write
  }
}
