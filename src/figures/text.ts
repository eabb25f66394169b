/**
 * Text that came from files, made fit to be shown: what cannot be seen is spelled out, what is too long is shortened,
 * and how wide it is can be known without a screen. The terminal and the figures use the same rules.
 */

/**
 * What must not reach a screen as it is: control characters (C0, DEL, C1), line and paragraph separators, marks that turn
 * the direction of writing, characters without width, lone surrogates and noncharacters. XML 1.0 forbids many of them, a
 * terminal obeys some, and a reader sees none. The joiner U+200D stays: scripts and emoji need it.
 */
const unseen =
  /[\p{Cc}\p{Cs}\p{Noncharacter_Code_Point}\u2028\u2029\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu

const spelled = new Map([['\n', '\\n'], ['\r', '\\r'], ['\t', '\\t']])

/** The text with every unseen character spelled out (`\n`, `\x1b`, `\u202e`), so that it can neither act nor hide. */
export function visible(text: string): string {
  // Nearly all text is plain ASCII, path data above all, and the long pattern costs ten times as much as this one.
  if (!/[^ -~]/.test(text)) return text
  return text.replace(unseen, character => spelled.get(character) ?? spell(character.codePointAt(0) ?? 0))
}

function spell(code: number): string {
  if (code < 0x100) return `\\x${code.toString(16).padStart(2, '0')}`
  return code < 0x10000 ? `\\u${code.toString(16).padStart(4, '0')}` : `\\u{${code.toString(16)}}`
}

/** Ranges of East Asian Width W and F (Unicode Standard Annex 11), unassigned code points inside a block included. */
const wideRanges: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f], [0x231a, 0x231b], [0x2329, 0x232a], [0x23e9, 0x23ec], [0x23f0, 0x23f0], [0x23f3, 0x23f3], [0x25fd, 0x25fe],
  [0x2614, 0x2615], [0x2648, 0x2653], [0x267f, 0x267f], [0x2693, 0x2693], [0x26a1, 0x26a1], [0x26aa, 0x26ab], [0x26bd, 0x26be],
  [0x26c4, 0x26c5], [0x26ce, 0x26ce], [0x26d4, 0x26d4], [0x26ea, 0x26ea], [0x26f2, 0x26f3], [0x26f5, 0x26f5], [0x26fa, 0x26fa],
  [0x26fd, 0x26fd], [0x2705, 0x2705], [0x270a, 0x270b], [0x2728, 0x2728], [0x274c, 0x274c], [0x274e, 0x274e], [0x2753, 0x2755],
  [0x2757, 0x2757], [0x2795, 0x2797], [0x27b0, 0x27b0], [0x27bf, 0x27bf], [0x2b1b, 0x2b1c], [0x2b50, 0x2b50], [0x2b55, 0x2b55],
  [0x2e80, 0x303e], [0x3041, 0x3247], [0x3250, 0x4dbf], [0x4e00, 0xa4cf], [0xa960, 0xa97f], [0xac00, 0xd7a3], [0xf900, 0xfaff],
  [0xfe10, 0xfe19], [0xfe30, 0xfe6f], [0xff01, 0xff60], [0xffe0, 0xffe6], [0x16fe0, 0x18d7f], [0x1aff0, 0x1b2ff], [0x1f004, 0x1f004],
  [0x1f0cf, 0x1f0cf], [0x1f18e, 0x1f18e], [0x1f191, 0x1f19a], [0x1f200, 0x1f320], [0x1f32d, 0x1f335], [0x1f337, 0x1f37c],
  [0x1f37e, 0x1f393], [0x1f3a0, 0x1f3ca], [0x1f3cf, 0x1f3d3], [0x1f3e0, 0x1f3f0], [0x1f3f4, 0x1f3f4], [0x1f3f8, 0x1f43e],
  [0x1f440, 0x1f440], [0x1f442, 0x1f4fc], [0x1f4ff, 0x1f53d], [0x1f54b, 0x1f54e], [0x1f550, 0x1f567], [0x1f57a, 0x1f57a],
  [0x1f595, 0x1f596], [0x1f5a4, 0x1f5a4], [0x1f5fb, 0x1f64f], [0x1f680, 0x1f6c5], [0x1f6cc, 0x1f6cc], [0x1f6d0, 0x1f6d2],
  [0x1f6d5, 0x1f6d7], [0x1f6dc, 0x1f6df], [0x1f6eb, 0x1f6ec], [0x1f6f4, 0x1f6fc], [0x1f7e0, 0x1f7eb], [0x1f7f0, 0x1f7f0],
  [0x1f90c, 0x1f93a], [0x1f93c, 0x1f945], [0x1f947, 0x1f9ff], [0x1fa70, 0x1faff], [0x20000, 0x3fffd],
]

const withoutWidth = /[\p{Mn}\p{Me}\p{Cf}\u1160-\u11ff]/u

/** How many cells of a terminal one character takes: 0 for combining marks, 2 for wide ones (Chinese, most emoji), else 1. */
export function characterCells(character: string): 0 | 1 | 2 {
  const code = character.codePointAt(0) ?? 0
  if (code < 0x300) return code === 0xad ? 0 : 1
  if (withoutWidth.test(character)) return 0
  let low = 0
  let high = wideRanges.length - 1
  while (low <= high) {
    const middle = (low + high) >> 1
    const range = wideRanges[middle]
    if (range === undefined) break
    if (code < range[0]) high = middle - 1
    else if (code > range[1]) low = middle + 1
    else return 2
  }
  return 1
}

/**
 * About how wide a text is in pixels. A system's own font cannot be asked, so widths are those of a wide one (DejaVu Sans,
 * in em), and a label is rather given too much room than too little.
 */
export function textWidth(text: string, fontSize: number): number {
  let em = 0
  for (const character of text) em += characterEm(character)
  return em * fontSize
}

function characterEm(character: string): number {
  if (/[iljtfIr.,:;|!'()[\] ]/.test(character)) return 0.4
  if (/[mwMW@%]/.test(character)) return 0.98
  if (/[A-Z]/.test(character)) return 0.7
  return characterCells(character) === 2 ? 1 : characterCells(character) === 0 ? 0 : 0.62
}

/** The text, or its beginning and end with an ellipsis between them where it is wider than `width` pixels. */
export function shorten(text: string, width: number, fontSize: number): string {
  // A name of a megabyte need not be measured to be known as too long: no character here is narrower than 0.4 em,
  // save marks without width, of which nobody needs more than eight a character.
  const most = Math.ceil((width / (0.4 * fontSize)) * 8) + 8
  if (text.length <= most && textWidth(text, fontSize) <= width) return text
  const start = [...text.slice(0, most)]
  const end = [...text.slice(-most)]
  const room = width - textWidth('…', fontSize)
  let head = ''
  let tail = ''
  for (let i = 0; i < most; i++) {
    const before = head + (start[i] ?? '')
    if (textWidth(before + tail, fontSize) > room) break
    head = before
    const after = (end[end.length - 1 - i] ?? '') + tail
    if (textWidth(head + after, fontSize) > room) break
    tail = after
  }
  return `${head}…${tail}`
}

/**
 * The text in at most `most` lines of `width` pixels, broken at spaces and before Chinese characters; the last line holds all
 * that is left and may be wider.
 */
export function wrapped(text: string, width: number, fontSize: number, most: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(/(?<=\s)(?=\S)|(?=\p{Script=Han})/u)) {
    if (line !== '' && lines.length < most - 1 && textWidth((line + word).trimEnd(), fontSize) > width) {
      lines.push(line.trimEnd())
      line = ''
    }
    line += word
  }
  return [...lines, line.trimEnd()]
}
