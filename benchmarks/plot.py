"""Draw quality against the baselines, and how true the probabilities are."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.quality.calibration import BEST_ANSWERS
from benchmarks.quality.measure import SetReport
from benchmarks.quality.outcomes import OURS
from benchmarks.quality.rows import Row

if TYPE_CHECKING:
    from matplotlib.axes import Axes

PANELS = (
    ("right document first", ("retrieval",), "right document first"),
    ("best sentence first", ("sentences",), "best sentence first"),
    ("best sentence first", ("one slip", "small letters"), "best sentence first, asked in haste"),
    ("F1", ("quotes",), "F1 of quoted sentences"),
    ("AUROC", ("no answer", "absent topic"), "AUROC of answerable questions"),
    (
        "right passage first: conversation handling",
        ("follow-ups",),
        "follow-ups: right passage first",
    ),
)
"""What is drawn, one panel each: a metric, of which groups of rows, and its caption."""

COLOURS = {OURS: "#1f5fa8", "BM25": "#c9c9c9", "dense": "#a3a3a3", "fusion": "#7d7d7d"}

Bars = list[tuple[str, Row]]
"""Rows, each with the name of its group of bars."""


def plot(reports: Sequence[SetReport], half: str, path: Path) -> None:
    """Write a PNG with a group of bars for each set, and a panel for each metric.

    The last panel is the reliability of the best sentence's probability.
    """
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot as plt

    panels = [
        (caption, bars)
        for metric, groups, caption in PANELS
        if (bars := _bars(reports, metric, groups))
    ]
    curves = _bars(reports, BEST_ANSWERS, ("no answer", "absent topic"))
    heights = [1.0] * len(panels) + [2.0] * bool(curves)
    figure, axes = plt.subplots(
        len(heights),
        1,
        figsize=(9, 2.4 * sum(heights)),
        squeeze=False,
        layout="constrained",
        height_ratios=heights,
    )
    for (caption, bars), axis in zip(panels, axes[:, 0], strict=False):
        _draw_bars(axis, bars)
        axis.set_title(f"{caption} (half: {half})", fontsize=10, loc="left")
    if curves:
        _draw_reliability(axes[-1, 0], curves)
        axes[-1, 0].set_title(
            f"the best sentence answers: how often, by its probability (half: {half})",
            fontsize=10,
            loc="left",
        )
    handles, labels = axes[0, 0].get_legend_handles_labels()
    figure.legend(handles, labels, ncols=4, frameon=False, loc="outside upper right")
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=150)
    plt.close(figure)


def _draw_bars(axis: "Axes", bars: Bars) -> None:
    for offset, way in enumerate(COLOURS):
        values = [
            (place, row.value if way == OURS else row.baselines[way])
            for place, (_, row) in enumerate(bars)
            if way == OURS or way in row.baselines
        ]
        positions = [place + 0.2 * (offset - 1.5) for place, _ in values]
        drawn = axis.bar(
            positions, [value for _, value in values], 0.19, label=way, color=COLOURS[way]
        )
        axis.bar_label(drawn, fmt="%.2f", fontsize=7)
    axis.set_xticks(range(len(bars)), [name for name, _ in bars], fontsize=8)
    axis.set_ylim(0, 1.08)
    axis.spines[["top", "right"]].set_visible(False)


def _draw_reliability(axis: "Axes", curves: Bars) -> None:
    axis.plot([0, 1], [0, 1], color="#c9c9c9", linewidth=1)
    for name, row in curves:
        label = f"{name.replace(chr(10), ', ')} (error {row.value:.2f})"
        expected, right = [one.expected for one in row.bins], [one.right for one in row.bins]
        axis.plot(expected, right, marker="o", markersize=3, linewidth=1, label=label)
    axis.set(xlim=(-0.02, 1.02), ylim=(-0.02, 1.02), aspect="equal")
    axis.set_xlabel("probability that the product gives", fontsize=8)
    axis.set_ylabel("share that is right", fontsize=8)
    axis.legend(fontsize=7, frameon=False, loc="upper left", bbox_to_anchor=(1, 1))
    axis.spines[["top", "right"]].set_visible(False)


def _bars(reports: Sequence[SetReport], metric: str, groups: Sequence[str]) -> Bars:
    return [
        (report.name if len(groups) == 1 else f"{report.name}\n{row.group}", row)
        for report in reports
        for row in report.rows
        if row.metric == metric and row.group in groups
    ]
