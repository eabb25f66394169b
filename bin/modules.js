/** What scripts that are loaded by bin/load.js cannot do themselves: load modules, and find them. */
'use strict'

module.exports = {
  importModule: name => import(name),
  /** What `import.meta.resolve` gives in modules, as a promise. */
  resolveModule: name => import('./resolve.mjs').then(({ resolve }) => resolve(name)),
}
