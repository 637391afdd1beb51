"""The embedding network and its training in PyTorch; a run trains it anew, and the time is that of an epoch after the first."""
import time

from peer import ARGUMENTS, require, serve_timed

np = require("numpy")
torch = require("torch")

rows = torch.from_numpy(np.load(ARGUMENTS["rows"]))
labels = torch.from_numpy(np.load(ARGUMENTS["labels"])).long()
sizes = [rows.shape[1], *ARGUMENTS["hiddenSizes"]]
classes = int(labels.max()) + 1
counts = torch.bincount(labels, minlength=classes).float()


def build_network():
    layers = []
    for inputs, outputs in zip(sizes, sizes[1:]):
        layers += [torch.nn.Linear(inputs, outputs), torch.nn.ReLU(), torch.nn.Dropout(ARGUMENTS["dropout"])]
    return torch.nn.Sequential(*layers, torch.nn.Linear(sizes[-1], classes))


def train_epoch(network, optimizer, loss_function, features):
    losses = []
    for batch in torch.randperm(len(features)).split(ARGUMENTS["batchSize"]):
        optimizer.zero_grad()
        loss = loss_function(network(features[batch]), labels[batch])
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return sum(losses) / len(losses)


def run():
    torch.manual_seed(1)
    features = (rows - rows.mean(0)) / rows.std(0)
    network = build_network()
    optimizer = torch.optim.Adam(network.parameters(), lr=ARGUMENTS["learningRate"])
    loss_function = torch.nn.CrossEntropyLoss(weight=counts.max() / counts)
    ends = []
    for _ in range(ARGUMENTS["epochs"]):
        loss = train_epoch(network, optimizer, loss_function, features)
        ends.append(time.perf_counter())
    return (ends[-1] - ends[0]) / (len(ends) - 1), {"loss": loss}


serve_timed(run)
