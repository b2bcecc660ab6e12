"""The command ``skmed``. Light to import: what trains is imported when it runs."""

import argparse
from importlib.util import find_spec
from pathlib import Path

from skmed import __version__

from ._examples import EXAMPLES, run_example

SEED = 0


def main(argv=None):
    """Run the command line and return the exit status."""
    options = _parser().parse_args(argv)
    try:
        return options.run(options)
    except KeyboardInterrupt:
        print("Stopped.")
        return 130


def _parser():
    parser = argparse.ArgumentParser(
        prog="skmed", description="Deep learning for medicine, as scikit-learn models."
    )
    parser.add_argument("--version", action="version", version=f"skmed {__version__}")
    commands = parser.add_subparsers(metavar="command", required=True)
    demo = commands.add_parser(
        "demo",
        help="compare plain and deep models on medical data",
        description="Compare plain and deep models on medical data, choosing by "
        "cross-validation, and print one table. Takes a few minutes.",
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
        help="also write the results, with pictures, to this file",
    )
    demo.add_argument(
        "--n-jobs",
        type=_n_jobs,
        metavar="N",
        help="processes of the grid search (default: 1, -1: one per core)",
    )
    demo.add_argument(
        "--quick", action="store_true", help="less data and training: a first look"
    )
    demo.set_defaults(run=_demo)
    return parser


def _n_jobs(text):
    try:
        number = int(text)
    except ValueError:
        number = 0
    if number == 0:
        raise argparse.ArgumentTypeError(f"a number of processes, or -1, not {text!r}")
    return number


def _report_path(text):
    # Found out now, not after minutes of training.
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
                say=_say,
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


def _say(text):
    # at once, also into a pipe: the next line can be minutes away
    print(text, flush=True)
