/** `whynan demo`: the question, reproduced and answered. */
import { explain } from '../../explain/explain.ts'
import { describeFiles, knownFiles, loadData } from '../../node/data.ts'
import { pathIn } from '../../node/files.ts'
import { platform } from '../../node/platform.ts'
import { createRunFolder } from '../../node/run-folder.ts'
import { surroundings } from '../../node/surroundings.ts'
import { writeMatFile } from '../../node/write-mat.ts'
import { prepareRun } from '../../workflow/prepare.ts'
import { caseOf } from '../../workflow/fit.ts'
import { questionData } from '../../workflow/question.ts'
import { fitRecorded, type RecordedRun } from '../../workflow/recorded.ts'
import type { CommandContext, Options } from '../context.ts'
import { finishedLines, progressObserver, voiceOf } from '../reporting.ts'
import { text } from '../settings.ts'

export async function demoCommand(flags: Options, context: CommandContext): Promise<number> {
  const folder = text(flags, 'out') ?? 'whynan-demo'
  const json = flags['json'] === true
  const { speak } = context
  const voice = voiceOf(context, { json, quiet: false })
  const file = pathIn(folder, 'mapping_one_nan.mat')
  await writeMatFile(file, questionData().oneNaN)
  voice.say(`${context.ink.bold(speak('demo.question'))}\n`)
  voice.say(`${speak('demo.data', { file })}\n`)

  const small = await run(256, file, folder, context, voice)
  const large = await run(10_000, file, folder, context, voice)
  const explanation = await explain(caseOf(large.run, file), { language: context.language, width: context.terminal.width, means: { platform } })
  voice.say(`\n${context.ink.bold(speak('demo.answer'))}\n\n${explanation.text}\n`)
  if (json) {
    const { text: _text, ...rest } = explanation
    context.out(`${JSON.stringify({ data: file, small: small.record.result, large: large.record.result, explanation: rest })}\n`)
  }
  return 0
}

/** The NumPy program's own run: its draws with np.random.seed(1). */
async function run(batchSize: number, file: string, folder: string, context: CommandContext, voice: ReturnType<typeof voiceOf>): Promise<RecordedRun> {
  const settings = { recipe: 'classic', draws: 'numpy', seed: 1, batchSize } as const
  const place = pathIn(folder, 'runs', `batch-${batchSize}`)
  voice.say(`\n${context.ink.accent(`whynan fit ${file} --recipe classic --draws numpy --seed 1 --batch ${batchSize} --out ${place}`)}\n`)
  const begun = performance.now()
  const data = await loadData([file])
  const experiment = prepareRun(data.tables, settings)
  const { path, store, release } = await createRunFolder(place, { overwrite: true })
  try {
    const finished = await fitRecorded({
      store, experiment, surroundings, platform, signal: context.signal, files: describeFiles(await knownFiles([file]), path),
      observer: progressObserver(experiment, context, voice, 0),
    })
    voice.settle()
    voice.say(finishedLines(finished.run, store.name, context, begun))
    return finished
  } finally {
    release()
  }
}
