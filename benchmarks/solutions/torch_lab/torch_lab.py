# %% [markdown] id="intro"
# # A small lab with PyTorch
#
# What `benchmarks/grading.py` measures: a lab that imports what image labs import,
# whose cells are short, so that starting and grading dominate.

# %% id="setup" nbgrader={"schema_version": 3, "solution": false, "grade": false, "locked": true, "task": false, "grade_id": "setup"}
import matplotlib.pyplot as plt
import torch
import torchvision
from torch import nn


# %% id="normalize" nbgrader={"schema_version": 3, "solution": true, "grade": false, "locked": false, "task": false, "grade_id": "normalize"}
def normalize(images, mean, std):
    """Normalize images (N, C, H, W) by the mean and std of each channel (C,)."""
    ### BEGIN SOLUTION
    return (images - mean[:, None, None]) / std[:, None, None]
    ### END SOLUTION


# %% id="test-normalize" nbgrader={"schema_version": 3, "solution": false, "grade": true, "locked": true, "task": false, "grade_id": "test-normalize", "points": 2}
images = torch.rand(5, 3, 8, 6)
mean, std = torch.rand(3), torch.rand(3) + 0.5
expected = torchvision.transforms.functional.normalize(
    images, mean.tolist(), std.tolist()
)
assert torch.allclose(normalize(images, mean, std), expected, atol=1e-5)

# %% id="picture" nbgrader={"schema_version": 3, "solution": false, "grade": false, "locked": true, "task": false, "grade_id": "picture"}
grid = torchvision.utils.make_grid(torch.rand(8, 3, 12, 12), nrow=4)
fig, ax = plt.subplots(figsize=(4, 2))
ax.imshow(grid.permute(1, 2, 0))
ax.set_axis_off()
plt.show()


# %% id="accuracy" nbgrader={"schema_version": 3, "solution": true, "grade": false, "locked": false, "task": false, "grade_id": "accuracy"}
def accuracy(logits, targets):
    """Share of rows of logits (N, C) whose largest entry is at targets (N,)."""
    ### BEGIN SOLUTION
    return (logits.argmax(dim=1) == targets).float().mean().item()
    ### END SOLUTION


# %% id="test-accuracy" nbgrader={"schema_version": 3, "solution": false, "grade": true, "locked": true, "task": false, "grade_id": "test-accuracy", "points": 2}
for size in (1, 7, 64):
    logits, targets = torch.randn(size, 5), torch.randint(5, (size,))
    right = sum(int(row.argmax()) == int(t) for row, t in zip(logits, targets))
    assert abs(accuracy(logits, targets) - right / size) < 1e-6


# %% id="net" nbgrader={"schema_version": 3, "solution": true, "grade": false, "locked": false, "task": false, "grade_id": "net"}
class Net(nn.Module):
    """Two convolutions, global average pooling, a linear layer: (N, 3, H, W) -> (N, C)."""

    ### BEGIN SOLUTION
    def __init__(self, num_classes):
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(3, 8, 3, padding=1),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Conv2d(8, 16, 3, padding=1),
            nn.ReLU(),
            nn.AdaptiveAvgPool2d(1),
        )
        self.classifier = nn.Linear(16, num_classes)

    def forward(self, x):
        return self.classifier(self.features(x).flatten(1))

    ### END SOLUTION


# %% id="test-net" nbgrader={"schema_version": 3, "solution": false, "grade": true, "locked": true, "task": false, "grade_id": "test-net", "points": 3}
for classes, height in ((10, 16), (3, 20)):
    made = Net(classes)
    scored = made(torch.rand(4, 3, height, 16))
    assert tuple(scored.shape) == (4, classes)
    assert not torch.allclose(scored[0], scored[1], atol=1e-9)


# %% id="fit" nbgrader={"schema_version": 3, "solution": true, "grade": false, "locked": false, "task": false, "grade_id": "fit"}
def fit(x, targets, num_classes, steps, lr):
    """Train a new Net on one batch; return the loss before each step."""
    ### BEGIN SOLUTION
    model = Net(num_classes)
    optimizer = torch.optim.SGD(model.parameters(), lr, momentum=0.9)
    losses = []
    for _ in range(steps):
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(model(x), targets)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses
    ### END SOLUTION


# %% id="test-fit" nbgrader={"schema_version": 3, "solution": false, "grade": true, "locked": true, "task": false, "grade_id": "test-fit", "points": 3}
x = torch.zeros(16, 3, 8, 8)
targets = torch.arange(16) % 2
x[targets == 1, 0] = 1.0
losses = fit(x, targets, 2, 60, 0.1)
assert len(losses) == 60
assert losses[-1] < losses[0] / 2
