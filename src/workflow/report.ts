/**
 * A run as one page of HTML that needs nothing else: why it broke, with its proof, or how good it is; what it was trained on
 * and how. The same folder and data give the same bytes. Nothing of a file is taken as anything but text.
 */
import { version } from '../version.ts'
import { element, foreign, type Child } from './report/html.ts'
import { dataSection } from './report/data.ts'
import { pageOf } from './report/page.ts'
import { resultSection } from './report/result.ts'
import { environmentSection, settingsSection } from './report/settings.ts'
import { numberAt, subjectOf, type Subject, type SubjectRequest } from './report/subject.ts'
import { whySections } from './report/why.ts'
import { speakerOf, type Message, type Speak } from './report/words.ts'

export type ReportRequest = Omit<SubjectRequest, 'withData' | 'language'> & {
  /** Whether cells of the data may stand in it; true unless told. */
  readonly withData?: boolean
  readonly language?: 'en' | 'zh'
}

/** The page. What cannot be read, or said without the run's data, becomes a sentence in it; only run.json itself is needed. */
export async function reportOf({ withData = true, language = 'en', ...request }: ReportRequest): Promise<string> {
  return pageFor(await subjectOf({ ...request, withData, language }))
}

function pageFor(subject: Subject): string {
  const { name, language, withData, known, missing } = subject
  const speak = speakerOf(language)
  const why = known === null ? [] : whySections(known, subject, speak).filter(part => part !== undefined)
  return pageOf({
    language,
    title: speak('page.title', { name }),
    header: [element('strong', {}, 'whynan'), element('span', {}, foreign(name)), element('span', {}, speak('page.report'))],
    main: [
      element('h1', {}, headline(subject, speak)),
      element('ul', { class: 'facts' }, facts(subject, speak).map(({ text, state }) => element('li', { class: state }, text))),
      lead(subject),
      ...missing.map(says => element('p', { class: 'note', lang: /\p{Script=Han}/u.test(says) ? undefined : 'en' }, says)),
      known === null ? element('p', {}, speak('record.why')) : undefined,
      ...why, resultSection(subject, known === null || known.explanation.cause === null, speak),
      dataSection(subject, speak), settingsSection(subject, speak), environmentSection(subject, speak),
    ],
    footer: [element('p', {}, speak('page.made', { version })), withData ? undefined : element('p', {}, speak('page.without-data'))],
  })
}

/** One sentence: the cause where there is one, else how the run went. */
function headline(subject: Subject, speak: Speak): string {
  const { known, record, history } = subject
  const cause = known?.explanation.cause ?? null
  if (cause !== null) return cause.summary
  if (known !== null && !isOpen(subject)) return firstParagraph(known.explanation.text)
  const steps = numberAt(record.result, 'steps') ?? history.steps.length
  if (record.status !== 'non-finite') return speak(`record.${record.status}`, { steps })
  const step = numberAt(record.result, 'incident', 'step')
  const place = placeOf(record.result)
  return step === null || place === null ? speak('record.non-finite') : speak(place, { step })
}

/** Whether the run has not come to an end of its own: then it is neither well nor ill. */
function isOpen({ record: { status } }: Subject): boolean {
  return status === 'running' || status === 'interrupted' || status === 'failed'
}

function placeOf(result: unknown): Message | null {
  const first = typeof result === 'object' && result !== null && 'incident' in result ? result.incident : null
  const place = typeof first === 'object' && first !== null && 'first' in first ? first.first : null
  const places = ['record.loss', 'record.gradient', 'record.moment', 'record.parameter', 'record.prediction'] as const
  return places.find(message => message === `record.${String(place)}`) ?? null
}

/** Explanations open with a headline, then an empty line. */
function firstParagraph(text: string): string {
  return text.split('\n\n', 1)[0]?.replaceAll('\n', ' ') ?? ''
}

/** How the run went, under a headline that says why. */
function lead({ known }: Subject): Child {
  return known === null || known.explanation.cause === null ? undefined : element('p', {}, firstParagraph(known.explanation.text))
}

interface HeadFact {
  readonly text: string
  readonly state?: 'good' | 'warn' | 'bad' | undefined
}

function facts(subject: Subject, speak: Speak): HeadFact[] {
  const { known, record: { settings } } = subject
  const circumstances = [
    { text: speak('fact.seed', { seed: settings.seed }) }, ...(settings.draws === 'numpy' ? [{ text: speak('fact.numpy') }] : []),
    { text: settings.precision },
  ]
  const batch = { text: speak('fact.batch', { batch: known?.experiment.batchSize ?? settings.batchSize }) }
  if (known === null) return [{ text: speak('state.recorded'), state: 'warn' }, batch, ...circumstances]
  const { explanation: { cause, outcome, step }, experiment } = known
  const told: HeadFact[] = []
  if (outcome !== 'non-finite' && !(cause === null && isOpen(subject))) told.push({ text: speak(`state.${outcome}`), state: outcome === 'healthy' ? 'good' : 'warn' })
  if (cause !== null) told.push(cause.proven ? { text: speak('state.proven'), state: 'good' } : { text: speak('state.suspected'), state: 'warn' })
  else if (outcome !== 'healthy') told.push({ text: speak('state.unknown'), state: 'warn' })
  const done = numberAt(subject.record.result, 'steps') ?? experiment.steps
  const { steps } = experiment
  const when = step !== null ? speak('fact.step', { step, steps }) : done < steps ? speak('fact.steps.of', { done, steps }) : speak('fact.steps', { steps })
  return [...told, { text: when, state: outcome === 'non-finite' ? 'bad' : undefined }, batch, ...circumstances]
}
