/** Results as Markdown tables for docs/performance.md. */

export function markdown({ machine, versions, load, quick, parts, date }) {
  const lines = [
    `${date}, ${machine.cpu} (${machine.cores} cores, ${machine.vectors}), ${machine.memoryGiB} GiB, ${machine.system}, Node ${machine.node}, commit ${machine.commit}. `
    + `Peers: ${versions.join('; ')}. Load of the machine ${load.before.toFixed(1)} before, ${load.after.toFixed(1)} after.${quick ? ' A quick look, not a measurement.' : ''}`,
  ]
  for (const part of parts) lines.push('', `### ${part.title}`, '', ...tableOf(part), ...figuresOf(part))
  return lines.join('\n')
}

function tableOf({ results, share }) {
  const raced = results.filter(({ figure }) => figure === undefined)
  if (raced.length === 0) return []
  const head = ['', 'whynan', ...(share ? ['of the ceiling'] : []), 'peer', 'its figure', 'ratio (least to most)', 'goal']
  return [row(head), row(head.map(() => '---')), ...raced.flatMap(result => rowsOf(result, share === true))]
}

function rowsOf(result, share) {
  const own = [result.what, result.missing ?? figure(result.ours.median, result.unit)]
  if (share) own.push(result.shares === undefined ? '' : `${(100 * result.shares.median).toFixed(0)} %`)
  const peers = result.peers.length === 0 ? [{ name: '' }] : result.peers
  return peers.map((peer, i) => row([
    ...(i === 0 ? own : own.map(() => '')), peer.name,
    peer.missing ?? (peer.time === undefined ? '' : figure(peer.time.median, result.unit)),
    peer.ratio === undefined ? '' : `${times(peer.ratio.median)} (${times(peer.ratio.min)} to ${times(peer.ratio.max)})`,
    goal(peer.goal),
  ]))
}

function figuresOf({ results }) {
  const figures = results.flatMap(result => [...(result.figure === undefined ? [] : [result.figure]), ...(result.notes ?? [])])
  if (figures.length === 0) return []
  return ['', row(['', 'figure', 'goal']), row(['---', '---', '---']), ...figures.map(({ what, value, goal: wanted, met, missedBy }) =>
    row([what, value, wanted === undefined ? '' : `${wanted}: ${verdict(met, missedBy)}`]))]
}

function goal(held) {
  return held === undefined ? '' : `${times(held.least)}: ${verdict(held.met, held.missedBy)}`
}

function verdict(met, missedBy) {
  return met ? 'met' : `missed by ${(100 * missedBy).toFixed(0)} %`
}

function row(cells) {
  return `| ${cells.map(cell => String(cell).replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`
}

function times(ratio) {
  return ratio >= 100 ? ratio.toFixed(0) : String(Number(ratio.toPrecision(3)))
}

const units = {
  us: value => (value < 100 ? `${value.toPrecision(3)} µs` : `${Math.round(value).toLocaleString('en')} µs`),
  s: value => (value < 1 ? `${(1e3 * value).toFixed(0)} ms` : `${value.toFixed(2)} s`),
}

export function figure(value, unit) {
  return units[unit](value)
}
