"""MLPRegressor's training step: an epoch of partial_fit over the table, by batches of the size asked for. It has no dropout."""
import time
import warnings

import numpy as np
import sklearn
from sklearn.neural_network import MLPRegressor

from lines import serve
from problem import Problem

warnings.filterwarnings("ignore")


def network(problem, l2, shuffle):
    net = MLPRegressor(
        hidden_layer_sizes=tuple(problem.widths[1:-1]), batch_size=problem.batch, shuffle=shuffle, random_state=0,
        # Its L2 term is alpha / (2 * rows of the batch) * sum of squares.
        alpha=l2 * problem.batch,
        learning_rate_init=problem.rate, beta_1=problem.beta1, beta_2=problem.beta2, epsilon=problem.epsilon,
    )
    # A first call makes the layers; then they get the parameters that all begin with, and an optimizer that has seen nothing.
    net.partial_fit(problem.x[: problem.batch], problem.y[: problem.batch, 0])
    net.coefs_ = [weights.copy() for weights, _ in problem.layers]
    net.intercepts_ = [biases.copy() for _, biases in problem.layers]
    del net._optimizer
    return net


current = {}


def answer(said):
    if said["op"] == "prepare":
        problem = Problem(said)
        # Whole batches, so that a step's time is an epoch's by their number.
        rows = len(problem.x) // problem.batch * problem.batch
        current.clear()
        current.update(problem=problem, rows=rows, net=network(problem, problem.l2, True))
        return {"version": f"scikit-learn {sklearn.__version__}"}
    problem = current["problem"]
    if said["op"] == "losses":
        net = network(problem, said["l2"], False)
        x, y = problem.x[: problem.batch], problem.y[: problem.batch, 0]
        losses = []
        for _ in range(said["steps"]):
            squares = sum(float(np.sum(w * w)) for w in net.coefs_)
            net.partial_fit(x, y)
            losses.append(float(net.loss_) - 0.5 * said["l2"] * squares)
        return {"losses": losses}
    rows, net = current["rows"], current["net"]
    # Part of an epoch where a whole one would take much longer than asked for.
    if "part" in current:
        rows = current["part"]
    x, y = problem.x[:rows], problem.y[:rows, 0]
    cpu, start, steps = time.process_time(), time.perf_counter(), 0
    while True:
        net.partial_fit(x, y)
        steps += rows // problem.batch
        wall = time.perf_counter() - start
        if wall * 1e3 >= said["ms"]:
            break
    fitting = max(2, int(said["ms"] / 1e3 / (wall / steps)))
    current["part"] = min(current["rows"], fitting * problem.batch)
    return {"us": wall / steps * 1e6, "steps": steps, "busy": (time.process_time() - cpu) / wall, "loss": float(net.loss_)}


serve(answer)
