/** One JSON line in, one JSON line out: how the bench talks to a program that it races. */
import { createInterface } from 'node:readline'

export async function serve(answer) {
  for await (const line of createInterface({ input: process.stdin })) {
    let said
    try {
      said = await answer(JSON.parse(line))
    } catch (error) {
      said = { error: error instanceof Error ? error.message : String(error) }
    }
    process.stdout.write(`${JSON.stringify(said)}\n`)
  }
  process.exit(0)
}
