/** What counts as healthy and what as a fault: rules over what came of a run, never a choice by hand. */
import type { TrialCase } from './list.ts'
import type { Outcome } from './outcome.ts'

/** Beats the mean (or the most frequent class) by this much of what there is to gain. */
const least = 0.05

/** A healthy run is finite, its loss falls, and it beats the mean on rows it has not seen. Else: why it is not. */
export function whyNotHealthy({ finite, losses, skill }: Outcome): string | null {
  if (!finite) return 'not finite'
  if (!(losses.end < losses.start)) return `the loss does not fall: ${losses.start} to ${losses.end}`
  if (!(skill.test > least && skill.validation > least)) return `does not beat the mean: ${skill.validation} validation, ${skill.test} test`
  return null
}

/**
 * A fault that breaks a run makes something not finite where the sound twin stays finite. A silent one falls short: of what
 * there is to gain, its run gets less than four fifths of what the sound twin gets, which is healthy. Some kinds are
 * worse in another way, which `others` say.
 */
export function whyNoFault(one: TrialCase, run: Outcome, sound: Outcome): string | null {
  if (!sound.finite) return 'the sound twin is not finite'
  if (one.breaks === 'non-finite') return run.finite ? 'nothing became non-finite' : null
  const other = others[one.kind]
  if (other !== undefined) return other(run, sound)
  const unhealthy = whyNotHealthy(sound)
  if (unhealthy !== null) return `the sound twin: ${unhealthy}`
  return !run.finite || run.skill.test < 0.8 * sound.skill.test ? null : `reaches ${run.skill.test} of the sound twin's ${sound.skill.test}`
}

type Rule = (run: Outcome, sound: Outcome) => string | null

const unless = (holds: boolean, says: string): string | null => (holds ? null : says)

const others: Readonly<Record<string, Rule>> = {
  // Good on paper only: rows of training among the rows it is measured on, or the answer among the inputs.
  'duplicates-across-split': ({ skill }) => unless(skill.validation - skill.test > 0.2, `as good on other rows: ${skill.test}, ${skill.validation} on the validation rows`),
  'target-copy': ({ skill }, sound) => unless(skill.test > sound.skill.test + 0.1, `no better than without the copy: ${skill.test}, ${sound.skill.test}`),
  'shifted-validation': ({ skill }) => unless(skill.test > least && skill.validation < 0.5 * skill.test, `as good on the validation rows: ${skill.validation}, ${skill.test}`),
  'overfitting': ({ skill }, sound) => unless(skill.training - skill.test > 0.3 && skill.test < 0.8 * sound.skill.test, `${skill.training} training, ${skill.test} test, ${sound.skill.test} for the sound twin`),
  'metric-cannot-tell': ({ skill, accuracy }) => unless(skill.test < least && accuracy > 0.9, `accuracy ${accuracy}, skill ${skill.test}`),
  'dropout-while-predicting': ({ skill }, sound) => unless(
    1 - skill.test > 1.3 * (1 - sound.skill.test) && skill.test < sound.skill.test - 0.05, `leaves ${1 - skill.test} unexplained, the sound twin ${1 - sound.skill.test}`,
  ),
  'no-signal': ({ skill }) => unless(skill.test < least, `beats the mean: ${skill.test}`),
  'near-zero-divisor': ({ skill }) => unless(skill.test < 0.5, `reaches ${skill.test}`),
}
