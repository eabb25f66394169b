"""What the programs share: a log of steps, a table as a file, a network by hand."""
import json
import os
import warnings

import numpy as np

warnings.filterwarnings('ignore')
programs = []


def program(of):
    programs.append(of)
    return of


class Log:
    def __init__(self, folder, **settings):
        self.file = open(os.path.join(folder, 'steps.jsonl'), 'w')
        if settings:
            print(json.dumps({'settings': settings}), file=self.file)

    def show(self, step, rows, loss, **more):
        line = {'step': int(step), 'loss': float(loss), **more}
        if rows is not None:
            line['rows'] = [int(row) for row in rows]
        print(json.dumps(line), file=self.file)
        return np.isfinite(line['loss'])


def table(folder, names, columns):
    lines = [','.join(names)] + [','.join(cell if isinstance(cell, str) else repr(float(cell)) for cell in row) for row in zip(*columns)]
    with open(os.path.join(folder, 'table.csv'), 'w') as file:
        file.write('\n'.join(lines) + '\n')


def bad(**tensors):
    return {name: int((~np.isfinite(values)).sum()) for name, values in tensors.items()}


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def blobs(rng, n, classes, inputs, apart=3.0):
    y = rng.integers(0, classes, n)
    centers = rng.normal(size=(classes, inputs)) * apart
    return centers[y] + rng.normal(size=(n, inputs)), y


def regression(rng, n=600, inputs=4):
    x = rng.normal(size=(n, inputs))
    return x, np.sin(x[:, 0]) + 0.5 * x[:, 1] * x[:, 2] + 0.1 * rng.normal(size=n)


class Net:
    """Dense layers with ReLU between them and a linear output, trained by plain gradient descent."""

    def __init__(self, rng, sizes, scale=1.0):
        self.w = [rng.normal(size=(a, b)) * np.sqrt(2 / a) * scale for a, b in zip(sizes, sizes[1:])]
        self.b = [np.zeros(b) for b in sizes[1:]]

    def forward(self, x):
        self.a = [x]
        for i, (w, b) in enumerate(zip(self.w, self.b)):
            z = self.a[-1] @ w + b
            self.a.append(z if i == len(self.w) - 1 else np.maximum(z, 0))
        return self.a[-1]

    def backward(self, d):
        gw, gb = [None] * len(self.w), [None] * len(self.w)
        for i in reversed(range(len(self.w))):
            gw[i], gb[i] = self.a[i].T @ d, d.sum(axis=0)
            d = (d @ self.w[i].T) * (self.a[i] > 0)
        return gw, gb

    def update(self, gw, gb, rate):
        for i in range(len(self.w)):
            self.w[i] = self.w[i] - rate * gw[i]
            self.b[i] = self.b[i] - rate * gb[i]

    def counts(self):
        return {f'W{i + 1}': int((~np.isfinite(w)).sum()) for i, w in enumerate(self.w)}


def train_regression(log, net, x, y, batches, rate, summed=False, patience=3):
    """Squared error; `rate` is a number or a function of the step. Stops a few steps after the first loss that is none."""
    wrong = 0
    for step, rows in enumerate(batches, 1):
        error = net.forward(x[rows])[:, 0] - y[rows]
        loss = np.sum(error ** 2) if summed else np.mean(error ** 2)
        gw, gb = net.backward((2 * error / (1 if summed else len(rows)))[:, None])
        net.update(gw, gb, rate(step) if callable(rate) else rate)
        if not log.show(step, rows, loss, nonFinite=net.counts()):
            wrong += 1
            if wrong == patience:
                return


def draws(rng, n, batch, steps):
    return [rng.choice(n, batch, replace=False) for _ in range(steps)]


def named(inputs, target='y'):
    return [f'x{i + 1}' for i in range(inputs)] + [target]
