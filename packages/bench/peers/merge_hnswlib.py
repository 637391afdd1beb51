"""1-NN graph by hnswlib (M 16, ef 200 while building and 50 in search), strong components by scipy.

The neighbors are approximate; `recall` is the share of a sample of rows whose nearest one is right.
"""
from peer import ARGUMENTS, require, serve

np = require("numpy")
hnswlib = require("hnswlib")
sparse = require("scipy.sparse", "scipy")
csgraph = require("scipy.sparse.csgraph", "scipy")

centroids = np.load(ARGUMENTS["centroids"])
count, dims = centroids.shape


def run():
    index = hnswlib.Index(space="l2", dim=dims)
    index.init_index(max_elements=count, ef_construction=200, M=16, random_seed=1)
    index.set_num_threads(ARGUMENTS["threads"])
    index.add_items(centroids)
    index.set_ef(50)
    found, _ = index.knn_query(centroids, k=2)
    own = found[:, 0] == np.arange(count)
    nearest = np.where(own, found[:, 1], found[:, 0]).astype(np.int64)
    graph = sparse.coo_matrix((np.ones(count), (np.arange(count), nearest)), shape=(count, count))
    clusters, _ = csgraph.connected_components(graph, directed=True, connection="strong")
    return clusters, nearest


def finish(result):
    clusters, nearest = result
    sample = np.arange(0, count, max(1, count // 1000))
    norms = (centroids ** 2).sum(1)
    squared = norms - 2 * centroids[sample] @ centroids.T
    squared[np.arange(len(sample)), sample] = np.inf
    recall = float((squared.argmin(1) == nearest[sample]).mean())
    return {"clusters": int(clusters), "recall": round(recall, 3)}


serve(run, finish)
