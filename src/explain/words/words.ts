/** Says messages: the frame's tables, and for a cause its own words first. */
import { causes } from '../causes/index.ts'
import type { Cause, Said } from '../finding.ts'
import { en } from './en.ts'
import { fill, type Language, type Lookup, type Messages } from './template.ts'
import { zh } from './zh.ts'

const frames: Readonly<Record<Language, Messages>> = { en, zh }

/** What says things in a language. `among`: the causes whose words may be asked for. */
export function speaker(language: Language, among: readonly Cause[] = causes): (said: Said) => string {
  const own = new Map(among.map(({ id, words }) => [id, words[language]]))
  const lookup: Lookup = (message, cause) => {
    const template = (cause === undefined ? undefined : own.get(cause)?.[message]) ?? frames[language][message]
    if (template === undefined) throw new RangeError(`There is no message "${message}"${cause === undefined ? '' : ` of ${cause}`} in ${language}.`)
    return template
  }
  return said => fill(said, language, lookup)
}
