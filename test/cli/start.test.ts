/** How the command loads: with what V8 made of its scripts at the build, and without it, it is the same command. */
import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, describe, expect, test } from 'vitest'
import { hdf5, matrix } from '../table/readers/write-mat73.ts'
import { doubles, parquet } from '../table/readers/write-parquet.ts'
import { command, smoothCsv } from './whynan.ts'

const root = resolve(import.meta.dirname, '../..')
const folder = mkdtempSync(join(tmpdir(), 'whynan-start-'))
afterAll(() => rmSync(folder, { recursive: true }))
writeFileSync(join(folder, 'data.csv'), smoothCsv(100))

/** The package as it is installed, in a folder of its own. */
function installed(name: string): string {
  const place = join(folder, name)
  for (const part of ['bin', 'dist', 'package.json']) cpSync(join(root, part), join(place, part), { recursive: true })
  symlinkSync(join(root, 'node_modules'), join(place, 'node_modules'))
  return place
}

function cachesOf(place: string): string[] {
  const scripts = join(place, 'dist', 'cli')
  return readdirSync(scripts).filter(file => file.endsWith('.cache')).map(file => join(scripts, file))
}

function whynan(program: string, ...args: string[]): { readonly status: number | null; readonly stdout: string; readonly stderr: string } {
  const env = { PATH: process.env['PATH'], LANG: 'C.UTF-8', NO_COLOR: '1', COLUMNS: '100' }
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], { cwd: folder, encoding: 'utf8', env })
  return { status, stdout, stderr }
}

/** What the command prints and writes, in both languages. */
function said(program: string): object {
  const { status, stdout } = whynan(program, 'fit', 'data.csv', '--steps', '5', '--out', 'runs/one', '--overwrite', '--quiet', '--json')
  expect(status).toBe(0)
  return {
    weightsHash: JSON.parse(stdout).weightsHash, figure: readFileSync(join(folder, 'runs', 'one', 'figures', 'predicted.svg'), 'utf8'),
    runs: whynan(program, 'runs', '--lang', 'zh'), help: whynan(program, '--help'),
  }
}

const usual = said(command)

describe('the command', () => {
  test('was built with what V8 makes of what it needs to start and to fit', () => {
    const names = cachesOf(root).map(file => file.slice(dirname(file).length + 1))
    for (const script of ['main', 'start', 'core']) expect(names.filter(name => name.startsWith(script))).toHaveLength(1)
  })

  test('is the same without it', () => {
    const place = installed('plain')
    for (const cache of cachesOf(place)) rmSync(cache)
    expect(said(join(place, 'bin', 'whynan.js'))).toEqual(usual)
  })

  test('is the same where V8 takes it for another engine\'s', () => {
    const place = installed('foreign')
    // The second word is a hash of V8's version (src/snapshot/code-serializer.h).
    for (const cache of cachesOf(place)) {
      const bytes = readFileSync(cache)
      bytes.writeUInt32LE((bytes.readUInt32LE(4) ^ 1) >>> 0, 4)
      writeFileSync(cache, bytes)
    }
    expect(said(join(place, 'bin', 'whynan.js'))).toEqual(usual)
  })

  test('reads with packages that are modules alone, from scripts that are none, and says nothing of it', async () => {
    writeFileSync(join(folder, 'seven.mat'), await hdf5(file => matrix(file, 'x', 'double', [2, 2], Float64Array.of(1, 2, 3, 4))))
    const column = [{ rows: 2, values: doubles(1, 2) }]
    writeFileSync(join(folder, 'packed.parquet'), parquet([{ name: 'x', type: 5 }, { name: 'y', type: 5 }], [{ rows: 2, columns: [column, column] }], 1))
    for (const file of ['seven.mat', 'packed.parquet']) {
      const { status, stdout, stderr } = whynan(command, 'audit', file, '--json')
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
      expect(JSON.parse(stdout).tables[0]).toMatchObject({ rows: 2, columns: [{ min: 1, max: 2 }, {}] })
    }
  })

  test('finds a package\'s file as a module does, for a second instance of it', async () => {
    const { importModule, resolveModule } = createRequire(import.meta.url)(join(root, 'bin', 'modules.js'))
    const address = await resolveModule('h5wasm')
    expect(address).toBe(pathToFileURL(join(root, 'node_modules', 'h5wasm', 'dist', 'esm', 'hdf5_hl.js')).href)
    const [first, second] = await Promise.all([importModule('h5wasm'), importModule(`${address}?turn=1`)])
    expect(second.ready).toBeInstanceOf(Promise)
    expect(second.ready).not.toBe(first.ready)
  })

  test('says where it was not built', () => {
    const place = installed('unbuilt')
    rmSync(join(place, 'dist'), { recursive: true })
    expect(existsSync(join(place, 'dist'))).toBe(false)
    expect(whynan(join(place, 'bin', 'whynan.js'), '--help')).toEqual({ status: 1, stdout: '', stderr: 'whynan is not built yet: run `npm run build` in the checkout first.\n' })
  })
})
