/**
 * TensorFlow.js' training step: node bench/peers/tensorflow.mjs wasm|cpu. The batch is the same in every step, so that no
 * drawing is counted against it, and it has no L2.
 */
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { peerFile, peerPackage } from './packages.mjs'
import { serve } from './lines.mjs'

const [, , backend] = process.argv
const tf = peerPackage('@tensorflow/tfjs-core')
// Core alone knows no gradients in Node; this package brings them.
peerPackage('@tensorflow/tfjs-layers')

async function start() {
  if (backend === 'wasm') {
    const wasm = peerPackage('@tensorflow/tfjs-backend-wasm')
    wasm.setWasmPaths(`${dirname(peerFile('@tensorflow/tfjs-backend-wasm'))}/`)
    wasm.setThreadsCount(1)
  } else {
    peerPackage('@tensorflow/tfjs-backend-cpu')
  }
  await tf.setBackend(backend)
  await tf.ready()
}

class Program {
  constructor(said, dropout) {
    const { widths, batch } = said
    this.dropout = dropout
    this.x = tf.tensor2d(floats(said.features).slice(0, batch * widths[0]), [batch, widths[0]])
    this.y = tf.tensor2d(floats(said.targets).slice(0, batch * widths.at(-1)), [batch, widths.at(-1)])
    const flat = floats(said.parameters)
    let at = 0
    this.layers = widths.slice(1).map((units, i) => {
      const inputs = widths[i]
      const weights = tf.variable(tf.tensor2d(flat.slice(at, at + inputs * units), [inputs, units]))
      at += inputs * units
      const biases = tf.variable(tf.tensor1d(flat.slice(at, at + units)))
      at += units
      return { weights, biases }
    })
    this.optimizer = tf.train.adam(said.rate, said.beta1, said.beta2, said.epsilon)
  }

  step() {
    const loss = this.optimizer.minimize(() => this.loss(), true)
    const value = loss.dataSync()[0]
    loss.dispose()
    return value
  }

  loss() {
    let a = this.x
    this.layers.forEach(({ weights, biases }, i) => {
      a = tf.add(tf.matMul(a, weights), biases)
      if (i === this.layers.length - 1) return
      a = tf.relu(a)
      if (this.dropout > 0) a = tf.dropout(a, this.dropout)
    })
    return tf.mul(tf.scalar(0.5), tf.mean(tf.square(tf.sub(a, this.y))))
  }
}

function floats(path) {
  const bytes = readFileSync(path)
  return new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4)
}

let prepared = null
let program = null

await serve(async said => {
  if (said.op === 'prepare') {
    await start()
    tf.disposeVariables()
    prepared = said
    program = new Program(said, said.dropout)
    const { version } = JSON.parse(readFileSync(join(dirname(peerFile('@tensorflow/tfjs-core')), '..', 'package.json'), 'utf8'))
    return { version: `TensorFlow.js ${version}` }
  }
  if (said.op === 'losses') {
    const other = new Program(prepared, 0)
    return { losses: Array.from({ length: said.steps }, () => other.step()) }
  }
  const cpu = process.cpuUsage()
  const begin = performance.now()
  let steps = 0
  let loss
  let ms
  do {
    loss = program.step()
    steps++
    ms = performance.now() - begin
  } while (ms < said.ms || steps < 2)
  const { user, system } = process.cpuUsage(cpu)
  return { us: (ms / steps) * 1e3, steps, busy: (user + system) / 1e3 / ms, loss }
})
