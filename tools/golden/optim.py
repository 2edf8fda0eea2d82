"""Golden values of the optimisers, from torch.optim in float64: packages/optim/golden/optim.json.

Parameters start from stream 1, 2, 3 of counter.py; the gradient of parameter p at step t is normal(100 t + p). LARS is not
in PyTorch: its rule is written out below from the papers.
"""
import json
from pathlib import Path

import torch

import counter

OUT = Path(__file__).parents[2] / "packages/optim/golden/optim.json"
SHAPES = {"conv.weight": [2, 2, 3], "bn.weight": [3], "fc.weight": [4, 3]}
STEPS = 5
RATES = [0.1, 0.08, 0.05, 0.03, 0.01]


def normal(stream, shape):
    return torch.from_numpy(counter.normal(stream, torch.Size(shape).numel())).reshape(shape)


def short(tensor):
    return [float(f"{value:.9g}") for value in tensor.flatten().tolist()]


def run(name, rule, options, make=None, by_hand=None, rate_scale=1.0):
    parameters = {key: normal(i + 1, shape).requires_grad_() for i, (key, shape) in enumerate(SHAPES.items())}
    optimizer = make(parameters) if make else None
    velocities = {key: torch.zeros_like(p) for key, p in parameters.items()}
    trajectory = []
    for step in range(STEPS):
        rate = rate_scale * RATES[step]
        for i, p in enumerate(parameters.values()):
            p.grad = normal(100 * (step + 1) + i + 1, p.shape)
        if optimizer:
            for group in optimizer.param_groups:
                group["lr"] = rate * group.get("factor", 1)
            optimizer.step()
        else:
            by_hand(parameters, velocities, rate)
        trajectory.append({key: short(p.detach()) for key, p in parameters.items()})
    return {"name": name, "rule": rule, "options": options, "rates": [rate_scale * rate for rate in RATES], "trajectory": trajectory}


def sgd(**options):
    return lambda parameters: torch.optim.SGD(parameters.values(), lr=0.1, **options)


def adam_w(**options):
    return lambda parameters: torch.optim.AdamW(parameters.values(), lr=0.1, **options)


def matrices_decay(make, **options):
    def make_groups(parameters):
        return make([{"params": [p], "weight_decay": 0.1 if p.ndim > 1 else 0.0} for p in parameters.values()], lr=0.1, **options)
    return make_groups


FACTORS = {"conv.weight": 0.1, "bn.weight": 0.1, "fc.weight": 1}


def layerwise(make, **options):
    def make_groups(parameters):
        return make([{"params": [p], "factor": FACTORS[key]} for key, p in parameters.items()], lr=0.1, **options)
    return make_groups


@torch.no_grad()
def lars_step(parameters, velocities, rate, momentum=0.9, weight_decay=0.01, trust=0.02):
    for key, p in parameters.items():
        g = p.grad
        if p.ndim > 1:
            g = g + weight_decay * p
            parameter_norm, gradient_norm = p.norm(), g.norm()
            if parameter_norm > 0 and gradient_norm > 0:
                g = g * trust * parameter_norm / gradient_norm
        velocities[key] = momentum * velocities[key] + g
        p -= rate * velocities[key]


if __name__ == "__main__":
    fixture = {
        "maker": "tools/golden/optim.py",
        "torch": torch.__version__.split("+")[0],
        "shapes": SHAPES,
        "cases": [
            run("MoCo's SGD", "sgd", {"momentum": 0.9, "weightDecay": 1e-4}, sgd(momentum=0.9, weight_decay=1e-4)),
            run("SGD with Nesterov", "sgd", {"momentum": 0.8, "weightDecay": 0.05, "nesterov": True}, sgd(momentum=0.8, weight_decay=0.05, nesterov=True)),
            run("SGD without momentum", "sgd", {"momentum": 0, "weightDecay": 0.01}, sgd(momentum=0, weight_decay=0.01)),
            run("SGD, matrices alone decay", "sgd", {"momentum": 0.9, "weightDecay": 0.1, "matricesDecay": True}, matrices_decay(torch.optim.SGD, momentum=0.9)),
            run("AdamW", "adamW", {}, adam_w(), rate_scale=0.1),
            run("AdamW with options", "adamW", {"beta1": 0.8, "beta2": 0.95, "epsilon": 1e-4, "weightDecay": 0.3}, adam_w(betas=(0.8, 0.95), eps=1e-4, weight_decay=0.3)),
            run("AdamW, matrices alone decay", "adamW", {"weightDecay": 0.1, "matricesDecay": True}, matrices_decay(torch.optim.AdamW)),
            run("SGD, layer-wise rates", "sgd", {"momentum": 0.9, "weightDecay": 0.01, "factors": FACTORS}, layerwise(torch.optim.SGD, momentum=0.9, weight_decay=0.01)),
            run("AdamW, layer-wise rates", "adamW", {"weightDecay": 0.1, "factors": FACTORS}, layerwise(torch.optim.AdamW, weight_decay=0.1)),
            run("LARS", "lars", {"momentum": 0.9, "weightDecay": 0.01, "trustCoefficient": 0.02}, by_hand=lars_step),
        ],
    }
    OUT.write_text(json.dumps(fixture) + "\n")
