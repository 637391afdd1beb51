"""Writes reference.json: inputs and the figures that scikit-learn, scipy and numpy give for them.

    OMP_NUM_THREADS=1 python3 test/reference/metrics/reference.py
"""
import json
import pathlib
import platform

import numpy as np
import scipy
import sklearn
from scipy.optimize import linear_sum_assignment
from scipy.spatial.distance import cdist
from scipy.stats import spearmanr
from sklearn import metrics
from sklearn.metrics.cluster import contingency_matrix

SEED = 20240611


def partition_case(name, truth, labels):
    truth, labels = np.asarray(truth, dtype=int), np.asarray(labels, dtype=int)
    expected = {
        "normalizedMutualInformation": metrics.normalized_mutual_info_score(truth, labels, average_method="arithmetic"),
        "adjustedRandIndex": metrics.adjusted_rand_score(truth, labels),
    }
    if len(truth) > 0:
        table = contingency_matrix(truth, labels)
        expected["averagePurity"] = table.max(axis=0).sum() / len(truth)
        assigned = contingency_matrix(truth, labels)[:, np.unique(labels) != -1]
        rows, columns = linear_sum_assignment(assigned, maximize=True)
        expected["matchingAccuracy"] = assigned[rows, columns].sum() / len(truth)
    return {"name": name, "truth": truth.tolist(), "labels": labels.tolist(),
            "expected": {key: float(value) for key, value in expected.items()}}


def partition_cases(rng):
    noisy = rng.integers(0, 6, 300)
    flipped = np.where(rng.random(300) < 0.3, rng.integers(0, 9, 300), noisy + 2)
    many = rng.integers(0, 4, 120)
    return [
        partition_case("noisy copy", noisy, flipped),
        partition_case("independent", rng.integers(0, 5, 200), rng.integers(0, 7, 200)),
        partition_case("unassigned images", noisy, np.where(rng.random(300) < 0.4, -1, flipped)),
        partition_case("more sources than clusters", rng.integers(0, 20, 150), rng.integers(0, 3, 150)),
        partition_case("over-segmented", many, many * 10 + rng.integers(0, 10, 120)),
        partition_case("wide range of labels", noisy * 100_000_000 - 5, flipped * 70_000_000),
        partition_case("uneven sizes", rng.geometric(0.4, 250), rng.geometric(0.3, 250)),
        partition_case("the same but for names", many, 3 - many),
        partition_case("exactly independent", [0, 0, 1, 1], [0, 1, 0, 1]),
        partition_case("worse than random", [0, 0, 1, 1, 2, 2], [0, 1, 2, 0, 1, 2]),
        partition_case("all singletons", [0, 0, 1, 1], [0, 1, 2, 3]),
        partition_case("both all singletons", [0, 1, 2], [5, 3, 4]),
        partition_case("one cluster", [0, 0, 1, 1], [0, 0, 0, 0]),
        partition_case("one source, one cluster", [2, 2, 2], [7, 7, 7]),
        partition_case("one source, two clusters", [2, 2, 2], [7, 7, 8]),
        partition_case("one image", [3], [4]),
        partition_case("no image", [], []),
    ]


def detection_case(name, is_ood, is_correct, score):
    """The sweep counts images at or below each threshold anew: slow, and with nothing to get wrong."""
    is_ood, is_correct, score = np.asarray(is_ood), np.asarray(is_correct), np.asarray(score, dtype=float)
    known, unknown = is_ood == 0, is_ood == 1
    thresholds = np.unique(score)
    ccr = [np.sum(known & (is_correct == 1) & (score <= t)) / known.sum() for t in thresholds]
    accepted = [np.sum(unknown & (score <= t)) / unknown.sum() for t in thresholds]
    fpr, tpr, _ = metrics.roc_curve(is_ood, score, drop_intermediate=False)
    inverse_fpr, inverse_tpr, _ = metrics.roc_curve(1 - is_ood, -score, drop_intermediate=False)
    expected = {
        "auroc": metrics.roc_auc_score(is_ood, score),
        "averagePrecision": metrics.average_precision_score(is_ood, score),
        "fprAtTpr95": fpr[tpr >= 0.95].min(),
        "unknownAcceptedAtKnownRejected5": inverse_fpr[inverse_tpr >= 0.95].min(),
        "oscr": np.trapz([0, *ccr, 1], [0, *accepted, 1]),
        "ccrAtFpr5": max([0] + [c for c, f in zip(ccr, accepted) if f <= 0.05]),
    }
    return {"name": name, "isOod": is_ood.tolist(), "isCorrect": is_correct.tolist(), "score": score.tolist(),
            "expected": {key: float(value) for key, value in expected.items()},
            "roc": {"x": fpr.tolist(), "y": tpr.tolist()},
            "oscrCurve": {"x": [0.0, *map(float, accepted)], "y": [0.0, *map(float, ccr)]}}


def detection_cases(rng):
    is_ood = (rng.random(300) < 0.4).astype(int)
    is_correct = (rng.random(300) < 0.9).astype(int)
    score = rng.normal(size=300) + 1.5 * is_ood
    return [
        detection_case("distinct scores", is_ood, is_correct, score),
        detection_case("many ties", is_ood, is_correct, np.round(score)),
        detection_case("all scores equal", is_ood, is_correct, np.zeros(300)),
        detection_case("perfect", is_ood, is_correct, is_ood * 1.0),
        detection_case("reversed", is_ood, is_correct, -is_ood * 1.0),
        detection_case("20 of each", [0] * 20 + [1] * 20, [1] * 40, rng.permutation(40)),
    ]


def assignment_cases(rng):
    cases = []
    for rows, columns, high in [(1, 1, 5), (4, 4, 10), (3, 8, 4), (9, 5, 3), (12, 12, 2), (20, 45, 1000)]:
        weights = rng.integers(-2, high, (rows, columns)).astype(float)
        chosen = linear_sum_assignment(weights, maximize=True)
        cases.append({"rows": rows, "columns": columns, "weights": weights.ravel().tolist(),
                      "total": float(weights[chosen].sum())})
    return cases


def spearman_cases(rng):
    x = rng.normal(size=40)
    cases = [(x, x + rng.normal(size=40)), (np.round(x), np.round(x + rng.normal(size=40))), (x, -(x**3)), ([1, 2], [5, 5.5])]
    return [{"x": list(map(float, x)), "y": list(map(float, y)), "expected": float(spearmanr(x, y)[0])} for x, y in cases]


def silhouette_cases(rng):
    """Exact distances (not the dot-product form), so that the figures agree to the last digits."""
    cases = []
    for count, dims, k in [(40, 3, 3), (25, 6, 5)]:
        labels = np.concatenate([rng.integers(0, k, count - 1), [k]])
        features = (rng.normal(size=(count, dims)) + labels[:, None]).astype(np.float32)
        distances = cdist(features.astype(float), features.astype(float))
        each = metrics.silhouette_samples(distances, labels, metric="precomputed")
        cases.append({"dims": dims, "k": k + 1, "features": features.ravel().tolist(), "labels": labels.tolist(),
                      "mean": float(each.mean()),
                      "byCluster": [float(each[labels == c].mean()) for c in range(k + 1)]})
    return cases


def main():
    rng = np.random.default_rng(SEED)
    content = {
        "versions": {"python": platform.python_version(), "numpy": np.__version__, "scipy": scipy.__version__,
                     "scikit-learn": sklearn.__version__},
        "seed": SEED,
        "partitions": partition_cases(rng),
        "detection": detection_cases(rng),
        "assignments": assignment_cases(rng),
        "spearman": spearman_cases(rng),
        "silhouettes": silhouette_cases(rng),
    }
    path = pathlib.Path(__file__).with_name("reference.json")
    lists = ",\n ".join(f"{json.dumps(key)}: {json.dumps(value)}" for key, value in content.items())
    path.write_text("{" + lists + "}\n")


if __name__ == "__main__":
    main()
