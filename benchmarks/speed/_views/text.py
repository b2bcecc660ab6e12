"""Tables of speed/text.py."""

from benchmarks._tables import markdown_table, methods_table, spread

FITS = "fits"
FIRST, OTHERS = "first fold", "other folds"


def table(results):
    """Write a line for each fit, and one for each architecture."""
    settings = results.settings()
    fits = {"seconds": ("seconds per fit", 2), "speed": ("notes per second", 0)}
    folds = [["architecture", "seconds, first fold", "each of the others"]]
    cases = [case for case in results.cases() if case != FITS]
    for case in cases:
        cells = (results.cell(case, fold, "seconds") for fold in (FIRST, OTHERS))
        folds.append([case, *(spread(cell, 2) for cell in cells)])
    return "\n\n".join(
        [
            f"{settings['n_samples']} notes, {settings['epochs']} epochs, batches of "
            f"{settings['batch_size']}; {settings['rounds']} rounds in turn, mean (min "
            "to max).",
            methods_table(results, FITS, fits, first="fit"),
            f"Cross-validation in {settings['n_folds']} folds of "
            f"{settings['n_notes']} notes, one epoch each, of `TextClassifier` with "
            "its other defaults:",
            markdown_table(folds),
        ]
    )
