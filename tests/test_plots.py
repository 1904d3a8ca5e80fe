"""Figures say what they show, in labels and in words, and read without color."""

import re
from xml.etree import ElementTree

import numpy as np
import pytest

from labkit import plots
from labkit.history import History


@pytest.fixture
def history() -> History:
    history = History()
    history.append((2.0, 0.25), (2.5, 0.125), 0.1)
    history.append((1.0, 0.75), (1.5, 0.5), 0.1)
    return history


def test_curves_show_training_and_validation_by_epoch(history):
    loss, accuracy = plots.curves(history).axes
    assert [list(line.get_ydata()) for line in loss.lines] == [[2.0, 1.0], [2.5, 1.5]]
    assert [list(line.get_ydata()) for line in accuracy.lines] == [
        [0.25, 0.75],
        [0.125, 0.5],
    ]
    assert {line.get_label() for line in loss.lines} == {"train", "valid"}
    assert list(loss.lines[0].get_xdata()) == [1, 2]
    assert (loss.get_xlabel(), loss.get_title()) == ("epoch", "mean loss per sample")


def test_curves_without_validation_show_training_alone(history):
    history.valid_loss, history.valid_accuracy = [], []
    loss, _ = plots.curves(history).axes
    assert [line.get_label() for line in loss.lines] == ["train"]


def test_a_run_that_explodes_leaves_the_others_readable(history):
    exploded = History()
    exploded.append((700.0, 0.1), (900.0, 0.1))
    both = plots.curves({"exploded": exploded, "fine": history})
    assert both.axes[0].get_yscale() == "log"
    assert plots.curves(history).axes[0].get_yscale() == "linear"


def test_runs_side_by_side_are_told_apart_without_color(history):
    picture = plots.curves({"lr 0.1": history, "lr 0.01": history})
    looks = [
        (line.get_marker(), line.get_linestyle()) for line in picture.axes[0].lines
    ]
    assert len(set(looks)) == 4
    hollow = [line.get_markerfacecolor() == "none" for line in picture.axes[0].lines]
    assert hollow == [True, False, True, False]
    labels = [text.get_text() for text in picture.axes[1].get_legend().get_texts()]
    assert labels == ["lr 0.1 train", "lr 0.1 valid", "lr 0.01 train", "lr 0.01 valid"]


def test_alternative_text_tells_the_last_epoch_of_each_run(history):
    alt = plots.curves({"lr 0.1": history}).alt
    assert "lr 0.1: epoch 2: train loss 1.0000, accuracy 75.00%" in alt
    assert "valid loss 1.5000, accuracy 50.00%" in alt


def test_a_picture_shows_itself_as_svg_with_escaped_text(history):
    picture = plots.curves(history)
    picture.alt = 'loss < 1 & "falling"'
    assert 'alt="loss &lt; 1 &amp; &quot;falling&quot;"' in picture._repr_html_()
    assert 'src="data:image/svg+xml;base64,' in picture._repr_html_()
    assert ElementTree.fromstring(picture.svg()).tag.endswith("svg")


def test_a_figure_is_the_same_bytes_on_every_run(history):
    assert plots.curves(history).svg() == plots.curves(history).svg()


def test_text_reads_on_light_and_on_dark_pages(history):
    def luminance(color: str) -> float:
        parts = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        linear = [
            p / 12.92 if p <= 0.04 else ((p + 0.055) / 1.055) ** 2.4 for p in parts
        ]
        return float(np.dot(linear, [0.2126, 0.7152, 0.0722]))

    for page in ("#ffffff", "#121212"):
        low, high = sorted((luminance(page), luminance(plots.TEXT)))
        assert (high + 0.05) / (low + 0.05) > 4
    picture = plots.curves(history)
    assert picture.patch.get_alpha() == 0
    assert {text.get_color() for text in picture.axes[0].get_xticklabels()} == {
        plots.TEXT
    }


def test_lines_lie_where_x_says(history):
    (axes,) = plots.lines({"small": [3.0, 1.0]}, "step", "loss", [20, 40]).axes
    assert list(axes.lines[0].get_xdata()) == [20, 40]
    assert "small" in [text.get_text() for text in axes.get_legend().get_texts()]


def test_confusion_shows_counts_and_names_the_worst_pair():
    picture = plots.confusion([[5, 0, 1], [3, 7, 0], [0, 0, 9]], ["cat", "dog", "emu"])
    (axes,) = picture.axes
    shown = {text.get_position(): text.get_text() for text in axes.texts}
    assert shown == {
        (0, 0): "5",
        (2, 0): "1",
        (0, 1): "3",
        (1, 1): "7",
        (2, 2): "9",
    }
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("predicted", "true")
    assert "21 of 25" in picture.alt
    assert "dog taken for cat, 3 times" in picture.alt


def test_confusion_refuses_a_matrix_of_the_wrong_shape():
    with pytest.raises(ValueError, match=re.escape("(2, 3), expected (2, 2)")):
        plots.confusion(np.ones((2, 3)), ["a", "b"])


def test_class_bars_stand_side_by_side_with_hatches():
    values = {"recall": [0.9, 0.5], "precision": [0.8, 0.7]}
    picture = plots.class_bars(values, ["a", "b"], "share")
    bars = picture.axes[0].patches
    assert [bar.get_height() for bar in bars] == [0.9, 0.5, 0.8, 0.7]
    assert bars[0].get_hatch() != bars[2].get_hatch()
    assert "recall: lowest 50.00% (b), highest 90.00% (a)" in picture.alt


def test_a_table_is_markdown_in_text_and_html_in_a_notebook():
    table = plots.Table([{"lr": 0.1, "note": "a|b"}, {"lr": "<1"}])
    assert str(table).splitlines() == [
        "| lr | note |",
        "| --- | --- |",
        "| 0.1 | a\\|b |",
        "| <1 |  |",
    ]
    assert "<td>&lt;1</td><td></td>" in table._repr_html_()
