/** The path of what is not finite, drawn over the network and said in words, a stage each. */
import type { FloatArray } from '../../backends/backend.ts'
import { chainOf, type ChainStage } from '../../explain/chain.ts'
import { columnsOfInputs } from '../../explain/cells.ts'
import type { ExplainedCause } from '../../explain/explanation.ts'
import type { Investigation } from '../../explain/investigate.ts'
import { formatNumber } from '../../figures/format.ts'
import { pathFigure, type PathPlace, type PathStage } from '../../figures/index.ts'
import { fromJsonNumber } from '../../numeric/floats.ts'
import type { Experiment } from '../../training/experiment.ts'
import { drawing, element, section, type Html } from './html.ts'
import type { Known, Subject } from './subject.ts'
import { columnName, type Speak } from './words.ts'

/** Inputs that are lit one by one. */
const mostInputs = 40

export function pathSection({ investigation, explanation, experiment }: Known, { language, withData }: Subject, speak: Speak): Html | undefined {
  const chain = chainOf(investigation.evidence)
  if (chain.length === 0) return undefined
  const says = explanation.chain.map(stage => stage.says)
  const stages = chain.flatMap((stage, i) => placesOf(stage, investigation).map((place): PathStage => ({ place, says: says[i] ?? '' })))
  const { network } = experiment
  const hidden = network.layers.slice(0, -1)
  const figure = pathFigure({
    language, stages, title: speak('path.figure'), subtitle: '', inputs: inputNames(experiment, withData, speak), outputs: outputNames(experiment, withData, speak),
    layers: hidden.map(layer => ({ name: `${layer.activation}${hidden.length > 1 ? ` ${layer.index + 1}` : ''}`, units: layer.units })),
  })
  const born = explanation.cause?.operation ?? null
  return section(speak('path.title'),
    born === null ? undefined : bornLine(born, speak),
    drawing(figure),
    element('ol', { class: 'path' }, says.map(one => element('li', {}, one))))
}

/** Only operations of one or two operands are ever a first one. */
function bornLine({ name, operands, result, layer, row, unit }: NonNullable<ExplainedCause['operation']>, speak: Speak): Html {
  const figure = (value: (typeof operands)[number] | undefined): string => formatNumber(fromJsonNumber(value ?? 'NaN'), 4)
  const [a, b] = operands
  const facts = { operation: name, a: figure(a), b: figure(b), result: figure(result) }
  const places = [
    ...(layer === null ? [] : [speak('path.at.layer', { layer })]), ...(unit === null ? [] : [speak('path.at.unit', { unit })]),
    ...(row === null ? [] : [speak('path.at.row', { row })]),
  ]
  const said = speak(b === undefined ? 'path.born.one' : 'path.born.two', facts)
  return element('p', {}, places.length === 0 ? said : `${said} (${places.join(speak('list.comma'))})`)
}

/** Where a stage lies in the drawing. What the step was handed, and the targets, have no place of their own there. */
function placesOf({ stage, layer }: ChainStage, { evidence: { trace, experiment, badCells } }: Investigation): PathPlace[] {
  const output = experiment.network.layers.length - 1
  switch (stage) {
    case 'input': {
      const columns = new Set(badCells.filter(({ part, drawn }) => part === 'input' && drawn).map(({ column }) => column - 1))
      const inputs = columnsOfInputs(experiment).flatMap((column, input) => (columns.has(column) ? [input] : []))
      return inputs.slice(0, mostInputs).map(input => ({ kind: 'input', input }))
    }
    case 'activation': {
      if (layer === output) return [{ kind: 'prediction' }]
      const width = experiment.network.layers[layer ?? 0]?.units ?? 0
      const units = unitsOf(trace?.tape.layers[layer ?? 0]?.a, width)
      return [units.length === width || units.length === 0 ? { kind: 'layer', layer: layer ?? 0 } : { kind: 'layer', layer: layer ?? 0, units }]
    }
    case 'loss': case 'regularization': case 'total-loss': return [{ kind: 'loss' }]
    case 'clipped-gradient': return [{ kind: 'gradients' }]
    case 'first-moment': case 'second-moment': return [{ kind: 'moments' }]
    case 'parameter': return [{ kind: 'parameters' }]
    default: return []
  }
}

/** Units of a layer, [batch, width], with an element that is not finite in any row. */
function unitsOf(values: FloatArray | undefined, width: number): number[] {
  const bad = new Set<number>()
  values?.forEach((value, i) => {
    if (!Number.isFinite(value)) bad.add(i % width)
  })
  return [...bad].sort((a, b) => a - b)
}

/** An input a number: the levels of a text column are inputs each. Without data they are counted instead of named. */
function inputNames({ encoding }: Experiment, withData: boolean, speak: Speak): string[] {
  return encoding.features.flatMap(feature =>
    feature.kind === 'numeric' ? [columnName(feature.name, speak)] : feature.levels.map((level, i) => `${feature.name} = ${withData ? level : i + 1}`))
}

function outputNames({ encoding: { target, outputs } }: Experiment, withData: boolean, speak: Speak): string[] {
  if (target.kind === 'numeric') return target.columns.map(({ name }) => columnName(name, speak))
  return outputs === 1 ? [target.name] : target.labels.map((label, i) => (withData ? label : speak('class', { number: i + 1 })))
}
