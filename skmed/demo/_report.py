"""HTML report of the results, in one self-contained file."""

import platform
from base64 import b64encode
from datetime import UTC, datetime
from html import escape
from importlib import metadata
from importlib.resources import files
from io import BytesIO

from ._results import Gallery, Listing, Plot
from ._table import cells, score_names

_PACKAGES = ("skmed", "scikit-learn", "tensorflow", "keras", "numpy")


def write_report(path, results, *, random_state, seconds):
    """Write the results of the examples to an HTML file.

    Parameters
    ----------
    path : Path
        File to write.
    results : list of Result
        Results of the examples.
    random_state : int
        Seed of the examples.
    seconds : float
        Total time of the examples.
    """
    path.write_text(
        _page(results, random_state=random_state, seconds=seconds), encoding="utf-8"
    )


def _page(results, *, random_state, seconds):
    style = files("skmed.demo").joinpath("_report.css").read_text(encoding="utf-8")
    names = score_names(results)
    sections = "\n".join(_section(result, names) for result in results)
    versions = {"python": platform.python_version()}
    versions |= {name: metadata.version(name) for name in _PACKAGES}
    versions = ", ".join(f"{name} {version}" for name, version in versions.items())
    return f"""\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>skmed demo</title>
<style>
{style}</style>
</head>
<body>
<header>
<h1>skmed demo</h1>
<p>Classical and deep models on medical data, compared by cross-validation.</p>
<p class="warning"><strong>Not a medical device.</strong> These models are examples for
teaching and research. They must not be used for diagnosis or treatment.</p>
</header>
<main>
{sections}
</main>
<footer>
<p>Computed in {seconds:.0f} seconds on {datetime.now(UTC):%d %B %Y, %H:%M} UTC,
seed {escape(str(random_state))}.</p>
<p>{escape(versions)}; {escape(platform.platform())}.</p>
</footer>
</body>
</html>
"""


def _section(result, names):
    figures = "\n".join(_FIGURES[type(figure)](figure) for figure in result.figures)
    notes = "\n".join(f"<li>{escape(note)}</li>" for note in result.notes)
    return f"""\
<section>
<h2>{escape(result.title)}</h2>
<p>Data: {escape(result.source)}.</p>
{_table(result, names)}
{figures}
<h3>Methods</h3>
<ul>
{notes}
</ul>
</section>"""


def _table(result, names):
    names = [name for name in names if any(name in row.scores for row in result.rows)]
    columns = [*names, "seconds"]
    head = "".join(
        f'<th scope="col">{escape(name)}</th>'
        for name in ("model", "evaluated on", *columns)
    )
    body = "\n".join(
        f"<tr{' class=chosen' if row.chosen else ''}>"
        f'<th scope="row">{escape(row.model)}{_CHOSEN if row.chosen else ""}</th>'
        f"<td>{escape(row.evaluated_on)}</td>"
        + "".join(
            f'<td class="number" data-name="{escape(name)}">{escape(cell)}</td>'
            for name, cell in zip(columns, cells(row, names))
        )
        + "</tr>"
        for row in result.rows
    )
    return f"""\
<table>
<thead><tr>{head}</tr></thead>
<tbody>
{body}
</tbody>
</table>"""


_CHOSEN = ' <span class="badge">chosen</span>'


def _gallery(gallery):
    pictures = "\n".join(
        f'<li class="{"right" if picture.correct else "wrong"}">'
        f'<img src="{_gray_png(picture.image)}" alt="{escape(picture.truth)}">'
        f"<span>{escape(picture.truth)}</span>"
        f'<span class="bar" aria-hidden="true">'
        f'<i style="width:{picture.probability:.0%}"></i></span>'
        f"<span>{escape(gallery.positive)} {picture.probability:.0%}"
        f"{'' if picture.correct else ', wrong'}</span></li>"
        for picture in gallery.pictures
    )
    return f"""\
<figure>
<figcaption>{escape(gallery.caption)}.</figcaption>
<ul class="gallery">
{pictures}
</ul>
</figure>"""


def _plot(plot):
    return f"""\
<figure>
<figcaption>{escape(plot.caption)}.</figcaption>
<img class="plot" src="{_plot_png(plot.draw)}" alt="{escape(plot.alt)}">
</figure>"""


def _listing(listing):
    entries = "\n".join(
        f"<h4>{escape(name)}</h4>\n<dl>"
        + "".join(
            f"<dt>{escape(label)}</dt><dd>{escape(text)}</dd>" for label, text in lines
        )
        + "</dl>"
        for name, lines in listing.entries
    )
    return f"""\
<figure>
<figcaption>{escape(listing.caption)}.</figcaption>
{entries}
</figure>"""


_FIGURES = {Gallery: _gallery, Plot: _plot, Listing: _listing}


def _gray_png(image):
    from matplotlib.image import imsave

    buffer = BytesIO()
    imsave(buffer, image, cmap="gray", vmin=0, vmax=255, format="png")
    return _data_url(buffer)


def _plot_png(draw):
    # without pyplot, which has global state and may open a window
    from matplotlib.figure import Figure

    figure = Figure(figsize=(4.6, 4.2), dpi=160, layout="constrained")
    axes = figure.subplots()
    draw(axes)
    axes.spines[["top", "right"]].set_visible(False)
    buffer = BytesIO()
    figure.savefig(buffer, format="png")
    return _data_url(buffer)


def _data_url(buffer):
    return f"data:image/png;base64,{b64encode(buffer.getvalue()).decode()}"
