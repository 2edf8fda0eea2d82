"""Golden values of packages/heads: scikit-learn's logistic regression and nearest neighbours on features of the counter-based generator.

Run: python tools/golden/heads.py > packages/heads/golden/heads.json
"""
import json
import sys

import numpy as np
import sklearn
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import NearestNeighbors
from sklearn.preprocessing import StandardScaler

from counter import normal, uniform

N, D = 90, 6


def problem(stream, n=N):
    """Correlated features of unequal scale and offset, the last one constant, in float32; test: problem()."""
    z = normal(stream, n * D).reshape(n, D)
    x = np.empty((n, D))
    for d in range(D):
        x[:, d] = (z[:, d] + 0.7 * z[:, (d + 1) % D]) * 3.0**d * 0.1 + d
    x[:, D - 1] = 4.0
    margin = z[:, 0] - z[:, 2] + normal(stream + 1, n)
    return x.astype(np.float32), margin


def labels_of(margin, threshold):
    return (margin > threshold).astype(int)


x, margin = problem(200)
test, _ = problem(210, 5)
known = uniform(205, N) < 0.7
scaler = StandardScaler().fit(x.astype(np.float64))
standardised = scaler.transform(x.astype(np.float64))
cases = []
for threshold, l2, masked, class_weight in [(0.0, 1.0, False, None), (2.5, 1.0, False, None), (0.0, 0.01, True, None), (2.5, 300.0, True, None), (2.5, 1.0, False, "balanced"), (1.0, 20.0, True, "balanced")]:
    keep = known if masked else np.ones(N, bool)
    labels = labels_of(margin, threshold)
    model = LogisticRegression(C=1 / l2, solver="lbfgs", tol=1e-10, max_iter=100000, class_weight=class_weight)
    model.fit(standardised[keep], labels[keep])
    cases.append(
        {
            "threshold": threshold,
            "l2": l2,
            "masked": masked,
            "classWeights": class_weight or "none",
            "positives": int(labels[keep].sum()),
            "weights": model.coef_[0].tolist(),
            "bias": float(model.intercept_[0]),
            "probabilities": model.predict_proba(scaler.transform(test.astype(np.float64)))[:, 1].tolist(),
        }
    )

distances, indices = NearestNeighbors(n_neighbors=7, metric="cosine").fit(x).kneighbors(test)
labels = labels_of(margin, 0.0)
votes = np.exp((1 - distances) / 0.1)

json.dump(
    {
        "made": f"scikit-learn {sklearn.__version__}, NumPy {np.__version__}",
        "logistic": cases,
        "neighbours": {
            "indices": indices.tolist(),
            "similarities": (1 - distances).tolist(),
            "votes": ((votes * labels[indices]).sum(1) / votes.sum(1)).tolist(),
        },
    },
    sys.stdout,
    indent=1,
)
print()
