"""Writes elementary.json: the elementary functions to 50 digits, as two doubles each (the value is their sum).

    python3 make_elementary.py > elementary.json
    python3 make_elementary.py SEED COUNT

Nothing but Python's decimal is used: exp and ln are its own, the others are worked out from them or from power series.
"""
import json
import random
import sys
from decimal import Decimal as D, getcontext

getcontext().prec = 420
ONE = D(1)


def series(first, ratio):
    """Sum of terms where term n + 1 is term n times ratio(n)."""
    total, term, n = D(0), first, 0
    while term and abs(term) > abs(total) * D(10) ** -60:
        total += term
        term *= ratio(n)
        n += 1
    return total


def arctan_inverse(n):
    total, power, k = D(0), ONE / n, 0
    while power > D(10) ** -100:
        total += power / (2 * k + 1) * (-1) ** k
        power /= n * n
        k += 1
    return total


PI = 4 * (4 * arctan_inverse(5) - arctan_inverse(239))


def sine(t):
    return series(t, lambda n: -t * t / ((2 * n + 2) * (2 * n + 3)))


def tanh(x):
    e = (2 * x).exp()
    return (e - 1) / (e + 1)


def erf(x):
    getcontext().prec = 80
    scale = 2 * (-x * x).exp() / PI.sqrt()
    total = scale * series(x, lambda n: 2 * x * x / (2 * n + 3))
    getcontext().prec = 420
    return total


FUNCTIONS = {
    "exp": (lambda x: x.exp(), [(-740, 709), (-1, 1)]),
    "expm1": (lambda x: x.exp() - 1, [(-38, 50), (-1.5, 1.5), (-1e-5, 1e-5)]),
    "log": (lambda x: x.ln(), [(1e-300, 1e300), (0.5, 2), (0.99, 1.01)]),
    "log1p": (lambda x: (1 + x).ln(), [(-0.999, 50), (-0.5, 0.5), (-1e-8, 1e-8)]),
    "tanh": (tanh, [(-22, 22), (-1, 1), (-1e-3, 1e-3)]),
    "sigmoid": (lambda x: ONE / (1 + (-x).exp()), [(-700, 40), (-3, 3)]),
    "softplus": (lambda x: (1 + x.exp()).ln(), [(-700, 700), (-3, 3)]),
    "erf": (erf, [(-6.5, 6.5), (-1, 1), (-1e-3, 1e-3)]),
    "sinTurns": (lambda u: sine(2 * PI * u), [(-0.5, 0.5), (-1e-3, 1e-3)]),
    "cosTurns": (lambda u: sine(2 * PI * (D("0.25") - abs(u))), [(-0.5, 0.5), (0.2, 0.3)]),
}


def points(low, high, count, rng):
    if low > 0 and high / low > 1e6:
        return [float(f"{rng.uniform(1, 10)}e{rng.randint(-300, 299)}") for _ in range(count)]
    return [rng.uniform(low, high) for _ in range(count)]


def main(seed=1, count=12):
    rng = random.Random(seed)
    out = {}
    for name, (function, ranges) in FUNCTIONS.items():
        rows = []
        for low, high in ranges:
            for x in points(low, high, count, rng):
                value = function(D(x))
                head = float(value)
                rows.append([x, head, float(value - D(head))])
        out[name] = rows
    json.dump(out, sys.stdout)


if __name__ == "__main__":
    main(*(int(a) for a in sys.argv[1:]))
