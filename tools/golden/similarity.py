"""Golden values of packages/metrics for features and images: the published definitions in NumPy, scikit-learn's kernel, and scikit-image's PSNR and SSIM.

Run: python tools/golden/similarity.py > packages/metrics/golden/similarity.json
"""
import json
import sys

import numpy as np
import skimage
import sklearn
from scipy.ndimage import correlate1d
from skimage.metrics import peak_signal_noise_ratio, structural_similarity
from sklearn.metrics.pairwise import polynomial_kernel

from counter import normal

N, D, E = 50, 8, 5
first = normal(600, N * D).reshape(N, D) + 0.5
second = 0.7 * first[:, :E] + normal(601, N * E).reshape(N, E)  # other features of the same images
view = first + 0.3 * normal(602, N * D).reshape(N, D)
generated = 1.2 * normal(603, 40 * D).reshape(40, D)


def unit(x):
    return x / np.linalg.norm(x, axis=1, keepdims=True)


def uniformity(x, t):
    x = unit(x)
    pairs = [np.exp(-t * np.sum((x[i] - x[j]) ** 2)) for i in range(len(x)) for j in range(i)]
    return np.log(np.mean(pairs))


def hsic(k, l):
    """Song et al. 2012, equation 5, in matrices."""
    n = len(k)
    k, l = k - np.diag(np.diag(k)), l - np.diag(np.diag(l))
    one = np.ones(n)
    return (np.trace(k @ l) + one @ k @ one * (one @ l @ one) / ((n - 1) * (n - 2)) - 2 / (n - 2) * one @ k @ l @ one) / (n * (n - 3))


def effective_rank(x):
    s = np.linalg.svd(x, compute_uv=False)
    p = s / s.sum()
    return np.exp(-np.sum(p * np.log(p)))


def kernel_distance(x, y):
    k = lambda a, b: polynomial_kernel(a, b, degree=3, gamma=1 / D, coef0=1)
    n, m = len(x), len(y)
    xx, yy = k(x, x), k(y, y)
    return (xx.sum() - np.trace(xx)) / (n * (n - 1)) + (yy.sum() - np.trace(yy)) / (m * (m - 1)) - 2 * k(x, y).mean()


def multiscale(a, b, extent):
    """Wang et al. 2003 with valid windows, from NumPy's and SciPy's parts."""
    window = np.exp(-(np.arange(-5, 6) ** 2) / (2 * 1.5**2))
    window /= window.sum()
    blur = lambda x: correlate1d(correlate1d(x, window, axis=0), window, axis=1)[5:-5, 5:-5]
    c1, c2 = (0.01 * extent) ** 2, (0.03 * extent) ** 2
    product = 1.0
    exponents = [0.0448, 0.2856, 0.3001, 0.2363, 0.1333]
    for scale, exponent in enumerate(exponents):
        if scale:
            a, b = [x[: x.shape[0] // 2 * 2, : x.shape[1] // 2 * 2] for x in (a, b)]
            a, b = [x.reshape(x.shape[0] // 2, 2, x.shape[1] // 2, 2).mean(axis=(1, 3)) for x in (a, b)]
        ma, mb = blur(a), blur(b)
        cs = (2 * (blur(a * b) - ma * mb) + c2) / (blur(a * a) - ma**2 + blur(b * b) - mb**2 + c2)
        luminance = (2 * ma * mb + c1) / (ma**2 + mb**2 + c1)
        product *= (np.mean(cs * luminance) if scale == 4 else np.mean(cs)) ** exponent
    return product


WIDTH, HEIGHT = 200, 187
y, x = np.mgrid[:HEIGHT, :WIDTH]
original = (100 + 60 * ((7 * x + 13 * y) % 64) / 64 + 10 * normal(610, HEIGHT * WIDTH).reshape(HEIGHT, WIDTH)).astype(np.float32)
other = (0.9 * original.astype(np.float64) + 8 + 15 * normal(611, HEIGHT * WIDTH).reshape(HEIGHT, WIDTH)).astype(np.float32)
a, b = original.astype(np.float64), other.astype(np.float64)

json.dump(
    {
        "made": f"scikit-image {skimage.__version__}, scikit-learn {sklearn.__version__}, NumPy {np.__version__}",
        "alignment": np.mean(np.sum((unit(first) - unit(view)) ** 2, axis=1)),
        "alignmentPower1": np.mean(np.linalg.norm(unit(first) - unit(view), axis=1)),
        "uniformity": uniformity(first, 2),
        "uniformityT3": uniformity(first, 3),
        "effectiveRank": effective_rank(first),
        "effectiveRankWide": effective_rank(first.T),
        "linearCka": hsic(first @ first.T, second @ second.T) / np.sqrt(hsic(first @ first.T, first @ first.T) * hsic(second @ second.T, second @ second.T)),
        "kernelInceptionDistance": kernel_distance(first, generated),
        "peakSignalToNoise": peak_signal_noise_ratio(b, a, data_range=255),
        "structuralSimilarity": structural_similarity(a, b, data_range=255, gaussian_weights=True, sigma=1.5, use_sample_covariance=False),
        "multiscaleStructuralSimilarity": multiscale(a, b, 255),
    },
    sys.stdout,
    indent=1,
)
print()
