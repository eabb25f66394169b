/** Chromium for tests, steered by playwright-core; null with a sentence where one of the two is missing. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { program } from '../requirements.ts'

const entry = join(dirname(fileURLToPath(import.meta.url)), 'node_modules', 'playwright-core', 'package.json')

/** What tests use of a page. */
export interface TestPage {
  goto(address: string): Promise<unknown>
  /** `code` is an expression; a promise is waited for. */
  evaluate(code: string): Promise<unknown>
}

export interface TestBrowser {
  newPage(): Promise<TestPage>
  close(): Promise<void>
}

interface Playwright {
  readonly chromium: {
    launchPersistentContext(folder: string, options: { executablePath: string; headless: boolean; args: readonly string[] }): Promise<TestBrowser>
  }
}

const flags = [
  '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync',
]

export async function chromiumForTests(): Promise<TestBrowser | null> {
  const command = program('chromium')
  if (command === null) return null
  if (!existsSync(entry)) {
    if (process.env['WHYNAN_REQUIRE']) throw new Error('WHYNAN_REQUIRE is set and playwright-core is missing: node test/engines/install.mjs')
    return null
  }
  const { chromium }: Playwright = createRequire(entry)(dirname(entry))
  const folder = mkdtempSync(join(tmpdir(), 'whynan-chromium-'))
  const browser = await chromium.launchPersistentContext(folder, { executablePath: executableOf(command), headless: true, args: flags })
  return {
    newPage: () => browser.newPage(),
    async close() {
      await browser.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** The file behind a command's name. */
function executableOf(command: string): string {
  const found = (process.env['PATH'] ?? '').split(':').map(folder => join(folder, command)).find(existsSync)
  return found ?? command
}
