/**
 * How figures look: paper and ink, one neutral scale, blue for what can be acted on, and vermilion with a hatch for what is
 * not finite and for nothing else.
 */

export interface Palette {
  readonly paper: string
  readonly ink: string
  readonly muted: string
  readonly quiet: string
  readonly hairline: string
  readonly wash: string
  readonly accent: string
  readonly nonFinite: string
}

/**
 * Text colours (ink, muted, accent, nonFinite) have a contrast of at least 4.5 to 1 on their paper (WCAG 2.2, 1.4.3); a test
 * computes it. `quiet` is for lines, and for the zeros of a table of counts.
 */
export const palettes: { readonly light: Palette; readonly dark: Palette } = {
  light: {
    paper: '#fdfdfc',
    ink: '#1c1c1a',
    muted: '#63635f',
    quiet: '#a3a39d',
    hairline: '#deded9',
    wash: '#eeeeea',
    accent: '#1d5fc4',
    nonFinite: '#d2371b',
  },
  dark: {
    paper: '#171716',
    ink: '#ededea',
    muted: '#a5a59f',
    quiet: '#6e6e69',
    hairline: '#373735',
    wash: '#262624',
    accent: '#7db1ff',
    nonFinite: '#ff6b4a',
  },
}

export const fontStack =
  "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', 'Noto Sans', "
  + "'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', sans-serif"

/** `auto` follows the reader's colour scheme. */
export type Theme = 'auto' | 'light' | 'dark'

/**
 * The style sheet inside a figure. Plain values and classes, no variables and no nesting: what turns an SVG into a PNG
 * outside a browser knows no more. Rules carry the theme's class, so that figures of different themes can share a page.
 */
export function styleSheet(theme: Theme): string {
  const base =
    `.wn{font-family:${fontStack};font-variant-numeric:tabular-nums lining-nums;font-size:12px}`
    + '.wn path,.wn line{fill:none;stroke-linejoin:round}.wn .halo{paint-order:stroke;stroke-width:4px;stroke-linejoin:round}'
    + '.wn .strong{font-weight:600}.wn .dots{stroke-linecap:round}'
    + '.wn .bold{stroke-width:1.75}.wn .thin{stroke-width:1.1}.wn .hair{stroke-width:1}'
  if (theme !== 'auto') return base + colourRules(`.wn-${theme}`, palettes[theme])
  return `${base}${colourRules('.wn-auto', palettes.light)}@media (prefers-color-scheme:dark){${colourRules('.wn-auto', palettes.dark)}}`
}

/** `f-` classes fill, `s-` classes stroke. `path` and `line` are not filled unless a class says so. */
function colourRules(scope: string, palette: Palette): string {
  const names: readonly (readonly [string, string])[] = [
    ['paper', palette.paper],
    ['ink', palette.ink],
    ['muted', palette.muted],
    ['quiet', palette.quiet],
    ['hairline', palette.hairline],
    ['wash', palette.wash],
    ['accent', palette.accent],
    ['nonfinite', palette.nonFinite],
  ]
  const rules = names.map(([name, colour]) => `${scope} .f-${name}{fill:${colour}}${scope} .s-${name}{stroke:${colour}}`).join('')
  return `${rules}${scope} .halo{stroke:${palette.paper}}`
}
