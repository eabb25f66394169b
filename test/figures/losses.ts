/** Losses to draw: any function of the step, and one that falls. */
export const losses = (n: number, f: (i: number) => number): { step: number; loss: number }[] =>
  Array.from({ length: n }, (_, i) => ({ step: i + 1, loss: f(i) }))
export const falling = (i: number): number => 0.05 + 0.6 * Math.exp(-i / 20)
