/**
 * Activations over a tile, as src/backends/activations.ts has them: forward z to a; backward d to d in place, from z and a.
 * Lanes are elements; padding is computed and never read.
 */
import { erf32, exp32, sigmoid32, softplus32, tanh32 } from './elementary32'
import { erf64, exp64, sigmoid64, softplus64, tanh64 } from './elementary64'
import { rectify } from './lanes'

/** As src/backends/wasm-layout.ts numbers them. */
export const enum Activation { Identity, Relu, LeakyRelu, Tanh, Sigmoid, Softplus, Gelu, Silu }

const leakySlope: f64 = 0.01
const sqrtHalf: f64 = 0.7071067811865476
const inverseSqrt2Pi: f64 = 0.3989422804014327

/** Identity needs no call: its a is z. */
export function activate<T>(activation: i32, z: usize, a: usize, elements: i32): void {
  const end = z + <usize>elements * sizeof<T>()
  switch (activation) {
    case Activation.Relu:
      for (; z < end; z += 16, a += 16) v128.store(a, rectify<T>(v128.load(z)))
      return
    case Activation.LeakyRelu:
      for (; z < end; z += 16, a += 16) {
        const v = v128.load(z)
        v128.store(a, v128.bitselect(v128.mul<T>(v, v128.splat<T>(<T>leakySlope)), v, v128.le<T>(v, v128.splat<T>(<T>0))))
      }
      return
    case Activation.Tanh:
      for (; z < end; z += 16, a += 16) v128.store(a, tanhOf<T>(v128.load(z)))
      return
    case Activation.Sigmoid:
      for (; z < end; z += 16, a += 16) v128.store(a, sigmoidOf<T>(v128.load(z)))
      return
    case Activation.Softplus:
      for (; z < end; z += 16, a += 16) v128.store(a, softplusOf<T>(v128.load(z)))
      return
    case Activation.Gelu:
      for (; z < end; z += 16, a += 16) {
        const v = v128.load(z)
        const half = v128.mul<T>(v128.splat<T>(<T>0.5), v)
        v128.store(a, v128.mul<T>(half, onePlusErf<T>(v)))
      }
      return
    case Activation.Silu:
      for (; z < end; z += 16, a += 16) {
        const v = v128.load(z)
        v128.store(a, v128.mul<T>(v, sigmoidOf<T>(v)))
      }
      return
  }
}

export function activateBackward<T>(activation: i32, z: usize, a: usize, d: usize, elements: i32): void {
  const end = d + <usize>elements * sizeof<T>()
  const one = v128.splat<T>(<T>1)
  switch (activation) {
    case Activation.Relu:
      for (; d < end; d += 16, z += 16) {
        v128.store(d, v128.andnot(v128.load(d), v128.le<T>(v128.load(z), v128.splat<T>(<T>0))))
      }
      return
    case Activation.LeakyRelu:
      for (; d < end; d += 16, z += 16) {
        const v = v128.load(d)
        const sloped = v128.mul<T>(v128.splat<T>(<T>leakySlope), v)
        v128.store(d, v128.bitselect(sloped, v, v128.le<T>(v128.load(z), v128.splat<T>(<T>0))))
      }
      return
    case Activation.Tanh:
      for (; d < end; d += 16, a += 16) {
        const v = v128.load(a)
        v128.store(d, v128.mul<T>(v128.load(d), v128.sub<T>(one, v128.mul<T>(v, v))))
      }
      return
    case Activation.Sigmoid:
      for (; d < end; d += 16, a += 16) {
        const v = v128.load(a)
        v128.store(d, v128.mul<T>(v128.load(d), v128.mul<T>(v, v128.sub<T>(one, v))))
      }
      return
    case Activation.Softplus:
      for (; d < end; d += 16, z += 16) v128.store(d, v128.mul<T>(v128.load(d), sigmoidOf<T>(v128.load(z))))
      return
    case Activation.Gelu:
      for (; d < end; d += 16, z += 16) {
        const v = v128.load(z)
        const below = v128.mul<T>(v128.splat<T>(<T>0.5), onePlusErf<T>(v))
        const bell = expOf<T>(v128.mul<T>(v128.splat<T>(<T>-0.5), v128.mul<T>(v, v)))
        const density = v128.mul<T>(v128.splat<T>(<T>inverseSqrt2Pi), bell)
        v128.store(d, v128.mul<T>(v128.load(d), v128.add<T>(below, v128.mul<T>(v, density))))
      }
      return
    case Activation.Silu:
      for (; d < end; d += 16, z += 16) {
        const v = v128.load(z)
        const s = sigmoidOf<T>(v)
        const slope = v128.mul<T>(s, v128.add<T>(one, v128.mul<T>(v, v128.sub<T>(one, s))))
        v128.store(d, v128.mul<T>(v128.load(d), slope))
      }
      return
  }
}

/** 1 + erf(z sqrt(1/2)) */
// @ts-ignore: decorator
@inline
function onePlusErf<T>(z: v128): v128 {
  return v128.add<T>(v128.splat<T>(<T>1), erfOf<T>(v128.mul<T>(z, v128.splat<T>(<T>sqrtHalf))))
}

// The functions of a vector: four float32 lanes at once, float64 lanes one after the other.

export function expOf<T>(x: v128): v128 {
  if (sizeof<T>() == 4) return exp32(x)
  return f64x2.replace_lane(f64x2.splat(exp64(f64x2.extract_lane(x, 0))), 1, exp64(f64x2.extract_lane(x, 1)))
}

function tanhOf<T>(x: v128): v128 {
  if (sizeof<T>() == 4) return tanh32(x)
  return f64x2.replace_lane(f64x2.splat(tanh64(f64x2.extract_lane(x, 0))), 1, tanh64(f64x2.extract_lane(x, 1)))
}

export function sigmoidOf<T>(x: v128): v128 {
  if (sizeof<T>() == 4) return sigmoid32(x)
  return f64x2.replace_lane(f64x2.splat(sigmoid64(f64x2.extract_lane(x, 0))), 1, sigmoid64(f64x2.extract_lane(x, 1)))
}

export function softplusOf<T>(x: v128): v128 {
  if (sizeof<T>() == 4) return softplus32(x)
  return f64x2.replace_lane(f64x2.splat(softplus64(f64x2.extract_lane(x, 0))), 1, softplus64(f64x2.extract_lane(x, 1)))
}

function erfOf<T>(x: v128): v128 {
  if (sizeof<T>() == 4) return erf32(x)
  return f64x2.replace_lane(f64x2.splat(erf64(f64x2.extract_lane(x, 0))), 1, erf64(f64x2.extract_lane(x, 1)))
}
