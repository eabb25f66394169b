/** What a workbook says beside its sheets: their names and files, the texts they share, and which numbers are dates. */
import { TableError } from '../../errors.ts'
import type { Source } from '../source.ts'
import type { ZipMember } from '../zip.ts'
import { Tags } from './xml.ts'

export interface Sheet {
  readonly name: string
  readonly hidden: boolean
  /** The member that holds it; undefined for a chart or one that is not there. */
  readonly member: ZipMember | undefined
}

export interface Workbook {
  readonly sheets: readonly Sheet[]
  readonly sharedStrings: readonly string[]
  /** By style number: whether its numbers are dates, times of day or both. */
  readonly dates: readonly boolean[]
  /** Days count from 1904-01-01 instead of from 1900. */
  readonly from1904: boolean
}

/** A member unpacked, which may have so many bytes. */
export type ReadMember = (member: ZipMember, most: number) => Promise<Uint8Array>

/** Texts become strings, and names, styles and relations objects: an archive of zeros must not become gigabytes of them. */
const mostSharedBytes = 2 ** 28
const mostOtherBytes = 2 ** 25

export async function readWorkbook(source: Source, members: ReadonlyMap<string, ZipMember>, read: ReadMember): Promise<Workbook> {
  const file = source.name
  const roots = await relations(file, members, '', read)
  const workbook = roots.find(({ type }) => type.endsWith('/officeDocument'))?.target ?? 'xl/workbook.xml'
  if (workbook.endsWith('.bin')) {
    throw new TableError('xlsx-binary', `${file} is a binary workbook (.xlsb), expected .xlsx. Save it as .xlsx or CSV.`, { file })
  }
  const member = members.get(workbook)
  if (member === undefined) throw new TableError('xlsx-no-workbook',
    `${file} holds no workbook (${workbook}). Save it again as .xlsx or CSV.`, { file })
  const related = await relations(file, members, workbook, read)
  const target = (kind: string): ZipMember | undefined => members.get(related.find(({ type }) => type.endsWith(`/${kind}`))?.target ?? '')
  const [strings, styles] = [target('sharedStrings'), target('styles')]
  const sheets: Sheet[] = []
  let from1904 = false
  const tags = new Tags(file, await read(member, mostOtherBytes))
  while (tags.next()) {
    if (tags.kind !== 'open') continue
    if (tags.name === 'workbookPr') from1904 = /^(?:1|true)$/.test(tags.attribute('date1904') ?? '')
    if (tags.name !== 'sheet') continue
    const relation = related.find(({ id }) => id === tags.attribute('id'))
    const isTable = relation?.type.endsWith('/worksheet') === true
    sheets.push({
      name: tags.attribute('name') ?? `sheet ${sheets.length + 1}`, hidden: (tags.attribute('state') ?? 'visible') !== 'visible',
      member: isTable ? members.get(relation.target) : undefined,
    })
  }
  return {
    sheets, from1904,
    sharedStrings: strings === undefined ? [] : stringsOf(file, await read(strings, mostSharedBytes)),
    dates: styles === undefined ? [] : datesOf(file, await read(styles, mostOtherBytes)),
  }
}

interface Relation {
  readonly id: string
  readonly type: string
  /** A member's name. */
  readonly target: string
}

/** Which members a member refers to (ECMA-376 part 2, "Relationships"). Targets outside the archive lead to no member. */
async function relations(file: string, members: ReadonlyMap<string, ZipMember>, of: string, read: ReadMember): Promise<Relation[]> {
  const folder = of.slice(0, of.lastIndexOf('/') + 1)
  const member = members.get(`${folder}_rels/${of.slice(folder.length)}.rels`)
  if (member === undefined) return []
  const found: Relation[] = []
  const tags = new Tags(file, await read(member, mostOtherBytes))
  while (tags.next()) {
    if (tags.kind !== 'open' || tags.name !== 'Relationship') continue
    found.push({ id: tags.attribute('Id') ?? '', type: tags.attribute('Type') ?? '',
      target: resolved(folder, tags.attribute('Target') ?? '') })
  }
  return found
}

function resolved(folder: string, target: string): string {
  if (target.startsWith('/')) return target.slice(1)
  const parts = folder.split('/').filter(part => part !== '')
  for (const part of target.split('/')) {
    if (part === '..') parts.pop()
    else if (part !== '.') parts.push(part)
  }
  return parts.join('/')
}

/** Texts of <si>: all <t> within, but not the readings (<rPh>) that Japanese ones carry. */
function stringsOf(file: string, bytes: Uint8Array): string[] {
  const strings: string[] = []
  const tags = new Tags(file, bytes)
  let text = ''
  let readings = false
  while (tags.next()) {
    const opens = tags.kind === 'open' && !tags.empty
    switch (tags.name) {
      case 'si':
        if (tags.kind === 'close' || tags.empty) strings.push(text)
        text = ''
        break
      case 'rPh': readings = opens; break
      case 't': if (tags.kind === 'close' && !readings) text += tags.text(); break
      default:
    }
  }
  return strings
}

/** Number formats that Excel has built in as dates or times (ECMA-376 part 1, 18.8.30, with those of East Asian editions). */
function isBuiltInDate(id: number): boolean {
  return (id >= 14 && id <= 22) || (id >= 27 && id <= 36) || id === 45 || id === 47 || (id >= 50 && id <= 58)
}

function datesOf(file: string, bytes: Uint8Array): boolean[] {
  const custom = new Map<number, boolean>()
  const dates: boolean[] = []
  const tags = new Tags(file, bytes)
  let inCells = false
  while (tags.next()) {
    if (tags.name === 'cellXfs') inCells = tags.kind === 'open' && !tags.empty
    if (tags.kind !== 'open') continue
    if (tags.name === 'numFmt') custom.set(Number(tags.attribute('numFmtId')), isDateFormat(tags.attribute('formatCode') ?? ''))
    if (tags.name === 'xf' && inCells) {
      const id = Number(tags.attribute('numFmtId') ?? 0)
      dates.push(custom.get(id) ?? isBuiltInDate(id))
    }
  }
  return dates
}

/** Whether a format shows a date or a time of day: y, m, d, h or s outside quotes, escapes and brackets ([h] counts hours: a number). */
export function isDateFormat(code: string): boolean {
  const [positive = ''] = code.split(';')
  if (/\[[hms]+\]/i.test(positive)) return false
  const bare = positive.replace(/"[^"]*"|\\.|_.|\*.|\[[^\]]*\]/g, '').replace(/general|AM\/PM|A\/P/gi, '')
  return /[ymdhs]/i.test(bare)
}
