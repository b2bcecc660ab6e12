"""Tables of accuracy/recommend.py."""

from benchmarks._pictures import Panel
from benchmarks._tables import markdown_table, methods_table, number, seeds

EHRLINK = "Problem to medication: ehrlink"
INDICATIONS = "Disease to drug: PharmacotherapyDB"
ADMISSIONS = "Admissions: MIMIC-III demo"
POPULARITY, SVD = "popularity", "TruncatedSVD, chosen rank"
IMPLICIT = "implicit's ALS, its defaults"
ALS, EASE, CHOSEN = "ALSRecommender", "EASERecommender", ", chosen"
CONTEXT = "ContextRecommender(EASERecommender())"
LOGISTIC = "LogisticRegression per drug"
COLUMNS = {
    "ndcg": ("NDCG@10", 3),
    "recall": ("recall@10", 3),
    "average_precision": ("average precision", 3),
    "jaccard": ("Jaccard", 3),
    "f1": ("F1", 3),
    "seconds": ("seconds per fit", 2),
}


def table(results):
    """Write a table for each data set, and what was chosen from."""
    text = [f"{seeds(results)}: mean (min to max)."]
    for case in results.cases():
        describe = _admissions if case == ADMISSIONS else _links
        data, notes = describe(results, case, results.settings(case))
        columns = methods_table(results, case, COLUMNS)
        text += [f"### {case}", data, columns, "\n".join(notes)]
    for part in results.parts():
        if part != ADMISSIONS:
            settings = results.settings(part)
            text += ["### Grids of the chosen settings", _grids(settings["grids"])]
            break
    return "\n\n".join(text)


def _links(results, case, settings):
    notes = [
        f"- {name} with its defaults less chosen settings: "
        f"{number(results.difference(case, name, name + CHOSEN, 'ndcg'), 3, True)}."
        for name in (ALS, EASE)
    ]
    best = max(
        filter(is_ours, results.methods(case)),
        key=lambda name: results.center(case, name, "ndcg"),
    )
    gain = number(results.difference(case, best, SVD, "ndcg"), 3, True)
    notes.append(f"- The best, {best}, less {SVD}: {gain}.")
    return (
        f"{settings['n_rows']} rows, {settings['n_items']} drugs, "
        f"{settings['n_links']} links.",
        notes,
    )


def _admissions(results, case, settings):
    gains = results.paired(case, CONTEXT, LOGISTIC, "average_precision")
    return (
        f"{settings['n_samples']} admissions of {settings['n_patients']} patients, "
        f"{settings['n_features']} diagnosis codes and categories, "
        f"{settings['n_items']} drugs; {settings['n_folds']}-fold cross-validation "
        "grouped by patient, with other folds for each seed. Each model gives every "
        "admission as many drugs as one has on average in training.",
        [
            f"- {CONTEXT} less {LOGISTIC}, average precision in the same folds: mean "
            + "{mean:+.3f}, from {min:+.3f} to {max:+.3f}. ".format(**gains)
            + "The seeds only change the folds: other patients would make a larger "
            "difference."
        ],
    )


def _grids(grids):
    lines = []
    for method, grid in grids.items():
        values = " x ".join(
            f"{name} ({', '.join(f'{value:g}' for value in some)})"
            for name, some in grid.items()
        )
        lines.append(f"- {method}: {values}.")
    return "\n".join(lines)


def summary(results):
    """Write the table of the project's README."""
    rows = [["", POPULARITY, "TruncatedSVD", ALS, EASE]]
    for case in (EHRLINK, INDICATIONS):
        means = (results.center(case, n, "ndcg") for n in (POPULARITY, SVD, ALS, EASE))
        rows.append([f"{case}, NDCG@10", *(number(mean, 3) for mean in means)])
    return markdown_table(rows)


def panels(results):
    """Return the parts of the picture."""
    return [
        Panel(f"{EHRLINK}: NDCG@10", EHRLINK, "ndcg"),
        Panel(f"{INDICATIONS}: NDCG@10", INDICATIONS, "ndcg"),
        Panel(f"{ADMISSIONS}: average precision", ADMISSIONS, "average_precision"),
    ]


def is_ours(method):
    """Whether a method is skmed's."""
    return "Recommender" in method
