/** Whole processes, timed from start to end; and processes that say themselves what they measured, as one JSON line at the end. */
import { spawnSync } from 'node:child_process'

/** Seconds that a command takes, and what it printed. Throws with its last line where its exit status is none of `expected`. */
export function timed(command, args, { cwd, env = {}, expected = [0], timeout = 300_000 } = {}) {
  const start = process.hrtime.bigint()
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    cwd, env: { ...process.env, NO_COLOR: '1', LANG: 'C.UTF-8', ...env }, encoding: 'utf8', timeout, maxBuffer: 2 ** 28,
  })
  const seconds = Number(process.hrtime.bigint() - start) / 1e9
  if (error !== undefined) throw error
  if (!expected.includes(status)) throw new Error(`${command} ${args[0] ?? ''} ended with ${status}: ${lastLine(stderr) || lastLine(stdout)}`)
  return { seconds, status, stdout }
}

/** What a measuring child says in its last line. */
export function measured(command, args, options) {
  const { stdout } = timed(command, args, options)
  const answer = JSON.parse(lastLine(stdout))
  if (answer.error !== undefined) throw new Error(answer.error)
  return answer
}

function lastLine(text) {
  return (text ?? '').trim().split('\n').at(-1)
}
