/**
 * Dates as numbers: ISO 8601's calendar form, alone or with a time of day, and with the year last where it is known whether
 * the day or the month comes first.
 */

/** What comes first where the year comes last: 01/02/2020 may be of January or of February. */
export type DateOrder = 'day-first' | 'month-first'

const timeOfDay = String.raw`(?:(?:[T ]|, ?)(\d{1,2}):(\d{2})(?::(\d{2}(?:[.,]\d+)?))?\s*(Z|[+-]\d{2}:?\d{2})?)?`
const yearFirst = new RegExp(String.raw`^(\d{4})([-/.])(\d{1,2})\2(\d{1,2})${timeOfDay}$`)
const yearLast = new RegExp(String.raw`^(\d{1,2})([-/.])(\d{1,2})\2(\d{4})${timeOfDay}$`)

/** Forms that the reader does not take by themselves: the year last and the order unknown, a year of two digits, months as words. */
const likeDate = /^(?:\d{1,2}([-/.])\d{1,2}\1(?:\d{4}|\d{2})|\d{1,2}[- ]\p{L}{3,9}\.?[- ]\d{2,4})(?:[T ,].*)?$/u

/** Whether a text looks like a date and is none of those that are read. */
export function isUnreadDate(text: string, order?: DateOrder): boolean {
  return text.length <= 60 && likeDate.test(text) && secondsOfDate(text, order) === undefined
}

/**
 * The order that the days beyond 12 among such texts show: in one place, and never in the other. Null where none shows it, or
 * they contradict each other.
 */
export function orderOfDates(texts: Iterable<string>): DateOrder | null {
  let [first, second] = [false, false]
  for (const text of texts) {
    const parts = text.length <= 60 ? yearLast.exec(text) : null
    if (parts === null) continue
    first ||= Number(parts[1]) > 12
    second ||= Number(parts[3]) > 12
  }
  return first === second ? null : first ? 'day-first' : 'month-first'
}

/** Seconds since 1970-01-01 00:00 UTC, or undefined where the text is no date. A time without a zone counts as UTC. */
export function secondsOfDate(text: string, order?: DateOrder): number | undefined {
  const iso = yearFirst.exec(text)
  if (iso !== null) {
    const [, year, , month, day, ...time] = iso
    return seconds(year, month, day, time)
  }
  const parts = order === undefined ? null : yearLast.exec(text)
  if (parts === null) return undefined
  const [, first, , second, year, ...time] = parts
  return order === 'day-first' ? seconds(year, second, first, time) : seconds(year, first, second, time)
}

function seconds(year: string | undefined, month: string | undefined, day: string | undefined, time: readonly (string | undefined)[]): number | undefined {
  const [hour = '0', minute = '0', second = '0', zone = 'Z'] = time
  const days = Date.UTC(Number(year), Number(month) - 1, Number(day))
  const date = new Date(days)
  // Date.UTC carries 31 February into March and a day 0 into the month before, and reads years below 100 as 19xx.
  if (date.getUTCFullYear() !== Number(year) || date.getUTCMonth() + 1 !== Number(month)) return undefined
  const ofMinute = Number(second.replace(',', '.'))
  if (Number(hour) > 24 || Number(minute) > 59 || ofMinute >= 61) return undefined
  return days / 1000 + Number(hour) * 3600 + Number(minute) * 60 + ofMinute - secondsOfZone(zone)
}

function secondsOfZone(zone: string): number {
  if (zone === 'Z') return 0
  const digits = zone.replace(':', '')
  return (digits.startsWith('-') ? -1 : 1) * (Number(digits.slice(1, 3)) * 3600 + Number(digits.slice(3, 5)) * 60)
}
