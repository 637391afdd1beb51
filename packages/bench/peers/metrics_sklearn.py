"""NMI and ARI of scikit-learn, and average purity from its contingency matrix."""
from peer import ARGUMENTS, require, serve

np = require("numpy")
metrics = require("sklearn.metrics", "scikit-learn")
cluster = require("sklearn.metrics.cluster", "scikit-learn")

truth = np.load(ARGUMENTS["truth"])
labels = np.load(ARGUMENTS["labels"])


def run():
    table = cluster.contingency_matrix(truth, labels)
    return {
        "nmi": float(metrics.normalized_mutual_info_score(truth, labels)),
        "purity": float(table.max(axis=0).sum() / table.sum()),
        "ari": float(metrics.adjusted_rand_score(truth, labels)),
    }


serve(run)
