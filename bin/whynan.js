#!/usr/bin/env node
'use strict'
const { join } = require('node:path')
const { loadCommand } = require('./load.js')

start()

async function start() {
  const command = loadCommand()
  if (command === null) {
    process.stderr.write('whynan is not built yet: run `npm run build` in the checkout first.\n')
    process.exitCode = 1
    return
  }
  const status = await command.main(process.argv.slice(2), join(__dirname, '..', 'docs'))
  // Writing may still fail after the command is done, and says so by itself.
  process.exitCode ||= status
}
