/** The example of nan-in-input is the question itself, as the command line explains it. */
import { cp } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { folderWith, whynan } from '../cli/whynan.ts'
import { examplesOf, expectOnPage } from '../explain/causes/pages.ts'

const data = 'mapping_one_nan.mat'

test('docs/causes/nan-in-input.md holds what explains the question', async () => {
  const cwd = await folderWith()
  await cp(resolve(import.meta.dirname, '..', 'oracle', 'data', data), join(cwd, data))
  const { status } = await whynan(['fit', data, '--recipe', 'classic', '--draws', 'numpy', '--seed', '1', '--batch', '10000', '--out', 'run', '--quiet'], { cwd })
  expect(status).toBe(2)
  const { stdout } = await whynan(['explain', 'run'], { cwd })
  expect(examplesOf('nan-in-input')).toBe(1)
  expectOnPage('nan-in-input', 1, stdout.trimEnd())
})
