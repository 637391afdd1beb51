"""Writes reference.json: images and what scipy.ndimage.gaussian_filter gives for them, rounded to bytes.

    OMP_NUM_THREADS=1 python3 test/reference/gaussian-blur/reference.py

Images are rows of pixels of red, green, blue; each channel is blurred on its own, in float64.
"""
import json
import pathlib
import platform

import numpy as np
import scipy
from scipy.ndimage import gaussian_filter

SEED = 20251122
# Height, width and sigma; in the last two the filter reaches beyond the mirrored image.
CASES = [(9, 14, 0.1), (9, 14, 0.3), (12, 10, 0.75), (16, 17, 1.5), (20, 31, 3.0), (5, 3, 2.4), (1, 2, 3.0)]


def blur_case(rng, height, width, sigma):
    image = rng.integers(0, 256, (height, width, 3))
    blurred = np.stack([gaussian_filter(image[:, :, c].astype(float), sigma) for c in range(3)], axis=2)
    # A value in the middle between two bytes could be rounded either way.
    assert np.abs(blurred % 1 - 0.5).min() > 1e-9 or sigma < 0.125
    return {"height": height, "width": width, "sigma": sigma, "data": image.ravel().tolist(),
            "blurred": np.rint(blurred).astype(int).ravel().tolist()}


def main():
    rng = np.random.default_rng(SEED)
    versions = {"python": platform.python_version(), "numpy": np.__version__, "scipy": scipy.__version__}
    result = {"versions": versions, "seed": SEED, "cases": [blur_case(rng, *case) for case in CASES]}
    text = json.dumps(result, separators=(",", ":"))
    (pathlib.Path(__file__).parent / "reference.json").write_text(text + "\n")


if __name__ == "__main__":
    main()
