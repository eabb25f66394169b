/** What a command may touch of the outside: where it writes, what the terminal can, how it is told to stop. */
import { writeWhole } from '../node/output.ts'
import { UsageError } from './errors.ts'
import { inkFor, terminalOf, type Ink, type Terminal } from './render.ts'
import { speakerIn, type Speak } from './words.ts'

/** What a command was given by flags, by their names in camel case; commander checked that they are known. */
export type Options = Readonly<Record<string, unknown>>

export interface CommandContext {
  /** Results. With --json one object, and nothing else. */
  out(text: string): void
  /** Progress, and prose beside a result. */
  err(text: string): void
  readonly terminal: Terminal
  /** Of standard error, where progress is drawn. */
  readonly progressTerminal: Terminal
  readonly ink: Ink
  readonly language: 'en' | 'zh'
  /** Says the commands' own messages in that language. */
  readonly speak: Speak
  /** Aborted by Ctrl-C. From when it is first asked for, Ctrl-C no longer ends the process by itself. */
  readonly signal: AbortSignal
  /** The folder of whynan's own pages for people; null where this build has none. */
  readonly pages: string | null
}

export function makeContext(listen: () => AbortSignal, language: string | undefined, pages: string | null = null): CommandContext {
  const terminal = terminalOf(process.env, process.stdout, process.platform)
  const prose = languageOf(language)
  return {
    out: text => writeWhole(process.stdout, text),
    err: text => writeWhole(process.stderr, text),
    terminal,
    // Asked anew each time: a window may be made narrower while a run goes on.
    get progressTerminal() {
      return terminalOf(process.env, process.stderr, process.platform)
    },
    ink: inkFor(terminal),
    language: prose,
    speak: speakerIn(prose),
    pages,
    get signal() {
      return listen()
    },
  }
}

/** `--lang` decides; else the first of LC_ALL, LC_MESSAGES and LANG that is set, where whatever is not Chinese gets English. */
function languageOf(said: string | undefined): 'en' | 'zh' {
  if (said !== undefined && !/^(en|zh)([-_.]|$)/i.test(said)) {
    throw new UsageError('no-such-language', `--lang must be en or zh; got ${JSON.stringify(said)}.`)
  }
  const locale = said ?? [process.env['LC_ALL'], process.env['LC_MESSAGES'], process.env['LANG']].find(value => (value ?? '') !== '') ?? 'en'
  return /^zh/i.test(locale) ? 'zh' : 'en'
}
