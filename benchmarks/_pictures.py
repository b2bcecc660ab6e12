"""Records as pictures: the mean or median and range of each method, as SVG."""

from dataclasses import dataclass
from io import StringIO


@dataclass(frozen=True)
class Panel:
    """One part of a picture.

    Parameters
    ----------
    title : str
        Above it.
    case, metric : str
        What is drawn.
    statistic : {"mean", "median"}
        What the dot is.
    digits : int
        After the point, of the numbers.
    """

    title: str
    case: str
    metric: str
    statistic: str = "mean"
    digits: int = 3


_OURS, _OTHERS = "#1f6f8b", "#737373"
_STYLE = {
    "svg.fonttype": "none",  # text stays text: smaller, and can be searched
    "svg.hashsalt": "skmed",  # the same file for the same record
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],
}


def draw(results, panels, is_ours, target=None, **options):
    """Draw a dot for each mean or median, and a line for each range.

    Parameters
    ----------
    results : Results
        Of a record.
    panels : list of Panel
        From top to bottom.
    is_ours : callable
        Whether a method is skmed's: it is drawn in colour.
    target : path or file, default=None
        Where to; None for a string.
    **options : dict
        Of ``savefig``.

    Returns
    -------
    str or None
        SVG, if no target was given.
    """
    # only those who render need it
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    text = StringIO() if target is None else None
    with rc_context(_STYLE):
        methods = [results.methods(p.case, p.metric) for p in panels]
        heights = [len(names) for names in methods]
        figure = Figure(figsize=(7.5, 0.55 * len(panels) + 0.38 * sum(heights)))
        axes = figure.subplots(len(panels), height_ratios=heights, squeeze=False)[:, 0]
        for ax, panel, names in zip(axes, panels, methods):
            _draw_panel(ax, results, panel, names, is_ours)
        figure.tight_layout()
        if target is not None:
            figure.savefig(target, **options)
            return None
        figure.savefig(text, format="svg", metadata={"Date": None, "Creator": None})
    lines = (line.rstrip() for line in text.getvalue().splitlines())
    return "\n".join(lines) + "\n"


def _draw_panel(ax, results, panel, methods, is_ours):
    for i, method in enumerate(methods):
        cell = results.cell(panel.case, method, panel.metric)
        center = results.center(panel.case, method, panel.metric, panel.statistic)
        low, high = cell.get("min", center), cell.get("max", center)
        color = _OURS if is_ours(method) else _OTHERS
        ax.plot([low, high], [i, i], color=color, linewidth=2)
        ax.plot(center, i, "o", color=color, markersize=7)
        ax.annotate(
            f"{center:.{panel.digits}f}",
            (center, i),
            (0, 6),
            textcoords="offset points",
            ha="center",
            fontsize=8,
            color=color,
        )
    ax.set_yticks(range(len(methods)), methods, fontsize=9)
    ax.set_ylim(len(methods) - 0.5, -0.7)
    if panel.metric == "seconds":
        ax.set_xlim(left=0)
    ax.set_title(panel.title, loc="left", fontsize=10)
    ax.tick_params(length=0, labelsize=9)
    ax.locator_params(axis="x", nbins=7)
    ax.grid(axis="x", color="0.92")
    ax.set_axisbelow(True)
    ax.spines[:].set_visible(False)
