"""Color images: CIFAR-10's files, generated shapes, folders, batches on a device."""

import hashlib
import io
import struct
import tarfile

import numpy as np
import pytest
import torch
from PIL import Image

from labkit import data
from labkit.data import DataError, ImageDataset, ImageLoader, Subset, load, shapes

RNG = np.random.default_rng(0)
BATCHES = [f"data_batch_{n}" for n in range(1, 6)] + ["test_batch"]
IMAGES = {name: RNG.integers(0, 256, (3, 32, 32, 3), np.uint8) for name in BATCHES}
TARGETS = {name: RNG.integers(0, 10, 3).tolist() for name in BATCHES}


def batch(images, targets):
    """A batch as Python 2 pickled it: text is bytes, arrays are rebuilt by NumPy."""

    def text(string):
        return b"T" + struct.pack("<i", len(string)) + string

    shape = b"K" + bytes([len(images)]) + b"M" + struct.pack("<H", 3072) + b"\x86"
    dtype = b"cnumpy\ndtype\n" + text(b"u1") + b"K\0K\1\x87R"
    dtype += b"(K\3" + text(b"|") + b"NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\0tb"
    array = b"cnumpy.core.multiarray\n_reconstruct\n(cnumpy\nndarray\nK\0\x85"
    array += text(b"b") + b"tR(K\1" + shape + dtype + b"\x89"
    array += text(images.transpose(0, 3, 1, 2).tobytes()) + b"tb"
    labels = b"](" + b"".join(b"K" + bytes([t]) for t in targets) + b"e"
    return b"\x80\2}(" + text(b"data") + array + text(b"labels") + labels + b"u."


FILES = {name: batch(IMAGES[name], TARGETS[name]) for name in BATCHES}
FILES["batches.meta"] = b"\x80\2}."


def md5(content):
    return hashlib.md5(content, usedforsecurity=False).hexdigest()


def archive(files, extra=()):
    """A tar archive of the files, as the publisher packs them."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as tar:
        for name, content in files.items():
            member = tarfile.TarInfo(f"cifar-10-batches-py/{name}")
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
        for member in extra:
            tar.addfile(member)
    return out.getvalue()


@pytest.fixture
def published(tmp_path, monkeypatch):
    """Publish an archive in CIFAR-10's place; the data folder is empty."""
    root = tmp_path / "data"
    monkeypatch.setenv("LABKIT_DATA", str(root))
    monkeypatch.delenv("LABKIT_DATASET", raising=False)

    def publish(content, files=FILES):
        (tmp_path / "set.tar.gz").write_bytes(content)
        source = data._SOURCES["cifar10"]._replace(
            url=f"file://{tmp_path}/",
            md5={name: md5(content) for name, content in files.items()},
            archive=("set.tar.gz", md5(content)),
        )
        monkeypatch.setitem(data._SOURCES, "cifar10", source)
        return root

    return publish


@pytest.fixture
def folder(published):
    """The folder of that data set, with its files."""
    root = published(archive(FILES))
    data.fetch("cifar10")
    return root / "cifar-10-batches-py"


def test_cifar10_is_read_from_the_files_of_the_published_archive(folder):
    train, test = load("cifar10"), load("cifar10", "test")
    np.testing.assert_array_equal(
        train.images, np.concatenate([IMAGES[name] for name in BATCHES[:5]])
    )
    assert (
        train.targets.tolist() == np.ravel([TARGETS[n] for n in BATCHES[:5]]).tolist()
    )
    np.testing.assert_array_equal(test.images, IMAGES["test_batch"])
    assert train.images.flags.c_contiguous
    assert (train.images.dtype, train.targets.dtype) == (np.uint8, np.int64)
    assert train.classes[3] == "cat"
    assert repr(test) == "ImageDataset(cifar10, 3 images (32, 32, 3))"
    assert data.verify("cifar10") == []
    # torchvision wants this one too; of the archive nothing stays.
    assert (folder / "batches.meta").exists()
    assert [file.name for file in folder.parent.iterdir()] == ["cifar-10-batches-py"]


def test_an_archive_writes_its_own_files_and_nothing_else(published, tmp_path):
    outside = tarfile.TarInfo("../../escaped")
    link = tarfile.TarInfo("cifar-10-batches-py/link")
    link.type, link.linkname = tarfile.SYMTYPE, "/etc"
    root = published(archive(FILES, [outside, link]))
    data.fetch("cifar10")
    found = {file.name for file in (root / "cifar-10-batches-py").iterdir()}
    assert found == set(FILES)
    assert not (tmp_path / "escaped").exists()


def test_an_archive_with_other_files_is_refused(published):
    published(archive({**FILES, "test_batch": b"other"}))
    with pytest.raises(DataError, match=r"set\.tar\.gz is damaged at test_batch"):
        data.fetch("cifar10")
    assert not data.available("cifar10")


def test_a_pickle_that_asks_for_more_than_arrays_is_refused(published, tmp_path):
    touched = tmp_path / "touched"
    evil = b"cos\nmkdir\n(S'" + str(touched).encode() + b"'\ntR."
    files = {**FILES, "test_batch": evil}
    published(archive(files), files)
    data.fetch("cifar10")
    with pytest.raises(DataError, match=r"damaged: os\.mkdir has no place in a batch"):
        load("cifar10", "test")
    assert not touched.exists()


def test_damaged_and_missing_batches_are_named(folder):
    (folder / "data_batch_2").write_bytes(b"\x80\2}.")
    with pytest.raises(DataError, match=r"data_batch_2 is damaged .*its MD5"):
        load("cifar10")
    assert data.verify("cifar10") == [
        f"{folder}/data_batch_2 is damaged: its checksum is not the published"
    ]
    (folder / "data_batch_2").unlink()
    with pytest.raises(DataError) as caught:
        load("cifar10")
    assert "labkit data fetch cifar10" in str(caught.value)
    assert "load('shapes10')" in str(caught.value)


def test_the_default_in_color_is_cifar10_where_it_is(folder, monkeypatch):
    assert data.default_dataset(color=True) == "cifar10"
    assert data.default_dataset() == "digits"
    monkeypatch.setenv("LABKIT_DATASET", "shapes10")
    assert data.default_dataset(color=True) == "shapes10"
    # What does not fit a lab is left to the labs that it fits.
    assert data.default_dataset() == "digits"
    monkeypatch.setenv("LABKIT_DATASET", "digits")
    assert data.default_dataset(color=True) == "cifar10"
    (folder / "test_batch").unlink()
    assert data.default_dataset(color=True) == "shapes10"


# Generated shapes


def test_shapes_are_the_same_for_a_seed_and_other_ones_for_another():
    first, again, other = (
        shapes(40, np.random.default_rng(seed)) for seed in (0, 0, 1)
    )
    np.testing.assert_array_equal(first.images, again.images)
    np.testing.assert_array_equal(first.targets, again.targets)
    assert not np.array_equal(first.images, other.images)


def test_shapes_come_in_any_size_and_all_classes():
    for size, count in ((16, 20), (40, 10)):
        made = shapes(count, np.random.default_rng(0), size)
        assert made.images.shape == (count, size, size, 3)
        assert np.bincount(made.targets).tolist() == [count // 10] * 10
    assert len(made.classes) == 10


def test_shapes_turn_as_far_as_they_are_told():
    def contrast(turn):
        """How much more the mean picture of bars varies down than across."""
        made = shapes(2000, np.random.default_rng(0), turn=turn)
        bars = made.images[made.targets == made.classes.index("bars")] / 255
        shown = np.abs(bars - bars[:, :1, :1]).mean(axis=(0, 3))
        return shown[:, 12:20].mean(axis=1).std() / shown[12:20].mean(axis=0).std()

    assert contrast(np.pi) == pytest.approx(1, abs=0.3)
    assert contrast(0.3) > 2


def test_training_and_test_shapes_differ():
    train, test = load("shapes10"), load("shapes10", "test")
    assert (len(train), len(test)) == (6000, 2000)
    seen = {image.tobytes() for image in train.images}
    assert not seen & {image.tobytes() for image in test.images}


def test_color_and_place_do_not_tell_a_shape():
    """A linear classifier on the pixels does hardly better than guessing."""
    made = shapes(3000, np.random.default_rng(0), 16)
    pixels = made.images.reshape(3000, -1) / 255
    pixels = np.column_stack([pixels - pixels.mean(axis=0), np.ones(3000)])
    one_hot = np.eye(10)[made.targets]
    train, test = slice(2000), slice(2000, None)
    gram = pixels[train].T @ pixels[train] + 10 * np.eye(pixels.shape[1])
    weights = np.linalg.solve(gram, pixels[train].T @ one_hot[train])
    right = (pixels[test] @ weights).argmax(axis=1) == made.targets[test]
    assert right.mean() < 0.25


# Image folders


@pytest.fixture
def own(tmp_path, monkeypatch):
    monkeypatch.setenv("LABKIT_DATA", str(tmp_path))
    for split, count in (("train", 2), ("val", 1)):
        for value, name in ((40, "cat"), (200, "dog")):
            folder = tmp_path / "pets" / split / name
            folder.mkdir(parents=True)
            for number in range(count):
                image = Image.new("RGB", (50, 40), (value, 0, 255 - value))
                image.save(folder / f"{number}.png")
            (folder / "notes.txt").write_text("not an image")
    return tmp_path / "pets"


@pytest.mark.parametrize("name", ["pets", "folder:{}"])
def test_a_folder_of_ones_own_is_a_data_set(own, name):
    name = name.format(own)
    train, test = load(name), load(name, "test")
    assert train.name == "folder:pets"
    assert train.classes == ("cat", "dog")
    assert train.targets.tolist() == [0, 0, 1, 1]
    assert test.targets.tolist() == [0, 1]
    assert train.images.shape == (4, 32, 32, 3)
    assert train.images[3, 5, 5].tolist() == [200, 0, 55]
    assert data.image_folder(own, "train", 64).images.shape == (4, 64, 64, 3)


def test_a_folder_can_be_a_labs_data_set(own, monkeypatch):
    monkeypatch.setenv("LABKIT_DATASET", f"folder:{own}")
    assert data.default_dataset(color=True) == f"folder:{own}"
    assert data.default_dataset() == "digits"


def test_a_class_has_the_same_number_in_each_split(own):
    (own / "train/.ipynb_checkpoints").mkdir()
    assert load("pets").classes == load("pets", "test").classes == ("cat", "dog")
    (own / "train/ant").mkdir()
    with pytest.raises(DataError, match="must be the same; only one has ant"):
        load("pets", "test")


def test_folders_without_images_and_broken_images_are_named(own, tmp_path):
    with pytest.raises(DataError, match=r"no images in .*/empty/train; expected"):
        load(f"folder:{tmp_path / 'empty'}")
    (own / "train" / "cat" / "0.png").write_bytes(b"broken")
    with pytest.raises(DataError, match=r"cat/0\.png is no image that can be read"):
        load("pets")


# Batches on a device

PLAIN = {"mean": (0, 0, 0), "std": (1 / 255,) * 3}
"""Leaves pixels from 0 to 255 as they are."""


@pytest.fixture
def numbered():
    """Twelve images; each pixel tells its image, row and column."""
    images = np.zeros((12, 16, 16, 3), np.uint8)
    images[..., 0] = 1 + np.arange(12)[:, None, None]
    images[..., 1] = np.arange(16)[:, None]
    images[..., 2] = np.arange(16)
    return ImageDataset("numbered", images, np.arange(12) % 5, tuple("abcde"))


def test_batches_are_normalized_images_and_class_indices(numbered):
    loader = ImageLoader(numbered, 5, mean=(0.1, 0.2, 0.3), std=(0.5, 0.4, 0.3))
    batches = list(loader)
    assert len(loader) == 3
    assert [tuple(x.shape) for x, _ in batches] == [(5, 3, 16, 16)] * 2 + [
        (2, 3, 16, 16)
    ]
    x, targets = (torch.cat(parts).numpy() for parts in zip(*batches, strict=True))
    expected = (numbered.images / 255 - [0.1, 0.2, 0.3]) / [0.5, 0.4, 0.3]
    np.testing.assert_allclose(x, expected.transpose(0, 3, 1, 2), atol=1e-5)
    np.testing.assert_array_equal(targets, numbered.targets)
    assert batches[0][0].dtype == torch.float32
    assert batches[0][1].dtype == torch.int64
    assert batches[0][0].is_contiguous(memory_format=torch.channels_last)


def test_normalizing_agrees_with_torchvision(numbered):
    transforms = pytest.importorskip("torchvision.transforms")
    look = {"mean": (0.49, 0.48, 0.45), "std": (0.25, 0.24, 0.26)}
    theirs = transforms.Compose([transforms.ToTensor(), transforms.Normalize(**look)])
    (x, _) = next(iter(ImageLoader(numbered, 12, **look)))
    expected = torch.stack([theirs(image) for image in numbered.images])
    torch.testing.assert_close(x, expected, rtol=0, atol=1e-5)


def test_a_subset_has_its_own_images_in_its_order(numbered):
    loader = ImageLoader(Subset(numbered, [7, 2]), 2, **PLAIN)
    [(x, targets)] = loader
    assert x[:, 0, 0, 0].round().tolist() == [8, 3]
    assert targets.tolist() == [2, 2]


def test_epochs_are_shuffled_each_anew_and_repeatable(numbered):
    def epochs(seed):
        generator = seeded(seed)
        loader = ImageLoader(numbered, 5, train=True, generator=generator, **PLAIN)
        return [
            [torch.cat(parts) for parts in zip(*loader, strict=True)] for _ in range(3)
        ]

    first, again, other = epochs(0), epochs(0), epochs(1)
    orders = [x[:, 0].amax((1, 2)).round().int().tolist() for x, _ in first]
    assert all(sorted(order) == list(range(1, 13)) for order in orders)
    assert len(set(map(tuple, orders))) == 3
    for (x, targets), order in zip(first, orders, strict=True):
        assert targets.tolist() == [(number - 1) % 5 for number in order]
        assert x.is_contiguous(memory_format=torch.channels_last)
    assert all(torch.equal(a[0], b[0]) for a, b in zip(first, again, strict=True))
    assert not torch.equal(first[0][0], other[0][0])


def seeded(seed=0):
    return torch.Generator().manual_seed(seed)


def views(loader, count=40):
    return torch.cat([x for _ in range(count) for x, _ in loader]).round().int()


def test_training_images_are_moved_by_up_to_four_pixels_and_mirrored(numbered):
    x = views(ImageLoader(numbered, 12, train=True, generator=seeded(), **PLAIN))
    found = set()
    for image in x:
        inside = image[0] > 0
        rows, columns = inside.any(1).nonzero()[:, 0], inside.any(0).nonzero()[:, 0]
        # What is not black is a rectangle of the image itself, in its order.
        assert inside.sum() == len(rows) * len(columns)
        across = image[2, rows[0], columns]
        steps = across.diff().unique()
        assert steps.tolist() in ([1], [-1])
        assert image[1, rows, columns[0]].diff().unique().tolist() == [1]
        assert len(image[0][inside].unique()) == 1
        down = int(image[1, rows[0], columns[0]] - rows[0])
        mirrored = steps.item() == -1
        first = int(across[0])
        right = 15 - first - int(columns[0]) if mirrored else first - int(columns[0])
        found.add((down, right, mirrored))
    downs, rights, mirrors = map(set, zip(*found, strict=True))
    assert downs == rights == set(range(-4, 5))
    assert mirrors == {True, False}
    share = np.mean([image[2].float().diff(dim=1).sum().item() < 0 for image in x])
    assert 0.4 < share < 0.6


def test_erasing_takes_a_rectangle_out_of_half_of_the_images():
    images = np.full((400, 32, 32, 3), 255, np.uint8)
    white = ImageDataset("white", images, np.zeros(400, np.int64), ("white",))
    look = {"mean": (0.5,) * 3, "std": (0.5,) * 3, "train": True, "generator": seeded()}
    (x, _) = next(iter(ImageLoader(white, 400, erasing=True, **look)))
    gray = (x.abs() < 0.5).all(1)  # neither white nor the black of the border
    shares = []
    for mask in gray:
        rows, columns = mask.any(1).sum(), mask.any(0).sum()
        assert mask.sum() == rows * columns
        shares.append(mask.float().mean().item())
    erased = np.array([share for share in shares if share])
    assert 0.4 < len(erased) / 400 < 0.6
    assert erased.min() > 0.01
    assert 0.25 < erased.max() < 0.4
    (x, _) = next(iter(ImageLoader(white, 400, **look)))
    assert not (x.abs() < 0.5).any()


def test_evaluation_changes_no_image(numbered):
    loader = ImageLoader(numbered, 12, erasing=True, **PLAIN)
    (x, _), (again, _) = next(iter(loader)), next(iter(loader))
    assert torch.equal(x, again)
    np.testing.assert_allclose(x, numbered.images.transpose(0, 3, 1, 2), atol=1e-4)


def test_gray_images_and_wrong_sizes_are_refused(numbered):
    gray = ImageDataset("digits", numbered.images[..., 0], numbered.targets, ())
    with pytest.raises(ValueError, match=r"images of digits have the shape \(12, 16"):
        ImageLoader(gray, mean=(0,), std=(1,))
    with pytest.raises(ValueError, match="batch_size is 0, expected >= 1"):
        ImageLoader(numbered, 0, **PLAIN)


@pytest.mark.parametrize(
    ("channels", "stride", "on"), [(2, 2, False), (2, 1, True), (8, 2, True)]
)
def test_a_network_that_onednn_cannot_train_does_without_it(channels, stride, on):
    before = torch.backends.mkldnn.enabled
    model = torch.nn.Sequential(torch.nn.Conv2d(channels, 4, 1, stride))
    with data.fast(model):
        assert torch.backends.mkldnn.enabled is (before and on)
        model(torch.randn(16, channels, 32, 32)).sum().backward()
    assert torch.backends.mkldnn.enabled is before


def test_fast_changes_the_memory_layout_and_not_the_numbers():
    torch.manual_seed(0)
    model = torch.nn.Sequential(torch.nn.Conv2d(3, 8, 3), torch.nn.ReLU())
    x = torch.randn(2, 3, 9, 9)
    before = model(x)
    with data.fast(model):
        after = model(x)
        assert after.dtype == torch.float32
    weight = model[0].weight
    assert weight.is_contiguous(memory_format=torch.channels_last)
    torch.testing.assert_close(before, after)
    assert not torch.is_autocast_enabled("cpu")


@pytest.mark.gpu
def test_on_a_gpu_batches_are_made_there_and_convolutions_are_in_half_precision():
    made = shapes(256, np.random.default_rng(0))
    loader = ImageLoader(made, 128, train=True, erasing=True, device="cuda", **PLAIN)
    model = torch.nn.Conv2d(3, 8, 3)
    with data.fast(model, "cuda"):
        for x, targets in loader:
            assert x.is_cuda
            assert targets.is_cuda
            assert model(x).dtype == torch.bfloat16
