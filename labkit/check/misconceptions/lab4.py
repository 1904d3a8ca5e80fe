"""Known wrong answers of Lab 4, but for those that it shares with other labs."""

import re
from typing import Any

from labkit.check.misconceptions.rules import Rule, error_has

HINTS = {
    # The learning curve
    "last-epoch-only": "Return a list with one number for each epoch.",
    "loss-of-each-batch": (
        "There is a number for each batch. Take the mean over each epoch."
    ),
    "loss-summed": (
        "The losses are added up, not averaged: divide by how many they are."
    ),
    "model-made-anew": (
        "Each epoch starts from the first weights. Make the model once, before the "
        "loop over the epochs."
    ),
    "sums-not-reset": (
        "What was added up goes on from epoch to epoch: start at 0 in each."
    ),
    "first-batch-only": (
        "These are the losses of each epoch's first batch. Take the mean over all."
    ),
    "loss-before-training": (
        "There is a number too many. The curve has one for each epoch; what the model "
        "has before it is trained is none of them."
    ),
    "loss-after-epoch": (
        "These are losses of the weights after the epoch. Add up what each batch had "
        "before its own step, while the model trains."
    ),
    "loss-before-epoch": (
        "These are losses of the weights before the epoch. Add up what each batch had "
        "before its own step, while the model trains."
    ),
    "loss-not-the-models": (
        "This is another loss than the model's. Reproduce what is there: "
        "model.loss(model(x), targets)."
    ),
    "optimizer-not-sgd": (
        "These steps are not those of plain gradient descent, but of Adam, RMSprop or "
        "another with a memory. Take torch.optim.SGD(model.parameters(), lr)."
    ),
    "class-not-called": (
        "model_class is a class, not a model: call it, model_class(), to make one."
    ),
    # The floor
    "floor-of-guessing": (
        "This is the loss of guessing. Ask for the best case: what does the faulty "
        "model put out when it is sure, and right?"
    ),
    "floor-is-ceiling": (
        "This is log(e + C - 1), the loss of predictions that are sure and wrong. At "
        "the true class there is a 1: it counts in the loss, too."
    ),
    "floor-is-zero": (
        "A correct model gets there. The faulty one takes the exponential of numbers "
        "between 0 and 1: what is the most that it can make of a 1 beside zeros?"
    ),
    "floor-hard-coded": "The floor depends on the number of classes.",
    "floor-logarithm-missing": "The logarithm is missing.",
    "floor-is-probability": (
        "This is the probability of the true class. The loss is minus its logarithm."
    ),
    "floor-counts-classes-wrong": (
        "One class is the true one, the other C - 1 are not: count the terms of the "
        "denominator again."
    ),
    "floor-softmax-too-many": (
        "There is a softmax too many. The predictions are probabilities: the perfect "
        "one is a 1 and zeros, and the loss takes one softmax of it."
    ),
    "floor-exponent-inverted": (
        "Of the exponentials, the true class's is e, and the others' are 1: divide "
        "them by e."
    ),
    # Gradient norms
    "autograd-used": "Derive the gradients by hand: autograd is switched off here.",
    "norms-averaged": (
        "This is a mean of the samples' norms. Take one norm, of the whole gradient "
        "(N, C)."
    ),
    "norm-squared": "The square root is missing.",
    "norm-not-frobenius": (
        "This is another norm. The Frobenius norm is the root of the sum of the "
        "squares of all entries."
    ),
    "one-hot-forgotten": "The target is missing: take 1 away at the true class.",
    "one-hot-too-narrow": (
        "The one-hot targets have another number of columns than the logits. Give it, "
        "whichever classes occur: np.eye(C)[targets] or F.one_hot(targets, C), with "
        "C = logits.shape[1]."
    ),
    "inner-softmax-forgotten": (
        "This is the gradient at the probabilities. To get to the logits, it has to go "
        "back through the inner softmax, too."
    ),
    "jacobian-diagonal-only": (
        "Every probability of a row depends on every logit of the row: the derivative "
        "of softmax has entries off the diagonal."
    ),
    "jacobian-of-the-outer": (
        "The Jacobian is taken at the outer softmax's output. The chain rule asks for "
        "the inner softmax's, at the probabilities p."
    ),
    "jacobian-of-the-whole-batch": (
        "The inner sum of softmax's derivative runs over the classes of each row, not "
        "over the whole batch: axis=1, keepdims=True."
    ),
    "one-array-for-both": (
        "correct = p makes no copy: subtracting 1 from it changes p, which the second "
        "gradient needs. Use p.copy()."
    ),
    "outer-softmax-forgotten": (
        "The chain rule starts at the faulty loss: its softmax is taken of the "
        "probabilities. This starts at the correct loss's gradient instead."
    ),
    "gradient-not-norm": "This is the gradient itself. Return its norm, a number.",
    "norm-for-each-sample": (
        "There is a norm for each sample. Take one, of the whole gradient (N, C)."
    ),
    "norms-swapped": "The order is (correct, double).",
    "ratio-not-norm": "Return both norms, not their ratio.",
    # The mended loss
    "loss-unstable": (
        "The exponential of a large logit overflows, and the logarithm of 0 is not "
        "finite. Do the logarithm and the softmax in one step (log_softmax, logsumexp, "
        "or subtract the largest logit of each row first)."
    ),
    "max-not-added": (
        "What is taken from the logits in the sum must be taken from the true logit, "
        "too, or added again after the logarithm."
    ),
    "log-softmax-missing": "This picks the logits themselves: log_softmax is missing.",
    "loss-of-probabilities": "The logarithm of the probabilities is missing.",
    "probabilities-clipped": (
        "A probability was clipped, or something was added to it, before the "
        "logarithm. Work with the logits: no clip is needed then."
    ),
    "gradient-cut": (
        "The way back is cut: .item(), .detach(), .data, NumPy or torch.no_grad() do "
        "that. Stay with tensors."
    ),
    # The split
    "split-two-parts": (
        "These are two parts. There are three: what chooses an epoch, valid, must not "
        "be what reports its accuracy, test."
    ),
    "split-not-joined": (
        "A part is a list of arrays, one for each class: np.concatenate joins them."
    ),
    "split-in-thirds": "The parts are equally large. Their shares are in ratios.",
    "split-ratios-not-normalized": (
        "Everything is in train: ratios are proportions, not fractions. Divide them by "
        "their sum."
    ),
    "split-part-empty": "A part is empty.",
    "split-one-class-only": (
        "There is one class in the parts. Collect those of all classes, then join them."
    ),
    "split-places-in-class": (
        "These are places among the members of a class. Take the members' own indices, "
        "members[places]."
    ),
    "generator-may-be-none": (
        "Without a generator it is None. Make one then: np.random.default_rng()."
    ),
    "split-parts-swapped": "The order is train, valid, test, as in ratios.",
    "split-ratios-ignored": "The shares are 3 : 1 : 1 whatever the ratios are.",
    "split-parts-overlap": (
        "A sample is in two parts. What is measured on samples that were used before "
        "says nothing about new ones."
    ),
    "split-incomplete": (
        "Some samples are in no part. The classes are those in targets, however many, "
        "np.unique(targets); and the last part gets all that the others leave."
    ),
    "split-valid-like-test": (
        "Validation and test get equal shares here. Each has its own, ratios[1] and "
        "ratios[2]."
    ),
    "split-share-of-the-rest": (
        "This takes ratios[1] / sum(ratios) of what training leaves. It is a share of "
        "the whole class; of the rest, it is ratios[1] / (ratios[1] + ratios[2])."
    ),
    "split-always-the-same": (
        "Without a generator chance decides, too: np.random.default_rng() without a "
        "seed gives another split each time."
    ),
    "split-in-file-order": (
        "The members of a class that go together are neighbors in the file. Draw them "
        "at random, with generator.permutation: files are often sorted."
    ),
    "split-ignores-generator": (
        "Different generators give the same split. Draw from the one that comes in."
    ),
    "split-chance-elsewhere": (
        "Take all randomness from generator, and none from np.random or random."
    ),
    "split-not-indices": "Return places in targets, not the classes found there.",
    "numbers-overflow": (
        "int8 and uint8 hold numbers up to 127 or 255; of a larger one they make "
        "another, without an error. Leave the type away: NumPy's own is wide enough."
    ),
    "split-masks": (
        "These are masks of True and False. np.flatnonzero(mask) makes indices of one."
    ),
    "split-not-stratified": (
        "The shares hold for all samples together, but not within each class. Split "
        "class by class."
    ),
    # Networks
    "layer-not-registered": (
        "A layer in a Python list or dict, or made in forward, is invisible to the "
        "model. Use nn.ModuleList, nn.Sequential or an attribute for each."
    ),
    "layer-shared": (
        "One layer object is used in two places, so both have the same weights. Make "
        "one for each."
    ),
    "layer-unused": "Either use it in forward or do not make it.",
    "convolution-missing": "Each block has two convolutions, each with a batch norm.",
    "layer-missing": "A linear layer is missing, or made and never used.",
    "layer-too-many": "There is a linear layer too many.",
    "norm-missing": "A batch norm is missing.",
    "not-batch-norm": "This is another normalization. Use batch norm.",
    "batch-norm-dimensions": (
        "nn.BatchNorm1d is for (N, features), nn.BatchNorm2d for images (N, C, H, W)."
    ),
    "hidden-width": "The hidden layer before the classes has 512 units.",
    "batch-norm-too-many": (
        "There is a batch norm too many: none on shortcuts, none on the output."
    ),
    "kernel-size": "The convolutions are 3 x 3, with padding 1.",
    "linear-input-size": (
        "A linear layer gets an input of another size. Count: channels times height "
        "times width of what is flattened, or the width of the layer it comes from. "
        "Is a pool missing, or one too many? Does it round down?"
    ),
    "dropout-in-eval": (
        "Dropout must rest in eval mode. nn.Dropout does; F.dropout needs "
        "training=self.training."
    ),
    "dropout-missing": "There is no dropout here in train mode.",
    "dropout-before-batch-norm": (
        "The dropout comes before the batch norm. It goes after it, and after the ReLU."
    ),
    "dropout-too-many": "There is a dropout too many.",
    "dropout-rate": "The dropout has another rate.",
    "dropout-drawn-once": (
        "Each unit of each image is dropped on its own. Draw as many numbers as x has, "
        "torch.rand_like(x), or use nn.Dropout. (nn.Dropout1d drops whole rows here.)"
    ),
    "dropout-after-output": "No dropout on the logits: it goes before the last layer.",
    "batch-of-one": (
        "A batch may hold a single image: x.squeeze() takes that axis away, too. Write "
        "x.flatten(1) or nothing, and treat an image that is alone like any other."
    ),
    "softmax-in-model": (
        "The model ends with a softmax. It must return logits: the loss does the "
        "softmax. That is the bug of the first part."
    ),
    "log-softmax-in-model": (
        "The model ends with log_softmax. It must return logits: the loss does the "
        "rest."
    ),
    "relu-missing": "A ReLU is missing.",
    "shortcut-not-added": "The shortcuts are made, but not added.",
    "shortcut-after-relu": (
        "The shortcut is added after the ReLU. Add it before: the ReLU comes last."
    ),
    "shortcut-before-batch-norm": (
        "The shortcut is added before the batch norm, which rescales it. Add it after."
    ),
    "shortcut-activated": "A shortcut is linear: there is no activation on it.",
    "shortcut-source": "A shortcut starts at the wrong place.",
    "relu-before-sum-too": "There is one ReLU, after the sum, and none before it.",
    "shortcut-after-dropout": (
        "The first shortcut takes the image as it is, before the input's dropout; the "
        "second takes what the second layer gives."
    ),
    "shortcut-sizes": (
        "What is added has another width. A shortcut is a linear layer, from the width "
        "where it starts to that of the layer it is added to."
    ),
    "pool-too-early": (
        "The pool comes last in a block: after both convolutions, each with its batch "
        "norm and ReLU."
    ),
    "pool-averages": "Pool by the maximum, not by the mean.",
    "defaults-changed": (
        "Without arguments it must be the network described: image_size=84, "
        "num_classes=10 and the widths given."
    ),
    "widths-out-of-order": (
        "The widths are used in another order: the first block has widths[0] channels, "
        "the last one widths[2]."
    ),
    "sizes-ignored": (
        "Use the arguments instead of numbers: image_size, num_classes and widths may "
        "have other values."
    ),
    # Accuracy per class
    "confusion-transposed": "Rows are true classes, columns are predicted ones.",
    "confusion-is-shares": "Count: the entries are whole numbers, not shares.",
    "confusion-is-binary": (
        "A pair that occurs several times counts several times. matrix[t, p] += 1 with "
        "arrays as indices counts it once: use np.add.at, np.bincount or a loop."
    ),
    "confusion-without-mistakes": "The mistakes belong off the diagonal.",
    "confusion-of-bins": (
        "The bins reach from the smallest to the largest class that occurs. Count the "
        "classes 0 to C - 1, also those that do not occur."
    ),
    "confusion-too-small": (
        "The matrix has num_classes rows and columns, whether or not each class occurs."
    ),
    "accuracy-by-column": (
        "This divides by the column, the samples *predicted* as the class (that is the "
        "precision). Divide by the row, the samples *of* the class."
    ),
    "accuracy-over-all": (
        "This divides by the number of all samples. Divide by those of the class."
    ),
    "accuracy-of-pairs": (
        "This is another score (F1, or intersection over union): it counts the samples "
        "of others that are taken for the class, too. Divide by the row alone."
    ),
    "accuracy-counts": (
        "These are counts. Divide by the number of samples (for a class, by its own)."
    ),
    "true-negatives-counted": (
        "This counts as right what is of other classes and predicted as such. Divide "
        "the samples of the class that are right by all samples of the class."
    ),
    "accuracy-of-all-classes": "This is one number for all. Return one for each class.",
    "error-not-accuracy": "This is the share of mistakes: take it from 1.",
    "class-of-one-sample": (
        "A class with a single sample has an accuracy, 0 or 1. Only a class without "
        "any has none."
    ),
    "class-never-predicted": (
        "A class that is never predicted has an accuracy if it has samples: 0. Only a "
        "class without samples has none."
    ),
    "empty-class-not-nan": (
        "Of no samples, no share is right or wrong: nan says so. A 0 would be taken "
        "for a class that is always missed."
    ),
    # The comparison
    "train-mode-lost": (
        "Call model.train() before each epoch: measuring puts the model in eval mode, "
        "and it stays there."
    ),
    "network-not-moved": "model.to(device) moves the network.",
    "budget-unequal": "All networks get the same number of epochs.",
    "loader-used-up": (
        "There were batches for one epoch only. iter(train) is used up after one pass: "
        "loop over the loader itself, for x, targets in train, in each epoch."
    ),
    "stopped-early": (
        "Training ends where the validation accuracy no longer rises. Then each "
        "network has another budget. Train for all epochs: the best one is kept anyway."
    ),
    "optimizer-of-another": (
        "The optimizer has the parameters of another network. Make one for each, from "
        "its own model.parameters()."
    ),
    "epochs-off": "Train each network for `epochs` epochs.",
    "trained-on-validation": "Train on the training images alone.",
    "last-epoch-not-best": (
        "These are the scores of the last epoch. Keep a copy of the best epoch's "
        "weights (state_dict() gives the tensors themselves, which training goes on to "
        "change: copy.deepcopy it), and load it before the test."
    ),
    "chosen-on-test": (
        "The epoch was chosen on the test images. Choose on the validation images; "
        "what the test set has chosen, it cannot judge."
    ),
    "untrained-counts": (
        "The weights before training are no candidate. Measure on the validation "
        "images after each epoch's training, not before it."
    ),
    "epoch-not-over": (
        "The choice is among the weights after whole epochs. Measure on the validation "
        "images when the epoch's last batch is done, not after each batch."
    ),
    "epochs-left-out": (
        "One of the epochs is no candidate. All are, the first and the last, too: "
        "measure on the validation images after each epoch's training, and compare."
    ),
    "best-not-reset": (
        "The best accuracy of the network before is still there. Start anew for each."
    ),
    "rows-out-of-order": "The rows are in the order of models, not sorted.",
    "row-without-name": (
        "Each row says which network it is of: under model is its name, the key in the "
        "dict of models."
    ),
    "row-key-missing": (
        "A row has the keys model, valid_accuracy, test_accuracy and test_loss, so "
        "spelled."
    ),
    "valid-for-test": "This is the validation accuracy. Measure on the test images.",
    "test-set-during-training": (
        "The test set is for the end: measure on it when the network's training is "
        "over."
    ),
    "test-set-twice": "Go through the test images once for each network.",
}

_NETWORKS = ("twolayernet", "residualmlp", "convnet")


def _one_hot_too_narrow(c: Any) -> bool:
    """Whether rows meet rows of another length: (N, C) and (N, K)."""
    if re.search(r"shapes \((\d+),\d+\) \(\1,\d+\)", c.error):
        return True
    # PyTorch tells C and K alone; a sum that lost its axis would give N for K.
    N, C = re.findall(r"\d+", c.shapes)[:2]
    sizes = set(re.findall(r"size of tensor [ab] \((\d+)\)", c.error))
    return sizes > {C} and sizes != {C, N}


RULES = [
    Rule("class-not-called", ("reproduce",), error_has("argument: 'self'")),
    Rule(
        "generator-may-be-none",
        ("stratified-split",),
        error_has(
            *(
                f"'NoneType' object has no attribute '{name}'"
                for name in ("permutation", "shuffle", "choice", "permuted", "random")
            )
        ),
    ),
    Rule("confusion-too-small", ("confusion",), error_has("cannot reshape array")),
    Rule("network-not-moved", ("compare",), error_has("the network has not been")),
    Rule("device-forgotten", ("compare",), error_has("on the same device")),
    Rule("one-hot-too-narrow", ("gradient-ratio", "fix"), _one_hot_too_narrow),
    Rule("autograd-used", ("gradient-ratio",), error_has("require grad", "grad_fn")),
    Rule("linear-input-size", _NETWORKS, error_has("mat1 and mat2 shapes")),
    Rule(
        "sizes-ignored",
        _NETWORKS,
        lambda c: c.actual.shape[1:] == (10,) != c.shape[1:],
    ),
    Rule("batch-of-one", _NETWORKS, lambda c: (1, *c.actual.shape) == c.shape),
    Rule("shortcut-sizes", ("residualmlp",), error_has("must match the size of")),
    Rule(
        "batch-norm-dimensions",
        _NETWORKS,
        error_has("expected 4D input", "expected 2D or 3D input"),
    ),
    Rule("super-missing", _NETWORKS, error_has("before Module.__init__() call")),
    Rule("kernel-size", ("convnet",), error_has("Kernel size can't be greater")),
    Rule("empty-class-not-nan", ("per-class",), error_has("ZeroDivisionError")),
]
