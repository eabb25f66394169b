"""Programs whose trouble is in their loss or in what is learned of it: sums, logarithms and quotients, losses that stay where they are, and logs by epoch."""
import csv
import os

import numpy as np

from tools import bad, blobs, draws, Log, named, Net, program, regression, sigmoid, table


def epochs(rng, n, batch, count):
    """Batches of shuffled epochs; the last of each has what is left."""
    return [order[i:i + batch] for order in (rng.permutation(n) for _ in range(count)) for i in range(0, n, batch)]


def by_epoch(folder, names, rows):
    with open(os.path.join(folder, 'log.csv'), 'w', newline='') as file:
        out = csv.writer(file)
        out.writerow(names)
        out.writerows(rows)


@program
def summed_over_scaled_targets(folder):
    """The program scales its targets, sums the loss, and takes a rate that suited batches of 16; the last batch of an epoch is short."""
    rng = np.random.default_rng(41)
    x = rng.normal(size=(2300, 5))
    y = 50 + 9 * (x[:, 0] * x[:, 1] + x[:, 2])
    table(folder, named(5, 'temperature'), [*x.T, y])
    z, net, log = (y - y.mean()) / y.std(), Net(rng, [5, 32, 1], 0.5), Log(folder, optimizer='sgd', learningRate=0.004)
    for step, rows in enumerate(epochs(rng, 2300, 500, 20), 1):
        error = net.forward(x[rows])[:, 0] - z[rows]
        net.update(*net.backward(2 * error[:, None]), 0.004)
        if not log.show(step, rows, np.sum(error ** 2)):
            break


@program
def reported_in_logarithms(folder):
    """Trained on squared errors; what is printed is the root mean squared difference of logarithms."""
    rng = np.random.default_rng(42)
    x = rng.normal(size=(500, 3))
    y = np.exp(np.clip(x @ [1.0, -0.8, 0.5], -4, 4))
    table(folder, named(3, 'count'), [*x.T, y])
    net, log = Net(rng, [3, 16, 1]), Log(folder)
    for step, rows in enumerate(epochs(rng, 500, 32, 20), 1):
        o = net.forward(x[rows])[:, 0]
        net.update(*net.backward((2 * (o - y[rows]) / len(rows))[:, None]), 0.005)
        log.show(step, rows, np.sqrt(np.mean((np.log(o) - np.log(y[rows])) ** 2)), nonFinite=net.counts())


@program
def poisson_of_a_linear_output(folder):
    """o - y log o of an output that nothing keeps above 0; counts look like classes."""
    rng = np.random.default_rng(43)
    x = rng.normal(size=(900, 4))
    y = rng.poisson(np.exp(x @ [0.8, -0.5, 0.2, 0]))
    table(folder, named(4, 'visits'), [*x.T, y])
    net, log = Net(rng, [4, 16, 1], 0.5), Log(folder)
    net.b[1] += 2.5
    for step, rows in enumerate(epochs(rng, 900, 30, 20), 1):
        o = net.forward(x[rows])[:, 0]
        # A step that is not finite is left out, as careful programs do.
        if np.isfinite(np.log(o)).all():
            net.update(*net.backward(((1 - y[rows] / o) / len(rows))[:, None]), 0.05)
        log.show(step, rows, np.mean(o - y[rows] * np.log(o)))


@program
def rows_that_are_ignored(folder):
    """Labels of -100 are left out of the mean; one batch has no others."""
    rng = np.random.default_rng(44)
    x, y = blobs(rng, 600, 3, 5)
    y[420:440] = -100
    table(folder, named(5, 'label'), [*x.T, y])
    net, log = Net(rng, [5, 16, 3], 0.3), Log(folder)
    for step, i in enumerate(range(0, 600, 20), 1):
        rows = np.arange(i, i + 20)
        kept = y[rows] >= 0
        z = net.forward(x[rows])
        p = np.exp(z - z.max(axis=1, keepdims=True))
        p /= p.sum(axis=1, keepdims=True)
        t = np.eye(3)[y[rows]] * kept[:, None] if kept.any() else np.zeros((20, 3))
        loss = -np.sum(t * np.log(p)) / np.float64(kept.sum())
        if kept.any():
            net.update(*net.backward((p * kept[:, None] - t) / kept.sum()), 0.05)
        log.show(step, rows, loss)


@program
def precision_of_a_batch_without_positives(folder):
    """1 minus what is found of the rare class, over how many there are; some batches have none."""
    rng = np.random.default_rng(45)
    x = rng.normal(size=(1000, 4))
    y = (x[:, 0] > 1.9).astype(float)
    table(folder, named(4, 'rare'), [*x.T, y])
    w, log = rng.normal(size=4) * 0.1, Log(folder, loss='recall')
    for step, rows in enumerate(epochs(rng, 1000, 60, 10), 1):
        p, t = sigmoid(x[rows] @ w), y[rows]
        loss = 1 - np.sum(p * t) / t.sum()
        w = w + 0.1 * x[rows].T @ (p * (1 - p) * t) / t.sum()
        if not log.show(step, rows, loss):
            break


@program
def healthy_scaled_in_half_precision(folder):
    """Nothing is wrong: the loss is multiplied, gradients are rounded to float16, and steps whose gradients overflow are left out."""
    rng = np.random.default_rng(46)
    x, y = regression(rng, 800)
    table(folder, named(4), [*x.T, y])
    net, log = Net(rng, [4, 32, 1]), Log(folder, precision='float16', optimizer='sgd')
    scale, good = 2.0 ** 18, 0
    for step, rows in enumerate(epochs(rng, 800, 32, 20), 1):
        error = net.forward(x[rows])[:, 0] - y[rows]
        gw, gb = ([np.float16(g) for g in some] for some in net.backward((scale * 2 * error / len(rows))[:, None]))
        broken = sum(int((~np.isfinite(g)).sum()) for g in [*gw, *gb])
        if broken:
            scale, good = scale / 2, 0
        else:
            net.update([np.float64(g) / scale for g in gw], [np.float64(g) / scale for g in gb], 0.02)
            good += 1
            if good % 150 == 0:
                scale *= 2
        log.show(step, rows, np.mean(error ** 2), nonFinite={'gradients': broken, 'parameters': sum(net.counts().values())})


@program
def shuffled_apart(folder):
    """Inputs and targets are shuffled one without the other before training; in the table they belong together."""
    rng = np.random.default_rng(47)
    x, y = regression(rng, 1000)
    y = y + 2 * x[:, 3]
    table(folder, named(4), [*x.T, y])
    other, net, log = rng.permutation(y), Net(rng, [4, 16, 1], 0.3), Log(folder, loss='mse', optimizer='sgd', learningRate=0.01)
    for step, rows in enumerate(epochs(rng, 1000, 50, 20), 1):
        error = net.forward(x[rows])[:, 0] - other[rows]
        net.update(*net.backward((2 * error / len(rows))[:, None]), 0.01)
        log.show(step, rows, np.mean(error ** 2))


@program
def eight_layers_of_sigmoid(folder):
    """Nothing comes through eight layers of sigmoid; ln 2 for ever."""
    rng = np.random.default_rng(48)
    x, y = blobs(rng, 1000, 2, 8, 2.0)
    table(folder, named(8, 'label'), [*x.T, y])
    sizes = [8] + [20] * 8 + [1]
    w = [rng.normal(size=(a, b)) / np.sqrt(a) for a, b in zip(sizes, sizes[1:])]
    log = Log(folder, loss='binary_crossentropy', optimizer='sgd', learningRate=0.05, activation='sigmoid')
    bias = -float(np.sum(0.5 * w[-1]))
    for step, rows in enumerate(epochs(rng, 1000, 50, 20), 1):
        a = [x[rows]]
        for one in w:
            a.append(sigmoid(a[-1] @ one + (bias if one is w[-1] else 0)))
        p, t = a[-1][:, 0], y[rows]
        d, g = ((p - t) / len(rows))[:, None], [None] * len(w)
        for i in reversed(range(len(w))):
            g[i] = a[i].T @ d
            d = (d @ w[i].T) * a[i] * (1 - a[i])
        bias -= 0.05 * float(np.mean(p - t))
        for i in range(len(w)):
            w[i] = w[i] - 0.05 * g[i]
        log.show(step, rows, -np.mean(t * np.log(p) + (1 - t) * np.log(1 - p)), gradNorm=float(np.sqrt(sum(np.sum(one ** 2) for one in g[:-1]))))


@program
def returns_by_epoch(folder):
    """Returns of a share, of which the inputs say nothing; a history by epoch as a table."""
    rng = np.random.default_rng(49)
    x, y = rng.normal(size=(1500, 5)), 0.01 * rng.standard_t(4, size=1500)
    table(folder, named(5, 'return'), [*x.T, y])
    net, rows = Net(rng, [5, 8, 1], 0.02), []
    for epoch in range(25):
        losses = []
        for batch in epochs(rng, 1500, 50, 1):
            error = net.forward(x[batch])[:, 0] - y[batch]
            net.update(*net.backward((2 * error / 50)[:, None]), 0.01)
            losses.append(np.mean(error ** 2))
        rows.append([epoch, np.mean(losses)])
    by_epoch(folder, ['epoch', 'loss'], rows)


@program
def softmax_of_one_unit(folder):
    """A softmax over a single output is 1 for every row, clipped to 1 - 1e-7 as Keras does; a history by epoch as a table."""
    rng = np.random.default_rng(50)
    x, y = blobs(rng, 1000, 2, 6)
    table(folder, named(6, 'label'), [*x.T, y])
    z = x @ rng.normal(size=(6, 1))
    p = np.clip(np.exp(z) / np.exp(z).sum(axis=1, keepdims=True), 1e-7, 1 - 1e-7)[:, 0]
    loss = -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))
    by_epoch(folder, ['epoch', 'accuracy', 'loss'], [[epoch, np.mean(y), loss] for epoch in range(12)])


@program
def prices_by_epoch(folder):
    """Inputs of 10,000 to 300,000 under plain gradient descent: losses of 1e38 that fall from 1e41; Keras writes its history."""
    rng = np.random.default_rng(51)
    x = np.c_[rng.uniform(1e4, 3e5, 600), rng.uniform(0, 1, (600, 2))]
    y = x[:, 0] * 1e-5 + x[:, 1]
    table(folder, ['income', 'share', 'rate', 'y'], [*x.T, y])
    net, rows = Net(rng, [3, 16, 1]), []
    for epoch in range(5):
        losses = []
        for batch in epochs(rng, 600, 30, 1):
            error = net.forward(x[batch])[:, 0] - y[batch]
            net.update(*net.backward((2 * error / 30)[:, None]), 0.01)
            losses.append(np.mean(error ** 2))
        rows.append([epoch, np.mean(losses)])
    by_epoch(folder, ['epoch', 'loss'], rows)


@program
def cleaned_and_by_epoch(folder):
    """The program drops its row with an empty cell; its rate is far too high; a history by epoch."""
    rng = np.random.default_rng(52)
    x, y = regression(rng)
    shown = x.copy()
    shown[50, 1] = np.nan
    table(folder, named(4), [*shown.T, y])
    x, y = np.delete(x, 50, axis=0), np.delete(y, 50)
    net, log = Net(rng, [4, 32, 1]), Log(folder)
    log.file.truncate(0)
    for epoch in range(5):
        losses = []
        for batch in epochs(rng, 599, 200, 1):
            error = net.forward(x[batch])[:, 0] - y[batch]
            net.update(*net.backward((2 * error / len(batch))[:, None]), 1.5)
            losses.append(np.mean(error ** 2))
        log.file.write(f'{{"epoch": {epoch}, "loss": {np.mean(losses)}}}\n')
