"""Data sets: where they are, what is in them, and batches of them.

Files are looked for under `data_root` in the layouts that torchvision uses, checked
against published checksums, and downloaded only by `fetch`. Batches come as NumPy
arrays (`DataLoader`) or as tensors on a device (`ImageLoader`).
"""

import contextlib
import gzip
import hashlib
import importlib.util
import io
import math
import os
import pickle
import sys
import tarfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


class DataError(RuntimeError):
    """A data set is missing or damaged; the message says what to do."""


class _Source(NamedTuple):
    folder: str
    url: str
    classes: tuple[str, ...]
    md5: dict[str, str]
    """MD5 of each file as published (torchvision checks the same)."""
    files: Mapping[str, tuple[str, ...]]
    archive: tuple[str, str] | None = None
    """Name and MD5 of the one file in which all the others are published."""


_DIGITS = tuple("0123456789")
_IDX = {
    "train": ("train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz"),
    "test": ("t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz"),
}
_SOURCES = {
    "mnist": _Source(
        "MNIST/raw",
        "https://ossci-datasets.s3.amazonaws.com/mnist/",
        _DIGITS,
        {
            "train-images-idx3-ubyte.gz": "f68b3c2dcbeaaa9fbdd348bbdeb94873",
            "train-labels-idx1-ubyte.gz": "d53e105ee54ea40749a09fcbcd1e9432",
            "t10k-images-idx3-ubyte.gz": "9fb629c4189551a2d022fa330f9573f3",
            "t10k-labels-idx1-ubyte.gz": "ec29112dd5afa0611ce80d1b7f02629c",
        },
        _IDX,
    ),
    "fashion-mnist": _Source(
        "FashionMNIST/raw",
        "https://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
        (
            *("t-shirt", "trouser", "pullover", "dress", "coat"),
            *("sandal", "shirt", "sneaker", "bag", "ankle boot"),
        ),
        {
            "train-images-idx3-ubyte.gz": "8d4fb7e6c68d591d4c3dfef9ec88bf0d",
            "train-labels-idx1-ubyte.gz": "25c81989df183df01b3e8a0aad5dffbe",
            "t10k-images-idx3-ubyte.gz": "bef4ecab320f06d8554ea6380940ec79",
            "t10k-labels-idx1-ubyte.gz": "bb300cfdad3c16e7a12a480ee83cd310",
        },
        _IDX,
    ),
    "cifar10": _Source(
        "cifar-10-batches-py",
        "https://www.cs.toronto.edu/~kriz/",
        (
            *("airplane", "automobile", "bird", "cat", "deer"),
            *("dog", "frog", "horse", "ship", "truck"),
        ),
        {
            "data_batch_1": "c99cafc152244af753f735de768cd75f",
            "data_batch_2": "d4bba439e000b95fd0a9bffe97cbabec",
            "data_batch_3": "54ebc095f3ab1f0389bbae665268c751",
            "data_batch_4": "634d18415352ddfa80567beed471001a",
            "data_batch_5": "482c414d41f54cd18b22e5b47cb7c3cb",
            "test_batch": "40351d587109b95175f43aff81a1287e",
            "batches.meta": "5ff9c542aee3614f3951f8cda6e48888",
        },
        {
            "train": tuple(f"data_batch_{n}" for n in range(1, 6)),
            "test": ("test_batch",),
        },
        ("cifar-10-python.tar.gz", "c58f30108f718f92721af3b95e74349a"),
    ),
}
_SHAPES = (
    *("disc", "ring", "square", "frame", "triangle"),
    *("star", "cross", "bars", "crescent", "dumbbell"),
)
_GENERATED = {"train": (6000, 0), "test": (2000, 1)}
"""Number of images of `shapes10`, and the seed that draws them."""
NAMES = (*_SOURCES, "digits", "shapes10")
COLOR = ("cifar10", "shapes10")
"""Data sets whose images have three color channels."""


class Dataset(Protocol):
    """Anything with a length whose items can be taken by index."""

    def __len__(self) -> int: ...
    def __getitem__(self, index: int, /) -> Any: ...


@dataclass(frozen=True)
class ImageDataset:
    """Images and their class indices.

    Attributes
    ----------
    name : str
        Which data set this is, such as ``mnist``.
    images : ndarray, shape (n, height, width) or (n, height, width, 3), uint8
        Gray, or red, green and blue.
    targets : ndarray, shape (n,), int64
        Class indices.
    classes : tuple of str
        Class names, in the order of the indices.

    Notes
    -----
    ``dataset[i]`` is the pair ``(images[i], targets[i])``; an array of indices gives
    arrays.
    """

    name: str
    images: Array
    targets: Array
    classes: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.images)

    def __getitem__(self, index: Any) -> tuple[Any, Any]:
        return self.images[index], self.targets[index]

    def __repr__(self) -> str:
        return f"ImageDataset({self.name}, {len(self)} images {self.images.shape[1:]})"


class Subset:
    """The samples of a data set at the given indices.

    Parameters
    ----------
    dataset : Dataset
        Anything with a length and an index.
    indices : sequence of int, shape (n,)
        ``subset[i]`` is ``dataset[indices[i]]``.
    """

    def __init__(self, dataset: Dataset, indices: Sequence[int] | Array) -> None:
        self.dataset = dataset
        self.indices = indices

    def __len__(self) -> int:
        return len(self.indices)

    def __getitem__(self, index: int) -> Any:
        return self.dataset[self.indices[index]]


class Pictures:
    """Images as PyTorch's loaders and torchvision's transforms want them.

    Parameters
    ----------
    dataset : ImageDataset or Subset of one
        Color images.
    transform : callable
        From a PIL image to a tensor.

    Notes
    -----
    ``pictures[i]`` is the pair of the transformed image and its class index.
    """

    def __init__(
        self, dataset: ImageDataset | Subset, transform: Callable[[Any], Any]
    ) -> None:
        self.dataset = dataset
        self.transform = transform

    def __len__(self) -> int:
        return len(self.dataset)

    def __getitem__(self, index: int) -> tuple[Any, int]:
        from PIL import Image

        image, target = self.dataset[index]
        return self.transform(Image.fromarray(image)), int(target)


class DataLoader:
    """Batches of flat images and one-hot targets, as NumPy arrays.

    Parameters
    ----------
    dataset : ImageDataset or Subset of one
    batch_size : int
        The last batch is smaller where the sizes do not divide.
    transform : callable, optional
        Applied to each batch of pixels, (N, height * width) uint8.
    rng : numpy.random.Generator, optional
        Shuffles anew at the start of every epoch; without it the order stays.

    Yields
    ------
    x : ndarray, shape (N, height * width), float32
    one_hot : ndarray, shape (N, C), float32
        C is the number of classes.
    """

    def __init__(
        self,
        dataset: ImageDataset | Subset,
        batch_size: int = 32,
        transform: Callable[[Array], Array] | None = None,
        rng: np.random.Generator | None = None,
    ) -> None:
        if batch_size < 1:
            raise ValueError(f"DataLoader: batch_size is {batch_size}, expected >= 1")
        self.dataset = dataset
        self.batch_size = batch_size
        self.transform = transform
        self.rng = rng
        source, indices = _flatten(dataset)
        self._images = source.images.reshape(len(source), -1)
        self._targets = source.targets
        self._indices = indices
        self._one_hot = np.eye(len(source.classes), dtype=np.float32)

    def __len__(self) -> int:
        return -(-len(self._indices) // self.batch_size)

    def __iter__(self) -> Iterator[tuple[Array, Array]]:
        order = self._indices
        if self.rng is not None:
            order = self.rng.permutation(order)
        for start in range(0, len(order), self.batch_size):
            chosen = order[start : start + self.batch_size]
            x = self._images[chosen]
            if self.transform is not None:
                x = self.transform(x)
            yield np.asarray(x, dtype=np.float32), self._one_hot[self._targets[chosen]]


class ImageLoader:
    """Normalized color images and class indices, as tensors made on the device.

    The data set lies on the device as bytes. Shuffling and augmentation work there on
    whole batches, so that a GPU never waits for Python.

    Parameters
    ----------
    dataset : ImageDataset or Subset of one
        Color images, (n, height, width, 3).
    batch_size : int
        The last batch is smaller where the sizes do not divide.
    mean, std : sequence of float, shape (3,)
        Of each channel, in units of [0, 1].
    train : bool
        Whether to shuffle anew at the start of every epoch, and to augment: a random
        crop after 4 black pixels are added on every side, and a mirror image with
        probability 1/2.
    erasing : bool
        Whether training images also lose a rectangle, with probability 1/2, of 2 to 33
        percent of the area; it gets the mean color.
    device : str or torch.device
    generator : torch.Generator, optional
        Of the CPU, whatever the device; PyTorch's own by default.
    channels_last : bool
        Whether the images lie in channels-last memory, which convolutions prefer. Such
        images, and what convolutions make of them, cannot be flattened with ``view``.

    Yields
    ------
    images : Tensor, shape (N, 3, height, width), float32
    targets : Tensor, shape (N,), int64
    """

    def __init__(
        self,
        dataset: ImageDataset | Subset,
        batch_size: int = 128,
        *,
        mean: Any,
        std: Any,
        train: bool = False,
        erasing: bool = False,
        device: Any = "cpu",
        generator: Any = None,
        channels_last: bool = True,
    ) -> None:
        import torch

        if batch_size < 1:
            raise ValueError(f"ImageLoader: batch_size is {batch_size}, expected >= 1")
        source, indices = _flatten(dataset)
        if source.images.ndim != 4 or source.images.shape[-1] != 3:
            raise ValueError(
                f"ImageLoader: the images of {source.name} have the shape "
                f"{source.images.shape}, expected (n, height, width, 3)"
            )
        self.dataset = dataset
        self.batch_size = batch_size
        self.train = train
        self.erasing = erasing
        self.device = torch.device(device)
        self.generator = generator
        self.channels_last = channels_last
        # Indexing copies: the caller's arrays may be read-only, or change.
        self._images = torch.from_numpy(source.images[indices]).to(self.device)
        self._targets = torch.from_numpy(source.targets[indices]).to(self.device)
        mean, std = (
            torch.as_tensor(value, dtype=torch.float32, device=self.device).view(3)
            for value in (mean, std)
        )
        self._scale, self._shift = 1 / (255 * std), mean / std

    def __len__(self) -> int:
        return -(-len(self._images) // self.batch_size)

    def __iter__(self) -> Iterator[tuple[Any, Any]]:
        import torch

        count = len(self._images)
        order = torch.arange(count)
        if self.train:
            order = torch.randperm(count, generator=self.generator)
        for chosen in order.to(self.device).split(self.batch_size):
            pixels = self._images[chosen]
            if self.train:
                pixels = self._moved(pixels)
            images = pixels * self._scale - self._shift
            if self.train and self.erasing:
                images = images * self._kept(images)
            # A view: the memory stays in the order of height, width, channel.
            images = images.permute(0, 3, 1, 2)
            if not self.channels_last:
                images = images.contiguous()
            yield images, self._targets[chosen]

    def _random(self, *shape: int) -> Any:
        import torch

        return torch.rand(shape, generator=self.generator).to(self.device)

    def _moved(self, pixels: Any, pad: int = 4) -> Any:
        """Crop each image at random from its padded copy, and mirror half of them."""
        import torch

        count, height, width, _ = pixels.shape
        top, left, mirror = self._random(3, count, 1)
        rows = (top * (2 * pad + 1)).long() + torch.arange(height, device=self.device)
        across = torch.arange(width, device=self.device)
        across = torch.where(mirror < 0.5, across, width - 1 - across)
        columns = (left * (2 * pad + 1)).long() + across
        padded = torch.nn.functional.pad(pixels, (0, 0, pad, pad, pad, pad))
        each = torch.arange(count, device=self.device)[:, None, None]
        return padded[each, rows[:, :, None], columns[:, None, :]]

    def _kept(self, images: Any) -> Any:
        """Return 0 in the rectangle that an image loses and 1 elsewhere, (N, H, W, 1).

        Area and aspect as torchvision's RandomErasing draws them: 2 to 33 percent, and
        from 0.3 to 3.3, evenly in the logarithm. Longer sides are cut to the image.
        """
        import torch

        count, height, width, _ = images.shape
        lose, area, aspect, top, left = self._random(5, count, 1)
        area = (0.02 + 0.31 * area) * height * width
        aspect = torch.exp((2 * aspect - 1) * 1.19)
        high = (area * aspect).sqrt().round().clamp(1, height)
        wide = (area / aspect).sqrt().round().clamp(1, width)
        top = (top * (height - high + 1)).floor()
        left = (left * (width - wide + 1)).floor()
        down = torch.arange(height, device=self.device)
        across = torch.arange(width, device=self.device)
        rows = (down >= top) & (down < top + high) & (lose < 0.5)
        columns = (across >= left) & (across < left + wide)
        return 1 - (rows[:, :, None] & columns[:, None, :]).float()[..., None]


@contextlib.contextmanager
def fast(model: Any, device: Any = "cpu") -> Iterator[None]:
    """Let a PyTorch model run as its device likes it best, within the block.

    Neither the model's class nor the training loop has to know: ``with fast(model,
    device): fit(model, …)``. The model moves to the device and takes the channels-last
    memory layout, as `ImageLoader`'s batches have it. On a GPU, convolutions and
    matrix products work in bfloat16 (autocast; weights, loss and batch norm stay in
    float32) and cuDNN looks for its fastest algorithm. On a CPU the numbers do not
    change but for rounding.

    Parameters
    ----------
    model : torch.nn.Module
    device : str or torch.device
    """
    import torch

    device = torch.device(device)
    model.to(device, memory_format=torch.channels_last)
    on_gpu = device.type == "cuda"
    benchmark, onednn = torch.backends.cudnn.benchmark, torch.backends.mkldnn.enabled
    torch.backends.cudnn.benchmark = on_gpu or benchmark
    # Without AVX-512, oneDNN crashes or hangs in the backward pass of a 1x1 convolution
    # with a stride and few channels in this layout (seen with PyTorch 2.14.1).
    narrow = any(
        m.kernel_size == (1, 1) and m.stride != (1, 1) and m.in_channels < 8
        for m in model.modules()
        if isinstance(m, torch.nn.Conv2d)
    )
    torch.backends.mkldnn.enabled = onednn and not narrow
    try:
        with torch.autocast(device.type, torch.bfloat16, enabled=on_gpu):
            yield
    finally:
        torch.backends.cudnn.benchmark = benchmark
        torch.backends.mkldnn.enabled = onednn


def _flatten(dataset: ImageDataset | Subset) -> tuple[ImageDataset, Array]:
    """Return the data set that holds the images, and the indices into it."""
    if isinstance(dataset, ImageDataset):
        return dataset, np.arange(len(dataset))
    if isinstance(dataset, Subset):
        source, indices = _flatten(dataset.dataset)  # type: ignore[arg-type]
        return source, indices[np.asarray(dataset.indices, dtype=int)]
    raise TypeError(
        f"expected an ImageDataset or a Subset of one, got {type(dataset).__name__}"
    )


def split_classes(
    dataset: ImageDataset, count: int
) -> tuple[ImageDataset, ImageDataset]:
    """Split a data set into the images of its first classes and those of the others.

    Parameters
    ----------
    dataset : ImageDataset
    count : int
        How many classes the first part has.

    Returns
    -------
    first, rest : ImageDataset
        Each with class indices of its own, from 0.
    """
    isfirst = dataset.targets < count
    return tuple(  # type: ignore[return-value]
        ImageDataset(
            dataset.name, dataset.images[chosen], dataset.targets[chosen] - at, classes
        )
        for chosen, at, classes in (
            (isfirst, 0, dataset.classes[:count]),
            (~isfirst, count, dataset.classes[count:]),
        )
    )


def unlabeled(path: Path | str) -> ImageDataset:
    """Load images whose classes nobody tells: ``images`` and ``classes`` of an npz.

    Returns
    -------
    ImageDataset
        Its targets are all 0, and mean nothing.
    """
    with np.load(path, allow_pickle=False) as file:
        images, classes = file["images"], tuple(map(str, file["classes"]))
    return ImageDataset("hidden", images, np.zeros(len(images), np.int64), classes)


def pretrained(arch: str, dataset: str) -> str | None:
    """Path of the weights that ``labkit train lab3_transfer --pretrain`` has written.

    Parameters
    ----------
    arch : str
        Such as ``resnet18``.
    dataset : str
        Whose first five classes the network was trained on.

    Returns
    -------
    str or None
        None where there are none.
    """
    path = pretrained_path(arch, dataset)
    return str(path) if path.exists() else None


def pretrained_path(arch: str, dataset: str) -> Path:
    """Where the weights of `pretrained` are kept."""
    return data_root() / "pretrained" / f"{arch}-{file_name(dataset)}.safetensors"


def file_name(dataset: str) -> str:
    """What files call a data set: that of a folder has characters that they may not."""
    return dataset.replace(":", "-").replace("/", "-")


def data_root() -> Path:
    """Folder of the data sets: ``$LABKIT_DATA``, else in the user's cache."""
    if chosen := os.environ.get("LABKIT_DATA"):
        return Path(chosen).expanduser()
    cache = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    return Path(cache).expanduser() / "labkit" / "data"


def default_dataset(color: bool = False) -> str:
    """Name of a lab's data set here.

    Parameters
    ----------
    color : bool
        Whether the lab is about color images.

    Returns
    -------
    str
        ``$LABKIT_DATASET`` where it is set to a set of that kind; else ``mnist``, or
        ``cifar10`` in color, where its files are; else the offline default, ``digits``
        or ``shapes10``.
    """
    chosen = os.environ.get("LABKIT_DATASET")
    if chosen and chosen not in NAMES and not _is_folder(chosen):
        raise DataError(
            f"LABKIT_DATASET is {chosen!r}; known are {', '.join(NAMES)}. "
            "Set it to one of these, or unset it."
        )
    if chosen and color == (chosen in COLOR or _is_folder(chosen)):
        return chosen
    real, offline = ("cifar10", "shapes10") if color else ("mnist", "digits")
    return real if available(real) else offline


def available(name: str) -> bool:
    """Whether `load` would find every file of the data set (unchecked)."""
    return not missing(name)


def missing(name: str) -> list[Path]:
    """Files of a data set that are not here."""
    files = [file for split in ("train", "test") for file in _files(name, split)]
    return [file for file in files if _existing(file) is None]


def load(name: str, split: str = "train") -> ImageDataset:
    """Load a data set from its files; never downloads.

    Parameters
    ----------
    name : str
        One of `NAMES`. ``digits`` is scikit-learn's real 8x8 digits, enlarged and
        centered in 28x28 as MNIST's are; ``shapes10`` is generated (`shapes`): both
        are always there. Or an image folder of your own (`image_folder`), as
        ``folder:PATH``, or the name of a folder in `data_root`.
    split : {'train', 'test'}

    Returns
    -------
    ImageDataset
        Gray images (n, 28, 28): 60,000 and 10,000, or 1,437 and 360 for ``digits``.
        Color images (n, 32, 32, 3): 50,000 and 10,000 for ``cifar10``, 6,000 and 2,000
        for ``shapes10``.

    Raises
    ------
    DataError
        If a file is missing or its checksum is not the published one.
    """
    if split not in _IDX:
        raise ValueError(f"load: split is {split!r}, expected 'train' or 'test'")
    if name in ("digits", "shapes10"):
        keep(name, split)
    found = _kept.get((name, split))
    if found is None:
        found = _load(name, split)
    else:
        found = replace(found, images=found.images.copy(), targets=found.targets.copy())
    loaded.add((name, split))
    return found


loaded: set[tuple[str, str]] = set()
"""Name and split of each data set that this process has loaded."""

_kept: dict[tuple[str, str], ImageDataset] = {}


def keep(name: str, split: str) -> None:
    """Read a data set once, for this process and all that will be forked from it.

    `load` gives copies of it then. Those that are made, not read, are always kept.
    """
    if (name, split) not in _kept:
        _kept[name, split] = _load(name, split)


def _load(name: str, split: str) -> ImageDataset:
    if name == "digits":
        return _digits(split)
    if name == "shapes10":
        count, seed = _GENERATED[split]
        return shapes(count, np.random.default_rng(seed))
    if _is_folder(name):
        return image_folder(_folder_path(name), split)
    files = _files(name, split)
    classes = _SOURCES[name].classes
    if name == "cifar10":
        batches = [_read_batch(name, file) for file in files]
        images = np.concatenate([pixels for pixels, _ in batches])
        targets = np.concatenate([labels for _, labels in batches])
        return ImageDataset(name, images, targets, classes)
    images, targets = (_read_idx(name, file) for file in files)
    return ImageDataset(name, images, targets.astype(np.int64), classes)


def fetch(name: str) -> None:
    """Download what is missing of a data set, with a progress bar and checksums.

    Raises
    ------
    DataError
        If the download fails or what came does not have the published checksum.
    """
    absent = missing(name)
    if not absent:
        return
    source, instead = _source(name), _offline(name)
    if source.archive is None:
        for file in absent:
            _download(source.url + file.name, file, source.md5[file.name], instead)
        return
    archive = data_root() / source.archive[0]
    _download(source.url + archive.name, archive, source.archive[1], instead)
    _unpack(name, archive)
    archive.unlink()


def _unpack(name: str, archive: Path) -> None:
    """Write a data set's files, and nothing else, from the archive that has them."""
    source = _source(name)
    folder = data_root() / source.folder
    folder.mkdir(parents=True, exist_ok=True)
    with tarfile.open(archive) as tar:
        for file, md5 in source.md5.items():
            # Read, not extracted: no path, link or mode in the archive matters.
            member = tar.extractfile(f"{source.folder}/{file}")
            content = member.read() if member else b""
            if _md5(content) != md5:
                raise DataError(f"{name}: {archive} is damaged at {file}. Delete it.")
            partial = folder / f"{file}.partial"
            partial.write_bytes(content)
            partial.replace(folder / file)


def verify(name: str) -> list[str]:
    """Problems of a data set's files, one line each; empty when all is well."""
    problems = [f"{file} is missing" for file in missing(name)]
    for split in ("train", "test"):
        for file in _files(name, split):
            found = _existing(file)
            if found == file and _md5(file.read_bytes()) != _expected_md5(name, file):
                problems.append(f"{file} is damaged: its checksum is not the published")
    return problems


def url(name: str) -> str:
    """Where a data set is downloaded from; empty for one that is always there."""
    return "" if name in ("digits", "shapes10") else _source(name).url


def _source(name: str) -> _Source:
    if name not in _SOURCES:
        raise DataError(
            f"no data set named {name!r}; known are {', '.join(NAMES)}, and image "
            "folders (folder:PATH, with PATH/train/CLASS/*.png and PATH/test/CLASS)"
        )
    return _SOURCES[name]


def _files(name: str, split: str) -> list[Path]:
    if name in ("digits", "shapes10") or _is_folder(name):
        return []
    source = _source(name)
    return [data_root() / source.folder / file for file in source.files[split]]


def _existing(file: Path) -> Path | None:
    """Return the file, or its unpacked twin (torchvision leaves both), or None."""
    return next((f for f in (file, file.with_suffix("")) if f.exists()), None)


def _expected_md5(name: str, file: Path) -> str:
    return _SOURCES[name].md5[file.name]


def _md5(content: bytes) -> str:
    return hashlib.md5(content, usedforsecurity=False).hexdigest()


def _read_idx(name: str, file: Path) -> Array:
    """Read an IDX file (LeCun's format): magic, sizes, then bytes."""
    found = _existing(file) or file
    raw = _checked(name, file) if found == file else found.read_bytes()
    if found.suffix == ".gz":
        raw = gzip.decompress(raw)
    try:
        ndim = raw[3]
        shape = np.frombuffer(raw, ">u4", count=ndim, offset=4)
        return np.frombuffer(raw, np.uint8, offset=4 + 4 * ndim).reshape(shape)
    except (IndexError, ValueError) as error:
        raise DataError(f"{name}: {found} is damaged: {error}. Delete it.") from error


def _checked(name: str, file: Path) -> bytes:
    """Read a file whose checksum is published."""
    if not file.exists():
        source = _source(name)
        where = source.url + (source.archive[0] if source.archive else file.name)
        raise DataError(
            f"{name}: {file} is not here. Download it with `labkit data fetch {name}` "
            f"(from {where}), or set LABKIT_DATA to the folder that holds it, or use "
            f"the offline default: load({_offline(name)!r})."
        )
    raw = file.read_bytes()
    if _md5(raw) != _expected_md5(name, file):
        raise DataError(
            f"{name}: {file} is damaged (its MD5 is not the published one). "
            f"Delete it, then `labkit data fetch {name}`."
        )
    return raw


def _offline(name: str) -> str:
    return "shapes10" if name in COLOR else "digits"


class _BatchReader(pickle.Unpickler):
    """Reads arrays, lists and strings; a pickle that asks for more is refused."""

    def find_class(self, module: str, name: str) -> Any:
        allowed = {
            ("numpy.core.multiarray", "_reconstruct"): np.empty(0).__reduce__()[0],
            ("numpy", "ndarray"): np.ndarray,
            ("numpy", "dtype"): np.dtype,
        }
        if (module, name) not in allowed:
            raise pickle.UnpicklingError(f"{module}.{name} has no place in a batch")
        return allowed[module, name]


def _read_batch(name: str, file: Path) -> tuple[Array, Array]:
    """Read a batch of CIFAR-10 as published for Python: images and class indices."""
    raw = _checked(name, file)
    try:
        batch = _BatchReader(io.BytesIO(raw), encoding="bytes").load()
        # Stored by channel: 1024 red values, 1024 green ones, 1024 blue ones.
        images = batch[b"data"].reshape(-1, 3, 32, 32).transpose(0, 2, 3, 1)
        return images.copy(), np.array(batch[b"labels"], dtype=np.int64)
    except Exception as error:
        raise DataError(f"{name}: {file} is damaged: {error}. Delete it.") from error


def _is_folder(name: str) -> bool:
    """Whether a data set's name is that of an image folder."""
    if name.startswith("folder:"):
        return True
    return name not in NAMES and (data_root() / name / "train").is_dir()


def _folder_path(name: str) -> Path:
    _, prefix, path = name.rpartition("folder:")
    return Path(path).expanduser() if prefix else data_root() / name


def image_folder(path: Path, split: str = "train", size: int = 32) -> ImageDataset:
    """Load images of your own: ``path/train/CLASS/*`` and ``path/test/CLASS/*``.

    Parameters
    ----------
    path : Path
        torchvision's ImageFolder layout; ``val`` does for ``test``.
    split : {'train', 'test'}
    size : int
        The shorter side becomes so long, the middle of the longer one is kept.

    Returns
    -------
    ImageDataset
        Images (n, size, size, 3); the classes are the folders' names, sorted.

    Raises
    ------
    DataError
        If the folder or its images are missing, or one cannot be read.
    """
    from PIL import Image, ImageOps

    names = (split, "val") if split == "test" else (split,)
    folder = next((path / n for n in names if (path / n).is_dir()), path / split)
    there = sorted(each.name for each in folder.glob("[!.]*/"))
    classes = sorted(each.name for each in (path / "train").glob("[!.]*/")) or there
    if there and classes != there:
        others = ", ".join(sorted(set(classes) ^ set(there)))
        raise DataError(
            f"the classes (folders) in {path / 'train'} and {folder} must be the same; "
            f"only one has {others}"
        )
    files = [
        (file, number)
        for number, name in enumerate(classes)
        for file in sorted((folder / name).iterdir())
        if file.suffix.lower() in (".png", ".jpg", ".jpeg", ".webp", ".bmp")
    ]
    if not files:
        raise DataError(
            f"no images in {folder}; expected {folder}/CLASS/*.png (or jpg, webp, bmp)"
        )
    images = np.empty((len(files), size, size, 3), np.uint8)
    for at, (file, _) in enumerate(files):
        try:
            with Image.open(file) as image:
                fitted = ImageOps.fit(image.convert("RGB"), (size, size))
                images[at] = np.asarray(fitted)
        except OSError as error:
            raise DataError(f"{file} is no image that can be read: {error}") from error
    targets = np.array([number for _, number in files], dtype=np.int64)
    return ImageDataset(f"folder:{path.name}", images, targets, tuple(classes))


def shapes(
    count: int, rng: np.random.Generator, size: int = 32, turn: float = math.pi
) -> ImageDataset:
    """Draw ``shapes10``: colored shapes, turned, on a shaded and noisy ground.

    Color, place, size and angle say nothing about the class, and a mirrored image
    shows the same one.

    Parameters
    ----------
    count : int
        All classes are equally frequent, or nearly.
    rng : numpy.random.Generator
    size : int
        Height and width of the images.
    turn : float
        The largest angle to either side, in radians. Upright shapes are learned
        faster.

    Returns
    -------
    ImageDataset
        Images (count, size, size, 3).
    """
    targets = rng.permutation(np.arange(count) % len(_SHAPES))
    images = np.empty((count, size, size, 3), np.uint8)
    for number in range(len(_SHAPES)):
        chosen = np.flatnonzero(targets == number)
        for at in range(0, len(chosen), 500):
            part = chosen[at : at + 500]
            images[part] = _draw(number, len(part), rng, size, turn)
    return ImageDataset("shapes10", images, targets, _SHAPES)


def _draw(
    number: int, count: int, rng: np.random.Generator, size: int, turn: float
) -> Array:
    """Draw images of one shape, (count, size, size, 3) uint8."""

    def uniform(low: float, high: float, *shape: int) -> Array:
        return rng.uniform(low, high, (count, *shape)).astype(np.float32)

    grid = ((np.arange(size) + 0.5) * (2 / size) - 1).astype(np.float32)
    radius, angle = uniform(0.55, 0.8, 1, 1), uniform(0, 2 * np.pi, 1, 1)
    if turn < math.pi:
        angle = (angle / math.pi - 1) * np.float32(turn)
    right = grid - uniform(-0.15, 0.15, 1, 1)
    down = grid[:, None] - uniform(-0.15, 0.15, 1, 1)
    x = (right * np.cos(angle) + down * np.sin(angle)) / radius
    y = (down * np.cos(angle) - right * np.sin(angle)) / radius
    # Edges are as soft as a pixel is wide.
    inside = 0.5 - _distance(number, x, y) * radius * (size / 2)
    inside = np.clip(inside, 0, 1)[..., None]
    ground = uniform(0, 1, 1, 1, 3)
    color = (ground + uniform(0.3, 0.7, 1, 1, 3)) % 1
    slope = uniform(-0.1, 0.1, 2, 1, 1, 3)
    shade = slope[:, 0] * grid[:, None] + slope[:, 1] * grid[:, None, None]
    noise = rng.standard_normal((count, size, size, 3), np.float32) * 0.04
    image = ground + (color - ground) * inside + shade + noise
    return (np.clip(image, 0, 1) * 255).astype(np.uint8)


def _distance(number: int, x: Array, y: Array) -> Array:
    """How far points lie outside of a shape of about unit size; negative inside."""
    from_center = np.hypot(x, y)
    larger = np.maximum(abs(x), abs(y))
    name = _SHAPES[number]
    if name == "disc":
        found = from_center - 0.85
    elif name == "ring":
        found = abs(from_center - 0.75) - 0.2
    elif name == "square":
        found = larger - 0.75
    elif name == "frame":
        found = abs(larger - 0.65) - 0.18
    elif name == "triangle":
        found = np.maximum(abs(x) * 0.866 + y * 0.5, -y) - 0.5
    elif name == "star":
        found = from_center - 0.6 - 0.3 * np.cos(5 * np.arctan2(y, x))
    elif name == "cross":
        found = np.maximum(larger - 0.9, np.minimum(abs(x), abs(y)) - 0.28)
    elif name == "bars":
        found = np.maximum(abs(x) - 0.85, abs(abs(y) - 0.5) - 0.22)
    elif name == "crescent":
        found = np.maximum(from_center - 0.9, 0.75 - np.hypot(x - 0.45, y))
    else:
        ends = np.hypot(abs(x) - 0.55, y) - 0.4
        found = np.minimum(ends, np.maximum(abs(x) - 0.55, abs(y) - 0.14))
    return np.asarray(found)


def _digits(split: str) -> ImageDataset:
    """scikit-learn's digits, 8x8 in 0..16, as 28x28 in 0..255.

    As in MNIST, the digit fills a box of 20x20 in the middle: enlarged to the full
    image, it would be twice as bright in all, and learning rates that are right for
    MNIST would diverge. Resized by bilinear interpolation. The split is fixed: every
    fifth sample of a seeded permutation is for the test.
    """
    raw, labels = _digits_8x8()
    centers = (np.arange(20) + 0.5) * 8 / 20 - 0.5
    weights = np.array([np.interp(centers, range(8), unit) for unit in np.eye(8)])
    boxes = weights.T @ raw @ weights * (255 / 16)
    images = np.pad(np.round(boxes).astype(np.uint8), ((0, 0), (4, 4), (4, 4)))
    order = np.random.default_rng(0).permutation(len(images))
    chosen = order[::5] if split == "test" else np.delete(order, np.s_[::5])
    return ImageDataset(
        "digits",
        images[chosen],
        labels[chosen].astype(np.int64),
        _DIGITS,
    )


def _digits_8x8() -> tuple[Array, Array]:
    """Images (1797, 8, 8) in 0..16 and their labels, as scikit-learn's `load_digits`.

    Read from scikit-learn's file: to import the package, and SciPy with it, takes ten
    times as long.
    """
    spec = importlib.util.find_spec("sklearn")
    folder = Path(spec.origin or "").parent if spec else Path()
    file = folder / "datasets" / "data" / "digits.csv.gz"
    if not file.is_file():
        from sklearn.datasets import load_digits

        found = load_digits()
        return found.images, found.target
    table = np.loadtxt(file, delimiter=",")
    return table[:, :-1].reshape(-1, 8, 8), table[:, -1]


def _download(url: str, file: Path, md5: str, instead: str) -> None:
    from urllib.request import urlopen

    from tqdm.auto import tqdm

    file.parent.mkdir(parents=True, exist_ok=True)
    partial = file.with_name(file.name + ".partial")
    try:
        with urlopen(url, timeout=30) as response, partial.open("wb") as out:
            total = int(response.headers.get("Content-Length") or 0) or None
            bar = tqdm(
                total=total, unit="B", unit_scale=True, desc=file.name, file=sys.stderr
            )
            with bar:
                while block := response.read(1 << 16):
                    out.write(block)
                    bar.update(len(block))
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise DataError(
            f"could not download {url}: {error}. Check the network and try again, or "
            f"put the file at {file} by hand. Without it, use the offline default: "
            f"load({instead!r})."
        ) from error
    if _md5(partial.read_bytes()) != md5:
        partial.unlink()
        raise DataError(
            f"{url}: what came does not have the published MD5 {md5}. Try again later."
        )
    partial.replace(file)
