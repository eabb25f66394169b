"""Programs whose trouble is in what they do: their rates, losses, numbers and weights. And those that nothing is wrong with."""
import numpy as np

from tools import bad, draws, Log, named, Net, program, regression, sigmoid, table, train_regression


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
def summed_loss_large_batch(folder):
    """The loss is a sum: fine at 16 rows a batch, not at 512. The table is innocent."""
    rng = np.random.default_rng(9)
    x, y = regression(rng, 2000)
    table(folder, named(4), [*x.T, y + 1])
    train_regression(Log(folder, optimizer='sgd', learningRate=0.003), Net(rng, [4, 32, 1]), x, y + 1, draws(rng, 2000, 512, 100), 0.003, summed=True)


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
