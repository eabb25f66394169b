/**
 * The numbers behind the elementary functions, one table each, for these files and for the kernels alike: the same
 * coefficients in the same order are half of giving the same bits; the order of operations in elementary.ts and
 * elementary32.ts is the other half. All lists run from the lowest power up.
 */

// Float64. Power series, so that each number is its own source; degrees are where the next term is below 2^-58.

/** log(2) in two parts: the first has its low 21 bits zero, so that k times it is exact for |k| < 2^21. */
export const ln2High = 0.6931471803691238
export const ln2Low = 1.9082149292705877e-10
export const log2OfE = 1.4426950408889634
export const twoPi = 6.283185307179586

/** (e^r - 1 - r) / r^2 = sum of r^n / (n + 2)!, for |r| <= log(2) / 2. */
export const expSeries: readonly number[] = [
  1 / 2, 1 / 6, 1 / 24, 1 / 120, 1 / 720, 1 / 5040, 1 / 40320, 1 / 362880, 1 / 3628800, 1 / 39916800, 1 / 479001600, 1 / 6227020800,
]

/** (atanh(s) / s - 1) / s^2 = sum of z^n / (2n + 3) in z = s^2 <= 0.0295. */
export const logSeries: readonly number[] = [1 / 3, 1 / 5, 1 / 7, 1 / 9, 1 / 11, 1 / 13, 1 / 15, 1 / 17, 1 / 19, 1 / 21]

/** (sin(t) / t - 1) / t^2 in t^2, for |t| <= pi / 4. */
export const sinSeries: readonly number[] = [
  -1 / 6, 1 / 120, -1 / 5040, 1 / 362880, -1 / 39916800, 1 / 6227020800, -1 / 1307674368000, 1 / 355687428096000,
]

/** (cos(t) - 1) / t^2 in t^2, for |t| <= pi / 4. */
export const cosSeries: readonly number[] = [
  -1 / 2, 1 / 24, -1 / 720, 1 / 40320, -1 / 3628800, 1 / 479001600, -1 / 87178291200, 1 / 20922789888000, -1 / 6402373705728000,
]

/** erf(x) / x in x^2, for |x| < 1/2: 2 / sqrt(pi) times (-1)^n / (n! (2n + 1)). */
export const erfSeries: readonly number[] = [
  1.1283791670955126, -0.37612638903183754, 0.11283791670955126, -0.026866170645131252, 0.005223977625442188, -0.0008548327023450853,
  0.00012055332981789664, -1.492565035840625e-5, 1.6462114365889248e-6, -1.6365844691234924e-7, 1.4807192815879218e-8,
  -1.2290555301717928e-9, 9.422759064650411e-11,
]

/** [erf(c), erf'(c)] at c = 0.75, 1.25, …, 5.75: 50-digit values rounded once. */
const erfCentres: readonly (readonly [number, number])[] = [
  [0.7111556336535151, 0.6429310691952074],
  [0.9229001282564583, 0.2365211224472908],
  [0.9866716712191824, 0.05277499593015037],
  [0.9985372834133188, 0.007142319022017983],
  [0.9998993780778803, 0.0005862772470937923],
  [0.9999956972205363, 2.9189025383581702e-5],
  [0.9999998862727434, 8.814321912318039e-7],
  [0.9999999981494259, 1.6143993719507412e-8],
  [0.9999999999815149, 1.7934357034341337e-10],
  [0.9999999999998869, 1.2084074716006755e-12],
  [0.9999999999999996, 4.938485140964219e-15],
]

export const erfTaylorTerms = 19

/**
 * Taylor coefficients of erf about c = 0.75 + i / 2, i = 0 … 10, for |x - c| <= 1/4: row i at [19 i … 19 i + 18]. From
 * erf'' = -2 x erf' comes the recurrence (n + 2)(n + 1) a[n + 2] = -2 (c (n + 1) a[n + 1] + n a[n]).
 */
export const erfTaylor: Float64Array = erfTaylorTable()

function erfTaylorTable(): Float64Array {
  const table = new Float64Array(erfCentres.length * erfTaylorTerms)
  erfCentres.forEach(([value, slope], i) => {
    const centre = 0.75 + i / 2
    let [a, b] = [0, slope]
    table.set([value, slope], i * erfTaylorTerms)
    for (let n = 0; n + 2 < erfTaylorTerms; n++) {
      const next = (-2 * (centre * (n + 1) * b + n * a)) / ((n + 2) * (n + 1))
      table[i * erfTaylorTerms + n + 2] = next
      a = b
      b = next
    }
  })
  return table
}

// Float32. Chebyshev fits, made in 40 digits and rounded to float32; the error named is the fit's.

/** log(2) in two parts: the first has nine bits, so that k times it is exact for |k| <= 2^15. */
export const ln2High32 = 0.693359375
export const ln2Low32 = -0.00021219444170128554
export const log2OfE32 = 1.4426950216293335

/** Added and taken away again, 1.5 * 2^23 rounds |x| < 2^22 to the nearest whole number, ties to even. */
export const roundingShift32 = 12582912

/** (e^r - 1 - r) / r^2 for |r| <= 0.347, to 6.6e-8. */
export const exp32Fit: readonly number[] = [0.5, 0.16666576266288757, 0.04166655242443085, 0.00836324691772461, 0.001392626785673201]

/** 2 (atanh(s) / s - 1) / s^2 in z = s^2 <= 0.0295, to 1.9e-7. */
export const log32Fit: readonly number[] = [0.6666668653488159, 0.39988771080970764, 0.2958039939403534]

/** (tanh(x) / x - 1) / x^2 in x^2, |x| <= 0.625, to 4.4e-8. */
export const tanh32Fit: readonly number[] = [
  -0.333333283662796, 0.1333276927471161, -0.05385090783238411, 0.020997179672122, -0.006096714176237583,
]

/** erf(x) / x - 1 in x^2, |x| <= 1, to 1.3e-9. */
export const erf32Fit: readonly number[] = [
  0.12837916612625122, -0.3761262595653534, 0.11283594369888306, -0.02685421146452427, 0.005189087241888046, -0.000801686430349946,
  7.875874871388078e-5,
]

/** -log(1 - erf(x)) in x, 1 <= x <= 4, to 1.7e-8. */
export const erf32TailFit: readonly number[] = [
  -0.0003201380604878068, 1.1302334070205688, 0.6318260431289673, 0.11008008569478989, -0.026421135291457176, 0.004759596195071936,
  -0.0005968056502752006, 4.605804133461788e-5, -1.6371513993362896e-6,
]
