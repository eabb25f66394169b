/** What an audit says, in English. */
import { columnLabel, count, list, plural, shown } from '../../names.ts'
import type { AuditWords, SomeRows } from '../words.ts'

/** `row 3`, `rows 3, 9 and 12`, `rows 3, 9, 12, 15, 20 and 7 more`. */
function rowList({ rows, count: all }: SomeRows): string {
  const few = rows.slice(0, 5).map(row => count(row + 1))
  const more = all - few.length
  return `${all === 1 ? 'row' : 'rows'} ${more > 0 ? `${few.join(', ')} and ${count(more)} more` : list(few)}`
}

export const en: AuditWords = {
  natures: {
    'not-finite': {
      wouldDo: 'One such cell in a batch makes the loss, then every weight, NaN.',
      remedy: 'Leave the rows out (--nonfinite drop, which takes out up to 1 % of them), fill the cells (--nonfinite impute), or repair the file.',
    },
    'text-in-numbers': {
      wouldDo: 'A text where a number is expected is read as NaN, and one NaN in a batch makes every weight NaN.',
      remedy: 'Correct the cells in the file, or leave the rows out (--nonfinite drop).',
    },
    'surplus-cells': {
      wouldDo: 'Where a stray delimiter stands in the row, such as 1,5 for 1.5, every cell after it lies one column too far right: '
        + 'wrong inputs and a wrong target, which training takes for measurements.',
      remedy: 'Look at these lines in the file: take the delimiter out or put the cell in quotes, or leave the rows out (--exclude-rows).',
    },
    'coded-missing': {
      wouldDo: 'A missing value that is coded as a number is learned as a measurement, and stretches the scale of the column.',
      remedy: 'If it stands for a missing value, leave those rows out (--exclude-rows) or clear the cells in the file.',
    },
    'beyond-float32': {
      wouldDo: 'float32 rounds the cell to Infinity, and the loss becomes NaN in the first batch that holds it.',
      remedy: 'Correct the cell, leave its row out, or train with --precision float64.',
    },
    'square-overflows': {
      wouldDo: 'Unscaled, its square is Infinity in float32: in the loss of a target, in the second moments behind an input.',
      remedy: 'Correct the cell if it is an error; else standardise, or take the logarithm of the column.',
    },
    'constant-column': {
      wouldDo: 'It tells the network nothing; divided by its deviation, which is rounding, it becomes NaN or noise.',
      remedy: 'Leave it out of the inputs. Standardising here scales it to 0.',
    },
    'constant-target': {
      wouldDo: 'There is nothing to predict.',
      remedy: 'Name another target (--target).',
    },
    'near-constant': {
      wouldDo: 'Few rows decide what is learned from it, and most batches hold none of them; scaled, those rows lie far from all others.',
      remedy: 'Leave it out of the inputs unless those few rows matter.',
    },
    outliers: {
      wouldDo: 'A squared loss is ruled by such cells, and in the column\'s scale all others lie close together.',
      remedy: 'Look at the rows. Errors of measurement: leave them out (--exclude-rows). Real values: take logarithms, or --loss huber.',
    },
    'inputs-unscaled': {
      wouldDo: 'Without scaling the first layer\'s sums are large or vanish, and one learning rate does not suit all weights.',
      remedy: 'Standardise, as is done unless --no-standardize is given.',
    },
    'target-unscaled': {
      wouldDo: 'Without scaling the loss is as large or as small as the target\'s square, and L2 and learning rate lose their usual meaning.',
      remedy: 'Standardise, as is done unless --no-standardize is given.',
    },
    'scales-differ': {
      wouldDo: 'Without scaling the largest input drowns the others, and training crawls along a narrow valley.',
      remedy: 'Standardise, as is done unless --no-standardize is given.',
    },
    'large-offset': {
      wouldDo: 'Rounded to float32 before the mean is taken away, the column loses most of its digits.',
      remedy: 'Standardise, which takes the mean away in float64 first, or train with --precision float64.',
    },
    'duplicate-rows': {
      wouldDo: 'Rows that stand twice weigh twice; and a split may put one of them in training and the other in validation.',
      remedy: 'Leave the copies out unless they are measurements of their own.',
    },
    'duplicates-across': {
      wouldDo: 'Validation on rows that were trained on flatters the model.',
      remedy: 'Take these rows out of one of the tables.',
    },
    'copy-of-column': {
      wouldDo: 'It adds weights and no information; how the two share their effect is left to chance.',
      remedy: 'Leave one of them out of the inputs.',
    },
    'linear-mix': {
      wouldDo: 'It adds weights and no information; a straight-line fit has no single solution.',
      remedy: 'Leave one of them out of the inputs.',
    },
    'target-in-inputs': {
      wouldDo: 'The network reads the answer off its input, and fails where that column is not known in advance.',
      remedy: 'Leave it out of the inputs unless it will be known when predicting.',
    },
    'target-is-linear': {
      wouldDo: 'A straight line fits it exactly; a network only comes near.',
      remedy: 'Use the straight-line fit, or look whether the target was computed from these columns.',
    },
    'counts-rows': {
      wouldDo: 'As a clock it tells training rows apart by their place, and in every later row it lies outside what was trained on.',
      remedy: 'Leave it out of the inputs unless its place in time is what predicts.',
    },
    shift: {
      wouldDo: 'The validation loss then measures another situation than the one trained on, and early stopping follows it.',
      remedy: 'Look how the tables were made; a split drawn from one table has no such shift (--validation 0.2).',
    },
    'beyond-training': {
      wouldDo: 'Predictions there are extrapolated, and a few such rows can rule the validation loss.',
      remedy: 'Look at the rows: errors are left out, real ones belong in the training table too.',
    },
    'new-category': {
      wouldDo: 'A text that no training row holds has no input of its own, so that its row cannot be predicted.',
      remedy: 'Correct the text, leave the rows out, or add training rows that hold it.',
    },
    'more-columns-than-rows': {
      wouldDo: 'With fewer rows than inputs even a straight line fits anything exactly.',
      remedy: 'Transpose the table if its rows are its columns; else leave inputs out or measure more.',
    },
  },
  inValidation: {
    'not-finite': 'The prediction of its row is NaN, and with it the validation loss; no weight sees it.',
    'text-in-numbers': 'It is read as NaN, and with it the validation loss is NaN; no weight sees it.',
    'surplus-cells': 'Where a stray delimiter moved its cells to the right, its prediction and its error mean nothing; no weight sees it.',
    'beyond-float32': 'float32 rounds it to Infinity, and the validation loss with it; no weight sees it.',
    'square-overflows': 'Unscaled, it makes the validation loss Infinity in float32; no weight sees it.',
    outliers: 'A few such rows rule the validation loss, which early stopping follows.',
    'coded-missing': 'A missing value that is coded as a number is compared with a prediction as if it were a measurement.',
    'duplicate-rows': 'Rows that stand twice weigh twice in the validation loss.',
  },
  label: columnLabel,
  place: (table, index) => `${columnLabel(table.columns[index], index)} of ${shown(table.name)}`,
  list,

  missingTexts: (place, missing, of, at) => `${place} is missing in ${plural(missing, 'row')} of ${count(of)}: ${rowList(at)}.`,
  notFinite: (place, nan, inf, of, at) => {
    const kinds = [[nan, 'missing or NaN'], [inf, 'infinite']] as const
    const each = kinds.flatMap(([n, kind]) => (n > 0 ? [`${plural(n, 'cell')} that ${n === 1 ? 'is' : 'are'} ${kind}`] : []))
    return `${place} holds ${list(each)} of ${count(of)}: ${rowList(at)}.`
  },
  texts: (place, texts, examples, at) =>
    `${place} is numbers, but for ${plural(texts, 'cell')} of text such as ${list(examples)}${at === null ? '' : `: ${rowList(at)}`}.`,
  surplusCells: (table, columns, at, places) => {
    const lines = places.length === 0 ? '' : ` (${at.count === 1 ? 'line' : 'lines'} ${places.length < at.count ? `${places.join(', ')}, …` : list(places)})`
    return `${plural(at.count, 'row')} of ${table} ${at.count === 1 ? 'holds' : 'hold'} more cells than there are columns, ${count(columns)}, and the further ones were left out: ${rowList(at)}${lines}.`
  },
  beyondFloat32: (place, extreme, at) => `${place} holds ${extreme}, and float32 ends at 3.4e38: ${rowList(at)}.`,
  squareOverflows: (place, extreme, at) => `${place} holds ${extreme}, whose square passes the end of float32, 3.4e38: ${rowList(at)}.`,
  codedMissing: (place, value, rows, least, most) =>
    `${place} is ${value} in ${plural(rows, 'row')} and ${least} to ${most} in all others: ${value} looks like a code for a missing value.`,
  outliers: (place, values, at, deviations, next, nextDeviations) =>
    `${place} holds ${list(values)}${at.count > values.length ? ' and more' : ''} in ${rowList(at)}: over ${deviations} robust deviations from the median, `
    + `where the next cell, ${next}, lies at ${nextDeviations}.`,
  constant: (place, value, min, max, cells) => (value === null
    ? `${place} lies between ${min} and ${max}, which differ by rounding only.`
    : `${place} is ${value} in ${cells === null ? 'every row' : `all ${count(cells)} cells that hold a number`}.`),
  nearConstant: (place, value, others, of) => `${place} is ${value} but for ${plural(others, 'row')} of ${count(of)}.`,
  largeOffset: (place, std, mean, step) => `${place} varies by ${std} around ${mean}, where float32 goes in steps of ${step}.`,
  countsRows: (place, first, step) => `${place} goes from ${first} in steps of ${step}, row by row: it counts the rows.`,
  unscaled: (role, table, columns) => {
    const each = columns.map(({ label, mean, std }) => `${label} around ${mean} with deviation ${std}`)
    return `${role === 'input' ? 'Inputs' : 'Targets'} of ${table} are not scaled: ${list(each, 4)}.`
  },
  scalesDiffer: (table, factor, least, most) =>
    `The inputs of ${table} differ in scale by a factor of ${factor}: ${least.label} has deviation ${least.std}, ${most.label} ${most.std}.`,
  copyOfColumn: (place, other) => `${place} is ${other} in other units: one follows from the other exactly.`,
  linearMix: (place, others) => `${place} is a sum of multiples of ${list(others, 5)}.`,
  targetInInputs: (place, other) => `The target, ${place}, stands among the inputs: ${other} is the same up to units.`,
  targetIsLinear: (place, others) => `The target, ${place}, is exactly a sum of multiples of ${list(others, 5)}.`,
  shift: ({ label, training, validation, shares: [own, theirs], at, distance, threshold }) =>
    `${label} is distributed differently in ${training} and ${validation}: ${own} and ${theirs} of the values are at most ${at} `
    + `(Kolmogorov-Smirnov distance ${distance}, said from ${threshold} on).`,
  beyondTraining: (place, worst, training, min, max, at) => `${place} holds ${worst} where ${training} spans ${min} to ${max}: ${rowList(at)}.`,
  newCategory: (place, texts, examples, at) =>
    `${place} holds ${plural(texts, 'text')} that no training row holds, ${list(examples, 3)}, in ${plural(at.count, 'row')} (${rowList(at)}).`,
  duplicateRows: (table, rows, row, first) => `${plural(rows, 'row')} of ${table} ${rows === 1 ? 'repeats' : 'repeat'} an earlier row in every `
    + `used column: row ${count(row)} is row ${count(first)} again${rows > 1 ? ', and so on' : ''}.`,
  duplicatesAcross: (table, rows, training, row, first) => `${plural(rows, 'row')} of ${table} ${rows === 1 ? 'stands' : 'stand'} in ${training} `
    + `as well: row ${count(row)} is row ${count(first)} there${rows > 1 ? ', and so on' : ''}.`,
  moreColumnsThanRows: (table, rows, inputs) => `${table} has ${plural(rows, 'row')} and ${plural(inputs, 'input')}.`,
}
