"""The measured networks in PyTorch, with the weights that ours starts from, and the images of both sides."""
import json
import math
import struct

from peer import ARGUMENTS, require

np = require("numpy")
torch = require("torch")
torchvision = require("torchvision")
nn = torch.nn

HEAD = ARGUMENTS["peerHead"]
CLASSES = ARGUMENTS["classCount"]


class PoseUnit(nn.Module):
    """Convolution, batch norm, leaky ReLU."""

    def __init__(self, inputs, outputs, size, stride):
        super().__init__()
        self.conv = nn.Conv2d(inputs, outputs, size, stride, 1)
        self.bn = nn.BatchNorm2d(outputs)
        self.active = nn.LeakyReLU(0.2)

    def forward(self, x):
        return self.active(self.bn(self.conv(x)))


class Pose(nn.Module):
    """T. Yang et al., CVPR 2023: 2-D DCT, four blocks of two units, one linear layer, and one to the classes."""

    def __init__(self, image, transforms):
        super().__init__()
        inputs = 3
        for i, outputs in enumerate((64, 128, 256, 512)):
            block = nn.Sequential(PoseUnit(inputs, outputs, 4, 2), PoseUnit(outputs, outputs, 3, 1))
            setattr(self, f"block{i + 1}", block)
            inputs = outputs
        self.fc = nn.Linear(512 * (image // 16) ** 2, 512)
        self.head = nn.Sequential(nn.Linear(512, CLASSES))
        self.register_buffer("basis", cosine_basis(image) if transforms else None, persistent=False)

    def forward(self, x):
        if self.basis is not None:
            x = self.basis @ x @ self.basis.T
        x = self.block4(self.block3(self.block2(self.block1(x))))
        return self.head(self.fc(x.flatten(1)))


def cosine_basis(size):
    """DCT-II without normalization."""
    angles = math.pi * np.outer(np.arange(size), 2 * np.arange(size) + 1) / (2 * size)
    return torch.from_numpy((2 * np.cos(angles)).astype(np.float32))


def build_network():
    name, options = ARGUMENTS["backbone"], ARGUMENTS["options"]
    if name == "pose":
        network = Pose(options["image"], options["input"] == "dct")
    elif name == "mobilenet-v2":
        network = torchvision.models.mobilenet_v2(num_classes=CLASSES, dropout=0.0)
    else:
        network = getattr(torchvision.models, name)(num_classes=CLASSES)
    state = {peer_name(key): value for key, value in read_safetensors(ARGUMENTS["weights"]).items()}
    counts = {key: value for key, value in network.state_dict().items() if key.endswith("num_batches_tracked")}
    network.load_state_dict({**state, **counts})
    return network


def peer_name(name):
    return name.replace("head.0.", f"{HEAD}.")


def read_safetensors(path):
    """Float32 tensors by name."""
    with open(path, "rb") as file:
        header = json.loads(file.read(struct.unpack("<Q", file.read(8))[0]))
        start = file.tell()
        tensors = {}
        for name, entry in header.items():
            first, end = entry["data_offsets"]
            file.seek(start + first)
            values = np.frombuffer(file.read(end - first), "<f4").reshape(entry["shape"])
            tensors[name] = torch.from_numpy(values.copy())
    return tensors


def normalization():
    """Factor and summand of each color, from [0, 255] to what the network expects."""
    if ARGUMENTS["backbone"] == "pose":
        mean, deviation = [0.5] * 3, [0.5] * 3
    else:
        mean, deviation = [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]
    mean, deviation = (torch.tensor(values).reshape(3, 1, 1) for values in (mean, deviation))
    return 1 / (255 * deviation), -mean / deviation


SCALE, SHIFT = normalization()
IMAGES = torch.from_numpy(np.load(ARGUMENTS["images"]))
LABELS = torch.from_numpy(np.load(ARGUMENTS["labels"])).long()


def batch(index):
    """Normalized images, and labels; batches in turn."""
    at = index % len(IMAGES)
    return IMAGES[at].float().mul_(SCALE).add_(SHIFT), LABELS[at]


def peak_megabytes():
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM:")) / 1024
