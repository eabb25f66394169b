/**
 * The most memory that this process had at once, in bytes. Linux tells it of the program that runs now; getrusage tells the
 * largest of it and of the process that started it.
 */
import { readFileSync } from 'node:fs'

export function peakMemory() {
  try {
    return Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))[1]) * 1024
  } catch {
    return process.resourceUsage().maxRSS * 1024
  }
}
