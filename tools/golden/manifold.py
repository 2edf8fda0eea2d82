"""Golden values of packages/metrics for generators: precision and recall by the authors of density and coverage (prdc), nearest images and quantiles by NumPy.

Run: python tools/golden/manifold.py > packages/metrics/golden/manifold.json
"""
import contextlib
import json
import sys
from importlib.metadata import version

import numpy as np
from prdc import compute_prdc

from counter import normal, uniform

N, M, T, D = 70, 60, 90, 6  # held-out, generated, training images; dimension
held_out = normal(640, N * D).reshape(N, D)
generated = 0.8 * normal(641, M * D).reshape(M, D) + 0.6
training = normal(642, T * D).reshape(T, D)


def distances(a, b):
    return np.sqrt(((a[:, None] - b[None]) ** 2).sum(-1))


def nearest(a, b, k):
    d = distances(a, b)
    order = np.argsort(d, 1, kind="stable")[:, :k]
    return order, np.take_along_axis(d, order, 1)


def precision_recall(k):
    with contextlib.redirect_stdout(sys.stderr):  # it prints
        found = compute_prdc(real_features=held_out, fake_features=generated, nearest_k=k)
    return {"precision": float(found["precision"]), "recall": float(found["recall"])}


def quantiles(x):
    return {"minimum": x.min(), "percentile1": np.quantile(x, 0.01), "percentile5": np.quantile(x, 0.05), "median": np.median(x)}


order, near = nearest(generated, training, 3)
to_training, held_out_to_training, to_held_out = near[:, 0], nearest(held_out, training, 1)[1][:, 0], nearest(generated, held_out, 1)[1][:, 0]
counts = np.floor(4 * uniform(643, N)).astype(int)  # how often each image counts in a draw
json.dump(
    {
        "made": f"tools/golden/manifold.py, prdc {version('prdc')}, NumPy {np.__version__}",
        "precisionRecall": {str(k): precision_recall(k) for k in (1, 3, 5)},
        "nearest": {"indices": order.ravel().tolist(), "distanceSum": float(near.sum()), "exceptSelf": float(np.sort(distances(training, training), 1)[:, 1:3].sum())},
        "training": {
            "generated": quantiles(to_training),
            "heldOut": quantiles(held_out_to_training),
            "medianRatio": np.median(to_training) / np.median(held_out_to_training),
            "percentile5Ratio": np.quantile(to_training, 0.05) / np.quantile(held_out_to_training, 0.05),
            "nearerShare": float(np.mean(to_training < np.quantile(held_out_to_training, 0.01))),
            "trainingShare": float(np.mean(to_training < to_held_out)),
            "expected": T / (T + N),
        },
        "weightedQuantiles": [float(np.quantile(np.repeat(held_out_to_training, counts), p)) for p in (0, 0.01, 0.25, 0.5, 0.9, 1)],
    },
    sys.stdout,
    indent=1,
)
print()
