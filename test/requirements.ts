/**
 * What tests need from outside the project: programs (Python with NumPy, Octave, Chromium) and corpora (uci, mat).
 * A test that needs a program asks `program('python')`: null means skip. With WHYNAN_REQUIRE set, a missing program is a
 * failure, so that a machine that is meant to check everything cannot skip quietly.
 */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..')

const programs = {
  python: { commands: ['/usr/bin/python3', 'python3'], check: ['-c', 'import numpy, scipy, pandas'], install: 'python3-numpy python3-scipy python3-pandas' },
  octave: { commands: ['octave-cli', 'octave'], check: ['--version'], install: 'octave' },
  chromium: { commands: ['chromium', 'chromium-browser', 'google-chrome'], check: ['--version'], install: 'chromium' },
} as const

export type Program = keyof typeof programs

const found = new Map<Program, string | null>()

/** The command of an installed program, or null when it is missing (and WHYNAN_REQUIRE is not set). */
export function program(name: Program): string | null {
  let command = found.get(name)
  if (command === undefined) {
    const { commands, check } = programs[name]
    command = commands.find(candidate => spawnSync(candidate, check, { stdio: 'ignore' }).status === 0) ?? null
    found.set(name, command)
  }
  if (command === null && process.env['WHYNAN_REQUIRE']) {
    throw new Error(`WHYNAN_REQUIRE is set and ${name} is missing: apt-get install ${programs[name].install}`)
  }
  return command
}

export function missingPrograms(): string[] {
  return (Object.keys(programs) as Program[]).filter(name => program(name) === null).map(name => `${name} (${programs[name].install})`)
}

/** A corpus folder (uci: tables with published results; mat: MAT-files), or null where it does not exist. */
export function corpus(name: 'uci' | 'mat'): string | null {
  const base = process.env['WHYNAN_CORPORA'] ?? join(root, '..', 'shared')
  const folder = join(base, name)
  return existsSync(folder) ? folder : null
}

export function corpora(): Record<'uci' | 'mat', string | null> {
  return { uci: corpus('uci'), mat: corpus('mat') }
}
