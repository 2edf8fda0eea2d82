"""Golden values of all losses but IFA's, from PyTorch's own functions in float64: packages/losses/golden/losses.json."""
import json
from pathlib import Path

import torch
from torch.nn.functional import adaptive_avg_pool2d, batch_norm, binary_cross_entropy_with_logits, cosine_similarity, cross_entropy, mse_loss, normalize, relu

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


def pooled_mse(name, first_stream, maps, terms):
    """Maps are [N, H, W, C]; query and key of the i-th are read from streams first + 2i and first + 2i + 1, and their key leans towards the query."""
    total, queries, stages, similarity = 0, {}, {}, {}
    for i, (stage, shape) in enumerate(maps.items()):
        query = relu(normal(first_stream + 2 * i, *shape)).requires_grad_()
        key = relu(normal(first_stream + 2 * i + 1, *shape) + query.detach())
        q, k = (adaptive_avg_pool2d(x.permute(0, 3, 1, 2), terms[stage]["size"]) for x in (query, key))
        stages[stage] = mse_loss(q, k)
        similarity[stage] = cosine_similarity(q, k, dim=1).mean()
        total = total + terms[stage]["weight"] * stages[stage]
        queries[stage] = query
    total.backward()
    return {
        "name": name, "firstStream": first_stream, "maps": maps, "terms": [{"stage": stage, **term} for stage, term in terms.items()],
        "loss": total.item(), "stages": {stage: value.item() for stage, value in stages.items()}, "similarity": {stage: value.item() for stage, value in similarity.items()},
        "gradients": {stage: short(query.grad) for stage, query in queries.items()},
    }


def related_pair(streams, n, d):
    """Vectors of a query and of a key that leans towards it, both with gradients."""
    query = normal(streams[0], n, d)
    key = normal(streams[1], n, d) + 0.7 * query
    return query.requires_grad_(), key.requires_grad_()


def barlow_twins(name, streams, n, d, on_diagonal, off_diagonal, scale):
    query, key = related_pair(streams, n, d)
    standardise = lambda x: batch_norm(x, None, None, training=True)
    correlation = standardise(query).T @ standardise(key) / n
    diagonal = torch.diagonal(correlation)
    on = (diagonal - 1).pow(2).sum()
    off = (correlation - torch.diag(diagonal)).pow(2).sum()
    loss = scale * (on_diagonal * on + off_diagonal * off)
    loss.backward()
    return {
        "name": name, "streams": streams, "n": n, "d": d, "options": {"onDiagonal": on_diagonal, "offDiagonal": off_diagonal, "scale": scale},
        "loss": loss.item(), "onDiagonal": on.item(), "offDiagonal": off.item(), "similarity": diagonal.mean().item(), "gradient": short(query.grad), "keyGradient": short(key.grad),
    }


def vic_reg(name, streams, n, d, options):
    query, key = related_pair(streams, n, d)
    invariance = mse_loss(query, key)
    variance = sum(relu(options["deviation"] - (x.var(dim=0) + 1e-4).sqrt()).mean() / 2 for x in (query, key))
    covariances = [torch.cov(x.T) for x in (query, key)]
    covariance = sum((c - torch.diag(torch.diagonal(c))).pow(2).sum() / d for c in covariances)
    loss = options["invariance"] * invariance + options["variance"] * variance + options["covariance"] * covariance
    loss.backward()
    return {
        "name": name, "streams": streams, "n": n, "d": d, "options": options,
        "loss": loss.item(), "invariance": invariance.item(), "variance": variance.item(), "covariance": covariance.item(),
        "similarity": cosine_similarity(query, key).mean().item(), "gradient": short(query.grad), "keyGradient": short(key.grad),
    }


def dense_contrast(name, streams, n, side, c, d, k, temperature):
    """Streams: the features of query and key, the dense outputs of query and key, the queue."""
    features = [normal(stream, n, side * side, c) for stream in streams[:2]]
    features[1] = features[1] + features[0].flip(1)  # a partner elsewhere in the image
    dense = normal(streams[2], n, side * side, d).requires_grad_()
    dense_key = normal(streams[3], n, side * side, d)
    queue = normalize(normal(streams[4], k, d), dim=1)
    match = torch.bmm(normalize(features[0], dim=2), normalize(features[1], dim=2).transpose(1, 2)).argmax(2)  # [N, HW]
    matched = torch.gather(normalize(dense_key, dim=2), 1, match.unsqueeze(2).expand(-1, -1, d)).reshape(-1, d)
    query = normalize(dense, dim=2).reshape(-1, d)
    logits = torch.cat([(query * matched).sum(1, keepdim=True), query @ queue.T], 1) / temperature
    loss = cross_entropy(logits, torch.zeros(len(logits), dtype=torch.long))
    loss.backward()
    return {
        "name": name, "streams": streams, "n": n, "side": side, "c": c, "d": d, "k": k, "temperature": temperature,
        "loss": loss.item(), "accuracyTop1": (logits.argmax(1) == 0).double().mean().item(), "pooledKeys": short(normalize(dense_key.mean(1), dim=1)), "gradient": short(dense.grad),
    }


KAKU_TERMS = {"layer1": {"size": 16, "weight": 0.25}, "layer2": {"size": 16, "weight": 0.25}, "layer3": {"size": 4, "weight": 0.25}, "layer4": {"size": 4, "weight": 0.25}}


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
        "stageMse": [
            # windows that overlap, repeat, and divide
            pooled_mse("Kaku's, of any size", 31, {"layer1": [1, 18, 17, 2], "layer2": [2, 8, 8, 1], "layer3": [2, 8, 8, 2], "layer4": [2, 2, 3, 3]}, KAKU_TERMS),
            pooled_mse("global", 41, {"layer4": [2, 3, 2, 5]}, {"layer4": {"size": 1, "weight": 2}}),
        ],
        "barlowTwins": [
            barlow_twins("the paper's weights", [51, 52], 6, 5, 1, 0.005, 1),
            barlow_twins("Kaku's weights", [53, 54], 4, 8, 5e-5, 5e-5, 1 / 32),
        ],
        "vicReg": [
            vic_reg("the paper's weights", [61, 62], 6, 5, {"invariance": 25, "variance": 25, "covariance": 1, "deviation": 1}),
            vic_reg("weights of its own", [63, 64], 3, 7, {"invariance": 0.5, "variance": 2, "covariance": 3, "deviation": 1.5}),
        ],
        "denseContrast": [
            dense_contrast("DenseCL's temperature", [71, 72, 73, 74, 75], 2, 3, 6, 5, 7, 0.2),
        ],
    }
    OUT.write_text(json.dumps(fixture) + "\n")
