"""Slips of Python, NumPy and PyTorch, which any question may meet: all are errors."""

from labkit.check.misconceptions.rules import Rule, error_matches

_MODULE = r"(Conv2d|BatchNorm\dd|ReLU|Linear|Sequential|Dropout|Softmax)\b"
# By name: a pattern of the error, and the hint. What is further up is looked for first.
_SLIPS = {
    "parentheses-missing": (
        r"'method'|'builtin_function_or_method'|<class 'method'>"
        r"|'type' object does not support the context manager"
        r"|torch\.nn\.modules\S+ is not a Module",
        "A function, a method or a class is named here, not called: write its ().",
    ),
    "function-for-layer": (
        r"functional\.\w+ is not a Module",
        "nn.Sequential takes layers: nn.ReLU() is one, F.relu is a function.",
    ),
    "layers-not-unpacked": (
        r"list is not a Module",
        "nn.Sequential takes the layers themselves: nn.Sequential(*layers).",
    ),
    "list-of-layers-called": (
        r"'list' object is not callable",
        "A list of layers cannot be called: nn.Sequential(*layers) can, or call one "
        "after the other.",
    ),
    "layer-not-called": (
        rf"(arguments - got \(|must be Tensor, not |^AttributeError: '){_MODULE}",
        "A layer stands where its output should. self.conv1(x) calls a layer; "
        "nn.ReLU(x) only makes one: nn.ReLU()(x) or F.relu(x) computes it.",
    ),
    "tensor-habit": (
        r"'(numpy\.(ndarray|float\d+)|float)' object has no|argument '(keep)?dim'",
        "That is PyTorch's name, and this is NumPy's array or a number: np.log(x), "
        "x.T, x.copy(), x.astype(float), len(x), axis=1, keepdims=True.",
    ),
    "array-habit": (
        r"'Tensor' object has no attribute",
        "That is NumPy's name, and this is PyTorch's tensor: x.clone(), x.float(), "
        "x.size(0) or len(x), torch.cat.",
    ),
    "not-one-number": (
        r"only (one element tensors|length-1 arrays|0-dimensional arrays) can be"
        r"|cannot be converted to Scalar|created only for scalar outputs",
        "There is an entry for each sample where one number is wanted: .sum() or "
        ".mean() makes one of them.",
    ),
    "truth-of-many": (
        r"truth value of an|Boolean value of Tensor",
        "if, and, or, not take one truth value, and here are many. For each entry: a "
        "mask, np.where or torch.where. For all together: .all() or .any(). "
        "(nn.CrossEntropyLoss(a, b) takes a and b for options; "
        "nn.CrossEntropyLoss()(a, b) computes it.)",
    ),
    "detach-first": (
        r"Can't call numpy\(\) on Tensor that requires grad",
        "Autograd follows this tensor. For a number use .item(), for an array "
        ".detach().numpy().",
    ),
    "stacked-not-joined": (
        r"stack expects each|must have the same shape",
        "What is stacked must have one size, and the last batch is often smaller: "
        "torch.cat or np.concatenate joins batches.",
    ),
    "none-used": (
        r"'NoneType'|not NoneType|got None\b",
        "Something is None here. A method that changes its object returns nothing "
        "(list.append, zero_grad, step), and so does a function without return.",
    ),
    "range-missing": (
        r"'int' object is not iterable",
        "A number cannot be looped over: for epoch in range(epochs).",
    ),
    "model-for-parameters": (
        r"'[A-Z]\w+' object is not iter|only optimize Tensors",
        "A model cannot be looped over. An optimizer takes model.parameters().",
    ),
    "pair-not-unpacked": (
        r"'tuple' object has no attribute|'tuple' and|and 'tuple'"
        r"|must be Tensor, not (tuple|list)|inhomogeneous|can't multiply sequence",
        "A pair stands where one of its parts is wanted: for x, targets in loader; "
        "loss, accuracy = evaluate(...); x.shape[0], not x.shape.",
    ),
    "array-for-tensor": (
        r"must be Tensor, not |expected np\.ndarray",
        "NumPy's arrays and PyTorch's tensors do not mix: torch.as_tensor(x) makes a "
        "tensor of an array, x.numpy() an array of a tensor.",
    ),
    "float-for-count": (
        r"indices must be integers|interpreted as an integer",
        "A count or an index is an integer: //, int(x), x.astype(int).",
    ),
    "unpacked-wrongly": (
        r"values to unpack",
        "There are more or fewer values than names on the left. A dict gives its keys; "
        ".items() gives pairs.",
    ),
    "max-is-a-pair": (
        r"torch\.return_types",
        "x.max(dim=1) gives a pair, values and indices. x.argmax(dim=1) gives the "
        "classes.",
    ),
    "input-channels": (
        r"expected input\[",
        "A convolution gets another number of channels than it was made for. Images "
        "are (N, 3, H, W) here.",
    ),
    "sizes-of-view": (
        r"is invalid for input of size|cannot reshape array",
        "The sizes given to view or reshape must multiply to the number of entries. "
        "x.flatten(1) keeps the batch and makes one row of each sample.",
    ),
    "not-callable": (
        r"object is not callable",
        "What stands before the () is no function. (An array's size is a number, and "
        "its shape a tuple: len(x), x.shape[0].)",
    ),
    "name-unknown": (
        r"^(NameError|UnboundLocalError): ",
        "Nothing has this name here: is it misspelled, does it need self. before it, "
        "or is it only set in another function or further down?",
    ),
    "attribute-unknown": (
        r"has no attribute",
        "There is no such attribute: is it misspelled, or is it to be set on self "
        "first? dir(x) lists what there is.",
    ),
    "arguments-wrong": (
        r"required positional argument|positional arguments? but"
        r"|(unexpected|invalid) keyword argument",
        "The call does not fit the function's parameters: help(...) shows them.",
    ),
    "shapes-do-not-fit": (
        r"could not be broadcast|must match the size of tensor|not aligned"
        r"|cannot be multiplied|mismatch in its core dimension",
        "These shapes do not fit: print both. What sums or takes a maximum along an "
        "axis drops it, but for keepdims=True (PyTorch: keepdim).",
    ),
}

HINTS = {name: hint for name, (_, hint) in _SLIPS.items()}
RULES = [
    Rule("channels-do-not-fit", (), error_matches(r"running_mean should contain")),
    *(Rule(name, (), error_matches(pattern)) for name, (pattern, _) in _SLIPS.items()),
]
