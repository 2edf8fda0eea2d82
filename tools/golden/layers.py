"""Golden values of packages/layers from float64 PyTorch: python layers.py > ../../packages/layers/golden/layers.json

Tensors are made by counter.py in our layout (NHWC, HWIO), rounded to float32, and moved to PyTorch's.
"""
import json
import sys

import numpy as np
import torch
import torch.nn.functional as F

import counter


def make(stream, shape, deviation=1.0, centre=0.0):
    """As `make` in the tests: centre + deviation * normal in float32."""
    values = centre + deviation * counter.normal(stream, int(np.prod(shape)))
    return torch.tensor(values.astype(np.float32).astype(np.float64).reshape(shape))


def to_torch(maps):
    return maps.permute(0, 3, 1, 2).contiguous()


def to_ours(maps):
    return maps.permute(0, 2, 3, 1)


def numbers(tensor):
    return [float(f"{value:.8g}") for value in tensor.detach().reshape(-1).tolist()]


def batch_norm(groups, activation, with_residual):
    shape = (4, 3, 2, 3)
    x, scale, offset = make(1, shape, 2, 3).requires_grad_(), make(2, (3,), 0.3, 1).requires_grad_(), make(3, (3,)).requires_grad_()
    residual = make(4, shape).requires_grad_()
    running_mean, running_variance, parts = torch.zeros(3, dtype=torch.float64), torch.zeros(3, dtype=torch.float64), []
    for part in x.chunk(groups):
        mean, variance = torch.zeros(3, dtype=torch.float64), torch.ones(3, dtype=torch.float64)
        parts.append(to_ours(F.batch_norm(to_torch(part), mean, variance, scale, offset, training=True, momentum=0.1, eps=1e-5)))
        running_mean, running_variance = running_mean + mean / groups, running_variance + variance / groups
    y = torch.cat(parts)
    if with_residual:
        y = y + residual
    if activation == "relu":
        y = F.relu(y)
    (y * make(5, shape)).sum().backward()
    return {
        "groups": groups, "activation": activation, "residual": with_residual,
        "y": numbers(y), "runningMean": numbers(running_mean), "runningVariance": numbers(running_variance),
        "dx": numbers(x.grad), "dscale": numbers(scale.grad), "doffset": numbers(offset.grad),
        **({"dresidual": numbers(residual.grad)} if with_residual else {}),
    }


def inference():
    x = to_torch(make(1, (4, 3, 2, 3), 2, 3))
    y = F.batch_norm(x, make(6, (3,)), make(7, (3,), 0.1, 1), make(2, (3,), 0.3, 1), make(3, (3,)), training=False, eps=1e-5)
    return numbers(F.relu(to_ours(y) + make(4, (4, 3, 2, 3))))


def convolution(size, stride):
    filter = make(12, (size, size, 2, 2)).permute(3, 2, 0, 1)
    y = F.conv2d(to_torch(make(11, (1, 5, 6, 2))), filter, stride=stride, padding=size // 2)
    return {"size": size, "stride": stride, "shape": list(to_ours(y).shape), "y": numbers(to_ours(y))}


json.dump({
    "made": f"tools/golden/layers.py, PyTorch {torch.__version__.split('+')[0]}, float64",
    "batchNorm": [batch_norm(*case) for case in [(1, "linear", False), (1, "relu", True), (2, "relu", False), (2, "linear", True), (4, "relu", True)]],
    "batchNormInference": inference(),
    "convolution": [convolution(size, stride) for size in (1, 3, 7) for stride in (1, 2)],
    "maxPool": numbers(to_ours(F.max_pool2d(to_torch(F.relu(make(11, (1, 5, 6, 2)))), 3, 2, 1))),
    "linear": numbers(F.linear(make(13, (3, 4)), make(14, (2, 4)), make(15, (2,)))),
}, sys.stdout, separators=(",", ":"))
print()
