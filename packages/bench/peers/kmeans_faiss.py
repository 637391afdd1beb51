"""k-means of faiss: random rows as start, a fixed number of iterations, distances by matrix products."""
from peer import ARGUMENTS, require, serve

np = require("numpy")
faiss = require("faiss")

rows = np.load(ARGUMENTS["rows"])


def run():
    # Without the limit faiss would leave out rows where there are more than 256 for each cluster.
    model = faiss.Kmeans(rows.shape[1], ARGUMENTS["clusterCount"], niter=ARGUMENTS["iterations"], seed=1,
                         max_points_per_centroid=len(rows))
    model.train(rows)
    return model


def finish(model):
    # Its own figure is that of the last assignment, before the last move of the centroids.
    distances, _ = model.index.search(rows, 1)
    return {"inertia": float(distances.astype(np.float64).sum()), "iterations": ARGUMENTS["iterations"]}


serve(run, finish)
