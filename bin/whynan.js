#!/usr/bin/env node
const main = new URL('../dist/cli/main.js', import.meta.url).href
const { main: run } = await import(main).catch(error => {
  if (error.code !== 'ERR_MODULE_NOT_FOUND' || error.url !== main) throw error
  process.stderr.write('whynan is not built yet: run `npm run build` in the checkout first.\n')
  process.exit(1)
})
const status = await run(process.argv.slice(2))
// Writing may still fail after the command is done, and says so by itself.
process.exitCode ||= status
