/** Excel's days as dates. */

const day = 86_400_000

/**
 * The date or time of day that a number stands for, as ISO 8601 writes it: 2020-01-05, 2020-01-05 12:30:00, 12:30:00.
 * Excel counts days from 1900-01-01 as 1 and takes 1900 for a leap year, or from 1904-01-01 as 0. Undefined where it
 * shows no date (negative, or after the year 9999).
 */
export function excelDate(serial: number, from1904: boolean): string | undefined {
  if (!(serial >= 0 && serial < 2_958_466)) return undefined
  const milliseconds = Math.round(serial * 86_400) * 1000
  const time = new Date(milliseconds % day).toISOString().slice(11, 19)
  if (serial < 1 && !from1904) return time
  const start = from1904 ? Date.UTC(1904, 0, 1) : serial < 60 ? Date.UTC(1899, 11, 31) : Date.UTC(1899, 11, 30)
  const date = new Date(start + milliseconds).toISOString().slice(0, 10)
  return time === '00:00:00' ? date : `${date} ${time}`
}
