"""Isolated grading: what a submission can reach, and what it can earn by force."""

import contextlib
import csv
import io
import json
import os
import platform
import re
import shutil
import socket
import struct
import subprocess
import sys
import sysconfig
import time
from pathlib import Path

import corpus
import nbformat
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labkit.check import CheckFailed, StudentError, lab1
from labkit.check.student import assign, call, fields, items, method
from labkit.grading import export, grader, outputs
from labkit.grading.isolation import sandbox as sandboxes
from labkit.grading.isolation import seccomp, wire
from labkit.grading.isolation.execute import Limits, _Kernel, execute, only_defines
from labkit.grading.isolation.sandbox import Rules, Sandbox, SandboxError
from labkit.grading.isolation.trusted import Grader, Names
from labkit.grading.repair import repair
from labkit.grading.submission import Unreadable, parse
from labkit.grading.worker import Bundle
from labkit.nn import Module, Parameter
from labkit.release import student_notebook

LAB = "lab1_mlp"
RULES = Rules(
    forbidden=lab1.FORBIDDEN,
    memory=1 << 30,
    disk=64 << 20,
)
LIMITS = Limits(cell=10, test=4)

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="namespaces are Linux's"),
    pytest.mark.xdist_group("isolation"),  # they share a sandbox
]


@pytest.fixture(scope="module")
def sandbox():
    os.environ["LABKIT_SECRET"] = "the instructor's"
    with Sandbox(RULES) as made:
        yield made
    del os.environ["LABKIT_SECRET"]


@pytest.fixture
def kernel(sandbox):
    with _Kernel(sandbox) as made:
        yield made


def run(kernel, source, seconds=10):
    """Run a cell; return its outputs as one text."""
    return json.dumps(kernel.run(source, seconds))


class Session:
    """Test cells' view of a kernel: the student's names, by attribute."""

    def __init__(self, kernel, source):
        said = kernel.run(source, 10)
        assert not any(o["output_type"] == "error" for o in said), said
        self._fork = kernel.fork()
        self._peer = Grader(self._fork.__enter__())
        self._peer.deadline = time.monotonic() + 30

    def __getattr__(self, name):
        return Names({}, self._peer)[name]


@pytest.fixture
def student(kernel):
    made = []  # a session ends when nobody holds it

    def session(source):
        made.append(Session(kernel, source))
        return made[-1]

    return session


# What crosses


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        -(2**70),
        0.1,
        float("inf"),
        1 + 2j,
        "tëxt",
        b"\0\xff",
        [1, [2.5, "x"]],
        (1, (2,)),
        {"a": 1, 2: (3,)},
        {1, 2},
        range(3, 9, 2),
        np.float32(0.1),
        np.arange(6).reshape(2, 3)[:, ::-1],
        np.ones((0, 3), np.float16),
        np.array(3),
        np.array([True, False]),
        np.arange(4, dtype=">i4"),
    ],
    ids=repr,
)
def test_data_comes_back_as_it_was_sent(student, value):
    back = student("def echo(x):\n    return x").echo(value)
    if isinstance(value, np.ndarray | np.generic):
        assert back.dtype == value.dtype.newbyteorder("=")
        assert back.shape == value.shape
        assert type(back) is type(value)
        assert np.array_equal(back, value)
    else:
        assert type(back) is type(value)
        assert back == value


def test_objects_are_used_as_if_they_were_here(student):
    names = student("""
class Box:
    def __init__(self, size, rng=None):
        self.items = [rng] * size
        self.w = Holder()
    def __len__(self):
        return len(self.items)
    def __getitem__(self, i):
        return self.items[i]
    def each(self):
        yield from self.items
    def weigh(self, box, *, scale=1):
        return scale * len(box)
class Holder:
    data = None
""")
    box = names.Box(3, rng=7)
    assert len(box) == 3
    assert box[1] == 7
    assert list(box) == items(box) == list(box.each()) == [7, 7, 7]
    with pytest.raises(StudentError, match="TypeError"):
        items(box.w)
    assert box.weigh(box, scale=2) == 6
    box.w.data = np.ones(2)
    assert box.w.data.tolist() == [1, 1]
    with pytest.raises(StudentError, match="AttributeError"):
        box.missing  # noqa: B018
    with pytest.raises(StudentError, match="IndexError"):
        box[9]


def test_an_exception_arrives_as_text_with_the_students_line(student):
    broken = student("def broken():\n    raise KeyError('here')").broken
    with pytest.raises(StudentError, match="KeyError: 'here'") as caught:
        broken()
    assert caught.value.where == "\nLine 2: raise KeyError('here')"


def test_arrays_changed_in_place_are_seen_to_be_changed(student):
    names = student("def spoil(x, y):\n    x[0] = 9\n    return x + y")
    x, y = np.zeros(3), np.ones(3)
    assert names.spoil(x, y).tolist() == [10, 1, 1]
    assert x.tolist() == [9, 0, 0]
    assert y.tolist() == [1, 1, 1]
    x.flags.writeable = False
    with pytest.raises(StudentError, match="read-only"):
        names.spoil(x, y)


def test_a_generator_returns_advanced(student):
    draw = student("def draw(rng):\n    return rng.random(3)").draw
    here, there = np.random.default_rng(1), np.random.default_rng(1)
    assert np.array_equal(draw(there), here.random(3))
    assert there.random() == here.random()


@pytest.mark.parametrize("state", ["{'state': 0, 'inc': 0}", "{'state': 1, 'inc': 1}"])
def test_a_generator_cannot_be_put_on_another_sequence(student, state):
    spoil = student(f"""
def spoil(rng):
    rng.bit_generator.state = {{**rng.bit_generator.state, "state": {state}}}
""").spoil
    rng, same = np.random.default_rng(1), np.random.default_rng(1)
    with pytest.raises(StudentError, match="NoAnswer"):
        spoil(rng)
    assert rng.random() == same.random()


def test_warnings_are_given_here_too(student):
    overflow = student("import numpy as np\ndef f(x):\n    return np.exp(x)").f
    with pytest.warns(RuntimeWarning, match="overflow"):
        overflow(np.array([1000.0]))


def test_fakes_are_called_and_parameters_shared(student):
    class Fake(Module):
        def __init__(self):
            self.w = Parameter(np.ones(2))
            self._secret = "hidden"
            self.calls = []

        def forward(self, x):
            self.calls.append(x)
            return x * 2

        def backward(self, dy):
            self.w.grad = dy
            return dy

    fake = Fake()
    names = student("""
from labkit.nn import Module
def use(model):
    assert isinstance(model, Module)
    y = model(3)
    model.backward(y)
    for p in model.parameters():
        p.data = p.data - p.grad
    return y
def peek(model, name):
    return model._ask("get", name)
""")
    assert names.use(fake) == 6
    assert fake.calls == [3]
    assert fake.w.data.tolist() == [-5, -5]
    for name in ("_secret", "__class__", "__dict__", "forward.__globals__"):
        with pytest.raises(StudentError, match="AttributeError"):
            names.peek(fake, name)


def test_a_fakes_method_is_called_with_one_message_and_a_value_asked_for_each_time(
    student, monkeypatch
):
    class Fake(Module):
        def __init__(self):
            self.count = 0

        def backward(self, dy, *, times=1):
            self.count += dy * times

    asked = []
    perform = Grader.perform

    def recorded(self, op, target, args, kwargs):
        asked.append((op, *args))
        return perform(self, op, target, args, kwargs)

    monkeypatch.setattr(Grader, "perform", recorded)
    counts = student("""
def use(model):
    backward, counts = model.backward, []
    for _ in range(2):
        backward(1, times=2)
        counts.append(model.count)
    return counts
""").use(Fake())
    assert counts == [2, 4]
    assert asked == [("method", "backward", 1), ("get", "count")] * 2


def test_a_fake_has_no_methods_but_those_of_its_class(student):
    class Base(Module):
        def forward(self, x):
            return x

    class Fake(Base):
        field = staticmethod(len)

        def __init__(self):
            self.calls = []
            self.call = self.calls.append

        def _hidden(self):
            return "hidden"

        @property
        def title(self):
            return "Fake"

    names = student("""
def reach(target, name):
    return target._ask("method", name)
def call(fake):
    return fake.forward(2)
""")
    assert names.call(Fake()) == 2
    for name in (
        *("_hidden", "__init__", "calls", "call", "title", "field", "parameters"),
        *("calls.clear", None, 3, ["forward"]),
    ):
        with pytest.raises(StudentError, match="AttributeError"):
            names.reach(Fake(), name)
    for other in (Fake, Fake().forward, len, iter([1])):
        with pytest.raises(StudentError, match=r"AttributeError|TypeError"):
            names.reach(other, "forward")


@pytest.mark.parametrize("remote", [True, False])
def test_a_students_method_is_called_by_name(student, monkeypatch, remote):
    source = """
class Layer:
    def backward(self, dy):
        return [dy, dy]
    def spoil(self, x):
        x[0] = 9
"""
    own = {}
    exec(source, own)
    layer = student(source).Layer() if remote else own["Layer"]()
    asked = []
    ask = Grader.ask
    monkeypatch.setattr(
        Grader, "ask", lambda self, op, *rest: asked.append(op) or ask(self, op, *rest)
    )
    assert call("", "backward", method(layer, "backward"), 2) == [2, 2]
    assert asked == ["method"] * remote
    with pytest.raises(CheckFailed, match="changes its argument"):
        call("", "spoil", method(layer, "spoil"), np.zeros(2))
    with pytest.raises(CheckFailed, match="AttributeError"):
        call("", "forward", method(layer, "forward"), 2)


def test_a_parameter_is_locked_here_while_both_ends_have_it(student):
    parameter = Parameter(np.ones(3))
    names = student("""
def scale(p):
    p.data *= 2
    p.grad = p.data.copy()
    p.grad += 1
""")
    names.scale(parameter)
    assert parameter.data.tolist() == [2, 2, 2]
    assert parameter.grad.tolist() == [3, 3, 3]
    with pytest.raises(ValueError, match="read-only"):
        parameter.data += 1
    parameter.data = parameter.data + 1  # what a check does instead is seen
    names.scale(parameter)
    assert parameter.data.tolist() == [6, 6, 6]


def test_a_class_can_be_replaced_where_the_students_code_looks_it_up(student):
    class Layer(Module):
        def __init__(self, size):
            self.size = size

        def forward(self, x):
            return x + self.size

    names = student("""
from labkit.nn import Module
class Layer(Module):
    def __init__(self, size):
        self.size = size
    def forward(self, x):
        return "the student's"
class Net(Module):
    def __init__(self):
        self.layer = Layer(4)
        assert isinstance(self.layer, Layer)
    def forward(self, x):
        return self.layer(x)
""")
    net = names.Net
    with net.__labkit_replaced__({"Layer": Layer}):
        assert net()(1) == 5
    assert net()(1) == "the student's"


def test_a_students_subclass_of_a_fakes_class_has_its_own_methods(student):
    class Layer(Module):
        def backward(self, dy):
            return dy

        def scale(self, dy):
            return 2 * dy

    names = student("""
class Layer:
    pass
def use():
    class Own(Layer):
        def backward(self, dy):
            return self.scale(dy) + 1
    return Own().backward(3)
""")
    with names.use.__labkit_replaced__({"Layer": Layer}):
        assert names.use() == 7


def test_a_students_builtin_does_not_become_the_checks(student):
    names = student("def len(x):\n    return 0\nfloat = len")
    with pytest.raises(KeyError):
        names.len  # noqa: B018


_TREES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-5, 2**40)
    | st.floats()
    | st.text(max_size=3)
    | st.sampled_from(["|b1", "<f8", "|O", "PCG64"]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                [
                    *("array", "dtype", "shape", "blob", "w", "scalar", "torch"),
                    *("tuple", "dict", "set", "range", "bytes", "complex", "mirror"),
                    *("generator", "parameter", "state", "mine", "yours"),
                ]
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=20,
)


@settings(max_examples=300, deadline=None)
@given(_TREES)
def test_no_message_is_more_than_refused(tree):
    a, b = socket.socketpair()
    with a, b:
        peer = Grader(a)
        peer._room = wire.MAX_FRAME
        try:
            peer.decode(tree, [memoryview(b"\2" * 8)])
        except wire.ProtocolError:
            return


@pytest.mark.parametrize(
    "frame",
    [
        struct.pack("<QQ", 1 << 60, 0),
        struct.pack("<QQ", 2, 1 << 60) + b"{}",
        struct.pack("<QQ", 2, 0) + b"{}",
        struct.pack("<QQ", 3, 0) + b"nul",
        struct.pack("<QQ", 8000, 0) + b"[" * 8000,
        struct.pack("<QQ", 14, 0) + b'{"blobs": [9]}',
    ],
)
def test_a_malformed_frame_ends_the_conversation(frame):
    a, b = socket.socketpair()
    with a, b:
        peer = Grader(a)
        peer.deadline = time.monotonic() + 5
        b.sendall(frame)
        b.shutdown(socket.SHUT_WR)
        with pytest.raises(StudentError, match="NoAnswer"):
            peer.student("name", "x")
        assert peer.broken


@pytest.mark.parametrize(
    "tree",
    [
        {"dict": [[i * (2**61 - 1), None] for i in range(2000)]},
        {"range": [0, 10**15, 1]},
        {"array": {"dtype": "|O", "shape": [1], "blob": 0}},
        {"array": {"dtype": "<f8", "shape": [2], "blob": 0}},
        {"array": {"dtype": "<f8", "shape": [-1], "blob": 0}},
        {"yours": 1},
        {"generator": {"state": {"bit_generator": "MT19937"}, "mirror": None}},
        [{"bytes": 0}] * 100,
    ],
    ids=lambda tree: next(iter(tree), "") if isinstance(tree, dict) else "repeated",
)
def test_what_would_harm_the_grader_is_refused(tree):
    a, b = socket.socketpair()
    with a, b:
        peer = Grader(a)
        peer._room = 400
        with pytest.raises(wire.ProtocolError):
            peer.decode(tree, [memoryview(b"12345678")])


@pytest.mark.parametrize("warning", [[["list"], "x"], ["x"], None, 1])
def test_a_malformed_warning_ends_the_conversation(warning):
    a, b = socket.socketpair()
    with a, b:
        peer = Grader(a)
        peer.deadline = time.monotonic() + 5
        answer = {"op": "return", "value": 1, "warnings": [warning], "sync": []}
        wire.Peer(b).send(answer)
        if warning == [["list"], "x"]:  # a warning of no known kind is one all the same
            with pytest.warns(UserWarning, match="x"):
                assert peer.student("name", "x") == 1
        else:
            with pytest.raises(StudentError, match="NoAnswer"):
                peer.student("name", "x")


def test_a_byte_that_is_no_truth_value_becomes_true():
    a, b = socket.socketpair()
    with a, b:
        peer = Grader(a)
        peer._room = 400
        tree = {"dtype": "|b1", "shape": [3], "blob": 0, "w": True, "scalar": False}
        found = peer.decode({"array": tree}, [memoryview(b"\0\1\2")])
        assert found.sum() == 2


# What a cell does and leaves


def test_cells_show_text_results_figures_and_the_students_traceback(kernel):
    assert '"1\\n"' in run(kernel, "print(1)")
    assert '"text/plain": "2"' in run(kernel, "1 + 1")
    figure = "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()"
    assert "image/png" in run(kernel, figure)
    assert "----> 1 1/0" in run(kernel, "1/0")
    assert '"3"' in run(kernel, "import asyncio\nawait asyncio.sleep(0, 3)")


@pytest.mark.parametrize(
    "line",
    [
        *("%matplotlib inline", "%matplotlib", "%matplotlib notebook"),
        *("!pip install -q numpy", "%pip install numpy", "files = !ls"),
        "%load_ext autoreload\n%autoreload 2",
        "%config InlineBackend.figure_format = 'retina'",
        "import matplotlib\nmatplotlib.use('TkAgg')",
        *("%autosave 60", "%load_ext lab_black", "%time n = 1"),
        "import faulthandler, getpass\nfaulthandler.enable()\ngetpass.getuser()",
    ],
)
def test_what_students_write_above_an_answer_does_not_cost_it(kernel, line):
    said = run(kernel, f"{line}\ndef f():\n    return 1")
    assert '"error"' not in said
    assert ("no commands are run" in said) == ("pip" in line or "!" in line)
    assert '"1"' in run(kernel, "f()")
    draws = "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()"
    assert "image/png" in run(kernel, draws)


def test_a_cell_that_hangs_or_dies_leaves_what_was_before(kernel):
    run(kernel, "x = 1")
    assert "CellTimeout" in run(kernel, "x = 2\nwhile True: pass", 0.5)
    assert "KernelDied" in run(kernel, "x = 3\nimport os\nos._exit(0)")
    assert "KernelDied" in run(kernel, "x = 4\nimport os\nos.kill(os.getpid(), 9)")
    assert '"2"' in run(kernel, "x")


def test_what_a_test_does_is_gone_for_the_next_one(kernel):
    run(kernel, "kept = []\ndef add():\n    kept.append(1)\n    return len(kept)")
    for _ in range(2):
        with kernel.fork() as sock:
            assert Names({}, Grader(sock))["add"]() == 1


def test_a_definition_after_a_test_that_killed_all_is_not_lost(kernel):
    kernel.run("x = 1", 10)
    with kernel.fork() as fork:
        peer = wire.Peer(fork)
        peer.deadline = time.monotonic() + 10
        kill = "import os\nos.kill(-1, 9)"
        peer.send({"op": "cell", "source": kill, "seconds": 5, "sync": []})
        peer.receive()  # all but the one that asks are killed
    assert kernel.run("def f():\n    pass", 10, in_place=True) == []
    assert "True" in run(kernel, "print(x == 1 and callable(f))")


def test_equal_states_of_a_generator_spawn_equal_children(student):
    session = student(
        """
def split(rng):
    (child,) = rng.spawn(1)
    return child.permutation(9).tolist(), rng.random()
"""
    )
    one, same, other = (session.split(np.random.default_rng(n)) for n in (1, 1, 2))
    assert one == same
    assert one[0] != other[0]
    assert one[1] == np.random.default_rng(1).random()


def test_threads_of_a_students_take_turns(student):
    session = student(
        """
from concurrent.futures import ThreadPoolExecutor

def f(ask, items):
    with ThreadPoolExecutor(4) as pool:
        return list(pool.map(lambda x: ask(x) + ask(-x), items))
"""
    )
    items = iter(range(40))
    assert session.f(lambda x: x * x + x, items) == [2 * x * x for x in range(40)]


def test_numbers_in_an_array_of_objects_are_numbers(student):
    session = student("import numpy as np\ndef f(x):\n    return np.zeros_like(x)")
    assert session.f(None) == 0
    assert session.f(None).dtype == float
    with pytest.raises(StudentError, match="dtype object"):
        student("import numpy as np\ndef f():\n    return np.array([{}])").f()


def test_a_test_says_why_the_cell_before_it_failed(sandbox, tmp_path):
    test = {"grade": True, "locked": True, "solution": False, "points": 1}
    raises = "raise ValueError('Hint (split-swapped): no')\ndef f():\n    pass"
    book = nbformat.v4.new_notebook(
        cells=[
            nbformat.v4.new_code_cell("import seaborn\nclass Net:\n    pass"),
            nbformat.v4.new_code_cell(raises),
            *(
                nbformat.v4.new_code_cell(name, metadata={"nbgrader": test})
                for name in ("Net", "f", "g")
            ),
        ]
    )
    ran = execute(book, tmp_path, sandbox, limits=LIMITS)
    net, f, g = (cell.outputs[0].evalue for cell in ran.cells[2:])
    assert "Net is not defined: its cell failed (ModuleNotFoundError: No mod" in net
    assert "(ValueError: hint (split-swapped): no)" in f
    assert g == "g is not defined: its cell failed"


def test_what_is_built_anew_has_the_time_that_it_had(kernel, monkeypatch):
    given = []

    def recorded(self, source, seconds, in_place=False, run=_Kernel.run):
        given.append((source, seconds))
        return run(self, source, seconds, in_place)

    kernel.run("x = 1", 47)
    kernel.run("import os\ndef kill():\n    os.kill(-1, 9)", 10)
    with contextlib.suppress(StudentError, wire.ProtocolError), kernel.fork() as sock:
        Names({}, Grader(sock))["kill"]()
    monkeypatch.setattr(_Kernel, "run", recorded)
    with kernel.fork() as sock:
        assert Names({}, Grader(sock))["x"] == 1
    assert given[0] == ("x = 1", 47)


def test_a_file_handed_in_can_be_written_anew(sandbox, tmp_path):
    cell = nbformat.v4.new_code_cell("open('best.pt', 'w').write('new')")
    book = nbformat.v4.new_notebook(cells=[cell])
    ran = execute(book, tmp_path, sandbox, {"best.pt": b"old"}, LIMITS)
    assert "error" not in [output.output_type for output in ran.cells[0].outputs]


@pytest.mark.parametrize("tests_after", [0, 1])
def test_no_student_pays_for_a_sandbox_that_is_gone(tests_after, tmp_path):
    with Sandbox(RULES) as sandbox:
        end = f"""
import contextlib, os, pathlib
for process in {sorted(processes(sandbox))}:
    with contextlib.suppress(OSError):
        os.kill(process, 9)
        while ") Z" not in pathlib.Path(f"/proc/{{process}}/stat").read_text():
            pass
"""
        test = {"grade": True, "locked": True, "solution": False, "points": 1}
        book = nbformat.v4.new_notebook(
            cells=[
                nbformat.v4.new_code_cell(source, metadata={"nbgrader": test})
                for source in (end, *["1 + 1"] * tests_after)
            ]
        )
        with pytest.raises(SandboxError):
            execute(book, tmp_path, sandbox, limits=LIMITS)


def test_nothing_is_left_for_the_next_submission(sandbox):
    with _Kernel(sandbox) as first:
        run(first, "open('/tmp/left', 'w').write('x')\nopen('/dev/shm/left', 'w')")
        run(first, "import numpy\nnumpy.pi = 3")
    with _Kernel(sandbox) as second:
        assert "[]" in run(second, "import glob\nglob.glob('/*/**/left')")
        assert "3.14" in run(second, "import numpy\nnumpy.pi")


def test_data_sets_are_there_before_a_submission_and_each_has_its_own(
    monkeypatch, tmp_path
):
    monkeypatch.setenv("LABKIT_DATASET", "digits")
    monkeypatch.setenv("LABKIT_DATA", str(tmp_path))  # no MNIST
    spoil = """
from labkit import data
print(sorted(data._kept))
images = data.load("digits", "test").images
print(images.sum())
images[:] = 0
data._kept.clear()
"""
    with Sandbox(Rules(data=(("digits", "test"), ("mnist", "test")))) as sandbox:
        said = []
        for _ in range(2):
            with _Kernel(sandbox) as kernel:
                said.append(run(kernel, spoil))
    assert "[('digits', 'test')]" in said[0]
    assert said[1] == said[0]


def test_files_that_libraries_opened_before_a_submission_stay_open(kernel):
    # Matplotlib's fonts close theirs when they go, whatever has the number by then.
    forget = """
import gc, os
from matplotlib import font_manager
files = [os.path.realpath(f"/proc/self/fd/{n}") for n in os.listdir("/proc/self/fd")]
print(sum(name.endswith(".ttf") for name in files))
gc.unfreeze()
font_manager._get_font.cache_clear()
collected = gc.collect()
"""
    (said,) = kernel.run(forget, 10)
    assert int(said["text"]) > 0


def test_memory_is_bounded_and_the_sandbox_outlives_it(sandbox):
    take = "import numpy as np\nnp.ones(1 << 28)"
    with _Kernel(sandbox) as kernel:
        assert "Unable to allocate" in run(kernel, take)
    with _Kernel(sandbox) as kernel:
        assert '"2"' in run(kernel, "1 + 1")


def test_what_a_lab_forbids_is_absent_and_says_so(kernel):
    assert "This lab does not allow torch" in run(kernel, "import torch")
    assert "does not allow sklearn.svm" in run(kernel, "import sklearn.svm")
    around = "import sys\ndel sys.meta_path[0]\nimport torch\ntorch.tensor"
    assert "AttributeError" in run(kernel, around)
    for learner in ("svm.SVC", "naive_bayes.GaussianNB"):
        module, name = learner.split(".")
        said = run(kernel, f"from sklearn.{module} import {name}")
        assert re.search("ImportError|NotFoundError", said)  # no refusal any more


def test_no_capability_and_no_way_to_gain_one(kernel):
    said = run(kernel, "print(open('/proc/self/status').read())")
    assert re.search(r"CapEff:\\t0{16}\\n", said)
    assert re.search(r"CapPrm:\\t0{16}\\n", said)
    assert re.search(r"NoNewPrivs:\\t1\\n", said)
    assert "Uid:\\t65534\\t65534\\t65534\\t65534" in said


@pytest.mark.parametrize("rights", ["all", "some", "none"])
def test_control_groups_of_version_2_get_their_limits(tmp_path, monkeypatch, rights):
    own = tmp_path / "own"
    own.write_text("0::/user.slice/app.scope\n")
    root = tmp_path / "cgroup"
    above = root / "user.slice"
    (above / "app.scope").mkdir(parents=True)
    for group, controllers in (
        *((root, "cpu memory pids"), (above, "memory pids"), (above / "app.scope", "")),
    ):
        (group / "cgroup.controllers").touch()
        (group / "cgroup.subtree_control").write_text(controllers)
    made = Path.mkdir

    def mkdir(path, *args):
        """Make a group as the kernel does: with the files of its controllers."""
        if rights == "none":
            raise PermissionError
        made(path, *args)
        for file in ("cgroup.procs", "memory.max", "memory.swap.max", "pids.max"):
            if rights == "all" or file.startswith(("cgroup", "pids")):
                (path / file).touch()

    assert sandboxes._delegating(root, own) == above
    monkeypatch.setattr(sandboxes, "_delegating", lambda root: above)
    monkeypatch.setattr(Path, "mkdir", mkdir)
    group = sandboxes._Cgroup(Rules(memory=7, processes=3), root)
    group.enter()
    found = {
        path.name: path.read_text()
        for path in above.glob("labkit-*/*")
        if path.is_file()
    }
    wanted = {"pids.max": "3", "cgroup.procs": "0"}
    if rights == "all":
        wanted |= {"memory.max": "7", "memory.swap.max": "0"}
    assert found == ({} if rights == "none" else wanted)


@pytest.mark.skipif(
    not os.access("/sys/fs/cgroup/memory", os.W_OK), reason="no groups of version 1"
)
def test_control_groups_of_version_1_get_their_limits_and_go():
    gone = subprocess.Popen(["true"])
    gone.wait()
    left = Path(f"/sys/fs/cgroup/pids/labkit-{gone.pid}-0")  # by a grader killed
    left.mkdir()
    group = sandboxes._Cgroup(Rules(memory=1 << 28, processes=9))
    found = {folder.parent.name: folder for folder in group.folders}
    memory = (found["memory"] / "memory.limit_in_bytes").read_text()
    assert (int(memory), (found["pids"] / "pids.max").read_text()) == (1 << 28, "9\n")
    assert "cpu" in found
    assert not left.exists()
    group.remove()
    assert not any(folder.exists() for folder in group.folders)


def test_of_the_data_folder_the_published_data_sets_alone_are_shown(
    monkeypatch, tmp_path
):
    (tmp_path / "MNIST/raw").mkdir(parents=True)
    (tmp_path / "private/images").mkdir(parents=True)
    monkeypatch.setenv("LABKIT_DATA", str(tmp_path))
    shown = [there for _, there in sandboxes._binds(RULES) if "/opt/data" in there]
    assert shown == ["/opt/data/MNIST/raw"]


def test_system_calls_that_no_lab_needs_are_refused(kernel):
    number = {"x86_64": 0, "aarch64": 1}[platform.machine()]
    calls = {name: pair[number] for name, pair in seccomp._REFUSED.items()}
    calls["clone"] = seccomp._MACHINES[platform.machine()][2]
    said = run(
        kernel,
        f"""
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
for name, number in {calls}.items():
    if libc.syscall(number, 0x10000000, 0, 0, 0, 0) != -1 or ctypes.get_errno() != 1:
        print(name, "is not refused")
""",
    )
    assert said == "[]"


def test_sockets_that_lead_out_of_a_network_namespace_are_refused(kernel):
    vsock = "import socket\nsocket.socket(socket.AF_VSOCK, socket.SOCK_STREAM)"
    assert "Operation not permitted" in run(kernel, vsock)
    assert "[]" in run(kernel, "import socket\nsocket.socketpair()[0].close()")


@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
def test_the_filter_answers_by_number_and_flags(machine):
    which, architecture, clone, sock = seccomp._MACHINES[machine]
    refuse, allow = 0x50001, 0x7FFF0000

    def answer(number, argument=0, architecture=architecture):
        """What the kernel's small machine would answer."""
        data, at = {0: number, 4: architecture, 16: argument}, 0
        instructions = seccomp.program(machine)
        while True:
            code, yes, no, operand = instructions[at]
            if code == 0x06:
                return operand
            if code == 0x20:
                value, jump = data[operand], 0
            else:
                holds = {
                    0x15: value == operand,
                    0x35: value >= operand,
                    0x45: value & operand,
                }[code]
                jump = yes if holds else no
            at += 1 + jump

    numbers = {pair[which] for pair in seccomp._REFUSED.values()}
    for number in set(range(600)) - {clone, sock, 435}:
        assert answer(number) == (refuse if number in numbers else allow)
    assert answer(1, architecture=1) == refuse
    assert answer(1 | 1 << 30) == refuse
    assert answer(435) == 0x50000 | 38
    assert answer(clone, 0x11) == answer(clone, 0x3D0F00) == allow
    for flag in (
        0x20000,
        0x80,
        0x2000000,
        0x4000000,
        0x8000000,
        0x10000000,
        0x20000000,
    ):
        assert answer(clone, flag | 0x11) == refuse
    assert [answer(sock, family) for family in (1, 2, 10)] == [allow] * 3
    assert {answer(sock, family) for family in (0, 3, 16, 17, 38, 40)} == {refuse}


def test_where_a_part_of_the_sandbox_cannot_be_made_there_is_none():
    with pytest.raises(OSError, match="known for mips"):
        seccomp.program("mips")
    with pytest.raises(
        SandboxError, match=r"used: sandbox: OSError.*mount /submission"
    ):
        Sandbox(Rules(preload=(), disk=-1))


def test_a_gpu_is_passed_in_with_its_driver_where_it_is_asked_for(
    monkeypatch, tmp_path
):
    for name in ("nvidia0", "nvidiactl", "nvidia-uvm", "null"):
        (tmp_path / name).touch()
    devices = sandboxes._gpu_devices(tmp_path)
    assert [Path(device).name for device in devices] == [
        *("nvidia-uvm", "nvidia0", "nvidiactl")
    ]
    driver = tmp_path / "driver"
    driver.mkdir()
    (driver / "libcuda.so.1").touch()
    monkeypatch.setenv("LD_LIBRARY_PATH", f"/nowhere:{driver}")
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "1")
    monkeypatch.setattr(sandboxes, "_gpu_devices", lambda: devices)
    for gpu in (False, True):
        rules = Rules(preload=(), gpu=gpu)
        options = " ".join(sandboxes._bubblewrap(rules, ["program"]))
        # After /dev is made, and before it is closed.
        assert options.count("--dev-bind-try") == (3 if gpu else 0)
        bound = all(
            f"--dev-bind-try {device} {device}" in options for device in devices
        )
        assert bound is gpu
        inner = options[options.rindex("--dev /dev") :]
        assert inner.index("--remount-ro /dev") > inner.rfind("--dev-bind-try")
        assert (f"--ro-bind {driver} {driver}" in options) is gpu
        environment = sandboxes._environment(rules, isolated=True)
        assert ("CUDA_VISIBLE_DEVICES" in environment) is gpu
        assert environment.get("LD_LIBRARY_PATH") == (str(driver) if gpu else None)


@pytest.mark.parametrize("found", [False, True])
def test_whether_there_is_a_gpu_another_process_finds_out(monkeypatch, tmp_path, found):
    asked = []

    def run(command, **_):
        asked.append(command)
        said = f"{1 << 34}\n" if found else ""
        return subprocess.CompletedProcess(command, int(not found), said)

    monkeypatch.setattr(sandboxes.subprocess, "run", run)
    assert not sandboxes.gpu_memory(tmp_path)
    assert not asked  # without a device there is nothing to ask
    (tmp_path / "nvidia0").touch()
    assert sandboxes.gpu_memory(tmp_path) == (1 << 34 if found else 0)
    assert "total_memory" in asked[0][-1]


@pytest.mark.parametrize("tier", ["gpu", "cpu"])
def test_a_gpu_is_asked_for_where_thresholds_are_measured_on_one(monkeypatch, tier):
    made = []
    monkeypatch.setattr(grader, "gpu_memory", lambda: 20 << 30)
    monkeypatch.setattr(grader, "Sandbox", lambda rules, _: made.append(rules))
    row = f'[[threshold]]\ndataset = "shapes10"\ntier = "{tier}"\n'.encode()
    empty = nbformat.writes(nbformat.v4.new_notebook())
    given = {"gpu_memory": 6 << 30}
    turns = []
    for beside in ({"thresholds.toml": row}, {}):
        for thresholds in (True, False):
            given |= {"companions": beside, "thresholds": thresholds}
            made_ = grader.Grader(Bundle("lab", empty, empty, **given))
            turns.append(made_.turns and made_.turns.count)
    assert [rules.gpu for rules in made] == [tier == "gpu", False, False, False]
    assert turns == [3 if tier == "gpu" else None, None, None, None]


# What the grader itself reads of a submission


def notebook(*cells):
    """The bytes of a notebook with these sources."""
    return nbformat.writes(
        nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(c) for c in cells])
    ).encode()


def test_a_text_that_takes_the_parser_hours_is_left_out():
    bomb = 'x = f"' + "{a}" * 100_000 + '"'
    [cell, other] = parse(notebook(bomb, "x = 1"), "n").cells
    assert cell.source == "# [labkit] left out: 300,007 characters are too many"
    assert other.source == "x = 1"
    start = time.monotonic()
    assert not only_defines("x = 1\n" * 10_000)
    assert only_defines("x = 1\n" * 1000)
    assert time.monotonic() - start < 1


def test_so_many_cells_characters_and_parts_are_read_and_no_more():
    many = parse(notebook(*["#" * 150_000] * 20), "n").cells
    assert [len(cell.source) > 1000 for cell in many] == [True] * 13 + [False] * 7
    with pytest.raises(Unreadable, match="2,001 cells"):
        parse(notebook(*[""] * 2001), "n")
    with pytest.raises(Unreadable, match="more parts"):
        parse(b'{"cells": [' + b"[]," * 1_000_000 + b"[]]}", "n")


def test_the_outputs_of_a_notebook_are_bounded_altogether(
    sandbox, monkeypatch, tmp_path
):
    monkeypatch.setattr(outputs, "ROOM", 5000)
    cells = [nbformat.v4.new_code_cell("print('x' * 2000)") for _ in range(4)]
    book = nbformat.v4.new_notebook(cells=cells)
    ran = execute(book, tmp_path, sandbox, limits=LIMITS)
    sizes = [sum(map(outputs.size, cell.outputs)) for cell in ran.cells]
    assert sizes[:2] == [2101, 2101]
    assert max(sizes[2:]) < 300
    kept = [nbformat.v4.new_output("stream", text="x" * 2000) for _ in range(4)]
    cells = [nbformat.v4.new_code_cell(outputs=[output]) for output in kept]
    outputs.bound(cells)
    assert [len(cell.outputs[0].text) for cell in cells[:2]] == [2000, 2000]
    assert "left out" in cells[2].outputs[0].text


def test_html_costs_its_length_also_when_nothing_of_it_is_kept():
    empty = {"output_type": "display_data", "data": {"text/html": "<x>" * 1000}}
    kept = outputs.kept([empty] * 100, limit=10_000)
    assert len(kept) < 5


def test_the_log_gives_no_orders_to_a_terminal(sandbox, tmp_path):
    log = []
    cell = nbformat.v4.new_code_cell("raise ValueError('\\x1b[2J\\x07 cleared')")
    book = nbformat.v4.new_notebook(cells=[cell])
    execute(book, tmp_path, sandbox, limits=LIMITS, log=log)
    assert "?[2J? cleared" in log[0]
    assert log[0].isprintable()


def test_no_error_of_a_students_passes_for_a_hint(student):
    session = student("def f():\n    raise ValueError('Hint (split-swapped): no')")
    with pytest.raises(StudentError) as raised:
        session.f()
    assert "hint (split-swapped)" in f"{raised.value}{raised.value.where}"
    assert "Hint (" not in f"{raised.value}{raised.value.where}"


def test_what_a_probe_is_given_stays_as_it_is(student):
    session = student(
        """
import sys, types

def spoil(x):
    x[...] = 0

sys.modules["labkit.check.probes"] = types.SimpleNamespace(spoil=spoil)
"""
    )
    values = np.ones(3)
    session.spoil.__labkit_probe__("spoil", values)
    assert values.tolist() == [1, 1, 1]
    session.spoil(values)  # what becomes of a call's arguments is to be seen
    assert values.tolist() == [0, 0, 0]


def test_attributes_are_read_and_set_in_one_message(student, monkeypatch):
    session = student(
        """
import types
import numpy as np

def make():
    return types.SimpleNamespace(a=types.SimpleNamespace(b=np.ones(2)), c=3)
"""
    )
    made = session.make()
    sent = []
    send = wire.Peer.send
    monkeypatch.setattr(
        wire.Peer, "send", lambda *a, **k: (sent.append(1), send(*a, **k))[1]
    )
    found = fields(made, "a.b", "c")
    assert (found[0].tolist(), found[1]) == ([1, 1], 3)
    assign(made, {"a.b": np.zeros(2), "d": 4})
    assert len(sent) == 2
    assert [np.sum(value) for value in fields(made, "a.b", "d")] == [0, 4]
    for names in (("c", "a.none"), ("c.b",)):
        with pytest.raises(StudentError, match="no attribute"):
            fields(made, *names)
    with pytest.raises(StudentError, match="no attribute"):
        assign(made, {"none.b": 1})


def test_an_object_of_the_students_is_not_asked_for_names_of_the_kits():
    class Linear:
        def __init__(self):
            self.__dict__["parameters"] = {"W": 1}

        def __getattr__(self, name):
            return self.__dict__["parameters"][name]

    assert fields(Linear(), "W") == [1]
    with pytest.raises(StudentError, match="KeyError"):
        fields(Linear(), "b")


def test_an_array_is_watched_for_as_long_as_a_view_of_it_lives(student):
    session = student(
        """
import gc
kept = []

def keep(x):
    kept.append(x[1:])

def change():
    kept[0][...] = 7

def forget():
    kept.clear()

def watched():
    return sum(len(o.arrays) for o in gc.get_objects() if type(o).__name__ == "Student")
"""
    )
    values = np.ones(3)
    session.keep(values)
    session.change()
    assert values.tolist() == [1, 7, 7]
    assert session.watched() == 1
    session.forget()
    assert session.watched() == 0


def test_the_first_process_of_a_submission_holds_no_file_of_the_graders(kernel):
    said = run(
        kernel,
        """
import os
print({os.readlink(f"/proc/1/fd/{n}") for n in os.listdir("/proc/1/fd")})
""",
    )
    assert "{'/dev/null'}" in said


def test_a_name_is_no_formula_in_a_spreadsheet():
    row = ["ada", "-1.5", "+3", "-", "=HYPERLINK(1)", "@x", "-2+cmd|' /C calc'!A0", ""]
    file = io.StringIO()
    export._write([row], file)
    assert next(csv.reader([file.getvalue()])) == [
        *("ada", "-1.5", "+3", "-", "'=HYPERLINK(1)", "'@x"),
        *("'-2+cmd|' /C calc'!A0", ""),
    ]


_AS_A_USER = """
import json, os
from labkit.grading.isolation.execute import _Kernel
from labkit.grading.isolation.sandbox import Rules, Sandbox
assert os.getuid() == 12345
with Sandbox(Rules(preload=("numpy",), memory=1 << 30)) as sandbox:
    with _Kernel(sandbox) as kernel:
        for cell in (
            "import numpy as np; float(np.ones(3).sum())",
            "print(open('/proc/self/status').read())",
            "import os; print([*map(os.path.exists, ('/root', '/home', '/run'))])",
            "open('/usr/lib/x', 'w')",
            "import socket; socket.create_connection(('1.1.1.1', 53), 1)",
            "np.ones(1 << 28)",
        ):
            print(json.dumps(kernel.run(cell, 10)))
"""


@pytest.mark.slow
def test_an_ordinary_user_has_the_same_sandbox(tmp_path):
    python = "/usr/bin/python{}.{}".format(*sys.version_info)
    packages = sysconfig.get_path("purelib")
    kit = str(corpus.ROOT)
    user = ["setpriv", "--reuid=12345", "--regid=12345", "--clear-groups", "env", "-i"]
    user += [f"PYTHONPATH={kit}:{packages}", "PATH=/usr/bin:/bin", f"HOME={tmp_path}"]
    if os.getuid() != 0 or not shutil.which("setpriv"):
        pytest.skip("only root can become another user")
    for needed in (python, f"{kit}/labkit/__init__.py", f"{packages}/numpy"):
        if subprocess.run([*user, "test", "-r", needed]).returncode:
            pytest.skip(f"another user cannot read {needed}, or it is missing")
    ran = subprocess.run(
        [*user, python, "-c", _AS_A_USER], capture_output=True, text=True, cwd="/"
    )
    assert not ran.returncode, ran.stderr
    result, status, root, write, network, memory = ran.stdout.splitlines()
    assert '"3.0"' in result
    assert re.search(r"CapEff:\\t0{16}", status)
    assert "Seccomp:\\t2" in status
    assert "[False, False, False]" in root
    assert "Read-only file system" in write
    assert "unreachable" in network
    assert "Unable to allocate" in memory


def test_without_bubblewrap_nothing_runs(monkeypatch):
    monkeypatch.setattr(sandboxes.shutil, "which", lambda name: None)
    with pytest.raises(SandboxError, match="apt install bubblewrap"):
        Sandbox(RULES)


def test_a_sandbox_that_cannot_start_says_why(monkeypatch, tmp_path):
    broken = tmp_path / "bwrap"
    broken.write_text("#!/bin/sh\necho 'no namespaces here' >&2\nexit 1\n")
    broken.chmod(0o755)
    monkeypatch.setattr(sandboxes.shutil, "which", lambda name: str(broken))
    with pytest.raises(SandboxError, match="no namespaces here") as raised:
        Sandbox(RULES)
    assert "Mend it with: install bubblewrap 0.8" in str(raised.value)


# What is left when a submission ends


def passes(cell):
    return not any(o.output_type == "error" for o in cell.outputs)


def repaired(*cases):
    """A submission as the grader runs it."""
    released = student_notebook(LAB, corpus.ROOT)
    return repair(corpus.source(LAB), released, corpus.submission(LAB, *cases))


@pytest.mark.parametrize("name", ["daemon", "fork_bomb", "ignores_signals", "kills"])
def test_no_process_outlives_its_submission(sandbox, tmp_path, monkeypatch, name):
    monkeypatch.setenv("LABKIT_DATASET", "digits")
    case = next(case for case in corpus.load(LAB, "attacks") if case.name == name)
    notebook = repaired(case)
    wanted = {"setup", "linear", *case.loses}
    notebook.cells = [c for c in notebook.cells if c.id in wanted]
    before = sorted(processes(sandbox))
    execute(notebook, tmp_path, sandbox, limits=LIMITS)
    assert sorted(processes(sandbox)) == before
    assert not list(tmp_path.iterdir())


def test_without_a_sandbox_no_process_outlives_its_submission_either(tmp_path):
    test = {"grade": True, "locked": True, "solution": False, "points": 1}
    said = tmp_path / "said"
    tells = f"open({str(said)!r}, 'w').write(str(os.getpid()))"
    book = nbformat.v4.new_notebook(
        cells=[
            nbformat.v4.new_code_cell(
                f"import os, time\ndef f():\n    {tells}; time.sleep(600)"
            ),
            nbformat.v4.new_code_cell("f()", metadata={"nbgrader": test}),
        ]
    )
    with Sandbox(RULES, isolated=False) as sandbox:
        ran = execute(book, tmp_path, sandbox, limits=Limits(cell=10, test=0.5))
        assert not Path(f"/proc/{said.read_text()}").exists()
    assert ran.cells[1].outputs[0].output_type == "error"


@pytest.mark.parametrize("waited", [0.0, 1000.0])
def test_waiting_for_the_gpu_takes_none_of_a_submissions_time(
    sandbox, tmp_path, monkeypatch, waited
):
    monkeypatch.setattr("labkit.grading.isolation.execute.TOTAL", 0.0)
    locked = {"grade": False, "locked": True, "solution": False, "schema_version": 3}
    graded = locked | {"grade": True, "points": 3, "cell_type": "code"}
    names = ("first", "second")
    cells = [
        nbformat.v4.new_code_cell(
            "2.0",
            id=name,
            metadata={"nbgrader": graded | {"grade_id": name}, "tags": tags},
        )
        for name, tags in zip(names, ([], ["threshold"]), strict=True)
    ]
    ran = execute(
        nbformat.v4.new_notebook(cells=cells),
        tmp_path,
        sandbox,
        turn=lambda: contextlib.nullcontext(waited),
    )
    kinds = [cell.outputs[0].output_type for cell in ran.cells]
    assert kinds == ["error", "execute_result" if waited else "error"]


def processes(sandbox):
    """Processes of the sandbox, by id."""
    parents = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            parents[int(stat.parent.name)] = int(
                stat.read_text().split(")")[1].split()[1]
            )
    found = {sandbox._process.pid}
    while more := {c for c, p in parents.items() if p in found} - found:
        found |= more
    return found


def test_the_reference_solution_keeps_its_marks(sandbox, tmp_path, monkeypatch):
    monkeypatch.setenv("LABKIT_DATASET", "digits")
    tests = corpus.tests(LAB)
    ran = execute(repaired(), tmp_path, sandbox, thresholds=False)
    failed = {
        cell.id: cell.outputs
        for cell in ran.cells
        if cell.id in tests and not passes(cell)
    }
    assert not failed
    assert ran.metadata.labkit.isolation == "bubblewrap"
