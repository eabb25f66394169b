/** Where a run happens, for its record: no name of a user or a machine. */
import { arch, platform, version as node } from 'node:process'
import { version } from '../version.ts'
import type { Surroundings } from '../workflow/recorded.ts'

export const surroundings: Surroundings = { version, node, platform, arch }
