"""The published recipe (Girish et al., ICCV 2021) from features to labels, in PyTorch and scikit-learn.

Does what the preset girish2021 does, stage by stage, the way its code does it: training in PyTorch; one-hot codes and
all pairs of distances for detection, each source's discovery images hashed once; k-means and one support vector machine a
cluster by scikit-learn. k-means starts by k-means++. The answer has what each stage took.
"""
import time

from peer import ARGUMENTS, require, serve

np = require("numpy")
joblib = require("joblib")
torch = require("torch")
sparse = require("scipy.sparse", "scipy")
csgraph = require("scipy.sparse.csgraph", "scipy")
cluster = require("sklearn.cluster", "scikit-learn")
neighbors = require("sklearn.neighbors", "scikit-learn")
svm = require("sklearn.svm", "scikit-learn")

BLOCK = 1000


def standardize(known, *others):
    mean, deviation = known.mean(0), known.std(0, unbiased=False)
    deviation[deviation == 0] = 1
    return [(rows - mean) / deviation for rows in (known, *others)]


def build_network(dims, classes, options):
    layers = []
    for size in options["hiddenSizes"]:
        layers += [torch.nn.Linear(dims, size), torch.nn.ReLU(), torch.nn.Dropout(options["dropout"])]
        dims = size
    return torch.nn.Sequential(*layers, torch.nn.Linear(dims, classes))


def train(rows, labels, classes, previous, options):
    network = build_network(rows.shape[1], classes, options)
    if previous is not None:
        for layer, before in zip(network[:-1], previous[:-1]):
            layer.load_state_dict(before.state_dict())
    counts = torch.bincount(labels, minlength=classes).float()
    weights = torch.where(counts > 0, counts.max() / counts, torch.zeros(classes))
    loss_function = torch.nn.CrossEntropyLoss(weight=weights)
    optimizer = torch.optim.Adam(network.parameters(), lr=options["learningRate"])
    for _ in range(options["epochs"]):
        for batch in torch.randperm(len(rows)).split(options["batchSize"]):
            optimizer.zero_grad()
            loss_function(network(rows[batch]), labels[batch]).backward()
            optimizer.step()
    return network.eval()


@torch.no_grad()
def embed(network, rows):
    embedding = network[:-2](rows)
    return embedding, network[-1](embedding)


def one_hot_codes(rows, axes):
    codes = rows[:, axes].argmax(2)
    return torch.nn.functional.one_hot(codes, axes.shape[1]).to(torch.float32).reshape(len(rows), -1)


def accepted_by(group, rows, axes, quantile):
    codes = one_hot_codes(group, axes)
    within = len(axes) - codes @ codes.T
    upper = torch.triu_indices(len(codes), len(codes), offset=1)
    pairs = within[upper[0], upper[1]].numpy()
    if len(pairs) == 0:
        return torch.zeros(len(rows), dtype=torch.bool)
    means = torch.cat([(len(axes) - one_hot_codes(block, axes) @ codes.T).mean(1) for block in rows.split(BLOCK)])
    return means < float(np.quantile(pairs, quantile))


def detect(known, known_labels, discovery, labels, logits, options):
    """Gives unassigned images the network's choice where a source of the same kind accepts them."""
    axes = torch.stack([torch.randperm(discovery.shape[1])[:options["windowSize"]] for _ in range(options["hashCount"])])
    free = np.flatnonzero(labels == -1)
    if len(free) == 0:
        return
    rows = discovery[free]
    known_count = int(known_labels.max()) + 1
    by_known, by_cluster = torch.zeros(len(rows), dtype=torch.bool), torch.zeros(len(rows), dtype=torch.bool)
    for source in range(known_count):
        by_known |= accepted_by(known[known_labels == source], rows, axes, options["thresholdQuantile"])
    for label in np.unique(labels[labels >= known_count]):
        group = discovery[np.flatnonzero(labels == label)]
        by_cluster |= accepted_by(group, rows, axes, options["thresholdQuantile"])
    choice = logits[free].argmax(1)
    accepted = torch.where(choice < known_count, by_known, by_cluster).numpy()
    labels[free[accepted]] = choice.numpy()[accepted]


def find_clusters(rows, labels, known_count, options):
    """Clusters unassigned images by k-means. Returns the new labels."""
    free = np.flatnonzero(labels == -1)
    if len(free) == 0:
        return np.array([], int)
    model = cluster.KMeans(min(options["clusterCount"], len(free)), n_init=1, max_iter=options["maxIterations"], tol=0,
                           algorithm="lloyd", random_state=1).fit(rows[free])
    labels[free] = max(labels.max() + 1, known_count) + model.labels_
    return np.unique(labels[free])


def merge(rows, labels, taking):
    """Joins the clusters that are each other's nearest."""
    if len(taking) < 2:
        return
    centroids = np.stack([rows[labels == label].mean(0) for label in taking])
    model = neighbors.NearestNeighbors(n_neighbors=1, algorithm="brute").fit(centroids)
    nearest = model.kneighbors(return_distance=False)[:, 0]
    count = len(taking)
    graph = sparse.coo_matrix((np.ones(count), (np.arange(count), nearest)), shape=(count, count))
    _, components = csgraph.connected_components(graph, directed=True, connection="strong")
    leaders = {component: label for component, label in reversed(list(zip(components, taking)))}
    before = labels.copy()
    for component, label in zip(components, taking):
        labels[before == label] = leaders[component]


def refine(rows, labels, known_count, options):
    discovered = np.flatnonzero(labels >= known_count)
    before = labels[discovered]
    found = np.unique(before)
    if len(found) < 2:
        return

    def judge(label):
        members = before == label
        machine = svm.SVC(C=options["cost"], kernel="rbf", gamma="scale").fit(rows[discovered], members)
        return members, machine.predict(rows[discovered[members]])

    # SVC gives up the interpreter's lock while it fits, so the threads work at the same time.
    judged = joblib.Parallel(n_jobs=ARGUMENTS["threads"], prefer="threads")(joblib.delayed(judge)(label) for label in found)
    for members, positive in judged:
        is_dropped = positive.sum() <= options["minimumShare"] * members.sum() or positive.sum() < options["minimumSize"]
        labels[discovered[members][np.full(len(positive), True) if is_dropped else ~positive]] = -1


def compact(labels, known_count):
    found = np.unique(labels[labels >= known_count])
    labels[labels >= known_count] = known_count + np.searchsorted(found, labels[labels >= known_count])


def run():
    torch.manual_seed(1)
    seconds, last = {}, time.perf_counter()

    def lap(stage):
        nonlocal last
        now = time.perf_counter()
        seconds[stage] = seconds.get(stage, 0) + now - last
        last = now

    known, discovery = [torch.from_numpy(np.load(ARGUMENTS[name])) for name in ("known", "discovery")]
    known_labels = torch.from_numpy(np.load(ARGUMENTS["labels"])).long()
    known, discovery = standardize(known, discovery)
    known_count = int(known_labels.max()) + 1
    labels = np.full(len(discovery), -1)
    network = None
    lap("read")
    for number, options in enumerate(ARGUMENTS["rounds"]):
        before = labels.copy()
        found = np.flatnonzero(labels >= known_count)
        rows = torch.cat([known, discovery[found]])
        targets = torch.cat([known_labels, torch.from_numpy(labels[found])])
        network = train(rows, targets, max(known_count, int(labels.max()) + 1), network, options)
        (known_space, _), (space, logits) = embed(network, known), embed(network, discovery)
        known_space, space = standardize(known_space, space)
        lap("train")
        detect(known_space, known_labels, space, labels, logits, options)
        lap("ood")
        new = find_clusters(space.numpy(), labels, known_count, options)
        lap("kmeans")
        merge(space.numpy(), labels, new)
        if number > 0:
            merge(space.numpy(), labels, np.unique(labels[labels >= known_count]))
        lap("merge")
        refine(space.numpy(), labels, known_count, options)
        compact(labels, known_count)
        lap("refine")
        if number > 0 and np.array_equal(before, labels):
            break
    return labels, known_count, seconds


def finish(result):
    labels, known_count, seconds = result
    return {
        "stages": ", ".join(f"{stage} {value:.1f} s" for stage, value in seconds.items()),
        "discovered": len(np.unique(labels[labels >= known_count])),
        "unassigned": int((labels == -1).sum()),
    }


serve(run, finish)
