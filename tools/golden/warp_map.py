"""Golden values of warpMap and of the IFA loss on warped keys, in float64 from PyTorch's grid_sample: packages/losses/golden/warp-map.json.

Maps and positions come from counter.py: a map is max(0, normal), a position 2.4 uniform - 1.2 rounded to float32, so that some lie
outside the map; the mask is 1 where they lie inside. A map is [N, H, W, C], and positions [N, rows, columns, 2].
"""
import json
from pathlib import Path

import numpy as np
import torch
from torch.nn.functional import cosine_similarity, grid_sample

import counter

OUT = Path(__file__).parents[2] / "packages/losses/golden/warp-map.json"

CASES = [
    {"name": "square", "map": [2, 4, 4, 5], "grid": [4, 4], "target": 1},
    {"name": "of another grid", "map": [3, 5, 7, 3], "grid": [2, 6], "target": 0.3},
    {"name": "of one cell", "map": [2, 1, 1, 4], "grid": [2, 2], "target": 1},
    {"name": "of one row", "map": [1, 1, 6, 4], "grid": [3, 3], "target": 0.3},
]


def relu_map(stream, shape):
    return torch.from_numpy(counter.normal(stream, int(np.prod(shape)))).clamp(min=0).reshape(shape)


def solve(index, case):
    images, _, _, channels = case["map"]
    rows, columns = case["grid"]
    streams = {"query": 10 * index, "key": 10 * index + 1, "positions": 10 * index + 2}
    key = relu_map(streams["key"], case["map"])
    numbers = (2.4 * counter.uniform(streams["positions"], images * rows * columns * 2) - 1.2).astype(np.float32)
    positions = torch.from_numpy(numbers.astype(np.float64)).reshape(images, rows, columns, 2)
    warped = grid_sample(key.permute(0, 3, 1, 2), positions, mode="bilinear", padding_mode="border", align_corners=False).permute(0, 2, 3, 1)
    mask = (positions.abs() <= 1).all(-1).double()
    # 0.1 more than relu: no dead position, of which ifa_loss.py has its own cases
    query = (relu_map(streams["query"], [images, rows, columns, channels]) + 0.1).requires_grad_()
    cosine = cosine_similarity(query, warped, dim=-1)
    loss = ((case["target"] - cosine).abs() * mask).sum() / mask.sum()
    loss.backward()
    short = lambda tensor: [float(f"{value:.9g}") for value in tensor.flatten().tolist()]
    return {**case, "streams": streams, "warped": short(warped), "coverage": mask.mean().item(), "loss": loss.item(), "similarity": ((cosine * mask).sum() / mask.sum()).item(), "gradient": short(query.grad)}


if __name__ == "__main__":
    fixture = {"maker": "tools/golden/warp_map.py", "torch": torch.__version__.split("+")[0], "cases": [solve(i + 1, case) for i, case in enumerate(CASES)]}
    OUT.write_text(json.dumps(fixture) + "\n")
