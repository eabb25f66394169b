/**
 * A program that is raced, as a process that answers one JSON line with one JSON line: it waits without computing while others
 * are timed. An answer `{"error": …}` is thrown, and so is the end of the process.
 */
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'

/** Libraries below Python that would take every core otherwise. */
export function threadsOf(count) {
  const value = String(count)
  return { OMP_NUM_THREADS: value, OPENBLAS_NUM_THREADS: value, MKL_NUM_THREADS: value }
}

export class Contestant {
  #child
  #answers
  #said = ''

  constructor(name, command, args, env = {}) {
    this.name = name
    this.#child = spawn(command, args, { env: { ...process.env, ...env }, stdio: ['pipe', 'pipe', 'pipe'] })
    this.#child.stderr.on('data', text => { this.#said = `${this.#said}${text}`.slice(-2000) })
    this.#child.on('error', error => { this.#said = error.message })
    this.#child.stdin.on('error', () => {})
    this.#answers = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]()
  }

  async ask(question) {
    this.#child.stdin.write(`${JSON.stringify(question)}\n`)
    const { value, done } = await this.#answers.next()
    if (done) throw new Error(`${this.name} ended: ${this.#said.trim().split('\n').at(-1) ?? ''}`)
    const answer = JSON.parse(value)
    if (answer.error !== undefined) throw new Error(`${this.name}: ${answer.error}`)
    return answer
  }

  end() {
    this.#child.stdin.end()
    this.#child.kill()
  }
}
