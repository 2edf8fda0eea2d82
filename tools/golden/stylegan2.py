"""Golden values of packages/stylegan2 from float64 PyTorch: python stylegan2.py > ../../packages/stylegan2/golden/stylegan2.json

A case holds losses, and of images, scores and every parameter's gradient the L2 norm and four elements. The penalties' gradients are PyTorch's own of second order.
The real images' stream is the one of eight on which the R1 gradient of PyTorch float32 stays nearest to float64, that is, on which no activation sits on its kink.
"""
import json
import sys

import numpy as np
import torch
from torch.nn.functional import softplus

import counter
from stylegan2_model import blocks_of, discriminator_shapes, generator_shapes, map_latents, score, synthesise

BATCH, GROUP, LATENT, MAPPING, SAMPLES, TARGET = 4, 2, 6, 2, 4, 0.3
SIZES = dict(resolution=16, channel_base=128, channel_maximum=12)
Z, NOISE, IMAGES, DIRECTION, MIXED = 3000, 3100, 3200, 3300, 3400
CASES = [("skip", "residual", 1), ("residual", "skip", 3)]


def normal(stream, shape):
    values = counter.normal(stream, int(np.prod(shape, dtype=int))).astype(np.float32).astype(np.float64)
    return torch.from_numpy(values).reshape(shape)


def fill(shapes, first_stream):
    """Weights of unit variance, mapping weights of 100; biases and strengths of 0.1, those of styles about 1."""
    parameters = {}
    for index, name in enumerate(sorted(shapes)):
        values = normal(first_stream + index, shapes[name])
        if name.endswith("weight") or name.endswith("const"):
            values = values * 100 if name.startswith("mapping") else values
        else:
            values = 0.1 * values + (1 if name.endswith("affine.bias") else 0)
        parameters[name] = values.float().double().requires_grad_()
    return parameters


def summary(tensor):
    flat = tensor.detach().contiguous().reshape(-1)
    at = [int((2 * i + 1) * len(flat) / (2 * SAMPLES)) for i in range(SAMPLES)]
    return [float(f"{value:.7g}") for value in (flat.norm().item(), *(flat[i].item() for i in at))]


def gradients(loss, parameters):
    found = torch.autograd.grad(loss, list(parameters.values()), retain_graph=True, allow_unused=True)
    return {name: summary(gradient) for name, gradient in zip(parameters, found) if gradient is not None}


def r1_penalty(judge, images):
    at = images.detach().requires_grad_()
    (slopes,) = torch.autograd.grad(judge(at).sum(), at, create_graph=True)
    return (slopes**2).sum((1, 2, 3)).mean()


def drift(d, images, judge_with):
    """How far the R1 gradient of float32 is from that of float64, as the largest distance relative to a parameter's norm."""
    narrow = {name: parameter.detach().float().requires_grad_() for name, parameter in d.items()}
    found = [torch.autograd.grad(r1_penalty(lambda x: judge_with(p, x), x), list(p.values()), allow_unused=True) for p, x in ((d, images), (narrow, images.float()))]
    return max(((a - b).norm() / a.norm()).item() for a, b in zip(*found) if a is not None and a.norm() > 0)


def case(generator_architecture, discriminator_architecture, channels):
    g = fill(generator_shapes(image_channels=channels, architecture=generator_architecture, latent=LATENT, mapping=MAPPING, **SIZES), 0)
    d = fill(discriminator_shapes(image_channels=channels, architecture=discriminator_architecture, **SIZES), 1000)
    blocks = blocks_of(*SIZES.values())
    sides = [side for index, (side, _) in enumerate(blocks) for _ in range(1 if index == 0 else 2)]
    noise = [normal(NOISE + index, (BATCH, 1, side, side)) for index, side in enumerate(sides)]
    resolution = SIZES["resolution"]
    nchw = lambda stream: normal(stream, (BATCH, resolution, resolution, channels)).permute(0, 3, 1, 2)

    w = map_latents(g, normal(Z, (BATCH, LATENT)), MAPPING)
    latents = w[:, None].repeat(1, 2 * len(blocks), 1) + 0.1 * normal(MIXED, (BATCH, 2 * len(blocks), LATENT))
    images = synthesise(g, latents, noise, blocks, generator_architecture)
    judge_with = lambda parameters, x: score(parameters, x, blocks, discriminator_architecture, GROUP)
    image_stream = min(range(IMAGES, IMAGES + 8), key=lambda stream: drift(d, nchw(stream), judge_with))
    print("stream", image_stream, "drift", drift(d, nchw(image_stream), judge_with), file=sys.stderr)
    judge = lambda x: judge_with(d, x)
    generated, real = judge(images), judge(nchw(image_stream))
    generator_loss = softplus(-generated).mean()
    discriminator_loss = softplus(-real).mean() + softplus(judge(images.detach())).mean()
    r1 = r1_penalty(judge, nchw(image_stream))
    direction = nchw(DIRECTION) / resolution
    (slopes,) = torch.autograd.grad((images * direction).sum(), latents, create_graph=True)
    lengths = torch.sqrt((slopes**2).sum(2).mean(1))
    path = ((lengths - TARGET) ** 2).mean()
    return {
        "generator": generator_architecture, "discriminator": discriminator_architecture, "imageChannels": channels, "imageStream": image_stream,
        "losses": {"generator": generator_loss.item(), "discriminator": discriminator_loss.item(), "r1": r1.item(), "pathLength": path.item()},
        "w": summary(w), "images": summary(images.permute(0, 2, 3, 1)), "scores": summary(generated), "lengths": summary(lengths),
        "gradients": {"generator": gradients(generator_loss, g), "discriminator": gradients(discriminator_loss, d), "r1": gradients(r1, d), "pathLength": gradients(path, g)},
    }


if __name__ == "__main__":
    json.dump({"made": f"tools/golden/stylegan2.py, PyTorch {torch.__version__.split('+')[0]}, float64", "batch": BATCH, "groupSize": GROUP, "latentSize": LATENT, "mappingLayers": MAPPING, "target": TARGET,
               "resolution": SIZES["resolution"], "channelBase": SIZES["channel_base"], "channelMaximum": SIZES["channel_maximum"],
               "streams": {"generator": 0, "discriminator": 1000, "z": Z, "noise": NOISE, "direction": DIRECTION, "mixed": MIXED},
               "cases": [case(*arguments) for arguments in CASES]}, sys.stdout, separators=(",", ":"))
    print()
