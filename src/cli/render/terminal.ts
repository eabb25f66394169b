/** What the terminal can do, from the environment alone; and colours, which are empty where it cannot or should not. */

export interface Terminal {
  /** 0: none. 1: 16 colours. 2: 256. 3: 16 million. */
  readonly colours: 0 | 1 | 2 | 3
  /** Cells across. */
  readonly width: number
  /** Whether characters beyond ASCII can be drawn. */
  readonly unicode: boolean
  /** Whether a line may be drawn over: a progress line redraws itself there, and is written anew elsewhere. */
  readonly interactive: boolean
}

export interface Stream {
  readonly isTTY?: boolean | undefined
  readonly columns?: number | undefined
}

type Environment = Readonly<Record<string, string | undefined>>

const usualWidth = 100
const leastWidth = 40
const mostWidth = 120

/**
 * FORCE_COLOR (0 to 3, or anything for 1) decides over NO_COLOR (any text but an empty one), and both over the terminal, in the
 * order that Node's own getColorDepth has. What is no terminal is 100 cells wide; prose is never set wider than 120.
 */
export function terminalOf(environment: Environment, stream: Stream, platform = 'linux'): Terminal {
  const isTTY = stream.isTTY === true
  const columns = stream.columns ?? Number(environment['COLUMNS'] ?? Number.NaN)
  const width = Number.isFinite(columns) && columns > 0 ? Math.min(Math.max(Math.floor(columns), leastWidth), mostWidth) : usualWidth
  return {
    colours: coloursOf(environment, isTTY),
    width,
    unicode: unicodeOf(environment, platform),
    interactive: isTTY && environment['TERM'] !== 'dumb',
  }
}

function coloursOf(environment: Environment, isTTY: boolean): Terminal['colours'] {
  const forced = environment['FORCE_COLOR']
  if (forced !== undefined) {
    if (forced === '0' || forced === 'false') return 0
    if (forced === '2') return 2
    return forced === '3' ? 3 : 1
  }
  if ((environment['NO_COLOR'] ?? '') !== '') return 0
  const term = environment['TERM'] ?? ''
  if (!isTTY || term === 'dumb') return 0
  if (/^(truecolor|24bit)$/.test(environment['COLORTERM'] ?? '') || environment['WT_SESSION'] !== undefined) return 3
  return /256/.test(term) ? 2 : 1
}

/** POSIX: the first of LC_ALL, LC_CTYPE and LANG that is set decides, and an unset one means ASCII. Windows and macOS draw Unicode. */
function unicodeOf(environment: Environment, platform: string): boolean {
  if (platform === 'win32' || platform === 'darwin') return true
  const locale = [environment['LC_ALL'], environment['LC_CTYPE'], environment['LANG']].find(value => (value ?? '') !== '')
  return /utf-?8/i.test(locale ?? '')
}

export interface Ink {
  readonly bold: (text: string) => string
  readonly dim: (text: string) => string
  /** What can be acted on: commands, the run's folder. */
  readonly accent: (text: string) => string
  /** States. */
  readonly good: (text: string) => string
  readonly warn: (text: string) => string
  /** NaN and Infinity, and nothing else. */
  readonly nonFinite: (text: string) => string
}

/** Colours for a terminal. Each closes what it opens; an empty text stays empty. */
export function inkFor({ colours }: Pick<Terminal, 'colours'>): Ink {
  const style =
    (open: string, close: string) =>
    (text: string): string =>
      colours === 0 || text === '' ? text : `\x1b[${open}m${text}\x1b[${close}m`
  // The vermilion of the figures: #ff6b4a, the nearest of 256 (203), or red.
  const vermilion = colours === 3 ? '38;2;255;107;74' : colours === 2 ? '38;5;203' : '31'
  return {
    bold: style('1', '22'),
    dim: style('2', '22'),
    accent: style(colours >= 2 ? '38;5;75' : '34', '39'),
    good: style('32', '39'),
    warn: style('33', '39'),
    nonFinite: style(vermilion, '39'),
  }
}

/** The text without colours: what it is when measured or written to a file. */
export function withoutColours(text: string): string {
  return text.replace(/\x1b\[[0-9;]*m/g, '')
}
