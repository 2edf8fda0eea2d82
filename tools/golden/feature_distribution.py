"""Golden values of packages/heads: scikit-learn's Ledoit-Wolf covariance of standardised features, and Mahalanobis distances of other images.

Run: cd tools/golden && python feature_distribution.py > ../../packages/heads/golden/featureDistribution.json
"""
import json
import sys

import numpy as np
import sklearn
from sklearn.covariance import LedoitWolf
from sklearn.preprocessing import StandardScaler

from counter import normal

N, D = 90, 6


def problem(stream, n=N):
    """heads.py's features; test: goldenProblem()."""
    z = normal(stream, n * D).reshape(n, D)
    x = np.stack([(z[:, d] + 0.7 * z[:, (d + 1) % D]) * 3.0**d * 0.1 + d for d in range(D)], 1)
    x[:, D - 1] = 4.0
    return x.astype(np.float32).astype(np.float64)


def distribution(x, others):
    scaler = StandardScaler().fit(x)
    model = LedoitWolf(assume_centered=True).fit(scaler.transform(x))
    return {"shrinkage": float(model.shrinkage_), "distances": np.sqrt(model.mahalanobis(scaler.transform(others))).tolist()}


few = normal(300, 8 * 12).astype(np.float32).astype(np.float64).reshape(8, 12)
json.dump(
    {
        "made": f"tools/golden/feature_distribution.py, scikit-learn {sklearn.__version__}",
        **distribution(problem(200), problem(210, 5)),
        "few": distribution(few, normal(301, 4 * 12).astype(np.float32).astype(np.float64).reshape(4, 12)),
    },
    sys.stdout,
    indent=1,
)
print()
