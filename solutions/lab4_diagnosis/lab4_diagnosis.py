# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown] id="intro"
# # Lab 4: Diagnosis
#
# **What you will do.** In the first part you get a model that trains badly, and find out
# why: reproduce the symptom, suspect one thing, remove it, and prove with two formulas
# that it was the cause. In the second part you build three networks for images, give
# them the same budget, and find out which one is made for the task.
#
# **What you will learn.** That a bug which raises no error is found by numbers, what
# numbers to look at, how to split data so that a comparison is fair, and how to compare
# without fooling yourself.
#
# **What you need.** Lab 1 (softmax and cross-entropy) and PyTorch as in Lab 2.
#
# **How long it takes.** Four to six hours of thinking. The checks take seconds. On a
# laptop the comparison of the second part takes a minute or two, with narrow networks on
# a part of the images; on a GPU, networks of full width on all of them take some minutes.
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
import math

import matplotlib.pyplot as plt
import numpy as np
import torch
import torch.nn.functional as F
from torch import nn
from tqdm.auto import tqdm

from labkit import data, plots
from labkit.check import lab4 as check

GRAY = "fashion-mnist" if data.available("fashion-mnist") else "digits"
COLOR = data.default_dataset(color=True)
DEVICE = "cuda" if torch.cuda.is_available() else "cpu"
print(f"labkit {labkit.__version__}, data sets: {GRAY} and {COLOR}, device: {DEVICE}")

# %% [markdown] id="notation"
# ## The words we use
#
# | name | meaning | shape |
# | --- | --- | --- |
# | `logits` | numbers before softmax, one a class | (N, C) |
# | `probs` | probabilities after softmax | (N, C) |
# | `targets` | class indices, 0 to C - 1 | (N,) |
# | `train`, `valid`, `test` | images to learn from, to choose by, and to report | |
# | `lr` | the learning rate | |
# | `N`, `C` | number of samples in the batch, number of classes | |
#
# **The data.** The first part uses Fashion-MNIST where it is on this machine
# (`labkit data fetch fashion-mnist` downloads it), else `digits`, small real digits that
# come with scikit-learn. The second part uses color images of ten classes: `shapes10`,
# which is drawn by a program, unless you have others (`LABKIT_DATASET` names a set or a
# folder of yours). The first cell says which ones you have: results on one say nothing
# about another.

# %% [markdown] id="case-text"
# ## Part 1. The case
#
# A colleague has written softmax regression: one linear layer, softmax, cross-entropy,
# the simplest classifier there is. It inherits from the base class `Classifier`, which
# comes from a library that the whole group uses. It raises no error. It learns,
# somewhat. But its loss stops falling early, at a value that is far too high, and no
# learning rate helps.
#
# Both classes are below. Do not change them.


# %% id="classifier" nbgrader={"schema_version": 3, "solution": false, "grade": false, "locked": true, "task": false, "grade_id": "classifier"}
class Classifier(nn.Module):
    """What all classifiers of the library share."""

    def loss(self, y_hat, targets):
        """Mean loss of a batch: predictions (N, C), class indices (N,)."""
        return F.cross_entropy(y_hat, targets)

    def accuracy(self, y_hat, targets):
        """Share of the samples whose largest prediction is at the target."""
        return (y_hat.argmax(dim=1) == targets).float().mean()


# %% id="softmax-regression" nbgrader={"schema_version": 3, "solution": false, "grade": false, "locked": true, "task": false, "grade_id": "softmax-regression"}
class SoftmaxRegression(Classifier):
    """Softmax regression from scratch: images of any shape to 10 classes."""

    def __init__(self, num_inputs=784, num_outputs=10, sigma=0.01):
        super().__init__()
        self.W = nn.Parameter(sigma * torch.randn(num_inputs, num_outputs))
        self.b = nn.Parameter(torch.zeros(num_outputs))

    def softmax(self, x):
        x_exp = torch.exp(x)
        return x_exp / x_exp.sum(dim=1, keepdim=True)

    def forward(self, x):
        x = x.reshape(len(x), -1)
        return self.softmax(x @ self.W + self.b)


# %% [markdown] id="reproduce-text"
# **Reproduce it first.** A bug that you cannot see on demand is one that you cannot know
# to be gone. Write a function that trains a model and returns its learning curve.
# A `model_class` is called without arguments and gives a model; `model(x)` gives the
# predictions `y_hat` for a batch, `model.loss(y_hat, targets)` its mean loss. Use plain
# gradient descent, `torch.optim.SGD(model.parameters(), lr)`.
#
# The curve has one number an epoch: the mean over the epoch's samples of the loss that
# the batches had *before* their steps.


# %% id="reproduce" nbgrader={"schema_version": 3, "solution": true, "grade": false, "locked": false, "task": false, "grade_id": "reproduce"}
def training_curves(model_class, loader, epochs, lr):
    """Train a new model; return its mean loss in each epoch.

    Parameters
    ----------
    model_class : callable
        ``model_class()`` makes a model with ``loss(y_hat, targets)``.
    loader : iterable
        Yields x (N, 1, H, W) and class indices (N,); may be iterated again and again.
    epochs : int
    lr : float

    Returns
    -------
    list of float, length epochs
    """
    ### BEGIN SOLUTION
    model = model_class()
    optimizer = torch.optim.SGD(model.parameters(), lr)
    curve = []
    for _ in range(epochs):
        total, count = 0.0, 0
        for x, targets in loader:
            loss = model.loss(model(x), targets)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.item() * len(targets)
            count += len(targets)
        curve.append(total / count)
    return curve
    ### END SOLUTION


# %% id="test-reproduce" nbgrader={"schema_version": 3, "solution": false, "grade": true, "locked": true, "task": false, "grade_id": "test-reproduce", "points": 6}
check.reproduce(training_curves)


# %% id="gray-loader" tags=["experiment"]
class GrayLoader:
    """Batches of gray images, 0 to 1, and class indices, shuffled anew each epoch."""

    def __init__(self, dataset, batch_size=64, seed=0):
        self.x = torch.tensor(dataset.images[:, None] / 255, dtype=torch.float32)
        self.targets = torch.tensor(dataset.targets)
        self.batch_size = batch_size
        self.generator = torch.Generator().manual_seed(seed)

    def __iter__(self):
        order = torch.randperm(len(self.x), generator=self.generator)
        for chosen in order.split(self.batch_size):
            yield self.x[chosen], self.targets[chosen]


gray_loader = GrayLoader(data.load(GRAY, "train"))
EPOCHS = 5 if GRAY == "fashion-mnist" else 40
torch.manual_seed(0)
curve = training_curves(SoftmaxRegression, gray_loader, EPOCHS, lr=0.1)
plots.lines({"as it is": curve}, "epoch", f"mean training loss on {GRAY}")

# %% [markdown] id="look-text"
# **Look.** These are the questions that a person who debugs asks first. Run the cell,
# and answer each of them before you go on.
#
# - What should the loss of a model be that knows nothing yet? Is it?
# - What range do the predictions have, and what is the sum of a row?
# - If you scale `W` up, the predictions get surer, right or wrong. What happens to the
#   loss of a sample that is surely right (the smallest), and of one that is surely wrong
#   (the largest)? What should happen to them?
# - Follow one batch from `x` to its loss. For every function on the way: what does its
#   documentation (`help(...)`) say that it takes, and what is it given here?

# %% id="look" tags=["experiment"]
torch.manual_seed(0)
x, targets = next(iter(gray_loader))
model = SoftmaxRegression()
rows = []
for scale in (1, 10, 100):
    with torch.no_grad():
        model.W *= scale / (rows[-1]["W times"] if rows else 1)
        y_hat = model(x)
        each = torch.stack(
            [model.loss(p[None], t[None]) for p, t in zip(y_hat, targets)]
        )
    rows.append(
        {
            "W times": scale,
            "smallest prediction": f"{y_hat.min():.3f}",
            "largest": f"{y_hat.max():.3f}",
            "sum of a row": f"{y_hat.sum(dim=1).mean():.3f}",
            "smallest loss": f"{each.min():.3f}",
            "largest loss": f"{each.max():.3f}",
        }
    )
plots.Table(rows)

# %% [markdown] id="suspect-text"
# **Suspect one thing, and remove it.** In the next cell, derive a class from
# `SoftmaxRegression` that changes the one thing that you suspect, and nothing else. Then
# train it exactly as before and lay the curves side by side. If they do not differ, you
# suspect the wrong thing: take the next.


# %% id="suspect" tags=["experiment"]
class Suspect(SoftmaxRegression):
    """The model with the suspect removed. Override one method."""


torch.manual_seed(0)
changed = training_curves(Suspect, gray_loader, EPOCHS, lr=0.1)
plots.lines(
    {"as it is": curve, "suspect removed": changed},
    "epoch",
    f"mean training loss on {GRAY}",
)

# %% [markdown] id="loss-floor-text"
# **Prove it: the value.** A suspicion that explains the *number* at which the curve
# stops is worth more than one that explains that it stops. When you have found the
# cause, you can say what the loss of the faulty model is at best: when its predictions
# are perfect, all probability at the true class, for every sample. Derive it for $C$
# classes, on paper, and write it down as a function.


# %% id="loss-floor" nbgrader={"schema_version": 3, "solution": true, "grade": false, "locked": false, "task": false, "grade_id": "loss-floor"}
def double_softmax_floor(num_classes):
    """Return the least loss that the faulty model can reach.

    Parameters
    ----------
    num_classes : int
        C, at least 2.

    Returns
    -------
    float
        The mean loss (natural logarithm), the same for any number of samples.
    """
    ### BEGIN SOLUTION
    return math.log(1 + (num_classes - 1) / math.e)
    ### END SOLUTION


# %% id="test-loss-floor" nbgrader={"schema_version": 3, "solution": false, "grade": true, "locked": true, "task": false, "grade_id": "test-loss-floor", "points": 8}
check.loss_floor(double_softmax_floor)

# %% id="floor-picture" tags=["experiment"]
floor = double_softmax_floor(10)
print(f"least possible loss {floor:.4f}, after {EPOCHS} epochs {curve[-1]:.4f}")
plots.lines(
    {"as it is": curve, "suspect removed": changed, "the floor": [floor] * EPOCHS},
    "epoch",
    f"mean training loss on {GRAY}",
)

# %% [markdown] id="gradient-ratio-text"
# **Prove it: the slope.** The floor says where the curve ends. How fast it gets there
# depends on the gradient. Compare, at the same logits $z$ and targets, the gradient of
# the correct mean loss with that of the faulty model's:
#
# $$\frac{\partial L}{\partial z_{ij}} \quad (N, C), \qquad
# \lVert G \rVert = \sqrt{\sum_{i,j} G_{ij}^2}$$
#
# The first one you know from Lab 1. For the second, apply the chain rule once more. It
# is worth doing with the index of the class: how does each output of the inner function
# change with each logit of its row?
#
# `logits` and `targets` are NumPy arrays here. Derive the formulas and compute them;
# autograd would give the numbers without the insight, and is switched off in the check.


# %% id="gradient-ratio" nbgrader={"schema_version": 3, "solution": true, "grade": false, "locked": false, "task": false, "grade_id": "gradient-ratio"}
def gradient_norms(logits, targets):
    """Frobenius norms of the gradients of two mean losses, both at the logits.

    Parameters
    ----------
    logits : ndarray, shape (N, C)
    targets : ndarray, shape (N,), int
        Class indices.

    Returns
    -------
    correct, double : float
        Of the gradient of the correct loss, and of the faulty model's loss. The losses
        are means over the N samples, and both gradients are taken at `logits`.
    """

    ### BEGIN SOLUTION
    def softmax(z):
        exp = np.exp(z - z.max(axis=1, keepdims=True))
        return exp / np.add.reduce(exp, axis=1, keepdims=True)

    N, C = logits.shape
    one_hot = np.eye(C)[targets]
    probs = softmax(logits)
    correct = (probs - one_hot) / N
    outer = (softmax(probs) - one_hot) / N
    double = probs * (outer - (outer * probs).sum(axis=1, keepdims=True))
    return np.linalg.norm(correct), np.linalg.norm(double)
    ### END SOLUTION


# %% id="test-gradient-ratio-correct" nbgrader={"schema_version": 3, "solution": false, "grade": true, "locked": true, "task": false, "grade_id": "test-gradient-ratio-correct", "points": 4}
check.gradient_ratio_correct(gradient_norms)

# %% id="test-gradient-ratio-double" nbgrader={"schema_version": 3, "solution": false, "grade": true, "locked": true, "task": false, "grade_id": "test-gradient-ratio-double", "points": 6}
check.gradient_ratio_double(gradient_norms)

# %% id="gradient-picture" tags=["experiment"]
rng = np.random.default_rng(0)
z, t = rng.standard_normal((64, 10)), rng.integers(10, size=64)
scales = np.logspace(-1, 2, 25)
norms = np.array([gradient_norms(scale * z, t) for scale in scales])
plots.lines(
    {"correct": np.log10(norms[:, 0]), "faulty": np.log10(norms[:, 1])},
    "logarithm of the logits' size (base 10)",
    "logarithm of the gradient's norm",
    x=np.log10(scales),
)

# %% [markdown] id="fix-text"
# **Mend it.** Write a cross-entropy that takes logits, and takes the softmax and the
# logarithm in one step, so that neither overflows at logits of 10,000:
#
# $$L = \frac{1}{N} \sum_i \Bigl( \log \sum_k e^{z_{ik}} - z_{i t_i} \Bigr)$$
#
# The result is a tensor of shape () through which autograd can go back.


# %% id="fix" nbgrader={"schema_version": 3, "solution": true, "grade": false, "locked": false, "task": false, "grade_id": "fix"}
def cross_entropy(logits, targets):
    """Mean cross-entropy of logits, equal to `F.cross_entropy`.

    Parameters
    ----------
    logits : Tensor, shape (N, C)
    targets : Tensor, shape (N,), int64
        Class indices.

    Returns
    -------
    Tensor, shape ()
    """
    ### BEGIN SOLUTION
    picked = logits.gather(1, targets[:, None]).squeeze(1)
    return (torch.logsumexp(logits, dim=1) - picked).mean()
    ### END SOLUTION


# %% id="test-fix-value" nbgrader={"schema_version": 3, "solution": false, "grade": true, "locked": true, "task": false, "grade_id": "test-fix-value", "points": 4}
check.fix_value(cross_entropy)

# %% id="test-fix-stable" nbgrader={"schema_version": 3, "solution": false, "grade": true, "locked": true, "task": false, "grade_id": "test-fix-stable", "points": 3}
check.fix_stable(cross_entropy)

# %% id="test-fix-gradient" nbgrader={"schema_version": 3, "solution": false, "grade": true, "locked": true, "task": false, "grade_id": "test-fix-gradient", "points": 3}
check.fix_gradient(cross_entropy)

# %% [markdown] id="report-diagnosis" nbgrader={"schema_version": 3, "solution": true, "grade": true, "locked": false, "task": false, "grade_id": "report-diagnosis", "points": 4}
# **Your report (4 points).** Write the diagnosis as you would for your colleague: what
# you saw, what you suspected and in which order, how you showed that it is the cause,
# and why nobody had noticed. What would the accuracy alone have told you?
#
# *Replace this text by your answer.*

# %% [markdown] id="part-2-text"
# ## Part 2. Which network for images?
#
# Three networks get the same images: one hidden layer, a deeper network with shortcuts,
# and a convolutional one. The first two flatten the image at once: they could not tell
# if its pixels had been shuffled. The question is what that costs.

# %% id="images" tags=["experiment"]
images = data.load(COLOR, "train")
if DEVICE == "cpu":  # a part of them, so that the comparison takes a minute
    images = data.ImageDataset(
        images.name, images.images[:5000], images.targets[:5000], images.classes
    )
IMAGE_SIZE = images.images.shape[1]
fig, axes = plt.subplots(2, 10, figsize=(9, 2.2), layout="constrained")
for kind, name in enumerate(images.classes):
    for ax, image in zip(axes[:, kind], images.images[images.targets == kind]):
        ax.imshow(image)
        ax.axis("off")
    axes[0, kind].set_title(name, fontsize=8)
plt.show()

# %% [markdown] id="stratified-split-text"
# **A fair split.** Train on three fifths of the images, choose by one fifth, report on
# one fifth. If chance decides alone, a class of 600 may get 100 images in the test set or
# 140, and accuracies per class are not comparable. So split each class on its own:
# in each part, each class has its share, rounded up or down.
#
# The split is random, and `generator` is the only source of chance where it is given:
# with a generator in the same state, the same split comes out again. Which images of a
# class go where must not depend on their order in the file.


# %% id="stratified-split" nbgrader={"schema_version": 3, "solution": true, "grade": false, "locked": false, "task": false, "grade_id": "stratified-split"}
def split_indices(targets, ratios=(3, 1, 1), generator=None):
    """Split samples at random into train, valid and test, class by class.

    Parameters
    ----------
    targets : ndarray, shape (n,), int
        Class index of each sample.
    ratios : tuple of three numbers
        Shares of train, valid and test, in proportion.
    generator : numpy.random.Generator, optional
        The only source of randomness; NumPy's own without it.

    Returns
    -------
    train, valid, test : ndarray of int
        Indices of samples. Every index is in exactly one of them, and each class has
        in each part its share of its samples, give or take one.
    """
    ### BEGIN SOLUTION
    generator = np.random.default_rng() if generator is None else generator
    bounds = np.cumsum(ratios)[:-1] / np.sum(ratios)
    parts = ([], [], [])
    for kind in np.unique(targets):
        members = generator.permutation(np.flatnonzero(targets == kind))
        cuts = np.round(bounds * len(members)).astype(int)
        for part, chosen in zip(parts, np.split(members, cuts)):
            part.append(chosen)
    return tuple(generator.permutation(np.concatenate(part)) for part in parts)
    ### END SOLUTION


# %% id="test-stratified-split-shares" nbgrader={"schema_version": 3, "solution": false, "grade": true, "locked": true, "task": false, "grade_id": "test-stratified-split-shares", "points": 3}
check.stratified_split_shares(split_indices)

# %% id="test-stratified-split-partition" nbgrader={"schema_version": 3, "solution": false, "grade": true, "locked": true, "task": false, "grade_id": "test-stratified-split-partition", "points": 3}
check.stratified_split_partition(split_indices)

# %% id="test-stratified-split-shuffled" nbgrader={"schema_version": 3, "solution": false, "grade": true, "locked": true, "task": false, "grade_id": "test-stratified-split-shuffled", "points": 2}
check.stratified_split_shuffled(split_indices)

# %% [markdown] id="two-layer-net-text"
# **The three networks.** Each takes normalized images (N, 3, `image_size`,
# `image_size`) and returns logits (N, `num_classes`): no softmax at the end, you know
# now why. Build them from PyTorch's layers (`nn.Linear`, `nn.Conv2d`, `nn.BatchNorm1d`,
# `nn.Dropout` ...), under any names. The cell below draws the first one.

# %% id="two-layer-net-picture" tags=["experiment"]
plots.network(
    "TwoLayerNet()",
    [
        ("image", "3 x 84 x 84"),
        ("flatten", "21168"),
        ("linear, batch norm, ReLU, dropout 0.5", "1024"),
        ("linear", "10"),
    ],
)


# %% id="two-layer-net" nbgrader={"schema_version": 3, "solution": true, "grade": false, "locked": false, "task": false, "grade_id": "two-layer-net"}
class TwoLayerNet(nn.Module):
    """A network with one hidden layer.

    Parameters
    ----------
    image_size : int
        Height and width of the images, which have three channels.
    num_classes : int
    hidden : int
        Width of the hidden layer.
    """

    def __init__(self, image_size=84, num_classes=10, hidden=1024):
        super().__init__()
        ### BEGIN SOLUTION
        self.layers = nn.Sequential(
            nn.Flatten(),
            nn.Linear(3 * image_size**2, hidden),
            nn.BatchNorm1d(hidden),
            nn.ReLU(),
            nn.Dropout(0.5),
            nn.Linear(hidden, num_classes),
        )
        ### END SOLUTION

    def forward(self, x):
        """Map images (N, 3, image_size, image_size) to logits (N, num_classes)."""
        ### BEGIN SOLUTION
        return self.layers(x)
        ### END SOLUTION


# %% id="test-two-layer-net-function" nbgrader={"schema_version": 3, "solution": false, "grade": true, "locked": true, "task": false, "grade_id": "test-two-layer-net-function", "points": 4}
check.two_layer_net_function(TwoLayerNet)

# %% id="test-two-layer-net-dropout" nbgrader={"schema_version": 3, "solution": false, "grade": true, "locked": true, "task": false, "grade_id": "test-two-layer-net-dropout", "points": 2}
check.two_layer_net_dropout(TwoLayerNet)

# %% [markdown] id="residual-mlp-text"
# The second network is deeper: four hidden layers, and two shortcuts. A shortcut is a
# linear layer of its own, without batch norm and without activation. The first goes
# from the flattened image, before its dropout, to the second layer; the second from
# the second layer's output to the fourth. What comes through a shortcut is added after
# the layer's batch norm and before its ReLU.

# %% id="residual-mlp-picture" tags=["experiment"]
plots.network(
    "ResidualMLP()",
    [
        ("image", "3 x 84 x 84"),
        ("flatten", "21168"),
        ("dropout 0.2", "21168"),
        ("linear, batch norm, ReLU, dropout 0.5", "2048"),
        ("linear, batch norm", "1024"),
        ("+", "1024"),
        ("ReLU, dropout 0.5", "1024"),
        ("linear, batch norm, ReLU, dropout 0.5", "512"),
        ("linear, batch norm", "256"),
        ("+", "256"),
        ("ReLU, dropout 0.5", "256"),
        ("linear", "10"),
    ],
    shortcuts=[(1, 5, "linear"), (6, 9, "linear")],
)


# %% id="residual-mlp" nbgrader={"schema_version": 3, "solution": true, "grade": false, "locked": false, "task": false, "grade_id": "residual-mlp"}
class ResidualMLP(nn.Module):
    """A multilayer perceptron with two linear shortcuts.

    Parameters
    ----------
    image_size : int
    num_classes : int
    widths : tuple of four int
        Widths of the hidden layers.
    """

    def __init__(self, image_size=84, num_classes=10, widths=(2048, 1024, 512, 256)):
        super().__init__()
        ### BEGIN SOLUTION
        pixels = 3 * image_size**2
        sizes = [pixels, *widths]
        self.linears = nn.ModuleList(
            nn.Linear(sizes[i], sizes[i + 1]) for i in range(4)
        )
        self.norms = nn.ModuleList(nn.BatchNorm1d(width) for width in widths)
        self.input_dropout = nn.Dropout(0.2)
        self.dropout = nn.Dropout(0.5)
        self.shortcut1 = nn.Linear(pixels, widths[1])
        self.shortcut2 = nn.Linear(widths[1], widths[3])
        self.out = nn.Linear(widths[3], num_classes)
        ### END SOLUTION

    def forward(self, x):
        """Map images (N, 3, image_size, image_size) to logits (N, num_classes)."""

        ### BEGIN SOLUTION
        def layer(number, x, shortcut=0.0):
            x = self.norms[number](self.linears[number](x)) + shortcut
            return self.dropout(F.relu(x))

        x = x.flatten(1)
        first = layer(0, self.input_dropout(x))
        second = layer(1, first, self.shortcut1(x))
        third = layer(2, second)
        return self.out(layer(3, third, self.shortcut2(second)))
        ### END SOLUTION


# %% id="test-residual-mlp-function" nbgrader={"schema_version": 3, "solution": false, "grade": true, "locked": true, "task": false, "grade_id": "test-residual-mlp-function", "points": 8}
check.residual_mlp_function(ResidualMLP)

# %% id="test-residual-mlp-dropout" nbgrader={"schema_version": 3, "solution": false, "grade": true, "locked": true, "task": false, "grade_id": "test-residual-mlp-dropout", "points": 4}
check.residual_mlp_dropout(ResidualMLP)

# %% [markdown] id="cnn-text"
# The third network sees neighborhoods. Each of its three blocks has two convolutions
# of 3 x 3 (padding 1, so that the image keeps its size), with batch norm and ReLU after
# each, then a max pool that halves the image (rounded down), then dropout. What is left
# is flattened and goes through a hidden layer of 512 to the classes. The dropout rates
# are your choice.

# %% id="cnn-picture" tags=["experiment"]
plots.network(
    "ConvNet()",
    [
        ("image", "3 x 84 x 84"),
        ("conv 3 x 3, batch norm, ReLU", "64 x 84 x 84"),
        ("conv 3 x 3, batch norm, ReLU", "64 x 84 x 84"),
        ("max pool 2 x 2, dropout", "64 x 42 x 42"),
        ("conv 3 x 3, batch norm, ReLU", "128 x 42 x 42"),
        ("conv 3 x 3, batch norm, ReLU", "128 x 42 x 42"),
        ("max pool 2 x 2, dropout", "128 x 21 x 21"),
        ("conv 3 x 3, batch norm, ReLU", "256 x 21 x 21"),
        ("conv 3 x 3, batch norm, ReLU", "256 x 21 x 21"),
        ("max pool 2 x 2, dropout", "256 x 10 x 10"),
        ("flatten", "25600"),
        ("linear, batch norm, ReLU, dropout", "512"),
        ("linear", "10"),
    ],
)


# %% id="cnn" nbgrader={"schema_version": 3, "solution": true, "grade": false, "locked": false, "task": false, "grade_id": "cnn"}
class ConvNet(nn.Module):
    """A convolutional network of three blocks.

    Parameters
    ----------
    image_size : int
    num_classes : int
    widths : tuple of three int
        Channels of the blocks.
    """

    def __init__(self, image_size=84, num_classes=10, widths=(64, 128, 256)):
        super().__init__()
        ### BEGIN SOLUTION
        layers, channels = [], 3
        for width in widths:
            for fan_in in (channels, width):
                conv = nn.Conv2d(fan_in, width, kernel_size=3, padding=1)
                layers += [conv, nn.BatchNorm2d(width), nn.ReLU()]
            layers += [nn.MaxPool2d(2), nn.Dropout(0.25)]
            channels = width
        side = image_size // 8
        self.features = nn.Sequential(*layers, nn.Flatten())
        self.classifier = nn.Sequential(
            nn.Linear(channels * side**2, 512),
            nn.BatchNorm1d(512),
            nn.ReLU(),
            nn.Dropout(0.5),
            nn.Linear(512, num_classes),
        )
        ### END SOLUTION

    def forward(self, x):
        """Map images (N, 3, image_size, image_size) to logits (N, num_classes)."""
        ### BEGIN SOLUTION
        return self.classifier(self.features(x))
        ### END SOLUTION


# %% id="test-cnn-function" nbgrader={"schema_version": 3, "solution": false, "grade": true, "locked": true, "task": false, "grade_id": "test-cnn-function", "points": 8}
check.cnn_function(ConvNet)

# %% id="test-cnn-sizes" nbgrader={"schema_version": 3, "solution": false, "grade": true, "locked": true, "task": false, "grade_id": "test-cnn-sizes", "points": 4}
check.cnn_sizes(ConvNet)

# %% id="count" tags=["experiment"]
with torch.device("meta"):  # shapes only: no memory is used
    networks = [TwoLayerNet(), ResidualMLP(), ConvNet()]
plots.Table(
    [
        {
            "network": type(network).__name__,
            "numbers to learn": f"{sum(p.numel() for p in network.parameters()):,}",
        }
        for network in networks
    ]
)

# %% [markdown] id="per-class-accuracy-text"
# **Per class.** One accuracy hides which classes a network cannot tell. The confusion
# matrix counts, for each true class (row), how often each class was predicted (column).
# The accuracy of a class is the share of *its* samples that were predicted right. A
# class without samples has none: `nan`.


# %% id="per-class-accuracy" nbgrader={"schema_version": 3, "solution": true, "grade": false, "locked": false, "task": false, "grade_id": "per-class-accuracy"}
def confusion_matrix(targets, predictions, num_classes):
    """Count how often each class was taken for each.

    Parameters
    ----------
    targets, predictions : ndarray, shape (n,), int
        True and predicted class indices.
    num_classes : int
        C; some classes may occur in neither.

    Returns
    -------
    ndarray, shape (C, C), int
        Entry [i, j]: samples of class i that were predicted as j.
    """
    ### BEGIN SOLUTION
    matrix = np.zeros((num_classes, num_classes), dtype=int)
    np.add.at(matrix, (targets, predictions), 1)
    return matrix
    ### END SOLUTION


def per_class_accuracy(matrix):
    """Share of each class's samples that were predicted right.

    Parameters
    ----------
    matrix : ndarray, shape (C, C), int
        A confusion matrix: rows are true classes.

    Returns
    -------
    ndarray, shape (C,)
        Between 0 and 1; nan for a class without samples.
    """
    ### BEGIN SOLUTION
    totals = matrix.sum(axis=1)
    return np.where(totals > 0, np.diag(matrix) / np.maximum(totals, 1), np.nan)
    ### END SOLUTION


# %% id="test-per-class-accuracy-matrix" nbgrader={"schema_version": 3, "solution": false, "grade": true, "locked": true, "task": false, "grade_id": "test-per-class-accuracy-matrix", "points": 4}
check.per_class_accuracy_matrix(confusion_matrix)

# %% id="test-per-class-accuracy-shares" nbgrader={"schema_version": 3, "solution": false, "grade": true, "locked": true, "task": false, "grade_id": "test-per-class-accuracy-shares", "points": 4}
check.per_class_accuracy_shares(per_class_accuracy)

# %% [markdown] id="compare-text"
# **The comparison.** All networks get the same budget: the same training images, the
# same number of epochs. After each epoch, measure the validation accuracy, in eval mode.
# The epoch with the best one counts (the earliest, where two are equal): its weights are
# kept, as a *copy*, since training goes on. Measure on the test images once, at the very
# end, with the weights that were kept. Whatever is chosen by looking at the test set
# is not measured by it any more.
#
# Optimizer and learning rate are your choice, the same for all, or one for each network.
# `torch.optim.Adam` with its usual rate is a good start.
#
# `loaders` holds three: `train, valid, test = loaders`. Each yields images (N, 3, H, W)
# and class indices (N,).


# %% id="compare" nbgrader={"schema_version": 3, "solution": true, "grade": false, "locked": false, "task": false, "grade_id": "compare"}
def compare(models, loaders, epochs, device):
    """Train each network with the same budget; report its best epoch.

    Parameters
    ----------
    models : dict of str to nn.Module
        Networks by name, in train or eval mode.
    loaders : tuple of train, valid, test
    epochs : int
        How often each network sees the training images.
    device : str
        Where to train: networks and batches are moved there.

    Returns
    -------
    list of dict
        A row for each network, in the order of `models`: ``model`` (its name),
        ``valid_accuracy`` (of its best epoch), and with the weights of that epoch
        ``test_accuracy`` and ``test_loss`` (mean over the samples). Accuracies are
        between 0 and 1.

    Notes
    -----
    At the end each network has the weights of its best epoch.
    """

    ### BEGIN SOLUTION
    def measure(model, loader):
        model.eval()
        loss, right, count = 0.0, 0, 0
        with torch.no_grad():
            for x, targets in loader:
                x, targets = x.to(device), targets.to(device)
                logits = model(x)
                loss += F.cross_entropy(logits, targets, reduction="sum").item()
                right += int((logits.argmax(dim=1) == targets).sum())
                count += len(targets)
        return loss / count, right / count

    train, valid, test = loaders
    rows = []
    for name, model in models.items():
        model.to(device)
        optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
        best, kept = -1.0, None
        for _ in tqdm(range(epochs), name, leave=False):
            model.train()
            for x, targets in train:
                loss = F.cross_entropy(model(x.to(device)), targets.to(device))
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
            _, accuracy = measure(model, valid)
            if accuracy > best:
                best, kept = accuracy, copy.deepcopy(model.state_dict())
        model.load_state_dict(kept)
        loss, accuracy = measure(model, test)
        rows.append(
            {
                "model": name,
                "valid_accuracy": best,
                "test_accuracy": accuracy,
                "test_loss": loss,
            }
        )
    return rows
    ### END SOLUTION


# %% id="test-compare-budget" nbgrader={"schema_version": 3, "solution": false, "grade": true, "locked": true, "task": false, "grade_id": "test-compare-budget", "points": 2}
check.compare_budget(compare)

# %% id="test-compare-selection" nbgrader={"schema_version": 3, "solution": false, "grade": true, "locked": true, "task": false, "grade_id": "test-compare-selection", "points": 3}
check.compare_selection(compare)

# %% id="test-compare-test-set" nbgrader={"schema_version": 3, "solution": false, "grade": true, "locked": true, "task": false, "grade_id": "test-compare-test-set", "points": 2}
check.compare_test_set(compare)

# %% [markdown] id="compare-train-text"
# The next cell trains your three networks with your `compare` and scores them on images
# that it kept back. The points are for the convolutional network's accuracy, on the
# condition that it beats the other two. On a CPU the networks are narrow, the images
# small, and there are about a thousand steps: choose an optimizer that needs no more.

# %% id="test-compare-winner" tags=["threshold"] nbgrader={"schema_version": 3, "solution": false, "grade": true, "locked": true, "task": false, "grade_id": "test-compare-winner", "points": 5}
check.compare_winner(compare, TwoLayerNet, ResidualMLP, ConvNet)

# %% [markdown] id="run-text"
# Now on your own images. The cells from here on are yours to play with: they are not run
# by the grader, but their pictures stay in your submission for whoever reads it.

# %% id="run" tags=["experiment"]
parts = split_indices(images.targets, generator=np.random.default_rng(0))
pixels = images.images[parts[0]].reshape(-1, 3) / 255
mean, std = pixels.mean(axis=0), pixels.std(axis=0)
train, valid, test = (
    data.ImageLoader(
        data.Subset(images, part),
        32,
        mean=mean,
        std=std,
        train=number == 0,
        device=DEVICE,
        channels_last=False,
    )
    for number, part in enumerate(parts)
)
torch.manual_seed(0)
if DEVICE == "cuda":
    models = {
        "two-layer": TwoLayerNet(IMAGE_SIZE),
        "residual MLP": ResidualMLP(IMAGE_SIZE),
        "CNN": ConvNet(IMAGE_SIZE),
    }
else:  # narrower, for a laptop
    models = {
        "two-layer": TwoLayerNet(IMAGE_SIZE, hidden=256),
        "residual MLP": ResidualMLP(IMAGE_SIZE, widths=(512, 256, 128, 64)),
        "CNN": ConvNet(IMAGE_SIZE, widths=(16, 32, 64)),
    }
rows = compare(models, (train, valid, test), 30 if DEVICE == "cuda" else 12, DEVICE)
plots.Table(rows)


# %% id="classes-picture" tags=["experiment"]
def predictions(model, loader):
    model.eval()
    with torch.no_grad():
        return np.concatenate([model(x).argmax(dim=1).cpu().numpy() for x, _ in loader])


matrices = {
    name: confusion_matrix(images.targets[parts[2]], predictions(model, test), 10)
    for name, model in models.items()
}
plots.class_bars(
    {name: per_class_accuracy(matrix) for name, matrix in matrices.items()},
    images.classes,
    "test accuracy",
)

# %% id="confusion-picture" tags=["experiment"]
plots.confusion(matrices["CNN"], images.classes)

# %% [markdown] id="report-comparison" nbgrader={"schema_version": 3, "solution": true, "grade": true, "locked": false, "task": false, "grade_id": "report-comparison", "points": 4}
# **Your report (4 points).** Which network is right for images, and why? Compare test
# accuracy, test loss, and the classes that each network finds hard, with the number of
# weights that each has. What did depth alone bring? Train all three once more on images
# whose pixels are shuffled, in one order for all images of all three parts: what does
# it change for each network?
#
# *Replace this text by your answer.*
