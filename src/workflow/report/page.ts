/** The frame of a report: one document that needs nothing else and may do nothing else, as its content security policy says. */
import { sha256 } from '../../numeric/hash.ts'
import { styleSheet } from '../../figures/style.ts'
import { element, Html, type Child } from './html.ts'
import { style } from './style.ts'

export interface Page {
  readonly language: 'en' | 'zh'
  readonly title: string
  readonly header: readonly Child[]
  readonly main: readonly Child[]
  readonly footer: readonly Child[]
}

/** Nothing is loaded, run or sent; of styles only the page's own and the figures' count, by their hashes (CSP Level 3, 6.7.3). */
export function policy(): string {
  const hashes = [style, styleSheet('auto')].map(text => `'sha256-${base64(sha256(text))}'`)
  return `default-src 'none'; style-src ${hashes.join(' ')}; base-uri 'none'; form-action 'none'`
}

export function pageOf({ language, title, header, main, footer }: Page): string {
  const head = element('head', {},
    element('meta', { charset: 'utf-8' }),
    // Not escaped by the element's rules: a quote of the policy is a quote in HTML too, and its text comes from no file.
    new Html(`<meta http-equiv="Content-Security-Policy" content="${policy()}">`),
    element('meta', { name: 'viewport', content: 'width=device-width, initial-scale=1' }),
    element('meta', { name: 'color-scheme', content: 'light dark' }),
    element('meta', { name: 'referrer', content: 'no-referrer' }),
    element('title', {}, title),
    new Html(`<style>${style}</style>`),
  )
  const body = element('body', {}, element('header', {}, ...header), element('main', {}, ...main), element('footer', {}, ...footer))
  const html = element('html', { lang: language === 'zh' ? 'zh-CN' : 'en' }, head, body)
  return `<!doctype html>\n${html.source}\n`
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'

/** Base 64 (RFC 4648, section 4) of bytes that are written in hexadecimal. */
export function base64(hexadecimal: string): string {
  const bytes = hexadecimal.match(/../g)?.map(pair => Number.parseInt(pair, 16)) ?? []
  let text = ''
  for (let at = 0; at < bytes.length; at += 3) {
    const [a = 0, b = 0, c = 0] = bytes.slice(at, at + 3)
    const group = (a << 16) | (b << 8) | c
    const digits = [18, 12, 6, 0].map(shift => alphabet[(group >> shift) & 63] ?? '')
    text += digits.map((digit, i) => (at + i - 1 < bytes.length ? digit : '=')).join('')
  }
  return text
}
