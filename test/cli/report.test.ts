/** `whynan report`: a page beside the run, or where -o says. What the page holds is test/workflow/report.test.ts. */
import { readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { everything, expectRefusal, folderWith, jsonOf, smoothCsv, whynan } from './whynan.ts'

let cwd = ''
const page = async (path: string): Promise<string> => readFile(join(cwd, path), 'utf8')

beforeAll(async () => {
  const lines = smoothCsv(200).split('\n')
  lines[57] = lines[57]!.replace(/^[^,]+/, 'WITHHELD')
  cwd = await folderWith({ 'plant.csv': lines.join('\n') })
  const fit = await whynan(['fit', 'plant.csv', '--nonfinite', 'keep', '--batch', '32', '--steps', '60', '--hidden', '4', '--validation', 'none', '--out', 'run', '--quiet'], { cwd })
  expect(fit.status).toBe(2)
})

describe('report', () => {
  test('writes report.html into the run folder, replaces it, and says where it is', async () => {
    await writeFile(join(cwd, 'run', 'report.html'), 'an older one')
    const { status, stdout, stderr } = await whynan(['report', 'run'], { cwd })
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: `${join('run', 'report.html')}\n`, stderr: '' })
    const html = await page('run/report.html')
    expect(html.startsWith('<!doctype html>\n<html lang="en">')).toBe(true)
    expect(html).toContain('WITHHELD')
    expect(html).not.toContain(cwd)
  })

  test('writes elsewhere, in Chinese, without cells, and answers in JSON', async () => {
    const finished = await whynan(['report', join(cwd, 'run'), '-o', 'mine.html', '--without-data', '--lang', 'zh', '--json'], { cwd })
    expect(finished).toMatchObject({ status: 0, stderr: '' })
    expect(jsonOf(finished)).toEqual({ report: 'mine.html' })
    const html = await page('mine.html')
    expect(html).toContain('<html lang="zh-CN">')
    expect(html).not.toContain('WITHHELD')
    expect(html).not.toContain(cwd)
  })

  test('leaves a run folder that may be overwritten as before', async () => {
    const fit = ['fit', 'plant.csv', '--steps', '5', '--out', 'second', '--quiet']
    expect((await whynan(fit, { cwd })).status).toBe(0)
    expect((await whynan(['report', 'second'], { cwd })).status).toBe(0)
    expect(await everything(join(cwd, 'second'))).toContain('report.html')
    expect((await whynan([...fit, '--overwrite'], { cwd })).status).toBe(0)
    expect(await everything(join(cwd, 'second'))).not.toContain('report.html')
  })

  test('of a run whose data are gone says so in the page, and finds them where --data names them', async () => {
    await rename(join(cwd, 'plant.csv'), join(cwd, 'moved.csv'))
    try {
      expect((await whynan(['report', 'run', '-o', 'alone.html'], { cwd })).status).toBe(0)
      expect(await page('alone.html')).toContain('plant.csv')
      expect(await page('alone.html')).toContain('from the record alone')
      expect((await whynan(['report', 'run', '-o', 'whole.html', '--data', 'moved.csv'], { cwd })).status).toBe(0)
      expect(await page('whole.html')).toContain('proven by replay')
    } finally {
      await rename(join(cwd, 'moved.csv'), join(cwd, 'plant.csv'))
    }
  })

  test.each<[string, string[], string[]]>([
    ['a folder that is no run', ['report', '.'], ['. is not a run folder', 'whynan fit']],
    ['a file', ['report', 'plant.csv'], ['plant.csv']],
    ['a place that cannot be written', ['report', 'run', '-o', 'no/such/folder.html'], ['no/such/folder.html', 'there is no such file or folder', '-o']],
    ['an empty place', ['report', 'run', '-o', ''], ['--output got an empty value']],
  ])('refuses %s in a sentence', async (_, args, says) => expectRefusal(await whynan(args, { cwd }), ...says))
})
