/** The Python that has NumPy, SciPy and pandas: Debian's, else what is called python3; null where neither has them. */
import { spawnSync } from 'node:child_process'

let found

export function python() {
  found ??= { command: ['/usr/bin/python3', 'python3'].find(command => imports(command, 'numpy, scipy, pandas')) ?? null }
  return found.command
}

/** Why a peer cannot run, or null where it can. */
export function missingModule(module, install) {
  const command = python()
  if (command === null) return 'Python with NumPy is missing: apt-get install python3-numpy python3-scipy python3-pandas'
  return imports(command, module) ? null : `${module} is missing: apt-get install ${install}`
}

/** Asked once a module: importing PyTorch takes seconds. */
const asked = new Map()

function imports(command, modules) {
  const key = `${command} ${modules}`
  if (!asked.has(key)) asked.set(key, spawnSync(command, ['-c', `import ${modules}`], { stdio: 'ignore' }).status === 0)
  return asked.get(key)
}
