"""Golden values of the IFA loss, in float64 from its formula with PyTorch: packages/losses/golden/ifa-loss.json.

The maps come from counter.py, so the fixture holds only losses, mean cosines and gradients. A map is [N, H, W, C], read
from stream `stream` as max(0, normal), with position `dead` of image 0 all zero.
"""
import json
from pathlib import Path

import torch

import counter

OUT = Path(__file__).parents[2] / "packages/losses/golden/ifa-loss.json"

CASES = [
    {"name": "released", "maps": {"layer1": [2, 4, 4, 6], "layer4": [2, 2, 2, 10]}, "dead": 3,
     "terms": [{"stage": "layer1", "target": 0.3, "weight": 1}, {"stage": "layer4", "target": 1, "weight": 1}]},
    {"name": "weights of their own", "maps": {"layer1": [2, 4, 4, 6], "layer2": [2, 3, 3, 8], "layer4": [2, 2, 2, 10]}, "dead": 1,
     "terms": [{"stage": "layer1", "target": 1, "weight": 0.25}, {"stage": "layer2", "target": 0, "weight": 2}, {"stage": "layer4", "target": 0.5, "weight": 0.5}]},
    {"name": "pooled", "maps": {"layer1": [2, 4, 4, 6], "layer4": [2, 2, 2, 10]}, "dead": 0,
     "terms": [{"stage": "layer1", "target": 0.3, "weight": 1, "pool": 2}, {"stage": "layer4", "target": 1, "weight": 1, "pool": 2}]},
    {"name": "masked", "maps": {"layer1": [2, 4, 4, 6], "layer4": [2, 2, 2, 10]}, "dead": 5, "masked": ["layer1"],
     "terms": [{"stage": "layer1", "target": 1, "weight": 1}, {"stage": "layer4", "target": 1, "weight": 1}]},
]


def feature_map(stream, shape, dead):
    n = 1
    for size in shape:
        n *= size
    x = torch.from_numpy(counter.normal(stream, n)).clamp(min=0).reshape(shape)
    x[0].reshape(-1, shape[-1])[min(dead, shape[1] * shape[2] - 1)] = 0
    return x


def cosine(a, b):
    """Over the last axis; 0 with gradient 0 where a vector is zero."""
    def unit(x):
        squared = (x * x).sum(-1, keepdim=True)
        alive = (squared > 1e-12).double()
        return alive * x / (squared + (1 - alive)).sqrt()
    return (unit(a) * unit(b)).sum(-1)


def pooled(x, pool):
    return torch.nn.functional.avg_pool2d(x.permute(0, 3, 1, 2), pool).permute(0, 2, 3, 1)


def solve(index, case):
    streams, queries, losses, similarity, total = {}, {}, {}, {}, 0
    for order, (stage, shape) in enumerate(case["maps"].items()):
        streams[stage] = {"query": 100 * index + 10 * order, "key": 100 * index + 10 * order + 1, "mask": 100 * index + 10 * order + 2}
        queries[stage] = feature_map(streams[stage]["query"], shape, case["dead"]).requires_grad_()
    for term in case["terms"]:
        stage, pool = term["stage"], term.get("pool", 1)
        # The key is alive at the query's dead position, and dead at the last one of image 0
        key = feature_map(streams[stage]["key"], case["maps"][stage], 10**6)
        s = cosine(pooled(queries[stage], pool), pooled(key, pool))
        mask = torch.ones_like(s)
        if stage in case.get("masked", []):
            mask = torch.from_numpy(counter.uniform(streams[stage]["mask"], s.numel())).reshape(s.shape)
        losses[stage] = ((term["target"] - s).abs() * mask).sum() / mask.sum()
        similarity[stage] = (s * mask).sum() / mask.sum()
        total = total + term["weight"] * losses[stage]
    total.backward()
    return {
        **case,
        "streams": streams,
        "loss": total.item(),
        "stages": {stage: value.item() for stage, value in losses.items()},
        "similarity": {stage: value.item() for stage, value in similarity.items()},
        "gradients": {stage: [float(f"{g:.9g}") for g in query.grad.flatten().tolist()] for stage, query in queries.items()},
    }


if __name__ == "__main__":
    fixture = {"maker": "tools/golden/ifa_loss.py", "torch": torch.__version__.split("+")[0], "cases": [solve(i + 1, case) for i, case in enumerate(CASES)]}
    OUT.write_text(json.dumps(fixture) + "\n")
