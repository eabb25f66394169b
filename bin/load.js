/**
 * Loads the command with what V8 made of its scripts when they were built, which spares reading them anew: a third of the time
 * that it takes to start. Only the same Node can use it (scripts/build-cache.mjs); any other loads the scripts as they are, and
 * keeps what it made of them where it has a place of its own for that (22.1 and later).
 */
'use strict'
const { existsSync, readFileSync } = require('node:fs')
const { createRequire, enableCompileCache } = require('node:module')
const { dirname, join } = require('node:path')
const { Script } = require('node:vm')

const commandFile = join(__dirname, '..', 'dist', 'cli', 'main.cjs')
/** What stands behind a script's name for what was made of it. */
const suffix = `.${process.version}-${process.platform}-${process.arch}.cache`

module.exports = { commandFile, suffix, loadCommand, scriptLoader }

/** The command's `main`, or null where it is not built. */
function loadCommand() {
  if (existsSync(commandFile + suffix)) return scriptLoader().load(commandFile)
  if (!existsSync(commandFile)) return null
  enableCompileCache?.()
  return require(commandFile)
}

/** Loads scripts as `require` does; `scripts` are those that it has loaded, by file. */
function scriptLoader() {
  const scripts = new Map()
  const modules = new Map()
  const requireOther = createRequire(commandFile)
  return { scripts, load }

  function load(file) {
    const before = modules.get(file)
    if (before !== undefined) return before.exports
    const module = { exports: {} }
    modules.set(file, module)
    const script = compile(file)
    scripts.set(file, script)
    const requireFrom = name => (name.startsWith('./') ? load(join(dirname(file), name)) : requireOther(name))
    script.runInThisContext()(module.exports, requireFrom, module)
    return module.exports
  }
}

/** Builds write ASCII alone, so that letters are bytes. What V8 does not take for its own it makes anew. */
function compile(file) {
  const kept = file + suffix
  return new Script(`(function (exports, require, module) {${readFileSync(file, 'latin1')}\n})`, {
    filename: file, ...(existsSync(kept) ? { cachedData: readFileSync(kept) } : {}),
  })
}
