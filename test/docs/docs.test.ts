/** Holds the pages in docs/ to the code: what the code has, they name; the defaults that they state are the recipes'; their links lead somewhere. */
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { z } from 'zod/mini'
import { commands } from '../../src/cli/flags.ts'
import { completeSettings } from '../../src/network/recipes.ts'
import { activations, initializers, losses, settingsSchema } from '../../src/network/spec.ts'
import { metricsHeader } from '../../src/record/metrics.ts'
import { files, statuses } from '../../src/record/run.ts'
import { purposes } from '../../src/numeric/philox.ts'

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..', '..')
const page = (name: string): string => readFileSync(join(root, name), 'utf8')

describe('docs/cli.md', () => {
  const text = page('docs/cli.md')
  const sections = new Map(text.split(/^## /m).slice(1).map(section => [section.split('\n')[0] ?? '', section]))

  test('has a section for each command, and for no other', () => {
    expect([...sections.keys()]).toEqual(commands.map(({ name }) => name))
  })

  test.each(commands)('names every flag of $name, with its value', ({ name, flags }) => {
    // explain takes the flags of fit that describe a run; they stand in fit's section.
    const fit = name === 'explain' ? (sections.get('fit') ?? '') : ''
    const described = `${sections.get(name) ?? ''}${fit}`.replaceAll('\\|', '|')
    const missing = flags.map(flag => flag.flags).filter(flag => !described.includes(`\`${flag}\``) && !described.includes(`\`${flag.split(' ')[0] ?? ''}\``))
    expect(missing).toEqual([])
  })

  test('describes no flag that there is not', () => {
    const known = new Set(commands.flatMap(({ flags }) => flags.flatMap(({ flags: words }) => words.match(/--[a-z0-9-]+/g) ?? [])))
    const named = [...text.matchAll(/`(?:-\w, )?(--[a-z0-9-]+)/g)].map(([, flag]) => flag ?? '')
    expect(named.filter(flag => !known.has(flag) && !['--help', '--version'].includes(flag))).toEqual([])
  })
})

describe('the settings', () => {
  const pages = page('docs/training.md') + page('docs/network.md')

  test('every one is named in docs/training.md or docs/network.md', () => {
    const paths = settingPaths(settingsSchema)
    expect(paths).toContain('optimizer.beta1')
    expect(paths).toContain('schedule.every')
    expect(paths.filter(path => !pages.includes(`\`${path}\``))).toEqual([])
  })

  test('training.md names each, or the page that does', () => {
    const top = Object.keys(settingsSchema.shape)
    expect(top.filter(name => !page('docs/training.md').includes(`\`${name}`))).toEqual([])
  })

  test('the defaults that are stated are those of the recipes', () => {
    const standard = completeSettings({}, { task: 'regression', rows: 1000 })
    const classic = completeSettings({ recipe: 'classic' }, { task: 'regression', rows: 1000 })
    const tables = [...pages.matchAll(/^\| setting \| default \| classic \|.*\n((?:\|.*\n)+)/gm)].map(([, body = '']) => body).join('')
    const rows = [...tables.matchAll(/^\| `([a-zA-Z0-9.]+)` \| ([^|]*) \| ([^|]*) \|/gm)]
    const stated = rows.flatMap(([, path = '', first = '', second = '']) => [
      { path, said: literal(first), is: at(standard, path), recipe: 'default' }, { path, said: literal(second), is: at(classic, path), recipe: 'classic' },
    ]).filter(({ said }) => said !== undefined)
    expect(stated.length).toBeGreaterThan(40)
    for (const { path, said, is, recipe } of stated) expect(is, `${path} of ${recipe}`).toEqual(said)
  })

  test.each([['docs/network.md', activations], ['docs/network.md', initializers], ['docs/training.md', losses]] as const)('%s names each of %s', (name, all) => {
    expect(all.filter(one => !page(name).includes(`\`${one}\``))).toEqual([])
  })
})

describe('formats', () => {
  test('docs/runs.md names each file of a run, each status, and each column of metrics.csv', () => {
    const text = page('docs/runs.md')
    const names = [...Object.values(files).map(file => file.replace(/^incident\//, '')), ...statuses, ...metricsHeader.trim().split(',')]
    expect(names.filter(name => !text.includes(name))).toEqual([])
  })

  test('docs/numerics.md names each stream of draws', () => {
    expect(Object.keys(purposes).filter(name => !page('docs/numerics.md').includes(`\`${name}\``))).toEqual([])
  })

  test('ARCHITECTURE.md lists the rooms that there are, and lists them in order', () => {
    const listed = [...page('ARCHITECTURE.md').matchAll(/^ {6}([a-z]+)\/ {2,}/gm)].map(([, room]) => room ?? '')
    const there = readdirSync(join(root, 'src'), { withFileTypes: true }).filter(entry => entry.isDirectory()).map(({ name }) => name)
    expect(there.filter(room => !listed.includes(room))).toEqual([])
    const tested = [...page('test/architecture.test.ts').matchAll(/const rooms = \[([^\]]*)\]/g)].flatMap(([, list = '']) => list.match(/[a-z]+/g) ?? [])
    expect(listed).toEqual(tested)
  })
})

describe('links', () => {
  const pages = readdirSync(root, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile() && entry.name.endsWith('.md') && !/node_modules|\bdist\b|\bbuild\b|whynan-demo|runs/.test(relative(root, entry.parentPath)))
    .map(entry => relative(root, join(entry.parentPath, entry.name)))

  test.each(pages)('of %s lead to a file, and to a heading in it', name => {
    const text = page(name).replace(/^ {4}.*$/gm, '').replace(/^```[^]*?^```/gm, '')
    const wanted = [...text.matchAll(/\]\(([^)\s]+)\)|(?:src|href)="([^"]+)"/g)].map(([, link, source]) => link ?? source ?? '').filter(link => !/^[a-z]+:/.test(link))
    const broken = wanted.filter(link => {
      const [path = '', anchor] = link.split('#')
      const file = path === '' ? join(root, name) : join(root, dirname(name), path)
      return !existsSync(file) || (anchor !== undefined && !headings(readFileSync(file, 'utf8')).includes(anchor))
    })
    expect(broken).toEqual([])
  })
})

/** As a site makes them of headings: lower case, signs left out, spaces as hyphens. */
function headings(text: string): string[] {
  return [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) => heading.toLowerCase().replace(/[^\p{L}\p{N} _-]/gu, '').replaceAll(' ', '-'))
}

/** The path of every setting: `optimizer.beta1` for a field of an object, whichever member of a union has it. */
function settingPaths(schema: z.core.$ZodType, prefix = ''): string[] {
  if (schema instanceof z.ZodMiniOptional || schema instanceof z.ZodMiniDefault || schema instanceof z.ZodMiniNullable) return settingPaths(schema.def.innerType, prefix)
  if (schema instanceof z.ZodMiniUnion || schema instanceof z.ZodMiniDiscriminatedUnion) return [...new Set(schema.def.options.flatMap(option => settingPaths(option, prefix)))]
  if (!(schema instanceof z.ZodMiniObject)) return prefix === '' ? [] : [prefix]
  // The name in an initializer or a loss is the setting itself.
  const own = Object.entries(schema.shape).filter(([name]) => !['network.initializer', 'network.biasInitializer'].includes(prefix) && !(prefix === 'loss' && name === 'name'))
  const inner = own.flatMap(([name, field]) => settingPaths(field as z.core.$ZodType, prefix === '' ? name : `${prefix}.${name}`))
  return [...new Set(inner.length === 0 || prefix === 'loss' ? [prefix, ...inner] : inner)]
}

/** What a cell states as a value: code, a number, or `none`; undefined where it describes. */
function literal(cell: string): unknown {
  const text = cell.trim()
  const code = /^`([^`]*)`$/.exec(text)?.[1]
  if (code !== undefined) return /^[[{"\d]|^(true|false)$/.test(code) ? JSON.parse(code) : code
  return /^-?\d+(\.\d+)?(e-?\d+)?$/.test(text) ? Number(text) : undefined
}

function at(settings: object, path: string): unknown {
  return path.split('.').reduce<unknown>((value, key) => (typeof value === 'object' && value !== null && key in value ? (value as Record<string, unknown>)[key] : undefined), settings)
}
