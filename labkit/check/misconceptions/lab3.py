"""Known wrong answers of Lab 3."""

from collections.abc import Callable
from typing import Any

from labkit.check.misconceptions.rules import Rule, error_has, same

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
    "stem-pool-unpadded": "The max pool has padding 1.",
    "stem-average-pool": "The stem ends with a max pool; this is an average.",
    "stem-stride-missing": "The stem's convolution has stride 2.",
    "stem-padding": "The stem's 7x7 convolution has padding 3.",
    "pool-fixed": (
        "The last pool averages over 7 x 7 positions, as many as there are for 224 x "
        "224. Average over all, however many: nn.AdaptiveAvgPool2d(1)."
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
    "groups-not-two": "There are two groups: one for the backbone, one for the head.",
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
    "lr-of-each-group": "Under lr there is one number an epoch: the last group's rate.",
    "lr-of-no-group": (
        'No group has this rate. It is in optimizer.param_groups[-1]["lr"]; defaults '
        "are what the optimizer was made with."
    ),
    "histogram-missing": "writer.add_histogram is missing, for each parameter.",
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
    "logit-not-class": (
        "These are logits or probabilities. The class is where the largest one is: "
        "logits.argmax(dim=1)."
    ),
}


def _is_other(name: str) -> Callable[[Any], bool]:
    return lambda c: same(c.actual, c.others[name])


RULES = [
    *(
        Rule(name, ("resnet18.stem",), _is_other(name))
        for name in (
            *("max-pool-missing", "stem-relu-missing", "stem-pool-2"),
            *("stem-pool-unpadded", "stem-average-pool", "stem-stride-missing"),
            *("stem-padding", "relu-before-batch-norm"),
        )
    ),
    *(
        Rule(name, ("resnet18.stages",), _is_other(name))
        for name in (
            *("relu-before-sum", "relu-missing-after-sum", "relu-missing-inside"),
            *("relu-before-batch-norm", "shortcut-missing", "shortcut-subtracted"),
        )
    ),
    Rule("head-shape-mismatch", ("replace-head",), error_has("size mismatch for fc")),
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
            *(f"'{kind}' object is not iter" for kind in ("SGD", "Adam", "AdamW"))
        ),
    ),
    Rule(
        "parameter-in-two-groups",
        ("freeze.groups",),
        error_has("appear in more than one parameter group"),
    ),
]
