/** Dates as numbers: ISO 8601's calendar form, alone or with a time of day, `-` or `/` between the parts. */
const form = /^(\d{4})([-/])(\d{1,2})\2(\d{1,2})(?:[T ](\d{1,2}):(\d{2})(?::(\d{2}(?:[.,]\d+)?))?\s*(Z|[+-]\d{2}:?\d{2})?)?$/

/** Three parts of a date in an order that the reader does not take: 01/02/2020 may be of January or February; or a year of two digits. */
const likeDate = /^(?:\d{1,2}([-/.])\d{1,2}\1(?:\d{4}|\d{2})|\d{4}\.\d{1,2}\.\d{1,2}|\d{1,2}[- ]\p{L}{3,9}\.?[- ]\d{2,4})(?:[T ,].*)?$/u

/** Whether a text looks like a date and is none of those that are read. */
export function isUnreadDate(text: string): boolean {
  return text.length <= 60 && likeDate.test(text) && secondsOfDate(text) === undefined
}

/** Seconds since 1970-01-01 00:00 UTC, or undefined where the text is no date. A time without a zone counts as UTC. */
export function secondsOfDate(text: string): number | undefined {
  const parts = form.exec(text)
  if (parts === null) return undefined
  const [, year, , month, day, hour = '0', minute = '0', second = '0', zone = 'Z'] = parts
  const days = Date.UTC(Number(year), Number(month) - 1, Number(day))
  const date = new Date(days)
  // Date.UTC carries 31 February into March and a day 0 into the month before, and reads years below 100 as 19xx.
  if (date.getUTCFullYear() !== Number(year) || date.getUTCMonth() + 1 !== Number(month)) return undefined
  const seconds = Number(second.replace(',', '.'))
  if (Number(hour) > 24 || Number(minute) > 59 || seconds >= 61) return undefined
  return days / 1000 + Number(hour) * 3600 + Number(minute) * 60 + seconds - secondsOfZone(zone)
}

function secondsOfZone(zone: string): number {
  if (zone === 'Z') return 0
  const digits = zone.replace(':', '')
  return (digits.startsWith('-') ? -1 : 1) * (Number(digits.slice(1, 3)) * 3600 + Number(digits.slice(3, 5)) * 60)
}
