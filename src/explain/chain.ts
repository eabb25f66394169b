/** The path that non-finite values took through the step, in the order of computing, a phrase for each stage that counts. */
import type { Cell } from './cells.ts'
import type { Evidence } from './evidence.ts'
import { say, type Said } from './finding.ts'
import type { Spread } from './trace.ts'

export interface ChainStage extends Spread {
  readonly says: Said
}

/** Where it went: data, each hidden layer, prediction, loss, gradient, moments, parameters. Derivatives on the way are left out. */
export function chainOf({ trace, experiment }: Evidence, cells: readonly Cell[] = []): ChainStage[] {
  if (trace === null) return []
  const { network, settings } = experiment
  const output = network.layers.length - 1
  const stages: ChainStage[] = []
  // A finite cell is no spread of anything non-finite, but it is where the path begins.
  const cell = cells.find(({ drawn, encoded }) => drawn && Number.isFinite(encoded))
  if (cell !== undefined) stages.push({ stage: cell.part, layer: null, nonFinite: 0, of: trace.batch, rows: 1, says: say('path.cell', { row: cell.row, column: cell.column }) })
  const moments: Spread[] = []
  for (const spread of trace.spread) {
    const says = (): Said | null => {
      const { stage, layer, nonFinite, of, rows } = spread
      const many = rows !== null && rows > 1
      switch (stage) {
        case 'state': return say('path.state')
        case 'input': case 'target': {
          const cell = trace.birth?.cell
          if (stage === 'target' && !many) return say('path.target')
          return many || cell === undefined || cell === null || cell.part !== stage
            ? say(`path.${stage}.rows`, { rows: rows ?? 0 })
            : say(`path.${stage}`, { column: cell.column })
        }
        case 'activation':
          if (layer === output) return many ? say('path.prediction.rows', { rows: rows ?? 0 }) : say('path.prediction')
          return hidden(spread, network.layers[layer ?? 0]?.units ?? 0, network.layers.length > 2)
        case 'loss': return say('path.loss')
        case 'regularization': return say('path.regularization')
        case 'total-loss': return trace.birth?.stage === 'total-loss' ? say('path.loss') : null
        case 'clipped-gradient': return nonFinite === of ? say('path.gradient.all') : say('path.gradient.some', { count: nonFinite, of })
        case 'first-moment': case 'second-moment':
          moments.push(spread)
          return moments.length > 1 ? null : say(settings.optimizer.name.startsWith('adam') ? 'path.moments.adam' : 'path.moments')
        case 'parameter': return say(nonFinite === of ? 'path.parameters.all' : 'path.parameters.some', { count: nonFinite, of })
        default: return null
      }
    }
    const said = says()
    if (said !== null) stages.push({ ...spread, says: said })
  }
  return stages
}

function hidden({ nonFinite, rows, layer }: Spread, units: number, several: boolean): Said {
  const kind = several ? 'path.hidden.layer' : 'path.hidden'
  const facts = { units: rows === 1 ? nonFinite : units, of: units, layer: (layer ?? 0) + 1, rows: rows ?? 0 }
  if (rows !== 1) return say(`${kind}.rows`, facts)
  return say(nonFinite === units ? `${kind}.all` : `${kind}.some`, facts)
}
