/** What scripts that are loaded by bin/load.js cannot do themselves: load modules, find them, and read files that lie beside the scripts. */
'use strict'
const { readFileSync } = require('node:fs')
const { dirname, join } = require('node:path')
const { commandFile } = require('./load.js')

module.exports = {
  importModule: name => import(name),
  /** What `import.meta.resolve` gives in modules, as a promise. */
  resolveModule: name => import('./resolve.mjs').then(({ resolve }) => resolve(name)),
  bytesBeside: name => readFileSync(join(dirname(commandFile), name)),
}
