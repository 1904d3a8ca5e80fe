"""Central differences, against derivatives known in closed form."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from labkit.gradcheck import directional_derivative, numerical_gradient, relative_error

finite = st.floats(-1e6, 1e6)
arrays = hnp.arrays(float, hnp.array_shapes(max_dims=3, max_side=4), elements=finite)


@given(arrays)
def test_an_array_has_no_error_against_itself(a):
    assert relative_error(a, a) == 0


@given(arrays, finite)
def test_relative_error_is_symmetric_and_at_most_one(a, shift):
    error = relative_error(a, a + shift)
    assert error == relative_error(a + shift, a)
    assert 0 <= error <= 1


def test_relative_error_is_that_of_the_worst_element():
    assert relative_error([1.0, 3.0], [1.0, 1.0]) == pytest.approx(0.5)
    assert relative_error([-1.0], [1.0]) == 1.0


def test_two_zeros_compare_equal_and_tiny_numbers_are_forgiven():
    assert relative_error([0.0], [0.0]) == 0
    assert relative_error([1e-12], [0.0]) == pytest.approx(1e-4)
    assert relative_error([], []) == 0


@pytest.mark.parametrize("wrong", [np.nan, np.inf])
def test_a_result_that_is_not_finite_never_passes(wrong):
    with np.errstate(invalid="ignore"):
        assert not relative_error([1.0, wrong], [1.0, 2.0]) < 0.9
        assert not relative_error([wrong], [wrong]) < 0.9


def test_shapes_are_compared_and_not_broadcast():
    with pytest.raises(ValueError, match=r"\(2, 1\) and \(1, 2\)"):
        relative_error(np.zeros((2, 1)), np.zeros((1, 2)))


@pytest.mark.parametrize("shape", [(), (1,), (3, 2)])
def test_numerical_gradient_of_a_known_function(shape):
    at = np.random.default_rng(0).normal(size=shape)
    gradient = numerical_gradient(lambda a: float(np.sum(np.sin(a))), at)
    assert gradient.shape == shape
    np.testing.assert_allclose(gradient, np.cos(at), rtol=1e-8)


def test_numerical_gradient_takes_integers_and_leaves_them_alone():
    at = np.array([1, 2, 3])
    gradient = numerical_gradient(lambda a: float((a**2).sum()), at)
    np.testing.assert_allclose(gradient, [2, 4, 6], rtol=1e-8)
    assert at.tolist() == [1, 2, 3]


def test_directional_derivative_is_the_gradient_along_the_direction():
    rng = np.random.default_rng(1)
    at, direction = rng.normal(size=(2, 4, 5))
    derivative = directional_derivative(lambda a: float((a**3).sum()), at, direction)
    assert derivative == pytest.approx((3 * at**2 * direction).sum(), rel=1e-7)
