"""StyleGAN2 in PyTorch, written from the papers' equations: filters modulated image by image in grouped convolutions, resampling by inserting zeros and filtering."""
import math

import torch
from torch.nn.functional import conv2d, leaky_relu, pad


def blocks_of(resolution, channel_base, channel_maximum):
    return [(side, min(channel_maximum, channel_base // side)) for side in (4 * 2**i for i in range(int(math.log2(resolution)) - 1))]


def generator_shapes(resolution, image_channels, channel_base, channel_maximum, architecture, latent, mapping):
    """name -> shape in our layout: filters [kh, kw, I, O], linear weights [O, I], the constant [4, 4, C]."""
    shapes = {f"mapping.fc{i}.{what}": shape for i in range(mapping) for what, shape in (("weight", [latent, latent]), ("bias", [latent]))}

    def modulated(name, size, inputs, outputs):
        shapes.update({f"{name}.weight": [size, size, inputs, outputs], f"{name}.bias": [outputs], f"{name}.affine.weight": [inputs, latent], f"{name}.affine.bias": [inputs]})

    blocks = blocks_of(resolution, channel_base, channel_maximum)
    inputs = None
    for side, channels in blocks:
        name = f"synthesis.b{side}"
        if inputs is None:
            shapes[f"{name}.const"] = [4, 4, channels]
        else:
            modulated(f"{name}.conv0", 3, inputs, channels)
            shapes[f"{name}.conv0.noise_strength"] = []
            if architecture == "residual":
                shapes[f"{name}.skip.weight"] = [1, 1, inputs, channels]
        modulated(f"{name}.conv1", 3, channels, channels)
        shapes[f"{name}.conv1.noise_strength"] = []
        if architecture == "skip" or side == resolution:
            modulated(f"{name}.torgb", 1, channels, image_channels)
        inputs = channels
    return shapes


def discriminator_shapes(resolution, image_channels, channel_base, channel_maximum, architecture):
    blocks = blocks_of(resolution, channel_base, channel_maximum)
    shapes = {}

    def layer(name, shape, bias=True):
        shapes[f"{name}.weight"] = shape
        if bias:
            shapes[f"{name}.bias"] = [shape[0] if len(shape) == 2 else shape[3]]

    for index in range(len(blocks) - 1, 0, -1):
        side, channels = blocks[index]
        outputs = blocks[index - 1][1]
        if architecture == "skip" or side == resolution:
            layer(f"b{side}.fromrgb", [1, 1, image_channels, channels])
        layer(f"b{side}.conv0", [3, 3, channels, channels])
        layer(f"b{side}.conv1", [3, 3, channels, outputs])
        if architecture == "residual":
            layer(f"b{side}.skip", [1, 1, channels, outputs], bias=False)
    channels = blocks[0][1]
    if architecture == "skip":
        layer("b4.fromrgb", [1, 1, image_channels, channels])
    layer("b4.conv", [3, 3, channels + 1, channels])
    layer("b4.fc", [channels, 16 * channels])
    layer("b4.out", [1, channels])
    return shapes


LOW_PASS = torch.outer(torch.tensor([1.0, 3, 3, 1]), torch.tensor([1.0, 3, 3, 1])).double() / 64


def filtered(x, before, after, gain=1.0):
    n, c, h, w = x.shape
    x = pad(x, (before, after, before, after)).reshape(n * c, 1, h + before + after, w + before + after)
    y = conv2d(x, gain * LOW_PASS.to(x.dtype)[None, None])
    return y.reshape(n, c, *y.shape[2:])


def insert_zeros(x):
    n, c, h, w = x.shape
    y = x.new_zeros(n, c, h, 2, w, 2)
    y[:, :, :, 0, :, 0] = x
    return y.reshape(n, c, 2 * h, 2 * w)


def upsample(x):
    return filtered(insert_zeros(x), 2, 1, 4.0)


def downsample(x):
    return filtered(x, 1, 1)[:, :, ::2, ::2]


def activate(x):
    return math.sqrt(2) * leaky_relu(x, 0.2)


def oihw(weight):
    return weight.permute(3, 2, 0, 1)


def linear(p, name, x, multiplier=1.0):
    weight = p[f"{name}.weight"]
    return x @ (weight * multiplier / math.sqrt(weight.shape[1])).T + p[f"{name}.bias"] * multiplier


def map_latents(p, z, layers):
    w = z / torch.sqrt((z**2).mean(1, keepdim=True) + 1e-8)
    for i in range(layers):
        w = activate(linear(p, f"mapping.fc{i}", w, 0.01))
    return w


def modulated(p, name, x, w, demodulate=True, up=False):
    styles = linear(p, f"{name}.affine", w)  # [N, I]
    weight = oihw(p[f"{name}.weight"])
    o, i, k, _ = weight.shape
    weight = weight[None] / math.sqrt(i * k * k) * styles[:, None, :, None, None]  # [N, O, I, k, k]
    if demodulate:
        weight = weight / torch.sqrt((weight**2).sum((2, 3, 4), keepdim=True) + 1e-8)
    n = len(x)
    if up:  # the zeros, the filter turned round as a transposed convolution has it, the low-pass
        x = pad(insert_zeros(x), (2, 1, 2, 1))  # 2 H + 3, so that a filter of 3 leaves 2 H + 1
        weight = weight.flip(3, 4)
        padding = 0
    else:
        padding = k // 2
    y = conv2d(x.reshape(1, n * i, *x.shape[2:]), weight.reshape(n * o, i, k, k), padding=padding, groups=n)
    y = y.reshape(n, o, *y.shape[2:])
    return filtered(y, 1, 1, 4.0) if up else y


def styled(p, name, x, w, noise, up=False, gain=1.0):
    y = modulated(p, name, x, w, up=up)
    if noise is not None:
        y = y + noise * p[f"{name}.noise_strength"]
    return gain * activate(y + p[f"{name}.bias"][None, :, None, None])


def to_image(p, name, x, w):
    return modulated(p, name, x, w, demodulate=False) + p[f"{name}.bias"][None, :, None, None]


def synthesise(p, latents, noise, blocks, architecture):
    """latents [N, L, D], noise a list of [N, 1, H, W]; images [N, C, H, W]."""
    layer, image = 0, None
    x = p["synthesis.b4.const"].permute(2, 0, 1)[None].expand(len(latents), -1, -1, -1)
    for index, (side, _) in enumerate(blocks):
        name = f"synthesis.b{side}"
        before = x
        residual = architecture == "residual" and index > 0
        gain = math.sqrt(0.5) if residual else 1.0
        if index > 0:
            x = styled(p, f"{name}.conv0", x, latents[:, layer], noise and noise[layer], up=True)
            layer += 1
        x = styled(p, f"{name}.conv1", x, latents[:, layer], noise and noise[layer], gain=gain)
        layer += 1
        if residual:
            weight = oihw(p[f"{name}.skip.weight"])
            x = x + gain * conv2d(upsample(before), weight / math.sqrt(weight.shape[1]))
        if architecture == "skip" or index == len(blocks) - 1:
            drawn = to_image(p, f"{name}.torgb", x, latents[:, layer])
            image = drawn if image is None else upsample(image) + drawn
    return image


def convolve(p, name, x, down=False):
    weight = oihw(p[f"{name}.weight"])
    o, i, k, _ = weight.shape
    weight = weight / math.sqrt(i * k * k)
    y = conv2d(filtered(x, 2, 2), weight, stride=2) if down else conv2d(x, weight, padding=k // 2)
    return activate(y + p[f"{name}.bias"][None, :, None, None])


def score(p, images, blocks, architecture, group_size):
    x, image = None, images
    for side, _ in reversed(blocks):
        name = f"b{side}"
        if architecture == "skip" or x is None:
            read = convolve(p, f"{name}.fromrgb", image)
            x = read if x is None else x + read
        if side == 4:
            break
        y = convolve(p, f"{name}.conv1", convolve(p, f"{name}.conv0", x), down=True)
        if architecture == "residual":
            weight = oihw(p[f"{name}.skip.weight"])
            y = math.sqrt(0.5) * (y + conv2d(downsample(x), weight / math.sqrt(weight.shape[1])))
        else:
            image = downsample(image)
        x = y
    n, c, h, w = x.shape
    size = min(group_size, n)
    grouped = x.reshape(size, n // size, c, h, w)
    deviation = torch.sqrt(((grouped - grouped.mean(0)) ** 2).mean(0) + 1e-8).mean((1, 2, 3))  # [groups]
    spread = deviation.repeat(size)[:, None, None, None].expand(n, 1, h, w)
    x = convolve(p, "b4.conv", torch.cat([x, spread], 1))
    x = activate(linear(p, "b4.fc", x.permute(0, 2, 3, 1).reshape(n, -1)))
    return linear(p, "b4.out", x)[:, 0]
