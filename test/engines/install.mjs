/** Installs the engines of this folder, as its lock file has them. Tests that need one skip where this was not run. */
import { spawnSync } from 'node:child_process'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'

const folder = dirname(fileURLToPath(import.meta.url))
// Not `npm ci`: it insists on the binaries of every platform, and a registry may have this one's alone.
const { status } = spawnSync('npm', ['install', '--no-save'], { cwd: folder, stdio: 'inherit', shell: process.platform === 'win32' })
process.exit(status ?? 1)
