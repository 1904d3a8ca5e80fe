"""Data sets on disk, damaged and missing ones, downloads, and batches."""

import gzip
import hashlib
import socketserver
import subprocess
import sys
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler

import numpy as np
import pytest

from labkit import data
from labkit.data import DataError, DataLoader, ImageDataset, Subset, load

RNG = np.random.default_rng(0)
IMAGES = {
    "train": RNG.integers(0, 256, (7, 28, 28), dtype=np.uint8),
    "test": RNG.integers(0, 256, (3, 28, 28), dtype=np.uint8),
}
TARGETS = {
    "train": np.array([3, 1, 4, 1, 5, 9, 2]),
    "test": np.array([6, 5, 3]),
}


def idx(array):
    """An array in LeCun's IDX format: magic, sizes, bytes."""
    head = bytes([0, 0, 8, array.ndim]) + np.array(array.shape, ">u4").tobytes()
    return head + array.astype(np.uint8).tobytes()


def packed(split):
    stem = {"train": "train", "test": "t10k"}[split]
    return {
        f"{stem}-images-idx3-ubyte.gz": gzip.compress(idx(IMAGES[split]), mtime=0),
        f"{stem}-labels-idx1-ubyte.gz": gzip.compress(idx(TARGETS[split]), mtime=0),
    }


FILES = packed("train") | packed("test")


@pytest.fixture
def root(tmp_path, monkeypatch):
    """An empty data folder, and sums and address of a small stand-in for MNIST."""
    monkeypatch.setenv("LABKIT_DATA", str(tmp_path))
    monkeypatch.delenv("LABKIT_DATASET", raising=False)
    sums = {
        name: hashlib.md5(content, usedforsecurity=False).hexdigest()
        for name, content in FILES.items()
    }
    source = data._SOURCES["mnist"]._replace(md5=sums, url="http://127.0.0.1:9/")
    monkeypatch.setitem(data._SOURCES, "mnist", source)
    return tmp_path


@pytest.fixture
def folder(root):
    """The folder of that data set, with its files."""
    folder = root / "MNIST" / "raw"
    folder.mkdir(parents=True)
    for name, content in FILES.items():
        (folder / name).write_bytes(content)
    return folder


# Files


@pytest.mark.parametrize("split", ["train", "test"])
def test_images_and_targets_are_read_from_the_published_files(split, folder):
    dataset = load("mnist", split)
    np.testing.assert_array_equal(dataset.images, IMAGES[split])
    np.testing.assert_array_equal(dataset.targets, TARGETS[split])
    assert dataset.images.dtype == np.uint8
    assert dataset.targets.dtype == np.int64
    assert dataset.name == "mnist"
    assert repr(dataset) == f"ImageDataset(mnist, {len(dataset)} images (28, 28))"


def test_files_that_torchvision_unpacked_are_read_too(folder):
    for name, content in FILES.items():
        (folder / name).unlink()
        (folder / name).with_suffix("").write_bytes(gzip.decompress(content))
    np.testing.assert_array_equal(load("mnist").images, IMAGES["train"])
    assert data.available("mnist")


def test_a_missing_file_is_named_with_its_address_and_the_way_out(folder):
    (folder / "train-labels-idx1-ubyte.gz").unlink()
    with pytest.raises(DataError) as caught:
        load("mnist")
    message = str(caught.value)
    assert str(folder / "train-labels-idx1-ubyte.gz") in message
    assert "http://127.0.0.1:9/train-labels-idx1-ubyte.gz" in message
    assert "labkit data fetch mnist" in message
    assert "load('digits')" in message
    assert not data.available("mnist")


def test_a_damaged_file_is_not_read(folder):
    file = folder / "t10k-images-idx3-ubyte.gz"
    file.write_bytes(gzip.compress(idx(IMAGES["test"] ^ 1)))
    with pytest.raises(DataError, match=r"t10k-images.* is damaged.*Delete it"):
        load("mnist", "test")
    assert data.verify("mnist") == [
        f"{file} is damaged: its checksum is not the published"
    ]


@pytest.mark.parametrize("keep", [0, 3, 10, 500])
def test_a_file_that_was_cut_short_is_not_read(keep, folder):
    file = folder / "train-images-idx3-ubyte.gz"
    file.unlink()
    file.with_suffix("").write_bytes(idx(IMAGES["train"])[:keep])
    with pytest.raises(DataError, match=r"train-images-idx3-ubyte is damaged"):
        load("mnist")


def test_verify_is_content_with_good_files_and_names_missing_ones(folder):
    assert data.verify("mnist") == []
    (folder / "t10k-labels-idx1-ubyte.gz").unlink()
    assert data.verify("mnist") == [f"{folder}/t10k-labels-idx1-ubyte.gz is missing"]


def test_unknown_names_and_splits_are_refused_with_the_known_ones(root):
    with pytest.raises(DataError, match=r"'mnits'; known are mnist, .*digits"):
        load("mnits")
    with pytest.raises(ValueError, match=r"'valid', expected 'train' or 'test'"):
        load("digits", "valid")


def test_the_data_folder_is_the_one_of_the_environment_or_in_the_cache(
    tmp_path, monkeypatch
):
    monkeypatch.setenv("LABKIT_DATA", str(tmp_path / "mine"))
    assert data.data_root() == tmp_path / "mine"
    monkeypatch.delenv("LABKIT_DATA")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    assert data.data_root() == tmp_path / "cache" / "labkit" / "data"


# The offline default


def test_digits_are_always_there_and_have_the_size_of_mnist(root):
    train, test = load("digits", "train"), load("digits", "test")
    assert train.images.shape == (1437, 28, 28)
    assert test.images.shape == (360, 28, 28)
    assert train.images.dtype == np.uint8
    assert (train.images.min(), train.images.max()) == (0, 255)
    assert set(train.targets) == set(test.targets) == set(range(10))
    np.testing.assert_array_equal(load("digits").images, train.images)


def test_digits_are_scikit_learns_and_are_read_without_it(root):
    program = (
        "import sys; from labkit import data; data.load('digits')\n"
        "sys.exit('sklearn' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
    from sklearn.datasets import load_digits

    images, labels = data._digits_8x8()
    np.testing.assert_array_equal(images, load_digits().images)
    np.testing.assert_array_equal(labels, load_digits().target)


def test_digits_are_found_where_scikit_learn_keeps_them_elsewhere(monkeypatch):
    expected = data._digits_8x8()
    monkeypatch.setattr(data.importlib.util, "find_spec", lambda name: None)
    for found, wanted in zip(data._digits_8x8(), expected, strict=True):
        np.testing.assert_array_equal(found, wanted)


def test_a_data_set_that_is_kept_is_read_once_and_given_in_copies(folder, monkeypatch):
    monkeypatch.setattr(data, "_kept", {})
    monkeypatch.setattr(data, "loaded", set())
    data.keep("mnist", "test")
    for file in folder.iterdir():
        file.unlink()
    first = load("mnist", "test")
    first.images[:] = 0
    first.targets[:] = 1
    second = load("mnist", "test")
    assert second.images.any()
    assert not (second.targets == 1).all()
    assert data.loaded == {("mnist", "test")}
    with pytest.raises(data.DataError):
        load("mnist", "train")
    assert data.loaded == {("mnist", "test")}


def test_no_digit_is_in_both_train_and_test(root):
    from sklearn.datasets import load_digits

    every = np.sort(np.concatenate([load("digits", s).targets for s in IMAGES]))
    np.testing.assert_array_equal(every, np.sort(load_digits().target))
    train = {image.tobytes() for image in load("digits", "train").images}
    test = {image.tobytes() for image in load("digits", "test").images}
    assert not train & test


def test_the_default_is_mnist_where_it_is_and_digits_elsewhere(folder, monkeypatch):
    assert data.default_dataset() == "mnist"
    (folder / "t10k-labels-idx1-ubyte.gz").unlink()
    assert data.default_dataset() == "digits"
    monkeypatch.setenv("LABKIT_DATASET", "fashion-mnist")
    assert data.default_dataset() == "fashion-mnist"
    monkeypatch.setenv("LABKIT_DATASET", "cifar")
    with pytest.raises(DataError, match=r"LABKIT_DATASET is 'cifar'.*unset it"):
        data.default_dataset()


# Downloads


@pytest.fixture
def server(tmp_path_factory, monkeypatch, root):
    """A local stand-in for the publisher; returns the folder that it serves."""
    published = tmp_path_factory.mktemp("published")
    for name, content in FILES.items():
        (published / name).write_bytes(content)

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *args):
            pass

    handler = partial(Quiet, directory=str(published))
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        url = f"http://127.0.0.1:{server.server_address[1]}/"
        source = data._SOURCES["mnist"]._replace(url=url)
        monkeypatch.setitem(data._SOURCES, "mnist", source)
        yield published
        server.shutdown()


def test_fetch_downloads_what_is_missing_and_shows_progress(server, root, capsys):
    assert len(data.missing("mnist")) == 4
    data.fetch("mnist")
    assert data.verify("mnist") == data.missing("mnist") == []
    np.testing.assert_array_equal(load("mnist").images, IMAGES["train"])
    progress = capsys.readouterr().err
    assert "train-images-idx3-ubyte.gz: 100%" in progress


def test_fetch_leaves_files_that_are_here_alone(server, folder):
    (server / "train-images-idx3-ubyte.gz").unlink()
    (folder / "t10k-images-idx3-ubyte.gz").unlink()
    data.fetch("mnist")
    assert data.verify("mnist") == []


def test_a_download_with_a_wrong_checksum_is_thrown_away(server, root):
    (server / "train-labels-idx1-ubyte.gz").write_bytes(b"<html>Sign in</html>")
    with pytest.raises(DataError, match="does not have the published MD5"):
        data.fetch("mnist")
    here = [file.name for file in (root / "MNIST" / "raw").iterdir()]
    assert here == ["train-images-idx3-ubyte.gz"]


def test_a_failed_download_names_the_address_and_the_offline_default(server, root):
    (server / "train-images-idx3-ubyte.gz").unlink()
    leftover = root / "MNIST" / "raw" / "train-images-idx3-ubyte.gz.partial"
    leftover.parent.mkdir(parents=True)
    leftover.write_bytes(b"from an earlier, interrupted download")
    with pytest.raises(DataError) as caught:
        data.fetch("mnist")
    assert "/train-images-idx3-ubyte.gz: HTTP Error 404" in str(caught.value)
    assert "load('digits')" in str(caught.value)
    assert list((root / "MNIST" / "raw").iterdir()) == []


def test_without_a_network_fetch_says_so(root):
    with pytest.raises(DataError, match=r"could not download http://127\.0\.0\.1:9/"):
        data.fetch("mnist")


# Batches


@pytest.fixture
def dataset():
    """Ten images whose every pixel is their index, with the index mod 3 as class."""
    images = np.arange(10, dtype=np.uint8)[:, None, None] * np.ones((2, 2), np.uint8)
    return ImageDataset("toy", images, np.arange(10) % 3, ("a", "b", "c"))


def order(loader):
    return [int(index) for x, _ in loader for index in x[:, 0]]


def test_a_subset_is_the_samples_at_its_indices(dataset):
    subset = Subset(dataset, [4, 2])
    assert len(subset) == 2
    assert subset[0][1] == 4 % 3
    assert [int(image[0, 0]) for image, _ in subset] == [4, 2]
    assert Subset("hello", [1, 0])[0] == "e"


def test_batches_are_flat_float_images_and_one_hot_targets(dataset):
    batches = list(DataLoader(dataset, 4))
    assert [x.shape for x, _ in batches] == [(4, 4), (4, 4), (2, 4)]
    assert [one_hot.shape for _, one_hot in batches] == [(4, 3), (4, 3), (2, 3)]
    x, one_hot = batches[1]
    assert x.dtype == one_hot.dtype == np.float32
    assert one_hot.tolist() == [[0, 1, 0], [0, 0, 1], [1, 0, 0], [0, 1, 0]]


@pytest.mark.parametrize(("batch_size", "count"), [(1, 10), (3, 4), (5, 2), (99, 1)])
def test_the_length_of_a_loader_is_its_number_of_batches(batch_size, count, dataset):
    loader = DataLoader(dataset, batch_size)
    assert len(loader) == len(list(loader)) == count


def test_without_a_generator_the_order_stays(dataset):
    loader = DataLoader(dataset, 3)
    assert order(loader) == order(loader) == list(range(10))


def test_with_a_generator_every_epoch_has_its_own_order_and_every_sample(dataset):
    loader = DataLoader(dataset, 3, rng=np.random.default_rng(0))
    epochs = [order(loader) for _ in range(3)]
    assert all(sorted(epoch) == list(range(10)) for epoch in epochs)
    assert len({tuple(epoch) for epoch in epochs}) == 3


def test_a_seed_gives_the_same_epochs_again(dataset):
    first, again, other = (
        DataLoader(dataset, 3, rng=np.random.default_rng(seed)) for seed in (0, 0, 1)
    )
    for _ in range(2):
        epoch = order(first)
        assert order(again) == epoch
        assert order(other) != epoch


def test_images_and_targets_stay_together_when_shuffled(dataset):
    for x, one_hot in DataLoader(dataset, 4, rng=np.random.default_rng(0)):
        np.testing.assert_array_equal(one_hot.argmax(axis=1), x[:, 0].astype(int) % 3)


def test_a_subset_of_a_subset_can_be_loaded(dataset):
    inner = Subset(Subset(dataset, [9, 7, 5, 3]), np.array([2, 0]))
    assert order(DataLoader(inner, 2)) == [5, 9]
    assert order(DataLoader(Subset(dataset, []), 2)) == []


def test_a_transform_sees_the_pixels_of_a_batch_and_not_the_data_set(dataset):
    seen = []

    def transform(x):
        seen.append((x.shape, x.dtype))
        x += 1
        return x / 2

    loader = DataLoader(dataset, 10, transform)
    assert [x[1, 0] for x, _ in loader] == [1.0]
    assert seen == [((10, 4), np.uint8)]
    assert dataset.images[0, 0, 0] == 0


def test_a_wrong_batch_size_or_data_set_is_refused(dataset):
    with pytest.raises(ValueError, match="batch_size is 0, expected >= 1"):
        DataLoader(dataset, 0)
    with pytest.raises(TypeError, match=r"expected an ImageDataset.*got list"):
        DataLoader([1, 2], 1)
