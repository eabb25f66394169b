/** Every command with its options and examples. Light on purpose: `--help` loads this and nothing that works. */

export interface Flag {
  readonly flags: string
  readonly says: string
}

export interface CommandText {
  readonly name: string
  readonly usage: string
  readonly says: string
  readonly examples: readonly string[]
  readonly flags: readonly Flag[]
}

const json: Flag = { flags: '--json', says: 'print one JSON object on standard output and nothing else there' }
const lang: Flag = { flags: '--lang <en|zh>', says: 'language of prose (default: from LANG)' }
const quiet: Flag = { flags: '--quiet', says: 'no progress and no prose' }
const threads: Flag = { flags: '--threads <count>', says: 'never changes a result; left out, chosen by timing' }
const data: Flag = { flags: '--data <file...>', says: "where the run's data are now, if they have moved" }

const memory: Flag = { flags: '--memory <size>', says: 'a bound on memory, such as 2GB: larger tables are trained on from disk' }

const auditMemory: Flag = { flags: '--memory <size>', says: 'a bound on memory, such as 2GB: larger tables are audited from disk' }

const choosing: readonly Flag[] = [
  { flags: '--target <columns>', says: 'column to predict, by name or number from 1; several with commas' },
  { flags: '--inputs <columns>', says: 'columns to predict from; left out, all other numeric ones' },
  { flags: '--train <variable|file>', says: 'what to train on' },
  { flags: '--validation <what>', says: 'variable, file, share of the rows such as 0.2, or none' },
]

const reading: readonly Flag[] = [
  { flags: '--dates', says: 'dates and times as numbers: seconds since 1970-01-01 UTC' },
  { flags: '--date-order <order>', says: 'the same, and what 01/02/2020 means: day-first or month-first' },
  { flags: '--missing <words>', says: 'further words or numbers that mean a missing value, such as -999, with commas' },
  { flags: '--complex <part>', says: 'real: take the real part of complex variables' },
  { flags: '--delimiter <sign>', says: 'of text: what stands between cells; also tab, space, comma, semicolon, bar' },
  { flags: '--decimal <sign>', says: 'of text: point or comma' },
  { flags: '--header', says: "the first row holds the columns' names" },
  { flags: '--no-header', says: 'the first row is a row like others' },
  { flags: '--encoding <name>', says: 'of text: utf-8, utf-16le, latin1, gb18030, …' },
]

const fitting: readonly Flag[] = [
  ...choosing,
  ...reading,
  { flags: '--exclude-rows <rows>', says: 'training rows to leave out, from 1, with commas' },
  { flags: '--repair <cells>', says: "cells ROW:COLUMN to fill with their column's median, with commas" },
  { flags: '--repair-validation <cells>', says: 'the same in the validation table' },
  { flags: '--pass-over <rows>', says: 'training rows to skip in the batches that draw them, all draws kept' },
  { flags: '--nonfinite <what>', says: 'cells that are not finite: drop, error, impute or keep' },
  { flags: '--standardize', says: 'features and targets to mean 0 and deviation 1: the default, but for --recipe classic' },
  { flags: '--no-standardize', says: 'leave features and targets as they are' },
  { flags: '--recipe <name>', says: 'default, or classic: the program of the question' },
  { flags: '--settings <file>', says: "a JSON file with the library's options, or the JSON itself; flags win over it" },
  { flags: '--hidden <units>', says: 'units of each hidden layer, such as 50,20; none for a straight line' },
  { flags: '--activation <name>', says: 'identity, relu, leaky-relu, tanh, sigmoid, softplus, gelu or silu; one, or one a layer' },
  { flags: '--output-activation <name>', says: "the output layer's; left out, the loss chooses" },
  { flags: '--dropout <share>', says: 'share of units left out in training; one, or one a layer' },
  { flags: '--dropout-scale <when>', says: 'predict or train' },
  { flags: '--initializer <name>', says: 'he-normal, glorot-uniform, lecun-normal, …, zeros, constant:0.1; one, or one a layer' },
  { flags: '--bias-initializer <name>', says: 'zeros, or constant:0.1' },
  { flags: '--loss <name>', says: 'half-mse, mse, mae, huber[:delta=1], binary- or categorical-cross-entropy[-from-logits]' },
  { flags: '--reduction <how>', says: 'mean or sum over the batch' },
  { flags: '--optimizer <name>', says: 'sgd, rmsprop, adam or adamw' },
  { flags: '--rate <number>', says: 'learning rate' },
  { flags: '--momentum <number>', says: 'of sgd and rmsprop' },
  { flags: '--nesterov', says: "Nesterov's momentum, for sgd" },
  { flags: '--rho <number>', says: 'of rmsprop' },
  { flags: '--beta1 <number>', says: 'of adam and adamw' },
  { flags: '--beta2 <number>', says: 'of adam and adamw' },
  { flags: '--epsilon <number>', says: 'of rmsprop, adam and adamw' },
  { flags: '--schedule <name>', says: 'constant, step:every=1000,factor=0.1, exponential:factor=0.999, cosine, one-cycle' },
  { flags: '--warm-up <share>', says: 'share of the steps in which the rate rises' },
  { flags: '--clip-norm <bound>', says: "bound on the gradient's norm, or none" },
  { flags: '--clip-value <bound>', says: 'bound on each element of the gradient, or none' },
  { flags: '--l2 <factor>', says: 'of the squared weights in the loss' },
  { flags: '--weight-decay <factor>', says: 'decoupled from the loss' },
  { flags: '--batch <rows>', says: 'rows a step' },
  { flags: '--sampling <how>', says: 'fresh: a new draw each step; epoch: every row once, then again' },
  { flags: '--steps <count>', says: 'updates; or' },
  { flags: '--epochs <count>', says: 'times through the rows' },
  { flags: '--evaluate-every <steps>', says: 'validate after every so many steps' },
  { flags: '--patience <count|none>', says: 'stop after so many evaluations without progress' },
  { flags: '--seed <number>', says: 'of every draw' },
  { flags: '--draws <whose>', says: "philox, or numpy: NumPy's own draws, in float64" },
  { flags: '--precision <p>', says: 'float32 or float64' },
  { flags: '--blocks <count>', says: 'fixed blocks of rows in which sums are taken' },
  threads,
  { flags: '--fast', says: 'relaxed SIMD: quicker, with bits of its own' },
  { flags: '--on-incident <what>', says: 'stop, or repair and go on' },
]

export const commands: readonly CommandText[] = [
  {
    name: 'fit', usage: 'fit <data...>', says: 'audit, train, evaluate, and write a run folder',
    examples: ['whynan fit mapping.mat', 'whynan fit concrete.csv --target strength_mpa', 'whynan fit mapping.mat --recipe classic --batch 10000 --draws numpy --seed 1'],
    flags: [
      ...fitting,
      { flags: '--print-every <steps>', says: 'print both losses every so many steps' },
      { flags: '--out <folder>', says: 'the run folder; left out, runs/DATE-NAME-N' },
      { flags: '--overwrite', says: 'replace the run in it' },
      memory,
      quiet, json, lang,
    ],
  },
  {
    name: 'audit', usage: 'audit <data...>', says: 'what the table holds, and what in it would harm training',
    examples: ['whynan audit mapping.mat', 'whynan audit plant.csv --target output_mw --json', 'whynan audit plant.csv -o plant.html'],
    flags: [...choosing, ...reading, { flags: '-o, --output <file>', says: 'write it as one self-contained page there' }, auditMemory, json, lang],
  },
  {
    name: 'explain', usage: 'explain [run|data...]', says: 'why a run became non-finite or did not learn; from data and settings, what would happen; from a log of steps, what did',
    examples: [
      'whynan explain runs/2026-11-23-mapping-1',
      'whynan explain mapping.mat --recipe classic --batch 10000 --steps 119',
      'whynan explain mapping.mat --log steps.jsonl',
      'whynan explain --rows 68568 --seen 256:119:ok --seen 10000:7:nan',
      'whynan explain --cause nan-in-input',
    ],
    flags: [
      ...fitting,
      { flags: '--log <file>', says: "steps that another program wrote down, one JSON object a line: step, rows, loss; - for standard input" },
      { flags: '--rows-from <number>', says: "with --log: what the program calls the table's first row, 0 (default) or 1" },
      { flags: '--rows <count>', says: 'from figures alone: rows of the training table' },
      { flags: '--seen <batch:step:outcome>', says: 'from figures alone: a run seen, ok or nan; may be given several times' },
      { flags: '--cause <id>', says: 'the page about a cause: what one sees, why it happens, how it is proven and mended' },
      data, json, lang,
    ],
  },
  {
    name: 'predict', usage: 'predict <run> <data...>', says: 'what the network of a run says of other rows',
    examples: ['whynan predict runs/2026-11-23-concrete-1 new.csv -o predicted.csv'],
    flags: [{ flags: '-o, --output <file>', says: 'write a CSV there; left out, to standard output' }, { flags: '--table <variable|file>', says: 'which table to predict' },
      { flags: '--bad-rows <what>', says: 'rows with a missing cell or an unknown category: aside (NaN, and named) or refuse' },
      ...reading, json, lang],
  },
  {
    name: 'resume', usage: 'resume <run>', says: 'go on after a stop, a crash or a kill: the same bits as without it',
    examples: ['whynan resume runs/2026-11-23-mapping-1'],
    flags: [data, memory, threads, { flags: '--print-every <steps>', says: 'print both losses every so many steps' }, quiet, json, lang],
  },
  {
    name: 'report', usage: 'report <run>', says: 'one self-contained page: figures, explanation, settings',
    examples: ['whynan report runs/2026-11-23-mapping-1', 'whynan report runs/2026-11-23-mapping-1 -o mapping.html --without-data --lang zh'],
    flags: [
      { flags: '-o, --output <file>', says: 'write the page there (default: report.html in the run folder)' },
      { flags: '--without-data', says: 'leave cells of the data out' },
      data, json, lang,
    ],
  },
  {
    name: 'runs', usage: 'runs [folder]', says: 'list and compare runs',
    examples: ['whynan runs', 'whynan runs elsewhere/runs --json'],
    flags: [json, lang],
  },
  {
    name: 'demo', usage: 'demo', says: "make the question's data, run it at batch 256 and 10,000, and answer it",
    examples: ['whynan demo'],
    flags: [{ flags: '--out <folder>', says: 'where data and runs go (default: whynan-demo)' }, json, lang],
  },
]
