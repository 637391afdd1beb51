"""Winner-take-all detection as published (Girish et al., ICCV 2021), in PyTorch.

For each known source: its images and all discovery images are hashed into one-hot float codes (N x H K, one block of a
thousand discovery images at a time), the Hamming distances of all its pairs and of every discovery image to every image
of the source are computed as H minus the product of the codes, the threshold is a quantile of the distances within the
source, and a discovery image is accepted if its mean distance to the source's images is below it. Discovery images are
hashed once for each source (the published code repeats that more often), pairs of an image with itself are left out, and
only the first K axes of a permutation are gathered, as no others matter.
"""
from peer import ARGUMENTS, require, serve

np = require("numpy")
torch = require("torch")

BLOCK = 1000
known, labels, discovery, axes = [torch.from_numpy(np.load(ARGUMENTS[name]))
                                  for name in ("known", "labels", "discovery", "axes")]
hash_count, window = axes.shape
axes = axes.long()


def one_hot_codes(rows):
    codes = rows[:, axes].argmax(2)
    return torch.nn.functional.one_hot(codes, window).to(torch.float32).reshape(len(rows), -1)


def hamming_distances(a, b):
    return hash_count - a @ b.T


def run():
    distances, accepts = [], []
    for source in range(int(labels.max()) + 1):
        codes = one_hot_codes(known[labels == source])
        within = hamming_distances(codes, codes)
        upper = torch.triu_indices(len(codes), len(codes), offset=1)
        threshold = torch.quantile(within[upper[0], upper[1]], ARGUMENTS["quantile"])
        means = torch.cat([hamming_distances(one_hot_codes(block), codes).mean(1) for block in discovery.split(BLOCK)])
        distances.append(means)
        accepts.append(means < threshold)
    return torch.stack(distances, 1), torch.stack(accepts, 1)


def finish(result):
    distances, accepts = result
    torch.cat([distances.flatten(), accepts.flatten().float()]).numpy().tofile(ARGUMENTS["answer"])
    return {"accepted": int(accepts.any(1).sum())}


with torch.no_grad():
    serve(run, finish)
