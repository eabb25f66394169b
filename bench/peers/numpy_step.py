"""One training step of the program of the question, by NumPy and pandas as the question wrote it: float64, one hidden layer."""
import sys

import numpy as np
import pandas as pd

from lines import serve, timed
from problem import Problem


class Program:
    def __init__(self, problem, dropout, l2):
        self.problem, self.keep, self.l2 = problem, 1 - dropout, l2
        (w1, b1), (w2, b2) = problem.layers
        self.p = {"W1": w1.astype(float), "W2": w2.astype(float), "b1": b1.astype(float)[None], "b2": b2.astype(float)[None]}
        self.m = {k: 0 for k in self.p}
        self.v = {k: 0 for k in self.p}
        self.t = 0
        self.table = pd.DataFrame(np.hstack([problem.x, problem.y]).astype(float))
        np.random.seed(0)

    def step(self):
        return self.train(self.table.sample(n=self.problem.batch).to_numpy())

    def train(self, rows):
        self.t += 1
        p, inputs = self.p, self.problem.widths[0]
        x, y = rows[:, :inputs], rows[:, inputs:]
        h = np.maximum(0, np.dot(x, p["W1"]) + p["b1"])
        if self.keep < 1:
            h *= np.random.rand(*h.shape) < self.keep
        output = np.dot(h, p["W2"]) + p["b2"]
        data = np.sum(0.5 * (output - y) ** 2) / len(y)
        # The program reports this sum, so it is part of its step.
        self.total = data + 0.5 * self.l2 * np.sum(p["W1"] * p["W1"]) + 0.5 * self.l2 * np.sum(p["W2"] * p["W2"])
        d_output = (output - y) / len(y)
        d_hidden = np.dot(d_output, p["W2"].T)
        d_hidden[h <= 0] = 0
        g = {
            "W2": np.dot(h.T, d_output) + self.l2 * p["W2"],
            "W1": np.dot(x.T, d_hidden) + self.l2 * p["W1"],
            "b2": np.sum(d_output, axis=0, keepdims=True),
            "b1": np.sum(d_hidden, axis=0, keepdims=True),
        }
        rate, beta1, beta2, epsilon = (getattr(self.problem, k) for k in ("rate", "beta1", "beta2", "epsilon"))
        for k in p:
            self.m[k] = beta1 * self.m[k] + (1 - beta1) * g[k]
            self.v[k] = beta2 * self.v[k] + (1 - beta2) * g[k] * g[k]
            p[k] = p[k] - rate * (self.m[k] / (1 - beta1**self.t)) / (np.sqrt(self.v[k] / (1 - beta2**self.t)) + epsilon)
        return data


current = {}


def answer(said):
    if said["op"] == "prepare":
        problem = Problem(said)
        current.update(problem=problem, program=Program(problem, problem.dropout, problem.l2))
        return {"version": f"NumPy {np.__version__}, pandas {pd.__version__}, Python {sys.version.split()[0]}"}
    if said["op"] == "losses":
        problem = current["problem"]
        program = Program(problem, 0, said["l2"])
        rows = program.table.to_numpy()[: problem.batch]
        return {"losses": [program.train(rows) for _ in range(said["steps"])]}
    return timed(current["program"].step, said["ms"])


serve(answer)
