"""Reference for the stages of the published recipe, and the golden files of test/stage-parity.test.ts.

    python3 reference.py        writes the .npy and .json files beside this script

Every stage is written as its definition says, on numpy, scipy and scikit-learn, and works on what the stage before
it gave: fixed features, fixed permutations, fixed logits and fixed start centroids go in, labels come out.
"""
import json
import pathlib
import platform

import numpy as np
import scipy
import sklearn
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components
from sklearn.cluster import KMeans
from sklearn.svm import SVC

HERE = pathlib.Path(__file__).parent
KNOWN, UNKNOWN, DIMS = 6, 6, 16
KNOWN_IMAGES, DISCOVERY_KNOWN, DISCOVERY_UNKNOWN = 25, 15, 40
HASHES, WINDOW, QUANTILE = 256, 2, 0.9
CLUSTERS = 24
AT_MOST = 10  # the recipe's 100, for a small set


def make_features(random):
    """Sources around random means; the last feature repeats the one before, so that codes tie."""
    means = random.normal(size=(KNOWN + UNKNOWN, DIMS)) * 3
    known_labels = np.repeat(np.arange(KNOWN), KNOWN_IMAGES)
    sources = np.concatenate([
        np.repeat(np.arange(KNOWN), DISCOVERY_KNOWN),
        np.repeat(np.arange(KNOWN, KNOWN + UNKNOWN), DISCOVERY_UNKNOWN),
    ])
    sources = random.permutation(sources)
    known = means[known_labels] + random.normal(size=(len(known_labels), DIMS))
    discovery = means[sources] + random.normal(size=(len(sources), DIMS))
    mean, deviation = known.mean(0), known.std(0)
    known, discovery = [((x - mean) / deviation).astype(np.float32) for x in (known, discovery)]
    for x in (known, discovery):
        x[:, -1] = x[:, -2]
    # Logits of a network that knows only the known sources: minus the squared distance to their means.
    centers = np.stack([known[known_labels == s].mean(0) for s in range(KNOWN)])
    argmax = ((discovery[:, None] - centers) ** 2).sum(2).argmin(1)
    return known, known_labels, discovery, argmax


def hash_codes(features, axes):
    return features[:, axes].argmax(2)


def hamming_distances(a, b):
    return (a[:, None, :] != b[None, :, :]).sum(2)


def detect(codes, groups):
    """Mean distance to each group of codes, its threshold, and whether it accepts."""
    distances = np.stack([hamming_distances(codes, group).mean(1) for group in groups], axis=1)
    thresholds = []
    for group in groups:
        pairs = hamming_distances(group, group)[np.triu_indices(len(group), 1)]
        thresholds.append(np.quantile(pairs, QUANTILE))
    thresholds = np.array(thresholds)
    return distances, thresholds, distances < thresholds


def leave_one_out(group):
    return hamming_distances(group, group).sum(1) / (len(group) - 1)


def merge(centroids):
    """Strong components of the 1-NN graph, numbered by their lowest member."""
    squared = ((centroids[:, None] - centroids[None]) ** 2).sum(2)
    np.fill_diagonal(squared, np.inf)
    k = len(centroids)
    graph = coo_matrix((np.ones(k), (np.arange(k), squared.argmin(1))), shape=(k, k))
    _, components = connected_components(graph, directed=True, connection="strong")
    _, first = np.unique(components, return_index=True)
    order = np.argsort(np.argsort(first))
    return order[components]


def refine(features, labels):
    """Decision of each row about its own cluster, and labels with -1 for released rows."""
    decisions = np.zeros(len(labels))
    refined = np.full(len(labels), -1)
    for c in np.unique(labels):
        members = labels == c
        machine = SVC(C=1, kernel="rbf", gamma="scale").fit(features, members)
        values = machine.decision_function(features)[members]
        positive = machine.predict(features)[members]
        decisions[members] = values
        if positive.sum() > 0.5 * members.sum() and positive.sum() > AT_MOST:
            refined[np.flatnonzero(members)[positive]] = c
    return decisions, refined


def main():
    random = np.random.default_rng(20210511)
    known, known_labels, discovery, argmax = make_features(random)
    axes = np.stack([random.permutation(DIMS)[:WINDOW] for _ in range(HASHES)])
    known_codes, codes = hash_codes(known, axes), hash_codes(discovery, axes)
    sources = [known_codes[known_labels == s] for s in range(KNOWN)]
    distances, thresholds, accepts = detect(codes, sources)
    attributed = np.where(accepts.any(1), argmax, -1)

    unassigned = np.flatnonzero(attributed == -1)
    rows = discovery[unassigned].astype(np.float64)
    initial = rows[random.permutation(len(rows))[:CLUSTERS]].astype(np.float32)
    kmeans = KMeans(CLUSTERS, init=initial.astype(np.float64), n_init=1, max_iter=300, tol=0, algorithm="lloyd")
    kmeans.fit(rows)
    assert len(np.unique(kmeans.labels_)) == CLUSTERS, "no cluster may be empty: its handling differs"
    merged = merge(kmeans.cluster_centers_)
    clusters = merged[kmeans.labels_]
    decisions, refined = refine(rows, clusters)

    # Round 2 tests against the clusters that are left as well, numbered without gaps after the known sources.
    left = np.unique(refined[refined >= 0])
    groups = sources + [codes[unassigned[refined == c]] for c in left]
    round2_distances, round2_thresholds, round2_accepts = detect(codes, groups)
    final = attributed.copy()
    for label, c in enumerate(left):
        final[unassigned[refined == c]] = KNOWN + label

    arrays = {
        "known": known, "known-labels": known_labels, "discovery": discovery, "argmax": argmax, "axes": axes,
        "codes": codes.astype(np.uint8)[:, :64], "distances": distances, "accepts": accepts.astype(np.uint8),
        "own-distances": np.concatenate([np.sort(leave_one_out(s)) for s in sources]), "attributed": attributed,
        "initial": initial, "kmeans-labels": kmeans.labels_, "centroids": kmeans.cluster_centers_,
        "merged": merged, "decisions": decisions, "refined": refined,
        "round2-accepts": round2_accepts.astype(np.uint8), "final": final,
    }
    for name, array in arrays.items():
        if array.dtype == np.int64:
            array = array.astype(np.int32)
        np.save(HERE / f"{name}.npy", np.ascontiguousarray(array))
    figures = {
        "versions": {"python": platform.python_version(), "numpy": np.__version__, "scipy": scipy.__version__,
                     "scikit-learn": sklearn.__version__},
        "knownCount": KNOWN, "atMost": AT_MOST, "thresholds": thresholds.tolist(),
        "round2Thresholds": round2_thresholds.tolist(), "inertia": kmeans.inertia_,
    }
    (HERE / "figures.json").write_text(json.dumps(figures, indent=1) + "\n")
    print(f"unassigned {len(unassigned)} of {len(discovery)}, merged {merged.max() + 1}, left {len(left)}, "
          f"released {(refined < 0).sum()}, accepted in round 2 {round2_accepts.any(1).sum()}")


main()
