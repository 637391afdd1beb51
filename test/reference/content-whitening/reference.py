"""Reference of content whitening in NumPy, and the golden arrays made from it.

Run in this folder: python3 reference.py
Writes whole.npy (N x D), crops.npy (M x C x D), whitened.npy (clip none, all components), leading.npy (clip 1.5,
leading 4), unit-length.npy (clip 3, leading 4, unit length) and versions.json. The first 40 rows of whole are the known set.
"""
import json
import platform

import numpy as np

IMAGES, DIMS, SAMPLE, CROPS, KNOWN = 90, 24, 30, 4, 40
COMPONENTS, SHRINKAGE, LEADING, CLIP = 16, .1, 4, 1.5


def principal_directions(covariance):
    """Columns by descending eigenvalue; the entry of largest magnitude is positive."""
    values, vectors = np.linalg.eigh(covariance)
    vectors = vectors[:, np.argsort(-values)]
    return vectors * np.sign(vectors[np.abs(vectors).argmax(0), np.arange(vectors.shape[1])])


def to_unit_length(x):
    return x / np.linalg.norm(x, axis=1, keepdims=True)


def whiten(whole, crops, leading=None, clip=None, unit_length=False):
    mean, deviation = whole[:KNOWN].mean(0), whole[:KNOWN].std(0)
    soften = (lambda z: z) if clip is None else (lambda z: clip * np.tanh(z / clip))
    standardize = lambda x: soften((x - mean) / deviation)
    images, parts = standardize(whole), standardize(crops)
    components = principal_directions(np.cov(images.T))[:, :COMPONENTS]
    deviations = (parts - parts.mean(1, keepdims=True)).reshape(-1, DIMS) @ components
    content = deviations.T @ deviations / (SAMPLE * (CROPS - 1))
    content = (1 - SHRINKAGE) * content + SHRINKAGE * np.eye(COMPONENTS) * np.trace(content) / COMPONENTS
    values, vectors = np.linalg.eigh(content)
    result = (images - images.mean(0)) @ components @ (vectors / np.sqrt(values)) @ vectors.T
    scale = to_unit_length if unit_length else (lambda x: x)
    result = scale(result)
    return result if leading is None else scale(result @ principal_directions(np.cov(result.T))[:, :leading])


if __name__ == '__main__':
    random = np.random.default_rng(5)
    mixing = random.normal(size=(DIMS, DIMS)) * np.linspace(2, .2, DIMS)[:, None]
    content = random.normal(size=(DIMS, DIMS)) * np.linspace(.2, 1.2, DIMS)[:, None]
    whole = (random.normal(size=(IMAGES, DIMS)) @ mixing + 3).astype(np.float32)
    crops = whole[::3, None] + random.normal(size=(SAMPLE, CROPS, DIMS)) @ content
    crops = crops.astype(np.float32)
    np.save('whole.npy', whole)
    np.save('crops.npy', crops)
    exact = whole.astype(np.float64), crops.astype(np.float64)
    np.save('whitened.npy', whiten(*exact).astype(np.float32))
    np.save('leading.npy', whiten(*exact, leading=LEADING, clip=CLIP).astype(np.float32))
    unit = whiten(*exact, leading=LEADING, clip=3, unit_length=True)
    np.save('unit-length.npy', unit.astype(np.float32))
    with open('versions.json', 'w') as file:
        json.dump({'python': platform.python_version(), 'numpy': np.__version__}, file)
        file.write('\n')
