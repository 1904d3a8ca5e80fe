"""Slips of Python, NumPy and PyTorch, which any question may meet: all are errors."""

import re
from collections.abc import Callable
from typing import Any

from labkit.check.misconceptions.rules import Rule

HINTS = {
    "parentheses-missing": (
        "A function, a method or a class is named here, not called: write its ()."
    ),
    "tensor-habit": (
        "That is PyTorch's name, and this is NumPy's array or a number: np.log(x), "
        "x.T, x.copy(), x.astype(float), len(x), axis=1, keepdims=True."
    ),
    "array-habit": (
        "That is NumPy's name, and this is PyTorch's tensor: x.clone(), x.float(), "
        "x.size(0) or len(x), torch.cat."
    ),
    "layer-not-called": (
        "A layer stands where its output should. self.conv1(x) calls a layer; "
        "nn.ReLU(x) only makes one: nn.ReLU()(x) or F.relu(x) computes it."
    ),
    "layers-not-unpacked": (
        "nn.Sequential takes the layers themselves: nn.Sequential(*layers)."
    ),
    "list-of-layers-called": (
        "A list of layers cannot be called: nn.Sequential(*layers) can, or call one "
        "after the other."
    ),
    "not-one-number": (
        "There is an entry for each sample where one number is wanted: .sum() or "
        ".mean() makes one of them."
    ),
    "truth-of-many": (
        "if, and, or, not take one truth value, and here are many. For each entry: a "
        "mask, np.where or torch.where. For all together: .all() or .any(). "
        "(nn.CrossEntropyLoss(a, b) takes a and b for options; "
        "nn.CrossEntropyLoss()(a, b) computes it.)"
    ),
    "array-for-tensor": (
        "NumPy's arrays and PyTorch's tensors do not mix: torch.as_tensor(x) makes a "
        "tensor of an array, x.numpy() an array of a tensor."
    ),
    "function-for-layer": (
        "nn.Sequential takes layers: nn.ReLU() is one, F.relu is a function."
    ),
    "model-for-parameters": (
        "A model cannot be looped over. An optimizer takes model.parameters()."
    ),
    "float-for-count": "A count or an index is an integer: //, int(x), x.astype(int).",
    "pair-not-unpacked": (
        "A pair stands where one of its parts is wanted: for x, targets in loader; "
        "loss, accuracy = evaluate(...); x.shape[0], not x.shape."
    ),
    "unpacked-wrongly": (
        "There are more or fewer values than names on the left. A dict gives its keys; "
        ".items() gives pairs."
    ),
    "attribute-unknown": (
        "There is no such attribute: is it misspelled, or is it to be set on self "
        "first? dir(x) lists what there is."
    ),
    "shapes-do-not-fit": (
        "These shapes do not fit: print both. What sums or takes a maximum along an "
        "axis drops it, but for keepdims=True (PyTorch: keepdim)."
    ),
    "detach-first": (
        "Autograd follows this tensor. For a number use .item(), for an array "
        ".detach().numpy()."
    ),
    "range-missing": "A number cannot be looped over: for epoch in range(epochs).",
    "max-is-a-pair": (
        "x.max(dim=1) gives a pair, values and indices. x.argmax(dim=1) gives the "
        "classes."
    ),
    "input-channels": (
        "A convolution gets another number of channels than it was made for. Images "
        "are (N, 3, H, W) here."
    ),
    "sizes-of-view": (
        "The sizes given to view or reshape must multiply to the number of entries. "
        "x.flatten(1) keeps the batch and makes one row of each sample."
    ),
    "not-callable": (
        "What stands before the () is no function. (An array's size is a number, and "
        "its shape a tuple: len(x), x.shape[0].)"
    ),
    "stacked-not-joined": (
        "What is stacked must have one size, and the last batch is often smaller: "
        "torch.cat or np.concatenate joins batches."
    ),
    "arguments-wrong": (
        "The call does not fit the function's parameters: help(...) shows them."
    ),
    "none-used": (
        "Something is None here. A method that changes its object returns nothing "
        "(list.append, zero_grad, step), and so does a function without return."
    ),
    "name-unknown": (
        "Nothing has this name here: is it misspelled, does it need self. before it, "
        "or is it only set in another function or further down?"
    ),
}

_MODULE = r"(Conv2d|BatchNorm\dd|ReLU|Linear|Sequential|Dropout|Softmax)\b"
_ERRORS = {
    "parentheses-missing": (
        r"'method'|'builtin_function_or_method'|<class 'method'>"
        r"|'type' object does not support the context manager"
        r"|torch\.nn\.modules\S+ is not a Module"
    ),
    "function-for-layer": r"functional\.\w+ is not a Module",
    "layers-not-unpacked": r"list is not a Module",
    "list-of-layers-called": r"'list' object is not callable",
    "layer-not-called": (
        rf"(arguments - got \(|must be Tensor, not |^AttributeError: '){_MODULE}"
    ),
    "tensor-habit": (
        r"'(numpy\.(ndarray|float\d+)|float)' object has no|argument '(keep)?dim'"
    ),
    "array-habit": r"'Tensor' object has no attribute",
    "not-one-number": (
        r"only (one element tensors|length-1 arrays|0-dimensional arrays) can be"
        r"|cannot be converted to Scalar|created only for scalar outputs"
    ),
    "truth-of-many": r"truth value of an|Boolean value of Tensor",
    "detach-first": r"Can't call numpy\(\) on Tensor that requires grad",
    "stacked-not-joined": r"stack expects each|must have the same shape",
    "none-used": r"'NoneType'|not NoneType|got None\b",
    "range-missing": r"'int' object is not iterable",
    "model-for-parameters": r"'[A-Z]\w+' object is not iter|only optimize Tensors",
    "pair-not-unpacked": (
        r"'tuple' object has no attribute|'tuple' and|and 'tuple'"
        r"|must be Tensor, not (tuple|list)|inhomogeneous|can't multiply sequence"
    ),
    "array-for-tensor": r"must be Tensor, not |expected np\.ndarray",
    "float-for-count": r"indices must be integers|interpreted as an integer",
    "unpacked-wrongly": r"values to unpack",
    "max-is-a-pair": r"torch\.return_types",
    "channels-do-not-fit": r"running_mean should contain",
    "input-channels": r"expected input\[",
    "sizes-of-view": r"is invalid for input of size|cannot reshape array",
    "not-callable": r"object is not callable",
    "name-unknown": r"^(NameError|UnboundLocalError): ",
    "attribute-unknown": r"has no attribute",
    "arguments-wrong": (
        r"required positional argument|positional arguments? but"
        r"|(unexpected|invalid) keyword argument"
    ),
    "shapes-do-not-fit": (
        r"could not be broadcast|must match the size of tensor|not aligned"
        r"|cannot be multiplied|mismatch in its core dimension"
    ),
}


def _matches(pattern: str) -> Callable[[Any], bool]:
    return lambda c: re.search(pattern, c.error) is not None


RULES = [Rule(name, (), _matches(pattern)) for name, pattern in _ERRORS.items()]
