# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown] id="intro"
# # Lab 3: transfer learning
#
# **What you will do.** Build ResNet-18 as it was published, count what it computes, then
# take a network that somebody else has trained, give it a new head, and teach it your
# classes with a few images. At the end you compete: your predictions for hidden test
# images go to the leaderboard of your class.
#
# **What you will learn.** What of a trained network can be reused and what cannot, how to
# freeze a part of a network (and what batch norm does then), why backbone and head want
# different learning rates, and how to watch weights and rates in TensorBoard.
#
# **What you need.** Lab 2. PyTorch's `torchvision.models` is allowed in this lab, but for
# the first question: there you build the network yourself, and the grader sees to it.
# In grading, small networks stand in for its ResNets, and its other parts are absent:
# a cell that imports `torchvision.models.feature_extraction`, say, fails there.
#
# **How long it takes.** Four to six hours of thinking. The checks take seconds. Training
# on a GPU takes minutes. On a laptop, with the small data set `shapes10`, a run of
# ResNet-18 takes a minute or two.
#
# Each cell that you fill in says `raise NotImplementedError`. The cells below it check
# your work at once, as in the labs before.

# %% id="setup" nbgrader={"schema_version": 3, "solution": false, "grade": false, "locked": true, "task": false, "grade_id": "setup"}
try:
    import labkit
except ModuleNotFoundError as error:
    raise ModuleNotFoundError(
        "This notebook needs the course package, labkit. In the course folder run:\n"
        "    pip install -e '.[torch]'\n"
        "On Colab, or anywhere without the folder, run this in a cell of its own:\n"
        "    %pip install git+ADDRESS\n"
        "with the address of the course's repository. Then restart the kernel "
        "(Kernel > Restart) and run this cell again."
    ) from error

import copy
import csv
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import torch
import torch.nn.functional as F
import torchvision
from PIL import Image
from safetensors.torch import load_file
from torch import nn, optim
from torch.utils.data import DataLoader
from torchvision import models, transforms
from tqdm.auto import tqdm

from labkit import data, plots
from labkit.check import lab3 as check
from labkit.history import History

DATASET = data.default_dataset(color=True)
DEVICE = "cuda" if torch.cuda.is_available() else "cpu"
print(f"labkit {labkit.__version__}, torchvision {torchvision.__version__}")
print(f"data set: {DATASET}, device: {DEVICE}")

# %% [markdown] id="notation"
# ## The words we use
#
# | name | meaning | shape |
# | --- | --- | --- |
# | `images` | pixels as they are stored, 0 to 255 | (N, H, W, 3), uint8 |
# | `x` | normalized images, as a network wants them | (N, 3, H, W), float32 |
# | `targets` | class indices | (N,), int64 |
# | `logits` | the network's output: a number a class, before any softmax | (N, C) |
# | `backbone` | all of a network but its last layer | |
# | `head` | its last layer, `fc`: from features to logits | |
# | `lr` | a learning rate | |
#
# **The data.** A task with few images is where transfer pays. So the lab splits the ten
# classes of its data set: the first five are the past, which a network was trained on;
# the other five are the task, with only about 40 training images of each. The first cell
# says which data set you have (`labkit data fetch cifar10` downloads CIFAR-10;
# `LABKIT_DATASET` may name another one, or an image folder of your own): results on one
# say nothing about another.

# %% id="task"
past, task = data.split_classes(data.load(DATASET, "train"), 5)
_, test_data = data.split_classes(data.load(DATASET, "test"), 5)
order = np.random.default_rng(0).permutation(len(task))
train_data = data.Subset(task, order[:200])
valid_data = data.Subset(task, order[200:600])
print(f"the past: {', '.join(past.classes)}")
print(f"the task: {', '.join(task.classes)}")
print(f"{len(train_data)} training images, {len(valid_data)} for validation")

# %% id="data-picture" tags=["experiment"]
fig, axes = plt.subplots(2, 5, figsize=(6, 2.6), layout="constrained")
for axes_of_row, source in zip(axes, (past, task)):
    for kind, ax in enumerate(axes_of_row):
        ax.imshow(source.images[np.flatnonzero(source.targets == kind)[0]])
        ax.set_title(source.classes[kind], fontsize=8)
        ax.axis("off")
plt.show()

# %% [markdown] id="resnet18-imagenet-text"
# ## 1. ResNet-18 as it was published
#
# Lab 2's network was made for images of 32 x 32. The published one takes 224 x 224, and
# gets rid of most positions before the first block: a 7x7 convolution of stride 2
# (padding 3), batch norm, ReLU, and a 3x3 max pool of stride 2 (padding 1).
#
# | part | channels | stride | output, for 224 x 224 |
# | --- | --- | --- | --- |
# | 7x7 convolution, batch norm, ReLU | w | 2 | 112 x 112 |
# | 3x3 max pool | w | 2 | 56 x 56 |
# | stage 1: two blocks | w | 1 | 56 x 56 |
# | stage 2: two blocks | 2 w | 2, 1 | 28 x 28 |
# | stage 3: two blocks | 4 w | 2, 1 | 14 x 14 |
# | stage 4: two blocks | 8 w | 2, 1 | 7 x 7 |
# | average over all positions | 8 w | | 1 x 1 |
# | linear | `num_classes` | | |
#
# The blocks are those of Lab 2: two 3x3 convolutions with batch norm, and a shortcut,
# which is a 1x1 convolution with batch norm where the shape changes. No convolution has
# a bias. The published width is $w = 64$; with 1,000 classes that makes 11,689,512
# parameters. (The student whose report this lab follows gave the second 3x3 convolution
# of each block, and the one of the shortcut, a bias. How many parameters too many is
# that, and what do they do?)
#
# Call the parts `conv1`, `bn1`, `relu`, `maxpool`, `layer1` to `layer4` (each an
# `nn.Sequential` of two blocks), `avgpool` and `fc`, as torchvision does: the next
# section looks at your network by these names. The checks of this one take any others,
# too: they copy weights over in the order in which layers run.


# %% id="resnet18-imagenet" nbgrader={"schema_version": 3, "solution": true, "grade": false, "locked": false, "task": false, "grade_id": "resnet18-imagenet"}
class BasicBlock(nn.Module):
    """Two 3x3 convolutions and a shortcut, as in Lab 2."""

    def __init__(self, in_channels, out_channels, stride=1):
        super().__init__()
        ### BEGIN SOLUTION
        self.conv1 = nn.Conv2d(in_channels, out_channels, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(out_channels)
        self.conv2 = nn.Conv2d(out_channels, out_channels, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(out_channels)
        self.downsample = nn.Identity()
        if stride != 1 or in_channels != out_channels:
            self.downsample = nn.Sequential(
                nn.Conv2d(in_channels, out_channels, 1, stride, bias=False),
                nn.BatchNorm2d(out_channels),
            )
        ### END SOLUTION

    def forward(self, x):
        """Map (N, in_channels, H, W) to (N, out_channels, H / stride, W / stride)."""
        ### BEGIN SOLUTION
        y = F.relu(self.bn1(self.conv1(x)))
        return F.relu(self.bn2(self.conv2(y)) + self.downsample(x))
        ### END SOLUTION


class ResNet18(nn.Module):
    """ResNet-18 for large images, built without torchvision's networks.

    Parameters
    ----------
    num_classes : int
    width : int
        Channels of the stem and of the first stage.
    """

    def __init__(self, num_classes=1000, width=64):
        super().__init__()
        ### BEGIN SOLUTION
        self.conv1 = nn.Conv2d(3, width, 7, stride=2, padding=3, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.relu = nn.ReLU()
        self.maxpool = nn.MaxPool2d(3, stride=2, padding=1)
        channels = width
        for number, stride in enumerate((1, 2, 2, 2)):
            first = BasicBlock(channels, width << number, stride)
            channels = width << number
            stage = nn.Sequential(first, BasicBlock(channels, channels))
            setattr(self, f"layer{number + 1}", stage)
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(channels, num_classes)
        ### END SOLUTION

    def forward(self, x):
        """Map normalized images (N, 3, H, W) to logits (N, num_classes)."""
        ### BEGIN SOLUTION
        x = self.maxpool(self.relu(self.bn1(self.conv1(x))))
        x = self.layer4(self.layer3(self.layer2(self.layer1(x))))
        return self.fc(self.avgpool(x).flatten(1))
        ### END SOLUTION


# %% id="test-resnet18-imagenet-stem" nbgrader={"schema_version": 3, "solution": false, "grade": true, "locked": true, "task": false, "grade_id": "test-resnet18-imagenet-stem", "points": 4}
check.resnet18_stem(ResNet18)

# %% id="test-resnet18-imagenet-stages" nbgrader={"schema_version": 3, "solution": false, "grade": true, "locked": true, "task": false, "grade_id": "test-resnet18-imagenet-stages", "points": 6}
check.resnet18_stages(ResNet18)

# %% id="test-resnet18-imagenet-head" nbgrader={"schema_version": 3, "solution": false, "grade": true, "locked": true, "task": false, "grade_id": "test-resnet18-imagenet-head", "points": 3}
check.resnet18_head(ResNet18)

# %% id="test-resnet18-imagenet-parameters" nbgrader={"schema_version": 3, "solution": false, "grade": true, "locked": true, "task": false, "grade_id": "test-resnet18-imagenet-parameters", "points": 3}
check.resnet18_parameters(ResNet18)

# %% id="count-parameters" tags=["experiment"]
print(f"{sum(p.numel() for p in ResNet18().parameters()):,} parameters")

# %% [markdown] id="architecture-table-text"
# ## 2. What it costs
#
# The paper prints a table of the network, and says how much it computes: 1.8 billion
# multiplications, each followed by an addition (*MACs*; some call them FLOPs, others
# count two FLOPs for each). You can check that. A convolution computes, for each of the
# $H \times W$ positions of its output and each of its output channels, a sum over
# $k \times k$ positions and all input channels:
#
# $$\text{MACs} = H \cdot W \cdot k^2 \cdot \text{in} \cdot \text{out}$$
#
# A linear layer has one position. Everything else (batch norm, ReLU, pools, biases) is
# left out, as in the paper. Write a function that makes the table for any network with
# torchvision's names:
#
# | stage | modules |
# | --- | --- |
# | `conv1` | `conv1`, `bn1` |
# | `conv2_x` | `maxpool`, `layer1` |
# | `conv3_x`, `conv4_x`, `conv5_x` | `layer2`, `layer3`, `layer4` |
# | `fc` | `avgpool`, `fc` |
#
# A forward hook (`module.register_forward_hook`) sees each layer's output. Hooks stay
# until they are removed, and a forward pass in train mode moves batch norm's averages:
# leave the network as you found it.


# %% id="architecture-table" nbgrader={"schema_version": 3, "solution": true, "grade": false, "locked": false, "task": false, "grade_id": "architecture-table"}
def describe(model, image_size):
    """Describe a network stage by stage, as the ResNet paper's table does.

    Parameters
    ----------
    model : nn.Module
        With torchvision's names: conv1, bn1, relu, maxpool, layer1 to layer4 (each an
        nn.Sequential of blocks), avgpool, fc. It is left as it was.
    image_size : int
        Height and width of its input.

    Returns
    -------
    list of dict
        One each for conv1, conv2_x, conv3_x, conv4_x, conv5_x and fc, with the keys
        ``stage`` (str), ``output_size`` (int: height of the stage's output; 1 for fc),
        ``blocks`` (int: how many blocks; 0 for conv1 and fc), ``parameters`` (int) and
        ``macs`` (int: of convolutions and linear layers, for one image).
    """
    ### BEGIN SOLUTION
    stages = {
        "conv1": [model.conv1, model.bn1],
        "conv2_x": [model.layer1],
        "conv3_x": [model.layer2],
        "conv4_x": [model.layer3],
        "conv5_x": [model.layer4],
        "fc": [model.fc],
    }
    positions, sizes = {}, {}

    def note(module, _, output):
        sizes[module] = output.shape[-1] if output.ndim == 4 else 1
        positions[module] = output[0, 0].numel()

    handles = [module.register_forward_hook(note) for module in model.modules()]
    was_training = [module.training for module in model.modules()]
    weight = model.conv1.weight
    with torch.no_grad():
        model.eval()(weight.new_zeros(1, 3, image_size, image_size))
    for module, training in zip(model.modules(), was_training):
        module.training = training
    for handle in handles:
        handle.remove()
    rows = []
    for stage, parts in stages.items():
        layers = [layer for part in parts for layer in part.modules()]
        counted = [m for m in layers if isinstance(m, (nn.Conv2d, nn.Linear))]
        rows.append(
            {
                "stage": stage,
                "output_size": sizes[parts[0]],
                "blocks": len(parts[0]) if stage.endswith("_x") else 0,
                "parameters": sum(p.numel() for m in parts for p in m.parameters()),
                "macs": sum(m.weight.numel() * positions[m] for m in counted),
            }
        )
    return rows
    ### END SOLUTION


# %% id="test-architecture-table-sizes" nbgrader={"schema_version": 3, "solution": false, "grade": true, "locked": true, "task": false, "grade_id": "test-architecture-table-sizes", "points": 2}
check.describe_sizes(describe)

# %% id="test-architecture-table-parameters" nbgrader={"schema_version": 3, "solution": false, "grade": true, "locked": true, "task": false, "grade_id": "test-architecture-table-parameters", "points": 2}
check.describe_parameters(describe)

# %% id="test-architecture-table-macs" nbgrader={"schema_version": 3, "solution": false, "grade": true, "locked": true, "task": false, "grade_id": "test-architecture-table-macs", "points": 3}
check.describe_macs(describe)

# %% id="test-architecture-table-unchanged" nbgrader={"schema_version": 3, "solution": false, "grade": true, "locked": true, "task": false, "grade_id": "test-architecture-table-unchanged", "points": 1}
check.describe_unchanged(describe)

# %% id="architecture-table-print" tags=["experiment"]
rows = describe(ResNet18(), 224)
print("stage    output  blocks  parameters           MACs")
for row in rows:
    print(
        f"{row['stage']:8} {row['output_size']:6} {row['blocks']:7} "
        f"{row['parameters']:11,} {row['macs']:14,}"
    )
total = [sum(row[key] for row in rows) for key in ("parameters", "macs")]
print(f"in all {total[0]:28,} {total[1]:14,}")

# %% [markdown] id="transforms-text"
# ## 3. The transforms
#
# Somebody else's network wants images as it got them then: of the same size, and
# normalized by the mean and standard deviation of *its* training images, whatever yours
# are. For networks that were trained on ImageNet these are
#
# $$\mu = (0.485, 0.456, 0.406), \qquad \sigma = (0.229, 0.224, 0.225).$$
#
# For training, turn each picture by a random angle of up to 20 degrees to either side,
# and mirror every second one, left and right. Both transforms make a square of
# `image_size`, whatever the picture's shape.


# %% id="transforms" nbgrader={"schema_version": 3, "solution": true, "grade": false, "locked": false, "task": false, "grade_id": "transforms"}
def make_transforms(image_size):
    """Transforms from a PIL image of any size to a normalized tensor.

    Parameters
    ----------
    image_size : int

    Returns
    -------
    train, test : callable
        Both give float tensors (3, image_size, image_size), normalized by ImageNet's
        mean and standard deviation, that show the whole picture. ``train`` turns it by
        up to 20 degrees to either side, which leaves it as large as it was, and mirrors
        it at random.
    """
    ### BEGIN SOLUTION
    normalize = [
        transforms.Resize((image_size, image_size)),
        transforms.ToTensor(),
        transforms.Normalize((0.485, 0.456, 0.406), (0.229, 0.224, 0.225)),
    ]
    augment = [transforms.RandomRotation(20), transforms.RandomHorizontalFlip()]
    return transforms.Compose(augment + normalize), transforms.Compose(normalize)
    ### END SOLUTION


# %% id="test-transforms-normalize" nbgrader={"schema_version": 3, "solution": false, "grade": true, "locked": true, "task": false, "grade_id": "test-transforms-normalize", "points": 2}
check.transforms_normalize(make_transforms)

# %% id="test-transforms-size" nbgrader={"schema_version": 3, "solution": false, "grade": true, "locked": true, "task": false, "grade_id": "test-transforms-size", "points": 2}
check.transforms_size(make_transforms)

# %% id="test-transforms-rotation" nbgrader={"schema_version": 3, "solution": false, "grade": true, "locked": true, "task": false, "grade_id": "test-transforms-rotation", "points": 2}
check.transforms_rotation(make_transforms)

# %% id="test-transforms-flip" nbgrader={"schema_version": 3, "solution": false, "grade": true, "locked": true, "task": false, "grade_id": "test-transforms-flip", "points": 2}
check.transforms_flip(make_transforms)

# %% id="transforms-picture"
augment, plain = make_transforms(64)
mean, std = np.array([0.485, 0.456, 0.406]), np.array([0.229, 0.224, 0.225])
fig, axes = plt.subplots(2, 8, figsize=(8, 2.2), layout="constrained")
for row, image in zip(axes, task.images):
    views = [plain(Image.fromarray(image))]
    views += [augment(Image.fromarray(image)) for _ in row[1:]]
    for ax, view in zip(row, views):
        ax.imshow((view.permute(1, 2, 0).numpy() * std + mean).clip(0, 1))
        ax.axis("off")
axes[0, 0].set_title("test", fontsize=9)
axes[0, 1].set_title("train", fontsize=9)
plt.show()

# %% [markdown] id="replace-head-text"
# ## 4. A new head
#
# `torchvision.models` has the networks, and weights that others have trained. What a
# trained backbone computes are *features*: edges, textures, parts. They serve other
# classes as well. The head does not: it has a row for each of its own classes. So take
# the network, put the weights in, and replace `fc` by a new `nn.Linear` with as many
# inputs as the old one (`model.fc.in_features`: 512 for ResNet-18, 2,048 for ResNet-50)
# and as many outputs as you have classes.
#
# Weights come in three ways:
#
# - `None`: random ones, as every network has them that nobody has trained.
# - A name such as `"IMAGENET1K_V1"`: torchvision downloads them (45 MB for ResNet-18), or
#   finds them where it has put them before. `models.get_model(arch, weights=name)`.
# - A file that ends in `.safetensors`: `load_file(path)` gives a state dict with
#   torchvision's names. Its head may have any number of classes, since you do not need
#   it. This format holds numbers and nothing else. (A `.pth` file is a *pickle*: loading
#   one with `weights_only=False` runs whatever program its author has put into it.)


# %% id="replace-head" nbgrader={"schema_version": 3, "solution": true, "grade": false, "locked": false, "task": false, "grade_id": "replace-head"}
def make_classifier(arch, num_classes, weights=None):
    """Take torchvision's network, perhaps its weights, and give it a new head.

    Parameters
    ----------
    arch : {'resnet18', 'resnet50'}
    num_classes : int
    weights : str, optional
        Path of a file in the safetensors format (it ends in ``.safetensors``), with a
        state dict of this network, whatever its number of classes; or the name of
        torchvision's weights, such as ``IMAGENET1K_V1``; or None for random weights.

    Returns
    -------
    nn.Module
        torchvision's network, all of it trainable. Its backbone has the weights (batch
        norm's averages included); ``fc`` is a new nn.Linear, whatever the weights.
    """
    ### BEGIN SOLUTION
    if weights is not None and str(weights).endswith(".safetensors"):
        model = models.get_model(arch, weights=None)
        state = {k: v for k, v in load_file(weights).items() if not k.startswith("fc.")}
        missing, unexpected = model.load_state_dict(state, strict=False)
        if unexpected or set(missing) - {"fc.weight", "fc.bias"}:
            raise ValueError(f"{weights} does not hold the weights of a {arch}")
    else:
        model = models.get_model(arch, weights=weights)
    model.fc = nn.Linear(model.fc.in_features, num_classes)
    return model
    ### END SOLUTION


# %% id="test-replace-head-classes" nbgrader={"schema_version": 3, "solution": false, "grade": true, "locked": true, "task": false, "grade_id": "test-replace-head-classes", "points": 4}
check.classifier_head(make_classifier)

# %% id="test-replace-head-file" nbgrader={"schema_version": 3, "solution": false, "grade": true, "locked": true, "task": false, "grade_id": "test-replace-head-file", "points": 3}
check.classifier_file(make_classifier)

# %% id="test-replace-head-name" nbgrader={"schema_version": 3, "solution": false, "grade": true, "locked": true, "task": false, "grade_id": "test-replace-head-name", "points": 3}
check.classifier_name(make_classifier)

# %% [markdown] id="freeze-text"
# ## 5. What trains, and how fast
#
# With few images there are two ways to be gentle with a good backbone.
#
# **Freeze it.** A parameter with `requires_grad = False` gets no gradient and stays. But
# a batch norm holds more than parameters: in train mode its running averages follow the
# new images, and it normalizes by the batch instead. A backbone is frozen only if its
# batch norms are in eval mode, too. `model.train()`, which your loop calls in every
# epoch, switches them back on: then you must freeze again.
#
# **Let it train slowly.** An optimizer takes a list of groups, each a dict with its own
# `params` and `lr`. The new head knows nothing and needs large steps; the backbone knows
# a lot and needs small ones. The student report that this lab follows found rates
# between 0.0002 and 0.0005 large enough for its small data set.


# %% id="freeze" nbgrader={"schema_version": 3, "solution": true, "grade": false, "locked": false, "task": false, "grade_id": "freeze"}
def freeze_backbone(model):
    """Freeze all of a network but its head, in place.

    Parameters
    ----------
    model : nn.Module
        With a head named ``fc``. Afterwards only the head's parameters train, and all
        batch norms are in eval mode, until the next ``model.train()``.
    """
    ### BEGIN SOLUTION
    for name, parameter in model.named_parameters():
        parameter.requires_grad = name.startswith("fc.")
    for module in model.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.eval()
    ### END SOLUTION


def parameter_groups(model, backbone_lr, head_lr):
    """Groups of parameters for an optimizer, with a learning rate each.

    Parameters
    ----------
    model : nn.Module
        With a head named ``fc``.
    backbone_lr, head_lr : float

    Returns
    -------
    list of dict
        Two, for the backbone and for the head, with ``params`` and ``lr``. Each of the
        model's parameters is in exactly one.
    """
    ### BEGIN SOLUTION
    named = list(model.named_parameters())
    backbone = [p for name, p in named if not name.startswith("fc.")]
    head = [p for name, p in named if name.startswith("fc.")]
    return [
        {"params": backbone, "lr": backbone_lr},
        {"params": head, "lr": head_lr},
    ]
    ### END SOLUTION


# %% id="test-freeze-backbone" nbgrader={"schema_version": 3, "solution": false, "grade": true, "locked": true, "task": false, "grade_id": "test-freeze-backbone", "points": 4}
check.freeze_parameters(freeze_backbone)

# %% id="test-freeze-batch-norm" nbgrader={"schema_version": 3, "solution": false, "grade": true, "locked": true, "task": false, "grade_id": "test-freeze-batch-norm", "points": 2}
check.freeze_batch_norm(freeze_backbone)

# %% id="test-freeze-groups" nbgrader={"schema_version": 3, "solution": false, "grade": true, "locked": true, "task": false, "grade_id": "test-freeze-groups", "points": 4}
check.groups(parameter_groups)

# %% [markdown] id="tensorboard-text"
# ## 6. Watch it
#
# TensorBoard draws what a training run writes down: curves of numbers (*scalars*), and
# how the values of a tensor are distributed, epoch by epoch (*histograms*). A
# `SummaryWriter` has a method for each: `add_scalar(tag, value, step)` and
# `add_histogram(tag, values, step)`. Tags with a slash are grouped by what stands before
# it. In a terminal, `tensorboard --logdir runs` shows them in the browser.


# %% id="tensorboard" nbgrader={"schema_version": 3, "solution": true, "grade": false, "locked": false, "task": false, "grade_id": "tensorboard"}
def log_epoch(writer, model, optimizer, epoch, metrics):
    """Write one epoch down for TensorBoard.

    Parameters
    ----------
    writer : SummaryWriter
        From ``torch.utils.tensorboard``.
    model : nn.Module
    optimizer : torch.optim.Optimizer
        With one group of parameters or several.
    epoch : int
        The step of everything that is written.
    metrics : dict
        ``train_loss``, ``train_accuracy``, ``valid_loss`` and ``valid_accuracy``, each
        a float.

    Notes
    -----
    Scalars: ``loss/train``, ``loss/valid``, ``accuracy/train``, ``accuracy/valid``, and
    ``lr``, the learning rate of the optimizer's last group. Histograms:
    ``weights/NAME`` for each of the model's parameters, NAME being its name in
    ``model.named_parameters()``.
    """
    ### BEGIN SOLUTION
    for number in ("loss", "accuracy"):
        for part in ("train", "valid"):
            writer.add_scalar(f"{number}/{part}", metrics[f"{part}_{number}"], epoch)
    writer.add_scalar("lr", optimizer.param_groups[-1]["lr"], epoch)
    for name, parameter in model.named_parameters():
        writer.add_histogram(f"weights/{name}", parameter.detach(), epoch)
    ### END SOLUTION


# %% id="test-tensorboard-scalars" nbgrader={"schema_version": 3, "solution": false, "grade": true, "locked": true, "task": false, "grade_id": "test-tensorboard-scalars", "points": 4}
check.log_scalars(log_epoch)

# %% id="test-tensorboard-lr" nbgrader={"schema_version": 3, "solution": false, "grade": true, "locked": true, "task": false, "grade_id": "test-tensorboard-lr", "points": 1}
check.log_lr(log_epoch)

# %% id="test-tensorboard-histograms" nbgrader={"schema_version": 3, "solution": false, "grade": true, "locked": true, "task": false, "grade_id": "test-tensorboard-histograms", "points": 3}
check.log_histograms(log_epoch)

# %% [markdown] id="fine-tune-text"
# ## 7. Fine-tune it
#
# Now put it together. The loop is that of Lab 2: train, validate, keep the best epoch's
# weights. How you treat the backbone is yours to decide: frozen at first, slow all the
# time, or neither; with a schedule, or without.
#
# The checks below grade it. They train *your* classifier with *your* transforms and
# *your* function on a few new images of classes that they choose, and score it on images
# that they kept back. So that this takes seconds and not minutes, a small network stands
# in for torchvision's there: it has the same names, takes the same calls, and its weights
# were trained by the course, on other classes. The second check trains once with these
# weights and once with random ones in their place, with the same images and epochs:
# with the weights, the accuracy must be at least 10 percentage points higher. How many
# epochs are allowed depends on the data set and the device; the check says so.


# %% id="fine-tune" nbgrader={"schema_version": 3, "solution": true, "grade": false, "locked": false, "task": false, "grade_id": "fine-tune"}
EPOCHS = 20
BATCH_SIZE = 20


def fine_tune(model, train_loader, valid_loader, epochs, device, writer=None):
    """Train a classifier; leave it with the weights of its best epoch.

    Parameters
    ----------
    model : nn.Module
        What `make_classifier` made, on the device.
    train_loader, valid_loader : iterable
        Yield x (N, 3, H, W) and targets (N,).
    epochs : int
    device : str
    writer : SummaryWriter, optional
        Gets a `log_epoch` after each epoch.

    Returns
    -------
    History
        An entry an epoch: ``history.append(train, valid, lr)``, where `train` and
        `valid` are pairs (mean loss, accuracy) and `lr` is the head's rate.
    """
    ### BEGIN SOLUTION
    criterion = nn.CrossEntropyLoss()
    optimizer = optim.SGD(
        parameter_groups(model, 0.01, 0.03), momentum=0.9, weight_decay=1e-4
    )
    scheduler = optim.lr_scheduler.CosineAnnealingLR(optimizer, epochs)
    history, best_accuracy, best_state = History(), -1.0, None
    for epoch in tqdm(range(epochs), "training", unit="epoch", leave=False):
        lr = optimizer.param_groups[-1]["lr"]
        results = {}
        for part, loader in (("train", train_loader), ("valid", valid_loader)):
            model.train(part == "train")
            loss_sum, hits, seen = 0.0, 0, 0
            with torch.set_grad_enabled(part == "train"):
                for x, targets in loader:
                    x, targets = x.to(device), targets.to(device)
                    logits = model(x)
                    loss = criterion(logits, targets)
                    if part == "train":
                        optimizer.zero_grad()
                        loss.backward()
                        optimizer.step()
                    loss_sum += loss.item() * len(x)
                    hits += (logits.argmax(dim=1) == targets).sum().item()
                    seen += len(x)
            results[part] = (loss_sum / seen, hits / seen)
        history.append(results["train"], results["valid"], lr)
        if writer is not None:
            metrics = {
                f"{part}_{name}": value
                for part, pair in results.items()
                for name, value in zip(("loss", "accuracy"), pair)
            }
            log_epoch(writer, model, optimizer, epoch, metrics)
        if results["valid"][1] > best_accuracy:
            best_accuracy = results["valid"][1]
            best_state = copy.deepcopy(model.state_dict())
        scheduler.step()
    model.load_state_dict(best_state)
    return history
    ### END SOLUTION


# %% id="test-fine-tune" tags=["threshold"] nbgrader={"schema_version": 3, "solution": false, "grade": true, "locked": true, "task": false, "grade_id": "test-fine-tune", "points": 12}
check.fine_tune(make_classifier, make_transforms, fine_tune, EPOCHS, BATCH_SIZE)

# %% id="test-fine-tune-transfer" tags=["threshold"] nbgrader={"schema_version": 3, "solution": false, "grade": true, "locked": true, "task": false, "grade_id": "test-fine-tune-transfer", "points": 4}
check.transfer(make_classifier, make_transforms, fine_tune, EPOCHS, BATCH_SIZE)

# %% [markdown] id="run-text"
# The cells from here on that are tagged *experiment* are yours to play with: the grader
# does not run them, but their pictures stay in your submission for whoever reads it.
#
# They train torchvision's own networks. `WEIGHTS` is the file that
# `labkit train lab3_transfer --pretrain` has written on this machine (it trains the
# network on the classes of the past, in some minutes), or else torchvision's weights from
# ImageNet, which are downloaded once.


# %% id="run" tags=["experiment"]
def loaders(image_size=64, batch_size=BATCH_SIZE, seed=0):
    """Batches of the task's images, augmented for training."""
    torch.manual_seed(seed)
    augmented, plain = make_transforms(image_size)
    train = data.Pictures(train_data, augmented)
    valid = data.Pictures(valid_data, plain)
    return DataLoader(train, batch_size, shuffle=True), DataLoader(valid, 100)


def run(arch="resnet18", weights=None, epochs=EPOCHS, writer=None, seed=0):
    """Train one network on the task."""
    torch.manual_seed(seed)
    model = make_classifier(arch, len(task.classes), weights).to(DEVICE)
    return model, fine_tune(model, *loaders(seed=seed), epochs, DEVICE, writer)


WEIGHTS = data.pretrained("resnet18", DATASET) or "IMAGENET1K_V1"
histories = {"from scratch": run()[1]}
model, histories["pretrained"] = run(weights=WEIGHTS)
plots.curves(histories)

# %% id="test-set" tags=["experiment"]
# The test set is for the end: look at it once, when every choice is made.
model.eval()
right = 0
with torch.no_grad():
    for x, targets in DataLoader(data.Pictures(test_data, make_transforms(64)[1]), 100):
        right += (model(x.to(DEVICE)).argmax(dim=1).cpu() == targets).sum().item()
print(f"{DATASET}, five classes: test accuracy {right / len(test_data):.2%}")

# %% [markdown] id="report-pretrained" nbgrader={"schema_version": 3, "solution": true, "grade": true, "locked": false, "task": false, "grade_id": "report-pretrained", "points": 4}
# **Your report (4 points).** Compare ResNet-18 with and without pretrained weights, at
# the same number of epochs: where do the curves start, how fast do they rise, where do
# they end? Which of it would change with ten times as many images, and why? Say which
# data set and weights you used.
#
# *Replace this text by your answer.*


# %% id="tensorboard-run" tags=["experiment"]
def logged_run(name, **settings):
    """Train a network and write it down for TensorBoard."""
    from torch.utils.tensorboard import SummaryWriter  # it takes a few seconds

    with SummaryWriter(f"runs/{name}") as writer:
        return run(writer=writer, **settings)[1]


histories = {
    "from scratch": logged_run("resnet18-scratch"),
    "pretrained": logged_run("resnet18-pretrained", weights=WEIGHTS),
}
print("In a terminal: tensorboard --logdir runs")

# %% [markdown] id="predict-text"
# ## 8. Predict, and improve
#
# A competition scores a file of answers. Its first line says `id,label`; then comes a
# line for each image of the data set, in its order: the position in the data set (0, 1,
# 2 …) and the class index of the largest logit. The loader hands out targets too, but
# for hidden images they mean nothing.


# %% id="predict" nbgrader={"schema_version": 3, "solution": true, "grade": false, "locked": false, "task": false, "grade_id": "predict"}
def write_predictions(model, loader, path):
    """Write a network's answers to a CSV file.

    Parameters
    ----------
    model : nn.Module
        In any mode, on any device: that of its parameters.
    loader : iterable
        Yields x (N, 3, H, W) and targets (N,), which are not to be used, in the data
        set's order; N may differ from batch to batch.
    path : str
        Of the file: ``id,label``, then a line an image.
    """
    ### BEGIN SOLUTION
    device = next(model.parameters()).device
    model.eval()
    labels = []
    with torch.no_grad():
        for x, _ in loader:
            labels += model(x.to(device)).argmax(dim=1).tolist()
    with open(path, "w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "label"])
        writer.writerows(enumerate(labels))
    ### END SOLUTION


# %% id="test-predict-file" nbgrader={"schema_version": 3, "solution": false, "grade": true, "locked": true, "task": false, "grade_id": "test-predict-file", "points": 3}
check.predictions_file(write_predictions)

# %% id="test-predict-labels" nbgrader={"schema_version": 3, "solution": false, "grade": true, "locked": true, "task": false, "grade_id": "test-predict-labels", "points": 5}
check.predictions_labels(write_predictions)

# %% [markdown] id="improve-text"
# Your instructor may have put a file `hidden_images.npz` beside this notebook: images of
# the task's classes without their labels. Train the best network that you can for them
# (ResNet-50, more epochs, other rates, other augmentation, several networks that vote;
# the report that this lab follows got 0.92571 of its hidden images right with a
# pretrained ResNet-50 and a rate of 0.00035) and hand in `predictions.csv` along with the
# notebook. The cell below writes a first one. The labels of half of the hidden images
# make the public leaderboard; the other half decides, so it does not pay to tune by the
# leaderboard.

# %% id="improve" tags=["given"] nbgrader={"schema_version": 3, "solution": true, "grade": false, "locked": false, "task": false, "grade_id": "improve"}
PREDICTIONS = "predictions.csv"

# %% id="improve-run" tags=["experiment"]
if Path("hidden_images.npz").exists():
    hidden = data.unlabeled("hidden_images.npz")
    plain = make_transforms(64)[1]
    write_predictions(model, DataLoader(data.Pictures(hidden, plain), 100), PREDICTIONS)
else:
    print("There are no hidden images beside the notebook.")

# %% id="test-improve" tags=["threshold"] nbgrader={"schema_version": 3, "solution": false, "grade": true, "locked": true, "task": false, "grade_id": "test-improve", "points": 8}
check.improve(write_predictions, PREDICTIONS)

# %% id="arch-experiment" tags=["experiment"]
histories = {
    "ResNet-18": run("resnet18")[1],
    "ResNet-50": run("resnet50")[1],
}
plots.curves(histories)

# %% [markdown] id="report-improvements" nbgrader={"schema_version": 3, "solution": true, "grade": true, "locked": false, "task": false, "grade_id": "report-improvements", "points": 4}
# **Your report (4 points).** What did you change to improve your predictions, in which
# order, and what did each change bring on validation images? Which change did not help?
# Is ResNet-50 better than ResNet-18 here, and at what cost?
#
# *Replace this text by your answer.*
