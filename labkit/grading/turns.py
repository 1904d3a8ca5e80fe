"""GPU work takes turns: as many trainings at once as its memory has room for.

A turn is a lock on a file, which the system takes back from a process that ends,
however abruptly. All graders of one user on a machine share the turns.
"""

import contextlib
import fcntl
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

_LOOK = 0.2
"""Seconds after which to look again whether a turn is free."""

_TELL = 60.0
"""Seconds after which to say again that one is waited for."""


class Turns:
    """The turns on this machine's GPU.

    Parameters
    ----------
    count : int
        How many trainings may run at the same time.
    folder : Path, optional
        Where the locks are; by default a folder of this user's for the GPUs that
        ``$CUDA_VISIBLE_DEVICES`` names.
    """

    def __init__(self, count: int, folder: Path | None = None) -> None:
        self.count = count
        if folder is None:
            seen = os.environ.get("CUDA_VISIBLE_DEVICES", "all").replace("/", "_")
            name = f"labkit-gpu-{seen}-{os.getuid()}"
            folder = Path(tempfile.gettempdir(), name)
        self.folder = folder

    @contextlib.contextmanager
    def taken(self, waiting: Callable[[], object] = bool) -> Iterator[float]:
        """Wait for a turn, and have it.

        Parameters
        ----------
        waiting : callable
            Called once a minute while all turns are taken.

        Yields
        ------
        float
            Seconds that it took.
        """
        self.folder.mkdir(mode=0o700, exist_ok=True)
        start = told = time.monotonic()
        while True:
            for number in range(self.count):
                with (self.folder / str(number)).open("w") as lock:
                    try:
                        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    except BlockingIOError:
                        continue
                    yield time.monotonic() - start
                    return
            if time.monotonic() - told > _TELL:
                told = time.monotonic()
                waiting()
            time.sleep(_LOOK)
