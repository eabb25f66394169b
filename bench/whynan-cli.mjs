/**
 * One command line of whynan, measured: node bench/whynan-cli.mjs fit DATA … Its last line says, as JSON, the seconds from arguments to
 * end (Node's own start is not in them), the exit status, and memory before and at its peak, in bytes.
 */
import { peakMemory } from './measure/memory.mjs'

const before = process.memoryUsage().rss
const start = performance.now()
const { main } = await import('../dist/cli/main.cjs')
const status = await main(process.argv.slice(2))
const seconds = (performance.now() - start) / 1e3
process.stdout.write(`\n${JSON.stringify({ seconds, status, before, peak: peakMemory() })}\n`)
