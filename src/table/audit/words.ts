/**
 * What an audit says, in both languages: an interface that each language fills, so that the compiler finds what is missing in
 * one. Names and cells come from files: they are made visible (names.ts) before they stand in a sentence.
 */
import type { Column, Table } from '../table.ts'
import type { FindingId } from './finding.ts'
import { en } from './words/en.ts'
import { zh } from './words/zh.ts'

export type AuditLanguage = 'en' | 'zh'

/** Rows counted from 0, the first of them, and how many there are in all. */
export interface SomeRows {
  readonly rows: readonly number[]
  readonly count: number
}

/** A column, by its label, with figures that are already written. */
interface Spread {
  readonly label: string
  readonly mean: string
  readonly std: string
}

export interface AuditWords {
  /** What each finding would do to training, and what helps. */
  readonly natures: Readonly<Record<FindingId, { readonly wouldDo: string; readonly remedy: string }>>
  /** What the same cells do in a validation table, where that is something else. */
  readonly inValidation: Readonly<Partial<Record<FindingId, string>>>
  /** `column 4 (price)`; `index` counts from 0. */
  label(column: Column | undefined, index: number): string
  /** The same, and the table it is of. */
  place(table: Table, index: number): string
  list(words: readonly string[], most?: number): string

  missingTexts(place: string, missing: number, of: number, at: SomeRows): string
  notFinite(place: string, nan: number, inf: number, of: number, at: SomeRows): string
  texts(place: string, count: number, examples: readonly string[], at: SomeRows | null): string
  /** `places`: their lines, `42` or, of several files, `a.csv:42`; empty where they are not known. */
  surplusCells(table: string, columns: number, at: SomeRows, places: readonly string[]): string
  beyondFloat32(place: string, extreme: string, at: SomeRows): string
  squareOverflows(place: string, extreme: string, at: SomeRows): string
  codedMissing(place: string, value: string, count: number, least: string, most: string): string
  outliers(place: string, values: readonly string[], at: SomeRows, deviations: string, next: string, nextDeviations: string): string
  /** `cells`: null where every row holds a number; `value`: null where the cells differ by rounding only. */
  constant(place: string, value: string | null, min: string, max: string, cells: number | null): string
  nearConstant(place: string, value: string, others: number, of: number): string
  largeOffset(place: string, std: string, mean: string, step: string): string
  countsRows(place: string, first: string, step: string): string
  unscaled(role: 'input' | 'target', table: string, columns: readonly Spread[]): string
  scalesDiffer(table: string, factor: string, least: Spread, most: Spread): string
  copyOfColumn(place: string, other: string): string
  linearMix(place: string, others: readonly string[]): string
  targetInInputs(place: string, other: string): string
  targetIsLinear(place: string, others: readonly string[]): string
  shift(figures: {
    readonly label: string; readonly training: string; readonly validation: string; readonly shares: readonly [string, string]
    readonly at: string; readonly distance: string; readonly threshold: string
  }): string
  beyondTraining(place: string, worst: string, training: string, min: string, max: string, at: SomeRows): string
  newCategory(place: string, texts: number, examples: readonly string[], at: SomeRows): string
  duplicateRows(table: string, count: number, row: number, first: number): string
  duplicatesAcross(table: string, count: number, training: string, row: number, first: number): string
  moreColumnsThanRows(table: string, rows: number, inputs: number): string
}

const languages: Readonly<Record<AuditLanguage, AuditWords>> = { en, zh }

export function wordsOf(language: AuditLanguage): AuditWords {
  return languages[language]
}

/** A cell's number in a sentence: all its digits, and powers of ten without a plus. */
export function written(value: number): string {
  return String(value).replace('e+', 'e')
}

/** Three digits, as sentences show measures. */
export function rounded(value: number): string {
  return written(Number(value.toPrecision(3)))
}
