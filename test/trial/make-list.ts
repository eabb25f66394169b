/**
 * The trial's list: four variants of every kind of fault with three seeds each, and eight healthy runs of every shape. list.json
 * names its cases; list.sha256 is of all of it, recipes and settings too. `npm run trial -- --list` writes both.
 */
import { createHash } from 'node:crypto'
import { drawFault, faultKinds } from './draw-fault.ts'
import { drawHealthy, healthyShapes } from './draw-healthy.ts'
import type { TrialCase } from './list.ts'

/** The list's seed: the date on which the list was made. */
export const listSeed = 20261123
export const variants = 4
export const seeds = [1, 2, 3]
export const healthyEach = 8

export function makeList(): TrialCase[] {
  return [
    ...faultKinds.flatMap(kind => Array.from({ length: variants }, (_, index) => seeds.map(seed => drawFault(kind, index, seed, listSeed))).flat()),
    ...healthyShapes.flatMap(shape => Array.from({ length: healthyEach }, (_, index) => drawHealthy(shape, index, listSeed))),
  ]
}

/** Everything, one case a line: what the SHA-256 is of. */
export function listText(cases: readonly object[]): string {
  return `[\n${cases.map(one => JSON.stringify(one)).join(',\n')}\n]\n`
}

/** What is committed to be read: each case without the settings and recipes, which its id, with the list's seed, stands for. */
export function shortText(cases: readonly TrialCase[]): string {
  return listText(cases.map(({ run: _run, sound: _sound, ...rest }) => rest))
}

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
