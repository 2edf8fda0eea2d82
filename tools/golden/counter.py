"""The counter-based numbers of packages/testing/src/counterGenerator.ts, the same to the last bit."""
import numpy as np

MASK = np.uint64(0xFFFFFFFF)


def _mix(h):
    for _ in range(2):
        h = ((h ^ (h >> np.uint64(16))) * np.uint64(0x85EBCA6B)) & MASK
        h = ((h ^ (h >> np.uint64(13))) * np.uint64(0xC2B2AE35)) & MASK
        h = h ^ (h >> np.uint64(16))
    return h


def uniform(stream, length):
    base = _mix(np.uint64(((stream + 1) * 0x9E3779B9) & 0xFFFFFFFF))
    index = (np.arange(length, dtype=np.uint64) * np.uint64(0x85EBCA6B)) & MASK
    return _mix((base + index) & MASK).astype(np.float64) / 2.0**32


def normal(stream, length):
    terms = uniform(stream, 12 * length).reshape(length, 12)
    total = np.full(length, -6.0)
    for i in range(12):
        total = total + terms[:, i]
    return total
