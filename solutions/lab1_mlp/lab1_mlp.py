# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown] id="intro"
# # Lab 1: A neural network by hand
#
# **What you will do.** Write every part of a neural network in NumPy: the layers,
# their gradients, the loss, the optimizer and the training loop. Then train it to read
# handwritten digits.
#
# **What you will learn.** How backpropagation moves a gradient through a network, why
# softmax and cross-entropy belong together, and how to find the mistake when a network
# does not learn.
#
# **What you need.** Matrix products, the chain rule, and NumPy arrays. No PyTorch: that
# is Lab 2.
#
# **How long it takes.** Four to six hours of thinking. The computer needs little: an
# epoch of MNIST takes a few seconds on a laptop, and a GPU is not used.
#
# Each cell that you fill in says `raise NotImplementedError`. The cell below it checks
# your work at once: it draws new random inputs every time, tells you what is wrong, and
# names the mistake if it is a well-known one. Run it as often as you like. The same
# checks grade your submission.

# %% id="setup" nbgrader={"schema_version": 3, "solution": false, "grade": false, "locked": true, "task": false, "grade_id": "setup"}
try:
    import labkit
except ModuleNotFoundError as error:
    raise ModuleNotFoundError(
        "This notebook needs the course package, labkit. In the course folder run:\n"
        "    pip install -e .\n"
        "On Colab, or anywhere without the folder, run this in a cell of its own:\n"
        "    %pip install git+ADDRESS\n"
        "with the address of the course's repository. Then restart the kernel "
        "(Kernel > Restart) and run this cell again."
    ) from error

import matplotlib.pyplot as plt
import numpy as np
from tqdm.auto import tqdm

from labkit import data, plots
from labkit.check import lab1 as check
from labkit.data import DataLoader, Subset
from labkit.history import History
from labkit.nn import Module, Parameter

DATASET = data.default_dataset()
train_data = data.load(DATASET, "train")
test_data = data.load(DATASET, "test")
print(f"labkit {labkit.__version__}, data set: {DATASET}")

# %% [markdown] id="notation"
# ## The words we use
#
# | name | meaning | shape |
# | --- | --- | --- |
# | `x` | input of a layer, one sample a row | (N, in_features) |
# | `dy` | gradient of the loss at the layer's output, handed back by the next layer | like the output |
# | `dx` | gradient of the loss at the layer's input, handed on | like the input |
# | `W`, `b` | weights and bias of a linear layer | (in, out), (1, out) |
# | `logits` | numbers before softmax | (N, C) |
# | `probs` | probabilities after softmax | (N, C) |
# | `one_hot` | targets: a 1 in the column of the class | (N, C) |
# | `N` | number of samples in the batch | |
#
# Two small classes are given. A `Parameter` holds an array, `.data`, and its gradient,
# `.grad`, which is `None` before the first backward pass. A `Module` is called like a
# function: `layer(x)` runs `layer.forward(x)`. `parameters()` finds every `Parameter`
# inside it.
#
# **The data.** Where MNIST is on this machine (`labkit data fetch mnist` downloads it;
# the variable `LABKIT_DATA` may name its folder), the lab uses it. Otherwise it uses
# `digits`, a small set of real digits that comes with scikit-learn. The first cell says
# which one you have: results on one say nothing about the other.
#
# One rule for everything below: **do not change your arguments.** An array that comes
# in belongs to somebody else.

# %% [markdown] id="linear-text"
# ## 1. The linear layer
#
# Forward, with the bias added to every row:
#
# $$y = x W + b$$
#
# Backward. Let $L$ be the loss and $dy = \partial L / \partial y$. Three gradients are
# wanted: at $W$ and $b$, so that the optimizer can move them, and at $x$, so that the
# layer before can go on. Write down one entry of $y$,
# $y_{ij} = \sum_k x_{ik} W_{kj} + b_j$, and ask which entries of $y$ change when you
# move $W_{kj}$, $b_j$, or $x_{ik}$. The shapes help: each gradient has the shape of the
# array that it belongs to.


# %% id="linear" nbgrader={"schema_version": 3, "solution": true, "grade": false, "locked": false, "task": false, "grade_id": "linear"}
class Linear(Module):
    """A linear layer, ``y = x W + b``.

    Parameters
    ----------
    in_features, out_features : int
    rng : numpy.random.Generator, optional
        Draws the first weights.

    Attributes
    ----------
    W : Parameter, shape (in_features, out_features)
    b : Parameter, shape (1, out_features)
    """

    def __init__(self, in_features, out_features, rng=None):
        rng = np.random.default_rng() if rng is None else rng
        W = 0.01 * rng.standard_normal((in_features, out_features))
        # float32 is accurate enough for training, and twice as fast.
        self.W = Parameter(W.astype(np.float32))
        self.b = Parameter(np.zeros((1, out_features), dtype=np.float32))

    def forward(self, x):
        """Map x (N, in_features) to y (N, out_features); keep what backward needs."""
        ### BEGIN SOLUTION
        self.x = x
        return x @ self.W.data + self.b.data
        ### END SOLUTION

    def backward(self, dy):
        """Set ``W.grad`` and ``b.grad``; return dx (N, in_features).

        dy has the shape (N, out_features). The gradients are sums over the batch:
        the loss already holds the 1 / N.
        """
        ### BEGIN SOLUTION
        self.W.grad = self.x.T @ dy
        self.b.grad = dy.sum(axis=0, keepdims=True)
        # dy @ W.T, transposed twice: NumPy is faster at it for small batches.
        return (self.W.data @ dy.T).T
        ### END SOLUTION


# %% id="test-linear-forward" nbgrader={"schema_version": 3, "solution": false, "grade": true, "locked": true, "task": false, "grade_id": "test-linear-forward", "points": 3}
check.linear_forward(Linear)

# %% id="test-linear-backward" nbgrader={"schema_version": 3, "solution": false, "grade": true, "locked": true, "task": false, "grade_id": "test-linear-backward", "points": 7}
check.linear_backward(Linear)

# %% [markdown] id="relu-text"
# ## 2. Activations
#
# Without something that bends between them, two linear layers are one linear layer.
# The rectifier keeps what is positive, $y = \max(0, x)$. Its slope is 1 where the
# *input* was positive and 0 where it was negative. (At exactly 0 there is no slope;
# any number from 0 to 1 is accepted.)


# %% id="relu" nbgrader={"schema_version": 3, "solution": true, "grade": false, "locked": false, "task": false, "grade_id": "relu"}
class ReLU(Module):
    """The rectifier, ``max(0, x)``, elementwise."""

    def forward(self, x):
        """Map x (N, D) to y (N, D)."""
        ### BEGIN SOLUTION
        self.positive = x > 0
        return x * self.positive
        ### END SOLUTION

    def backward(self, dy):
        """Map dy (N, D) to dx (N, D): it passes where the input was positive."""
        ### BEGIN SOLUTION
        return dy * self.positive
        ### END SOLUTION


# %% id="test-relu-forward" nbgrader={"schema_version": 3, "solution": false, "grade": true, "locked": true, "task": false, "grade_id": "test-relu-forward", "points": 2}
check.relu_forward(ReLU)

# %% id="test-relu-backward" nbgrader={"schema_version": 3, "solution": false, "grade": true, "locked": true, "task": false, "grade_id": "test-relu-backward", "points": 4}
check.relu_backward(ReLU)

# %% [markdown] id="sigmoid-text"
# The sigmoid squeezes any number into (0, 1):
#
# $$y = \frac{1}{1 + e^{-x}}, \qquad \frac{dy}{dx} = y \, (1 - y)$$
#
# Show the second formula from the first; it is worth the two lines. Then mind the
# computer: `np.exp(1000)` is larger than any float. Typed in as it stands, the formula
# warns of an overflow at $x = -1000$. Find a form that does not.


# %% id="sigmoid" nbgrader={"schema_version": 3, "solution": true, "grade": false, "locked": false, "task": false, "grade_id": "sigmoid"}
class Sigmoid(Module):
    """The logistic function, ``1 / (1 + exp(-x))``, elementwise."""

    def forward(self, x):
        """Map x (N, D) to y (N, D), between 0 and 1, without overflow."""
        ### BEGIN SOLUTION
        tail = np.exp(-np.abs(x))
        self.y = np.where(x >= 0, 1, tail) / (1 + tail)
        return self.y
        ### END SOLUTION

    def backward(self, dy):
        """Map dy (N, D) to dx (N, D)."""
        ### BEGIN SOLUTION
        return dy * self.y * (1 - self.y)
        ### END SOLUTION


# %% id="test-sigmoid-forward" nbgrader={"schema_version": 3, "solution": false, "grade": true, "locked": true, "task": false, "grade_id": "test-sigmoid-forward", "points": 2}
check.sigmoid_forward(Sigmoid)

# %% id="test-sigmoid-stable" nbgrader={"schema_version": 3, "solution": false, "grade": true, "locked": true, "task": false, "grade_id": "test-sigmoid-stable", "points": 1}
check.sigmoid_stable(Sigmoid)

# %% id="test-sigmoid-backward" nbgrader={"schema_version": 3, "solution": false, "grade": true, "locked": true, "task": false, "grade_id": "test-sigmoid-backward", "points": 3}
check.sigmoid_backward(Sigmoid)

# %% id="activations-picture" tags=["experiment"]
x = np.linspace(-6, 6, 241).reshape(-1, 1)
fig, axes = plt.subplots(1, 2, figsize=(9, 3), layout="constrained")
for ax, layer in zip(axes, (ReLU(), Sigmoid()), strict=True):
    ax.plot(x, layer(x), label="forward")
    ax.plot(x, layer.backward(np.ones_like(x)), "--", label="slope, from backward")
    ax.set(title=type(layer).__name__, xlabel="x")
    ax.legend()
plt.show()

# %% [markdown] id="softmax-text"
# ## 3. From scores to a loss
#
# The last linear layer gives a score for each class, the *logits* $z$. Softmax turns a
# row of them into probabilities:
#
# $$p_j = \frac{e^{z_j}}{\sum_k e^{z_k}}$$
#
# The probabilities do not change when the same number is added to all logits of a row.
# Use that: at logits of 10,000, $e^{z}$ overflows unless you shift each row first.
#
# Alone, softmax has a full matrix as its derivative. Together with cross-entropy nearly
# all of it cancels (next section). So the loss gives the gradient *at the logits*
# directly, and `Softmax.backward` hands on what it gets, unchanged.


# %% id="softmax" nbgrader={"schema_version": 3, "solution": true, "grade": false, "locked": false, "task": false, "grade_id": "softmax"}
class Softmax(Module):
    """Softmax along the last axis, fused with `CrossEntropyLoss`."""

    def forward(self, x):
        """Map logits (N, C) to probs (N, C); each row sums to 1."""
        ### BEGIN SOLUTION
        exp = np.exp(x - x.max(axis=-1, keepdims=True))
        return exp / exp.sum(axis=-1, keepdims=True)
        ### END SOLUTION

    def backward(self, dy):
        """Return dy: the loss has already taken the gradient to the logits."""
        ### BEGIN SOLUTION
        return dy
        ### END SOLUTION


# %% id="test-softmax-forward" nbgrader={"schema_version": 3, "solution": false, "grade": true, "locked": true, "task": false, "grade_id": "test-softmax-forward", "points": 2}
check.softmax_forward(Softmax)

# %% id="test-softmax-stable" nbgrader={"schema_version": 3, "solution": false, "grade": true, "locked": true, "task": false, "grade_id": "test-softmax-stable", "points": 2}
check.softmax_stable(Softmax)

# %% id="test-softmax-backward" nbgrader={"schema_version": 3, "solution": false, "grade": true, "locked": true, "task": false, "grade_id": "test-softmax-backward", "points": 2}
check.softmax_backward(Softmax)

# %% [markdown] id="cross-entropy-text"
# Cross-entropy is the surprise at the true class, averaged over the batch, with the
# natural logarithm:
#
# $$L = -\frac{1}{N} \sum_{i} \sum_{j} t_{ij} \log p_{ij}$$
#
# where $t$ is one-hot. A probability of exactly 0 must not give infinity: clip
# probabilities from below, at 1e-7 or less, before you take the logarithm.
#
# The gradient at the logits, through the loss *and* the softmax, is short:
#
# $$\frac{\partial L}{\partial z} = \frac{p - t}{N}$$
#
# Derive it: $\partial p_k / \partial z_j = p_k (\delta_{kj} - p_j)$, then insert.


# %% id="cross-entropy" nbgrader={"schema_version": 3, "solution": true, "grade": false, "locked": false, "task": false, "grade_id": "cross-entropy"}
class CrossEntropyLoss(Module):
    """Mean cross-entropy of probabilities, with the gradient at the logits."""

    def forward(self, probs, one_hot):
        """Return the mean loss (a number) of probs (N, C) and one_hot (N, C)."""
        ### BEGIN SOLUTION
        self.probs, self.one_hot = probs, one_hot
        picked = (probs * one_hot).sum(axis=1)
        return -np.log(np.maximum(picked, 1e-12)).mean()
        ### END SOLUTION

    def backward(self):
        """Return the gradient at the logits, (N, C)."""
        ### BEGIN SOLUTION
        return (self.probs - self.one_hot) / len(self.probs)
        ### END SOLUTION


# %% id="test-cross-entropy-forward" nbgrader={"schema_version": 3, "solution": false, "grade": true, "locked": true, "task": false, "grade_id": "test-cross-entropy-forward", "points": 3}
check.cross_entropy_forward(CrossEntropyLoss)

# %% id="test-cross-entropy-stable" nbgrader={"schema_version": 3, "solution": false, "grade": true, "locked": true, "task": false, "grade_id": "test-cross-entropy-stable", "points": 2}
check.cross_entropy_stable(CrossEntropyLoss)

# %% id="test-cross-entropy-backward" nbgrader={"schema_version": 3, "solution": false, "grade": true, "locked": true, "task": false, "grade_id": "test-cross-entropy-backward", "points": 3}
check.cross_entropy_backward(CrossEntropyLoss)

# %% id="loss-picture" tags=["experiment"]
p = np.linspace(0.001, 1, 400)
loss = [CrossEntropyLoss()(np.array([[q, 1 - q]]), np.array([[1.0, 0.0]])) for q in p]
fig, ax = plt.subplots(figsize=(5, 3), layout="constrained")
ax.plot(p, loss)
ax.axhline(np.log(10), linestyle=":", color="gray")
ax.text(0.25, np.log(10) + 0.1, "guessing one of ten: log 10 = 2.303")
ax.set(xlabel="probability of the true class", ylabel="loss")
plt.show()

# %% [markdown] id="sgd-text"
# ## 4. The optimizer
#
# Plain gradient descent moves each parameter a small step against its gradient:
#
# $$\theta \leftarrow \theta - \text{lr} \cdot \frac{\partial L}{\partial \theta}$$
#
# `params` may be anything that can be iterated, a generator such as
# `model.parameters()` among them. A generator can be walked through only once: what
# follows from that for `step` and `zero_grad`?


# %% id="sgd" nbgrader={"schema_version": 3, "solution": true, "grade": false, "locked": false, "task": false, "grade_id": "sgd"}
class SGD:
    """Stochastic gradient descent without momentum.

    Parameters
    ----------
    params : iterable of Parameter
        A list, a tuple, a generator.
    lr : float
        The learning rate.
    """

    def __init__(self, params, lr):
        ### BEGIN SOLUTION
        self.params = list(params)
        self.lr = lr
        ### END SOLUTION

    def step(self):
        """Move each parameter that has a gradient; skip those whose grad is None."""
        ### BEGIN SOLUTION
        for param in self.params:
            if param.grad is not None:
                param.data -= self.lr * param.grad
        ### END SOLUTION

    def zero_grad(self):
        """Forget the gradients: afterwards each grad is None or all zeros."""
        ### BEGIN SOLUTION
        for param in self.params:
            param.grad = None
        ### END SOLUTION


# %% id="test-sgd-step" nbgrader={"schema_version": 3, "solution": false, "grade": true, "locked": true, "task": false, "grade_id": "test-sgd-step", "points": 3}
check.sgd_step(SGD)

# %% id="test-sgd-zero-grad" nbgrader={"schema_version": 3, "solution": false, "grade": true, "locked": true, "task": false, "grade_id": "test-sgd-zero-grad", "points": 2}
check.sgd_zero_grad(SGD)

# %% id="test-sgd-generator" nbgrader={"schema_version": 3, "solution": false, "grade": true, "locked": true, "task": false, "grade_id": "test-sgd-generator", "points": 1}
check.sgd_generator(SGD)

# %% [markdown] id="mlp-text"
# ## 5. The network
#
# Put the parts together: 784 inputs (the pixels), one to three hidden layers, each a
# `Linear` followed by a `ReLU` (or one hidden layer with a `Sigmoid`), a `Linear` to 10
# classes, and a `Softmax`. A good size is 784-512-64-10.
#
# `forward` runs the layers in order. `backward` runs them in reverse: what one layer's
# `backward` returns is the `dy` of the layer before it.


# %% id="mlp" nbgrader={"schema_version": 3, "solution": true, "grade": false, "locked": false, "task": false, "grade_id": "mlp"}
class MLP(Module):
    """A multilayer perceptron: 784 pixels to the probabilities of 10 classes.

    Parameters
    ----------
    rng : numpy.random.Generator, optional
        Passed on to each `Linear`.
    """

    def __init__(self, rng=None):
        ### BEGIN SOLUTION
        self.layers = [
            Linear(784, 512, rng),
            ReLU(),
            Linear(512, 64, rng),
            ReLU(),
            Linear(64, 10, rng),
            Softmax(),
        ]
        ### END SOLUTION

    def forward(self, x):
        """Map pixels (N, 784) to probs (N, 10)."""
        ### BEGIN SOLUTION
        for layer in self.layers:
            x = layer(x)
        return x
        ### END SOLUTION

    def backward(self, dlogits):
        """Fill every parameter's gradient; return the gradient at x, (N, 784).

        dlogits (N, 10) is the gradient at the logits, from `CrossEntropyLoss`.
        """
        ### BEGIN SOLUTION
        dy = dlogits
        for layer in reversed(self.layers):
            dy = layer.backward(dy)
        return dy
        ### END SOLUTION


# %% id="test-mlp-forward" nbgrader={"schema_version": 3, "solution": false, "grade": true, "locked": true, "task": false, "grade_id": "test-mlp-forward", "points": 3}
check.mlp_forward(MLP)

# %% id="test-mlp-backward" nbgrader={"schema_version": 3, "solution": false, "grade": true, "locked": true, "task": false, "grade_id": "test-mlp-backward", "points": 5}
check.mlp_backward(MLP)

# %% id="mlp-print"
model = MLP(np.random.default_rng(0))
print(model)
count = sum(p.data.size for p in model.parameters())
print(f"{count:,} numbers to learn")

# %% [markdown] id="transform-text"
# ## 6. The data
#
# Pixels are integers from 0 to 255. The network wants small numbers: map 0 to 0.01 and
# 255 to 1, by dividing by 255, then times 0.99, then plus 0.01. (A student who forgot
# to divide saw the accuracy stay at 10%, the same in every epoch: the inputs reached
# 252.)


# %% id="transform" nbgrader={"schema_version": 3, "solution": true, "grade": false, "locked": false, "task": false, "grade_id": "transform"}
def transform(x):
    """Map pixels 0..255, integer or float, any shape, to floats from 0.01 to 1."""
    ### BEGIN SOLUTION
    return x / 255 * 0.99 + 0.01
    ### END SOLUTION


# %% id="test-transform" nbgrader={"schema_version": 3, "solution": false, "grade": true, "locked": true, "task": false, "grade_id": "test-transform", "points": 4}
check.transform(transform)

# %% id="data-picture" tags=["experiment"]
fig, axes = plt.subplots(2, 1, figsize=(9, 2.6))
for ax, row in zip(axes, (slice(0, 8), slice(8, 16)), strict=True):
    ax.imshow(np.hstack(255 - train_data.images[row]), cmap="gray", vmin=0, vmax=255)
    ax.set_xticks(28 * np.arange(8) + 14, train_data.targets[row])
    ax.set_yticks([])
plt.show()

# %% [markdown] id="dataset-split-text"
# To choose settings honestly you need samples that the network does not train on: the
# validation set. Split the training data at random. With `split_ratio` 0.1 a tenth of
# the samples, rounded down, is for validation; all others are for training. Every
# sample is in one of the two, none in both. Use the generator `rng` that comes in, and
# no other source of chance, so that a split can be repeated. `Subset(dataset, indices)`
# holds the samples at these indices: its item `i` is `dataset[indices[i]]`.
#
# Why at random? If a file is sorted by class, the last tenth holds one class only.


# %% id="dataset-split" nbgrader={"schema_version": 3, "solution": true, "grade": false, "locked": false, "task": false, "grade_id": "dataset-split"}
def split_dataset(dataset, split_ratio, rng):
    """Split a data set at random into training and validation samples.

    Parameters
    ----------
    dataset : anything with a length n and an index
    split_ratio : float
        Share of the validation samples; their number is ``floor(split_ratio * n)``.
    rng : numpy.random.Generator
        The only source of randomness.

    Returns
    -------
    train, valid : Subset
        Each one is ``Subset(dataset, indices)``.
    """
    ### BEGIN SOLUTION
    order = rng.permutation(len(dataset))
    num_valid = int(split_ratio * len(dataset))
    return Subset(dataset, order[num_valid:]), Subset(dataset, order[:num_valid])
    ### END SOLUTION


# %% id="test-dataset-split-partition" nbgrader={"schema_version": 3, "solution": false, "grade": true, "locked": true, "task": false, "grade_id": "test-dataset-split-partition", "points": 4}
check.dataset_split_partition(split_dataset)

# %% id="test-dataset-split-shuffle" nbgrader={"schema_version": 3, "solution": false, "grade": true, "locked": true, "task": false, "grade_id": "test-dataset-split-shuffle", "points": 4}
check.dataset_split_shuffle(split_dataset)

# %% id="split-sizes"
train_part, valid_part = split_dataset(train_data, 0.1, np.random.default_rng(0))
print(f"{len(train_part)} samples to train on, {len(valid_part)} to validate")

# %% id="split-picture" tags=["experiment"]
fig, ax = plt.subplots(figsize=(6, 2.6), layout="constrained")
for part, label, offset in ((train_part, "train", -0.2), (valid_part, "valid", 0.2)):
    counts = np.bincount(train_data.targets[part.indices], minlength=10)
    ax.bar(np.arange(10) + offset, counts / len(part), 0.4, label=label)
ax.set(xlabel="class", ylabel="share", xticks=range(10), ylim=(0, 0.15))
ax.legend(ncols=2)
plt.show()

# %% [markdown] id="train-one-epoch-text"
# ## 7. The training loop
#
# For each batch: forward, loss, backward, step. Three things go wrong easily:
#
# - Gradients may add up from one batch to the next. Clear them once for each batch,
#   at a moment when nobody needs them. (They are clear when the function is called.
#   Your `Linear` may overwrite them; other layers add.)
# - The last batch may be smaller. The mean over *samples* is not the mean over batches:
#   weight each batch's loss by its size.
# - The loss and the accuracy are those of the predictions that the batch was trained
#   on, from before the step.
#
# The criterion returns the mean over its batch. Count a sample as right where the
# largest probability is in the column of the 1.


# %% id="train-one-epoch" nbgrader={"schema_version": 3, "solution": true, "grade": false, "locked": false, "task": false, "grade_id": "train-one-epoch"}
def train_one_epoch(model, loader, criterion, optimizer):
    """Train on each batch once.

    Parameters
    ----------
    model : Module
        ``forward(x)`` gives probs (N, 10); ``backward(dlogits)`` fills the gradients.
    loader : iterable
        Yields x (N, 784) and one_hot (N, 10); N may differ from batch to batch.
    criterion : Module
        ``forward(probs, one_hot)`` gives the mean loss of the batch, ``backward()`` the
        gradient at the logits.
    optimizer : has `step()` and `zero_grad()`

    Returns
    -------
    mean_loss, accuracy : float
        Over all samples; accuracy is between 0 and 1.
    """
    ### BEGIN SOLUTION
    total_loss, num_correct, num_samples = 0.0, 0, 0
    for x, one_hot in loader:
        optimizer.zero_grad()
        probs = model(x)
        total_loss += float(criterion(probs, one_hot)) * len(x)
        num_correct += int((probs.argmax(axis=1) == one_hot.argmax(axis=1)).sum())
        num_samples += len(x)
        model.backward(criterion.backward())
        optimizer.step()
    return total_loss / num_samples, num_correct / num_samples
    ### END SOLUTION


# %% id="test-train-one-epoch-updates" nbgrader={"schema_version": 3, "solution": false, "grade": true, "locked": true, "task": false, "grade_id": "test-train-one-epoch-updates", "points": 6}
check.train_one_epoch_updates(train_one_epoch)

# %% id="test-train-one-epoch-metrics" nbgrader={"schema_version": 3, "solution": false, "grade": true, "locked": true, "task": false, "grade_id": "test-train-one-epoch-metrics", "points": 6}
check.train_one_epoch_metrics(train_one_epoch)

# %% [markdown] id="evaluate-text"
# Evaluation measures and changes nothing: no backward pass, no step.


# %% id="evaluate" nbgrader={"schema_version": 3, "solution": true, "grade": false, "locked": false, "task": false, "grade_id": "evaluate"}
def evaluate(model, loader, criterion):
    """Return mean loss and accuracy over all samples, changing nothing.

    The arguments are those of `train_one_epoch`, and so are the results.
    """
    ### BEGIN SOLUTION
    loss_sum, hits, seen = 0.0, 0, 0
    for x, one_hot in loader:
        probs = model(x)
        loss_sum += float(criterion(probs, one_hot)) * len(x)
        hits += int(np.sum(np.argmax(probs, 1) == np.argmax(one_hot, 1)))
        seen += len(x)
    return loss_sum / seen, hits / seen
    ### END SOLUTION


# %% id="test-evaluate" nbgrader={"schema_version": 3, "solution": false, "grade": true, "locked": true, "task": false, "grade_id": "test-evaluate", "points": 6}
check.evaluate(evaluate)

# %% [markdown] id="train-text"
# ## 8. Train it
#
# Choose the learning rate, the batch size and the number of epochs: at most 10 epochs
# on MNIST, at most 60 on the small `digits`. The values below work for a network with
# hidden layers of 512 and 64. Better ones exist. With three hidden layers, and weights
# drawn as `Linear` draws them, training may not move at all: the experiments below show
# why.
#
# The check after this cell is the one that grades it. It trains *your* network with
# *your* loop and *your* settings, and scores it on the test images, and on averages of
# two test images of a class, which nobody has seen: the lower accuracy counts, the
# second one with 10 percentage points added. So that nothing can be learned by heart,
# it shuffles the meaning of the pixels and of the labels first; to a fully connected
# network that makes no difference. It takes about as long as a training run, or two:
# where the first misses full marks, a second one counts if it is better. Choose your
# settings by the validation images, not by what this check says.

# %% id="train" tags=["given"] nbgrader={"schema_version": 3, "solution": true, "grade": false, "locked": false, "task": false, "grade_id": "train"}
LR = 0.3
BATCH_SIZE = 32
EPOCHS = 10 if DATASET == "mnist" else 60

# %% id="test-train" tags=["threshold"] nbgrader={"schema_version": 3, "solution": false, "grade": true, "locked": true, "task": false, "grade_id": "test-train", "points": 12}
check.train(
    MLP, CrossEntropyLoss, SGD, train_one_epoch, transform, LR, BATCH_SIZE, EPOCHS
)

# %% [markdown] id="run-text"
# Now watch it learn. The cells from here on are yours to play with: they are not
# run by the grader, but their pictures stay in your submission for whoever reads it.


# %% id="run" tags=["experiment"]
def run(lr=LR, batch_size=BATCH_SIZE, epochs=EPOCHS, split_ratio=0.1, seed=0):
    """Train an MLP and return it with its history."""
    rng = np.random.default_rng(seed)
    train_part, valid_part = split_dataset(train_data, split_ratio, rng)
    train_loader = DataLoader(train_part, batch_size, transform, rng)
    valid_loader = DataLoader(valid_part, 500, transform)
    model, criterion, history = MLP(rng), CrossEntropyLoss(), History()
    optimizer = SGD(model.parameters(), lr)
    for _ in tqdm(range(epochs), f"lr {lr}, batch size {batch_size}"):
        train = train_one_epoch(model, train_loader, criterion, optimizer)
        history.append(train, evaluate(model, valid_loader, criterion), lr)
    return model, history


model, history = run()
print(history)
plots.curves(history)

# %% id="test-set" tags=["experiment"]
# The test set is for the end: look at it once, when every choice is made.
test_loader = DataLoader(test_data, 500, transform)
loss, accuracy = evaluate(model, test_loader, CrossEntropyLoss())
print(f"{DATASET}: test loss {loss:.4f}, test accuracy {accuracy:.2%}")

# %% [markdown] id="sweep-text"
# ## 9. Experiments
#
# **The learning rate.** The rate and the batch size belong together. With a batch size
# of 1, a rate of 0.001 is a usable one: there are 54,000 steps an epoch on MNIST. With
# a batch of 64 there are 844 steps, each surer but no larger, and 0.0001 learns nothing
# in an epoch. The next cell trains six times, at your batch size (minutes on MNIST).
#
# Some curves stay flat for epochs before they move. The weights start around 0, with a
# standard deviation of only 0.01: what does that make of the first gradients in a
# network of three layers, and what does a small rate make of those?

# %% id="sweep" tags=["experiment"]
histories = {
    f"lr {lr}": run(lr=lr, epochs=min(EPOCHS, 10))[1]
    for lr in (0.0001, 0.001, 0.01, 0.1, 0.3, 1.0)
}
plots.curves(histories)

# %% [markdown] id="report-learning-rate" nbgrader={"schema_version": 3, "solution": true, "grade": true, "locked": false, "task": false, "grade_id": "report-learning-rate", "points": 3}
# **Your report (3 points).** What did learning rates of 0.001, 0.01 and 0.1 do, at
# which batch size? Say what you saw in the curves (speed, final accuracy, jumps) and
# why.
#
# *Replace this text by your answer.*

# %% id="split-experiment" tags=["experiment"]
histories = {
    f"{ratio:.0%} for validation": run(split_ratio=ratio, epochs=min(EPOCHS, 10))[1]
    for ratio in (0.1, 0.2)
}
plots.curves(histories)

# %% [markdown] id="report-split" nbgrader={"schema_version": 3, "solution": true, "grade": true, "locked": false, "task": false, "grade_id": "report-split", "points": 3}
# **Your report (3 points).** Compare 10% and 20% validation. Which training is better,
# and which validation accuracy can you trust more? Is the difference larger than what
# another seed changes (try `run(split_ratio=0.2, seed=1)`)?
#
# *Replace this text by your answer.*

# %% [markdown] id="report-problems" nbgrader={"schema_version": 3, "solution": true, "grade": true, "locked": false, "task": false, "grade_id": "report-problems", "points": 2}
# **Your report (2 points).** Which problems did you meet, and how did you find their
# cause?
#
# *Replace this text by your answer.*
