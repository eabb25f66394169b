/** Installs the engines of this folder, as its lock file has them. Tests that need one skip where this was not run. */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const folder = dirname(fileURLToPath(import.meta.url))
const { status } = spawnSync('npm', [existsSync(join(folder, 'package-lock.json')) ? 'ci' : 'install'], { cwd: folder, stdio: 'inherit', shell: process.platform === 'win32' })
process.exit(status ?? 1)
