/** Holds the rooms of ARCHITECTURE.md: who may import whom, and who may know of a platform. */
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, posix, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { describe, expect, test } from 'vitest'

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..')

/** From above to below: a room imports only from rooms before it, and from itself. */
const rooms = [
  'numeric', 'table', 'network', 'backends', 'training', 'record', 'explain', 'predict', 'export', 'adapters', 'figures', 'workflow',
  'node', 'browser', 'cli',
] as const
type Room = (typeof rooms)[number]

/** What stands in src/ itself: the way in, which only gathers names, and the version, which every room may ask for. */
const wayIn = 'src/index.ts'
const version = 'src/version.ts'
/** What scripts/build-wasm.mjs writes, by the room that may import it. */
const compiled: Readonly<Record<string, Room>> = {
  'build/kernels.ts': 'backends', 'build/kernels-shared.ts': 'backends', 'build/kernels-fast.ts': 'backends',
  'build/kernels-fast-shared.ts': 'backends', 'build/scan.ts': 'numeric', 'build/sums.ts': 'numeric',
  'build/decimal.ts': 'numeric', 'build/digest.ts': 'numeric',
}

/** Packages that users install, by the rooms that may import them. */
const packages: Readonly<Record<string, readonly Room[]>> = {
  zod: ['network', 'record', 'predict', 'adapters', 'workflow'],
  commander: ['cli'],
  h5wasm: ['table'],
  hyparquet: ['table', 'node', 'browser'],
  fflate: ['browser'],
}

/** Names that only one platform has, by the rooms that may use them. */
const platformNames: Readonly<Record<string, readonly Room[]>> = {
  ...Object.fromEntries([
    'window', 'document', 'navigator', 'location', 'history', 'localStorage', 'sessionStorage', 'indexedDB', 'customElements', 'self',
    'postMessage', 'importScripts', 'requestAnimationFrame', 'alert', 'Worker', 'SharedWorker', 'HTMLElement', 'Element', 'FileReader',
    'OffscreenCanvas', 'Image', 'XMLHttpRequest',
  ].map(name => [name, ['browser']])),
  ...Object.fromEntries(['Buffer', 'require', 'module', 'exports', '__dirname', '__filename', 'global'].map(name => [name, ['node']])),
  // The command line's own edges: arguments, exit status, streams.
  process: ['node', 'cli'],
}

interface SourceFile {
  /** From the root, with `/`. */
  readonly path: string
  readonly tree: ts.SourceFile
  readonly imports: readonly string[]
}

const files = sources()

describe('the direction of imports', () => {
  test('every folder in src/ is a room', () => {
    expect(new Set(files.map(({ path }) => path).filter(path => ![wayIn, version].includes(path)).map(roomOf))).not.toContain(null)
  })

  test('a room imports only from rooms above it', () => {
    const wrong = files.flatMap(({ path, imports }) => imports.filter(wanted => wanted.startsWith('.')).flatMap(wanted => {
      const from = roomOf(path)
      const target = posix.join(posix.dirname(path), wanted)
      if (target === version || path === wayIn) return []
      if (target in compiled) return from === compiled[target] ? [] : [`${path} imports ${target}`]
      const to = roomOf(target)
      return from !== null && to !== null && rooms.indexOf(to) <= rooms.indexOf(from) ? [] : [`${path} imports ${wanted}`]
    }))
    expect(wrong).toEqual([])
  })

  test('the command line knows no browser, and the browser knows no Node', () => {
    expect(reachable('src/cli/main.ts').filter(path => roomOf(path) === 'browser')).toEqual([])
    const browser = files.map(({ path }) => path).filter(path => roomOf(path) === 'browser')
    expect(browser.flatMap(reachable).filter(path => roomOf(path) === 'node')).toEqual([])
  })

  test('the package\'s main way in reaches no platform\'s room, so that it runs in browsers', () => {
    const reached = reachable(wayIn)
    expect(reached).toContain('src/workflow/fit.ts')
    expect(reached.filter(path => ['node', 'browser', 'cli'].includes(roomOf(path) ?? ''))).toEqual([])
  })

  test('imports are written with their suffix', () => {
    const wrong = files.flatMap(({ path, imports }) => imports.filter(wanted => wanted.startsWith('.') && !wanted.endsWith('.ts')).map(wanted => `${path}: ${wanted}`))
    expect(wrong).toEqual([])
  })
})

describe('platforms', () => {
  test('only src/node imports Node\'s own modules', () => {
    const importing = files.filter(({ imports }) => imports.some(wanted => wanted.startsWith('node:')))
    expect(importing.length).toBeGreaterThan(0)
    expect(importing.map(({ path }) => path).filter(path => roomOf(path) !== 'node')).toEqual([])
  })

  test('packages are imported where they belong, by a name that package.json lists', () => {
    const { dependencies = {} } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { dependencies?: Record<string, string> }
    const wrong = files.flatMap(({ path, imports }) => imports.filter(wanted => !/^(\.|node:)/.test(wanted)).flatMap(wanted => {
      const name = wanted.split('/').slice(0, wanted.startsWith('@') ? 2 : 1).join('/')
      const allowed = packages[name]?.includes(roomOf(path) ?? 'cli') === true && Object.hasOwn(dependencies, name)
      return allowed ? [] : [`${path} imports ${wanted}`]
    }))
    expect(wrong).toEqual([])
  })

  test('the DOM is known to src/browser alone, and Node\'s globals to src/node', () => {
    const wrong = files.flatMap(({ path, tree }) =>
      [...freeNames(tree)].filter(name => Object.hasOwn(platformNames, name) && platformNames[name]?.includes(roomOf(path) ?? 'numeric') !== true)
        .map(name => `${path} uses ${name}`))
    expect(wrong).toEqual([])
  })

  test('a name of a platform would be seen', () => {
    const tree = (text: string): ts.SourceFile => ts.createSourceFile('a.ts', text, ts.ScriptTarget.ES2022, true)
    expect(freeNames(tree('const size = window.innerWidth; export const text = Buffer.from(size)'))).toContain('window')
    expect(freeNames(tree('type Global = typeof process'))).toContain('process')
    expect(freeNames(tree('export function read(document: string, { history }: { history: string }) { return document + history }'))).not.toContain('document')
    expect(freeNames(tree('export const of = (run: { history: string }) => run.history'))).not.toContain('history')
  })
})

function roomOf(path: string): Room | null {
  const name = /^src\/([^/]+)\//.exec(path)?.[1]
  return rooms.find(room => room === name) ?? null
}

function sources(): SourceFile[] {
  const paths = readdirSync(join(root, 'src'), { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile() && entry.name.endsWith('.ts'))
    .map(entry => relative(root, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
  return paths.map(path => {
    const text = readFileSync(join(root, path), 'utf8')
    return {
      path,
      tree: ts.createSourceFile(path, text, ts.ScriptTarget.ES2022, true),
      imports: ts.preProcessFile(text, true, true).importedFiles.map(({ fileName }) => fileName),
    }
  })
}

/** A file and all files of src/ that it imports, by other files too; a type's import counts, since its file is in the way in's types. */
function reachable(path: string): string[] {
  const byPath = new Map(files.map(file => [file.path, file]))
  const reached = new Set<string>()
  const waiting = [path]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (reached.has(next)) continue
    reached.add(next)
    const from = posix.dirname(next)
    waiting.push(...(byPath.get(next)?.imports ?? []).filter(wanted => wanted.startsWith('.')).map(wanted => posix.join(from, wanted)))
  }
  return [...reached]
}

/** Names that are used and neither declared in the file nor properties of something. */
function freeNames(tree: ts.SourceFile): Set<string> {
  const used = new Set<string>()
  const declared = new Set<string>()
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node)) {
      const { parent } = node
      const property = (ts.isPropertyAccessExpression(parent) || ts.isQualifiedName(parent)) && parent.getLastToken() === node
      if (isDeclaration(parent, node)) declared.add(node.text)
      else if (!property && !isPropertyName(parent, node)) used.add(node.text)
    }
    ts.forEachChild(node, visit)
  }
  visit(tree)
  return new Set([...used].filter(name => !declared.has(name)))
}

function isDeclaration(parent: ts.Node, node: ts.Identifier): boolean {
  const declares = ts.isVariableDeclaration(parent) || ts.isParameter(parent) || ts.isBindingElement(parent) || ts.isFunctionDeclaration(parent)
    || ts.isClassDeclaration(parent) || ts.isTypeAliasDeclaration(parent) || ts.isInterfaceDeclaration(parent) || ts.isImportSpecifier(parent)
    || ts.isImportClause(parent) || ts.isNamespaceImport(parent) || ts.isTypeParameterDeclaration(parent)
  return declares && parent.name === node
}

/** Of an object, an interface or a class: no use of a variable. A shorthand `{ name }` is one. */
function isPropertyName(parent: ts.Node, node: ts.Identifier): boolean {
  const named = ts.isPropertyAssignment(parent) || ts.isPropertySignature(parent) || ts.isPropertyDeclaration(parent) || ts.isMethodDeclaration(parent)
    || ts.isMethodSignature(parent) || ts.isGetAccessor(parent) || ts.isSetAccessor(parent) || ts.isEnumMember(parent) || ts.isNamedTupleMember(parent)
  if (named) return parent.name === node
  return (ts.isBindingElement(parent) && parent.propertyName === node) || (ts.isImportSpecifier(parent) && parent.propertyName === node)
}
