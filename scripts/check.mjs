/**
 * `npm run check`: rules for the code (oxlint), what nothing uses (knip), what is published (publint, attw), and the size of
 * an install. The tools have a package of their own in test/checks, installed here when it is missing or older than its lock file.
 *
 *     node scripts/check.mjs [oxlint] [knip] [publint] [attw] [install]
 */
import { spawnSync } from 'node:child_process'
import { existsSync, lstatSync, readFileSync, readdirSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..')
const tools = join(root, 'test', 'checks')
/** What `npm install` may put on a disk, in mebibytes. */
const largestInstall = 200

const checks = {
  oxlint: () => tool('oxlint', 'bin/oxlint', '--deny-warnings', '--report-unused-disable-directives'),
  knip: () => tool('knip', 'bin/knip.js', '--treat-config-hints-as-errors'),
  publint: () => tool('publint', 'src/cli.js', '--strict'),
  // The package is ES modules alone: what only CommonJS or Node 10 would resolve is no fault of its.
  attw: () => tool('@arethetypeswrong/cli', 'dist/index.js', '--pack', '.', '--profile', 'esm-only'),
  install: () => smallInstall() && locksNameNoHost(),
}

const asked = process.argv.slice(2)
const unknown = asked.find(name => !Object.hasOwn(checks, name))
if (unknown !== undefined) {
  console.error(`There is no check "${unknown}"; there are ${Object.keys(checks).join(', ')}.`)
  process.exit(1)
}
installTools()
// publint and attw look at dist/, and knip at the kernels' source in build/.
if (!node('scripts/build.mjs', '--quiet')) process.exit(1)
const failed = (asked.length === 0 ? Object.keys(checks) : asked).filter(name => {
  const passed = checks[name]()
  console.log(`${passed ? 'passed' : 'FAILED'}  ${name}`)
  return !passed
})
process.exitCode = failed.length === 0 ? 0 : 1

function tool(name, script, ...parameters) {
  return node(join(tools, 'node_modules', name, script), ...parameters)
}

function node(script, ...parameters) {
  return spawnSync(process.execPath, [resolve(root, script), ...parameters], { cwd: root, stdio: 'inherit' }).status === 0
}

function installTools() {
  const installed = join(tools, 'node_modules', '.package-lock.json')
  const lock = join(tools, 'package-lock.json')
  if (existsSync(installed) && statSync(installed).mtimeMs >= statSync(lock).mtimeMs) return
  console.log('Installing the tools of test/checks.')
  // On Windows npm is a command file, which only a shell starts.
  const { status } = spawnSync('npm', ['ci'], { cwd: tools, stdio: 'inherit', shell: process.platform === 'win32' })
  if (status !== 0) process.exit(status ?? 1)
}

function smallInstall() {
  const size = Math.ceil(onDisk(join(root, 'node_modules')) / 2 ** 20)
  console.log(`node_modules takes ${size} MiB of at most ${largestInstall}.`)
  return size < largestInstall
}

/** Bytes in blocks, as `du` counts them; systems that do not tell blocks give lengths. */
function onDisk(path) {
  const status = lstatSync(path)
  const own = (status.blocks ?? 0) > 0 ? status.blocks * 512 : status.size
  return status.isDirectory() ? readdirSync(path).reduce((sum, name) => sum + onDisk(join(path, name)), own) : own
}

/** Lock files hold checksums and no address of a registry, so that everybody's own registry serves. */
function locksNameNoHost() {
  const locks = [root, tools, join(root, 'bench'), join(root, 'test', 'engines')].map(folder => join(folder, 'package-lock.json')).filter(existsSync)
  const naming = locks.filter(lock => /"resolved": "https?:/.test(readFileSync(lock, 'utf8')))
  for (const lock of naming) console.log(`${lock} names a registry's host; install with the .npmrc of the checkout.`)
  return naming.length === 0
}
