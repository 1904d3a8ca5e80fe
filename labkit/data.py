"""Data sets: where they are, what is in them, and batches of them.

Files are looked for under `data_root` in the layouts that torchvision uses, checked
against published checksums, and downloaded only by `fetch`.
"""

import gzip
import hashlib
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
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
    ),
}
NAMES = (*_SOURCES, "digits")


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
    images : ndarray, shape (n, height, width), uint8
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


def _flatten(dataset: ImageDataset | Subset) -> tuple[ImageDataset, Array]:
    """Return the data set that holds the images, and the indices into it."""
    if isinstance(dataset, ImageDataset):
        return dataset, np.arange(len(dataset))
    if isinstance(dataset, Subset):
        source, indices = _flatten(dataset.dataset)  # type: ignore[arg-type]
        return source, indices[np.asarray(dataset.indices, dtype=int)]
    raise TypeError(
        f"DataLoader: expected an ImageDataset or a Subset of one, "
        f"got {type(dataset).__name__}"
    )


def data_root() -> Path:
    """Folder of the data sets: ``$LABKIT_DATA``, else in the user's cache."""
    if chosen := os.environ.get("LABKIT_DATA"):
        return Path(chosen).expanduser()
    cache = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    return Path(cache).expanduser() / "labkit" / "data"


def default_dataset() -> str:
    """Name of Lab 1's data set here.

    ``$LABKIT_DATASET`` where set, else ``mnist`` where its files are, else the
    offline default, ``digits``.
    """
    chosen = os.environ.get("LABKIT_DATASET")
    if chosen and chosen not in NAMES:
        raise DataError(
            f"LABKIT_DATASET is {chosen!r}; known are {', '.join(NAMES)}. "
            "Set it to one of these, or unset it."
        )
    return chosen or ("mnist" if available("mnist") else "digits")


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
    name : {'mnist', 'fashion-mnist', 'digits'}
        ``digits`` is scikit-learn's real 8x8 digits, enlarged and centered in 28x28
        as MNIST's are; it comes with the library, so it is always there.
    split : {'train', 'test'}

    Returns
    -------
    ImageDataset
        Images (n, 28, 28) uint8: 60,000 and 10,000, or 1,437 and 360 for ``digits``.

    Raises
    ------
    DataError
        If a file is missing or its checksum is not the published one.
    """
    if split not in _IDX:
        raise ValueError(f"load: split is {split!r}, expected 'train' or 'test'")
    if name == "digits":
        return _load_digits(split)
    images_file, targets_file = _files(name, split)
    return ImageDataset(
        name,
        _read_idx(name, images_file),
        _read_idx(name, targets_file).astype(np.int64),
        _SOURCES[name].classes,
    )


def fetch(name: str) -> None:
    """Download what is missing of a data set, with a progress bar and checksums.

    Raises
    ------
    DataError
        If the download fails or what came does not have the published checksum.
    """
    for file in missing(name):
        _download(_SOURCES[name].url + file.name, file, _SOURCES[name].md5[file.name])


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
    """Where a data set is downloaded from; empty for one that a library brings."""
    return "" if name == "digits" else _source(name).url


def _source(name: str) -> _Source:
    if name not in _SOURCES:
        raise DataError(f"no data set named {name!r}; known are {', '.join(NAMES)}")
    return _SOURCES[name]


def _files(name: str, split: str) -> list[Path]:
    if name == "digits":
        return []
    return [data_root() / _source(name).folder / file for file in _IDX[split]]


def _existing(file: Path) -> Path | None:
    """Return the file, or its unpacked twin (torchvision leaves both), or None."""
    return next((f for f in (file, file.with_suffix("")) if f.exists()), None)


def _expected_md5(name: str, file: Path) -> str:
    return _SOURCES[name].md5[file.name]


def _md5(content: bytes) -> str:
    return hashlib.md5(content, usedforsecurity=False).hexdigest()


def _read_idx(name: str, file: Path) -> Array:
    """Read an IDX file (LeCun's format): magic, sizes, then bytes."""
    found = _existing(file)
    if found is None:
        raise DataError(
            f"{name}: {file} is not here. Download it with `labkit data fetch {name}` "
            f"(from {_source(name).url}{file.name}), or set LABKIT_DATA to the folder "
            "that holds it, or use the offline default: load('digits')."
        )
    raw = found.read_bytes()
    if found.suffix == ".gz":
        if _md5(raw) != _expected_md5(name, file):
            raise DataError(
                f"{name}: {file} is damaged (its MD5 is not the published one). "
                f"Delete it, then `labkit data fetch {name}`."
            )
        raw = gzip.decompress(raw)
    try:
        ndim = raw[3]
        shape = np.frombuffer(raw, ">u4", count=ndim, offset=4)
        return np.frombuffer(raw, np.uint8, offset=4 + 4 * ndim).reshape(shape)
    except (IndexError, ValueError) as error:
        raise DataError(f"{name}: {found} is damaged: {error}. Delete it.") from error


def _load_digits(split: str) -> ImageDataset:
    """scikit-learn's digits, 8x8 in 0..16, as 28x28 in 0..255.

    As in MNIST, the digit fills a box of 20x20 in the middle: enlarged to the full
    image, it would be twice as bright in all, and learning rates that are right for
    MNIST would diverge. Resized by bilinear interpolation. The split is fixed: every
    fifth sample of a seeded permutation is for the test.
    """
    from sklearn.datasets import load_digits

    raw = load_digits()
    centers = (np.arange(20) + 0.5) * 8 / 20 - 0.5
    weights = np.array([np.interp(centers, range(8), unit) for unit in np.eye(8)])
    boxes = weights.T @ raw.images @ weights * (255 / 16)
    images = np.pad(np.round(boxes).astype(np.uint8), ((0, 0), (4, 4), (4, 4)))
    order = np.random.default_rng(0).permutation(len(images))
    chosen = order[::5] if split == "test" else np.delete(order, np.s_[::5])
    return ImageDataset(
        "digits",
        images[chosen],
        raw.target[chosen].astype(np.int64),
        _DIGITS,
    )


def _download(url: str, file: Path, md5: str) -> None:
    from urllib.error import URLError
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
    except (URLError, OSError) as error:
        partial.unlink(missing_ok=True)
        raise DataError(
            f"could not download {url}: {error}. Check the network and try again, or "
            f"put the file at {file} by hand. Without it, use the offline default: "
            "load('digits')."
        ) from error
    if _md5(partial.read_bytes()) != md5:
        partial.unlink()
        raise DataError(
            f"{url}: what came does not have the published MD5 {md5}. Try again later."
        )
    partial.replace(file)
