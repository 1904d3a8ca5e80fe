"""Known wrong answers of Lab 1."""

import re
from typing import Any

import numpy as np

from labkit.check.misconceptions.rules import Rule, error_has, error_matches, same

HINTS = {
    "batch-size-one": (
        "It works for one sample, not for a batch. Each row is a sample of its own: "
        "all of them count."
    ),
    "last-sample-only": (
        "This is the gradient of the last sample alone. A loop over the batch must add "
        "up; a matrix product does it at once."
    ),
    "gradient-starts-as-none": (
        "grad is None before the first backward pass, so += has nothing to add to. "
        "Assign the gradient."
    ),
    "parameter-without-data": (
        "A Parameter is no array: its array is .data, and its gradient .grad."
    ),
    "parameter-replaced": (
        "A Parameter was replaced by an array. Keep the Parameter, and store the "
        "gradient in its .grad."
    ),
    "loss-not-a-tensor": (
        "The loss is a number here. criterion.backward() gives the gradient at the "
        "logits, and model.backward takes it from there."
    ),
    "nothing-kept": (
        "backward needs something that forward did not keep. Store it on self in "
        "forward."
    ),
    "not-elementwise": (
        "Python's max and if take one truth value, an array has many. Use np.maximum "
        "or a mask, which work on each entry."
    ),
    "argument-changed": (
        "An array was changed in place (by += or by writing to a part of it). Make a "
        "copy first, or compute a new array."
    ),
    "nothing-returned": "Did you forget the return statement?",
    "gradient-not-set": (
        "backward must store the gradients in W.grad and b.grad; a local variable is "
        "gone when the method returns."
    ),
    "gradient-kept-elsewhere": (
        "After grad was cleared, as zero_grad does, the next gradient starts anew. "
        "Keep no sums anywhere but in W.grad and b.grad."
    ),
    "parameters-changed": (
        "backward only computes gradients. Moving parameters is the optimizer's job."
    ),
    "stale-cache": (
        "backward must use the input of the latest forward call. Store it anew each "
        "time forward runs."
    ),
    "stale-weights": (
        "W.data and b.data change with every step: use those of now, not a copy that "
        "was made before."
    ),
    "state-shared": (
        "Two objects of the class share what they remember. Store it on self, not on "
        "the class or in a global variable."
    ),
    "mean-over-batch": (
        "This is the right gradient divided by the batch size. Sum over the batch: the "
        "1 / N is already in the gradient of the loss."
    ),
    "sum-not-mean": (
        "This is the sum over the batch. The loss is the mean: divide by the number of "
        "samples N."
    ),
    "transpose-forgotten": (
        "A transpose is missing or too many. Write the shapes side by side: x (N, in), "
        "W (in, out), b (1, out), y and dy (N, out). A gradient has the shape of its "
        "array, and few products give it."
    ),
    "elementwise-product": (
        "* multiplies entry by entry. The matrix product is @ (or np.dot)."
    ),
    "reshape-not-transpose": (
        "reshape keeps the order of the entries and only breaks the rows elsewhere. .T "
        "swaps the axes."
    ),
    "operands-swapped": (
        "This is the gradient of another array. Which of dW and dx uses x, and which "
        "uses W?"
    ),
    "sign-of-input-lost": (
        "exp(-|x|) is right for either sign, but the formula is another one: "
        "1 / (1 + exp(-|x|)) for x >= 0, and exp(-|x|) / (1 + exp(-|x|)) below."
    ),
    "sign-flipped": "The sign is the wrong way round.",
    "bias-not-summed": (
        "The bias is added to every row, so its gradient is the sum of dy over the "
        "batch (axis 0), of shape (1, out_features)."
    ),
    "bias-wrong-axis": (
        "The sum runs over the wrong axis. The bias has one entry for each output: sum "
        "over the batch, axis 0."
    ),
    "keepdims-forgotten": (
        "The numbers are right, the shape is not: keep the summed axis with "
        "keepdims=True."
    ),
    "bias-forgotten": "The bias is not added.",
    "bias-added-twice": "The bias counts twice.",
    "activation-in-linear": (
        "A linear layer has no activation: negative outputs must stay."
    ),
    "dy-ignored": (
        "The gradient from above, dy, is missing: by the chain rule the local slope is "
        "multiplied by it."
    ),
    "mask-from-dy": (
        "The mask was taken from the gradient. What counts is where the *input* of "
        "forward was positive."
    ),
    "mask-ignored": (
        "The gradient passes everywhere. It must be 0 where the input was negative. "
        "(max(0, x) >= 0 is always true.)"
    ),
    "mask-inverted": "The mask is the wrong way round: pass where x was positive.",
    "not-relu": (
        "ReLU is 0 for every negative input and leaves every positive input as it is, "
        "however large."
    ),
    "sigmoid-slope": (
        "The slope of the sigmoid is y (1 - y) with y the *output* of forward, not x."
    ),
    "overflow": (
        "np.exp of a large positive number overflows. Only take np.exp of numbers that "
        "are not positive: for x < 0 rewrite the formula with exp(x)."
    ),
    "softmax-wrong-axis": (
        "Each row is a sample and must sum to 1 by itself: use the last axis, with "
        "keepdims=True."
    ),
    "softmax-not-normalized": "Divide each row by its sum.",
    "log-softmax": "These are log-probabilities. Return the probabilities.",
    "softmax-unstable": (
        "exp overflowed. Subtract the largest logit of the row first: the "
        "probabilities stay the same."
    ),
    "global-max": (
        "Subtract the largest logit of each *row*. With one maximum for the whole "
        "batch, a row that lies far below it becomes 0 / 0."
    ),
    "softmax-jacobian": (
        "This multiplies by the softmax's derivative. It is already in the gradient "
        "that CrossEntropyLoss.backward gives: return dy as it is."
    ),
    "divided-by-classes": (
        "This divides by the number of classes. Divide by the number of samples N."
    ),
    "mean-over-entries": (
        "This divides by the number of entries. Divide by the number of samples N, the "
        "number of rows."
    ),
    "wrong-log-base": "Use the natural logarithm, np.log.",
    "log-of-zero": (
        "log(0) is minus infinity, and 0 * log(0) is nan. Clip the probabilities from "
        "below before the logarithm."
    ),
    "clip-too-large": (
        "The clip changes probabilities that are fine. Clip at 1e-7 or less."
    ),
    "not-scalar": "The loss is one number for the batch: the mean over its samples.",
    "wrong-class-term": (
        "Only the true class counts: the sum of one_hot * log(probs)."
    ),
    "log-of-the-mean": (
        "Take the logarithm of each sample's probability first, and the mean after: "
        "the logarithm of a mean is another number."
    ),
    "every-pair": (
        "probs[:, classes] takes all of these columns for every sample. For one entry "
        "of each row, index the rows too: probs[np.arange(N), classes]."
    ),
    "not-divided-by-batch": (
        "The loss is a mean over the batch, so its gradient is divided by N."
    ),
    "gradient-at-probs": (
        "This is the gradient at the probabilities. Asked for is the gradient at the "
        "logits, through the softmax: (probs - one_hot) / N."
    ),
    "update-no-effect": (
        "The parameters do not move. Assign to param.data, or change it in place: a "
        "new value in a local variable is lost."
    ),
    "ascent": "The step goes uphill: move against the gradient.",
    "lr-ignored": "The learning rate does not scale the step.",
    "momentum": (
        "The second step differs from the first at the same gradient: plain SGD keeps "
        "nothing from step to step."
    ),
    "weight-decay": "The step depends on the parameter's value; plain SGD's does not.",
    "rate-changes": (
        "The second step is shorter than the first at the same gradient: plain SGD "
        "keeps its learning rate."
    ),
    "value-replaced": (
        "The new value is the step alone. Subtract the step from the old value, "
        "param.data. (=- is no -=.)"
    ),
    "gradients-too-early": (
        "When the optimizer is made, no parameter has a gradient yet, and each "
        "backward pass may bring a new array. Look at param.grad in the method."
    ),
    "parameters-left-out": (
        "Some parameters are left out. Is there a return or break inside the loop, or "
        "a condition that they fail? (A dict of params by shape loses some, too.)"
    ),
    "arrays-kept": (
        "Other arrays, or None, may be assigned to param.data and param.grad between "
        "two steps. Look at both anew in each step."
    ),
    "gradient-changed": (
        "step must leave the gradients as they are; clearing them is zero_grad's job."
    ),
    "truth-of-array": (
        "An array has no single truth value. Ask `param.grad is not None`."
    ),
    "none-gradient": (
        "A parameter that took no part in the loss has grad None: skip it."
    ),
    "gradient-kept": (
        "The gradients are still there. Assign to param.grad (or fill it with 0): "
        "assigning to a loop variable changes nothing."
    ),
    "generator-exhausted": (
        "A generator can be walked through once. Store list(params) in __init__, or "
        "the second loop finds nothing."
    ),
    "softmax-missing": "forward must end with Softmax: it returns probabilities.",
    "softmax-twice": (
        "Softmax is applied twice. The second one flattens the probabilities, and the "
        "network cannot become sure of anything."
    ),
    "activation-missing": (
        "Two linear layers follow each other with nothing between them: together they "
        "are one linear layer."
    ),
    "activation-on-logits": (
        "There is an activation after the last linear layer. Logits may be negative."
    ),
    "hidden-layer-missing": "A network without a hidden layer is a linear classifier.",
    "sizes-do-not-fit": (
        "The out_features of one Linear must be the in_features of the next."
    ),
    "list-reversed": (
        "list.reverse() reverses the list itself, so that the next forward runs "
        "backwards. reversed(layers) or layers[::-1] leaves it as it is."
    ),
    "backward-order": (
        "backward runs through the layers in reverse: each one takes what the layer "
        "above it returned."
    ),
    "layer-skipped": "backward leaves out a layer that forward went through.",
    "layer-reused": (
        "One layer object runs twice in forward, and remembers only the second input. "
        "Make one for each place."
    ),
    "parameters-hidden": (
        "parameters() does not find every Linear. Make the layers in __init__, and "
        "keep them as attributes of self, or in a list, tuple or dict that is one."
    ),
    "not-divided-by-255": (
        "Divide by 255 first. Without it the inputs reach 252, a hundred times too "
        "large, and nothing can be learned."
    ),
    "divided-by-max": (
        "Divide by 255, not by the largest pixel that happens to be in this array."
    ),
    "gradient-clipped": (
        "The clip is for the logarithm alone. The gradient at the logits is the same "
        "where a probability is 0: there the network is most wrong."
    ),
    "sample-never-drawn": (
        "Every sample must have its chance. rng.integers(n) draws from 0 to n - 1: the "
        "upper end is left out already."
    ),
    "integer-result": "The result must be floats: integers cannot hold 0.5.",
    "fraction-lost": (
        "Pixels that are floats have a fraction: convert to a float type, not to an "
        "integer type, and do not round."
    ),
    "divided-by-256": "The largest pixel is 255: divide by 255, not 256.",
    "integer-division": (
        "// throws the fraction away: use /. (Is there no //? Then see that you "
        "compare classes, the argmax of each row, and not probabilities.)"
    ),
    "offset-missing": "The + 0.01 is missing.",
    "scale-missing": "The * 0.99 is missing.",
    "order-of-operations": "First times 0.99, then plus 0.01.",
    "dataset-of-one-kind": (
        "A data set is anything that has a length and samples by index: what else one "
        "kind has, another lacks."
    ),
    "split-size-by-chance": (
        "A coin for each sample makes valid larger or smaller each time. Shuffle all "
        "indices once, then cut."
    ),
    "split-overlaps": (
        "A sample is in both parts. Validation on samples that were trained on tells "
        "nothing."
    ),
    "split-loses-samples": "Some samples are in neither part.",
    "split-not-a-pair": "Return two things: train, valid.",
    "split-empty-validation": (
        "With 0 validation samples, all samples are for training. Mind that order[-0:] "
        "is everything, and order[:-0] is nothing."
    ),
    "split-repeats": (
        "A sample was drawn twice. Draw without replacement: rng.permutation does."
    ),
    "split-swapped": "The order is (train, valid); split_ratio is the share of valid.",
    "split-rounded": "The number of validation samples is rounded down.",
    "split-by-mask": (
        "Subset takes positions, not a mask of True and False. np.flatnonzero(mask) "
        "makes one of the other."
    ),
    "split-out-of-range": (
        "An index is not a position in this data set. How many samples there are is "
        "len(dataset)."
    ),
    "split-not-subset": "Return Subset(dataset, indices) for each part.",
    "split-not-shuffled": (
        "The validation samples are neighbors in the file. Draw them at random, with "
        "rng.permutation: data files are often sorted."
    ),
    "split-ignores-rng": (
        "Different generators give the same split. Use the rng that comes in, not one "
        "with a fixed seed."
    ),
    "split-not-reproducible": (
        "Generators in the same state give different splits. Take all randomness from "
        "rng, not from np.random or random."
    ),
    "batch-changed": (
        "Pass the loader's x on as it is: the loader has applied transform already."
    ),
    "rounded": "Do not round the result.",
    "no-step": "optimizer.step() is never called: nothing is learned.",
    "moved-by-hand": (
        "optimizer.step() alone moves the parameters: no update by hand beside it, and "
        "no change to param.data."
    ),
    "step-once-per-epoch": "Step once for each batch, inside the loop.",
    "step-twice": "One step for each batch, not two.",
    "backward-twice": "One backward pass for each batch: a second one adds up.",
    "last-batch-skipped": "The last, smaller batch counts too.",
    "return-in-loop": (
        "The function returns inside the loop, after its first round. Mind the "
        "indentation of return."
    ),
    "step-before-backward": (
        "The step comes before the backward pass, so it uses the gradient of the batch "
        "before."
    ),
    "zero-grad-missing": (
        "Gradients add up over the batches. Call optimizer.zero_grad() once for each "
        "batch."
    ),
    "zero-grad-before-step": (
        "The gradients are cleared between backward and step: the step has nothing to "
        "go by."
    ),
    "backward-missing": (
        "model.backward must be called with what criterion.backward() returned."
    ),
    "criterion-misused": (
        "criterion takes (probs, one_hot), in this order: what the model returned, and "
        "the targets."
    ),
    "metrics-after-step": (
        "The loss and the accuracy must come from before the step: use the predictions "
        "that you trained on."
    ),
    "mean-over-batches": (
        "This is the mean over batches. The last batch is smaller: weight each batch "
        "by its number of samples."
    ),
    "divided-by-batches": (
        "The sum is divided by the number of batches; divide by the number of samples."
    ),
    "not-divided": "The sum over the samples is not divided by their number.",
    "loss-not-times-n": (
        "The criterion gives the mean over its batch. Multiply it by the batch's size "
        "before you add up."
    ),
    "accuracy-wrong-axis": (
        "argmax runs over the samples. Take it over the classes: axis=1."
    ),
    "accuracy-batch-size-one": (
        "This accuracy is right only for batches of one sample. Take the argmax of "
        "each row (axis=1) of the predictions and of the targets, and compare."
    ),
    "accuracy-in-percent": "Accuracy is between 0 and 1, not in percent.",
    "results-swapped": "The order is (mean_loss, accuracy).",
    "last-batch-only": "This is the value of the last batch. Add up over all batches.",
    "evaluate-changes-model": (
        "evaluate only measures: no backward pass, no step, no change of gradients."
    ),
}


def _softmax_rows(c: Any) -> Any:
    return c.y * (c.dy - (c.dy * c.y).sum(axis=-1, keepdims=True))


def _parallel(a: Any, b: Any) -> bool:
    """Whether the first array is a multiple of the other."""
    return same(a, (a * b).sum() / (b * b).sum() * b)


def _shifted_by_columns(c: Any) -> Any:
    """Rows of softmax that were shifted by the largest logit of each column."""
    weights = c.expected * np.exp(-c.x.max(axis=0))
    return weights / weights.sum(axis=1, keepdims=True)


def _two_values(c: Any) -> bool:
    """Whether only pixels of 255 became 1, and all others 0.01."""
    return same(c.given, np.where(c.x == 255, 1.0, 0.01))


_SHAPE_ERROR = error_has("matmul", "shapes", "aligned", "broadcast", "subscripts")


def _fit_for_product(error: str) -> bool:
    """Whether two matrices that could not be broadcast would make a product."""
    shapes = re.search(r"broadcast .*\((\d+),(\d+)\) \((\d+),(\d+)\)", error)
    sizes = [int(size) for size in shapes.groups()] if shapes else [1]
    return 1 not in sizes and sizes[1] == sizes[2]


RULES = [
    # Several layers
    Rule(
        "parameter-without-data",
        ("linear", "sgd", "mlp"),
        error_has("enough dim", "'Param"),
    ),
    Rule("parameter-replaced", ("linear", "mlp"), error_has("memoryview")),
    Rule(
        "loss-not-a-tensor",
        ("train_one_epoch",),
        error_has("object has no attribute 'backward'"),
    ),
    Rule(
        "nothing-kept",
        tuple(f"{q}.backward" for q in ("linear", "relu", "sigmoid", "cross-entropy")),
        error_matches(r"'(?!numpy|float)\w+' object has no attribute"),
    ),
    Rule(
        "not-elementwise",
        ("relu", "sigmoid"),
        error_has("truth value", "axis 0 is out", "only integer scalar arrays"),
    ),
    Rule("not-elementwise", ("relu",), lambda c: c.actual.shape == c.shape[1:]),
    Rule("truth-of-array", ("sgd",), error_has("truth value")),
    # Linear
    Rule(
        "bias-forgotten",
        ("linear.forward",),
        lambda c: same(c.actual, c.expected - c.b),
    ),
    Rule(
        "bias-added-twice",
        ("linear.forward",),
        lambda c: same(c.actual, c.expected + c.b),
    ),
    Rule(
        "activation-in-linear",
        ("linear.forward",),
        lambda c: same(c.actual, np.maximum(c.expected, 0)),
    ),
    Rule(
        "transpose-forgotten",
        ("linear.forward",),
        lambda c: same(c.actual - c.b, c.x @ c.W.T),
    ),
    Rule(
        "gradient-not-set",
        ("linear.dW", "linear.db"),
        lambda c: c.missing.endswith("grad"),
    ),
    Rule("mean-over-batch", ("linear",), lambda c: same(c.actual * c.N, c.expected)),
    Rule("gradient-starts-as-none", ("linear.backward",), error_has("NoneType")),
    Rule(
        "last-sample-only",
        ("linear.dW",),
        lambda c: c.N > 1 and same(c.actual, np.multiply.outer(c.x[-1], c.dy[-1])),
    ),
    Rule("sign-flipped", ("linear",), lambda c: same(-c.actual, c.expected)),
    Rule("transpose-forgotten", ("linear",), lambda c: same(c.actual.T, c.expected)),
    Rule("transpose-forgotten", ("linear.dx",), lambda c: same(c.actual, c.dy @ c.W)),
    Rule("transpose-forgotten", ("linear.dW",), lambda c: same(c.actual, c.x @ c.dy)),
    Rule(
        "reshape-not-transpose",
        ("linear.dx",),
        lambda c: same(c.actual, c.dy @ c.W.reshape(c.W.T.shape)),
    ),
    Rule(
        "reshape-not-transpose",
        ("linear.dW",),
        lambda c: any(
            same(c.actual, wrong)
            for wrong in (
                c.x.reshape(c.x.T.shape) @ c.dy,
                (c.dy.T @ c.x).reshape(c.W.shape),
            )
        ),
    ),
    Rule(
        "operands-swapped",
        ("linear.dx",),
        lambda c: (
            same(c.actual, c.x.T @ c.dy)
            or np.shape(c.actual) == c.W.shape != c.expected.shape
        ),
    ),
    Rule(
        "operands-swapped",
        ("linear.dW",),
        lambda c: (
            same(c.actual, c.dy @ c.W.T)
            or np.shape(c.actual) == c.x.shape != c.expected.shape
        ),
    ),
    Rule(
        "keepdims-forgotten",
        ("linear.db",),
        lambda c: (
            same(c.actual, c.expected[0])
            or same(np.multiply(c.actual, c.N), c.expected[0])
        ),
    ),
    Rule("bias-not-summed", ("linear.db",), lambda c: same(c.actual, c.dy)),
    Rule(
        "bias-wrong-axis",
        ("linear.db",),
        lambda c: (
            np.size(c.actual) in (1, c.N)
            or same(c.actual, np.full(c.expected.shape, c.dy.sum()))
        ),
    ),
    Rule(
        "bias-wrong-axis",
        ("linear.db",),
        lambda c: same(np.ravel(c.actual), c.dy.sum(axis=1)),
    ),
    Rule("elementwise-product", ("linear",), lambda c: _fit_for_product(c.error)),
    Rule("transpose-forgotten", ("linear",), _SHAPE_ERROR),
    # ReLU
    Rule(
        "mask-from-dy",
        ("relu.backward",),
        lambda c: any(
            same(c.actual, c.dy * (c.dy > 0) * mask) for mask in (1, c.x > 0)
        ),
    ),
    Rule("mask-ignored", ("relu.backward",), lambda c: same(c.actual, c.dy)),
    Rule(
        "mask-inverted", ("relu.backward",), lambda c: same(c.actual, c.dy * (c.x < 0))
    ),
    Rule(
        "dy-ignored",
        ("relu.backward",),
        lambda c: same(c.actual, c.x > 0) or same(c.actual, c.x * (c.x > 0)),
    ),
    Rule("not-relu", ("relu.forward",), lambda c: np.shape(c.actual) == c.x.shape),
    # Sigmoid
    Rule(
        "sigmoid-slope",
        ("sigmoid.backward",),
        lambda c: same(c.actual, c.dy * c.x * (1 - c.x)),
    ),
    Rule(
        "dy-ignored",
        ("sigmoid.backward",),
        lambda c: same(c.actual * c.dy, c.expected),
    ),
    Rule("sign-flipped", ("sigmoid",), lambda c: same(-c.actual, c.expected)),
    Rule(
        "sign-flipped", ("sigmoid.forward",), lambda c: same(1 - c.actual, c.expected)
    ),
    Rule(
        "sign-of-input-lost",
        ("sigmoid.forward", "sigmoid.stable"),
        lambda c: any(
            same(c.actual, part / (1 + np.exp(-np.abs(c.x))))
            for part in (1, np.exp(-np.abs(c.x)))
        ),
    ),
    Rule("overflow", ("sigmoid.stable",), lambda c: np.size(c.actual) > 0),
    # Softmax
    Rule(
        "log-softmax",
        ("softmax.forward",),
        lambda c: same(np.exp(c.actual), c.expected),
    ),
    Rule(
        "softmax-wrong-axis",
        ("softmax.forward",),
        lambda c: (
            same(c.actual.sum(axis=0), np.ones(c.actual.shape[1]))
            or same(c.actual.sum(), 1.0)
            or same(c.actual, _shifted_by_columns(c))
        ),
    ),
    Rule("softmax-wrong-axis", ("softmax.forward",), _SHAPE_ERROR),
    Rule(
        "softmax-not-normalized",
        ("softmax.forward",),
        lambda c: (
            same(c.actual / c.actual.sum(axis=1, keepdims=True), c.expected)
            and (abs(c.actual.sum(axis=1) - 1) > 0.1).any()
        ),
    ),
    Rule(
        "mean-over-batch",
        ("softmax.backward",),
        lambda c: c.N > 1 and same(c.actual * c.N, c.expected),
    ),
    Rule("sign-flipped", ("softmax.backward",), lambda c: same(-c.actual, c.expected)),
    Rule(
        "softmax-jacobian",
        ("softmax.backward",),
        lambda c: (
            same(c.actual, _softmax_rows(c)) or same(c.actual, c.dy * c.y * (1 - c.y))
        ),
    ),
    # Cross-entropy
    Rule(
        "not-scalar",
        ("cross-entropy.forward", "cross-entropy.stable"),
        lambda c: np.ndim(c.actual) > 0,
    ),
    Rule(
        "sum-not-mean",
        ("cross-entropy.forward",),
        lambda c: c.N > 1 and same(c.actual, c.expected * c.N),
    ),
    Rule(
        "mean-over-entries",
        ("cross-entropy",),
        lambda c: c.N > 1 and same(c.actual * c.C, c.expected),
    ),
    Rule(
        "divided-by-classes",
        ("cross-entropy",),
        lambda c: c.N > 1 and same(c.actual * c.C, c.expected * c.N),
    ),
    Rule("sign-flipped", ("cross-entropy",), lambda c: same(-c.actual, c.expected)),
    Rule(
        "wrong-log-base",
        ("cross-entropy.forward",),
        lambda c: any(same(c.actual * np.log(b), c.expected) for b in (2, 10)),
    ),
    Rule(
        "softmax-twice", ("cross-entropy.forward",), lambda c: same(c.actual, c.twice)
    ),
    Rule(
        "softmax-twice",
        ("cross-entropy.backward",),
        lambda c: same(c.actual * c.N + c.one_hot, c.twice()),
    ),
    Rule(
        "wrong-class-term",
        ("cross-entropy.forward",),
        lambda c: (
            same(c.actual + np.log(1 - c.rest).sum() / c.N, c.expected)
            or same(c.actual, -np.log(c.probs.max(axis=1)).mean())
            or any(
                same(c.actual, -np.log(c.probs).sum() / k) for k in (c.N, c.probs.size)
            )
        ),
    ),
    Rule(
        "log-of-the-mean",
        ("cross-entropy.forward",),
        lambda c: c.N > 1 and same(c.actual, -np.log(c.picked.mean())),
    ),
    Rule(
        "every-pair",
        ("cross-entropy.forward",),
        lambda c: c.N > 1 and same(c.actual, c.every_pair),
    ),
    Rule(
        "not-divided-by-batch",
        ("cross-entropy.backward",),
        lambda c: c.N > 1 and same(c.actual, c.expected * c.N),
    ),
    Rule(
        "gradient-at-probs",
        ("cross-entropy.backward",),
        lambda c: _parallel(c.actual, c.one_hot / (c.expected * c.N + c.one_hot)),
    ),
    Rule(
        "clip-too-large",
        ("cross-entropy.forward",),
        lambda c: any(
            abs(c.actual * c.N + np.log(np.prod(c.picked + eps))) < 1e-4
            for eps in (1e-2, 1e-3, 1e-4, 1e-5, 1e-6)
        ),
    ),
    # SGD
    Rule("ascent", ("sgd.step",), lambda c: same(-c.actual, c.expected)),
    Rule("update-no-effect", ("sgd.step",), lambda c: not np.any(c.actual)),
    Rule(
        "parameters-left-out",
        ("sgd.step",),
        lambda c: same(c.actual, np.where(c.actual == 0, 0, c.expected)),
    ),
    Rule(
        "lr-ignored",
        ("sgd.step",),
        lambda c: (
            _parallel(c.actual, c.expected)
            and same(c.actual * c.lr, c.moved_at(3 * c.lr))
        ),
    ),
    Rule(
        "value-replaced",
        ("sgd.step",),
        lambda c: same(c.actual - c.expected, c.old / c.lr),
    ),
    Rule(
        "weight-decay", ("sgd.step",), lambda c: _parallel(c.actual - c.expected, c.old)
    ),
    Rule("none-gradient", ("sgd.step", "sgd.zero-grad"), error_has("NoneType")),
    Rule("generator-exhausted", ("sgd.generator",), lambda c: True),
    # split_dataset
    Rule("argument-changed", ("split",), error_has("support item assignment")),
    Rule("dataset-of-one-kind", ("split",), error_has("object has no attribute")),
    Rule(
        "split-not-subset",
        ("split",),
        error_has("to a scalar index", "truth value of an array"),
    ),
    # MLP
    Rule("sizes-do-not-fit", ("mlp.forward",), error_has("shapes", "matmul")),
    Rule(
        "backward-order",
        ("mlp.backward",),
        error_has("backward got", "shapes", "matmul"),
    ),
    # transform
    Rule(
        "argument-changed", ("transform",), error_has("UFuncTypeError", "Cannot cast")
    ),
    Rule(
        "not-divided-by-255",
        ("transform",),
        lambda c: (
            np.max(c.given) > 10
            or np.median(c.given) == 1
            or same(c.given, 0.99 * c.x + 0.01)
        ),
    ),
    Rule("divided-by-max", ("transform",), lambda c: same(c.actual * c.top / 255, c.x)),
    Rule(
        "divided-by-max",
        ("transform",),
        lambda c: same(
            c.actual / 255, (c.x - c.x.min()) / (c.x.max() - c.x.min()), 1e-4
        ),
    ),
    Rule("divided-by-256", ("transform",), lambda c: same(c.actual * 256 / 255, c.x)),
    Rule("integer-division", ("transform",), lambda c: _two_values(c)),
    Rule(
        "fraction-lost",
        ("transform",),
        lambda c: any(same(c.actual, whole(c.x)) for whole in (np.trunc, np.round)),
    ),
    Rule(
        "offset-missing", ("transform",), lambda c: same(c.pixels(c.given + 0.01), c.x)
    ),
    Rule(
        "scale-missing",
        ("transform",),
        lambda c: same(c.pixels((c.given - 0.01) * 0.99 + 0.01), c.x),
    ),
    Rule(
        "order-of-operations",
        ("transform",),
        lambda c: same(c.pixels(c.given + 0.0001), c.x),
    ),
]
