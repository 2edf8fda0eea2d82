"""Golden values of packages/metrics: scikit-learn's metrics, curves and calibration, statsmodels' Holm, a patient bootstrap in NumPy with the same
draws, and DeLong's and Obuchowski's variances written from their papers' sums over all pairs.

Scores and labels come from the counter-based generator; the fixture holds results only.
Run: python tools/golden/metrics.py > packages/metrics/golden/metrics.json
"""
import json
import sys

import numpy as np
import scipy
import sklearn
import statsmodels
from scipy.optimize import brentq, root
from scipy.stats import norm
from sklearn import metrics as sk
from sklearn.calibration import _sigmoid_calibration, calibration_curve
from sklearn.metrics import average_precision_score, roc_auc_score
from statsmodels.stats.multitest import multipletests

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
without_patient = [[roc_auc_score(labels[rows], s[rows]) for p in clusters for rows in [patients != p]] for s in (scores, other)]


def bca(draws, value, left):
    """Efron 1987 at 90 %, the probabilities at which draws are read."""
    bias = norm.ppf(np.mean(draws < value) + np.mean(draws == value) / 2)
    deviations = np.mean(left) - left
    acceleration = np.sum(deviations**3) / (6 * np.sum(deviations**2) ** 1.5)
    z = norm.ppf([0.05, 0.95])
    return np.quantile(draws, norm.cdf(bias + (bias + z) / (1 - acceleration * (bias + z)))).tolist()


for pick in picks:
    rows = np.concatenate([np.flatnonzero(patients == clusters[p]) for p in pick])
    if len(set(labels[rows])) < 2:
        undefined += 1
        continue
    aurocs.append(roc_auc_score(labels[rows], scores[rows]))
    differences.append(aurocs[-1] - roc_auc_score(labels[rows], other[rows]))


def confusion_metrics(labels, scores, threshold, weights=None):
    called = (scores >= threshold).astype(float)
    kwargs = {"sample_weight": weights}
    return {
        "sensitivity": sk.recall_score(labels, called, **kwargs),
        "specificity": sk.recall_score(labels, called, pos_label=0, **kwargs),
        "positivePredictiveValue": sk.precision_score(labels, called, **kwargs),
        "negativePredictiveValue": sk.precision_score(labels, called, pos_label=0, **kwargs),
        "accuracy": sk.accuracy_score(labels, called, **kwargs),
        "balancedAccuracy": sk.balanced_accuracy_score(labels, called, **kwargs),
        "f1": sk.f1_score(labels, called, **kwargs),
        "matthewsCorrelation": sk.matthews_corrcoef(labels, called, **kwargs),
    }


def operating_points(labels, scores, weights=None):
    """Thresholds by brute force over scikit-learn's ROC points; of equal ones the highest threshold."""
    fpr, tpr, thresholds = sk.roc_curve(labels, scores, sample_weight=weights, drop_intermediate=False)
    f1 = np.array([sk.f1_score(labels, scores >= t, sample_weight=weights, zero_division=0) for t in thresholds])
    specific = np.flatnonzero(1 - fpr >= 0.8)
    sensitive = np.flatnonzero(tpr >= 0.8)
    points = {
        "youden": np.argmax(tpr - fpr),
        "f1": np.argmax(f1),
        "specificity": specific[np.argmax(tpr[specific])],
        "sensitivity": sensitive[np.argmin(fpr[sensitive])],
    }
    return {name: [float(thresholds[i]), tpr[i], 1 - fpr[i]] for name, i in points.items()}


def curves(labels, scores, weights=None):
    fpr, tpr, thresholds = sk.roc_curve(labels, scores, sample_weight=weights, drop_intermediate=False)
    precision, recall, cuts = sk.precision_recall_curve(labels, scores, sample_weight=weights)
    listed = lambda values: [float(v) for v in values]
    return {
        "roc": [listed(fpr), listed(tpr), listed(thresholds[1:])],  # the first threshold is infinite, which JSON has not
        "precisionRecall": [listed(precision[::-1]), listed(recall[::-1]), listed(cuts[::-1])],
    }


def delong(labels, columns, patients):
    """Areas and covariance from all m x n pairs, by patient (Obuchowski 1997, equations 2 to 5; with one image a patient DeLong 1988)."""
    positive, negative = np.flatnonzero(labels == 1), np.flatnonzero(labels == 0)
    m, n, k = len(positive), len(negative), len(columns)
    wins = [np.array([[float(s[i] > s[j]) + 0.5 * float(s[i] == s[j]) for j in negative] for i in positive]) for s in columns]
    areas = np.array([w.mean() for w in wins])
    names = np.unique(patients)
    x = np.zeros((k, len(names)))  # the patient's sum over positives of V10, less its expectation
    y = np.zeros((k, len(names)))
    for r in range(k):
        for c, name in enumerate(names):
            mine, others = patients[positive] == name, patients[negative] == name
            x[r, c] = wins[r].mean(axis=1)[mine].sum() - mine.sum() * areas[r]
            y[r, c] = wins[r].mean(axis=0)[others].sum() - others.sum() * areas[r]
    i10, i01, i = len(np.unique(patients[positive])), len(np.unique(patients[negative])), len(names)
    s10 = i10 / ((i10 - 1) * m) * x @ x.T
    s01 = i01 / ((i01 - 1) * n) * y @ y.T
    s11 = i / (i - 1) * x @ y.T
    return areas, s10 / m + s01 / n + (s11 + s11.T) / (m * n)


def delong_golden(labels, first, second, patients):
    areas, covariance = delong(labels, [first, second], patients)
    contrast = np.array([1, -1])
    error = np.sqrt(contrast @ covariance @ contrast)
    z = (areas[0] - areas[1]) / error
    se, reach = np.sqrt(covariance[0, 0]), norm.ppf(0.95)
    logit, spread = np.log(areas[0] / (1 - areas[0])), reach * se / (areas[0] * (1 - areas[0]))
    return {
        "area": areas[0],
        "standardError": se,
        "wald": [areas[0] - reach * se, min(1, areas[0] + reach * se)],
        "logit": [1 / (1 + np.exp(-(logit - spread))), 1 / (1 + np.exp(-(logit + spread)))],
        "test": [areas[0] - areas[1], error, z, 2 * norm.sf(abs(z))],
    }


def calibration(stream, n=60):
    probabilities = uniform(stream, n)
    coarse = np.floor(probabilities * 8) / 8 + 1 / 16  # eight values, exact in binary
    labels = (uniform(stream + 1, n) < probabilities**1.5).astype(float)
    weights = uniform(stream + 2, n) * 3
    result = {"brier": sk.brier_score_loss(labels, probabilities), "brierWeighted": sk.brier_score_loss(labels, probabilities, sample_weight=weights)}
    for name, strategy in [("equalWidth", "uniform"), ("equalMass", "quantile")]:
        share, mean = calibration_curve(labels, probabilities, n_bins=5, strategy=strategy)
        edges = np.linspace(0, 1, 6) if strategy == "uniform" else np.percentile(probabilities, np.linspace(0, 100, 6))
        counts = np.histogram(probabilities, edges)[0]
        gaps = np.abs(share - mean)
        result[name] = {"positiveShare": share.tolist(), "meanProbability": mean.tolist(), "expected": np.average(gaps, weights=counts), "maximum": gaps.max()}
    parts = [(w.sum(), v, np.average(labels[coarse == v], weights=w)) for v in np.unique(coarse) for w in [weights[coarse == v]]]
    w, v, o = map(np.array, zip(*parts))
    overall = np.average(labels, weights=weights)
    result["murphy"] = {
        "brier": sk.brier_score_loss(labels, coarse, sample_weight=weights),
        "reliability": np.average((v - o) ** 2, weights=w),
        "resolution": np.average((o - overall) ** 2, weights=w),
        "uncertainty": overall * (1 - overall),
    }
    logits = 3 * normal(stream + 3, n) + 4 * labels - 1
    sigmoid = lambda x: 1 / (1 + np.exp(-x))
    slope = lambda w: brentq(lambda a: np.sum(w * (sigmoid(a * logits) - labels) * logits), 1e-3, 10, xtol=1e-15, rtol=1e-15)

    def platt(w):
        p, q = w[labels == 1].sum(), w[labels == 0].sum()
        targets = np.where(labels == 1, (p + 1) / (p + 2), 1 / (q + 2))
        gradient = lambda ab: [np.sum(w * (sigmoid(ab[0] * logits + ab[1]) - targets) * f) for f in (logits, 1)]
        return root(gradient, [0.5, 0.0], tol=1e-15).x.tolist()

    ones = np.ones(n)
    a, b = _sigmoid_calibration(logits, labels)
    result["scaling"] = {
        "temperature": 1 / slope(ones),
        "temperatureWeighted": 1 / slope(weights),
        "platt": platt(ones),
        "plattWeighted": platt(weights),
        "plattScikitLearn": [-a, -b],  # its sign is Platt's own; L-BFGS with its own tolerance
    }
    return result


def extend(case):
    """Adds decisions, curves and DeLong's variances to a case."""
    scores, labels, weights, known = column(case["stream"], case["prevalence"], case["decimals"])
    keep = known == 1
    case["confusion"] = confusion_metrics(labels, scores, 0.5)
    case["confusionKnownWeighted"] = confusion_metrics(labels[keep], scores[keep], 0.5, weights[keep])
    case["operatingPoints"] = operating_points(labels, scores)
    case["operatingPointsKnownWeighted"] = operating_points(labels[keep], scores[keep], weights[keep])
    case["curves"] = curves(labels, scores)
    case["curvesWeighted"] = curves(labels, scores, weights)
    second = scores + normal(case["stream"] + 4, N)
    several = np.floor(uniform(case["stream"] + 5, N) * 25).astype(int)
    case["delong"] = delong_golden(labels, scores, second, np.arange(N))
    case["delongKnown"] = delong_golden(labels[keep], scores[keep], second[keep], np.arange(N)[keep])
    case["delongClustered"] = delong_golden(labels, scores, second, several)


for case in cases:
    extend(case)

Z, P = [-3.0, -0.5, 0.0, 0.1, 1.0, 1.9, 2.0, 2.5, 5.0, 10.0, 37.0], [0.001, 0.025, 0.5, 0.75, 0.975, 0.995, 0.999999]
p_values = [0.01, 0.04, 0.03, 0.0004, 0.5, 0.04]
json.dump(
    {
        "made": f"scikit-learn {sklearn.__version__}, statsmodels {statsmodels.__version__}, SciPy {scipy.__version__}, NumPy {np.__version__}",
        "cases": cases,
        "calibration": calibration(140),
        "holm": {"p": p_values, "adjusted": multipletests(p_values, method="holm")[1].tolist()},
        "normal": {"z": Z, "upperTail": norm.sf(Z).tolist(), "probability": P, "quantile": norm.ppf(P).tolist()},
        "bootstrap": {
            "undefinedSamples": undefined,
            "auroc": [roc_auc_score(labels, scores), *np.quantile(aurocs, [0.05, 0.95])],
            "difference": [
                roc_auc_score(labels, scores) - roc_auc_score(labels, other),
                *np.quantile(differences, [0.05, 0.95]),
            ],
            "aurocBca": bca(np.array(aurocs), roc_auc_score(labels, scores), np.array(without_patient[0])),
            "differenceBca": bca(
                np.array(differences), roc_auc_score(labels, scores) - roc_auc_score(labels, other), np.subtract(*without_patient)
            ),
        },
    },
    sys.stdout,
    indent=1,
)
print()
