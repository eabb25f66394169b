#!/usr/bin/env node
import { existsSync } from 'node:fs'

const main = new URL('../dist/cli/main.js', import.meta.url)
if (!existsSync(main)) {
  process.stderr.write('whynan is not built yet: run `npm run build` in the checkout first.\n')
  process.exit(1)
}
const { main: run } = await import(main.href)
const status = await run(process.argv.slice(2))
// Writing may still fail after the command is done, and says so by itself.
process.exitCode ||= status
