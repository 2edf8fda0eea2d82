"""Small image files of every kind with their samples, for packages/datasets. PNGs are written here, chunk by chunk, since no library writes all kinds; Pillow reads them back as a check.

Run: python tools/golden/datasets.py
"""
import base64
import io
import json
import pathlib
import struct
import zlib

import numpy as np
from PIL import Image

import counter

HEIGHT, WIDTH = 9, 11
COLOURS = {"grey": (0, 1, [1, 2, 4, 8, 16]), "rgb": (2, 3, [8, 16]), "palette": (3, 1, [1, 2, 4, 8]), "grey-alpha": (4, 2, [8, 16]), "rgb-alpha": (6, 4, [8, 16])}
ADAM7 = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]


def chunk(kind, body):
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def paeth(a, b, c):
    p = a + b - c
    return min((abs(p - a), 0, a), (abs(p - b), 1, b), (abs(p - c), 2, c))[2]


def filtered(lines, stride, first):
    """Each line with the next of the five filters, starting with `first`."""
    out = b""
    above = bytes(len(lines[0]))
    for number, line in enumerate(lines):
        kind = (number + first) % 5
        coded = bytearray([kind])
        for i, value in enumerate(line):
            a = line[i - stride] if i >= stride else 0
            b = above[i]
            c = above[i - stride] if i >= stride else 0
            coded.append((value - [0, a, b, (a + b) // 2, paeth(a, b, c)][kind]) % 256)
        out += bytes(coded)
        above = line
    return out


def packed(rows, depth):
    """Rows of samples [rows, columns, samples] as bytes, most significant bit first."""
    lines = []
    for row in rows:
        flat = row.ravel()
        if depth == 16:
            lines.append(flat.astype(">u2").tobytes())
        elif depth == 8:
            lines.append(flat.astype(np.uint8).tobytes())
        else:
            bits = ((flat[:, None] >> np.arange(depth - 1, -1, -1)) & 1).astype(np.uint8).ravel()
            lines.append(np.packbits(bits).tobytes())
    return lines


def png(samples, colour, depth, interlaced=False, palette=None, transparency=None):
    height, width, count = samples.shape
    stride = max(1, count * depth // 8)
    passes = ADAM7 if interlaced else [(0, 0, 1, 1)]
    data = b""
    for index, (x, y, dx, dy) in enumerate(passes):
        part = samples[y::dy, x::dx]
        if part.size:
            data += filtered(packed(part, depth), stride, index)
    stream = zlib.compress(data)
    body = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, COLOURS[colour][0], 0, 0, int(interlaced)))
    if palette is not None:
        body += chunk(b"PLTE", palette.astype(np.uint8).tobytes())
    if transparency is not None:
        body += chunk(b"tRNS", transparency)
    body += chunk(b"tEXt", b"Comment\0skipped unread") + chunk(b"IDAT", stream[:7]) + chunk(b"IDAT", stream[7:])
    return b"\x89PNG\r\n\x1a\n" + body + chunk(b"IEND", b"")


def luma(rgb):
    rgb = rgb.astype(np.float64)
    grey = rgb @ np.array([0.299, 0.587, 0.114])
    same = (rgb[..., 0] == rgb[..., 1]) & (rgb[..., 1] == rgb[..., 2])
    return np.where(same, rgb[..., 0], grey)


def check_with_pillow(data, colour, depth, expected):
    """Pillow's own grey, where it keeps all the bits."""
    image = Image.open(io.BytesIO(data))
    if depth == 16 and colour == "grey":
        found = np.asarray(image, dtype=np.float64)
    elif depth <= 8 and colour != "grey":
        found = np.asarray(image.convert("RGB").convert("L"), dtype=np.float64)
    elif depth <= 8:
        found = np.asarray(image.convert("L"), dtype=np.float64) / 255 * (2**depth - 1)
    else:
        return False
    assert np.abs(found - expected).max() <= (0.51 if colour != "grey" else 1e-9), (colour, depth)
    return True


def encoded(name, data, expected, **rest):
    return {"name": name, "base64": base64.b64encode(data).decode(), "values": [round(float(x), 4) for x in np.asarray(expected).ravel()], **rest}


def png_cases():
    cases = []
    stream = 10
    for colour, (_, count, depths) in COLOURS.items():
        for depth in depths:
            for interlaced in (False, True):
                stream += 1
                samples = np.floor(counter.uniform(stream, HEIGHT * WIDTH * count) * 2**depth).astype(np.int64).reshape(HEIGHT, WIDTH, count)
                palette = None
                if colour == "palette":
                    palette = np.floor(counter.uniform(500 + depth, 3 * 2**depth) * 256).reshape(-1, 3)
                    expected = luma(palette[samples[..., 0]])
                elif count >= 3:
                    samples[0, :, :3] = samples[0, :, :1]  # one line of colours that are grey
                    if count == 4:
                        samples[..., 3] = np.maximum(samples[..., 3], 1)
                    expected = luma(samples[..., :3])
                else:
                    if count == 2:
                        samples[..., 1] = np.maximum(samples[..., 1], 1)
                    expected = samples[..., 0]
                data = png(samples, colour, depth, interlaced, palette)
                checked = check_with_pillow(data, colour, depth, expected)
                name = f"{colour} {depth} bit{' interlaced' if interlaced else ''}"
                cases.append(encoded(name, data, expected, high=255 if colour == "palette" else 2**depth - 1, pillow=checked))
    return cases


def transparency_cases():
    grey = np.arange(12).reshape(3, 4, 1)
    rgb = np.stack([grey[..., 0], grey[..., 0] + 1, grey[..., 0]], -1)
    alpha = np.concatenate([grey, np.where(grey == 5, 0, 128)], -1)
    entries = np.array([[10, 10, 10], [20, 20, 20], [30, 30, 30]])
    return [
        encoded("grey 4 bit, value 5 transparent", png(grey, "grey", 4, transparency=struct.pack(">H", 5)), grey, invalid=[5]),
        encoded("rgb, one colour transparent", png(rgb, "rgb", 8, transparency=struct.pack(">HHH", 5, 6, 5)), luma(rgb), invalid=[5]),
        encoded("grey and alpha", png(alpha, "grey-alpha", 8), grey, invalid=[5]),
        encoded("palette, entry 1 transparent", png(grey % 3, "palette", 2, palette=entries, transparency=b"\xff\x00"), entries[grey[..., 0] % 3][..., 0], invalid=[1, 4, 7, 10]),
    ]


def jpeg_cases():
    """Pillow's encoder, and what libjpeg-turbo decodes: grey as it is, colour as its luma."""
    y, x = np.mgrid[0:19, 0:26]
    grey = Image.fromarray((120 + 60 * np.sin(x / 5) + 50 * np.cos(y / 7)).clip(0, 255).astype(np.uint8))
    colour = Image.merge("RGB", [grey, grey.point(lambda v: v // 2 + 40), grey.transpose(Image.Transpose.FLIP_LEFT_RIGHT)])
    cases = []
    for name, image, options in [
        ("grey baseline", grey, {}),
        ("grey progressive", grey, {"progressive": True}),
        ("grey with restarts", grey, {"restart_marker_blocks": 3}),
        ("grey optimised", grey, {"optimize": True}),
        ("colour 4:2:0", colour, {}),
        ("colour 4:4:4 progressive", colour, {"subsampling": 0, "progressive": True}),
        ("colour that is grey", Image.merge("RGB", [grey] * 3), {}),
    ]:
        file = io.BytesIO()
        image.save(file, "JPEG", quality=85, **options)
        decoded = np.asarray(Image.open(io.BytesIO(file.getvalue())))
        cases.append(encoded(name, file.getvalue(), decoded if decoded.ndim == 2 else luma(decoded)))
    file = io.BytesIO()
    grey.convert("CMYK").save(file, "JPEG")
    return cases, base64.b64encode(file.getvalue()).decode()


def main():
    jpegs, cmyk = jpeg_cases()
    fixture = {"width": WIDTH, "height": HEIGHT, "png": png_cases(), "transparency": transparency_cases(), "jpeg": jpegs, "cmyk": cmyk}
    path = pathlib.Path(__file__).parents[2] / "packages/datasets/golden/images.json"
    path.write_text(json.dumps(fixture) + "\n")
    print(path, path.stat().st_size, sum(case["pillow"] for case in fixture["png"]), "of", len(fixture["png"]), "checked with Pillow")


main()
