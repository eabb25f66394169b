/** Figures as self-contained SVG text: no scripts, no references, the same bytes for the same data. */
export { batchLawFigure, type BatchLawPoint } from './batch-law.ts'
export { columnsFigure, type ColumnPicture } from './columns.ts'
export { confusionFigure } from './confusion.ts'
export type { FigureOptions } from './frame.ts'
export { lossFigure, type LossFigure } from './loss.ts'
export { pathFigure, type PathPlace, type PathStage } from './path.ts'
export { measuredFigure } from './residuals.ts'
export { palettes } from './style.ts'
