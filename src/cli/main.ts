/**
 * The command line: reads arguments, calls a command, turns what it threw into one sentence and an exit status. 0: done.
 * 1: input or settings were refused. 2: fit or resume stopped on a non-finite value. 130: interrupted.
 */
import { Command, CommanderError } from 'commander'
import { visible } from '../figures/text.ts'
import { version } from '../version.ts'
import { makeContext, type CommandContext, type Options } from './context.ts'
import { memoryRefusal, UsageError, whyRefused } from './errors.ts'
import { commands, type CommandText } from './flags.ts'

/** Runs one command line (without node and script); gives the exit status. `pages` is the folder of whynan's own pages. */
export async function main(argv: readonly string[], pages: string | null = null): Promise<number> {
  const abort = new AbortController()
  const interrupt = (): void => {
    // A second Ctrl-C means now.
    if (abort.signal.aborted) process.exit(130)
    abort.abort()
  }
  // Only from when work asks for it: until then, while a file is opened and read in one go, the system ends the process itself.
  const listen = (): AbortSignal => {
    for (const name of ['SIGINT', 'SIGTERM'] as const) if (!process.listeners(name).includes(interrupt)) process.on(name, interrupt)
    return abort.signal
  }
  // Kept on to the end: a closed pipe is told of after the last write.
  for (const stream of [process.stdout, process.stderr]) if (!stream.listeners('error').includes(onStreamError)) stream.on('error', onStreamError)
  let status = 0
  const program = describe((name, values, options) => {
    const context = makeContext(listen, typeof options['lang'] === 'string' ? options['lang'] : undefined, pages)
    return perform(name, values, options, context).then(code => { status = code })
  })
  try {
    await program.parseAsync(argv, { from: 'user' })
    return streams.failed ? 1 : status
  } catch (error) {
    return report(error)
  } finally {
    process.off('SIGINT', interrupt)
    process.off('SIGTERM', interrupt)
  }
}

type Perform = (name: string, values: readonly string[], options: Options) => Promise<void>

/** Loads the one command that is wanted. */
async function perform(name: string, values: readonly string[], options: Options, context: CommandContext): Promise<number> {
  switch (name) {
    case 'fit': return (await import('./commands/fit.ts')).fitCommand(values, options, context)
    case 'audit': return (await import('./commands/audit.ts')).auditCommand(values, options, context)
    case 'explain': return (await import('./commands/explain.ts')).explainCommand(values, options, context)
    case 'predict': return (await import('./commands/predict.ts')).predictCommand(values, options, context)
    case 'resume': return (await import('./commands/resume.ts')).resumeCommand(values, options, context)
    case 'report': return (await import('./commands/report.ts')).reportCommand(values, options, context)
    case 'runs': return (await import('./commands/runs.ts')).runsCommand(values, options, context)
    default: return (await import('./commands/demo.ts')).demoCommand(options, context)
  }
}

function describe(perform: Perform): Command {
  const program = new Command('whynan')
  program
    .description('Fit neural networks to tables of measurements, and when a loss becomes NaN, say why.')
    .version(version, '-V, --version')
    .addHelpText('after', `\nFirst steps:\n  whynan demo                    the question that whynan was founded on, and its answer\n  whynan fit measurements.csv    fit a network to your own table\n  whynan fit --help              every option, examples first\n`)
    .configureOutput({ outputError: () => {} })
    .exitOverride(error => { throw usageError(error, 'whynan --help lists the commands') })
  for (const text of commands) addCommand(program, text, perform)
  return program
}

function addCommand(program: Command, text: CommandText, perform: Perform): void {
  const command = program.command(text.usage).description(text.says)
    .exitOverride(error => { throw usageError(error, `whynan ${text.name} --help lists what it takes`) })
  const said = new Map<string, string[]>()
  for (const { flags, says } of text.flags) {
    if (flags.startsWith('--seen')) command.option(flags, says, (value: string, before: string[] = []) => [...before, value])
    else command.option(flags, says)
  }
  for (const option of command.options.filter(({ variadic, long }) => !variadic && long !== '--seen')) {
    const { long = '' } = option
    command.on(`option:${option.name()}`, (value: unknown) => {
      const key = option.attributeName()
      said.set(key, [...(said.get(key) ?? []), typeof value === 'string' ? `${long} ${value}` : long])
    })
  }
  command.addHelpText('before', `Examples:\n${text.examples.map(example => `  ${example}`).join('\n')}\n`)
  command.action(async (...given: unknown[]) => {
    const values = given.slice(0, -2).flat().filter((value): value is string => typeof value === 'string')
    if (command.opts()['quiet'] !== true) warnOfRepeats(said.values())
    await perform(text.name, values, command.opts())
  })
}

/** A flag that is given twice holds as it was given last, so that one may be added to a command; it is said where that changes anything. */
function warnOfRepeats(said: Iterable<readonly string[]>): void {
  for (const given of said) {
    const last = given.at(-1)
    const passed = given.find(one => one !== last)
    if (passed !== undefined) process.stderr.write(`whynan: ${visible(`${passed} is passed over, since ${last ?? ''} comes after it.`)}\n`)
  }
}

/** What commander refuses, as one sentence; help and version pass as they are. */
function usageError(error: CommanderError, advice: string): Error {
  if (error.exitCode === 0 || error.code === 'commander.help') return error
  const [what = '', hint = ''] = error.message.replace(/^error: /, '').split('\n')
  const guess = hint === '' ? '' : ` ${hint.replace('(Did', '(did')}`
  return new UsageError(error.code, `${what.charAt(0).toUpperCase()}${what.slice(1).replace(/\.$/, '').replace('. Expected', ': expected')}${guess}; ${advice}.`)
}

/** One sentence on standard error; a stack only for faults of whynan's own, and only when asked for. */
function report(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 1
  if (!(error instanceof Error)) throw error
  const sentence = refusalOf(error)
  // Names that stand in a sentence come from files and folders: they may hold anything.
  if (sentence !== null) process.stderr.write(`whynan: ${visible(sentence)}\n`)
  else {
    process.stderr.write(`whynan: a fault of its own, not of your input: ${visible(error.message)} (set WHYNAN_DEBUG=1 for where, and please report it.)\n`)
    if (process.env['WHYNAN_DEBUG']) process.stderr.write(`${error.stack ?? ''}\n`)
  }
  return 1
}

/** The sentence of an error that is not whynan's own fault: the rooms' errors carry an `id`, the system's a `code` and a `syscall`. */
function refusalOf(error: Error): string | null {
  if ('id' in error && typeof error.id === 'string') return error.message
  if ('syscall' in error && 'path' in error && !('code' in error && error.code === 'ENOMEM') && typeof error.path === 'string') return `${error.path} cannot be used: ${whyRefused(error)}. Name another file or folder.`
  return memoryRefusal(error)
}

/**
 * What became of writing to standard output and standard error. `whynan … | head` closes the pipe early: what is written after
 * that is lost, and the work goes on. Anything else, a full disk say, is one sentence and status 1.
 */
const streams: { failed: boolean } = { failed: false }

function onStreamError(error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE' || streams.failed) return
  streams.failed = true
  process.exitCode = 1
  process.stderr.write(`whynan: the result could not be written to standard output (${error.code ?? error.message}); name a place that can be written to.\n`)
}
