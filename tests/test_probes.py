"""Checks of PyTorch code from outside: helpers beside it, tensors by value."""

import sys

import numpy as np
import pytest
import torch
from test_isolation import Session, run

from labkit.check import StudentError, lab2
from labkit.check.student import make, replaced
from labkit.grading.isolation.execute import _Kernel
from labkit.grading.isolation.sandbox import PRELOAD, Rules, Sandbox

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="namespaces are Linux's"),
    pytest.mark.xdist_group("isolation"),
]


@pytest.fixture(scope="module")
def sandbox():
    rules = Rules(forbidden=lab2.FORBIDDEN, preload=(*PRELOAD, *lab2.PRELOAD))
    with Sandbox(rules) as made:
        yield made


@pytest.fixture
def kernel(sandbox):
    with _Kernel(sandbox) as made:
        yield made


@pytest.fixture
def student(kernel):
    made = []  # a session ends when nobody holds it

    def session(source):
        made.append(Session(kernel, source))
        return made[-1]

    return session


def test_helpers_run_beside_the_students_objects(student):
    names = student("""
import torch
class Layer(torch.nn.Linear):
    pass
def spoil(x):
    x += 1
    return x.double()
""")
    layer = names.Layer(3, 2)
    weight = np.arange(6.0).reshape(2, 3)
    make(names.Layer, "load", layer, {"weight": weight, "bias": np.zeros(2)})
    assert np.array_equal(make(layer, "state", layer)["weight"], weight)
    x = np.ones((1, 3))
    assert make(layer, "run", layer, x, False).tolist() == (x @ weight.T).tolist()
    found, dx = make(layer, "backward", layer, x, np.ones((1, 2)), True)
    assert found["weight"].tolist() == [[1, 1, 1]] * 2
    assert dx.tolist() == [weight.sum(axis=0).tolist()]
    with pytest.raises(StudentError, match="AttributeError"):
        make(layer, "nothing_of_this_name")
    # Tensors cross by value; those that are changed in place come back changed.
    for dtype in (torch.float32, torch.float64, torch.int64):
        tensor = torch.zeros(2, 3, dtype=dtype)
        back = names.spoil(tensor)
        assert back.dtype == torch.float64
        assert back.shape == tensor.shape
        assert tensor.dtype == dtype
        assert tensor.tolist() == [[1, 1, 1]] * 2


def test_a_function_sees_other_objects_under_global_names(student):
    names = student("""
import functools
def other():
    return "the student's"
def decorated(function):
    @functools.wraps(function)
    def inner():
        return function()
    return inner
@decorated
def user():
    return other()
""")
    with replaced(names.user, {"other": lambda: "the check's"}):
        assert names.user() == "the check's"
    assert names.user() == "the student's"


def test_a_package_within_another_one_can_be_forbidden(kernel):
    assert run(kernel, "from torchvision import transforms") == "[]"
    for source in (
        "import torchvision.models",
        "from torchvision import models",
        "from torchvision.models.resnet import resnet18",
    ):
        assert "does not allow torchvision.models" in run(kernel, source)
    file = "import torchvision; open(torchvision.__path__[0] + '/models/resnet.py')"
    assert "No such file" in run(kernel, file)
