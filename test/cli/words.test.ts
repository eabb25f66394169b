/** What the commands say, in both languages: no message is missing, none is left in English, and the commands use them. */
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { en, speakerIn, zh, type Message } from '../../src/cli/words.ts'
import { placesOf } from '../../src/explain/words/template.ts'
import { folderWith, smoothCsv, whynan } from './whynan.ts'

const messages = Object.keys(en) as Message[]

/** What holds no Chinese character in either: names, figures, punctuation. */
const alike = new Set<Message>(['list.comma', 'plan.dropout', 'result.regression', 'result.target', 'runs.regression', 'runs.rmse'])

describe('the table', () => {
  test('has the same messages in both languages', () => expect(Object.keys(zh).sort()).toEqual([...messages].sort()))

  test.each(messages)('%s has the same places', message => expect(placesOf(zh[message])).toEqual(placesOf(en[message])))

  test('Chinese is Chinese', () => {
    expect(messages.filter(message => /[\u4e00-\u9fff]/.test(zh[message]) === alike.has(message))).toEqual([])
  })

  test('a fact is never read as a template, and a missing one is a fault', () => {
    expect(speakerIn('en')('plan.target', { names: '{count} $& y' })).toBe('target: {count} $& y')
    expect(speakerIn('zh')('plan.steps', { steps: 26_000 })).toBe('26,000 步')
    expect(() => speakerIn('en')('plan.steps')).toThrow(RangeError)
  })
})

describe('--lang zh', () => {
  let cwd = ''
  beforeAll(async () => {
    cwd = await folderWith({
      'plant.csv': smoothCsv(200),
      'broken.csv': smoothCsv(200).replace(/\n[^,]+,/, '\nNaN,'),
      'kinds.csv': `x,kind\n${Array.from({ length: 90 }, (_, i) => `${i % 9},${['red', 'green', 'blue'][Math.floor((i % 9) / 3)]}`).join('\n')}\n`,
    })
  })

  /** Words of prose that only an English sentence of the commands' own would hold. */
  const english = /\b(target|batch|steps|seed|completed|restored|speed|network|status|straight|mean|accuracy|settings|nothing|rows|became|training)\b/

  /** Without the readers' assumptions, the commands to copy and the folder names, which have no Chinese. */
  const prose = (text: string): string => text.split('\n').filter(line => !/^\S*!|^\s{9,}[a-z]|whynan /.test(line)).join('\n')

  test('fit, resume, runs and predict', async () => {
    const fit = await whynan(['fit', 'plant.csv', '--steps', '40', '--print-every', '20', '--out', 'runs/one', '--lang', 'zh'], { cwd })
    expect(fit.status).toBe(0)
    for (const word of ['目标：y', '批大小', '种子 0', '已完成 40 步', '直线拟合', '后端', '第      20 步  训练']) expect(fit.stdout).toContain(word)
    expect(prose(fit.stdout)).not.toMatch(english)
    const resume = await whynan(['resume', join('runs', 'one'), '--lang', 'zh'], { cwd })
    expect(resume.stdout).toContain('已经结束（已完成）')
    const broken = await whynan(['fit', 'broken.csv', '--nonfinite', 'keep', '--batch', '64', '--steps', '30', '--out', 'runs/two', '--lang', 'zh'], { cwd })
    expect(broken.status).toBe(2)
    expect(broken.stdout).toMatch(/第 \d+ 步损失变为 NaN；保留了此前的参数/)
    const runs = await whynan(['runs', '--lang', 'zh'], { cwd })
    for (const word of ['不同的设置', '已完成', '步非有限']) expect(runs.stdout).toContain(word)
    const predict = await whynan(['predict', join('runs', 'two'), 'broken.csv', '--lang', 'zh'], { cwd })
    expect(predict.stderr).toContain('200 行中有 1 行没有预测值：第 1 行，列 a 的内容是')
  })

  test('of classes', async () => {
    const { stdout } = await whynan(['fit', 'kinds.csv', '--target', 'kind', '--out', 'kinds', '--steps', '30', '--lang', 'zh'], { cwd })
    for (const word of ['kind（3 类）', '准确率', '总是', '实测 \\ 预测']) expect(stdout).toContain(word)
    expect(prose(stdout)).not.toMatch(english)
  })
})
