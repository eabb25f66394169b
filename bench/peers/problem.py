"""The data and first parameters that the bench wrote: float32, row-major, parameters layer by layer as weights, then biases."""
import numpy as np


class Problem:
    def __init__(self, said):
        self.widths = said["widths"]
        self.batch = said["batch"]
        self.dropout = said["dropout"]
        self.l2 = said["l2"]
        self.rate, self.beta1, self.beta2, self.epsilon = (said[k] for k in ("rate", "beta1", "beta2", "epsilon"))
        self.x = np.fromfile(said["features"], np.float32).reshape(-1, self.widths[0])
        self.y = np.fromfile(said["targets"], np.float32).reshape(-1, self.widths[-1])
        flat = np.fromfile(said["parameters"], np.float32)
        self.layers = []
        at = 0
        for n, m in zip(self.widths, self.widths[1:]):
            weights = flat[at:at + n * m].reshape(n, m)
            at += n * m
            self.layers.append((weights, flat[at:at + m]))
            at += m
