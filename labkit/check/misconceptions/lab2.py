"""Known wrong answers of Lab 2."""

from collections.abc import Callable
from typing import Any

import numpy as np

from labkit.check.misconceptions.rules import Rule, among, error_has, is_other, same

HINTS = {
    # Data
    "not-divided-by-255-stats": (
        "These are statistics of pixels from 0 to 255. Divide by 255: the transforms "
        "work on pixels from 0 to 1."
    ),
    "statistics-over-all-channels": (
        "One number for all channels. Each of the three channels has its own: keep "
        "the last axis."
    ),
    "statistics-wrong-axis": (
        "The channels are the last axis of images (N, H, W, 3). All other axes are "
        "averaged over: axis=(0, 1, 2)."
    ),
    "mean-of-standard-deviations": (
        "This is the mean of the images' own standard deviations. Pool the pixels of "
        "all images first, then take one standard deviation."
    ),
    "std-of-means": (
        "This is the standard deviation of the images' means. Pool the pixels of all "
        "images first."
    ),
    "sample-standard-deviation": (
        "This divides by n - 1. Divide by n: NumPy's std does (ddof=0); torch.std "
        "needs correction=0."
    ),
    "divided-by-largest": (
        "Divide by 255, the largest value that a pixel can have, not by the largest "
        "that there is."
    ),
    "channels-not-last": (
        "reshape(3, -1) cuts the images into three parts. The channels are the last "
        "axis: reshape(-1, 3), or the mean over axes 0, 1 and 2."
    ),
    "deviations-from-one-mean": (
        "The deviations are those from the mean of all channels. Take each channel's "
        "from its own mean."
    ),
    "squares-of-bytes": (
        "uint8 numbers wrap around at 256: convert to float before squaring."
    ),
    "variance-not-std": "This is the variance. Its square root is wanted.",
    "statistics-of-a-part": (
        "Only a part of the images counts here. All of them must: statistics of one "
        "batch differ from batch to batch."
    ),
    "statistics-not-of-argument": (
        "The result does not depend on the images that came in. Use the argument: "
        "the statistics of the test set, above all, are none of training's business."
    ),
    "results-in-wrong-order": "The order is (mean, std).",
    "fraction-dropped": (
        "All of it is 0. Is it // that divides? It drops the fraction: / keeps it."
    ),
    "not-normalized": (
        "The numbers are pixels from 0 to 1. Normalize(mean, std) is missing."
    ),
    "not-scaled-to-one": (
        "The pixels are not brought to the range from 0 to 1. ToTensor does it (in "
        "v2: ToImage, then ToDtype(torch.float32, scale=True))."
    ),
    "pixels-kept": (
        "The numbers are the pixels, 0 to 255. ToTensor scales them to 0 to 1, and "
        "Normalize comes after it."
    ),
    "std-forgotten": "The division by the standard deviation is missing.",
    "mean-forgotten": "The mean is not subtracted.",
    "mean-and-std-swapped": "Mean and standard deviation have changed places.",
    "constants-not-arguments": (
        "The pictures are normalized by constants. Use the mean and std that come in."
    ),
    "normalized-by-imagenet": (
        "These are ImageNet's mean and standard deviation. Use those that come in."
    ),
    "normalized-alike": (
        "All channels are normalized by one mean and one standard deviation. Each has "
        "its own: Normalize(mean, std) takes all three."
    ),
    "normalized-reversed": (
        "Each channel is normalized by another one's mean and standard deviation: mean "
        "and std come in the order of the channels."
    ),
    "normalized-twice": "The numbers are normalized twice.",
    "test-augmented": (
        "The test transform must only normalize: augmentation is for training."
    ),
    "crop-missing": "RandomCrop(32, padding=4) is missing from the training transform.",
    "shift-drawn-once": (
        "The shift was drawn when the transform was made. Draw it anew for every "
        "picture, as RandomCrop does."
    ),
    "shift-for-both": (
        "Rows and columns are moved by one number. Draw one for each, as RandomCrop "
        "does."
    ),
    "crop-padding": (
        "Pad by 4 on every side, then crop 32 x 32: RandomCrop(32, padding=4)."
    ),
    "picture-distorted": (
        "Something else than a shift and a mirror image happens to the picture: a "
        "rotation, another scale, other colors, or a picture turned upside down. Or "
        "it is erased although nobody asked."
    ),
    "flip-missing": "RandomHorizontalFlip() is missing from the training transform.",
    "flip-always": (
        "Every picture is mirrored. Mirror at random: RandomHorizontalFlip()."
    ),
    "flip-drawn-once": (
        "Whether to mirror was drawn when the transform was made. Draw it anew for "
        "every picture, as RandomHorizontalFlip does."
    ),
    "erasing-missing": (
        "RandomErasing is missing where erasing is True. It works on tensors, so it "
        "comes after ToTensor."
    ),
    "erasing-not-asked": "RandomErasing belongs there only where erasing is True.",
    "erasing-drawn-once": (
        "The rectangle is always the same one. Draw it anew for every picture, as "
        "RandomErasing does."
    ),
    "erasing-instead": (
        "Erasing comes on top: with erasing=True the training transform crops, mirrors "
        "and normalizes as it does without."
    ),
    "tensor-first": (
        "Normalize and RandomErasing work on tensors: ToTensor comes before them."
    ),
    # Block
    "layers-hidden": (
        "A layer runs that the model does not find. Keep layers as attributes of "
        "self, or in nn.Sequential or nn.ModuleList: a Python list hides them."
    ),
    "layers-unused": (
        "These layers were made and are never run: no gradient reaches them. Run them "
        "in forward, or remove them."
    ),
    "convolution-bias": (
        "bias=False: the batch norm after the convolution subtracts the mean, and a "
        "bias with it, and has a bias of its own."
    ),
    "batch-norm-shared": (
        "One layer object runs twice. Make one for each place: every batch norm "
        "keeps the statistics of its own place."
    ),
    "batch-norm-missing": "A batch norm is missing: each convolution has one after it.",
    "batch-norm-misplaced": (
        "Each batch norm comes directly after its convolution, before the ReLU and "
        "the sum."
    ),
    "shortcut-not-identity": (
        "Where the shape stays, the shortcut is x itself, without any layer."
    ),
    "shortcut-missing": (
        "The shortcut is missing: add x before the last ReLU, through a 1x1 "
        "convolution with batch norm where the shape changes."
    ),
    "shortcut-without-batch-norm": (
        "The shortcut's convolution has a batch norm too: the two paths must be of "
        "one scale where they meet."
    ),
    "relu-before-sum": (
        "The last ReLU comes before the sum. It comes after: otherwise a block can "
        "only add, never take away."
    ),
    "relu-missing-after-sum": "The ReLU after the sum is missing.",
    "relu-missing-inside": (
        "The ReLU between the two convolutions is missing. Without it they are one "
        "linear map."
    ),
    "relu-before-batch-norm": "First batch norm, then ReLU.",
    "batch-norm-after-sum": (
        "The second batch norm comes after the second convolution, before the sum."
    ),
    "shortcut-subtracted": "Add the shortcut: it is subtracted.",
    "shortcut-multiplied": "Add the shortcut: it is multiplied.",
    "stride-on-second-convolution": (
        "The stride belongs to the first 3x3 convolution; the second has stride 1."
    ),
    "stride-not-in-shortcut": (
        "The two paths have different sizes. The shortcut's convolution needs the "
        "stride too."
    ),
    "channels-do-not-fit": (
        "The channels of the two paths, or of two layers, do not fit. Where "
        "in_channels differs from out_channels, the shortcut needs its 1x1 "
        "convolution, whatever the stride."
    ),
    "statistics-not-of-the-batch": (
        "In train mode the running statistics are used. Leave the choice to "
        "nn.BatchNorm2d: it follows model.train() and model.eval()."
    ),
    "statistics-of-the-batch": (
        "In eval mode the batch's own statistics are used. nn.BatchNorm2d keeps "
        "running ones for this; leave them on."
    ),
    "graph-cut": (
        "The gradient is cut off: .detach(), .data, .item() or torch.no_grad() in "
        "forward ends the graph."
    ),
    "changed-in-place": (
        "An array that the backward pass needs was changed in place (by += or an "
        "in-place function). Write y = y + x instead."
    ),
    "super-missing": "Call super().__init__() first: nn.Module must be set up.",
    # Network
    "stem-too-coarse": (
        "That is the stem for images of 224 x 224. For 32 x 32 it is a 3x3 "
        "convolution with stride 1 and padding 1, and no pool."
    ),
    "stem-relu-missing": "The ReLU after the stem's batch norm is missing.",
    "strides-missing": (
        "All strides are 1. The first block of stages 2, 3 and 4 has stride 2."
    ),
    "stride-in-both-blocks": (
        "Only the first block of a stage has the stride; the second has stride 1."
    ),
    "strides-wrong": (
        "The strides of the stages are 1, 2, 2, 2, in the first block of each."
    ),
    "blocks-per-stage": "Each of the four stages has two blocks: eight in all.",
    "widths-wrong": "The widths of the stages are w, 2w, 4w and 8w.",
    "block-reused": "[block] * 2 holds one block twice. Make a new one for each place.",
    "max-pool-head": "Average over all positions; this is the largest value.",
    "sum-pool-head": "Average over all positions; this is the sum.",
    "first-position-only": "Average over all positions; this is the first one alone.",
    "pool-missing": (
        "The average over all positions comes before the linear layer, which then "
        "takes 8 w features."
    ),
    "softmax-in-network": (
        "The network returns logits. nn.CrossEntropyLoss has the softmax in it; "
        "twice, it flattens the probabilities, and training slows down."
    ),
    "relu-on-logits": "Logits may be negative: no ReLU after the last layer.",
    "width-ignored": "The width that comes in is not used: every size follows from it.",
    "defaults-wrong": "Without arguments there are 10 classes, and the width is 64.",
    "classes-ignored": "num_classes is the number of logits.",
    # Optimizer
    "optimizer-misses-parameters": (
        "Give the optimizer all of them: model.parameters()."
    ),
    "schedule-constant": (
        "The learning rate never changes. Make a scheduler for this very optimizer."
    ),
    "schedule-late": (
        "The rate falls for the first time after the last epoch. Let the schedule "
        "depend on the number of epochs."
    ),
    "schedule-too-slow": (
        "The rate falls too slowly. Let the schedule depend on the number of epochs."
    ),
    "schedule-rises": (
        "The rate only rises. Let it fall, to a tenth or less by the last epoch."
    ),
    "schedule-rises-again": (
        "The rate falls and rises again. Let the schedule end with the last epoch."
    ),
    "optimizer-pair-swapped": "Return the optimizer first, then the scheduler.",
    "schedule-by-step": (
        "The scheduler is stepped once an epoch, not once a batch, and without an "
        "argument: its length is counted in epochs."
    ),
    # Loops
    "device-forgotten": (
        "Move x and targets to the device that comes in, and to no other: "
        "x = x.to(device)."
    ),
    "criterion-arguments": (
        "The criterion takes the logits, then the targets, which are class indices: "
        "criterion(logits, targets)."
    ),
    "optimizer-not-used": (
        "Step the optimizer that comes in, optimizer.step(). One that is made here, or "
        "a step by hand, knows nothing of its momentum and its schedule."
    ),
    "loss-backward-missing": "loss.backward() is never called: nothing is learned.",
    "step-once-by-last-batch": "Step once for each batch, inside the loop.",
    "loss-times-n": (
        "The loss was multiplied by the batch size before backward. The criterion is "
        "a mean over the batch; multiply only the number that you add up."
    ),
    "loss-divided-again": (
        "The loss was divided by the batch size before backward. It is a mean already."
    ),
    "loss-divided-by-batches": (
        "The loss was scaled before backward, as if all batches made one step. Each "
        "step uses its own batch's mean loss, as it is."
    ),
    "softmax-before-loss": (
        "The criterion takes logits. A softmax before it is a softmax too many."
    ),
    "error-rate": "This is the share of wrong answers; accuracy is that of right ones.",
    "train-mode-missing": (
        "Call model.train() at the start: the model may come in eval mode."
    ),
    "train-mode-left": (
        "The model is in eval mode before the epoch ends. Run each batch once, in "
        "train mode, and take loss and accuracy from that very pass."
    ),
    "eval-mode-missing": (
        "Call model.eval() first: otherwise an image's answer depends on its batch, "
        "and batch norm's averages change."
    ),
    "mode-not-restored": (
        "Remember model.training before model.eval(), and set it again at the end "
        "with model.train(was_training)."
    ),
    "step-every-second-batch": (
        "Some batches end without a step: clear, backward and step belong into every "
        "batch."
    ),
    "left-frozen": (
        "The parameters do not train any more. Wrap the loop in torch.no_grad() and "
        "leave requires_grad as it is."
    ),
    "gradients-left-off": (
        "torch.set_grad_enabled(False) holds for the whole program. Use a with block: "
        "torch.no_grad() ends with it."
    ),
    "no-grad-missing": (
        "Wrap the loop in torch.no_grad(): a graph that nobody needs takes memory "
        "and time."
    ),
    # fit
    "history-missing": "Return the History, with an entry for every epoch.",
    "history-other-half": (
        "Training and validation have changed places: history.append(train, valid, lr)."
    ),
    "history-loss-accuracy": "Each pair is (loss, accuracy), in this order.",
    "history-after-epoch": (
        "These training numbers are from after the epoch. Keep what train_one_epoch "
        "returned."
    ),
    "validated-before-training": "First train, then validate.",
    "best-not-restored": (
        "The model has its last weights. Load the best ones at the end; and copy "
        "them when you keep them (copy.deepcopy): state_dict() holds the model's own "
        "tensors, which go on changing."
    ),
    "latest-best": (
        "Of several best epochs the earliest counts: compare with >, not >=."
    ),
    "best-by-training": "The best epoch is that of the *validation* accuracy.",
    "best-by-loss": "The best epoch is that of the highest accuracy, not of the loss.",
    "first-epoch-kept": (
        "The weights of the first epoch are kept. Whenever the accuracy is higher than "
        "the best so far, remember both, the accuracy and a copy of the weights."
    ),
    "kept-before-epoch": (
        "These are the weights from before the best epoch. Copy them after it, when "
        "its validation accuracy is known."
    ),
    "buffers-not-restored": (
        "Batch norm's running averages belong to the weights. model.state_dict() has "
        "them, model.parameters() has not."
    ),
    "scheduler-not-stepped": "Call scheduler.step() once after every epoch.",
    "scheduler-before-epoch": (
        "The scheduler is stepped before the epoch is trained. Step it after."
    ),
    "scheduler-only-when-better": (
        "Step the scheduler after every epoch, not only after those that are better."
    ),
    "early-stopping": (
        "Train for all the epochs: the best one is kept, so that none can do harm."
    ),
    "batch-axis-dropped": (
        "squeeze() drops every axis of length 1, that of a batch of one, too. "
        "flatten(1) keeps it."
    ),
    "history-kept": (
        "Make a new History in every call: a default argument is made once, with the "
        "function, and kept."
    ),
    "scheduler-twice": "Step the scheduler once an epoch, not more often.",
    "scheduler-given-number": (
        "Step the scheduler without an argument, scheduler.step(): a number that it is "
        "given is taken for the epoch."
    ),
    "scheduler-none": "The scheduler may be None: step it only where there is one.",
    "rate-of-next-epoch": (
        "Read the learning rate before scheduler.step(): afterwards it is that of "
        "the next epoch."
    ),
}


def _stats(c: Any) -> Any:
    """Pixels from 0 to 1 by image, (N, H * W, 3)."""
    return c.images.reshape(len(c.images), -1, 3)


def _of_mistake(name: str) -> Callable[[Any], bool]:
    return lambda c: among(name, c.actual, c.mistakes())


def _of_wrapped_squares(pixels: Any) -> Any:
    """The root of E[p^2] - E[p]^2, where p * p is computed modulo 256."""
    p = np.round(pixels * 255)
    found = np.sqrt(np.abs((p * p % 256).mean(axis=0) - p.mean(axis=0) ** 2)) / 255
    return found


def _softmax(logits: Any) -> Any:
    exp = np.exp(logits - logits.max(axis=1, keepdims=True))
    return exp / exp.sum(axis=1, keepdims=True)


_BLOCK_MISTAKES = (
    "relu-before-sum",
    "relu-missing-after-sum",
    "relu-missing-inside",
    "relu-before-batch-norm",
    "shortcut-missing",
    "batch-norm-after-sum",
    "batch-norm-missing",
    "shortcut-subtracted",
    "shortcut-multiplied",
    "stride-on-second-convolution",
)


def _rows_of_positions(c: Any) -> bool:
    """Whether each position of an image became a row of its own."""
    rows, *classes = c.actual.shape
    return bool(classes == list(c.shape[1:]) and rows > c.shape[0])


RULES = [
    # channel_stats
    Rule(
        "not-divided-by-255-stats",
        ("channel-stats",),
        lambda c: same(np.divide(c.actual, 255), c.expected, 1e-3),
    ),
    Rule(
        "results-in-wrong-order",
        ("channel-stats",),
        lambda c: same(c.other, c.expected, 1e-4),
    ),
    Rule(
        "divided-by-256",
        ("channel-stats",),
        lambda c: same(np.multiply(c.actual, 256 / 255), c.expected),
    ),
    Rule(
        "sample-standard-deviation",
        ("channel-stats.std",),
        lambda c: same(c.actual, c.pixels.std(axis=0, ddof=1), 1e-4),
    ),
    Rule(
        "mean-of-standard-deviations",
        ("channel-stats.std",),
        lambda c: same(c.actual, _stats(c).std(axis=1).mean(axis=0), 1e-4),
    ),
    Rule(
        "std-of-means",
        ("channel-stats.std",),
        lambda c: same(c.actual, _stats(c).mean(axis=1).std(axis=0), 1e-4),
    ),
    Rule(
        "variance-not-std",
        ("channel-stats.std",),
        lambda c: same(c.actual, c.expected**2, 1e-3),
    ),
    Rule("fraction-dropped", ("channel-stats",), lambda c: not np.any(c.actual)),
    Rule(
        "statistics-over-all-channels",
        ("channel-stats",),
        lambda c: (
            np.size(c.actual) == 1
            or (np.shape(c.actual) == (3,) and np.ptp(c.actual) < 1e-6)
        ),
    ),
    Rule(
        "statistics-of-a-part",
        ("channel-stats",),
        lambda c: any(
            same(c.actual, getattr(part, kind)(axis=(0, 1)), 1e-4)
            for part in (
                *(_stats(c)[:1], _stats(c)[-1:], _stats(c)[:-1]),
                *(_stats(c)[:n] for n in (32, 64, 100, 128, 1000, 5000, 10_000)),
            )
            for kind in ("mean", "std")
        ),
    ),
    Rule(
        "statistics-of-a-part",  # the expected ones were right wherever all was small
        ("channel-stats",),
        lambda c: len(c.images) > 10_000 and same(c.actual, c.expected, 0.1),
    ),
    Rule(
        "divided-by-largest",
        ("channel-stats",),
        lambda c: same(c.actual * c.images.max(), c.expected, 1e-4),
    ),
    Rule(
        "channels-not-last",
        ("channel-stats",),
        lambda c: any(
            same(c.actual, getattr(c.images.reshape(3, -1), kind)(axis=1), 1e-4)
            for kind in ("mean", "std")
        ),
    ),
    Rule(
        "deviations-from-one-mean",
        ("channel-stats.std",),
        lambda c: same(
            c.actual, np.sqrt(((c.pixels - c.pixels.mean()) ** 2).mean(axis=0)), 1e-4
        ),
    ),
    Rule(
        "squares-of-bytes",
        ("channel-stats.std",),
        lambda c: same(c.actual, _of_wrapped_squares(c.pixels), 1e-3),
    ),
    Rule(
        "statistics-wrong-axis",
        ("channel-stats",),
        lambda c: np.shape(c.actual) not in ((3,), ()),
    ),
    Rule(
        "statistics-wrong-axis",
        ("channel-stats",),
        lambda c: same(c.actual, c.images.mean(axis=(0, 2, 3)), 1e-4),
    ),
    # transforms
    Rule(
        "parentheses-missing",
        ("transforms",),
        error_has("<class 'torchvision.transforms", "ToTensor() takes no arguments"),
    ),
    Rule(
        "tensor-first",
        ("transforms",),
        error_has("Tensor", "PIL", "tensor image", "'Image' object has no"),
    ),
    # The block
    *(
        Rule(name, ("basic-block.forward",), _of_mistake(name))
        for name in _BLOCK_MISTAKES
    ),
    Rule(
        "statistics-of-the-batch",
        ("basic-block",),
        lambda c: not c.training and same(c.actual, c.other_mode()),
    ),
    Rule(
        "statistics-not-of-the-batch",
        ("basic-block",),
        lambda c: c.training and same(c.actual, c.other_mode()),
    ),
    Rule(
        "graph-cut",
        ("basic-block", "resnet18", "published-net"),
        error_has("does not require grad", "does not have a grad_fn"),
    ),
    Rule(
        "changed-in-place",
        ("basic-block", "resnet18", "published-net", "loop"),
        error_has("inplace operation", "in-place operation"),
    ),
    Rule(
        "layers-hidden",  # all that is found runs with doubles
        ("basic-block", "resnet18"),
        error_has(
            *("expected scalar type Double but found Float", "Input type (double)"),
            *("got Double and Float", "all inputs must share same datatype"),
        ),
    ),
    Rule(
        "super-missing",
        ("basic-block", "resnet18", "published-net"),
        error_has("before Module.__init__() call"),
    ),
    Rule(
        "stride-not-in-shortcut",
        ("basic-block",),
        error_has(
            "must match the size of tensor b (4) at", "at non-singleton dimension 3"
        ),
    ),
    Rule(
        "channels-do-not-fit",
        ("basic-block", "resnet18", "published-net"),
        error_has("at non-singleton dimension 1", "to have"),
    ),
    # The network
    Rule(  # 8 times a width of 64, at another one
        "width-ignored", ("resnet18",), error_has(" and 512x7)", " and 512x12)")
    ),
    Rule(
        "pool-missing",
        ("resnet18",),
        error_has("mat1 and mat2 shapes"),
    ),
    # Lab 3's network may make the same mistake.
    Rule("pool-missing", ("resnet18", "published-net"), _rows_of_positions),
    Rule(
        "pool-missing",
        ("resnet18", "published-net"),
        error_has("Mismatch in shape: grad_output"),
    ),
    Rule(
        "stem-relu-missing",
        ("resnet18.stem",),
        lambda c: same(c.actual, c.unbent),
    ),
    *(
        Rule(name, ("resnet18.head",), is_other(name))
        for name in ("max-pool-head", "sum-pool-head", "first-position-only")
    ),
    Rule(
        "softmax-in-network",
        ("resnet18.head",),
        lambda c: (
            same(c.actual, _softmax(c.expected))
            or same(np.exp(c.actual), _softmax(c.expected))
        ),
    ),
    Rule(
        "relu-on-logits",
        ("resnet18.head",),
        lambda c: same(c.actual, np.maximum(c.expected, 0)),
    ),
    Rule(
        "width-ignored",
        ("resnet18",),
        error_has("positional arguments but 3 were", "keyword argument 'width'"),
    ),
    # The optimizer
    Rule(
        "optimizer-pair-swapped",
        ("optimizer",),
        error_has("no attribute 'param_groups'"),
    ),
    Rule(
        "schedule-by-step",
        ("optimizer",),
        error_has("Tried to step", "missing 1 required positional argument: 'metrics'"),
    ),
    # The loops
    Rule("not-one-number", ("loop",), error_has("must match the size of tensor b")),
    Rule(
        "device-forgotten",
        ("loop",),
        error_has("on the same device", "NVIDIA driver", "not compiled with CUDA"),
    ),
    Rule(
        "criterion-arguments",
        ("loop",),
        error_has("the criterion takes", "used as indices must be"),
    ),
    Rule("graph-cut", ("loop",), error_has("does not require grad")),
    Rule("scheduler-none", ("fit",), error_has("'NoneType' object has no attribute")),
    # fit
    Rule(
        "history-other-half",
        ("fit.history",),
        lambda c: same(c.actual, c.numbers[:, (c.i + 2) % 4], 1e-3),
    ),
    Rule(
        "validated-before-training",
        ("fit.history",),
        lambda c: same(c.actual, c.before[:, c.i - 2], 1e-3),
    ),
    Rule(
        "history-after-epoch",
        ("fit.history",),
        lambda c: c.i < 2 and same(c.actual, c.measured_again[:, c.i], 1e-3),
    ),
    Rule(
        "history-loss-accuracy",
        ("fit.history",),
        lambda c: same(c.actual, c.numbers[:, c.i ^ 1], 1e-3),
    ),
]
