"""Reference of the descriptor: the same definitions written plainly in NumPy, and the golden arrays made from them.

Run in this folder: python3 reference.py
Writes image-<height>x<width>.npy (uint8, height x width x 3, procedural, seeded), description-<height>x<width>.npy
(float64 values stored as float32, 1 + crops rows x 3097) and versions.json.
"""
import itertools
import json
import platform

import numpy as np

FILTERS = [
    [[0, 0, 0], [-1, 1, 0], [0, 0, 0]],
    [[0, -1, 0], [0, 1, 0], [0, 0, 0]],
    [[0, 0, 0], [1, -2, 1], [0, 0, 0]],
    [[0, 1, 0], [0, -2, 0], [0, 1, 0]],
    [[-1, 2, -1], [2, -4, 2], [-1, 2, -1]],
    [[-1, 0, 0], [0, 1, 0], [0, 0, 0]],
]
SIZES = [(64, 64), (40, 52), (32, 32)]
GRID, CROP_TILES, CROP_STEP = 4, 2, 2


def residual(plane, kernel):
    """Correlation with a 3 x 3 kernel where the window fits."""
    h, w = plane.shape
    return sum(kernel[i][j] * plane[i:h - 2 + i, j:w - 2 + j] for i in range(3) for j in range(3))


def autocorrelation(r, dy, dx):
    """Sum of r(p) r(p + lag) over the pixels p for which p + lag lies in the map too."""
    h, w = r.shape
    if dy < 0:
        dy, dx = -dy, -dx
    if dx >= 0:
        return (r[:h - dy, :w - dx] * r[dy:, dx:]).sum()
    return (r[:h - dy, -dx:] * r[dy:, :w + dx]).sum()


def residual_statistics(maps, top, left):
    """maps: 3 colors x 6 filters x h x w. top, left: place of the region in the image's residual map."""
    flat = maps.reshape(18, *maps.shape[2:])
    auto = []
    for r in flat:
        zero = autocorrelation(r, 0, 0) + 1e-6
        auto += [autocorrelation(r, dy, dx) / zero for dy in range(-5, 1) for dx in range(-5, 6)]
    energy = [np.log((r ** 2).mean() + 1e-2) for r in flat]
    color = []
    for a, b in ((0, 1), (0, 2), (1, 2)):
        for f in range(6):
            p, q = maps[a, f], maps[b, f]
            color.append((p * q).mean() / np.sqrt((p ** 2).mean() * (q ** 2).mean() + 1e-6))
    phase = []
    for r in flat:
        z = np.array([(r[(i - top) % 4::4, (j - left) % 4::4] ** 2).mean() for i in range(4) for j in range(4)])
        phase += list(np.log((z + 1e-2) / (z.mean() + 1e-2)))
    return auto + energy + color + phase


def cross_correlation(p, q, dy, dx):
    """Mean of p(x) q(x + lag) over the pixels x for which x + lag lies in the map too."""
    h, w = p.shape
    pairs = [p[y, x] * q[y + dy, x + dx] for y in range(h) for x in range(w) if 0 <= y + dy < h and 0 <= x + dx < w]
    return np.mean(pairs)


def color_lag_correlations(maps):
    values = []
    for a, b in ((0, 1), (0, 2), (1, 2)):
        for f in range(6):
            p, q = maps[a, f], maps[b, f]
            norm = np.sqrt((p ** 2).mean() * (q ** 2).mean() + 1e-6)
            lags = [(dy, dx) for dy in range(-2, 3) for dx in range(-2, 3) if (dy, dx) != (0, 0)]
            values += [cross_correlation(p, q, dy, dx) / norm for dy, dx in lags]
    return values


def residual_distributions(maps):
    flat = maps.reshape(18, *maps.shape[2:])
    shares = [(abs(r) < limit).mean() for r in flat for limit in (.5, 1.5, 2.5, 4.5, 8.5, 16.5, 32.5)]
    shape = []
    for r in flat:
        energy = (r ** 2).mean()
        shape.append(np.log((abs(r).mean() ** 2 + 1e-3) / (energy + 1e-3)))
        shape.append(np.log(((r ** 4).mean() + 1e-2) / (energy ** 2 + 1e-2)))
    return shares + shape


def quantize(r, step):
    return np.clip(np.rint(r / step), -2, 2).astype(int)


def shares(patterns, length, alike):
    """patterns: list of tuples. One value a class, in the order of the classes' lowest members."""
    everything = list(itertools.product(range(-2, 3), repeat=length))
    lowest = {pattern: min(alike(pattern)) for pattern in everything}
    counts = dict.fromkeys(sorted(set(lowest.values())), 0)
    for pattern in patterns:
        counts[lowest[pattern]] += 1
    return [np.sqrt(count / max(len(patterns), 1)) for count in counts.values()]


def residual_patterns(maps):
    """maps: 3 colors x 6 filters x h x w."""
    negative = lambda p: tuple(-v for v in p)
    h, w = maps.shape[2:]
    values = []
    quantized = [quantize(maps[:, f], step) for f, step in enumerate((1, 1, 2, 2, 4))]
    for k in quantized:
        values += shares(list(zip(*k.reshape(3, -1).tolist())), 3, lambda p: (p, negative(p)))
    for f, k in enumerate(quantized[:4]):
        dy, dx = ((0, 1), (1, 0))[f % 2]
        sequences = [
            tuple(int(color[y + i * dy, x + i * dx]) for i in range(4))
            for color in k for y in range(h - 3 * dy) for x in range(w - 3 * dx)
        ]
        values += shares(sequences, 4, lambda p: (p, negative(p), p[::-1], negative(p[::-1])))
    return values


def describe(image):
    """Rows: the whole image, then its crops row by row."""
    planes = image.astype(np.float64).transpose(2, 0, 1)
    maps = np.array([[residual(plane, kernel) for kernel in FILTERS] for plane in planes])
    h, w = maps.shape[2:]
    edge = lambda size, tile: tile * size // GRID
    regions = [(0, h, 0, w)]
    for i in range(0, GRID - CROP_TILES + 1, CROP_STEP):
        for j in range(0, GRID - CROP_TILES + 1, CROP_STEP):
            regions.append((edge(h, i), edge(h, i + CROP_TILES), edge(w, j), edge(w, j + CROP_TILES)))
    return np.array([
        residual_statistics(maps[:, :, t:b, l:r], t, l) + color_lag_correlations(maps[:, :, t:b, l:r])
        + residual_distributions(maps[:, :, t:b, l:r]) + residual_patterns(maps[:, :, t:b, l:r])
        for t, b, l, r in regions
    ])


def procedural_image(height, width, seed):
    """Smooth waves, a few hard-edged discs, a flat corner and camera-like noise."""
    random = np.random.default_rng(seed)
    y, x = np.mgrid[:height, :width].astype(np.float64)
    image = np.zeros((height, width, 3))
    for color in range(3):
        for _ in range(4):
            u, v, phase = random.uniform(-.6, .6), random.uniform(-.6, .6), random.uniform(0, 6.28)
            image[..., color] += 22 * np.sin(u * x + v * y + phase)
    for _ in range(5):
        inside = (y - random.uniform(0, height)) ** 2 + (x - random.uniform(0, width)) ** 2 < random.uniform(4, 9) ** 2
        image[inside] += random.uniform(-60, 60, 3)
    noise = random.normal(0, 4, (height, width, 3))
    noise += .5 * np.roll(noise, 1, 1) + .4 * np.roll(noise, 1, 2)
    image = np.clip(128 + image + noise, 0, 255).round().astype(np.uint8)
    image[-height // 5:, -width // 5:] = (200, 60, 255)
    return image


if __name__ == '__main__':
    for seed, (height, width) in enumerate(SIZES):
        image = procedural_image(height, width, seed)
        np.save(f'image-{height}x{width}.npy', image)
        np.save(f'description-{height}x{width}.npy', describe(image).astype(np.float32))
    versions = {'python': platform.python_version(), 'numpy': np.__version__}
    with open('versions.json', 'w') as file:
        json.dump(versions, file)
        file.write('\n')
