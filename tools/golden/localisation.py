"""Golden values of packages/metrics for maps against masks: scikit-learn's Jaccard index of the cut map, hits on a mask that SciPy's distance
transform widens, and SciPy's Spearman correlation.

Run: cd tools/golden && python localisation.py > ../../packages/metrics/golden/localisation.json
"""
import json
import sys

import numpy as np
import scipy
import sklearn
from scipy.ndimage import distance_transform_edt
from scipy.stats import spearmanr
from sklearn.metrics import jaccard_score

from counter import uniform

HEIGHT, WIDTH = 9, 13


def rounded(stream, count, decimals):
    return np.floor(uniform(stream, count) * 10.0**decimals) / 10.0**decimals


maps = []
for stream, decimals in ((40, 6), (42, 1), (44, 3)):
    values = rounded(stream, WIDTH * HEIGHT, decimals).reshape(HEIGHT, WIDTH)
    mask = (uniform(stream + 1, WIDTH * HEIGHT) < 0.1).reshape(HEIGHT, WIDTH)
    distance = distance_transform_edt(~mask)
    highest = values == values.max()
    maps.append(
        {
            "stream": stream,
            "decimals": decimals,
            "pointing": {str(tolerance): float((distance[highest] <= tolerance).mean()) for tolerance in (0, 1, 1.5, 3)},
            "iou": {str(share): float(jaccard_score(mask.ravel(), (values >= share * values.max()).ravel())) for share in (0.25, 0.5, 0.9)},
        }
    )
rank = []
for stream, decimals in ((50, 6), (52, 1)):
    a, b = rounded(stream, 50, decimals), rounded(stream + 1, 50, decimals)
    rank.append({"stream": stream, "decimals": decimals, "value": float(spearmanr(a, b + 0.5 * a).statistic)})
json.dump({"made": f"tools/golden/localisation.py, scikit-learn {sklearn.__version__}, SciPy {scipy.__version__}", "maps": maps, "rank": rank}, sys.stdout, indent=1)
print()
