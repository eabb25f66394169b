"""Prints the SHA-256 of every float32 function's results, from NumPy's float32 arithmetic in the order elementary32.ts states.

    python3 make_elementary32.py COEFFICIENTS.json

COEFFICIENTS.json holds the exports of coefficients.ts by name. Arguments are the samples of elementary32.test.ts.
"""
import hashlib
import json
import sys

import numpy as np

np.seterr(all="ignore")
F = np.float32
C = json.load(open(sys.argv[1]))
ONE, TWO = F(1), F(2)
LN2_HIGH, LN2_LOW, LOG2E, SHIFT = (F(C[k]) for k in ("ln2High32", "ln2Low32", "log2OfE32", "roundingShift32"))


def horner(name, x):
    fit = [F(c) for c in C[name]]
    total = np.full_like(x, fit[-1])
    for c in reversed(fit[:-1]):
        total = total * x + c
    return total


def power_of_two(k):
    return ((k + 127) << 23).astype(np.int32).view(F)


def reduce(x):
    k = (x * LOG2E + SHIFT) - SHIFT
    r = (x - k * LN2_HIGH) - k * LN2_LOW
    whole = k.astype(np.int32)
    return r + (r * r) * horner("exp32Fit", r), whole >> 1, whole - (whole >> 1)


def exp(x):
    y, first, second = reduce(np.minimum(np.maximum(x, F(-104)), F(89)))
    return ((ONE + y) * power_of_two(first)) * power_of_two(second)


def expm1(x):
    y, first, second = reduce(np.minimum(np.maximum(x, F(-18)), F(89)))
    base = ONE - power_of_two(-first) * power_of_two(-second)
    return np.where(x == 0, x, ((base + y) * power_of_two(first)) * power_of_two(second))


def log(x):
    small = x < F(2) ** -126
    shifted = np.where(small, x * F(8388608), x).astype(F).view(np.int32) + np.int32(0x3F800000 - 0x3F3504F3)
    k = ((shifted >> 23) - 127 - np.where(small, 23, 0)).astype(F)
    g = ((shifted & 0x7FFFFF) + 0x3F3504F3).astype(np.int32).view(F) - ONE
    s = g / (TWO + g)
    z = s * s
    bent = s * (g - z * horner("log32Fit", z))
    y = k * LN2_HIGH + (g - (bent - k * LN2_LOW))
    return np.where(x == 0, F(-np.inf), y).astype(F)


def log1p(x):
    u = ONE + x
    lost = np.where(x < 1, x - (u - ONE), ONE - (u - x)).astype(F)
    return np.where(x == 0, x, log(u) + lost / u).astype(F)


def tanh(x):
    z = x * x
    near = x + x * (z * horner("tanh32Fit", z))
    held = np.minimum(np.abs(x), F(10))
    far = ONE - TWO / (exp(held + held) + ONE)
    return np.where(np.abs(x) < 0.625, near, np.copysign(far, x))


def sigmoid(x):
    e = exp(-np.abs(x))
    return np.where(x < 0, e, ONE) / (ONE + e)


def softplus(x):
    return np.maximum(x, F(0)) + log1p(exp(-np.abs(x)))


def erf(x):
    near = x + x * horner("erf32Fit", x * x)
    far = ONE - exp(-horner("erf32TailFit", np.minimum(np.abs(x), F(4))))
    return np.where(np.abs(x) < 1, near, np.copysign(far, x))


i = np.arange(2 * (0x7F800000 // 12007), dtype=np.int64)
samples = ((1 + (i >> 1) * 12007) | np.where(i % 2 == 0, 0, 0x80000000)).astype(np.uint32).view(F)
INFINITY = np.inf
CASES = {
    "exp32": (exp, -INFINITY, 88.72), "expm1_32": (expm1, -INFINITY, 88.72), "log32": (log, 0, INFINITY),
    "log1p_32": (log1p, -1, INFINITY), "tanh32": (tanh, -INFINITY, INFINITY), "sigmoid32": (sigmoid, -INFINITY, INFINITY),
    "softplus32": (softplus, -INFINITY, INFINITY), "erf32": (erf, -INFINITY, INFINITY),
}
out = {}
for name, (function, low, high) in CASES.items():
    x = samples[(samples.astype(np.float64) > low) & (samples.astype(np.float64) < high)]
    y = function(x)
    assert y.dtype == F, name
    out[name] = hashlib.sha256(y.tobytes()).hexdigest()
print(json.dumps(out, indent=1))
