/** What bad input gets: exit status 1, one sentence that says what was got, what was expected, where, and what to do; nothing is left behind. */
import { chmod, cp, mkdir, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { beforeAll, describe, expect, test } from 'vitest'
import { damaged, goodMat, gzipBomb, mat5, mat5Header, mat5Matrix, matBomb, matLyingBomb } from './hostile.ts'
import { everything, expectRefusal, folderWith, smoothCsv, whynan, whynanEach, type Finished } from './whynan.ts'

const good = smoothCsv(60)

/** Runs in a folder with data.csv and `files`; refused, and the folder is as it was. */
async function refuses(args: readonly string[], files: Readonly<Record<string, string | Uint8Array>>, ...says: readonly string[]): Promise<void> {
  const cwd = await folderWith({ 'data.csv': good, ...files })
  const before = await everything(cwd)
  expectRefusal(await whynan(args, { cwd }), ...says)
  expect(await everything(cwd)).toEqual(before)
}

describe.concurrent('a file', () => {
  const million = Array.from({ length: 1_000_000 }, (_, i) => `c${i}`).join(',')
  test.each<[string, string, () => string | Uint8Array, string[]]>([
    ['is empty', 'x.csv', () => '', ['x.csv is empty (0 bytes)', 'Save or copy it again']],
    ['is empty when unpacked', 'x.csv.gz', () => gzipSync(''), ['x.csv.gz is empty when unpacked']],
    ['has a header alone', 'x.csv', () => 'a,b\n', ['x.csv has a header', 'no rows', 'expected at least one row']],
    ['is all text', 'x.csv', () => 'name,city\nann,rome\nbob,oslo\ncid,bern\n', ['x.csv has 2 columns, all of them text', 'at least one column of numbers']],
    ['has a single column', 'x.csv', () => 'a\n1\n2\n3\n', ['x.csv has 3 rows and a single column', 'a target and at least one input']],
    ['has a single row', 'x.csv', () => 'a,b\n1,2\n', ['column 2 (b)', 'in all 1 row']],
    ['has a constant target', 'x.csv', () => 'a,b\n1,5\n2,5\n3,5\n4,5\n', ['The target, column 2 (b), is 5 in all 4 rows', 'Name another target']],
    ['has a target that is constant in the training rows', 'x.csv', () => 'a,b\n1,2\n3,4\n', ['The target, column 2 (b), does not vary', 'Name another target']],
    ['is binary', 'x.csv', () => Uint8Array.from({ length: 4096 }, (_, i) => i % 251), ['x.csv is no text', '00 01 02 03', 'What can be read']],
    ['has a million columns', 'x.csv', () => `${million}\n${'1,'.repeat(999_999)}1\n`, ['x.csv has more than 100000 columns', 'transpose it']],
    ['has a million columns that are empty', 'x.csv', () => `${','.repeat(1_000_000)}\n`.repeat(3), ['x.csv']],
    ['has a hundred thousand columns of one name', 'x.csv', () => `${'a,'.repeat(99_999)}a\n`.repeat(2), ['x.csv has 100,000 columns, all of them text']],
    ['is cut short as gzip', 'x.csv.gz', () => gzipSync(good).subarray(0, -200), ['x.csv.gz cannot be unpacked with gzip', 'unexpected end of file', 'copy it again']],
    ['is damaged as gzip', 'x.csv.gz', () => damaged(gzipSync(good)), ['x.csv.gz cannot be unpacked with gzip', 'copy it again']],
    ['is packed twice', 'x.csv.gz', () => gzipSync(gzipSync(good)), ['x.csv.gz is packed with gzip twice', 'Unpack it once first']],
    ['is a MAT-file that is cut short', 'x.mat', () => goodMat().subarray(0, 600), ['x.mat', 'at byte 128', 'are left', 'copy or save it again']],
    ['is a MAT-file that is cut in its header', 'x.mat', () => goodMat().subarray(0, 100), ['x.mat has 100 bytes', 'the beginning of a MAT-file', 'cut short']],
    ['is a MAT-file that is damaged', 'x.mat', () => damaged(goodMat()), ['x.mat', 'at byte 136', 'do not inflate', 'copy or save it again']],
    ['is a MAT-file without variables', 'x.mat', () => mat5Header(), ['x.mat holds no table of numbers']],
    ['is a MAT-file whose matrix says to be 2147483647 x 2147483647', 'x.mat', () => mat5(mat5Matrix('x', [2 ** 31 - 1, 2 ** 31 - 1], [1, 2])),
      ['x.mat: 2147483647 x 2147483647 at byte 152', 'expected']],
    ['is a MAT-file with a dimension below 0', 'x.mat', () => mat5(mat5Matrix('x', [-1, 5], [1, 2])), ['x.mat: the dimension -1 at byte 152']],
    ['is a MAT-file with fewer numbers than it says', 'x.mat', () => mat5(mat5Matrix('x', [1000, 5], [1, 2])), ['x.mat', 'at byte', 'expected']],
    ['is a MAT-file with a million columns', 'x.mat', () => mat5(mat5Matrix('x', [1, 1_000_000], Array.from({ length: 1_000_000 }, (_, i) => i))),
      ['x.mat', 'x has 1000000 columns (1 x 1000000)', 'at most 100000', 'transpose it']],
    ['is a MAT-file that inflates a thousandfold', 'x.mat', matBomb, ['x.mat', 'at byte']],
    ['is a MAT-file that inflates a thousandfold to a matrix that is none', 'x.mat', matLyingBomb, ['x.mat', 'at byte']],
    ['is a gzip file that inflates to more than can be held', 'x.csv.gz', gzipBomb, ['x.csv.gz cannot be unpacked with gzip', 'at most 268435456 bytes']],
  ])('that %s', async (_what, name, content, says) => {
    await refuses(['fit', name], { [name]: content() }, ...says)
  })

  test.each<[string, string[], string[]]>([
    ['that is not there', ['fit', 'none.csv'], ['There is no file none.csv', 'Check the name']],
    ['without a name', ['fit', ''], ['No data file was named', 'give one']],
    ['that is a folder', ['fit', '.'], ['. is a folder', 'Name a file in it']],
    ['without the variable that is named', ['fit', 'good.mat', '--train', 'y'], ['no variable or file y', 'good.mat holds x (60 x 3)']],
    ['without the validation variable', ['fit', 'good.mat', '--validation', 'y'], ['no variable or file y']],
    ['without the target', ['fit', 'data.csv', '--target', 'strength'], ['data has no column strength', 'a, b, c and y']],
    ['without the column of that number', ['fit', 'data.csv', '--target', '5'], ['data has no column 5', '4 columns']],
    ['with a name that is nearly right', ['fit', 'x.csv', '--target', 'presure'], ['no column presure', 'Was pressure meant?']],
    ['with an input that is not there', ['fit', 'data.csv', '--inputs', 'a,zz'], ['data has no column zz']],
    ['whose target is named as an input', ['fit', 'data.csv', '--target', 'y', '--inputs', 'a,y'], ['Column 4 (y) is named as the target and as an input']],
    ['whose input is named twice', ['fit', 'data.csv', '--inputs', 'a,a'], ['Column 1 (a) is named twice']],
    ['with a row to leave out that it has not', ['fit', 'data.csv', '--exclude-rows', '3,61'], ['Row 61', 'rows 1 to 60']],
    ['handed in twice', ['fit', 'data.csv', 'data.csv'], ['Several tables could be trained on', '--train']],
    ['on an empty standard input', ['fit', '-'], ['standard input is empty (0 bytes)']],
    ['for audit that is not there', ['audit', 'none.csv'], ['There is no file none.csv']],
    ['for audit without the target', ['audit', 'data.csv', '--target', 'zz'], ['data has no column zz']],
  ])('%s', async (_what, args, says) => {
    const files = { 'good.mat': goodMat(), 'x.csv': 'pressure,flow\n1,2\n2,3\n3,5\n' }
    await refuses(args, files, ...says)
  })
})

test.each(['fit', 'audit'])('%s says of standard input what is wrong with it, not that nothing is left of it', async command => {
  const cwd = await folderWith({})
  const { status, stdout, stderr } = await whynan([command, '-'], { cwd, input: 'a,y\n1,2\0\n' })
  expect(stdout).toBe('')
  expect(status).toBe(1)
  expect(stderr).toContain('standard input is no text')
})

describe('an option', () => {
  const ofFit: [string, string[]][] = [
    ['--batch 0', ['--batch must be at least 1; got 0']],
    ['--batch 2.5', ['--batch must be a whole number; got 2.5']],
    ['--batch many', ['--batch takes a number; got "many"']],
    ['--batch 99999999999', ['--batch must be at most']],
    ['--rate -0.1', ['--rate must be above 0; got -0.1']],
    ['--rate 0', ['--rate must be above 0; got 0']],
    ['--rate Infinity', ['--rate takes a number; got "Infinity"']],
    ['--rate 0,005', ['--rate takes a number, with a point before its decimals; got "0,005"']],
    ['--l2 0_001', ['--l2 takes a number; got "0_001"']],
    ['--batch 1,00', ['--batch takes a number, with a point before its decimals; got "1,00"']],
    ['--dropout 1', ['--dropout must be below 1; got 1']],
    ['--dropout -0.5', ['--dropout must be at least 0; got -0.5']],
    ['--hidden 5,5 --dropout 0.1,0.2,0.3', ['lists 3 values', 'there are 2 hidden layers']],
    ['--dropout-scale later', ['--dropout-scale must be one of predict, train; got "later"']],
    ['--hidden 0', ['--hidden must be at least 1; got 0']],
    ['--hidden 5,,5', ['--hidden has an empty item in "5,,5"']],
    ['--hidden wide', ['--hidden takes a number; got "wide"']],
    ['--hidden 100000', ['--hidden must be at most 65536; got 100000']],
    ['--hidden 60000,60000', ['3,600', 'parameters', 'use fewer hidden units']],
    ['--activation softmax', ['--activation must be one of', 'silu', 'got "softmax"']],
    ['--output-activation step', ['--output-activation must be one of', 'got "step"']],
    ['--initializer xavier', ['--initializer must be one of', 'glorot-uniform', 'got "xavier"']],
    ['--initializer constant:much', ['--initializer takes a number; got "much"']],
    ['--loss rmse', ['--loss must be one of half-mse, mse', 'got "rmse"']],
    ['--loss huber:delta=0', ['--loss, delta, must be above 0; got 0']],
    ['--loss huber:delta', ['--loss takes a name and settings such as huber:delta=1', 'got "huber:delta"']],
    ['--loss mse:delta=1', ['mse has no setting "delta"']],
    ['--reduction max', ['--reduction must be one of mean, sum; got "max"']],
    ['--optimizer lion', ['--optimizer must be one of sgd, rmsprop, adam, adamw; got "lion"']],
    ['--momentum 1', ['--momentum must be below 1; got 1']],
    ['--momentum 0.9', ['optimizer adamw has no setting "momentum"']],
    ['--optimizer sgd --beta1 0.9', ['optimizer sgd has no setting "beta1"']],
    ['--beta1 1', ['--beta1 must be below 1; got 1']],
    ['--beta2 -1', ['--beta2 must be at least 0; got -1']],
    ['--rho 2', ['--rho must be below 1; got 2']],
    ['--epsilon -1', ['--epsilon must be at least 0; got -1']],
    ['--schedule linear', ['--schedule must be one of constant, step, exponential, cosine, one-cycle; got "linear"']],
    ['--schedule step', ['--schedule, every, is missing', 'a number']],
    ['--schedule step:every=0', ['--schedule, every, must be at least 1; got 0']],
    ['--warm-up 2', ['--warm-up must be at most 1; got 2']],
    ['--clip-norm 0', ['--clip-norm must be above 0; got 0']],
    ['--clip-value -1', ['--clip-value must be above 0; got -1']],
    ['--l2 -1', ['--l2 must be at least 0; got -1']],
    ['--weight-decay -1', ['--weight-decay must be at least 0; got -1']],
    ['--sampling bootstrap', ['--sampling must be one of fresh, epoch; got "bootstrap"']],
    ['--steps 0', ['--steps must be at least 1; got 0']],
    ['--epochs 0', ['--epochs must be at least 1; got 0']],
    ['--evaluate-every 0', ['--evaluate-every must be at least 1; got 0']],
    ['--patience 0', ['--patience must be at least 1; got 0']],
    ['--patience saint', ['--patience takes a number; got "saint"']],
    ['--seed -1', ['--seed must be at least 0; got -1']],
    ['--seed 1.5', ['--seed must be a whole number; got 1.5']],
    ['--draws dice', ['--draws must be one of philox, numpy; got "dice"']],
    ['--precision float16', ['--precision must be one of float32, float64; got "float16"']],
    ['--blocks 0', ['--blocks must be at least 1; got 0']],
    ['--threads 0', ['--threads must be at least 1; got 0']],
    ['--on-incident panic', ['--on-incident must be one of stop, repair; got "panic"']],
    ['--nonfinite ignore', ['--nonfinite must be one of drop, error, impute, keep; got "ignore"']],
    ['--exclude-rows 0', ['--exclude-rows must be at least 1; got 0']],
    ['--exclude-rows last', ['--exclude-rows takes a number; got "last"']],
    ['--print-every -1', ['--print-every must be at least 0; got -1']],
    ['--recipe secret', ['--recipe must be one of default, classic; got "secret"']],
    ['--validation 2', ['--validation must be below 1; got 2']],
    ['--validation 0', ['--validation must be above 0; got 0']],
    ['--lang de', ['--lang must be en or zh; got "de"']],
    ['--out= --seed 1', ['--out got an empty value']],
    ['--steps 3 --epochs 2', ['Both steps (3) and epochs (2)', 'give one of them']],
    ['--loss mse --output-activation softmax', ['softmax', 'categorical cross-entropy', 'got the loss mse']],
    ['--loss binary-cross-entropy-from-logits --output-activation sigmoid', ['its own sigmoid', 'Leave outputActivation out']],
    ['--loss categorical-cross-entropy-from-logits', ['row', 'column 4 (y)', 'classes are whole numbers or text']],
    ['--draws numpy --precision float32', ['float64', 'leave --precision out']],
    ['--draws numpy --sampling epoch', ['a fresh batch each step', 'use --sampling fresh']],
    ['--draws numpy --seed 4294967296', ['0 to 4294967295', 'got 4294967296']],
    ['--recipe classic --draws numpy --batch 61', ['A batch of 61', 'use --batch 48 or less']],
    ['--wat', ["Unknown option '--wat'", 'whynan fit --help']],
    ['--epoch 3', ["Unknown option '--epoch'", 'did you mean --epochs?']],
    ['--hidden', ["Option '--hidden <units>' argument missing", 'whynan fit --help']],
  ]
  const finished = new Map<string, Finished>()
  let [left, before]: string[][] = [[], []]
  beforeAll(async () => {
    const cwd = await folderWith({ 'data.csv': good })
    before = await everything(cwd)
    const all = await whynanEach(ofFit.map(([options]) => ['fit', 'data.csv', ...options.split(' ')]), { cwd })
    ofFit.forEach(([options], i) => finished.set(options, all[i]!))
    left = await everything(cwd)
  })

  test.each(ofFit)('fit %s', (options, says) => expectRefusal(finished.get(options)!, ...says))

  test('leaves nothing behind', () => expect(left).toEqual(before))

  test.each<[string[], string[]]>([
    [['wat'], ["Unknown command 'wat'", 'whynan --help']],
    [['fits', 'data.csv'], ["Unknown command 'fits'", 'did you mean fit?']],
    [['fit'], ["Missing required argument 'data'", 'whynan fit --help']],
    [['predict'], ["Missing required argument 'run'"]],
    [['predict', 'run'], ["Missing required argument 'data'"]],
    [['resume'], ["Missing required argument 'run'"]],
    [['runs', 'a', 'b'], ["Too many arguments for 'runs'", 'expected 1 argument but got 2']],
    [['runs', 'none'], ['There is no folder none']],
    [['explain', 'data.csv', '--rows', '60', '--seen', '8:7:nan'], ['data.csv means nothing here', '--rows explains from figures alone']],
    [['explain', '--rows', '60', '--seen', '8:7:nan', '--batch', '8'], ['--batch means nothing here']],
    [['explain', 'data.csv', '--seen', '8:7:nan'], ['--seen means nothing here', '--seen belongs to --rows']],
    [['explain', 'data.csv', '--data', 'data.csv'], ['--data means nothing here']],
    [['explain', 'data.csv', '--rows-from', '1'], ['--rows-from means nothing here']],
    [['fit', 'data.csv', '--wat\u001b[31m'], ['--wat\\x1b[31m']],
  ])('whynan %j', async (args, says) => {
    await refuses(args, {}, ...says)
  })
})

describe.concurrent('a settings file', () => {
  test.each<[string, string, string[]]>([
    ['that is not JSON', '{"batchSize": 256', ['settings.json is not JSON', 'Expected one object']],
    ['that is a table', good, ['settings.json is not JSON']],
    ['that holds a list', '[1, 2]', ['settings.json is a list', 'expected one object']],
    ['with an unknown setting', '{"batchsize": 256}', ['In the settings file settings.json', 'no setting "batchsize"']],
    ['with an unknown setting of the network', '{"network": {"units": [5]}}', ['network has no setting "units"']],
    ['with a network that is none', '{"network": "wide"}', ['network must be an object; got "wide"']],
    ['with text for a number', '{"batchSize": "256"}', ['batchSize must be a number; got "256"']],
    ['out of range', '{"optimizer": {"learningRate": -1}}', ['optimizer.learningRate must be above 0; got -1']],
    ['with a contradiction', '{"steps": 3, "epochs": 2}', ['Both steps (3) and epochs (2)']],
    ['with a prototype', '{"__proto__": {"steps": 3}}', ['no setting "__proto__"']],
    ['that is empty', '', ['settings.json is not JSON']],
  ])('%s', async (_what, content, says) => {
    await refuses(['fit', 'data.csv', '--settings', 'settings.json'], { 'settings.json': content }, ...says)
  })

  test.each<[string, string[]]>([
    ['[]', ['The JSON given to --settings is a list']],
    ['{"steps": 3', ['The JSON given to --settings is not JSON']],
    ['{"step": 3}', ['In the settings given', 'no setting "step"']],
    ['/dev/zero', ['/dev/zero cannot be read: it goes on beyond 16,777,216 bytes']],
  ])('in the place of its name: %s', async (given, says) => {
    await refuses(['fit', 'data.csv', '--settings', given], {}, ...says)
  })

  test('that is not there', () => refuses(['fit', 'data.csv', '--settings', 'none.json'], {}, 'none.json cannot be read', 'no such file', 'Name a JSON file'))
})

describe('a run folder', () => {
  let whole = ''
  beforeAll(async () => {
    whole = await folderWith({ 'data.csv': good })
    const { status, stderr } = await whynan(['fit', 'data.csv', '--steps', '4', '--out', 'run', '--quiet'], { cwd: whole })
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  })

  async function copy(): Promise<string> {
    const cwd = await folderWith()
    await cp(whole, cwd, { recursive: true })
    return cwd
  }

  async function changed(cwd: string, file: string, change: (value: Record<string, unknown>) => object): Promise<void> {
    const path = join(cwd, 'run', file)
    const value: unknown = JSON.parse(await readFile(path, 'utf8'))
    await writeFile(path, JSON.stringify(change(Object.fromEntries(Object.entries(Object(value))))))
  }

  const spoiled: [string, (cwd: string) => Promise<void>, string[]][] = [
    ['of a later version', cwd => changed(cwd, 'run.json', run => ({ ...run, version: 7 })), ['version 7 of the run format', 'this whynan reads 1', 'use a newer whynan']],
    ['without a version', cwd => changed(cwd, 'run.json', ({ version: _version, ...run }) => run), ['version none', 'reads 1']],
    ['of another program', cwd => changed(cwd, 'run.json', () => ({ name: 'x' })), ['run.json in run is not whynan', 'whynan fit has written']],
    ['whose run.json is cut short', cwd => truncate(join(cwd, 'run', 'run.json'), 200), ['run.json in run is cut short or damaged', '200 bytes', 'start the run again']],
    ['whose run.json is empty', cwd => truncate(join(cwd, 'run', 'run.json'), 0), ['run.json in run is cut short or damaged', '0 bytes']],
    ['whose run.json lacks a field', cwd => changed(cwd, 'run.json', ({ settings: _settings, ...run }) => run), ['run.json in run is not a complete record', 'settings']],
    ['without run.json', cwd => rm(join(cwd, 'run', 'run.json')), ['run is not a run folder: it holds no run.json']],
    ['that is not there', cwd => rm(join(cwd, 'run'), { recursive: true }), ['run is not a run folder']],
    ['that is a file', async cwd => {
      await rm(join(cwd, 'run'), { recursive: true })
      await writeFile(join(cwd, 'run'), '')
    }, ['a file stands where a folder is needed']],
  ]
  for (const [what, spoil, says] of spoiled) {
    test.each([['resume', 'run'], ['predict', 'run', 'data.csv']])(`${what} for %s`, async (...args) => {
      const cwd = await copy()
      await spoil(cwd)
      const before = await everything(cwd)
      expectRefusal(await whynan(args, { cwd }), ...says)
      expect(await everything(cwd)).toEqual(before)
    })
  }

  test.each<[string, (cwd: string) => Promise<void>, string[]]>([
    ['of a model that is missing', cwd => rm(join(cwd, 'run', 'model.json')), ['model.json is missing in run', 'fit it again']],
    ['of a model that is cut short', cwd => truncate(join(cwd, 'run', 'model.json'), 300), ['model.json in run', 'cut short']],
    ['of a model of another version', cwd => changed(cwd, 'model.json', model => ({ ...model, version: 9 })), ['version 9 of the model format', 'reads version 1']],
    ['of a model without parameters', cwd => changed(cwd, 'model.json', model => ({ ...model, parameters: [1, 2] })), ['model.json in run is damaged', '2 parameters where the layers need']],
    ['of a table without a column', cwd => writeFile(join(cwd, 'data.csv'), 'a,b\n1,2\n3,4\n'), ['data lacks c', 'it has 2 columns']],
    ['of a table with text for numbers', cwd => writeFile(join(cwd, 'data.csv'), 'a,b,c\n1,2,x\n3,4,z\n'), ['Column 3 (c) of data is text', 'numbers were expected']],
  ])('is not predicted from because %s', async (_what, spoil, says) => {
    const cwd = await copy()
    await spoil(cwd)
    expectRefusal(await whynan(['predict', 'run', 'data.csv'], { cwd }), ...says)
  })

  test.each<[string, (cwd: string) => Promise<void>, string[]]>([
    ['the data are gone', cwd => rm(join(cwd, 'data.csv')), ['data.csv', '--data FILE']],
    ['the data have changed', cwd => writeFile(join(cwd, 'data.csv'), smoothCsv(61)), ['data.csv', '--data FILE']],
    ['the checkpoint is damaged', async cwd => {
      const path = join(cwd, 'run', 'checkpoints', 'last')
      await writeFile(path, damaged(await readFile(path), 3))
    }, ['checkpoints/last in run', 'damaged']],
    ['the checkpoint is gone', cwd => rm(join(cwd, 'run', 'checkpoints', 'last')), ['checkpoints/last in run is missing', 'Put it back']],
    ['the checkpoint is cut short', cwd => truncate(join(cwd, 'run', 'checkpoints', 'last'), 500), ['checkpoints/last in run']],
    ['the metrics are shorter than the checkpoint says', cwd => truncate(join(cwd, 'run', 'metrics.csv'), 150), ['metrics.csv in run', '150']],
  ])('that was stopped does not go on when %s', async (_what, spoil, says) => {
    const cwd = await copy()
    // Without its checksum, as of a run that an earlier version wrote: what is asked here is not whether it was changed.
    await changed(cwd, 'run.json', ({ sha256: _sha256, ...run }) => ({ ...run, status: 'running', result: null }))
    await spoil(cwd)
    expectRefusal(await whynan(['resume', 'run'], { cwd }), ...says)
  })

  test('that holds a run is not written over', async () => {
    const cwd = await copy()
    const before = await readFile(join(cwd, 'run', 'run.json'), 'utf8')
    expectRefusal(await whynan(['fit', 'data.csv', '--out', 'run'], { cwd }), 'run is not empty', '--overwrite')
    expect(await readFile(join(cwd, 'run', 'run.json'), 'utf8')).toBe(before)
    const overwritten = await whynan(['fit', 'data.csv', '--out', 'run', '--overwrite', '--steps', '2', '--quiet'], { cwd })
    expect({ status: overwritten.status, stderr: overwritten.stderr }).toEqual({ status: 0, stderr: '' })
    // A header and two steps.
    expect((await readFile(join(cwd, 'run', 'metrics.csv'), 'utf8')).trim().split('\n')).toHaveLength(3)
  })

  test('that holds anything else is not removed by --overwrite', async () => {
    const cwd = await copy()
    await writeFile(join(cwd, 'run', 'thesis.txt'), 'mine')
    expectRefusal(await whynan(['fit', 'data.csv', '--out', 'run', '--overwrite'], { cwd }), 'thesis.txt', '--overwrite removes nothing else')
    expect(await everything(join(cwd, 'run'))).toContain('thesis.txt')
  })

  test('that would be refused later is not emptied by --overwrite', async () => {
    const cwd = await copy()
    const before = await everything(cwd)
    expectRefusal(await whynan(['fit', 'data.csv', '--out', 'run', '--overwrite', '--target', 'zz'], { cwd }), 'no column zz')
    expect(await everything(cwd)).toEqual(before)
  })

  test('that cannot be made', async () => {
    await refuses(['fit', 'data.csv', '--out', 'data.csv'], {}, 'a file stands where a folder is needed', 'Name a folder')
    await refuses(['fit', 'data.csv', '--out', 'data.csv/run'], {}, 'a file stands where a folder is needed')
    await refuses(['fit', 'data.csv', '--out', 'x'.repeat(300)], {}, 'the name is longer than the system allows', 'Give a shorter one')
  })

  test.skipIf(process.platform !== 'linux')('where nobody may write', async () => {
    await refuses(['fit', 'data.csv', '--out', '/sys/whynan'], {}, '/sys/whynan cannot be made', 'name another folder')
    await refuses(['fit', 'data.csv', '--out', '/proc/whynan/run'], {}, '/proc/whynan/run cannot be made', 'Name another folder')
  })

  test.skipIf(process.getuid?.() === 0 || process.platform === 'win32')('in a folder of somebody else’s', async () => {
    const cwd = await folderWith({ 'data.csv': good })
    await mkdir(join(cwd, 'locked'))
    await chmod(join(cwd, 'locked'), 0o500)
    expectRefusal(await whynan(['fit', 'data.csv', '--out', 'locked/run'], { cwd }), 'this user may not do that')
  })

  test('that predictions cannot be written beside leaves no file', async () => {
    const cwd = await copy()
    const before = await everything(cwd)
    expectRefusal(await whynan(['predict', 'run', 'data.csv', '-o', 'none/out.csv'], { cwd }), 'none/out.csv', 'no such file or folder', '-o')
    expectRefusal(await whynan(['predict', 'run', 'data.csv', '-o', 'run'], { cwd }), 'it is a folder')
    expect(await everything(cwd)).toEqual(before)
  })
})
