/** What fresh eyes tripped over once. */
import { execFileSync, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { folderWith, jsonOf, smoothCsv, whynan } from './whynan.ts'

const command = join(fileURLToPath(new URL('../..', import.meta.url)), 'bin', 'whynan.js')

describe('once tripped over', () => {
  test.skipIf(process.platform === 'win32')('a pipe that is closed early is no fault', async () => {
    const folder = await folderWith({ 'smooth.csv': smoothCsv(50) })
    const run = spawnSync('sh', ['-c', `"${process.execPath}" "${command}" audit smooth.csv | head -n 1`], { cwd: folder, encoding: 'utf8' })
    expect(run.stderr).toBe('')
    expect(run.stdout).toContain('smooth.csv')
  })

  test('a row with an infinite cell is not predicted', async () => {
    const folder = await folderWith({ 'smooth.csv': smoothCsv(60) })
    await whynan(['fit', 'smooth.csv', '--steps', '20', '--out', 'run', '--quiet'], { cwd: folder })
    const header = smoothCsv(60).split('\n')[0] ?? ''
    const columns = header.split(',').length
    const row = (first: string): string => [first, ...Array.from({ length: columns - 1 }, () => '0.5')].join(',')
    const other = await folderWith({ 'new.csv': `${header}\n${row('0.1')}\n${row('Infinity')}\n${row('1e200')}\n` })
    const result = await whynan(['predict', join(folder, 'run'), 'new.csv', '--json'], { cwd: other })
    const { predictions, notPredicted } = jsonOf(result) as { predictions: { values: unknown[] }[]; notPredicted: { row: number }[] }
    expect(typeof predictions[0]?.values[0]).toBe('number')
    expect(predictions[0]?.values.slice(1)).toEqual(['NaN', 'NaN'])
    expect(notPredicted.map(cell => cell.row)).toEqual([2, 3])
  })

  test('figures that no number of bad rows explains are said to fit none', async () => {
    const { stdout } = await whynan(['explain', '--rows', '68568', '--seen', '10000:7:nan', '--seen', '10000:100:ok', '--json'], { cwd: await folderWith({}) })
    expect(JSON.parse(stdout)).toMatchObject({ fit: { best: null } })
  })

  test('the command can be run as a file', () => {
    expect(execFileSync(command, ['--version'], { encoding: 'utf8' })).toMatch(/^\d+\.\d+\.\d+\n$/)
  })
})
