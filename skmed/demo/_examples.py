"""Registry of the examples.

A new example is a module with a function ``run(*, n_jobs, quick, random_state, log)``
that returns a `Result`, and an entry in `EXAMPLES`.
"""

from importlib import import_module

# name on the command line: module, imported when the example runs
EXAMPLES = {
    "images": "skmed.demo._images",
    "drugs": "skmed.demo._drugs",
    "diagnoses": "skmed.demo._diagnoses",
    "exercises": "skmed.demo._exercises",
}


def run_example(name, **options):
    """Import and run one example.

    Parameters
    ----------
    name : str
        Key of `EXAMPLES`.
    **options : object
        Keyword arguments of its function ``run``.

    Returns
    -------
    Result
        The result of the example.
    """
    return import_module(EXAMPLES[name]).run(**options)
