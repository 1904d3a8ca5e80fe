"""Files of predictions, and how many of them are right."""

import csv
import io
from typing import NamedTuple


class PredictionsError(Exception):
    """A file cannot be scored; the message says why, and in which line."""


class Score(NamedTuple):
    """Accuracy of predictions.

    Attributes
    ----------
    public, private : float
        Share of right answers in each half of the images, from 0 to 1.
    """

    public: float
    private: float


def read_labels(text: str) -> dict[int, tuple[int, bool]]:
    """Read hidden labels: lines ``id,label,half`` with half public or private.

    Returns
    -------
    dict of int to (int, bool)
        Class index, and whether the image is in the public half, by id.
    """
    rows = csv.DictReader(io.StringIO(text))
    return {
        int(row["id"]): (int(row["label"]), row["half"] == "public") for row in rows
    }


def read_predictions(text: str, count: int) -> list[int]:
    """Read a file of predictions for `count` images.

    Parameters
    ----------
    text : str
        ``id,label``, then a line an image; blank lines and the order do not matter.
    count : int

    Returns
    -------
    list of int
        Class index of each image, by id.

    Raises
    ------
    PredictionsError
        At the first line that is wrong, or for images that are missing.
    """
    found: dict[int, int] = {}
    try:
        rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))
    except csv.Error as error:
        raise PredictionsError(f"it is no CSV file: {error}") from None
    if not rows or [field.strip() for field in rows[0]] != ["id", "label"]:
        shown = ",".join(rows[0])[:60] if rows else "nothing"
        raise PredictionsError(f"line 1 is {shown!r}, expected 'id,label'")
    for line, row in enumerate(rows[1:], start=2):
        if not row:
            continue
        fields = [field.strip() for field in row]
        if len(fields) != 2 or not all(f.isascii() and f.isdigit() for f in fields):
            shown = ",".join(row)[:60]
            raise PredictionsError(
                f"line {line} is {shown!r}, expected two whole numbers: id,label"
            )
        if any(len(field) > 9 for field in fields):
            raise PredictionsError(f"line {line} has a number that is too large")
        number, label = map(int, fields)
        if number >= count:
            raise PredictionsError(
                f"line {line} has the id {number}; ids go from 0 to {count - 1}"
            )
        if number in found:
            raise PredictionsError(f"line {line} has the id {number} a second time")
        found[number] = label
    missing = sorted(set(range(count)) - set(found))
    if missing:
        raise PredictionsError(
            f"{len(missing)} of {count} ids are missing, such as {missing[0]}"
        )
    return [found[number] for number in range(count)]


def score(text: str, labels: str) -> Score:
    """Score a file of predictions.

    Parameters
    ----------
    text : str
        As in `read_predictions`.
    labels : str
        As in `read_labels`.

    Raises
    ------
    PredictionsError
        If the file cannot be scored.
    """
    hidden = read_labels(labels)
    predicted = read_predictions(text, len(hidden))
    halves: dict[bool, list[bool]] = {True: [], False: []}
    for number, (label, public) in hidden.items():
        halves[public].append(predicted[number] == label)
    return Score(*(sum(half) / max(len(half), 1) for half in halves.values()))
