/** Papa Parse reads a CSV of numbers: node bench/peers/papaparse.mjs FILE. Its last line is JSON, as bench/whynan-read.mjs has it. */
import { readFileSync } from 'node:fs'
import { peakMemory } from '../measure/memory.mjs'
import { peerPackage } from './packages.mjs'

const Papa = peerPackage('papaparse')
const before = process.memoryUsage().rss
const start = performance.now()
const { data } = Papa.parse(readFileSync(process.argv[2], 'utf8'), { header: false, dynamicTyping: true, skipEmptyLines: true })
const seconds = (performance.now() - start) / 1e3
const peak = peakMemory()
const [names, ...rows] = data
console.log(JSON.stringify({ seconds, before, peak, rows: rows.length, sums: names.map((_, c) => rows.reduce((sum, row) => sum + row[c], 0)) }))
