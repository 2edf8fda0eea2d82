"""Golden values of RetinaNet's arithmetic, from torchvision's own code in float64: packages/heads/golden/detection.json. ATSS is written out from the paper's algorithm 1."""
import json
from collections import OrderedDict
from pathlib import Path

import numpy as np
import torch
import torchvision
from torchvision.models.detection import RetinaNet
from torchvision.models.detection._utils import BoxCoder, Matcher
from torchvision.models.detection.anchor_utils import AnchorGenerator
from torchvision.models.detection.image_list import ImageList
from torchvision.models.detection.retinanet import RetinaNetHead
from torchvision.ops import box_iou
from torchvision.ops.feature_pyramid_network import FeaturePyramidNetwork, LastLevelP6P7

import counter
import fill
from resnet_model import Resnet

OUT = Path(__file__).parents[2] / "packages/heads/golden/detection.json"
SWAP = [1, 0, 3, 2]  # x before y to y before x, and back


def uniform(stream, *shape):
    return torch.from_numpy(counter.uniform(stream, torch.Size(shape).numel())).reshape(shape)


def normal(stream, *shape):
    return torch.from_numpy(counter.normal(stream, torch.Size(shape).numel())).reshape(shape)


def short(tensor):
    return [float(f"{value:.8g}") for value in torch.as_tensor(tensor).flatten().tolist()]


def anchors_of(image, grids, base):
    sizes = tuple((base * 2**level, int(base * 2**level * 2 ** (1 / 3)), int(base * 2**level * 2 ** (2 / 3))) for level in range(len(grids)))
    generator = AnchorGenerator(sizes, ((0.5, 1.0, 2.0),) * len(grids))
    generator.cell_anchors = [anchor.double() for anchor in generator.cell_anchors]
    maps = [torch.zeros(1, 1, *grid, dtype=torch.float64) for grid in grids]
    return generator(ImageList(torch.zeros(1, 3, *image, dtype=torch.float64), [tuple(image)]), maps)[0]


def pixels(boxes, image):
    """Normalised [yMin, xMin, yMax, xMax] to torchvision's pixels."""
    height, width = image
    return boxes[:, SWAP] * torch.tensor([width, height, width, height], dtype=torch.float64)


def normalised(boxes, image):
    height, width = image
    return (boxes / torch.tensor([width, height, width, height], dtype=torch.float64))[:, SWAP]


def boxes_of(stream, count):
    """Normalised boxes, corners from 0 to 0.6 and sides from 0.1 to 0.4."""
    numbers = uniform(stream, count, 4)
    corner, side = 0.6 * numbers[:, :2], 0.1 + 0.3 * numbers[:, 2:]
    return torch.cat([corner, corner + side], 1)


def atss(anchors, levels, boxes, candidates):
    """Zhang et al. 2020, algorithm 1, in pixels."""
    centres = (anchors[:, :2] + anchors[:, 2:]) / 2
    overlaps = box_iou(anchors, boxes)
    assigned, best = np.full(len(anchors), -1), np.zeros(len(anchors))
    for g, box in enumerate(boxes):
        distance = ((centres - (box[:2] + box[2:]) / 2) ** 2).sum(1).numpy()
        chosen, start = [], 0
        for level in levels:
            chosen += (start + np.argsort(distance[start : start + level], kind="stable")[:candidates]).tolist()
            start += level
        values = overlaps[chosen, g]
        threshold = values.mean() + values.std()
        for anchor, value in zip(chosen, values.tolist()):
            inside = bool((centres[anchor] > box[:2]).all() and (centres[anchor] < box[2:]).all())
            if value >= threshold and inside and value > best[anchor]:
                assigned[anchor], best[anchor] = g, value
    return assigned.tolist()


IMAGE, GRIDS, BASE = [64, 96], [[8, 12], [4, 6], [2, 3], [1, 2], [1, 1]], 8
ANCHORS = anchors_of(IMAGE, GRIDS, BASE)
LEVELS = [9 * rows * columns for rows, columns in GRIDS]


def head_case(stream, channels, classes):
    """Both heads on random levels, the loss on three images of which the second holds no box, and its gradients."""
    head = RetinaNetHead(channels, 9, classes).double()
    values = fill.fill({f"head.{key}": tensor.shape for key, tensor in head.state_dict().items()}, stream)
    head.load_state_dict({key[len("head."):]: torch.from_numpy(value) for key, value in values.items()})
    levels = [normal(stream + 100 + i, 3, *grid, channels).permute(0, 3, 1, 2).requires_grad_() for i, grid in enumerate(GRIDS)]
    outputs = head(levels)
    counts = [3, 0, 2]
    targets, matched = [], []
    matcher = Matcher(0.5, 0.4, allow_low_quality_matches=True)
    for image, count in enumerate(counts):
        boxes = pixels(boxes_of(stream + 200 + image, count), IMAGE).reshape(count, 4)
        labels = (uniform(stream + 210 + image, count) * classes).long()
        targets.append({"boxes": boxes, "labels": labels})
        matched.append(matcher(box_iou(boxes, ANCHORS)) if count else torch.full((len(ANCHORS),), -1))
    losses = head.compute_loss(targets, outputs, [ANCHORS] * 3, matched)
    (losses["classification"] + losses["bbox_regression"]).backward()
    return {
        "stream": stream, "channels": channels, "classes": classes, "counts": counts,
        "labels": [target["labels"].tolist() for target in targets],
        "logits": short(outputs["cls_logits"][:, ::97]), "deltas": short(outputs["bbox_regression"][:, ::97]),
        "classification": losses["classification"].item(), "box": losses["bbox_regression"].item(),
        "gradients": {name: short(parameter.grad.flatten()[:6] if parameter.dim() == 1 else parameter.grad.permute(2, 3, 1, 0).flatten()[:6]) for name, parameter in head.named_parameters() if "0.0" in name or "cls_logits" in name or "bbox_reg" in name},
    }


class Backbone(torch.nn.Module):
    out_channels = 4

    def forward(self, images):
        return images


def post_processing(name, stream, classes, scale, settings):
    network = RetinaNet(Backbone(), classes, anchor_generator=AnchorGenerator(((8, 10, 12),) * 5, ((0.5, 1.0, 2.0),) * 5), **settings)
    logits, deltas = scale * normal(stream, 1, len(ANCHORS), classes) - 3, 0.5 * normal(stream + 1, 1, len(ANCHORS), 4)
    outputs = {"cls_logits": list(logits.split(LEVELS, 1)), "bbox_regression": list(deltas.split(LEVELS, 1))}
    found = network.postprocess_detections(outputs, [list(ANCHORS.split(LEVELS))], [tuple(IMAGE)])[0]
    return {"name": name, "stream": stream, "classes": classes, "scale": scale, "settings": settings, "boxes": short(normalised(found["boxes"], IMAGE)), "scores": short(found["scores"]), "labels": found["labels"].tolist()}


def whole_network(stream, width, channels, classes):
    """A ResNet-18 of any width under torchvision's own feature pyramid and heads."""
    body = Resnet("resnet18", width)
    wrapped = torch.nn.Module()
    wrapped.body = body
    wrapped.fpn = FeaturePyramidNetwork([2 * width, 4 * width, 8 * width], channels, LastLevelP6P7(channels, channels))
    network = torch.nn.Module()
    network.backbone = wrapped
    network.head = RetinaNetHead(channels, 9, classes)
    network = network.double().eval()
    fill.fill_module(network, stream, stream + 500)
    image = uniform(stream + 900, 1, 32, 32, 1).permute(0, 3, 1, 2)
    with torch.no_grad():
        stages, _ = body(image)
        outputs = network.head(list(wrapped.fpn(OrderedDict((str(i), stages[f"layer{i + 2}"]) for i in range(3))).values()))
    return {"stream": stream, "classes": classes, "channels": channels, "names": sorted(name for name, _ in network.named_parameters()), "logits": short(outputs["cls_logits"][0, ::7]), "deltas": short(outputs["bbox_regression"][0, ::7])}


if __name__ == "__main__":
    coder = BoxCoder((1.0, 1.0, 1.0, 1.0))
    truth, near = pixels(boxes_of(1, 8), IMAGE), pixels(boxes_of(2, 8), IMAGE)
    deltas = 2 * normal(3, 8, 4)
    objects = boxes_of(4, 5)
    fixture = {
        "maker": "tools/golden/detection.py", "torch": torch.__version__.split("+")[0], "torchvision": torchvision.__version__.split("+")[0],
        "image": IMAGE, "grids": GRIDS, "baseSize": BASE,
        "anchors": {"count": len(ANCHORS), "every": 37, "boxes": short(normalised(ANCHORS, IMAGE)[::37])},
        "defaultAnchors": {"image": [256, 200], "grids": [[32, 25], [16, 13]], "every": 101, "boxes": short(normalised(anchors_of([256, 200], [[32, 25], [16, 13]], 32), [256, 200])[::101])},
        "coder": {"encoded": short(coder.encode_single(truth, near)), "decoded": short(normalised(coder.decode_single(deltas, near), IMAGE))},
        "matched": Matcher(0.5, 0.4, allow_low_quality_matches=True)(box_iou(pixels(objects, IMAGE), ANCHORS)).tolist(),
        "atss": atss(ANCHORS, LEVELS, pixels(objects, IMAGE), 9),
        "head": head_case(1000, 5, 3),
        "postProcessing": [
            post_processing("torchvision's settings", 2000, 3, 1.5, {}),
            post_processing("few candidates", 2010, 2, 2.0, {"score_thresh": 0.2, "nms_thresh": 0.3, "topk_candidates": 7, "detections_per_img": 12}),
            post_processing("nothing found", 2020, 2, 0.1, {"score_thresh": 0.9}),
        ],
        "network": whole_network(3000, 4, 8, 4),
    }
    OUT.write_text(json.dumps(fixture) + "\n")
