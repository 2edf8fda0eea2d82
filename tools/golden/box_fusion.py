"""Golden values of weighted boxes fusion from its authors' package (pip install ensemble-boxes): packages/heads/golden/box-fusion.json."""
import json
from importlib.metadata import version
from pathlib import Path

import numpy as np
from ensemble_boxes import nms, weighted_boxes_fusion

import counter

OUT = Path(__file__).parents[2] / "packages/heads/golden/box-fusion.json"


def source(stream, count, labels):
    """Boxes in clusters, so that they overlap: [yMin, xMin, yMax, xMax], scores, labels."""
    numbers = counter.uniform(stream, count * 6).reshape(count, 6)
    corner = 0.25 * np.floor(3 * numbers[:, :2]) + 0.08 * numbers[:, 2:4]
    boxes = np.concatenate([corner, corner + 0.2], 1).astype(np.float32).astype(np.float64)
    return boxes, (0.05 + 0.9 * numbers[:, 4]).astype(np.float32).astype(np.float64), np.floor(labels * numbers[:, 5]).astype(int)


def fuse(name, stream, counts, labels, threshold, weights, minimum):
    sources = [source(stream + i, count, labels) for i, count in enumerate(counts)]
    boxes, scores, found = weighted_boxes_fusion(*[[part.tolist() for part in parts] for parts in zip(*sources)], weights=weights, iou_thr=threshold, skip_box_thr=minimum)
    return {"name": name, "stream": stream, "counts": counts, "labelCount": labels, "threshold": threshold, "weights": weights, "minimumScore": minimum, "boxes": boxes.flatten().tolist(), "scores": scores.tolist(), "labels": [int(label) for label in found]}


if __name__ == "__main__":
    fixture = {
        "maker": "tools/golden/box_fusion.py", "ensemble-boxes": version("ensemble-boxes"),
        "fusion": [
            fuse("three models", 1, [9, 8, 7], 2, 0.55, None, 0.0),
            fuse("weights and a least score", 10, [8, 10], 3, 0.4, [2, 1], 0.2),
            fuse("a source without boxes", 20, [6, 0, 5], 1, 0.5, None, 0.0),
        ],
    }
    OUT.write_text(json.dumps(fixture) + "\n")
