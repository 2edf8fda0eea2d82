"""Golden values of the perceptual loss from PyTorch's l1_loss in float64: packages/losses/golden/perceptual.json."""
import json
from pathlib import Path

import torch
from torch.nn.functional import l1_loss

import counter

OUT = Path(__file__).parents[2] / "packages/losses/golden/perceptual.json"
SHAPES = {"stem": [2, 4, 4, 2], "layer1": [2, 2, 2, 2], "layer2": [2, 2, 2, 3], "layer3": [2, 1, 1, 4], "layer4": [2, 1, 1, 5]}
WEIGHTS = {"stem": 1 / 32, "layer1": 1 / 16, "layer2": 1 / 8, "layer3": 1 / 4, "layer4": 1}
STREAMS = [500, 520]

if __name__ == "__main__":
    images, targets = ({stage: torch.from_numpy(counter.normal(first + index, torch.Size(shape).numel())).reshape(shape) for index, (stage, shape) in enumerate(SHAPES.items())} for first in STREAMS)
    for map in images.values():
        map.requires_grad_()
    loss = sum(weight * l1_loss(images[stage], targets[stage]) for stage, weight in WEIGHTS.items())
    loss.backward()
    gradients = {stage: [float(f"{value:.9g}") for value in map.grad.flatten().tolist()] for stage, map in images.items()}
    shapes = [{"stage": stage, "shape": shape} for stage, shape in SHAPES.items()]
    OUT.write_text(json.dumps({"made": f"tools/golden/perceptual.py, PyTorch {torch.__version__.split('+')[0]}, float64", "streams": STREAMS, "shapes": shapes, "loss": loss.item(), "gradients": gradients}, separators=(",", ":")) + "\n")
