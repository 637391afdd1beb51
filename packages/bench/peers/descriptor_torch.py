"""The descriptor of the package extractor in PyTorch: its definitions written plainly, vectorized over pixels and maps.

Pillow decodes. The values of an image are those of the whole, then of its crops row by row. Images are shared out to as
many processes as there are threads, with one thread each: for maps of this size that is much quicker than threads inside
an operation.
"""
import itertools
import multiprocessing

from peer import ARGUMENTS, require, serve

np = require("numpy")
torch = require("torch")
Image = require("PIL.Image", "Pillow")

FILTERS = torch.tensor([
    [[0, 0, 0], [-1, 1, 0], [0, 0, 0]],
    [[0, -1, 0], [0, 1, 0], [0, 0, 0]],
    [[0, 0, 0], [1, -2, 1], [0, 0, 0]],
    [[0, 1, 0], [0, -2, 0], [0, 1, 0]],
    [[-1, 2, -1], [2, -4, 2], [-1, 2, -1]],
    [[-1, 0, 0], [0, 1, 0], [0, 0, 0]],
], dtype=torch.float32)[:, None]
LAGS = [(dy, dx) for dy in range(-5, 1) for dx in range(-5, 6)]
COLOR_LAGS = [(dy, dx) for dy in range(-2, 3) for dx in range(-2, 3) if (dy, dx) != (0, 0)]
LIMITS = torch.tensor([.5, 1.5, 2.5, 4.5, 8.5, 16.5, 32.5])
STEPS = (1, 1, 2, 2, 4)
PAIRS = ([0, 0, 1], [1, 2, 2])


def classes(length, alike):
    """Class of each pattern of so many values in -2 ... 2, numbered in the order of the classes' lowest members."""
    patterns = list(itertools.product(range(-2, 3), repeat=length))
    lowest = [min(alike(pattern)) for pattern in patterns]
    number = {pattern: i for i, pattern in enumerate(sorted(set(lowest)))}
    return torch.tensor([number[pattern] for pattern in lowest]), len(number)


def negative(pattern):
    return tuple(-value for value in pattern)


COLOR_CLASSES = classes(3, lambda p: (p, negative(p)))
LINE_CLASSES = classes(4, lambda p: (p, negative(p), p[::-1], negative(p[::-1])))


def shifted(p, q, dy, dx):
    """Both maps cut to the pixels x of p for which x + lag lies in q."""
    h, w = p.shape[-2:]
    a = p[..., max(0, -dy):h - max(0, dy), max(0, -dx):w - max(0, dx)]
    b = q[..., max(0, dy):h + min(0, dy), max(0, dx):w + min(0, dx)]
    return a, b


def products(p, q, lags, reduce):
    return torch.stack([reduce(torch.mul(*shifted(p, q, dy, dx)), (-2, -1)) for dy, dx in lags], -1)


def statistics(maps, top, left):
    """maps: 3 colors x 6 filters x h x w. top, left: place of the region in the image's residual map."""
    flat = maps.flatten(0, 1)
    squares = flat ** 2
    auto = products(flat, flat, LAGS, torch.sum) / (squares.sum((1, 2)) + 1e-6)[:, None]
    energy = squares.mean((1, 2))
    p, q = maps[PAIRS[0]], maps[PAIRS[1]]
    norm = torch.sqrt((p ** 2).mean((2, 3)) * (q ** 2).mean((2, 3)) + 1e-6)
    color = (p * q).mean((2, 3)) / norm
    phase = torch.stack([squares[:, (i - top) % 4::4, (j - left) % 4::4].mean((1, 2))
                         for i in range(4) for j in range(4)], 1)
    phase = torch.log((phase + 1e-2) / (phase.mean(1, keepdim=True) + 1e-2))
    color_lags = products(p, q, COLOR_LAGS, torch.mean) / norm[..., None]
    return [auto, torch.log(energy + 1e-2), color, phase, color_lags], squares, energy


def distributions(maps, squares, energy):
    size = maps.flatten(0, 1).abs()
    shares = torch.stack([(size < limit).float().mean((1, 2)) for limit in LIMITS], 1)
    flatness = torch.log((size.mean((1, 2)) ** 2 + 1e-3) / (energy + 1e-3))
    peakedness = torch.log(((squares ** 2).mean((1, 2)) + 1e-2) / (energy ** 2 + 1e-2))
    return [shares, torch.stack([flatness, peakedness], 1)]


def pattern_shares(digits, length, table):
    """digits: values 0 ... 4, one tensor for each place of the pattern."""
    code = digits[0]
    for digit in digits[1:]:
        code = 5 * code + digit
    counts = torch.bincount(code.flatten(), minlength=5 ** length).float()
    number, count = table
    return torch.sqrt(torch.zeros(count).index_add_(0, number, counts) / max(1, code.numel()))


def patterns(quantized):
    """quantized: for each of five filters 3 colors x h x w."""
    values = [pattern_shares(k, 3, COLOR_CLASSES) for k in quantized]
    for f, k in enumerate(quantized[:4]):
        h, w = k.shape[1:]
        dy, dx = ((0, 1), (1, 0))[f % 2]
        line = [k[:, i * dy:h - (3 - i) * dy, i * dx:w - (3 - i) * dx] for i in range(4)]
        values.append(pattern_shares(line, 4, LINE_CLASSES))
    return values


def regions(h, w):
    grid, tiles, step = ARGUMENTS["grid"], ARGUMENTS["cropTiles"], ARGUMENTS["cropStep"]
    yield 0, h, 0, w
    starts = range(0, grid - tiles + 1, step)
    for i, j in itertools.product(starts, starts):
        yield i * h // grid, (i + tiles) * h // grid, j * w // grid, (j + tiles) * w // grid


def describe(image):
    planes = torch.from_numpy(image).permute(2, 0, 1).float()
    maps = torch.nn.functional.conv2d(planes[:, None], FILTERS)
    quantized = [(torch.round(maps[:, f] / step).clamp(-2, 2) + 2).long() for f, step in enumerate(STEPS)]
    values = []
    for top, bottom, left, right in regions(*maps.shape[2:]):
        part = maps[:, :, top:bottom, left:right]
        moments, squares, energy = statistics(part, top, left)
        blocks = moments + distributions(part, squares, energy)
        blocks += patterns([k[:, top:bottom, left:right] for k in quantized])
        values += [block.flatten() for block in blocks]
    return torch.cat(values)


def describe_file(file):
    with torch.no_grad():
        return describe(np.array(Image.open(file).convert("RGB"))).numpy()


def run():
    return pool.map(describe_file, ARGUMENTS["files"], chunksize=1)


def finish(descriptions):
    np.concatenate(descriptions).tofile(ARGUMENTS["answer"])
    return {"values": int(sum(len(values) for values in descriptions))}


# The workers are made before anything is computed: OpenMP does not outlive a fork.
with multiprocessing.Pool(ARGUMENTS["threads"], torch.set_num_threads, (1,)) as pool:
    serve(run, finish)
