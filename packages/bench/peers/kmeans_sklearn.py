"""k-means of scikit-learn: k-means++, then Lloyd's algorithm until it converges (its own tolerance)."""
from peer import ARGUMENTS, require, serve

np = require("numpy")
cluster = require("sklearn.cluster", "scikit-learn")

rows = np.load(ARGUMENTS["rows"])


def run():
    model = cluster.KMeans(ARGUMENTS["clusterCount"], init="k-means++", n_init=1, algorithm="lloyd", random_state=1)
    return model.fit(rows)


serve(run, lambda model: {"inertia": float(model.inertia_), "iterations": int(model.n_iter_)})
