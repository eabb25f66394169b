/** How a report looks: the figures' paper and ink, in the light and in the dark, from 360 pixels to any width, and on paper. */
import { fontStack, palettes, type Palette } from '../../figures/style.ts'

/** Green and amber are for states alone; both have a contrast of at least 4.5 to 1 on their paper. */
const states = { light: { good: '#23713a', warn: '#8a5a06' }, dark: { good: '#74c98d', warn: '#e2b552' } } as const

/** Vermilion as a ground under text; the hatch is the same colour. `40` and `14` are its opacity in hexadecimal. */
function colours(palette: Palette, { good, warn }: { readonly good: string; readonly warn: string }): string {
  const { paper, ink, muted, quiet, hairline, wash, accent, nonFinite } = palette
  return `--paper:${paper};--ink:${ink};--muted:${muted};--quiet:${quiet};--hairline:${hairline};--wash:${wash};--accent:${accent};`
    + `--nonfinite:${nonFinite};--hatch:${nonFinite}66;--tint:${nonFinite}14;--good:${good};--warn:${warn}`
}

const monospace = "ui-monospace,SFMono-Regular,Menlo,Consolas,'Liberation Mono','Noto Sans Mono CJK SC',monospace"

export const style = [
  `:root{color-scheme:light dark;${colours(palettes.light, states.light)}}`,
  `@media (prefers-color-scheme:dark){:root{${colours(palettes.dark, states.dark)}}}`,
  '*{box-sizing:border-box}',
  `body{margin:0;background:var(--paper);color:var(--ink);font:14px/1.5 ${fontStack};font-variant-numeric:tabular-nums lining-nums;-webkit-text-size-adjust:100%}`,
  'main,header,footer{max-width:928px;margin:0 auto;padding:0 24px}',
  'header{display:flex;flex-wrap:wrap;gap:4px 16px;align-items:baseline;padding-top:20px;padding-bottom:12px;color:var(--muted);font-size:13px}',
  'header strong{color:var(--ink)}header span{overflow-wrap:anywhere}',
  'footer{padding-top:16px;padding-bottom:40px;color:var(--muted);font-size:13px}',
  'h1{font-size:28px;line-height:1.25;font-weight:600;letter-spacing:-.01em;margin:28px 0 12px;max-width:30em;text-wrap:pretty;overflow-wrap:anywhere}',
  'h2{font-size:20px;line-height:1.3;font-weight:600;margin:0 0 12px}',
  'h3{font-size:14px;font-weight:600;margin:20px 0 8px}',
  'p{margin:0 0 12px;max-width:46em}',
  // In a table a word is broken only where nothing else helps; tables that are too wide scroll.
  'p,li,dd,.wide td,.wide th{overflow-wrap:anywhere}td,th{overflow-wrap:break-word}',
  'section{border-top:1px solid var(--hairline);padding:20px 0 12px;margin-top:16px}',
  '.facts{display:flex;flex-wrap:wrap;gap:4px 16px;margin:0 0 12px;padding:0;list-style:none;color:var(--muted)}',
  '.facts .good{color:var(--good)}.facts .warn{color:var(--warn)}.facts .bad{color:var(--nonfinite)}',
  '.facts .good,.facts .warn,.facts .bad{font-weight:600}',
  '.muted{color:var(--muted)}.small{font-size:13px}.nonfinite{color:var(--nonfinite);font-weight:600}',
  '.note{border-left:3px solid var(--warn);padding:2px 0 2px 12px;margin:0 0 12px;max-width:46em;overflow-wrap:anywhere}',
  // A figure has a margin of its own, which goes into the page's, so that its text stands in line with the page's.
  'figure{margin:8px -20px 16px;overflow-x:auto}',
  'figure svg{display:block;width:100%;height:auto}',
  '.scroll{overflow-x:auto;margin:0 0 16px}',
  'table{border-collapse:collapse;font-size:13px;line-height:1.4}',
  'th,td{padding:5px 16px 5px 0;text-align:left;vertical-align:baseline;border-bottom:1px solid var(--hairline);font-weight:400}',
  'thead th{color:var(--muted);white-space:nowrap}tbody th{font-weight:600}',
  'th:last-child,td:last-child{padding-right:0}.end{text-align:right}',
  'td.end,th.end{white-space:nowrap}',
  '.wide{width:100%}.wide td,.wide th{min-width:8em}.wide td.end,.wide th.end{min-width:0}',
  '.numbers{font-size:12px}.numbers th,.numbers td{padding-right:10px;white-space:nowrap}',
  '.numbers tbody th{position:sticky;left:0;background:var(--paper);max-width:12em;overflow:hidden;text-overflow:ellipsis}',
  '.more{display:block;margin-top:2px;font-size:13px;color:var(--muted)}.more span{color:var(--ink)}',
  '.cells{font-size:13px}.cells th,.cells td{padding:3px 12px;white-space:nowrap;overflow-wrap:normal}',
  '.cells thead th{vertical-align:bottom;max-width:14em;overflow:hidden;text-overflow:ellipsis}',
  '.cells tbody th{font-weight:400;color:var(--muted);position:sticky;left:0;background:var(--paper)}',
  '.cells small{display:block;font-size:12px;color:var(--muted)}',
  '.cells .unused{color:var(--quiet)}',
  '.cells tr.here th,.cells tr.here td{background:var(--wash)}.cells tr.here th{color:var(--ink);font-weight:600}',
  // Two hairs a stripe, at the angle of the figures' hatch.
  '.cells tr.here td.bad,.cells td.bad{color:var(--ink);font-weight:600;outline:1.5px solid var(--nonfinite);outline-offset:-1px;background:'
    + 'repeating-linear-gradient(135deg,var(--hatch) 0 1px,transparent 1px 5px) var(--tint)}',
  '.cells td.far{font-weight:600;outline:1.5px solid var(--ink);outline-offset:-1px}',
  '.cells .bad b{background:var(--paper);padding:0 3px;border-radius:2px}',
  '.cells tr.gap td,.cells tr.gap th{color:var(--quiet);text-align:center;border-bottom-style:dashed}',
  '.command{margin:0 0 12px;padding:10px 12px;border:1px solid var(--hairline);border-radius:6px;background:var(--wash);white-space:pre-wrap;overflow-wrap:anywhere;-webkit-user-select:all;user-select:all}',
  'tbody small{display:block;font-size:13px;font-weight:400;color:var(--muted)}',
  '.flag{white-space:nowrap}',
  '.copy{display:block;color:var(--muted);-webkit-user-select:all;user-select:all}',
  `code{font:12.5px/1.5 ${monospace}}.hash{overflow-wrap:anywhere;word-break:break-all}`,
  '.labelled{display:grid;grid-template-columns:72px minmax(0,1fr);gap:0 12px;align-items:start}.labelled>span{padding-top:11px;color:var(--muted);font-size:13px}',
  'ol.path{margin:0 0 16px;padding-left:22px;columns:2;column-gap:32px}ol.path li{break-inside:avoid;padding:1px 0}',
  'ul.plain{margin:0 0 12px;padding:0;list-style:none}ul.plain li{padding:6px 0;border-bottom:1px solid var(--hairline);max-width:62em}',
  'ul.plain li:last-child{border-bottom:0}',
  'dl{margin:0 0 16px}dl.pairs div{display:grid;grid-template-columns:minmax(120px,190px) minmax(0,1fr);gap:0 16px;padding:4px 0;border-bottom:1px solid var(--hairline)}',
  'dt{color:var(--muted)}dd{margin:0}',
  'dl.settings{columns:2;column-gap:40px;font-size:13px}dl.settings div{break-inside:avoid;display:flex;justify-content:space-between;gap:16px;padding:4px 0;border-bottom:1px solid var(--hairline)}',
  'dl.settings dt{flex:none}dl.settings dd{text-align:right}',
  '.word{font-weight:600}.word.warn{color:var(--warn)}.word.good{color:var(--good)}',
  ':focus-visible{outline:2px solid var(--accent);outline-offset:2px}',
  // A figure of 720 pixels drawn on 312 cannot be read: there it keeps its size and is moved under the finger.
  '@media (max-width:640px){main,header,footer{padding-left:16px;padding-right:16px}h1{font-size:20px;margin-top:16px}'
    + 'figure{margin-left:-14px;margin-right:-14px}figure svg{width:640px}ol.path,dl.settings{columns:1}.labelled{grid-template-columns:minmax(0,1fr)}.labelled>span{padding:0 0 4px}'
    + 'dl.pairs div{grid-template-columns:minmax(0,1fr)}.cells{font-size:12px}.cells th,.cells td{padding:3px 5px}.cells small{font-size:11px}'
    + '.wide thead{display:none}.wide,.wide tbody,.wide tr,.wide th,.wide td{display:block;border:0;padding:2px 0}.wide tr{border-bottom:1px solid var(--hairline);padding:6px 0}.wide td.end{text-align:left}}',
  '@page{margin:16mm 14mm}',
  '@media print{body{font-size:10.5pt}main,header,footer{max-width:none;padding-left:0;padding-right:0}h1{font-size:20pt;margin-top:8pt}'
    + 'figure,.scroll{overflow:visible;break-inside:avoid}figure svg{width:100%}h2,h3{break-after:avoid}tr,.command,.note{break-inside:avoid}'
    + '.cells td,.cells tr.here th,.command{-webkit-print-color-adjust:exact;print-color-adjust:exact}}',
].join('\n')
