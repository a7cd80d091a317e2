#!/usr/bin/env python3
"""Draws eng/icon.png, the icon of the packages: a series, and the steps of a network that reads it. Needs nothing but Python."""
import math
import pathlib
import struct
import zlib

SIZE = 128
SAMPLES = 4    # per side of a pixel, so that edges are smooth
BACKGROUND, LINE, NODE = (37, 44, 97), (120, 200, 255), (255, 196, 87)
NODES = [24, 51, 77, 104]


def wave(x):
    return 52 + 22 * math.sin(x * 2 * math.pi / 53)


def colour(x, y):
    corner = max(abs(x - SIZE / 2), abs(y - SIZE / 2)) - 44
    outside = math.hypot(max(abs(x - SIZE / 2) - 44, 0), max(abs(y - SIZE / 2) - 44, 0)) > 18 if corner > 0 else False
    if outside:
        return None
    for node in NODES:
        if math.hypot(x - node, y - 98) < 8 or math.hypot(x - node, y - wave(node)) < 5:
            return NODE
        if abs(x - node) < 1.2 and wave(node) < y < 98:
            return NODE
    if NODES[0] < x < NODES[-1] and abs(y - 98) < 2:
        return NODE
    slope = 22 * 2 * math.pi / 53 * math.cos(x * 2 * math.pi / 53)
    if 14 < x < 114 and abs(y - wave(x)) < 2.6 * math.sqrt(1 + slope * slope):
        return LINE
    return BACKGROUND


def pixel(column, row):
    found = [colour(column + (i + 0.5) / SAMPLES, row + (j + 0.5) / SAMPLES) for i in range(SAMPLES) for j in range(SAMPLES)]
    seen = [c for c in found if c]
    if not seen:
        return bytes(4)
    return bytes([round(sum(c[k] for c in seen) / len(seen)) for k in range(3)] + [round(255 * len(seen) / len(found))])


def chunk(name, data):
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


rows = b"".join(b"\0" + b"".join(pixel(column, row) for column in range(SIZE)) for row in range(SIZE))
header = struct.pack(">IIBBBBB", SIZE, SIZE, 8, 6, 0, 0, 0)
pathlib.Path(__file__).with_name("icon.png").write_bytes(
    b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b""))
