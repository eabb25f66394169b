/** What `npm run trial` runs, once in each process: its part of the cases, a verdict a line. `--list` writes the list instead. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { drawFault, faultKinds } from './draw-fault.ts'
import { drawHealthy, healthyShapes } from './draw-healthy.ts'
import type { Verdict } from './judge.ts'
import type { TrialCase } from './list.ts'
import { listText, makeList, sha256, shortText } from './make-list.ts'
import { runCase } from './run.ts'
import { settle } from './settle.ts'
export { reportOf, tablesOf } from './report.ts'
export type { Verdict }

const { values } = parseArgs({
  options: {
    list: { type: 'boolean' }, check: { type: 'boolean' }, seed: { type: 'string' }, count: { type: 'string' }, kind: { type: 'string' },
    healthy: { type: 'boolean' }, faults: { type: 'boolean' }, id: { type: 'string' }, say: { type: 'boolean' },
    docs: { type: 'boolean' }, out: { type: 'string' }, part: { type: 'string', default: '0/1' },
  },
})

/** The cases that were asked for: the committed list, or fresh draws from a seed. */
function casesAsked(): TrialCase[] {
  const seed = values.seed === undefined ? null : Number(values.seed)
  const count = Number(values.count ?? 200)
  const all = seed === null ? makeList() : fresh(seed, count)
  const [kinds, ids] = [values.kind?.split(','), values.id?.split(',')]
  return all.filter(({ id, kind, breaks }) => (kinds === undefined || kinds.includes(kind)) && (ids === undefined || ids.includes(id))
    && (values.healthy !== true || breaks === 'nothing') && (values.faults !== true || breaks !== 'nothing'))
}

/** `count` faults, the kinds in turn, and as many healthy runs, the shapes in turn. */
function fresh(listSeed: number, count: number): TrialCase[] {
  const pick = (names: readonly string[], i: number): [string, number] => [names[i % names.length] ?? '', Math.floor(i / names.length)]
  return [
    ...Array.from({ length: count }, (_, i) => {
      const [kind, index] = pick(faultKinds, i)
      return drawFault(kind, index, 1, listSeed)
    }),
    ...Array.from({ length: count }, (_, i) => drawHealthy(...pick(healthyShapes, i), listSeed)),
  ]
}

function writeList(): void {
  const cases = makeList()
  writeFileSync(join('test', 'trial', 'list.json'), shortText(cases))
  writeFileSync(join('test', 'trial', 'list.sha256'), `${sha256(listText(cases))}\n`)
}

export async function main(): Promise<void> {
  if (values.list === true) return writeList()
  const [part = 0, parts = 1] = values.part.split('/').map(Number)
  const cases = casesAsked().filter((_, i) => i % parts === part)
  for (const one of cases) {
    try {
      if (values.check === true) {
        const { replaced } = await settle(one)
        console.log(JSON.stringify({ checked: one.id, replaced }))
      } else {
        const { verdict, text } = await runCase(one)
        console.log(JSON.stringify({ id: one.id, verdict, ...(values.say === true ? { said: `${one.id}\n${text}\n` } : {}) }))
      }
    } catch (error) {
      console.log(JSON.stringify({ id: one.id, error: error instanceof Error ? error.stack : String(error) }))
    }
  }
}
