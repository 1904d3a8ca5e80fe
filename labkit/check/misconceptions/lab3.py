"""Known wrong answers of Lab 3."""

import re
from collections.abc import Callable
from typing import Any

from labkit.check.misconceptions.rules import (
    Rule,
    error_has,
    error_matches,
    is_other,
)

HINTS = {
    # ResNet-18
    "network-ready-made": (
        "Here you build the network yourself, its blocks too. torchvision's networks "
        "are for the later questions; the grader has none that would pass this one."
    ),
    "stem-too-fine": (
        "That is Lab 2's stem, for images of 32 x 32. The published one is a 7x7 "
        "convolution with stride 2, and a max pool."
    ),
    "max-pool-missing": (
        "The 3x3 max pool with stride 2 and padding 1 is missing after the stem's ReLU."
    ),
    "stem-pool-2": "The max pool is 3x3 with stride 2 and padding 1: windows overlap.",
    "stem-kernel": "The published stem is a 7x7 convolution, with padding 3.",
    "stem-pool-stride": "The max pool has stride 2.",
    "shortcut-kernel": "The shortcuts' convolutions are 1x1.",
    "relu-on-shortcut": (
        "There is no ReLU on the shortcut: 1x1 convolution, batch norm, then the sum."
    ),
    "padding-missing": (
        "A 3x3 convolution without padding makes the picture smaller: padding=1."
    ),
    "flatten-missing": (
        "The linear layer takes (N, features): flatten all but the batch after the "
        "average, x.flatten(1)."
    ),
    "head-of-several-layers": "A ResNet-18 ends with a single linear layer.",
    "stem-pool-unpadded": "The max pool has padding 1.",
    "stem-average-pool": "The stem ends with a max pool; this is an average.",
    "stem-stride-missing": "The stem's convolution has stride 2.",
    "stem-padding": "The stem's 7x7 convolution has padding 3.",
    "pool-fixed": (
        "The last pool averages over 7 x 7 positions, as many as there are for 224 x "
        "224. Average over all, however many: nn.AdaptiveAvgPool2d(1)."
    ),
    "pool-of-one-size": (
        "The last pool fits images of one size only. Average over all positions, "
        "however many there are: nn.AdaptiveAvgPool2d(1)."
    ),
    "pool-not-average": (
        "All positions count, and all the same: nn.AdaptiveAvgPool2d(1), or "
        "x.mean(dim=(2, 3))."
    ),
    "features-normalized": (
        "The average goes into the linear layer as it is; here it was divided by its "
        "length before."
    ),
    "dropout-added": "There is no dropout in a ResNet-18.",
    "head-without-bias": "The last layer, a linear one, has a bias.",
    "classes-not-1000": "By default there are 1000 classes: num_classes=1000.",
    # The table
    "size-of-input": "This is the size of the stage's input; its output's is wanted.",
    "size-of-fc": "A linear layer has one position: its output_size is 1.",
    "size-is-channels": (
        "These are channels. Outputs are (N, C, H, W): the height is shape[2]."
    ),
    "sizes-of-resnet": (
        "These are the published network's sizes. Another one with the same names may "
        "have others: read them off the stages' outputs."
    ),
    "blocks-fixed": "Other networks have other numbers of blocks: len(model.layer1).",
    "stage-without-bn1": "bn1 belongs to the stage conv1.",
    "batch-norm-not-counted": (
        "Batch norms have parameters too, a weight and a bias for each channel. All "
        "parameters count; only among the multiplications they are left out."
    ),
    "biases-not-counted": "Biases and batch norms have parameters too.",
    "buffers-counted": (
        "Running averages are buffers: the state dict has them, but no optimizer "
        "trains them. Count model.parameters()."
    ),
    "macs-doubled": (
        "A multiplication and the addition after it count as one here, not as two."
    ),
    "macs-of-a-batch": (
        "The convolutions' outputs of a batch of two were counted. Count for one image."
    ),
    "macs-of-input-size": (
        "A convolution computes at the positions of its output, not of its input."
    ),
    "macs-without-positions": (
        "A convolution's weights are used again at every position of its output: "
        "multiply by height and width."
    ),
    "macs-without-linear": "The linear layer multiplies, too: in * out.",
    "macs-without-shortcuts": (
        "Convolutions within convolutions' blocks count too, such as the 1x1 ones in "
        "`downsample`: go through modules(), not through children()."
    ),
    "macs-without-kernel": (
        "Each number of the output is a sum over k x k positions: multiply by k * k."
    ),
    "macs-with-batch-norm": "Batch norm is left out of the multiplications.",
    "macs-with-bias": "Biases are added, not multiplied: leave them out.",
    "macs-kernel-once": "The sum is over k x k positions: multiply by k * k, not by k.",
    "macs-of-one-side": (
        "The outputs have H x W positions: multiply by the height and by the width."
    ),
    "macs-without-channels": (
        "Each output channel is a sum over all input channels: multiply by both."
    ),
    "macs-of-children": (
        "children() are the blocks; the convolutions are within them. Go through "
        "modules(), which finds all layers."
    ),
    "macs-of-first-block": (
        "The first block of a stage computes something else than the others: add up "
        "over all layers."
    ),
    "macs-of-last-layer": "This is the last layer's number. Add up over the stage.",
    "numbers-divided": (
        "These are thousands, millions or billions. Give the whole number, as it is."
    ),
    "nothing-counted": (
        "All numbers are 0. Did a hook see the layers? Numbers that are divided by a "
        "million and rounded are 0 too."
    ),
    "rows-not-reset": (
        "Each row has what the rows above have, too. Begin at 0 in each stage."
    ),
    "sum-in-each-row": "This is the whole network's number; each row is a stage's own.",
    "tensors-counted": (
        "This is how many tensors there are. numel() says how many numbers each has."
    ),
    "number-as-text": (
        "This is text. The table holds numbers; how they are printed is the next "
        "cell's concern."
    ),
    "size-is-a-pair": "One number is wanted, the height: shape[2].",
    "size-is-area": "This is height times width. The height alone is wanted.",
    "size-after-pool": "The max pool belongs to conv2_x: conv1 ends before it.",
    "blocks-not-zero": "conv1 and fc have no blocks: 0.",
    "blocks-are-not-layers": (
        "These are layers. A stage is a sequence of blocks: len(model.layer1)."
    ),
    "stage-misnamed": (
        "The stages are called as in the paper: conv1, conv2_x, conv3_x, conv4_x, "
        "conv5_x and fc, in this order."
    ),
    "row-missing": (
        "There are six rows: conv1, four stages and fc. A return within the loop ends "
        "it after the first."
    ),
    "row-too-many": "There is a row for each of the six stages, and no other.",
    "key-misspelled": (
        "The keys are stage, output_size, blocks, parameters and macs, so spelled."
    ),
    "table-not-of-dicts": (
        "Return a list with a dict for each stage, such as [{'stage': 'conv1', ...}]."
    ),
    "layers-changed": "A layer was replaced or removed. Leave all as they are.",
    "parameters-left-frozen": (
        "requires_grad is False afterwards. To compute without gradients use "
        "torch.no_grad()."
    ),
    "model-changed": (
        "A forward pass in train mode moves batch norm's averages. Run the network in "
        "eval mode and under torch.no_grad()."
    ),
    "hooks-left": (
        "register_forward_hook returns a handle. Call handle.remove() for each, or the "
        "hooks run in every forward pass from now on."
    ),
    # Transforms
    "statistics-reversed": (
        "The statistics are in the order blue, green, red; pictures are in the order "
        "red, green, blue."
    ),
    "statistics-of-pixels": (
        "These are the statistics of pixels from 0 to 255; after ToTensor they go from "
        "0 to 1."
    ),
    "statistics-of-picture": (
        "These are the picture's own mean and standard deviation, which is 0 where it "
        "has one color. Those of the training images serve all pictures."
    ),
    "std-squared": "Divide by the standard deviation, not by its square.",
    "normalization-inverted": (
        "This multiplies by std and adds mean. Subtract mean, then divide by std."
    ),
    "statistics-others": (
        "This is another mean or standard deviation. The network was trained with "
        "ImageNet's."
    ),
    "pair-swapped": "The transforms have changed places: return train, test.",
    "pair-missing": "Return two transforms: train, test.",
    "compose-missing": (
        "A list of transforms is no transform: put it into transforms.Compose."
    ),
    "rotation-few-angles": (
        "Any angle between -20 and 20 degrees may come, not some of them only: "
        "RandomRotation(20)."
    ),
    "rotation-seldom": "Turn each picture: RandomRotation(20), without RandomApply.",
    "not-single-precision": (
        "Networks take float32. NumPy divides to float64, ToTensor to float32."
    ),
    "image-size-ignored": "The size is the image_size that comes in.",
    "flip-share": "Mirror every second picture: RandomHorizontalFlip(0.5).",
    "normalized-by-half": (
        "This is 0.5 for every mean and standard deviation. The network was trained "
        "with ImageNet's."
    ),
    "normalized-by-cifar": (
        "These are CIFAR-10's mean and standard deviation. The network was trained "
        "with ImageNet's."
    ),
    "channels-reversed": "The channels are in the order blue, green, red.",
    "tensor-missing": "ToTensor is missing: networks take tensors.",
    "channels-last": "Networks want the channels first: ToTensor does it.",
    "resize-missing": "transforms.Resize((image_size, image_size)) is missing.",
    "resize-one-side": (
        "Resize(image_size) makes the shorter side so long and keeps the proportions. "
        "Both sides: Resize((image_size, image_size))."
    ),
    "picture-lost": (
        "Something else than a turn and a mirror image happens to the picture: it is "
        "sheared, its colors change, or a part of it is covered."
    ),
    "picture-cropped": (
        "A part of the picture is cut off, or it is moved or scaled. Resize shows all "
        "of it; RandomRotation keeps its size (expand=False)."
    ),
    "rotation-missing": "RandomRotation(20) is missing from the training transform.",
    "rotation-too-far": "Turn by at most 20 degrees either way: RandomRotation(20).",
    "rotation-too-small": (
        "Turn by up to 20 degrees to *either* side: RandomRotation(20) means from -20 "
        "to 20."
    ),
    "rotation-one-sided": (
        "Turn to either side: RandomRotation(20), which means from -20 to 20."
    ),
    "rotation-drawn-once": (
        "The angle was drawn when the transform was made. Draw it anew for every "
        "picture, as RandomRotation does."
    ),
    "flip-vertical": (
        "RandomHorizontalFlip mirrors left and right; RandomVerticalFlip turns the "
        "picture upside down."
    ),
    # The head
    "head-not-replaced": (
        "fc still has 1000 outputs. Put a new nn.Linear in its place, with as many "
        "inputs as the old one (model.fc.in_features)."
    ),
    "head-added": (
        "A layer was put after the old head. Replace it: the features go into the new "
        "layer directly."
    ),
    "head-wrapped": "fc is a single nn.Linear, so that its parameters are fc.weight …",
    "head-size-fixed": (
        "The numbers of features differ: 512 for ResNet-18, 2048 for ResNet-50. "
        "model.fc.in_features knows."
    ),
    "head-sizes-swapped": (
        "nn.Linear takes first the number of inputs, then that of outputs."
    ),
    "path-not-loaded": "This is the path. load_file(path) gives the state dict.",
    "head-not-in-file": (
        "Without the keys of fc the state dict lacks tensors: "
        "load_state_dict(state, strict=False)."
    ),
    "head-not-new": (
        "The head was loaded along with the backbone. It belongs to other classes: "
        "replace it after loading, or leave fc out of the state dict."
    ),
    "head-shape-mismatch": (
        "The file's head has another number of classes than this network's. Leave the "
        "keys that begin with fc. out before load_state_dict(state, strict=False)."
    ),
    "classes-before-weights": (
        "Published weights have a head of 1000 classes. First make the network with "
        "its weights, then replace fc."
    ),
    "arch-ignored": "The network is not the one that arch names.",
    "weights-always": "With weights=None nothing is loaded.",
    "weights-ignored": "The weights are not loaded into the backbone.",
    "weights-rounded": (
        "These are the weights in a lower precision. Leave the network in float32."
    ),
    "buffers-not-loaded": (
        "Batch norm's running averages belong to the weights: without them the "
        "backbone's features are others. load_state_dict loads them."
    ),
    "weights-name-ignored": "Load the weights of the name that comes in.",
    "weights-file-as-name": (
        "The path of a file was taken for the name of torchvision's weights. A file "
        "ends in .safetensors; load_file reads it."
    ),
    "weights-name-as-file": (
        "The name of torchvision's weights was taken for the path of a file. A file "
        "ends in .safetensors."
    ),
    "frozen-too-early": (
        "A part of the network is frozen. make_classifier leaves all of it trainable."
    ),
    # What trains
    "backbone-not-frozen": (
        "The backbone still trains. Set requires_grad to False for each of its "
        "parameters: an attribute of the model itself does nothing."
    ),
    "backbone-partly-frozen": (
        "Only a part of the backbone is frozen. All parameters are, but those whose "
        "names begin with fc."
    ),
    "batch-norm-weights-train": (
        "The batch norms' weights and biases still train. They belong to the backbone."
    ),
    "wrong-part-frozen": (
        "The head is frozen and the backbone trains. It is the other way round: "
        'requires_grad = name.startswith("fc.").'
    ),
    "head-not-kept": (
        "Freezing changes no weights: leave the layers and their numbers as they are."
    ),
    "averages-not-kept": (
        "Batch norm's averages belong to the backbone: leave them as they are, and put "
        "the batch norms in eval mode."
    ),
    "head-frozen": "The head is frozen too, so that nothing trains.",
    "batch-norm-not-frozen": (
        "In train mode, a batch norm's running averages follow the new images, whether "
        "its parameters are frozen or not, and it normalizes by the batch. Put the "
        "batch norms in eval mode."
    ),
    "parameter-in-two-groups": "A parameter is in both groups: take the head's out.",
    "group-misses-parameters": "A parameter is in no group, so that it never trains.",
    "rate-missing": (
        "A group has no rate of its own: the keys are params and lr, so spelled."
    ),
    "rates-equal": "Both groups have the same rate.",
    "parameter-in-wrong-group": (
        "A parameter is in the other part's group: all of fc's, and no others, are the "
        "head's."
    ),
    "groups-freeze": (
        "Groups say how fast each part trains. What is frozen does not train at all: "
        "leave requires_grad as it is."
    ),
    "groups-not-two": "There are two groups: one for the backbone, one for the head.",
    "groups-are-no-dicts": (
        'Return a list of two dicts, {"params": ..., "lr": ...}; params are the '
        "parameters themselves, not their names."
    ),
    "tensors-in-a-list": (
        "`in` compares tensors number by number. Compare names, or id(p)."
    ),
    "groups-are-optimizer": "Return the list of groups, not an optimizer made of them.",
    "rates-swapped": "The rates of the groups have changed places.",
    "groups-in-wrong-order": "The order is backbone, head.",
    # TensorBoard
    "tag-misspelled": "The tags are others; see the text for how they are written.",
    "add-scalars-not-scalar": (
        "add_scalars makes a run of its own for each curve. Call add_scalar for each."
    ),
    "step-missing": "Pass the epoch as the step: otherwise all points lie at 0.",
    "step-not-epoch": "The step is the epoch that comes in.",
    "curves-swapped": "Two of the curves have changed places.",
    "lr-of-first-group": "This is the first group's rate; the last one's is wanted.",
    "lr-of-another-group": (
        "This is another group's rate. The last group is param_groups[-1], however "
        "many there are."
    ),
    "lr-of-the-start": (
        'initial_lr is the rate that a schedule began with. This epoch\'s is "lr".'
    ),
    "lr-of-each-group": "Under lr there is one number an epoch: the last group's rate.",
    "lr-of-no-group": (
        'No group has this rate. It is in optimizer.param_groups[-1]["lr"]; defaults '
        "are what the optimizer was made with."
    ),
    "lr-not-of-optimizer": (
        'An optimizer has its rates in its groups: optimizer.param_groups[-1]["lr"].'
    ),
    "metrics-key": (
        "The keys of metrics are train_loss, train_accuracy, valid_loss and "
        "valid_accuracy."
    ),
    "scalar-missing": (
        "There are five scalars: the loss and the accuracy in training and in "
        "validation, and lr."
    ),
    "value-and-step-swapped": (
        "The value and the step have changed places: add_scalar(tag, value, step)."
    ),
    "value-rounded": "The number was rounded. TensorBoard rounds what it shows itself.",
    "histograms-under-one-tag": (
        "All histograms have one tag, so that they lie on one another. The tag has the "
        "parameter's name."
    ),
    "histograms-of-some": (
        "Some parameters have no histogram: go through model.named_parameters()."
    ),
    "histogram-missing": (
        "writer.add_histogram is missing, for each parameter, in every epoch."
    ),
    "histograms-of-weights-only": "Biases are parameters too: all of them.",
    "histogram-of-something-else": (
        "These are not the parameter's values. Gradients are something else."
    ),
    # Predictions
    "path-ignored": "Write the file at the path that comes in.",
    "header-missing": "The first line says id,label.",
    "header-misspelled": "The first line says id,label: lower case, no spaces.",
    "index-column": "There is a column too many: pandas needs index=False.",
    "commas-missing": "The fields are separated by commas.",
    "file-appended": (
        'open(path, "a") adds to an old file: the second time, all lines are there '
        'twice. Open it with "w".'
    ),
    "columns-swapped": "The columns have changed places: first the id, then the label.",
    "argmax-wrong-axis": (
        "This is an image a class: the largest along the batch. Take it along the "
        "classes: argmax(dim=1)."
    ),
    "ids-by-batch-size": (
        "Batches differ in size, so that batch * batch_size + row is no position. "
        "Count the images."
    ),
    "ids-from-one": "Ids count from 0.",
    "ids-restart": "The ids begin anew in each batch. Count on over all batches.",
    "no-lines": "There is no line after the first one.",
    "label-not-an-integer": "Labels are whole numbers: 3, not 3.0 or tensor(3).",
    "targets-not-predictions": (
        "These are the loader's targets. Of hidden images nobody tells them: write "
        "what the network predicts."
    ),
    "labels-from-one": "Classes count from 0.",
    "header-repeated": (
        "The first line comes once: write it before the loop over the batches (pandas "
        "writes it in each to_csv: collect the labels, and write at the end)."
    ),
    "file-empty": (
        "The file is empty. Lines reach it when it is closed: use with open(...)."
    ),
    "newline-missing": 'Each line ends with a newline, "\\n", the first one too.',
    "fields-too-many": "A line has two fields, id and label.",
    "id-of-batch": "This is the batch's number. An id is the image's position.",
    "ids-are-targets": (
        "These are the loader's targets. An id is the image's position: count."
    ),
    "id-missing": "A line has two fields: first the id, then the label.",
    "id-not-a-number": "An id is a whole number, the position: 7, not 7.0 or 007.",
    "ids-not-in-order": "The lines are in the order of the data set: by id.",
    "line-of-batch": (
        "This is a line for each batch. Write one for each image: loop over the labels."
    ),
    "stopped-after-first-batch": (
        "These are the first batch's images. Go through all batches, and write or "
        "return after the loop."
    ),
    "argmin-not-argmax": (
        "This is the class of the smallest logit. The largest one wins: argmax(dim=1)."
    ),
    "second-largest": "This is the class of the second largest logit.",
    "argmax-of-absolute": (
        "A logit far below zero speaks against its class: take no absolute values."
    ),
    "argmax-without-axis": (
        "argmax() without an axis is one place in the whole batch. Take it along the "
        "classes: argmax(dim=1)."
    ),
    "softmax-over-batch": (
        "The softmax was taken along the batch, which changes the order of an image's "
        "logits. It is softmax(dim=1), and argmax needs none."
    ),
    "logit-not-class": (
        "These are logits or probabilities. The class is where the largest one is: "
        "logits.argmax(dim=1)."
    ),
}


def _sizes_differ(low: int, high: int) -> Callable[[Any], bool]:
    """Whether a sum failed at heights or widths of a ratio, in percent."""

    def holds(c: Any) -> bool:
        found = re.search(r"a \((\d+)\) must .* b \((\d+)\) .* dimension [23]", c.error)
        sides = sorted(map(int, found.groups())) if found else [0, 1]
        return low <= 100 * sides[0] / sides[1] <= high

    return holds


def _multiplied(rows: str, features: str, inputs: str) -> Callable[[Any], bool]:
    """Whether a linear layer with these inputs got (rows, features), as patterns."""
    return error_matches(rf"\({rows}x{features} and {inputs}x\d+\)")


RULES = [
    # Lab 2's network has the same errors, for other reasons.
    Rule("stride-not-in-shortcut", ("published-net",), _sizes_differ(50, 55)),
    Rule("padding-missing", ("published-net",), _sizes_differ(56, 99)),
    Rule("flatten-missing", ("published-net",), _multiplied(r"\d+", "1", r"\d+")),
    Rule("flatten-missing", ("published-net",), _multiplied("1", r"\d+", "64")),
    # At a width of 8, 64 features are right.
    Rule("width-ignored", ("published-net",), _multiplied(r"\d+", "64", r"\d+")),
    Rule("pool-missing", ("published-net",), error_has("mat1 and mat2 shapes")),
    *(
        Rule(name, ("resnet18.stem",), is_other(name))
        for name in (
            *("max-pool-missing", "stem-relu-missing", "stem-pool-2"),
            *("stem-pool-unpadded", "stem-average-pool", "stem-stride-missing"),
            *("stem-padding", "relu-before-batch-norm", "stem-pool-stride"),
        )
    ),
    *(
        Rule(name, ("resnet18.stages",), is_other(name))
        for name in (
            *("relu-before-sum", "relu-missing-after-sum", "relu-missing-inside"),
            *("relu-before-batch-norm", "shortcut-missing", "shortcut-subtracted"),
            "relu-on-shortcut",
        )
    ),
    Rule(
        "statistics-of-picture",
        ("transforms",),
        lambda c: not c.finite,
    ),
    Rule(
        "compose-missing", ("transforms",), error_has("'list' object is not callable")
    ),
    Rule("head-shape-mismatch", ("replace-head",), error_has("size mismatch for fc")),
    Rule(
        "path-not-loaded",
        ("replace-head",),
        error_has(
            "Expected state_dict to be dict-like, got <class 'str'>",
            "'str' object has no attribute 'items'",
        ),
    ),
    Rule(
        "head-not-in-file",
        ("replace-head",),
        error_has('Missing key(s) in state_dict: "fc.weight", "fc.bias".'),
    ),
    Rule(
        "classes-before-weights",
        ("replace-head",),
        error_has("expected value 1000 but got"),
    ),
    Rule(
        "head-size-fixed",
        ("replace-head",),
        error_has("shapes cannot be multiplied", "must match"),
    ),
    Rule(
        "weights-file-as-name",
        ("replace-head",),
        error_has("KeyError: '/", "safetensors'"),
    ),
    Rule(
        "weights-name-as-file",
        ("replace-head",),
        error_has("No such file or directory", "FileNotFoundError"),
    ),
    Rule(
        "groups-are-optimizer",
        ("freeze.groups",),
        error_has(
            *(
                f"'{kind}' object is not iter"
                for kind in ("SGD", "Adam", "AdamW", "RMSprop")
            )
        ),
    ),
    Rule(
        "groups-are-no-dicts",
        ("freeze.groups",),
        error_has("optimizer can only optimize Tensors"),
    ),
    Rule("rate-missing", ("freeze.groups",), error_has("KeyError: 'params'")),
    Rule(
        "tensors-in-a-list",
        ("freeze.groups",),
        error_has("must match the size of tensor", "Boolean value of Tensor"),
    ),
    Rule(
        "lr-not-of-optimizer",
        ("tensorboard",),
        error_has(*(f"no attribute '{name}'" for name in ("lr", "get_last_lr"))),
    ),
    Rule("lr-of-another-group", ("tensorboard",), error_has("list index out of range")),
    Rule("metrics-key", ("tensorboard",), error_has("KeyError: ")),
    Rule(
        "batch-axis-dropped",
        ("predict.single",),
        error_has("object is not iterable", "Dimension out of range", "0-d"),
    ),
    Rule(
        "parameter-in-two-groups",
        ("freeze.groups",),
        error_has("appear in more than one parameter group"),
    ),
]
