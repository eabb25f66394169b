/** The core's ceiling for 128-bit SIMD: twelve independent sums of products, nothing but multiplications and additions. */
export function ceiling(rounds: i32): f32 {
  const x = f32x4.splat(0.999)
  const y = f32x4.splat(0.001)
  let a = f32x4.splat(1)
  let b = a
  let c = a
  let d = a
  let e = a
  let f = a
  let g = a
  let h = a
  let i = a
  let j = a
  let k = a
  let l = a
  for (let n: i32 = 0; n < rounds; n++) {
    a = f32x4.add(y, f32x4.mul(a, x))
    b = f32x4.add(y, f32x4.mul(b, x))
    c = f32x4.add(y, f32x4.mul(c, x))
    d = f32x4.add(y, f32x4.mul(d, x))
    e = f32x4.add(y, f32x4.mul(e, x))
    f = f32x4.add(y, f32x4.mul(f, x))
    g = f32x4.add(y, f32x4.mul(g, x))
    h = f32x4.add(y, f32x4.mul(h, x))
    i = f32x4.add(y, f32x4.mul(i, x))
    j = f32x4.add(y, f32x4.mul(j, x))
    k = f32x4.add(y, f32x4.mul(k, x))
    l = f32x4.add(y, f32x4.mul(l, x))
  }
  const first = f32x4.add(f32x4.add(f32x4.add(a, b), f32x4.add(c, d)), f32x4.add(e, f))
  const second = f32x4.add(f32x4.add(f32x4.add(g, h), f32x4.add(i, j)), f32x4.add(k, l))
  return f32x4.extract_lane(f32x4.add(first, second), 0)
}
