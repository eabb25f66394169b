"""Programs whose trouble came with their table: its cells, its rows, its labels, its scales."""
import json
import os

import numpy as np

from tools import bad, blobs, draws, Log, named, Net, program, regression, sigmoid, table, train_regression


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
def decoys_in_unused_columns(folder):
    """Columns that nobody trains on are full of NaN; the rate is what is wrong."""
    rng = np.random.default_rng(10)
    x, y = regression(rng)
    note, spare = np.where(rng.uniform(size=600) < 0.3, np.nan, 1.0), np.where(rng.uniform(size=600) < 0.1, np.inf, 2.0)
    table(folder, ['note', 'x1', 'x2', 'spare', 'x3', 'x4', 'y'], [note, x[:, 0], x[:, 1], spare, x[:, 2], x[:, 3], y])
    log = Log(folder, optimizer='sgd', learningRate=1.5, inputs=['x1', 'x2', 'x3', 'x4'], target='y')
    train_regression(log, Net(rng, [4, 32, 1]), x, y, draws(rng, 600, 32, 200), 1.5)


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
