"""Golden values of InfoNCE and binary cross-entropy, from PyTorch's own losses in float64: packages/losses/golden/losses.json."""
import json
from pathlib import Path

import torch
from torch.nn.functional import binary_cross_entropy_with_logits, cross_entropy, normalize

import counter

OUT = Path(__file__).parents[2] / "packages/losses/golden/losses.json"


def normal(stream, *shape):
    return torch.from_numpy(counter.normal(stream, torch.Size(shape).numel())).reshape(shape)


def short(tensor):
    return [float(f"{value:.9g}") for value in tensor.flatten().tolist()]


def info_nce(name, streams, n, d, k, temperature, correlation):
    """Projections are normalised inside, so that the gradient goes through l2Normalise as well; keys lean towards their queries by `correlation`."""
    raw = normal(streams[0], n, d).requires_grad_()
    key = normalize(normal(streams[1], n, d) + correlation * raw.detach(), dim=1)
    queue = normalize(normal(streams[2], k, d), dim=1)
    query = normalize(raw, dim=1)
    logits = torch.cat([(query * key).sum(1, keepdim=True), query @ queue.T], 1) / temperature
    loss = cross_entropy(logits, torch.zeros(n, dtype=torch.long))
    loss.backward()
    return {
        "name": name, "streams": streams, "n": n, "d": d, "k": k, "temperature": temperature, "correlation": correlation,
        "loss": loss.item(), "accuracyTop1": (logits.argmax(1) == 0).double().mean().item(),
        "positiveLogit": logits[:, 0].mean().item(), "negativeLogit": logits[:, 1:].mean().item(), "gradient": short(raw.grad),
    }


def bce(name, streams, n, f, known_share, weighted, scale):
    logits = (scale * normal(streams[0], n, f)).requires_grad_()
    labels = (torch.from_numpy(counter.uniform(streams[1], n * f)).reshape(n, f) < 0.4).double()
    known = (torch.from_numpy(counter.uniform(streams[2], n * f)).reshape(n, f) < known_share).double()
    weights = 1 + 4 * torch.from_numpy(counter.uniform(streams[3], f)) if weighted else None
    cells = binary_cross_entropy_with_logits(logits, labels, pos_weight=weights, reduction="none")
    loss = (cells * known).sum() / known.sum()
    loss.backward()
    return {"name": name, "streams": streams, "n": n, "f": f, "knownShare": known_share, "weighted": weighted, "scale": scale, "loss": loss.item(), "gradient": short(logits.grad)}


if __name__ == "__main__":
    fixture = {
        "maker": "tools/golden/losses.py",
        "torch": torch.__version__.split("+")[0],
        "infoNce": [
            info_nce("MoCo v2's temperature", [1, 2, 3], 6, 8, 32, 0.2, 1.0),
            info_nce("MoCo v1's temperature", [4, 5, 6], 5, 16, 12, 0.07, 0.5),
            info_nce("a temperature that overflows without care", [7, 8, 9], 3, 4, 5, 0.005, 0.0),
        ],
        "binaryCrossEntropy": [
            bce("all known", [11, 12, 13, 14], 4, 5, 1.1, False, 1.0),
            bce("some known, weighted", [15, 16, 17, 18], 6, 4, 0.6, True, 2.0),
            bce("extreme logits", [19, 20, 21, 22], 4, 4, 0.7, True, 60.0),
        ],
    }
    OUT.write_text(json.dumps(fixture) + "\n")
