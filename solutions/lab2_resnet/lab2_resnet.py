# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown] id="intro"
# # Lab 2: ResNet-18 on color images
#
# **What you will do.** Build a residual network in PyTorch, from its blocks up, write
# the loops that train and validate it, and train it to tell ten kinds of small color
# images apart.
#
# **What you will learn.** How a shortcut lets a deep network learn, what train and eval
# mode change, why the best epoch is chosen on validation images, and what batch size,
# learning-rate schedule and augmentation do.
#
# **What you need.** Lab 1, and PyTorch's `nn.Module`, `nn.Conv2d`, `nn.BatchNorm2d`,
# `nn.Linear` and `torch.optim`. Ready-made networks (`torchvision.models`) are what this
# lab is about, so the grader has none.
#
# **How long it takes.** Five to seven hours of thinking. The checks take seconds. Full
# CIFAR-10 wants a GPU: there an epoch takes seconds. On a laptop, the lab trains a
# narrow network on the small data set `shapes10`: about a minute a run.
#
# Each cell that you fill in says `raise NotImplementedError`. The cells below it check
# your work at once: they draw new random inputs every time, tell you what is wrong, and
# name the mistake if it is a well-known one. Run them as often as you like. The same
# checks grade your submission.

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

import matplotlib.pyplot as plt
import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from torch import nn, optim
from torchvision import transforms
from tqdm.auto import tqdm

from labkit import data, plots
from labkit.check import lab2 as check
from labkit.data import ImageLoader, Subset
from labkit.history import History

DATASET = data.default_dataset(color=True)
DEVICE = "cuda" if torch.cuda.is_available() else "cpu"
WIDTH = 64 if DEVICE == "cuda" else 8
train_data = data.load(DATASET, "train")
test_data = data.load(DATASET, "test")
print(f"labkit {labkit.__version__}, data set: {DATASET}, device: {DEVICE}")

# %% [markdown] id="notation"
# ## The words we use
#
# | name | meaning | shape |
# | --- | --- | --- |
# | `images` | pixels as they are stored, 0 to 255 | (N, H, W, 3), uint8 |
# | `x` | normalized images, as a network wants them | (N, 3, H, W), float32 |
# | `targets` | class indices, 0 to 9 | (N,), int64 |
# | `logits` | the network's output: a number a class, before any softmax | (N, 10) |
# | `train`, `valid`, `test` | images to learn from, to choose by, and to report | |
# | `lr` | the learning rate | |
# | `N` | number of samples in the batch | |
#
# Mind the order of the axes: stored images have their channels last, PyTorch wants them
# first. Targets are class indices and not one-hot, and networks return logits:
# `nn.CrossEntropyLoss` takes both as they are, and does the softmax itself.
#
# **The data.** Where CIFAR-10 is on this machine (`labkit data fetch cifar10` downloads
# it; the variable `LABKIT_DATA` may name its folder), the lab uses it. Otherwise it uses
# `shapes10`, images of colored shapes that are drawn by a program. The first cell says
# which one you have: results on one say nothing about the other.

# %% id="data-picture" tags=["experiment"]
fig, ax = plt.subplots(figsize=(9, 2.2), layout="constrained")
kinds = range(len(train_data.classes))
pairs = [train_data.images[train_data.targets == kind][:2] for kind in kinds]
ax.imshow(np.hstack([np.vstack(pair) for pair in pairs]))
ax.set_xticks([32 * kind + 16 for kind in kinds], train_data.classes, fontsize=8)
ax.set_yticks([])
plt.show()

# %% [markdown] id="channel-stats-text"
# ## 1. The data
#
# A network learns best from inputs around 0 with a spread of 1. So from each color
# channel its mean is taken away, and the rest is divided by its standard deviation.
# Both are numbers of the *training* images: the test images stay unseen until the end,
# and that includes their mean.
#
# Bring pixels to the range [0, 1] first. Then pool: all pixels of all images count
# alike, and each channel gets one mean and one standard deviation,
#
# $$\mu_c = \frac{1}{n} \sum_i p_{ic}, \qquad
# \sigma_c = \sqrt{\frac{1}{n} \sum_i (p_{ic} - \mu_c)^2}$$
#
# where $i$ runs over all $n = N \cdot H \cdot W$ pixels. (The mean of the images' own
# standard deviations is something else, and smaller.)


# %% id="channel-stats" nbgrader={"schema_version": 3, "solution": true, "grade": false, "locked": false, "task": false, "grade_id": "channel-stats"}
def channel_stats(images):
    """Mean and standard deviation of each color channel, over all pixels.

    Parameters
    ----------
    images : ndarray, shape (N, H, W, 3), uint8
        Pixels from 0 to 255.

    Returns
    -------
    mean, std : ndarray, shape (3,)
        Of the pixels divided by 255, over all images together; the standard deviation
        divides by the number of pixels n, not by n - 1.
    """
    ### BEGIN SOLUTION
    pixels = images.reshape(-1, 3)
    return pixels.mean(axis=0) / 255, pixels.std(axis=0) / 255
    ### END SOLUTION


# %% id="test-channel-stats-mean" nbgrader={"schema_version": 3, "solution": false, "grade": true, "locked": true, "task": false, "grade_id": "test-channel-stats-mean", "points": 3}
check.channel_stats_mean(channel_stats)

# %% id="test-channel-stats-std" nbgrader={"schema_version": 3, "solution": false, "grade": true, "locked": true, "task": false, "grade_id": "test-channel-stats-std", "points": 3}
check.channel_stats_std(channel_stats)

# %% id="channel-stats-print" tags=["experiment"]
mean, std = channel_stats(train_data.images)
for channel, m, s in zip(("red", "green", "blue"), mean, std):
    print(f"{channel:6} mean {m:.4f}, standard deviation {s:.4f}")

# %% [markdown] id="transforms-text"
# A network that sees the same image twice learns it by heart. Augmentation shows it
# another view each time: the image is padded by 4 pixels and a part of its own size is
# cut out at random, which moves it by up to 4 pixels; every second image is mirrored.
# `RandomErasing` covers a random rectangle, so that no single part can be relied on.
#
# Test images are only normalized: the same image must give the same answer.


# %% id="transforms" nbgrader={"schema_version": 3, "solution": true, "grade": false, "locked": false, "task": false, "grade_id": "transforms"}
def make_transforms(mean, std, erasing=False):
    """Transforms from a PIL image, 32 x 32, to a normalized tensor (3, 32, 32).

    Parameters
    ----------
    mean, std : ndarray, shape (3,)
        Of each channel, in units of [0, 1].
    erasing : bool
        Whether the training transform also erases a random rectangle
        (`transforms.RandomErasing`), before or after normalizing.

    Returns
    -------
    train, test : callable
        ``train`` crops a part of 32 x 32 at random after padding by 4, mirrors left and
        right at random, and normalizes. ``test`` normalizes.
    """
    ### BEGIN SOLUTION
    normalize = [transforms.ToTensor(), transforms.Normalize(mean, std)]
    augment = [transforms.RandomCrop(32, padding=4), transforms.RandomHorizontalFlip()]
    erase = [transforms.RandomErasing()] if erasing else []
    train = transforms.Compose(augment + normalize + erase)
    return train, transforms.Compose(normalize)
    ### END SOLUTION


# %% id="test-transforms-normalize" nbgrader={"schema_version": 3, "solution": false, "grade": true, "locked": true, "task": false, "grade_id": "test-transforms-normalize", "points": 2}
check.transforms_normalize(make_transforms)

# %% id="test-transforms-crop" nbgrader={"schema_version": 3, "solution": false, "grade": true, "locked": true, "task": false, "grade_id": "test-transforms-crop", "points": 2}
check.transforms_crop(make_transforms)

# %% id="test-transforms-flip" nbgrader={"schema_version": 3, "solution": false, "grade": true, "locked": true, "task": false, "grade_id": "test-transforms-flip", "points": 2}
check.transforms_flip(make_transforms)

# %% id="test-transforms-erasing" nbgrader={"schema_version": 3, "solution": false, "grade": true, "locked": true, "task": false, "grade_id": "test-transforms-erasing", "points": 2}
check.transforms_erasing(make_transforms)

# %% id="transforms-picture" tags=["experiment"]
augment, plain = make_transforms(mean, std, erasing=True)
rows = []
for image in map(Image.fromarray, train_data.images[:2]):
    views = [plain(image), *(augment(image) for _ in range(8))]
    pixels = [view.permute(1, 2, 0).numpy() * std + mean for view in views]
    frame = {"pad_width": ((1, 1), (1, 1), (0, 0)), "constant_values": 1}
    rows.append(np.hstack([np.pad(view, **frame) for view in pixels]))
fig, ax = plt.subplots(figsize=(9, 2.2), layout="constrained")
ax.imshow(np.vstack(rows).clip(0, 1))
ax.set_xticks([17, 170], ["test", "train, each time anew"])
ax.set_yticks([])
plt.show()

# %% [markdown] id="loader-text"
# Image by image, such transforms keep a processor busier than the network does. For
# training, the kit's `ImageLoader` does the same to whole batches, on the device where
# the data set lies: it shuffles, crops, mirrors, erases where asked, and normalizes.

# %% id="loader-picture" tags=["experiment"]
loader = ImageLoader(train_data, 128, mean=mean, std=std, train=True, device=DEVICE)
x, targets = next(iter(loader))
print(f"{len(loader)} batches; x {tuple(x.shape)} {x.dtype}, targets {targets.dtype}")
print(f"mean {x.mean():.2f}, standard deviation {x.std():.2f}")

# %% [markdown] id="basic-block-text"
# ## 2. The residual block
#
# Deep plain networks train badly: beyond some depth even their *training* error grows.
# A residual block learns what to add to its input, and hands the input on beside it:
#
# $$y = \mathrm{ReLU}\bigl(f(x) + s(x)\bigr), \qquad
# f = \mathrm{BN} \circ \mathrm{conv}_{3\times 3} \circ \mathrm{ReLU} \circ
# \mathrm{BN} \circ \mathrm{conv}_{3\times 3}$$
#
# The shortcut $s$ is the identity. Where the shape changes (another number of channels,
# or a stride) the sum would not fit, and $s$ is a 1x1 convolution with that stride,
# followed by batch norm. The first 3x3 convolution has the stride, the second one has
# stride 1; both pad by 1. No convolution has a bias: the batch norm after it subtracts
# the mean, and brings a bias of its own.
#
# On the way back, the gradient takes the shortcut too: where the last ReLU lets it pass
# and $s$ is the identity, $\partial y / \partial x$ holds an identity, which the layers
# of $f$ cannot shrink to nothing.
#
# Build it from PyTorch's layers, `nn.Conv2d` and `nn.BatchNorm2d`, under any names: the
# check looks at which layers run, in which order, and gives them weights of its own.


# %% id="basic-block" nbgrader={"schema_version": 3, "solution": true, "grade": false, "locked": false, "task": false, "grade_id": "basic-block"}
class BasicBlock(nn.Module):
    """Two 3x3 convolutions and a shortcut.

    Parameters
    ----------
    in_channels, out_channels : int
    stride : int
        Of the first convolution, and of the shortcut's.
    """

    expansion = 1  # out_channels of the block, in units of its convolutions'

    def __init__(self, in_channels, out_channels, stride=1):
        super().__init__()
        ### BEGIN SOLUTION
        self.conv1 = nn.Conv2d(in_channels, out_channels, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(out_channels)
        self.conv2 = nn.Conv2d(out_channels, out_channels, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(out_channels)
        self.shortcut = nn.Identity()
        if stride != 1 or in_channels != out_channels:
            self.shortcut = nn.Sequential(
                nn.Conv2d(in_channels, out_channels, 1, stride, bias=False),
                nn.BatchNorm2d(out_channels),
            )
        ### END SOLUTION

    def forward(self, x):
        """Map (N, in_channels, H, W) to (N, out_channels, H / stride, W / stride)."""
        ### BEGIN SOLUTION
        y = F.relu(self.bn1(self.conv1(x)))
        return F.relu(self.bn2(self.conv2(y)) + self.shortcut(x))
        ### END SOLUTION


# %% id="test-basic-block-identity" nbgrader={"schema_version": 3, "solution": false, "grade": true, "locked": true, "task": false, "grade_id": "test-basic-block-identity", "points": 6}
check.basic_block_identity(BasicBlock)

# %% id="test-basic-block-projection" nbgrader={"schema_version": 3, "solution": false, "grade": true, "locked": true, "task": false, "grade_id": "test-basic-block-projection", "points": 5}
check.basic_block_projection(BasicBlock)

# %% id="test-basic-block-gradient" nbgrader={"schema_version": 3, "solution": false, "grade": true, "locked": true, "task": false, "grade_id": "test-basic-block-gradient", "points": 3}
check.basic_block_gradient(BasicBlock)

# %% [markdown] id="resnet18-text"
# ## 3. The network
#
# ResNet-18 was made for images of 224 x 224, and begins with a 7x7 convolution of
# stride 2 and a max pool: a quarter of the height is left before the first block. Of
# 32 x 32 that would leave 8 x 8. For small images the stem is a single 3x3 convolution
# with stride 1, then batch norm and ReLU, and no pool.
#
# Then come four stages of two blocks. The width doubles from stage to stage, and the
# first block of each stage but the first halves height and width:
#
# | part | channels | stride | output, for 32 x 32 |
# | --- | --- | --- | --- |
# | stem | w | 1 | 32 x 32 |
# | stage 1: two blocks | w | 1 | 32 x 32 |
# | stage 2: two blocks | 2 w | 2, 1 | 16 x 16 |
# | stage 3: two blocks | 4 w | 2, 1 | 8 x 8 |
# | stage 4: two blocks | 8 w | 2, 1 | 4 x 4 |
# | average over all positions | 8 w | | 1 x 1 |
# | linear | `num_classes` | | |
#
# With $w = 64$ and ten classes that makes 11,173,962 parameters. Count the convolutions
# and linear layers on the longest path from input to output: why 18?


# %% id="resnet18" nbgrader={"schema_version": 3, "solution": true, "grade": false, "locked": false, "task": false, "grade_id": "resnet18"}
class ResNet18(nn.Module):
    """ResNet-18 for small images.

    Parameters
    ----------
    num_classes : int
    width : int
        Channels of the stem and of the first stage.
    """

    def __init__(self, num_classes=10, width=64):
        super().__init__()
        ### BEGIN SOLUTION
        self.conv1 = nn.Conv2d(3, width, 3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        channels, blocks = width, []
        for out_channels, stride in zip((1, 2, 4, 8), (1, 2, 2, 2)):
            blocks.append(BasicBlock(channels, width * out_channels, stride))
            channels = width * out_channels
            blocks.append(BasicBlock(channels, channels))
        self.stages = nn.Sequential(*blocks)
        self.fc = nn.Linear(channels, num_classes)
        ### END SOLUTION

    def forward(self, x):
        """Map normalized images (N, 3, H, W) to logits (N, num_classes)."""
        ### BEGIN SOLUTION
        features = self.stages(F.relu(self.bn1(self.conv1(x))))
        return self.fc(features.mean(dim=(2, 3)))
        ### END SOLUTION


# %% id="test-resnet18-stem" nbgrader={"schema_version": 3, "solution": false, "grade": true, "locked": true, "task": false, "grade_id": "test-resnet18-stem", "points": 3}
check.resnet18_stem(ResNet18)

# %% id="test-resnet18-stages" nbgrader={"schema_version": 3, "solution": false, "grade": true, "locked": true, "task": false, "grade_id": "test-resnet18-stages", "points": 4}
check.resnet18_stages(ResNet18)

# %% id="test-resnet18-head" nbgrader={"schema_version": 3, "solution": false, "grade": true, "locked": true, "task": false, "grade_id": "test-resnet18-head", "points": 3}
check.resnet18_head(ResNet18)

# %% id="test-resnet18-sizes" nbgrader={"schema_version": 3, "solution": false, "grade": true, "locked": true, "task": false, "grade_id": "test-resnet18-sizes", "points": 2}
check.resnet18_sizes(ResNet18)

# %% id="test-resnet18-parameters" nbgrader={"schema_version": 3, "solution": false, "grade": true, "locked": true, "task": false, "grade_id": "test-resnet18-parameters", "points": 2}
check.resnet18_parameters(ResNet18)


# %% id="feature-maps" tags=["experiment"]
def feature_maps(model, shape=(1, 3, 32, 32)):
    """Print what each part of a network puts out."""
    rows = []

    def note(module, inputs, output):
        count = sum(p.numel() for p in module.parameters())
        rows.append((type(module).__name__, tuple(output.shape[1:]), count))

    kinds = (BasicBlock, nn.Conv2d, nn.BatchNorm2d, nn.Linear)
    inner = {
        m
        for b in model.modules()
        if isinstance(b, BasicBlock)
        for m in b.modules()
        if m is not b
    }
    parts = [m for m in model.modules() if isinstance(m, kinds) and m not in inner]
    hooks = [m.register_forward_hook(note) for m in parts]
    with torch.no_grad():
        model.eval()(torch.zeros(shape))
    for hook in hooks:
        hook.remove()
    for name, size, count in rows:
        print(f"{name:12} -> {' x '.join(map(str, size)):14} {count:>10,} parameters")


feature_maps(ResNet18())
print(f"{sum(p.numel() for p in ResNet18().parameters()):,} parameters in all")

# %% [markdown] id="optimizer-text"
# ## 4. The optimizer and its schedule
#
# Large steps find the way, small steps find the place. A student trained twice for 50
# epochs: with a fixed rate of 0.01, 98.07% of the training images were right in the end;
# with a rate that was divided by 10 every 10 epochs, 99.63%, and 92.08% of the
# validation images.
#
# Choose an optimizer (`optim.SGD` with momentum, `optim.Adam`, `optim.AdamW` ...) for all
# of the model's parameters, and a scheduler from `optim.lr_scheduler` that fits the
# number of epochs. The loop calls `scheduler.step()` once after every epoch. When
# training lasts 10 epochs or more, the last epoch's rate must be at most a tenth of the
# largest one.


# %% id="optimizer" nbgrader={"schema_version": 3, "solution": true, "grade": false, "locked": false, "task": false, "grade_id": "optimizer"}
def make_optimizer(model, epochs):
    """Make an optimizer and the schedule of its learning rate.

    Parameters
    ----------
    model : nn.Module
    epochs : int
        How many epochs the training will last.

    Returns
    -------
    optimizer : torch.optim.Optimizer
        Of all the model's parameters.
    scheduler : torch.optim.lr_scheduler.LRScheduler
        To be stepped once after every epoch.
    """
    ### BEGIN SOLUTION
    optimizer = optim.SGD(
        model.parameters(), lr=0.1, momentum=0.9, weight_decay=5e-4, nesterov=True
    )
    return optimizer, optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=epochs)
    ### END SOLUTION


# %% id="test-optimizer-parameters" nbgrader={"schema_version": 3, "solution": false, "grade": true, "locked": true, "task": false, "grade_id": "test-optimizer-parameters", "points": 3}
check.optimizer_parameters(make_optimizer)

# %% id="test-optimizer-schedule" nbgrader={"schema_version": 3, "solution": false, "grade": true, "locked": true, "task": false, "grade_id": "test-optimizer-schedule", "points": 3}
check.optimizer_schedule(make_optimizer)

# %% id="schedule-picture" tags=["experiment"]
epochs = 30
optimizer, scheduler = make_optimizer(nn.Linear(1, 1), epochs)
rates = []
for _ in range(epochs):
    rates.append(optimizer.param_groups[0]["lr"])
    optimizer.step()
    scheduler.step()
fig, ax = plt.subplots(figsize=(5, 2.6), layout="constrained")
ax.semilogy(range(1, epochs + 1), rates, "o-", markersize=3)
ax.set(xlabel="epoch", ylabel="learning rate")
plt.show()

# %% [markdown] id="train-one-epoch-text"
# ## 5. The training loop
#
# The loop is that of Lab 1, and PyTorch does the backward pass. What is new:
#
# - **The mode.** `model.train()` makes batch norm use the statistics of the batch, and
#   keep a running average of them; `model.eval()` makes it use that average.
# - **The device.** The model is there already; each batch must be brought there with
#   `.to(device)`.
# - **The gradients.** `loss.backward()` *adds* to what is in `.grad`. The gradients are
#   clear when the function is called. No step may use those of two batches: clear them
#   once for each batch.
# - **The numbers.** `loss.item()` is a number; the loss itself drags its whole graph
#   along, and a sum of losses keeps every graph in memory.
#
# As before, mean loss and accuracy are means over *samples*, and those of the
# predictions that the batch was trained on, from before the step.


# %% id="train-one-epoch" nbgrader={"schema_version": 3, "solution": true, "grade": false, "locked": false, "task": false, "grade_id": "train-one-epoch"}
def train_one_epoch(model, loader, criterion, optimizer, device):
    """Train on each batch once, in train mode.

    Parameters
    ----------
    model : nn.Module
        On the device; maps x (N, 3, H, W) to logits (N, C).
    loader : iterable
        Yields x (N, 3, H, W) and targets (N,); N may differ from batch to batch.
    criterion : nn.Module
        Maps logits and targets to the mean loss of the batch.
    optimizer : torch.optim.Optimizer
        Its gradients are clear.
    device : str
        Where each batch is to be moved, such as ``cpu`` or ``cuda``.

    Returns
    -------
    mean_loss, accuracy : float
        Over all samples, from before each step; accuracy is between 0 and 1.
    """
    ### BEGIN SOLUTION
    model.train()
    total_loss, num_correct, num_samples = 0.0, 0, 0
    for x, targets in loader:
        x, targets = x.to(device), targets.to(device)
        logits = model(x)
        loss = criterion(logits, targets)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        # Kept as tensors: .item() would wait for the GPU at every batch.
        total_loss += loss.detach() * len(x)
        num_correct += (logits.argmax(dim=1) == targets).sum()
        num_samples += len(x)
    return float(total_loss) / num_samples, float(num_correct) / num_samples
    ### END SOLUTION


# %% id="test-train-one-epoch-updates" nbgrader={"schema_version": 3, "solution": false, "grade": true, "locked": true, "task": false, "grade_id": "test-train-one-epoch-updates", "points": 5}
check.train_one_epoch_updates(train_one_epoch)

# %% id="test-train-one-epoch-metrics" nbgrader={"schema_version": 3, "solution": false, "grade": true, "locked": true, "task": false, "grade_id": "test-train-one-epoch-metrics", "points": 4}
check.train_one_epoch_metrics(train_one_epoch)

# %% id="test-train-one-epoch-mode" nbgrader={"schema_version": 3, "solution": false, "grade": true, "locked": true, "task": false, "grade_id": "test-train-one-epoch-mode", "points": 2}
check.train_one_epoch_mode(train_one_epoch)

# %% id="test-train-one-epoch-device" nbgrader={"schema_version": 3, "solution": false, "grade": true, "locked": true, "task": false, "grade_id": "test-train-one-epoch-device", "points": 1}
check.train_one_epoch_device(train_one_epoch)

# %% [markdown] id="evaluate-text"
# Evaluation measures and changes nothing. It runs in eval mode, so that an image's
# answer does not depend on the others in its batch, and without gradients, which saves
# memory and time. Afterwards the model is in the mode that it was in before.


# %% id="evaluate" nbgrader={"schema_version": 3, "solution": true, "grade": false, "locked": false, "task": false, "grade_id": "evaluate"}
def evaluate(model, loader, criterion, device):
    """Return mean loss and accuracy over all samples, in eval mode.

    The arguments are those of `train_one_epoch`, and so are the results. Nothing is
    changed: no gradient is computed, and the model's mode is restored.
    """
    ### BEGIN SOLUTION
    was_training = model.training
    model.eval()
    loss_sum, hits, seen = 0.0, 0, 0
    with torch.no_grad():
        for x, targets in loader:
            x, targets = x.to(device), targets.to(device)
            logits = model(x)
            loss_sum += criterion(logits, targets) * len(x)
            hits += (logits.argmax(dim=1) == targets).sum()
            seen += len(x)
    model.train(was_training)
    return float(loss_sum) / seen, float(hits) / seen
    ### END SOLUTION


# %% id="test-evaluate-metrics" nbgrader={"schema_version": 3, "solution": false, "grade": true, "locked": true, "task": false, "grade_id": "test-evaluate-metrics", "points": 3}
check.evaluate_metrics(evaluate)

# %% id="test-evaluate-mode" nbgrader={"schema_version": 3, "solution": false, "grade": true, "locked": true, "task": false, "grade_id": "test-evaluate-mode", "points": 2}
check.evaluate_mode(evaluate)

# %% id="test-evaluate-unchanged" nbgrader={"schema_version": 3, "solution": false, "grade": true, "locked": true, "task": false, "grade_id": "test-evaluate-unchanged", "points": 2}
check.evaluate_unchanged(evaluate)

# %% id="test-evaluate-device" nbgrader={"schema_version": 3, "solution": false, "grade": true, "locked": true, "task": false, "grade_id": "test-evaluate-device", "points": 1}
check.evaluate_device(evaluate)

# %% [markdown] id="fit-text"
# ## 6. All epochs
#
# Each epoch trains once and validates once; then the scheduler, if there is one, takes
# its step. In the end the model has the weights of its best epoch, that is the one with
# the highest *validation* accuracy, and of several equal ones the earliest. Chosen by
# training accuracy, the model that learned the most by heart would win. Chosen by test
# accuracy, the number that you report would be a lucky one.
#
# `model.state_dict()` holds all weights, and batch norm's averages. But it holds the
# model's own tensors: they go on changing unless you copy them (`copy.deepcopy`).


# %% id="fit" nbgrader={"schema_version": 3, "solution": true, "grade": false, "locked": false, "task": false, "grade_id": "fit"}
def fit(
    model, train_loader, valid_loader, criterion, optimizer, scheduler, epochs, device
):
    """Train for several epochs; leave the model with the weights of the best one.

    Parameters
    ----------
    model, criterion, optimizer, device
        As in `train_one_epoch`.
    train_loader, valid_loader : iterable
        What to train on, and what to validate on after each epoch.
    scheduler : torch.optim.lr_scheduler.LRScheduler or None
        Stepped once after every epoch.
    epochs : int

    Returns
    -------
    History
        An entry an epoch: ``history.append(train, valid, lr)`` with what
        `train_one_epoch` and `evaluate` returned and the epoch's learning rate.
    """
    ### BEGIN SOLUTION
    history, best_accuracy, best_state = History(), -1.0, None
    for _ in tqdm(range(epochs), "training", unit="epoch", leave=False):
        lr = optimizer.param_groups[0]["lr"]
        train = train_one_epoch(model, train_loader, criterion, optimizer, device)
        valid = evaluate(model, valid_loader, criterion, device)
        history.append(train, valid, lr)
        if valid[1] > best_accuracy:
            best_accuracy, best_state = valid[1], copy.deepcopy(model.state_dict())
        if scheduler is not None:
            scheduler.step()
    model.load_state_dict(best_state)
    return history
    ### END SOLUTION


# %% id="test-fit-history" nbgrader={"schema_version": 3, "solution": false, "grade": true, "locked": true, "task": false, "grade_id": "test-fit-history", "points": 3}
check.fit_history(fit)

# %% id="test-fit-best" nbgrader={"schema_version": 3, "solution": false, "grade": true, "locked": true, "task": false, "grade_id": "test-fit-best", "points": 4}
check.fit_best(fit)

# %% id="test-fit-scheduler" nbgrader={"schema_version": 3, "solution": false, "grade": true, "locked": true, "task": false, "grade_id": "test-fit-scheduler", "points": 3}
check.fit_scheduler(fit)

# %% [markdown] id="train-text"
# ## 7. Train it
#
# Choose the batch size, the number of epochs, and whether to erase. The values below
# work with a good optimizer. Better ones may exist. How many epochs are allowed depends
# on the data set and the device; the check says so.
#
# The check after this cell is the one that grades it. It trains *your* network with
# *your* functions and *your* settings, and scores it on images that it kept back. Where
# the course has no bound for your data set on this device, it takes a network of width 8
# and `shapes10`, and says so. So that nothing can be learned by heart, it
# shuffles the meaning of the labels and moves the images a little; shapes it draws anew,
# nearly upright, which are learned faster than those of `shapes10`. It takes about as
# long as a training run, or two: where the first misses full marks, a second one counts
# if it is better.

# %% id="train" tags=["given"] nbgrader={"schema_version": 3, "solution": true, "grade": false, "locked": false, "task": false, "grade_id": "train"}
BATCH_SIZE = 64
EPOCHS = 10
ERASING = False

# %% id="test-train" tags=["threshold"] nbgrader={"schema_version": 3, "solution": false, "grade": true, "locked": true, "task": false, "grade_id": "test-train", "points": 14}
check.train(
    ResNet18,
    make_optimizer,
    train_one_epoch,
    evaluate,
    fit,
    BATCH_SIZE,
    EPOCHS,
    ERASING,
)

# %% [markdown] id="run-text"
# Now watch it learn. The cells from here on are yours to play with. The grader does not
# run them, nor the pictures above, but what they showed you stays in your submission
# for whoever reads it.


# %% id="run" tags=["experiment"]
def run(
    batch_size=BATCH_SIZE, epochs=EPOCHS, erasing=ERASING, make=make_optimizer, seed=0
):
    """Train a network on nine tenths of the training images; validate on the rest."""
    torch.manual_seed(seed)
    order = np.random.default_rng(seed).permutation(len(train_data))
    num_valid = len(order) // 10
    settings = {"mean": mean, "std": std, "device": DEVICE}
    train_loader = ImageLoader(
        Subset(train_data, order[num_valid:]),
        batch_size,
        train=True,
        erasing=erasing,
        **settings,
    )
    valid_loader = ImageLoader(Subset(train_data, order[:num_valid]), 500, **settings)
    model = ResNet18(len(train_data.classes), WIDTH).to(DEVICE)
    optimizer, scheduler = make(model, epochs)
    criterion = nn.CrossEntropyLoss()
    history = fit(
        model,
        train_loader,
        valid_loader,
        criterion,
        optimizer,
        scheduler,
        epochs,
        DEVICE,
    )
    return model, history


model, history = run()
print(history)
plots.curves(history)

# %% id="test-set" tags=["experiment"]
# The test set is for the end: look at it once, when every choice is made.
test_loader = ImageLoader(test_data, 500, mean=mean, std=std, device=DEVICE)
loss, accuracy = evaluate(model, test_loader, nn.CrossEntropyLoss(), DEVICE)
print(f"{DATASET}: test loss {loss:.4f}, test accuracy {accuracy:.2%}")

# %% id="confusion" tags=["experiment"]
counts = np.zeros((10, 10), dtype=int)
model.eval()
with torch.no_grad():
    for x, targets in test_loader:
        np.add.at(counts, (targets.cpu(), model(x).argmax(dim=1).cpu()), 1)
plots.confusion(counts, test_data.classes)

# %% [markdown] id="experiments-text"
# ## 8. Experiments
#
# Change one thing at a time, and compare with another seed before you believe a small
# difference. The student who reached 92.08% with batches of 128 tried 32 and 256 too,
# and a fixed rate, and `RandomErasing`, each for 50 epochs. Erasing gave 88.90%: the
# training accuracy fell as well, from 99.63% to 95.82%. What does that say about whether
# 50 epochs were enough?

# %% id="batch-size-experiment" tags=["experiment"]
histories = {f"batch size {size}": run(batch_size=size)[1] for size in (32, 128, 256)}
plots.curves(histories)

# %% [markdown] id="report-batch-size" nbgrader={"schema_version": 3, "solution": true, "grade": true, "locked": false, "task": false, "grade_id": "report-batch-size", "points": 3}
# **Your report (3 points).** Compare batch sizes of 32, 128 and 256, at the same number
# of epochs. Which one is fastest for an epoch, which one ends best, which curve is the
# most restless, and why? What would you have to change along with the batch size for a
# fair comparison?
#
# *Replace this text by your answer.*


# %% id="schedule-experiment" tags=["experiment"]
def fixed(model, epochs):
    """The same optimizer with a rate that stays as it is."""
    optimizer, _ = make_optimizer(model, epochs)
    for group in optimizer.param_groups:
        group["lr"] = 0.01
    return optimizer, None


def stepped(model, epochs):
    """A rate of 0.01 that is divided by 10 twice."""
    optimizer, _ = fixed(model, epochs)
    return optimizer, optim.lr_scheduler.StepLR(optimizer, -(-epochs // 3), 0.1)


histories = {
    "fixed 0.01": run(make=fixed)[1],
    "stepped": run(make=stepped)[1],
    "mine": run()[1],
}
plots.curves(histories)

# %% [markdown] id="report-schedule" nbgrader={"schema_version": 3, "solution": true, "grade": true, "locked": false, "task": false, "grade_id": "report-schedule", "points": 3}
# **Your report (3 points).** Compare a fixed learning rate with a stepped one and with
# your own schedule. What do the curves do at the epochs where the rate falls, and why?
# Does the training loss, or the validation accuracy, gain more?
#
# *Replace this text by your answer.*

# %% id="augmentation-experiment" tags=["experiment"]
histories = {
    "without erasing": run(erasing=False)[1],
    "with erasing": run(erasing=True)[1],
}
plots.curves(histories)

# %% [markdown] id="report-augmentation" nbgrader={"schema_version": 3, "solution": true, "grade": true, "locked": false, "task": false, "grade_id": "report-augmentation", "points": 2}
# **Your report (2 points).** What did `RandomErasing` do to training and validation
# accuracy? When would you expect it to help?
#
# *Replace this text by your answer.*
