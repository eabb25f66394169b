/**
 * Reads damaged files for as long as it is told, in a process of its own: what it is reading stands in a file all the
 * time, so that whoever started it can tell after a crash, a hang or an end of memory.
 *
 * Parameters: reader, seed, first index, last index (exclusive), milliseconds, progress file.
 */
import { closeSync, openSync, writeSync } from 'node:fs'
import { damagedFile, judge } from './draw.ts'
import { readers, seedsOf, type Reader } from './seeds.ts'

const [name = '', seedText = '1', fromText = '0', toText = '0', timeText = '1000', progress = ''] = process.argv.slice(2)
const reader = readers.find(each => each === name)
if (reader === undefined) throw new Error(`no reader ${name}`)

await run(reader, Number(seedText), Number(fromText), Number(toText), Number(timeText))

async function run(of: Reader, seed: number, from: number, to: number, milliseconds: number): Promise<void> {
  const seeds = await seedsOf(of)
  const file = openSync(progress, 'w')
  const words = new Float64Array(2)
  const end = performance.now() + milliseconds
  let index = from
  for (; index < to && performance.now() < end; index++) {
    const { name: called, bytes } = damagedFile(seeds, seed, index)
    words[0] = index
    words[1] = Date.now()
    writeSync(file, new Uint8Array(words.buffer), 0, 16, 0)
    const fault = await judge(called, bytes)
    if (fault !== null) process.stdout.write(`${JSON.stringify({ index, fault })}\n`)
  }
  closeSync(file)
  process.stdout.write(`${JSON.stringify({ done: index - from, next: index, peak: process.resourceUsage().maxRSS })}\n`)
}
