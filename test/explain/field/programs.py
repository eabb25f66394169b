"""
Programs as people write them and ask about, each with the mistake that its question was about: run for real, they write their
table and a log of their steps into a folder of their own. Nothing here knows what is made of the logs.
Run as: python3 programs.py FOLDER [torch]
"""
import json
import os
import sys
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


@program
def softmax_without_its_maximum(folder):
    """Pixels from 0 to 255, a hidden layer, exp(z) / sum(exp(z)) as in the lecture, and log of that."""
    rng = np.random.default_rng(1)
    y = rng.integers(0, 10, 1000)
    x = np.clip(np.round(rng.uniform(0, 255, (10, 20))[y] + rng.normal(size=(1000, 20)) * 30), 0, 255)
    table(folder, named(20, 'digit'), [*x.T, y])
    log = Log(folder, loss='categorical cross-entropy', optimizer='sgd', learningRate=0.01)
    net = Net(rng, [20, 64, 10], 0.5)
    for step, rows in enumerate(draws(rng, 1000, 64, 30), 1):
        e = np.exp(net.forward(x[rows]))
        p = e / e.sum(axis=1, keepdims=True)
        t = np.eye(10)[y[rows]]
        net.update(*net.backward((p - t) / 64), 0.01)
        if not log.show(step, rows, -np.mean(np.sum(t * np.log(p), axis=1))):
            break


@program
def logistic_regression_saturates(folder):
    """Two classes of unscaled measurements; y log a + (1 - y) log(1 - a) of a sigmoid that is 1.0 for some rows."""
    rng = np.random.default_rng(2)
    y = rng.integers(0, 2, 500)
    x = np.stack([14 + 4 * y + rng.normal(size=500), 90 + 25 * y + 8 * rng.normal(size=500), 0.1 + 0.02 * rng.normal(size=500)], axis=1)
    table(folder, ['radius', 'perimeter', 'smoothness', 'malignant'], [*x.T, y])
    log = Log(folder, loss='binary cross-entropy', optimizer='sgd', learningRate=0.05)
    w, b = np.zeros(3), 0.0
    for step in range(1, 40):
        a = sigmoid(x @ w + b)
        loss = -np.mean(y * np.log(a) + (1 - y) * np.log(1 - a))
        gw, gb = x.T @ (a - y) / 500, np.mean(a - y)
        w, b = w - 0.05 * gw, b - 0.05 * gb
        log.show(step, range(500), loss, gradNorm=float(np.linalg.norm(gw)), nonFinite=bad(w=w))


@program
def house_prices_by_gradient_descent(folder):
    """The first exercise of a course: size and bedrooms as they are, the whole table each step."""
    rng = np.random.default_rng(3)
    size, rooms = rng.uniform(800, 4500, 47), rng.integers(1, 6, 47)
    price = 89000 + 139 * size - 8700 * rooms + 30000 * rng.normal(size=47)
    table(folder, ['size', 'bedrooms', 'price'], [size, rooms, price])
    log = Log(folder, optimizer='gradient descent', learningRate=0.01)
    x = np.stack([np.ones(47), size, rooms], axis=1)
    theta = np.zeros(3)
    for step in range(1, 80):
        error = x @ theta - price
        theta = theta - 0.01 / 47 * (x.T @ error)
        log.show(step, range(47), np.sum(error ** 2) / (2 * 47))


@program
def rate_too_high(folder):
    """Scaled inputs, two layers, plain gradient descent with a rate of 2."""
    rng = np.random.default_rng(4)
    x, y = regression(rng)
    table(folder, named(4), [*x.T, y])
    train_regression(Log(folder, optimizer='sgd', learningRate=2, loss='mse', reduction='mean'), Net(rng, [4, 32, 1]), x, y, draws(rng, 600, 32, 200), 2)


@program
def rate_schedule_jumps(folder):
    """Warm-up written the wrong way round: from step 121 on the rate is a hundred times what it was."""
    rng = np.random.default_rng(5)
    x, y = regression(rng)
    table(folder, named(4), [*x.T, y])
    train_regression(Log(folder, optimizer='sgd', loss='mse'), Net(rng, [4, 32, 32, 1]), x, y, draws(rng, 600, 32, 400), lambda step: 0.02 if step <= 120 else 2)


@program
def recurrence_unrolled(folder):
    """Twenty times the same weights with a gain above 1, a number at the end: each pass through them multiplies."""
    rng = np.random.default_rng(6)
    x, y = regression(rng, 400, 6)
    table(folder, named(6), [*x.T, y])
    net = Net(rng, [6] + [24] * 20 + [1], 2.2)
    log = Log(folder, optimizer='sgd', learningRate=0.01, loss='mse', reduction='mean')
    train_regression(log, net, x, y, draws(rng, 400, 32, 50), 0.01)


@program
def relu_swallows_nan(folder):
    """np.where(z > 0, z, 0) turns NaN into 0; the weights get it all the same."""
    rng = np.random.default_rng(7)
    x, y = regression(rng)
    x[417, 2] = np.nan
    table(folder, named(4), [*x.T, y])
    log = Log(folder, optimizer='sgd', learningRate=0.01)
    w1, w2 = rng.normal(size=(4, 16)) * 0.5, rng.normal(size=16) * 0.3
    for step, rows in enumerate(draws(rng, 600, 20, 120), 1):
        z = x[rows] @ w1
        h = np.where(z > 0, z, 0)
        error = h @ w2 - y[rows]
        d = np.outer(2 * error / 20, w2) * (z > 0)
        w1, w2 = w1 - 0.01 * x[rows].T @ d, w2 - 0.01 * h.T @ (2 * error / 20)
        if not log.show(step, rows, np.mean(error ** 2), nonFinite=bad(W1=w1, W2=w2)):
            break


@program
def generator_with_one_bad_batch(folder):
    """A generator goes through the file in order, epoch after epoch; the sensor once wrote inf."""
    rng = np.random.default_rng(8)
    x, y = regression(rng, 960)
    x[741, 1] = np.inf
    table(folder, named(4), [*x.T, y])
    batches = [np.arange(i, i + 32) for _ in range(3) for i in range(0, 960, 32)]
    train_regression(Log(folder, optimizer='sgd', learningRate=0.01), Net(rng, [4, 32, 1]), x, y, batches, 0.01)


@program
def summed_loss_large_batch(folder):
    """The loss is a sum: fine at 16 rows a batch, not at 512. The table is innocent."""
    rng = np.random.default_rng(9)
    x, y = regression(rng, 2000)
    table(folder, named(4), [*x.T, y + 1])
    train_regression(Log(folder, optimizer='sgd', learningRate=0.003), Net(rng, [4, 32, 1]), x, y + 1, draws(rng, 2000, 512, 100), 0.003, summed=True)


@program
def decoys_in_unused_columns(folder):
    """Columns that nobody trains on are full of NaN; the rate is what is wrong."""
    rng = np.random.default_rng(10)
    x, y = regression(rng)
    note, spare = np.where(rng.uniform(size=600) < 0.3, np.nan, 1.0), np.where(rng.uniform(size=600) < 0.1, np.inf, 2.0)
    table(folder, ['note', 'x1', 'x2', 'spare', 'x3', 'x4', 'y'], [note, x[:, 0], x[:, 1], spare, x[:, 2], x[:, 3], y])
    log = Log(folder, optimizer='sgd', learningRate=1.5, inputs=['x1', 'x2', 'x3', 'x4'], target='y')
    train_regression(log, Net(rng, [4, 32, 1]), x, y, draws(rng, 600, 32, 200), 1.5)


@program
def log_of_zero_after_thousands_of_steps(folder):
    """Classes that a line can part, float32: a sigmoid rounds to 1 after thousands of good steps. In float64 it never would here."""
    rng = np.random.default_rng(11)
    y = rng.integers(0, 2, 120)
    x = (np.stack([1.5 * (2 * y - 1) + 0.2 * rng.normal(size=120), rng.normal(size=120)], axis=1)).astype(np.float32)
    table(folder, ['x1', 'x2', 'class'], [*x.astype(float).T, y])
    log = Log(folder, loss='binary cross-entropy', optimizer='adam', precision='float32')
    one, t = np.float32(1), y.astype(np.float32)
    w, b, rate = np.zeros(2, np.float32), np.float32(0), np.float32(0.002)
    m, v = np.zeros(3, np.float32), np.zeros(3, np.float32)
    for step in range(1, 20001):
        a = one / (one + np.exp(-(x @ w + b)))
        loss = -np.mean(t * np.log(a) + (one - t) * np.log(one - a))
        g = np.append(x.T @ (a - t) / np.float32(120), np.mean(a - t)).astype(np.float32)
        m, v = np.float32(0.9) * m + np.float32(0.1) * g, np.float32(0.999) * v + np.float32(0.001) * g * g
        u = rate * (m / np.float32(1 - 0.9 ** step)) / (np.sqrt(v / np.float32(1 - 0.999 ** step)) + np.float32(1e-12))
        w, b = w - u[:2], b - u[2]
        if not log.show(step, None, loss):
            break


@program
def missing_cell_spread_by_scaling(folder):
    """(x - x.mean(axis=0)) / x.std(axis=0) over a column with one empty cell."""
    rng = np.random.default_rng(12)
    x, y = regression(rng)
    x[233, 3] = np.nan
    table(folder, named(4), [*x.T, y])
    batches = [rows for rows in draws(rng, 600, 16, 40) if 233 not in rows]
    train_regression(Log(folder, optimizer='sgd', learningRate=0.01), Net(rng, [4, 16, 1]), (x - x.mean(axis=0)) / x.std(axis=0), y, batches, 0.01)


@program
def ragged_row(folder):
    """A logger was switched off in the middle of a line; pandas fills what is missing with NaN."""
    rng = np.random.default_rng(13)
    x, y = regression(rng, 300)
    table(folder, named(4), [*x.T, y])
    path = os.path.join(folder, 'table.csv')
    lines = open(path).read().split('\n')
    lines[171] = ','.join(lines[171].split(',')[:3])
    open(path, 'w').write('\n'.join(lines))
    x[170, 3], y[170] = np.nan, np.nan
    train_regression(Log(folder, optimizer='sgd', learningRate=0.01), Net(rng, [4, 16, 1]), x, y, draws(rng, 300, 10, 200), 0.01)


@program
def labels_from_one(folder):
    """Classes 1 to 3, an output for each of 0 to 2: on a GPU the loss of a label without an output is NaN, and no error."""
    rng = np.random.default_rng(14)
    x, y = blobs(rng, 300, 3, 4)
    table(folder, named(4, 'species'), [*x.T, y + 1])
    log = Log(folder, loss='sparse categorical cross-entropy', optimizer='adam')
    net = Net(rng, [4, 16, 3])
    for step, rows in enumerate(draws(rng, 300, 16, 20), 1):
        z = net.forward(x[rows])
        e = np.exp(z - z.max(axis=1, keepdims=True))
        p = e / e.sum(axis=1, keepdims=True)
        own = np.array([p[i, label] if label < 3 else np.nan for i, label in enumerate(y[rows] + 1)])
        t = np.array([np.eye(3)[label] if label < 3 else np.full(3, np.nan) for label in y[rows] + 1])
        net.update(*net.backward((p - t) / 16), 0.01)
        if not log.show(step, rows, np.mean(-np.log(own)), rowLosses=[float(v) for v in -np.log(own)]):
            break


@program
def rare_label_without_an_output(folder):
    """One row of 500 is labelled 255, as segmentation masks mark what is to be ignored; nobody ignores it."""
    rng = np.random.default_rng(15)
    x, y = blobs(rng, 500, 3, 4, 1.5)
    y[352] = 255
    table(folder, named(4, 'label'), [*x.T, y])
    log = Log(folder, loss='cross entropy', optimizer='sgd', learningRate=0.05)
    net = Net(rng, [4, 16, 3])
    for step, rows in enumerate(draws(rng, 500, 16, 200), 1):
        z = net.forward(x[rows])
        e = np.exp(z - z.max(axis=1, keepdims=True))
        p = e / e.sum(axis=1, keepdims=True)
        own = np.array([p[i, label] if label < 3 else np.nan for i, label in enumerate(y[rows])])
        t = np.array([np.eye(3)[label] if label < 3 else np.full(3, np.nan) for label in y[rows]])
        net.update(*net.backward((p - t) / 16), 0.05)
        if not log.show(step, rows, np.mean(-np.log(own))):
            break


@program
def target_of_words(folder):
    """The target is yes or no; to_numeric(errors='coerce') makes every one of them NaN."""
    rng = np.random.default_rng(16)
    x, y = blobs(rng, 200, 2, 3)
    table(folder, named(3, 'churn'), [*x.T, ['yes' if one else 'no' for one in y]])
    log = Log(folder, optimizer='adam', target='churn')
    for step, rows in enumerate(draws(rng, 200, 32, 5), 1):
        log.show(step, rows, np.nan)


@program
def zero_row_divided_by_its_norm(folder):
    """Rows are divided by their length; one row is a sensor that was off."""
    rng = np.random.default_rng(17)
    x, y = regression(rng)
    x[308] = 0
    table(folder, named(4), [*x.T, y])
    train_regression(Log(folder, optimizer='sgd', learningRate=0.01), Net(rng, [4, 16, 1]), x / np.linalg.norm(x, axis=1, keepdims=True), y, draws(rng, 600, 20, 200), 0.01)


@program
def empty_last_batch(folder):
    """range(0, n + 1, batch) ends with an empty batch where the batch divides n, and a mean of nothing is 0 / 0."""
    rng = np.random.default_rng(18)
    x, y = regression(rng, 320)
    table(folder, named(4), [*x.T, y])
    order = rng.permutation(320)
    batches = [order[i:i + 32] for _ in range(3) for i in range(0, 321, 32)]
    train_regression(Log(folder, optimizer='sgd', learningRate=0.01), Net(rng, [4, 16, 1]), x, y, batches, 0.01)


@program
def last_batch_of_one_row(folder):
    """Each batch is scaled by its own deviation, ddof=1: the last one of the epoch has one row, and 0 / 0."""
    rng = np.random.default_rng(19)
    x, y = regression(rng, 321)
    table(folder, named(4), [*x.T, y])
    log = Log(folder, optimizer='sgd', learningRate=0.01)
    net = Net(rng, [4, 16, 1])
    for step, i in enumerate([i for _ in range(3) for i in range(0, 321, 32)], 1):
        rows = np.arange(i, min(i + 32, 321))
        z = (x[rows] - x[rows].mean(axis=0)) / x[rows].std(axis=0, ddof=1)
        error = net.forward(z)[:, 0] - y[rows]
        net.update(*net.backward((2 * error / len(rows))[:, None]), 0.01)
        if not log.show(step, rows, np.mean(error ** 2)):
            break


@program
def weights_loaded_with_nan(folder):
    """A checkpoint of a run that had already failed is loaded; the table is innocent."""
    rng = np.random.default_rng(20)
    x, y = regression(rng)
    table(folder, named(4), [*x.T, y])
    net = Net(rng, [4, 16, 1])
    net.w[1][3, 0] = np.nan
    train_regression(Log(folder, optimizer='sgd', learningRate=0.01, standardize=False), net, x, y, draws(rng, 600, 32, 20), 0.01)


@program
def half_precision_overflow(folder):
    """Everything in float16 and targets in the hundreds: a squared error passes 65,504."""
    rng = np.random.default_rng(21)
    x, y = regression(rng)
    y = 180 + 120 * y
    table(folder, named(4), [*x.T, y])
    log = Log(folder, optimizer='sgd', precision='float16', loss='mse', learningRate=1e-4)
    w = np.zeros(4, np.float16)
    x16, y16 = x.astype(np.float16), y.astype(np.float16)
    for step, rows in enumerate(draws(rng, 600, 32, 10), 1):
        error = x16[rows] @ w - y16[rows]
        loss = np.mean(error * error)
        w = (w - np.float16(1e-4) * (x16[rows].T @ error) / np.float16(32)).astype(np.float16)
        log.show(step, rows, loss, nonFinite=bad(w=w))


@program
def logarithm_of_a_feature(folder):
    """Incomes are put through np.log first; two of a thousand are 0."""
    rng = np.random.default_rng(22)
    income = np.round(np.exp(rng.normal(10, 1, 1000)))
    age, y = rng.uniform(18, 80, 1000).round(), rng.normal(size=1000)
    income[[611, 870]] = 0
    table(folder, ['income', 'age', 'score'], [income, age, y])
    x = np.stack([np.log(income) - 10, age / 50 - 1], axis=1)
    train_regression(Log(folder, optimizer='sgd', learningRate=0.01, standardize=False), Net(rng, [2, 16, 1]), x, y, draws(rng, 1000, 16, 400), 0.01)


@program
def logarithm_of_a_prediction(folder):
    """Squared difference of log1p's, as a competition scores: a linear output is below -1 one day. The table is innocent."""
    rng = np.random.default_rng(23)
    x = rng.normal(size=(500, 3))
    y = np.exp(np.clip(x @ [1.0, -0.8, 0.5], -4, 4))
    table(folder, named(3, 'count'), [*x.T, y])
    log = Log(folder, loss='rmsle', optimizer='sgd', learningRate=0.05)
    w, b = np.zeros(3), 1.0
    for step, rows in enumerate(draws(rng, 500, 16, 300), 1):
        o = x[rows] @ w + b
        error = np.log1p(o) - np.log1p(y[rows])
        d = 2 * error / (1 + o) / 16
        w, b = w - 0.05 * x[rows].T @ d, b - 0.05 * d.sum()
        if not log.show(step, rows, np.sqrt(np.mean(error ** 2)), nonFinite=bad(w=w)):
            break


@program
def root_of_equal_rows(folder):
    """The distance of two points, sqrt(sum((a - b)^2)): its derivative is 0 / 0 where they are the same point. The loss is finite there."""
    rng = np.random.default_rng(24)
    a, b = rng.normal(size=(400, 2)), rng.normal(size=(400, 2))
    b[277] = a[277]
    same = (np.linalg.norm(a - b, axis=1) < 1.5).astype(float)
    table(folder, ['a1', 'a2', 'b1', 'b2', 'same'], [*a.T, *b.T, same])
    log = Log(folder, loss='contrastive', optimizer='sgd', learningRate=0.05)
    w = rng.normal(size=(2, 3)) * 0.5
    for step, rows in enumerate(draws(rng, 400, 16, 200), 1):
        e = (a[rows] - b[rows]) @ w
        distance = np.sqrt((e ** 2).sum(axis=1))
        gap = np.maximum(1 - distance, 0)
        loss = np.mean(same[rows] * distance ** 2 + (1 - same[rows]) * gap ** 2)
        slope = 2 * same[rows] * distance - 2 * (1 - same[rows]) * gap
        g = (a[rows] - b[rows]).T @ (slope[:, None] * (e / distance[:, None])) / 16
        w = w - 0.05 * g
        if not log.show(step, rows, loss, gradNorm=float(np.linalg.norm(g)), nonFinite=bad(W=w)):
            break


@program
def healthy_noisy(folder):
    """Nothing is wrong: noisy targets, small batches, momentum, a rate that is cut twice."""
    rng = np.random.default_rng(25)
    x, y = regression(rng)
    y = y + rng.normal(size=600)
    table(folder, named(4), [*x.T, y])
    train_regression(Log(folder, optimizer='sgd'), Net(rng, [4, 32, 1]), x, y, draws(rng, 600, 8, 400), lambda step: 0.02 / (1 + step // 150))


@program
def healthy_counted_from_one(folder):
    """Nothing is wrong, and rows are called 1 to n, as in MATLAB and R."""
    rng = np.random.default_rng(26)
    x, y = regression(rng, 120)
    table(folder, named(4), [*x.T, y])
    log, net = Log(folder, optimizer='sgd', learningRate=0.02), Net(rng, [4, 32, 1])
    for step in range(1, 201):
        rows = rng.choice(120, 16, replace=False)
        error = net.forward(x[rows])[:, 0] - y[rows]
        net.update(*net.backward((2 * error / 16)[:, None]), 0.02)
        log.show(step, rows + 1, np.mean(error ** 2), nonFinite=net.counts())


@program
def counted_from_one_with_nan(folder):
    """One cell is empty, and rows are called 1 to n."""
    rng = np.random.default_rng(27)
    x, y = regression(rng, 120)
    x[64, 1] = np.nan
    table(folder, named(4), [*x.T, y])
    log, net = Log(folder, optimizer='sgd', learningRate=0.02), Net(rng, [4, 16, 1])
    order = np.concatenate([rng.permutation(120) for _ in range(4)])
    order = np.concatenate([order[order != 64][:230], [64], order[231:]])
    for step, i in enumerate(range(0, 240, 10), 1):
        rows = order[i:i + 10]
        error = net.forward(x[rows])[:, 0] - y[rows]
        net.update(*net.backward((2 * error / 10)[:, None]), 0.02)
        if not log.show(step, rows + 1, np.mean(error ** 2)):
            break


@program
def weights_of_a_batch_are_all_zero(folder):
    """A weighted mean, sum(w e) / sum(w), over rows most of which have a weight of 0: one day a whole batch has."""
    rng = np.random.default_rng(28)
    x, y = regression(rng, 900)
    weight = (rng.uniform(size=900) < 0.35).astype(float)
    table(folder, ['weight', *named(4)], [weight, *x.T, y])
    log = Log(folder, optimizer='sgd', learningRate=0.02, inputs=['x1', 'x2', 'x3', 'x4'], target='y')
    net = Net(rng, [4, 16, 1])
    for step, rows in enumerate(draws(rng, 900, 12, 400), 1):
        error, w = net.forward(x[rows])[:, 0] - y[rows], weight[rows]
        net.update(*net.backward((2 * w * error / w.sum())[:, None]), 0.02)
        if not log.show(step, rows, (w * error ** 2).sum() / w.sum(), nonFinite=net.counts()):
            break


@program
def counts_by_exp(folder):
    """Poisson regression, exp(z) - y z, on ages and incomes as they are."""
    rng = np.random.default_rng(29)
    age, income = rng.uniform(18, 80, 400).round(), rng.uniform(10, 90, 400).round()
    y = rng.poisson(1 + age / 40)
    table(folder, ['age', 'income', 'claims'], [age, income, y])
    log = Log(folder, loss='poisson', optimizer='sgd', learningRate=0.01)
    x = np.stack([age, income], axis=1)
    w = np.zeros(2)
    for step, rows in enumerate(draws(rng, 400, 32, 100), 1):
        z = x[rows] @ w
        loss = np.mean(np.exp(z) - y[rows] * z)
        w = w - 0.01 * x[rows].T @ (np.exp(z) - y[rows]) / 32
        if not log.show(step, rows, loss, nonFinite=bad(w=w)):
            break


@program
def seconds_since_1970(folder):
    """A time stamp among the inputs, as it is."""
    rng = np.random.default_rng(30)
    x, y = regression(rng, 500, 3)
    stamp = 1.7e9 + np.arange(500) * 600.0
    table(folder, ['time', *named(3)], [stamp, *x.T, y])
    train_regression(Log(folder, optimizer='sgd', learningRate=0.001), Net(rng, [4, 32, 1]), np.column_stack([stamp, x]), y, draws(rng, 500, 32, 50), 0.001)


@program
def printed_every_ten_steps(folder):
    """The log has every tenth step alone; the batch with the empty cell is none of them."""
    rng = np.random.default_rng(31)
    x, y = regression(rng, 800)
    x[512, 0] = np.nan
    table(folder, named(4), [*x.T, y])
    log, net = Log(folder, optimizer='sgd', learningRate=0.01), Net(rng, [4, 16, 1])
    batches = draws(rng, 800, 16, 300)
    drew = next(i for i, rows in enumerate(batches) if 512 in rows)
    assert drew % 10 != 9
    for step, rows in enumerate(batches, 1):
        error = net.forward(x[rows])[:, 0] - y[rows]
        net.update(*net.backward((2 * error / 16)[:, None]), 0.01)
        if step % 10 == 0:
            log.show(step, rows, np.mean(error ** 2))


@program
def history_by_epoch(folder):
    """What a framework keeps of its epochs: a loss and a val_loss, and no rows. A cell of the table is empty."""
    rng = np.random.default_rng(32)
    x, y = regression(rng, 400)
    x[99, 2] = np.nan
    table(folder, named(4), [*x.T, y])
    net = Net(rng, [4, 16, 1])
    with open(os.path.join(folder, 'steps.jsonl'), 'w') as file:
        for epoch in range(5):
            losses = []
            for i in range(0, 320, 32):
                error = net.forward(x[i:i + 32])[:, 0] - y[i:i + 32]
                net.update(*net.backward((2 * error / 32)[:, None]), 0.01)
                losses.append(np.mean(error ** 2))
            validation = np.mean((net.forward(x[320:])[:, 0] - y[320:]) ** 2)
            print(json.dumps({'epoch': epoch, 'loss': float(np.mean(losses)), 'val_loss': float(validation)}), file=file)


@program
def gradients_never_set_to_zero(folder):
    """Gradients add up from step to step, since nobody sets them to 0."""
    rng = np.random.default_rng(33)
    x, y = regression(rng)
    table(folder, named(4), [*x.T, y])
    log, net = Log(folder, optimizer='sgd', learningRate=0.05, loss='mse'), Net(rng, [4, 32, 1])
    sums = None
    for step, rows in enumerate(draws(rng, 600, 32, 300), 1):
        error = net.forward(x[rows])[:, 0] - y[rows]
        gw, gb = net.backward((2 * error / 32)[:, None])
        sums = (gw, gb) if sums is None else ([a + b for a, b in zip(sums[0], gw)], [a + b for a, b in zip(sums[1], gb)])
        net.update(*sums, 0.05)
        if not log.show(step, rows, np.mean(error ** 2)):
            break


@program
def binary_labels_one_and_two(folder):
    """Classes 1 and 2 in a binary cross-entropy: it falls below 0, and on, until a logarithm of 0."""
    rng = np.random.default_rng(34)
    y = rng.integers(1, 3, 300)
    x = np.stack([1.5 * (2 * y - 3) + rng.normal(size=300), rng.normal(size=300)], axis=1)
    table(folder, ['x1', 'x2', 'grade'], [*x.T, y])
    log = Log(folder, loss='binary cross-entropy', optimizer='sgd', learningRate=0.5)
    w, b = np.zeros(2), 0.0
    for step, rows in enumerate(draws(rng, 300, 32, 2000), 1):
        a = sigmoid(x[rows] @ w + b)
        loss = -np.mean(y[rows] * np.log(a) + (1 - y[rows]) * np.log(1 - a))
        w, b = w - 0.5 * x[rows].T @ (a - y[rows]) / 32, b - 0.5 * np.mean(a - y[rows])
        if not log.show(step, rows, loss):
            break


@program
def healthy_restarts(folder):
    """Nothing is wrong: a cosine schedule with restarts, whose loss goes up at each."""
    rng = np.random.default_rng(35)
    x, y = regression(rng)
    table(folder, named(4), [*x.T, y])
    rate = lambda step: 0.001 + 0.1 * (1 + np.cos(np.pi * (step % 100) / 100)) / 2
    train_regression(Log(folder, optimizer='sgd'), Net(rng, [4, 32, 1]), x, y, draws(rng, 600, 16, 400), rate)


@program
def healthy_likelihood_below_zero(folder):
    """Nothing is wrong: the negative log-likelihood of a density, which may be negative."""
    rng = np.random.default_rng(36)
    x = rng.normal(size=(500, 2))
    y = 0.01 * rng.normal(size=500) + x[:, 0] * 0.05
    table(folder, named(2), [*x.T, y])
    log = Log(folder, loss='gaussian nll', optimizer='sgd')
    w, s = np.zeros(2), 0.0
    for step, rows in enumerate(draws(rng, 500, 32, 1500), 1):
        error = x[rows] @ w - y[rows]
        loss = np.mean(s + error ** 2 * np.exp(-2 * s) / 2)
        g = x[rows].T @ (error * np.exp(-2 * s)) / 32
        w, s = w - 0.001 * g / max(1, np.linalg.norm(g)), s - 0.005 * (1 - np.mean(error ** 2) * np.exp(-2 * s))
        log.show(step, rows, loss)


if __name__ == '__main__':
    for one in programs:
        folder = os.path.join(sys.argv[1], one.__name__)
        os.makedirs(folder)
        one(folder)
