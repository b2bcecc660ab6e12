"""The command ``skmed``. Heavy modules are imported when they are needed."""

import argparse
from importlib.util import find_spec
from pathlib import Path

from skmed import __version__

from ._examples import EXAMPLES, run_example

SEED = 0


def main(argv=None):
    """Run the command line.

    Parameters
    ----------
    argv : list of str, default=None
        Arguments; by default those of the process.

    Returns
    -------
    int
        Exit status.
    """
    options = _parser().parse_args(argv)
    try:
        return options.run(options)
    except KeyboardInterrupt:
        print("Stopped.")
        return 130


def _parser():
    parser = argparse.ArgumentParser(
        prog="skmed",
        description="Deep learning for medicine as scikit-learn estimators.",
    )
    parser.add_argument("--version", action="version", version=f"skmed {__version__}")
    commands = parser.add_subparsers(metavar="command", required=True)
    demo = commands.add_parser(
        "demo",
        help="compare classical and deep models on medical data",
        description="Compare classical and deep models on medical data by "
        "cross-validation, and print a table of scores. Takes a few minutes.",
    )
    demo.add_argument(
        "--only",
        action="extend",
        nargs="+",
        choices=EXAMPLES,
        metavar="NAME",
        help=f"run these examples only: {', '.join(EXAMPLES)}",
    )
    demo.add_argument(
        "--report",
        type=_report_path,
        metavar="FILE.html",
        help="write an HTML report with figures to this file",
    )
    demo.add_argument(
        "--n-jobs",
        type=_n_jobs,
        metavar="N",
        help="number of processes of the grid search (default: 1; -1: one per core)",
    )
    demo.add_argument("--quick", action="store_true", help="use less data and training")
    demo.set_defaults(run=_demo)
    return parser


def _n_jobs(text):
    try:
        number = int(text)
    except ValueError:
        number = 0
    if number == 0:
        raise argparse.ArgumentTypeError(
            f"must be a number of processes, or -1; got {text!r}"
        )
    return number


def _report_path(text):
    # checked before the training, not after it
    path = Path(text)
    if path.is_dir() or not path.parent.is_dir():
        raise argparse.ArgumentTypeError(
            f"{text!r} is not a file in an existing folder"
        )
    if find_spec("matplotlib") is None:
        raise argparse.ArgumentTypeError("needs matplotlib: pip install 'skmed[demo]'")
    return path


def _demo(options):
    from time import perf_counter

    from ._table import format_table

    start = perf_counter()
    results = []
    for name in dict.fromkeys(options.only or EXAMPLES):
        print(f"[{name}]")
        results.append(
            run_example(
                name,
                n_jobs=options.n_jobs,
                quick=options.quick,
                random_state=SEED,
                log=_log,
            )
        )
        print()
    seconds = perf_counter() - start

    print(format_table(results))
    print(f"\n{seconds:.0f} seconds. This is not a medical device.")
    if options.report:
        from ._report import write_report

        write_report(options.report, results, random_state=SEED, seconds=seconds)
        print(f"The report is in {options.report}.")
    return 0


def _log(text):
    # flushed, as the next line may follow minutes later
    print(text, flush=True)
