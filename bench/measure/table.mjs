/** Made data and first parameters for training steps, the same for every program: float32 files. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Marsaglia's xorshift32 (2003), as numbers in [0, 1): what is raced here needs no better draws. */
export function uniforms(seed) {
  let state = seed >>> 0 || 1
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) / 2 ** 32
  }
}

/** A table with something to learn: pure noise for targets would let L2 take the weights down to numbers that are slow. */
export function writeTable(folder, widths, rows) {
  const inputs = widths[0]
  const outputs = widths.at(-1)
  const random = uniforms(inputs)
  const features = Float32Array.from({ length: rows * inputs }, () => 2 * random() - 1)
  const targets = new Float32Array(rows * outputs)
  for (let i = 0; i < targets.length; i++) {
    const x = k => features[Math.floor(i / outputs) * inputs + (k % inputs)]
    targets[i] = Math.sin(3 * x(0)) * x(1) + 0.5 * x(2) ** 2 - 0.3 * x(3) * x(4)
  }
  return { features: write(folder, `features-${inputs}`, features), targets: write(folder, `targets-${inputs}`, targets) }
}

/** First parameters, layer by layer: weights from a normal distribution of variance 2 / inputs (He et al. 2015), biases 0. */
export function writeParameters(folder, widths) {
  const random = uniforms(7)
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
  const all = widths.slice(1).flatMap((units, i) => [
    ...Array.from({ length: widths[i] * units }, () => normal() * Math.sqrt(2 / widths[i])), ...Array.from({ length: units }, () => 0),
  ])
  return write(folder, `parameters-${widths.join('-')}`, Float32Array.from(all))
}

function write(folder, name, values) {
  const path = join(folder, `${name}.f32`)
  writeFileSync(path, values)
  return path
}
