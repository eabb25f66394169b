/**
 * The kernels without the guard's figures, so that what the guard costs can be timed: the same sources, less the lines that
 * sum |gradient|, |parameters| and second moments. Throws where these lines are no longer what is looked for here.
 */
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { built, compile, root } from './build.mjs'

const cuts = [
  { file: 'optimizer.ts', line: /^ *(if \(sizeof<T>\(\) == 8\) )?size(Low|High) = v128\.add<T>\(.*\n/gm, count: 2 },
  { file: 'optimizer.ts', line: /^ *(if \(hasSecond\) )?(low|high|momentLow|momentHigh) = v128\.add<T>\(.*(abs<T>\(w\)|second4).*\n/gm, count: 4 },
]

/** Compiles them, and says where they are. */
export function unguardedKernels() {
  const folder = join(built, 'unguarded')
  rmSync(folder, { recursive: true, force: true })
  cpSync(join(root, 'assembly'), folder, { recursive: true })
  for (const { file, line, count } of cuts) {
    const path = join(folder, file)
    const source = readFileSync(path, 'utf8')
    const found = source.match(line)?.length ?? 0
    if (found !== count) throw new Error(`assembly/${file} has ${found} of the guard's ${count} lines ${line}`)
    writeFileSync(path, source.replace(line, ''))
  }
  return compile(join(folder, 'index.ts'), 'unguarded', ['--importMemory', '--disableWarning', '112'])
}
