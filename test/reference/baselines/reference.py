"""Writes reference.json: rows, and the labels that scikit-learn, scipy and plain numpy give them.

    OMP_NUM_THREADS=1 python3 test/reference/baselines/reference.py

scikit-learn: DBSCAN, AgglomerativeClustering, NearestCentroid, KMeans. scipy: single linkage of the mutual reachability
distances. FINCH, HDBSCAN's cluster tree and its selection, spherical k-means and the knee are written out below as their
papers state them, slowly: this scikit-learn has no HDBSCAN.
"""
import json
import pathlib
import platform
import warnings

import numpy as np
import scipy
import sklearn
from scipy.cluster.hierarchy import linkage as scipy_linkage
from scipy.sparse.csgraph import connected_components
from scipy.spatial.distance import cdist, squareform
from sklearn.cluster import DBSCAN, AgglomerativeClustering, KMeans
from sklearn.neighbors import NearestCentroid

SEED = 20240907


def by_first_row(labels):
    """Labels numbered by first row; -1 stays."""
    numbers = {-1: -1}
    return [numbers.setdefault(int(label), len(numbers) - 1) for label in labels]


def unit(rows):
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return rows / np.where(lengths == 0, 1, lengths)


# DBSCAN and its epsilon

def k_distances(rows, minimum_points):
    return np.sort(cdist(rows, rows), axis=1)[:, minimum_points - 1]


def knee(rows, minimum_points):
    y = np.sort(k_distances(rows, minimum_points))
    if y[0] == y[-1]:
        return float(y[0])
    x = np.arange(len(y)) / (len(y) - 1)
    return float(y[np.argmax(x - (y - y[0]) / (y[-1] - y[0]))])


def dbscan_cases(rows, epsilons):
    return [{"epsilon": epsilon, "minimumPoints": minimum,
             "labels": by_first_row(DBSCAN(eps=epsilon, min_samples=minimum).fit_predict(rows))}
            for epsilon in epsilons for minimum in (1, 3, 6)]


# HDBSCAN

def mutual_reachability(rows, minimum_points):
    core = k_distances(rows, minimum_points)
    distances = np.maximum(cdist(rows, rows), np.maximum(core[:, None], core[None, :]))
    np.fill_diagonal(distances, 0)
    return distances


def cluster_tree(distances, heights, minimum_size, members, birth):
    """The cluster with these members, which begins at density `birth`: its excess of mass and its children."""
    stability, left = 0.0, np.asarray(members)
    for height in heights:
        count, part = connected_components(distances[np.ix_(left, left)] < height, directed=False)
        if count == 1:
            continue
        density = np.inf if height == 0 else 1 / height
        parts = [left[part == p] for p in range(count)]
        large = [rows for rows in parts if len(rows) >= minimum_size]
        if len(large) == 1:
            stability += (len(left) - len(large[0])) * (density - birth)
            left = large[0]
            continue
        stability += len(left) * (density - birth)
        later = heights[heights < height]
        children = [cluster_tree(distances, later, minimum_size, rows, density) for rows in large]
        return {"members": members, "stability": stability, "children": children}
    raise AssertionError("rows at distance 0 part at height 0")


def best_clusters(cluster):
    below = [best_clusters(child) for child in cluster["children"]]
    total = sum(mass for mass, _ in below)
    if cluster["stability"] >= total:
        return cluster["stability"], [cluster]
    return total, [chosen for _, clusters in below for chosen in clusters]


def hdbscan(rows, minimum_size, minimum_points):
    labels = np.full(len(rows), -1)
    distances = mutual_reachability(rows, minimum_points)
    # Only at these distances parts come off. Below 0 nothing is connected, so that rows at distance 0 part there.
    heights = np.unique(scipy_linkage(squareform(distances, checks=False), "single")[:, 2])[::-1]
    off_diagonal = distances.copy()
    np.fill_diagonal(off_diagonal, np.inf)
    tree = cluster_tree(off_diagonal, heights, minimum_size, np.arange(len(rows)), 0.0)
    for number, cluster in enumerate(c for child in tree["children"] for c in best_clusters(child)[1]):
        labels[cluster["members"]] = number
    return by_first_row(labels)


def hdbscan_cases(rows):
    cases = []
    for minimum_size, minimum_points in [(2, 1), (4, 2), (5, 5), (12, 3)]:
        distances = squareform(mutual_reachability(rows, minimum_points), checks=False)
        cases.append({"minimumClusterSize": minimum_size, "minimumPoints": minimum_points,
                      "heights": scipy_linkage(distances, "single")[:, 2].tolist(),
                      "labels": hdbscan(rows, minimum_size, minimum_points)})
    return cases


# FINCH

def first_neighbors(rows, metric):
    if metric == "cosine":
        closeness = unit(rows) @ unit(rows).T
    else:
        closeness = -cdist(rows, rows)
    np.fill_diagonal(closeness, -np.inf)
    return closeness.argmax(axis=1)


def link(rows, metric):
    nearest = first_neighbors(rows, metric)
    count = len(rows)
    adjacency = np.zeros((count, count), dtype=bool)
    for i in range(count):
        for j in range(count):
            adjacency[i, j] = nearest[i] == j or nearest[j] == i or nearest[i] == nearest[j]
    return np.array(by_first_row(connected_components(adjacency, directed=False)[1]))


def finch(rows, metric):
    labels = link(rows, metric)
    partitions = [labels]
    while labels.max() > 0:
        means = np.stack([rows[labels == c].mean(axis=0) for c in range(labels.max() + 1)])
        labels = link(means, metric)[labels]
        if labels.max() == 0:
            break
        partitions.append(labels)
    return [partition.tolist() for partition in partitions]


# Linkage, directions, known sources

def agglomerate_cases(rows):
    return [{"linkage": linkage, "clusterCount": count,
             "labels": by_first_row(AgglomerativeClustering(count, linkage=linkage).fit_predict(rows))}
            for linkage in ("ward", "average", "complete", "single") for count in (2, 5, 9, 20)]


def spherical_case(rows, rng):
    rows = unit(rows)
    initial = rows[rng.choice(len(rows), 6, replace=False)]
    centroids, labels = initial, None
    for _ in range(200):
        last, labels = labels, (rows @ centroids.T).argmax(axis=1)
        if last is not None and (last == labels).all():
            break
        sums = np.stack([rows[labels == c].sum(axis=0) for c in range(len(centroids))])
        centroids = unit(sums)
    return {"initial": initial.ravel().tolist(), "labels": labels.tolist(), "centroids": centroids.ravel().tolist(),
            "total": float((rows * centroids[labels]).sum())}


def nearest_case(rows, rng):
    labels = rng.integers(0, 5, len(rows) // 2)
    known, discovery = unit(rows[: len(labels)]), unit(rows[len(labels):])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        named = NearestCentroid(metric="cosine").fit(known, labels).predict(discovery)
    return {"knownLabels": labels.tolist(), "labels": named.tolist()}


# Rows

def clumps(rng, count, dims, sources, spread):
    means = rng.normal(size=(sources, dims)) * spread
    widths = rng.uniform(0.3, 1.5, sources)
    source = rng.integers(0, sources, count)
    return means[source] + rng.normal(size=(count, dims)) * widths[source, None], source


def distinct_set(name, rng, rows):
    """Rows without equal distances: everything is determined. They are stored with three decimals and read as float32."""
    rows = np.round(rows, 3).astype(np.float32).astype(float)
    distances = cdist(rows, rows)[np.triu_indices(len(rows), 1)]
    epsilons = [float(np.quantile(distances, share)) * 1.0001 for share in (0.01, 0.05, 0.2)]
    return {
        "name": name, "dims": rows.shape[1], "data": np.round(rows, 3).ravel().tolist(),
        "dbscan": dbscan_cases(rows, epsilons),
        "knee": [{"minimumPoints": k, "epsilon": knee(rows, k)} for k in (1, 2, 5)],
        "hdbscan": hdbscan_cases(rows),
        "finch": {metric: finch(rows, metric) for metric in ("euclidean", "cosine")},
        "agglomerate": agglomerate_cases(rows),
        "spherical": spherical_case(rows, rng),
        "nearest": nearest_case(rows, rng),
    }


def tied_set(name, rows):
    """Integers: many equal distances, exact in float64, and rows that are equal. Only what ties leave determined."""
    rows = np.asarray(rows, dtype=float)
    return {"name": name, "dims": rows.shape[1], "data": rows.ravel().tolist(), "dbscan": dbscan_cases(rows, [1.0, 2.0, 5.0]),
            "knee": [{"minimumPoints": k, "epsilon": knee(rows, k)} for k in (1, 2, 5)], "hdbscan": hdbscan_cases(rows)}


def far_directions(rng):
    """Directions around axes: k-means on unit rows and spherical k-means have the same best clusters."""
    source = rng.integers(0, 6, 120)
    rows = np.round((np.eye(8)[source] + 0.1 * rng.normal(size=(120, 8))) * rng.uniform(0.5, 20, (120, 1)), 3)
    labels = KMeans(6, n_init=20, random_state=0).fit_predict(unit(rows))
    return {"dims": 8, "data": rows.ravel().tolist(), "clusterCount": 6, "labels": by_first_row(labels)}


def main():
    rng = np.random.default_rng(SEED)
    content = {
        "versions": {"python": platform.python_version(), "numpy": np.__version__, "scipy": scipy.__version__,
                     "scikit-learn": sklearn.__version__},
        "seed": SEED,
        "distinct": [
            distinct_set("separate clumps", rng, clumps(rng, 120, 5, 6, 6)[0]),
            distinct_set("clumps that overlap", rng, clumps(rng, 150, 3, 5, 2)[0]),
            distinct_set("many dimensions", rng, clumps(rng, 80, 37, 7, 0.6)[0]),
            distinct_set("one cloud", rng, rng.normal(size=(100, 4))),
            distinct_set("far from the origin", rng, clumps(rng, 90, 6, 5, 4)[0] + 300),
            distinct_set("noise around clumps", rng, np.vstack([clumps(rng, 80, 3, 4, 6)[0], rng.uniform(-15, 15, (50, 3))])),
        ],
        "tied": [
            tied_set("lattice", [[i % 7, i // 7] for i in range(49)]),
            tied_set("integers", rng.integers(0, 9, (90, 2)) * rng.integers(1, 3, (90, 1))),
            tied_set("repeated rows", np.repeat(rng.integers(0, 40, (15, 2)), rng.integers(1, 9, 15), axis=0)),
        ],
        "directions": far_directions(rng),
    }
    path = pathlib.Path(__file__).with_name("reference.json")
    lists = ",\n ".join(f"{json.dumps(key)}: {json.dumps(value)}" for key, value in content.items())
    path.write_text("{" + lists + "}\n")


if __name__ == "__main__":
    main()
