"""The table of scores as text, and its cells for the report."""


def score_names(results):
    """Return the names of all scores, in order of appearance."""
    return list(
        dict.fromkeys(
            name for result in results for row in result.rows for name in row.scores
        )
    )


def cells(row, names):
    """Return scores and seconds of a row as text; "-" for scores that it lacks."""
    scores = [
        f"{row.scores[name]:.3f}" if name in row.scores else "-" for name in names
    ]
    return [*scores, f"{row.seconds:.1f}"]


def format_table(results):
    """Return the results as a text table with a block for each example."""
    names = score_names(results)
    header = ["model", "evaluated on", *names, "seconds"]
    blocks = []
    for result in results:
        block, model = [], None
        for row in result.rows:
            label = f"{row.model} *" if row.chosen else row.model
            block.append(
                ["" if label == model else label, row.evaluated_on, *cells(row, names)]
            )
            model = label
        blocks.append((result.title, block))

    lines = [header, *(line for _, block in blocks for line in block)]
    widths = [max(map(len, column)) for column in zip(*lines)]

    def join(line):
        text = [cell.ljust(width) for cell, width in zip(line[:2], widths)]
        text += [cell.rjust(width) for cell, width in zip(line[2:], widths[2:])]
        return "  ".join(text).rstrip()

    parts = [join(header), "-" * len(join(header))]
    for title, block in blocks:
        parts += [title, *map(join, block), ""]
    parts.append("* chosen by cross-validation on the training set.")
    return "\n".join(parts)
