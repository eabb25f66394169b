/**
 * What the command line draws with: text set to a width, tables, curves, colours. Pure functions from data to strings; only
 * main writes them. Text that came from files goes through `visible` before it comes here.
 */
export { formatCount, formatLarge, formatNumber, formatPercent } from '../figures/format.ts'
export { visible } from '../figures/text.ts'
export { bar, lossCurves, sparkline } from './render/chart.ts'
export { alignDecimals, labelled, type Labelled, table, type TableColumn } from './render/layout.ts'
export { progressLine, progressWords } from './render/progress.ts'
export { type Ink, inkFor, type Terminal, terminalOf, withoutColours } from './render/terminal.ts'
export { cells, cutTo, fill, wrap } from './render/wrap.ts'
