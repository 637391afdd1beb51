"""Arrays that both sides compute from a name, so that no weights are stored: see formula-weights.ts in packages/networks/test."""
import zlib

import numpy

GOLDEN_RATIO = 0x9E3779B9


def uniform(name, count):
    """Element i is a number in [-1, 1) made by mixing the bits of i and of the name's CRC-32."""
    h = numpy.arange(count, dtype="uint32") * numpy.uint32(GOLDEN_RATIO) + numpy.uint32(zlib.crc32(name.encode()))
    h ^= h >> numpy.uint32(16)
    h *= numpy.uint32(0x85EBCA6B)
    h ^= h >> numpy.uint32(13)
    h *= numpy.uint32(0xC2B2AE35)
    h ^= h >> numpy.uint32(16)
    return h.astype("float64") / 2.0**31 - 1


def formula_array(name, shape):
    """Kernels have variance 2 / fan-in, matrices a hundredth of it; variances and scales are about 1, averages about 0.

    Biases are about 2: most units are then far from the kink of ReLU, so that rounding changes the side of few, if any.
    """
    values = uniform(name, int(numpy.prod(shape)))
    if len(shape) > 1:
        values = values * numpy.sqrt((0.06 if len(shape) == 2 else 6) / numpy.prod(shape[1:]))
    elif name.endswith("running_mean"):
        values = 0.1 * values
    else:
        values = (2 if name.endswith("bias") else 1) + 0.2 * values
    return values.astype("float32").reshape(shape)


def formula_images(count, size):
    """N x 3 x size x size: squares of 16 pixels, and noise. `size` is a multiple of 16."""
    squares = uniform("squares", count * 3 * (size // 16) ** 2).reshape(count, 3, size // 16, size // 16)
    noise = uniform("noise", count * 3 * size * size).reshape(count, 3, size, size)
    return (0.8 * squares.repeat(16, 2).repeat(16, 3) + 0.2 * noise).astype("float32")
