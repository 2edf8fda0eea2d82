"""Golden values of Grad-CAM and Grad-CAM++ in packages/heads, written in float64 PyTorch from the papers' equations as they stand:
Selvaraju et al. 2017, equations 1 and 2; Chattopadhay et al. 2018, equations 11, 17 and 19 with Y = exp(S), every factor of Y kept, and
equation 12's derivatives checked against autograd's on the last stage. Not of the stem: the max-pool behind it meets ties of zeros, where
either side may send the gradient to another of them.

Run: cd tools/golden && python grad_cam.py > ../../packages/heads/golden/gradCam.json
"""
import copy
import json
import sys

import numpy as np
import torch
import torch.nn.functional as F

import counter
from fill import fill_module
from resnet_model import Resnet

WIDTH, SIZE, BATCH = 4, 40, 2


def tail(model, stage, a):
    """Features from a stage's map on."""
    names = ["stem", "layer1", "layer2", "layer3", "layer4"]
    for name in names[names.index(stage) + 1 :]:
        a = getattr(model, name)(F.max_pool2d(a, 3, 2, 1) if name == "layer1" else a)
    return a.mean((2, 3))


def grad_cam(a, g):
    alpha = g.mean((2, 3), keepdim=True)  # 1 / Z sum_ij
    return F.relu((alpha * a).sum(1))


def grad_cam_plus_plus(a, g, s):
    y = s.exp()[:, None, None, None]
    first, second, third = y * g, y * g**2, y * g**3
    denominator = 2 * second + a.sum((2, 3), keepdim=True) * third
    alpha = torch.where(denominator != 0, second / torch.where(denominator != 0, denominator, 1.0), 0.0)
    weights = (alpha * F.relu(first)).sum((2, 3), keepdim=True)
    return F.relu((weights * a).sum(1)) / s.exp()[:, None, None]  # a scale of the whole image, which the package leaves out


def check_derivatives(model, head, a):
    """Y's second and third derivative with respect to one position, by autograd through exp and the tail."""
    a = a.detach().requires_grad_()
    y = torch.exp(tail(model, "layer4", a) @ head).sum()
    first = torch.autograd.grad(y, a, create_graph=True)[0]
    second = torch.autograd.grad(first[0, 0, 0, 0], a, create_graph=True)[0][0, 0, 0, 0]
    third = torch.autograd.grad(second, a)[0][0, 0, 0, 0]
    s = tail(model, "layer4", a) @ head
    g = torch.autograd.grad(s.sum(), a)[0]
    for power, found in ((2, second), (3, third)):
        assert torch.isclose(found, s[0].exp() * g[0, 0, 0, 0] ** power, rtol=1e-9, atol=0), power


def images_of(stream):
    values = counter.uniform(stream, BATCH * SIZE * SIZE).astype(np.float32).astype(np.float64)
    return torch.from_numpy(values.reshape(BATCH, 1, SIZE, SIZE))


def run(model, images, head):
    """Every stage's maps by both methods, and the logits."""
    stages, _ = model(images)
    maps = {}
    for stage in ("layer1", "layer2", "layer4"):
        a = stages[stage].detach().requires_grad_()
        s = tail(model, stage, a) @ head
        g = torch.autograd.grad(s.sum(), a)[0]
        maps[stage, "gradCam"], maps[stage, "gradCamPlusPlus"] = grad_cam(a, g).detach(), grad_cam_plus_plus(a, g, s).detach()
    return maps, s.detach()


def drift(model, images, head):
    """How far PyTorch float32 is from float64: large where an activation sits on its kink."""
    wide, narrow = run(model, images, head)[0], run(copy.deepcopy(model).float(), images.float(), head.float())[0]
    return max(((wide[key] - narrow[key]).abs().max() / wide[key].max()).item() for key in wide)


def short(values):
    return [float(f"{x:.7g}") for x in values.flatten().tolist()]


model = fill_module(Resnet("resnet18", WIDTH, 1).double(), 0, 1000).eval()
head = torch.from_numpy((3 * counter.normal(2500, model.feature_size)).astype(np.float32).astype(np.float64))
stream = min(range(3000, 3016), key=lambda stream: drift(model, images_of(stream), head))
print("stream", stream, "drift", drift(model, images_of(stream), head), file=sys.stderr)
maps, logits = run(model, images_of(stream), head)
check_derivatives(model, head, model(images_of(stream))[0]["layer4"])
cases = [
    {"stage": stage, "method": method, "shape": list(values.shape), "maps": short(values)}
    for (stage, method), values in maps.items()
]
resized = F.interpolate(maps["layer2", "gradCam"][:, None], (SIZE, SIZE + 3), mode="bilinear", align_corners=False)[:, 0, ::7, ::7]
json.dump(
    {
        "made": f"tools/golden/grad_cam.py, PyTorch {torch.__version__.split('+')[0]}, float64",
        "width": WIDTH,
        "size": SIZE,
        "batch": BATCH,
        "imageStream": stream,
        "logits": short(logits),
        "cases": cases,
        "resized": short(resized),
    },
    sys.stdout,
    separators=(",", ":"),
)
print()
