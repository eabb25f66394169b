"""
PyTorch's training step. `work` says how much of ours it does: "same" draws each batch without replacement and has L2 on the
weights (as Adam's weight_decay, which is an L2 gradient); "less" draws with replacement and has none.
"""
import numpy as np
import torch

from lines import serve, timed
from problem import Problem


class Program:
    def __init__(self, problem, dropout, l2, replacement):
        self.replacement, self.batch = replacement, problem.batch
        self.x, self.y = torch.from_numpy(problem.x), torch.from_numpy(problem.y)
        parts = []
        for weights, biases in problem.layers:
            linear = torch.nn.Linear(*weights.shape)
            with torch.no_grad():
                linear.weight.copy_(torch.from_numpy(np.ascontiguousarray(weights.T)))
                linear.bias.copy_(torch.from_numpy(biases))
            parts += [linear, torch.nn.ReLU()] + ([torch.nn.Dropout(dropout)] if dropout > 0 else [])
        last = max(i for i, part in enumerate(parts) if isinstance(part, torch.nn.Linear))
        self.net = torch.nn.Sequential(*parts[: last + 1])
        named = list(self.net.named_parameters())
        groups = [
            {"params": [p for name, p in named if name.endswith("weight")], "weight_decay": l2},
            {"params": [p for name, p in named if name.endswith("bias")], "weight_decay": 0},
        ]
        self.optimizer = torch.optim.Adam(groups, lr=problem.rate, betas=(problem.beta1, problem.beta2), eps=problem.epsilon)

    def step(self):
        count = len(self.x)
        rows = torch.randint(count, (self.batch,)) if self.replacement else torch.randperm(count)[: self.batch]
        return self.train(self.x[rows], self.y[rows])

    def train(self, x, y):
        self.optimizer.zero_grad(set_to_none=True)
        loss = 0.5 * torch.nn.functional.mse_loss(self.net(x), y)
        loss.backward()
        self.optimizer.step()
        return loss.item()


sessions = {}


def answer(said):
    if said["op"] == "prepare":
        torch.set_num_threads(said["threads"])
        torch.manual_seed(0)
        problem = Problem(said)
        less = said["work"] == "less"
        program = Program(problem, problem.dropout, 0 if less else problem.l2, less)
        sessions[said["id"]] = (problem, program)
        return {"version": f"PyTorch {torch.__version__}"}
    problem, program = sessions[said["id"]]
    if said["op"] == "losses":
        other = Program(problem, 0, said["l2"], True)
        return {"losses": [other.train(other.x[: problem.batch], other.y[: problem.batch]) for _ in range(said["steps"])]}
    return timed(program.step, said["ms"])


serve(answer)
