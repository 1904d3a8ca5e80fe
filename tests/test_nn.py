"""What the hand-written layers rely on: Parameter and Module."""

import numpy as np
import pytest

from labkit.nn import Module, Parameter


class Layer(Module):
    def __init__(self, size):
        self.weight = Parameter(np.zeros((size, size)))
        self.bias = Parameter(np.zeros(size))

    def forward(self, x, scale=1):
        return x * scale


class Plain(Module):
    pass


def test_a_parameter_has_data_and_no_gradient_before_the_first_backward():
    parameter = Parameter([[1.0, 2.0]])
    assert parameter.data.shape == (1, 2)
    assert parameter.grad is None
    assert repr(parameter) == "Parameter(shape=(1, 2))"


def test_a_parameter_keeps_the_precision_of_its_data():
    assert Parameter(np.zeros(2, dtype=np.float32)).data.dtype == np.float32


def test_calling_a_module_runs_forward_with_all_arguments():
    assert Layer(2)(3, scale=2) == 6


@pytest.mark.parametrize("method", ["forward", "backward"])
def test_a_method_that_is_not_written_names_itself(method):
    with pytest.raises(NotImplementedError, match=rf"Plain\.{method} is not written"):
        getattr(Plain(), method)(1)


def test_parameters_come_in_the_order_in_which_they_were_assigned():
    layer = Layer(2)
    assert list(layer.parameters()) == [layer.weight, layer.bias]
    layer.first = Parameter(0.0)
    assert list(layer.parameters())[-1] is layer.first


def test_parameters_are_found_in_submodules_lists_tuples_and_dicts_in_order():
    a, b, c, d = (Layer(size) for size in (1, 2, 3, 4))
    own = Parameter(0.0)
    network = Plain()
    network.layers = [a, (b, {"c": c}), own]
    network.name, network.size = "a name", 3
    network.head = d
    expected = [a.weight, a.bias, b.weight, b.bias, c.weight, c.bias, own]
    assert list(network.parameters()) == [*expected, d.weight, d.bias]


def test_a_shared_layer_gives_its_parameters_once():
    layer, network = Layer(2), Plain()
    network.first, network.again = layer, [layer, layer.weight]
    assert list(network.parameters()) == [layer.weight, layer.bias]


def test_modules_that_hold_each_other_do_not_loop_for_ever():
    child, parent = Layer(1), Plain()
    child.parent, parent.child = parent, child
    assert list(parent.parameters()) == [child.weight, child.bias]
    assert "Layer" in repr(parent)


def test_parameters_is_a_generator_that_can_be_walked_once():
    parameters = Layer(1).parameters()
    assert len(list(parameters)) == 2
    assert list(parameters) == []


def test_repr_shows_the_parts_and_leaves_out_what_is_no_part():
    network = Plain()
    network.layer, network.act, network.x = Layer(2), Plain(), np.zeros(3)
    assert repr(network) == (
        "Plain(\n  (layer): Layer(weight (2, 2), bias (2,))\n  (act): Plain()\n)"
    )
