"""Draw quality against the baselines."""

from collections.abc import Sequence
from pathlib import Path

from benchmarks.quality.measure import SetReport
from benchmarks.quality.outcomes import OURS
from benchmarks.quality.rows import Row

METRICS = (
    "right document first",
    "best sentence first",
    "F1",
    "AUROC",
    "right passage first: conversation handling",
)
"""What is drawn, one panel each."""

COLOURS = {OURS: "#1f5fa8", "BM25": "#c9c9c9", "dense": "#a3a3a3", "fusion": "#7d7d7d"}


def plot(reports: Sequence[SetReport], half: str, path: Path) -> None:
    """Write a PNG with a group of bars for each set, and a panel for each metric."""
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot as plt

    panels = [(metric, _groups(reports, metric)) for metric in METRICS]
    panels = [(metric, groups) for metric, groups in panels if groups]
    figure, axes = plt.subplots(
        len(panels), 1, figsize=(9, 2.4 * len(panels)), squeeze=False, layout="constrained"
    )
    for (metric, groups), axis in zip(panels, axes[:, 0], strict=True):
        for offset, way in enumerate(COLOURS):
            bars = [
                (place, row.value if way == OURS else row.baselines[way])
                for place, (_, row) in enumerate(groups)
                if way == OURS or way in row.baselines
            ]
            positions = [place + 0.2 * (offset - 1.5) for place, _ in bars]
            drawn = axis.bar(
                positions, [value for _, value in bars], 0.19, label=way, color=COLOURS[way]
            )
            axis.bar_label(drawn, fmt="%.2f", fontsize=7)
        axis.set_xticks(range(len(groups)), [name for name, _ in groups], fontsize=8)
        axis.set_ylim(0, 1.08)
        axis.set_title(f"{_caption(metric)} (half: {half})", fontsize=10, loc="left")
        axis.spines[["top", "right"]].set_visible(False)
    handles, labels = axes[0, 0].get_legend_handles_labels()
    figure.legend(handles, labels, ncols=4, frameon=False, loc="outside upper right")
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=150)
    plt.close(figure)


def _caption(metric: str) -> str:
    return {"F1": "F1 of quoted sentences", "AUROC": "AUROC of answerable questions"}.get(
        metric, metric
    )


def _groups(reports: Sequence[SetReport], metric: str) -> list[tuple[str, Row]]:
    """The rows of a metric, each with the name of its group of bars."""
    groups = []
    for report in reports:
        for row in report.rows:
            if row.metric == metric:
                label = report.name
                if metric == "AUROC":
                    label = f"{report.name}\n{row.group}"
                groups.append((label, row))
    return groups
