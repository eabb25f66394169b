/**
 * Numbers as text, into bytes: the shortest text that reads back as the same float64, as `formatNumber` gives it, without a string
 * in between. A run writes three of them a step, which would take longer than the rest of a small step's record.
 */
import { decimal } from '../../build/decimal.ts'
import { formatNumber } from './floats.ts'
import { isKernel, pageBytes, smallModule, type Kernel } from './small-module.ts'

/** Where the kernel keeps its powers of ten, and the least of them: see assembly/decimal.ts. */
const powersAt = 1024
const leastPower = -292
const textAt = 16384
/** More than the longest number takes with what the kernel writes behind it, in bytes. */
const longest = 64

/** Text that grows at its end. */
export class NumberText {
  private readonly memory = new WebAssembly.Memory({ initial: 2 })
  private readonly kernel = kernelOf(this.memory)
  private bytes = new Uint8Array(this.memory.buffer)
  private end = textAt
  /** By exponents of float64: whether the power of ten that they need is there. */
  private readonly known = new Uint8Array(2048)

  /** Any number; NaN, Infinity, -Infinity and -0 as such. */
  number(x: number): this {
    if (this.end + longest > this.bytes.length) this.grow()
    if (x === 0 || !(Math.abs(x) < Infinity) || this.kernel === null) return this.text(formatNumber(x))
    if (x > 0 && x < 2 ** 31 && x === (x | 0)) return this.whole(x)
    this.prepare(x)
    this.end = this.kernel(x, this.end)
    return this
  }

  /** A character below 128, by its code. */
  character(code: number): this {
    if (this.end === this.bytes.length) this.grow()
    this.bytes[this.end++] = code
    return this
  }

  /** A copy of the bytes, which are forgotten here. */
  take(): Uint8Array {
    const taken = this.bytes.slice(textAt, this.end)
    this.end = textAt
    return taken
  }

  private text(text: string): this {
    for (let i = 0; i < text.length; i++) this.bytes[this.end++] = text.charCodeAt(i)
    return this
  }

  /** A whole number in 1..2^31-1. */
  private whole(x: number): this {
    let digits = 1
    for (let bound = 10; x >= bound; bound *= 10) digits++
    let rest = x
    for (let at = this.end + digits - 1; at >= this.end; at--) {
      const tenth = Math.floor(rest / 10)
      this.bytes[at] = 48 + rest - tenth * 10
      rest = tenth
    }
    this.end += digits
    return this
  }

  /** The powers of ten that a number of this exponent, or a power of two of it, needs: computed when they are needed first. */
  private prepare(x: number): void {
    double[0] = x
    const exponent = (doubleWords[1]! >>> 20) & 0x7ff
    if (this.known[exponent] === 1) return
    this.known[exponent] = 1
    const q = Math.max(exponent, 1) - 1075
    const powers = new BigUint64Array(this.memory.buffer, powersAt)
    for (const k of [(q * 1262611) >> 22, (q * 1262611 - 524031) >> 22]) {
      const power = powerOfTen(-k)
      powers[2 * (-k - leastPower)] = BigInt.asUintN(64, power)
      powers[2 * (-k - leastPower) + 1] = power >> 64n
    }
  }

  private grow(): void {
    this.memory.grow(this.bytes.length / pageBytes)
    this.bytes = new Uint8Array(this.memory.buffer)
  }
}

// Little-endian, as WebAssembly is: the second word holds the exponent.
const double = new Float64Array(1)
const doubleWords = new Uint32Array(double.buffer)

/** 10^e times a power of two, rounded up to a whole number of 128 bits. */
function powerOfTen(e: number): bigint {
  const shift = 127 - Math.floor((e * 1741647) / 2 ** 19)
  const [numerator, denominator] = e < 0 ? [1n, 10n ** BigInt(-e)] : [10n ** BigInt(e), 1n]
  const [above, below] = shift < 0 ? [numerator, denominator << BigInt(-shift)] : [numerator << BigInt(shift), denominator]
  return (above + below - 1n) / below
}

const module = smallModule(decimal)

function kernelOf(memory: WebAssembly.Memory): Kernel | null {
  const found = module.on(memory)?.['write']
  return isKernel(found) ? found : null
}
