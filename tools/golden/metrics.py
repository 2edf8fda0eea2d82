"""Golden values of packages/metrics: scikit-learn's AUROC and average precision, and a patient bootstrap in NumPy with the same draws.

Scores and labels come from the counter-based generator; the fixture holds results only.
Run: python tools/golden/metrics.py > packages/metrics/golden/metrics.json
"""
import json
import sys

import numpy as np
import sklearn
from sklearn.metrics import average_precision_score, roc_auc_score

from counter import normal, uniform

N = 60
SAMPLES = 200


def column(stream, prevalence, decimals):
    """Scores with ties (rounded), labels, weights and the mask of known labels; test: column()."""
    labels = (uniform(stream, N) < prevalence).astype(float)
    scores = np.floor((normal(stream + 1, N) + labels) * 10.0**decimals) / 10.0**decimals
    weights = uniform(stream + 2, N) * 3
    known = (uniform(stream + 3, N) < 0.8).astype(float)
    return scores, labels, weights, known


cases = []
for stream, prevalence, decimals in [(100, 0.5, 6), (110, 0.3, 0), (120, 0.1, 1)]:
    scores, labels, weights, known = column(stream, prevalence, decimals)
    keep = known == 1
    cases.append(
        {
            "stream": stream,
            "prevalence": prevalence,
            "decimals": decimals,
            "auroc": roc_auc_score(labels, scores),
            "aurocWeighted": roc_auc_score(labels, scores, sample_weight=weights),
            "aurocKnownWeighted": roc_auc_score(labels[keep], scores[keep], sample_weight=weights[keep]),
            "auprc": average_precision_score(labels, scores),
            "auprcWeighted": average_precision_score(labels, scores, sample_weight=weights),
            "auprcKnownWeighted": average_precision_score(labels[keep], scores[keep], sample_weight=weights[keep]),
        }
    )

# Patients of one to three images; draw j of sample i is patient floor(uniform * patients)
scores, labels, _, _ = column(110, 0.3, 0)
other = column(110, 0.3, 6)[0] + normal(130, N)
patients = np.sort((uniform(131, N) * 25).astype(int))
clusters = np.unique(patients)
picks = np.floor(uniform(132, SAMPLES * len(clusters)) * len(clusters)).astype(int).reshape(SAMPLES, -1)
aurocs, differences, undefined = [], [], 0
for pick in picks:
    rows = np.concatenate([np.flatnonzero(patients == clusters[p]) for p in pick])
    if len(set(labels[rows])) < 2:
        undefined += 1
        continue
    aurocs.append(roc_auc_score(labels[rows], scores[rows]))
    differences.append(aurocs[-1] - roc_auc_score(labels[rows], other[rows]))

json.dump(
    {
        "made": f"scikit-learn {sklearn.__version__}, NumPy {np.__version__}",
        "cases": cases,
        "bootstrap": {
            "undefinedSamples": undefined,
            "auroc": [roc_auc_score(labels, scores), *np.quantile(aurocs, [0.05, 0.95])],
            "difference": [
                roc_auc_score(labels, scores) - roc_auc_score(labels, other),
                *np.quantile(differences, [0.05, 0.95]),
            ],
        },
    },
    sys.stdout,
    indent=1,
)
print()
