/** What a table of times has to name: the machine, the programs' versions, the commit, and how busy it was. */
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { cpus, loadavg, release, totalmem } from 'node:os'
import { root } from './build.mjs'

export function machine() {
  const [cpu] = cpus()
  return {
    cpu: cpu?.model.trim() ?? 'unknown', cores: cpus().length, vectors: vectorsOf(), memoryGiB: Math.round(totalmem() / 2 ** 30),
    system: `${process.platform} ${release()} ${process.arch}`, node: process.version, commit: commit(),
  }
}

/** Processes that were running or waited to run, over the last minute: 1 is this bench's own. */
export function load() {
  return loadavg()[0]
}

/** The widest vectors that the processor tells of; kernels that are ours use 128 bits, NumPy and PyTorch what there is. */
function vectorsOf() {
  try {
    const flags = /^flags\s*:(.*)$/m.exec(readFileSync('/proc/cpuinfo', 'utf8'))?.[1]?.split(' ') ?? []
    return ['avx512f', 'avx2', 'avx', 'sse2'].find(flag => flags.includes(flag)) ?? 'unknown'
  } catch {
    return 'unknown'
  }
}

function commit() {
  const git = (...args) => spawnSync('git', args, { cwd: root, encoding: 'utf8' }).stdout?.trim() ?? ''
  const name = git('rev-parse', '--short=12', 'HEAD')
  return name === '' ? 'unknown' : `${name}${git('status', '--porcelain', '--untracked-files=no', 'src', 'assembly', 'bin') === '' ? '' : ', changed since'}`
}
