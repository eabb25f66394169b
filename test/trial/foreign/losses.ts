/** The losses of the other program, written as people write them: no guards. Derivatives are by the outputs of one batch. */
import type { ForeignProgram } from '../list.ts'

export interface BatchLoss {
  readonly loss: number
  /** [rows][outputs] */
  readonly derivatives: readonly (readonly number[])[]
}

/** Outputs and targets [rows][outputs]; a target of a class is one-hot, 0 or 1, or -1 or 1. `round` is to the precision. */
export function lossOf(
  { loss }: ForeignProgram, outputs: readonly (readonly number[])[], targets: readonly (readonly number[])[], round: (x: number) => number,
): BatchLoss {
  const n = outputs.length
  const each = (f: (o: number, t: number) => number): number[][] => outputs.map((row, i) => row.map((o, k) => f(o, targets[i]?.[k] ?? Number.NaN)))
  const mean = (terms: readonly (readonly number[])[]): number => terms.reduce((sum, row) => row.reduce((part, term) => part + term, sum), 0) / n
  switch (loss) {
    case 'mse':
      return { loss: mean(each((o, t) => round((o - t) * (o - t)))), derivatives: each((o, t) => (2 * (o - t)) / n) }
    case 'rmse': {
      const root = Math.sqrt(mean(each((o, t) => round((o - t) * (o - t)))))
      return { loss: root, derivatives: each((o, t) => (o - t) / (n * root)) }
    }
    case 'relative':
      return { loss: mean(each((o, t) => Math.abs((o - t) / t))), derivatives: each((o, t) => Math.sign((o - t) / t) / t / n) }
    case 'hinge':
      return { loss: mean(each((o, t) => Math.max(0, 1 - o * t))), derivatives: each((o, t) => (1 - o * t > 0 ? -t / n : o * t - o * t)) }
    case 'naive-sigmoid': {
      const p = each(o => round(1 / round(1 + round(Math.exp(-o)))))
      const terms = p.map((row, i) => row.map((q, k) => {
        const t = targets[i]?.[k] ?? Number.NaN
        return -(t * round(Math.log(q)) + (1 - t) * round(Math.log(round(1 - q))))
      }))
      return { loss: mean(terms), derivatives: p.map((row, i) => row.map((q, k) => (q - (targets[i]?.[k] ?? Number.NaN)) / n)) }
    }
    case 'naive-softmax': {
      const p = outputs.map(row => {
        const powers = row.map(o => round(Math.exp(o)))
        const sum = round(powers.reduce((total, power) => total + power, 0))
        return powers.map(power => round(power / sum))
      })
      const terms = p.map((row, i) => row.map((q, k) => {
        const t = targets[i]?.[k] ?? Number.NaN
        return t === 0 ? 0 * q : -t * round(Math.log(q))
      }))
      return { loss: mean(terms), derivatives: p.map((row, i) => row.map((q, k) => (q - (targets[i]?.[k] ?? Number.NaN)) / n)) }
    }
    default:
      return loss satisfies never
  }
}
