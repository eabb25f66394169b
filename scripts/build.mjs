/**
 * `npm run build`: the kernels, then dist/ — one bundle per entry point with shared chunks, the command with what V8 makes of
 * it, and type declarations.
 * Two dependencies are bundled, with their licences beside them: Node would look for and read a hundred files of theirs at each
 * start. The others, which are loaded when a file asks for them, stay outside.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { rolldown } from 'rolldown'

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..')
const dist = join(root, 'dist')
const { dependencies, version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
const withTypes = !process.argv.includes('--no-types')

// Said before anything is done: `npm start` would be silent for as long as this takes.
if (!existsSync(join(dist, 'cli', 'main.cjs'))) console.error('building whynan, which takes a moment …')

run('scripts/build-wasm.mjs')
rmSync(dist, { recursive: true, force: true })

const taken = ['commander', 'zod']
const external = [/^node:/, ...Object.keys(dependencies).filter(name => !taken.includes(name)).map(name => new RegExp(`^${name}(/|$)`))]
const library = { index: 'src/index.ts', 'node/index': 'src/node/index.ts', 'browser/index': 'src/browser/index.ts', tfjs: 'src/adapters/tensorflow.ts' }
const command = { main: 'src/cli/main.ts' }

await bundled(library, { dir: dist, format: 'esm', entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' })

// The command is scripts and no modules: of scripts alone can Node 20 keep what V8 made of them. What is needed to start is one
// file, what nearly every command needs another, since Node takes longer to find a file than to read it.
await bundled(command, {
  dir: join(dist, 'cli'), format: 'cjs', entryFileNames: '[name].cjs', chunkFileNames: '[name]-[hash].cjs',
  codeSplitting: { groups: [{ name: 'start', test: /cli[\\/]main\.ts$/, priority: 2 }, { name: 'core', test: /cli[\\/]commands[\\/]fit\.ts$/, priority: 1 }] },
}, { define: { 'import.meta.resolve': 'resolveModule' }, plugins: [kernelsAsBytes(), asScripts()] })
run('scripts/build-cache.mjs')
writeLicences()

if (withTypes) writeDeclarations()
if (!process.argv.includes('--quiet')) console.log(`dist/ built: ${[...Object.keys(library), 'cli/main'].join(', ')}`)

function run(script, ...parameters) {
  const { status } = spawnSync(process.execPath, [join(root, script), ...parameters], { cwd: root, stdio: 'inherit' })
  if (status !== 0) process.exit(status ?? 1)
}

async function bundled(input, output, { define = {}, plugins = [] } = {}) {
  const bundle = await rolldown({
    cwd: root, input, external, platform: 'neutral', transform: { define: { __WHYNAN_VERSION__: JSON.stringify(version), ...define } },
    plugins: [commanderInModules(), ...plugins],
  })
  await bundle.write({ sourcemap: false, comments: { jsdoc: false }, ...output })
  await bundle.close()
}

/** The kernels beside the command as they are: Node reads a file more quickly than it makes bytes of a text in a script. */
function kernelsAsBytes() {
  return {
    name: 'kernels-as-bytes',
    load(id) {
      const [, name] = /[\\/]build[\\/](kernels[\w-]*)\.ts$/.exec(id) ?? []
      if (name === undefined) return null
      const [, base64] = /'(.+)'/.exec(readFileSync(id, 'utf8'))
      this.emitFile({ type: 'asset', fileName: `${name}.wasm`, source: Buffer.from(base64, 'base64') })
      return `export const kernels = () => bytesBeside('${name}.wasm')`
    },
  }
}

/** The command's scripts as Node reads them quickest, and with what only modules have through a file that may ask for it. */
function asScripts() {
  const modules = 'require("../../bin/modules.js")'
  // V8 keeps a text that has one letter above U+00FF in twice the memory, and reads it more slowly.
  const escaped = letter => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`
  return {
    name: 'as-scripts',
    generateBundle(_, files) {
      for (const file of Object.values(files).filter(({ type }) => type === 'chunk')) {
        file.code = file.code.replace(/\bimport\(/g, `${modules}.importModule(`).replace(/\b(resolveModule|bytesBeside)\b/g, `${modules}.$1`).replace(/[\u0080-\uffff]/g, escaped)
      }
    },
  }
}

/**
 * commander asks for Node's modules by `require`, which modules lack; and for one that starts processes, which no command of ours
 * does, and which brings much of Node's network with it: that one waits until it is called.
 */
function commanderInModules() {
  const loaded = name => `globalThis.process.getBuiltinModule(${name})`
  return {
    name: 'commander-in-modules',
    transform(code, id) {
      if (!/[\\/]commander[\\/]lib[\\/]/.test(id)) return
      return code
        .replace(/\brequire\(('node:child_process')\)/, (_, name) => `{ spawn: (...given) => ${loaded(name)}.spawn(...given) }`)
        .replace(/\brequire\(('node:\w+')\)/g, (_, name) => loaded(name))
    },
  }
}

/** What the bundled packages ask of those who pass them on. */
function writeLicences() {
  const texts = taken.map(name => `${name}\n\n${readFileSync(join(root, 'node_modules', name, 'LICENSE'), 'utf8').trim()}\n`)
  writeFileSync(join(dist, 'LICENCES.txt'), `The files in this folder hold code of these packages.\n\n${texts.join('\n\n')}`)
}

/** The declarations that the ways in reach; others would only be carried along. */
function writeDeclarations() {
  const types = join(root, 'build', 'types')
  rmSync(types, { recursive: true, force: true })
  run('node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json')
  const written = new Set()
  const waiting = ['index.d.ts', 'node/index.d.ts', 'browser/index.d.ts', 'adapters/tensorflow.d.ts']
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (written.has(name)) continue
    written.add(name)
    const text = readFileSync(join(types, 'src', name), 'utf8').replace(/(from |import\()(['"])(\.[^'"]+)\.ts\2/g, (_, before, quote, path) => {
      // Sources import each other as .ts; beside the declarations lie .js names.
      waiting.push(join(dirname(name), `${path}.d.ts`))
      return `${before}${quote}${path}.js${quote}`
    })
    mkdirSync(dirname(join(dist, name)), { recursive: true })
    writeFileSync(join(dist, name), text)
  }
}
