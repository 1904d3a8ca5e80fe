"""What a training run records, and its JSON form."""

import json
import platform
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from importlib import metadata
from pathlib import Path
from typing import Any


@dataclass
class History:
    """Losses, accuracies and learning rates, one entry an epoch.

    Attributes
    ----------
    train_loss, valid_loss : list of float
        Mean loss per sample.
    train_accuracy, valid_accuracy : list of float
        Between 0 and 1.
    lr : list of float
        The learning rate that the epoch used.
    """

    train_loss: list[float] = field(default_factory=list)
    train_accuracy: list[float] = field(default_factory=list)
    valid_loss: list[float] = field(default_factory=list)
    valid_accuracy: list[float] = field(default_factory=list)
    lr: list[float] = field(default_factory=list)

    def append(
        self,
        train: tuple[float, float],
        valid: tuple[float, float] | None = None,
        lr: float | None = None,
    ) -> None:
        """Add an epoch: (loss, accuracy) of training, of validation, and the rate."""
        self.train_loss.append(float(train[0]))
        self.train_accuracy.append(float(train[1]))
        if valid is not None:
            self.valid_loss.append(float(valid[0]))
            self.valid_accuracy.append(float(valid[1]))
        if lr is not None:
            self.lr.append(float(lr))

    def __len__(self) -> int:
        return len(self.train_loss)

    def __str__(self) -> str:
        if not len(self):
            return "no epoch yet"
        text = f"epoch {len(self)}: train loss {self.train_loss[-1]:.4f}, "
        text += f"accuracy {self.train_accuracy[-1]:.2%}"
        if self.valid_loss:
            text += f"; valid loss {self.valid_loss[-1]:.4f}, "
            text += f"accuracy {self.valid_accuracy[-1]:.2%}"
        return text


@dataclass
class Run:
    """One recorded run: what was trained, on what, where, and what came out.

    Attributes
    ----------
    lab, name : str
        The lab, and the run's name within it; together they name the file.
    dataset : str
        The data set's name; a result is one on this data set and on no other.
    device : str
        The processor or GPU that it ran on.
    seed : int
    settings : dict
        Learning rate, batch size, sizes of the network …
    history : History
    result : dict
        Numbers known once it ended, such as ``test_accuracy``.
    command : str
        What reproduces it.
    versions : dict
        Python's and the libraries' versions.
    """

    lab: str
    name: str
    dataset: str
    device: str
    seed: int
    settings: dict[str, Any]
    history: History = field(default_factory=History)
    result: dict[str, Any] = field(default_factory=dict)
    command: str = ""
    versions: dict[str, str] = field(default_factory=dict)

    def save(self, path: Path) -> None:
        """Write the run as JSON, all of it or nothing."""
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_suffix(".partial")
        partial.write_text(json.dumps(asdict(self), indent=1) + "\n", encoding="utf-8")
        partial.replace(path)

    @classmethod
    def load(cls, path: Path) -> "Run":
        """Read a run that `save` wrote."""
        fields = json.loads(path.read_text(encoding="utf-8"))
        return cls(**{**fields, "history": History(**fields["history"])})


def versions(packages: Iterable[str] = ("labkit", "numpy")) -> dict[str, str]:
    """Versions of Python and of the named packages, for a `Run`."""
    return {
        "python": platform.python_version(),
        **{name: metadata.version(name) for name in packages},
    }


def device_name(device: str = "cpu") -> str:
    """Name of the processor or GPU, for a `Run`'s ``device``."""
    if device == "cpu":
        return cpu_name()
    import torch

    return f"GPU: {torch.cuda.get_device_name(device)}"


def cpu_name() -> str:
    """Name of this machine's processor, for a `Run`'s ``device``."""
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        for line in cpuinfo.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return "CPU: " + line.split(":", 1)[1].strip()
    return f"CPU: {platform.processor() or platform.machine()}"
