"""Golden values of the feature pyramid, from torchvision's own in float64: packages/layers/golden/feature-pyramid.json."""
import json
from collections import OrderedDict
from pathlib import Path

import torch
import torchvision
from torchvision.ops.feature_pyramid_network import FeaturePyramidNetwork, LastLevelP6P7

import counter
import fill

OUT = Path(__file__).parents[2] / "packages/layers/golden/feature-pyramid.json"


def pyramid(name, stream, inputs, channels, sizes):
    network = FeaturePyramidNetwork(inputs, channels, LastLevelP6P7(channels, channels)).double()
    values = fill.fill({f"fpn.{key}": tensor.shape for key, tensor in network.state_dict().items()}, stream)
    network.load_state_dict({key[len("fpn."):]: torch.from_numpy(value) for key, value in values.items()})
    maps = OrderedDict()
    for level, (count, (height, width)) in enumerate(zip(inputs, sizes)):
        shape = (2, height, width, count)
        maps[str(level)] = torch.from_numpy(counter.normal(stream + 100 + level, torch.Size(shape).numel())).reshape(shape).permute(0, 3, 1, 2).requires_grad_()
    levels = list(network(maps).values())
    sum(level.square().mean() for level in levels).backward()
    numbers = lambda tensor: [float(f"{value:.8g}") for value in tensor.permute(0, 2, 3, 1).flatten().tolist()]
    return {
        "name": name, "stream": stream, "inputs": inputs, "channels": channels, "sizes": sizes,
        "shapes": [list(level.permute(0, 2, 3, 1).shape) for level in levels],
        "means": [level.mean().item() for level in levels], "norms": [level.square().mean().item() for level in levels],
        "levels": [numbers(level)[:12] for level in levels], "gradients": [numbers(tensor.grad)[-40:] for tensor in maps.values()],
    }


if __name__ == "__main__":
    fixture = {
        "maker": "tools/golden/feature_pyramid.py",
        "torchvision": torchvision.__version__.split("+")[0],
        "cases": [pyramid("sizes that halve", 0, [3, 4, 5], 6, [[8, 8], [4, 4], [2, 2]]), pyramid("odd sizes", 300, [2, 3, 4], 3, [[7, 9], [4, 5], [2, 3]])],
    }
    OUT.write_text(json.dumps(fixture) + "\n")
