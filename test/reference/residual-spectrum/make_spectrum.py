"""Writes spectrum.json: the averaged residual spectrum of two images that a formula makes, by NumPy and SciPy.

    python3 make_spectrum.py
"""
import json
import pathlib

import numpy
import scipy
from scipy.ndimage import median_filter
from scipy.signal.windows import hann

SIZE = 16
MOST = 3


def formula_image(width, height, seed):
    y, x, c = numpy.meshgrid(range(height), range(width), range(3), indexing="ij")
    return (x * x * 7 + y * 13 + c * 29 + x * y * (3 + seed)) % 256


def patches(residual):
    rows, columns = residual.shape[0] // SIZE, residual.shape[1] // SIZE
    count = rows * columns
    taken = min(count, MOST)
    for i in range(taken):
        row, column = divmod(int((i + 0.5) * count / taken), columns)
        yield residual[row * SIZE : (row + 1) * SIZE, column * SIZE : (column + 1) * SIZE]


def main():
    # Points between those of the periodic window.
    window = hann(2 * SIZE, sym=False)[1::2]
    window = numpy.outer(window, window)
    logs = []
    for seed, (width, height) in enumerate([(40, 33), (16, 20)]):
        image = formula_image(width, height, seed).astype(float)
        for color in range(3):
            residual = image[..., color] - median_filter(image[..., color], size=3, mode="nearest")
            for patch in patches(residual):
                power = abs(numpy.fft.fft2(patch * window)) ** 2 / (window**2).sum()
                logs.append(10 * numpy.log10(power + 1 / 12))
    decibels = numpy.fft.fftshift(numpy.mean(logs, axis=0))
    versions = {"numpy": numpy.__version__, "scipy": scipy.__version__}
    found = {"versions": versions, "decibels": [float(f"{value:.9g}") for value in decibels.ravel()]}
    pathlib.Path(__file__).with_name("spectrum.json").write_text(json.dumps(found) + "\n")


if __name__ == "__main__":
    main()
