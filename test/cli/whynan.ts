/**
 * Runs the built command line as people do: a process of its own, in a folder of its own. `npm test` builds dist/ first; a
 * test file that is run alone runs what was built last.
 */
import { spawn, type ChildProcess } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, expect } from 'vitest'

const root = resolve(import.meta.dirname, '../..')
export const command = join(root, 'bin', 'whynan.js')

if (!existsSync(join(root, 'dist', 'cli', 'main.cjs'))) {
  throw new Error('dist/ is missing, and these tests run the built command: npm run build makes it (npm test does so itself).')
}

export interface Finished {
  readonly status: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

export interface Where {
  /** The folder to run in. */
  readonly cwd: string
  /** What stands on standard input; nothing unless given. */
  readonly input?: string | Uint8Array
  /** The address of a module that Node loads first. */
  readonly preload?: string
}

/** A process that is running, and what it will have come to. */
export interface Started {
  readonly child: ChildProcess
  readonly finished: Promise<Finished>
}

export function start(args: readonly string[], { cwd, input, preload }: Where): Started {
  const child = spawn(process.execPath, [...(preload === undefined ? [] : ['--import', preload]), command, ...args], {
    cwd, stdio: 'pipe', env: { PATH: process.env['PATH'], HOME: cwd, LANG: 'C.UTF-8', NO_COLOR: '1' },
  })
  const out: Buffer[] = []
  const err: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk))
  child.stderr.on('data', (chunk: Buffer) => err.push(chunk))
  // A command that refuses before it reads closes the pipe early.
  child.stdin.on('error', () => {})
  child.stdin.end(input ?? '')
  const finished = new Promise<Finished>((done, fail) => {
    child.on('error', fail)
    child.on('close', (status, signal) => done({ status, signal, stdout: Buffer.concat(out).toString(), stderr: Buffer.concat(err).toString() }))
  })
  return { child, finished }
}

export function whynan(args: readonly string[], where: Where): Promise<Finished> {
  return start(args, where).finished
}

/**
 * Several command lines one after the other in one process, for refusals that come before any work: starting a process takes
 * longer than refusing.
 */
export async function whynanEach(commandLines: readonly (readonly string[])[], { cwd }: Pick<Where, 'cwd'>): Promise<Finished[]> {
  const script = `
    const { main } = await import(${JSON.stringify(pathToFileURL(join(root, 'dist', 'cli', 'main.cjs')).href)})
    const finished = []
    for (const args of ${JSON.stringify(commandLines)}) {
      const said = { out: '', err: '' }
      const write = { out: process.stdout.write, err: process.stderr.write }
      process.stdout.write = text => (said.out += text, true)
      process.stderr.write = text => (said.err += text, true)
      const status = await main(args).finally(() => {
        process.stdout.write = write.out
        process.stderr.write = write.err
      })
      finished.push({ status, signal: null, stdout: said.out, stderr: said.err })
    }
    process.stdout.write(JSON.stringify(finished))`
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], { cwd, stdio: ['ignore', 'pipe', 'inherit'] })
  const out: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk))
  const status = await new Promise<number | null>((done, fail) => {
    child.on('error', fail)
    child.on('close', done)
  })
  expect(status).toBe(0)
  const all: unknown = JSON.parse(Buffer.concat(out).toString())
  return all as Finished[]
}

const made: string[] = []
afterAll(() => Promise.all(made.map(folder => rm(folder, { recursive: true, force: true }))))

/** A folder of its own with these files; removed after the tests of the file that asked for it. */
export async function folderWith(files: Readonly<Record<string, string | Uint8Array>> = {}): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'whynan-cli-'))
  made.push(folder)
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content)
  return folder
}

/** Everything below a folder, by path. */
export async function everything(folder: string): Promise<string[]> {
  return (await readdir(folder, { recursive: true })).sort()
}

/** One sentence, or two that belong together, on one line of standard error, and nothing anywhere else. */
export function expectRefusal({ status, stdout, stderr }: Finished, ...says: readonly string[]): void {
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
  expect(stderr).toMatch(/^whynan: [^\n]+[.?]\n$/)
  expect(stderr).not.toMatch(/fault of its own|\n\s+at |undefined|\[object|NaN;/)
  for (const part of says) expect(stderr).toContain(part)
}

/** The one JSON object on standard output. */
export function jsonOf({ stdout }: Pick<Finished, 'stdout'>): Record<string, unknown> {
  const value: unknown = JSON.parse(stdout)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error(`not a JSON object: ${stdout.slice(0, 200)}`)
  expect(stdout).toBe(`${JSON.stringify(value)}\n`)
  return Object.fromEntries(Object.entries(value))
}

/** y = a + 2b² - c with a little noise, every number the same on every machine. */
export function smoothCsv(rows: number, header = 'a,b,c,y'): string {
  const lines = [header]
  for (let i = 1; i <= rows; i++) {
    // Fractions of multiples of irrational numbers spread evenly over 0 to 1.
    const [a, b, c, noise] = [0.754877, 0.569840, 0.438579, 0.362131].map(step => (i * step) % 1)
    lines.push([a!, b!, c!, a! + 2 * b! * b! - c! + 0.1 * (noise! - 0.5)].map(value => value.toFixed(5)).join(','))
  }
  return `${lines.join('\n')}\n`
}
