"""Golden values of the stage projector under the Barlow Twins loss with Kaku's weights (both sides learn), from PyTorch in float64: packages/moco/golden/stage-projector.json."""
import json
from pathlib import Path

import torch
from torch import nn

from losses import normal, short

OUT = Path(__file__).parents[2] / "packages/moco/golden/stage-projector.json"
ROWS, CHANNELS, SIZES, STREAM = 5, 4, [6, 5, 3], 900
ON_DIAGONAL, OFF_DIAGONAL, SCALE = 5e-5, 5e-5, 1 / 32

if __name__ == "__main__":
    layers = []
    for i, size in enumerate(SIZES):
        layers.append(nn.Linear(([CHANNELS] + SIZES)[i], size, bias=False))
        if i < len(SIZES) - 1:
            layers += [nn.BatchNorm1d(size), nn.ReLU()]
    projector = nn.Sequential(*layers).double()
    with torch.no_grad():
        # parameters from the streams after STREAM + 2, in order; batch-norm's scales around 1
        for i, (name, parameter) in enumerate(projector.named_parameters()):
            parameter.copy_(0.5 * normal(STREAM + 2 + i, *parameter.shape) + (1 if parameter.dim() == 1 and name.endswith("weight") else 0))
    query, key = normal(STREAM, ROWS, CHANNELS), normal(STREAM + 1, ROWS, CHANNELS)
    query.requires_grad_()
    z1, z2 = projector(query), projector(key)
    standardise = nn.BatchNorm1d(SIZES[-1], affine=False).double()
    correlation = standardise(z1).T @ standardise(z2) / ROWS
    diagonal = torch.diagonal(correlation)
    loss = SCALE * (ON_DIAGONAL * (diagonal - 1).pow(2).sum() + OFF_DIAGONAL * (correlation - torch.diag(diagonal)).pow(2).sum())
    loss.backward()
    OUT.write_text(json.dumps({
        "maker": "tools/golden/stage_projector.py", "torch": torch.__version__.split("+")[0],
        "rows": ROWS, "channels": CHANNELS, "sizes": SIZES, "stream": STREAM,
        "projection": short(z1), "loss": loss.item(), "gradient": short(query.grad),
        "gradients": {name: short(parameter.grad) for name, parameter in projector.named_parameters()},
    }) + "\n")
