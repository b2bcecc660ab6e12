"""How is the code structured, and how much of it does a fit run through?

Counts files and lines of each folder, then for a tiny fit of a deep classifier and of a
recommender: the files that it runs through, moves between files (calls of a function
by one of another file, with frames of other libraries in between left out; resuming a
generator is a call), and the greatest number of nested calls. The first fit traces and
compiles, the second finds that done. Then classes, private methods and attributes,
parameters, and private names of other libraries.

``--checkout FOLDER`` counts another checkout of skmed, of any layout.
"""

import argparse
import ast
import inspect
import sys
from collections import Counter
from pathlib import Path

import numpy as np

from benchmarks._run import Run, say
from benchmarks._tables import markdown_table

DEEP = [
    f"{family}{task}"
    for family in ("CNN", "RNN", "Text")
    for task in ("Classifier", "Regressor", "Encoder")
]
LIBRARIES = ("keras", "tensorflow", "scikeras", "sklearn")
# methods of namedtuple are public in spite of their names
_PUBLIC = {"_asdict", "_replace", "_fields", "_make"}


# ----- folders -----


def folders(root):
    """Return the number of Python files, and of their lines, by folder."""
    files, lines = Counter(), Counter()
    for path in sorted(root.rglob("*.py")):
        folder = path.parent.relative_to(root.parent).as_posix()
        files[folder] += 1
        lines[folder] += len(path.read_text(encoding="utf-8").splitlines())
    return files, lines


# ----- a fit -----


class CallProfile:
    """Follow the calls within a package, as a ``with`` block.

    Parameters
    ----------
    root : Path
        Folder of the package.

    Attributes
    ----------
    files : set of str
        Files of the package with a function that was called.
    moves : int
        Calls whose last caller within the package is in another file.
    depth : int
        Greatest number of nested calls within the package.
    """

    def __init__(self, root):
        self._root = f"{root}/"
        self.files, self.moves, self.depth = set(), 0, 0
        # of all frames, and of those of the package
        self._stack, self._own = [], []

    def __enter__(self):
        self._previous = sys.getprofile()
        sys.setprofile(self._profile)
        return self

    def __exit__(self, *exception):
        sys.setprofile(self._previous)

    def _profile(self, frame, event, arg):
        if event == "call":
            code = frame.f_code
            # the import of a module isn't part of the work
            own = code.co_filename.startswith(self._root)
            own = own and code.co_name != "<module>"
            self._stack.append(own)
            if own:
                self.files.add(code.co_filename)
                self.moves += bool(self._own) and self._own[-1] != code.co_filename
                self._own.append(code.co_filename)
                self.depth = max(self.depth, len(self._own))
        elif event == "return" and self._stack and self._stack.pop():
            self._own.pop()


def fits(skmed, root):
    """Yield the name and profile of the first and second fit of two estimators."""
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(20, 16)).astype("float32"), np.arange(20) % 2
    given = (rng.random((30, 12)) < 0.4).astype(float)
    cases = {
        "CNNClassifier(epochs=1)": (
            lambda: skmed.CNNClassifier(epochs=1, random_state=0),
            (X, y),
        ),
        "ALSRecommender()": (lambda: skmed.ALSRecommender(random_state=0), (given,)),
    }
    for name, (make, data) in cases.items():
        for which in ("first", "second"):
            estimator = make()
            with CallProfile(root) as profile:
                estimator.fit(*data)
            yield f"{name}, {which} fit", profile, estimator


# ----- classes -----


def own_classes(classes, package="skmed"):
    """Return the classes of the package among all bases, each once."""
    found = {base: None for cls in classes for base in cls.__mro__}
    return [base for base in found if base.__module__.split(".")[0] == package]


def is_private(name):
    """Whether a name is private by its underscore."""
    return name.startswith("_") and not name.startswith("__")


def private_methods(cls):
    """Return the names of private methods and properties that a class defines."""
    kinds = (property, classmethod, staticmethod)
    return {
        name
        for name, value in vars(cls).items()
        if is_private(name) and (inspect.isfunction(value) or isinstance(value, kinds))
    }


def hooks(classes):
    """Count the private methods of classes and their bases.

    Returns
    -------
    dict of str to set of str
        Names of all that are defined; of those that more than one class of an MRO
        defines; and of those that a class calls on itself, and that neither it nor a
        base of it defines.
    """
    own = own_classes(classes)
    defined = set().union(*map(private_methods, own))
    overridden = {
        name
        for cls in classes
        for name, n in Counter(
            name for base in own_classes([cls]) for name in private_methods(base)
        ).items()
        if n > 1
    }
    called, assigned = set(), set()
    for cls in own:
        for node in ast.walk(_source_of(cls)):
            if isinstance(node, ast.Call):
                name = _self_attribute(node.func)
                if name and not hasattr(cls, name):
                    called.add(name)
            elif (name := _self_attribute(node)) and isinstance(node.ctx, ast.Store):
                assigned.add(name)
    return {
        "defined": defined,
        "overridden in a subclass": overridden,
        "called by a base that doesn't define it": called - assigned,
    }


def _source_of(cls):
    tree = ast.parse(Path(inspect.getfile(cls)).read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef) and node.name == cls.__name__:
            return node
    # a class made by a function
    return ast.Module([], [])


def _self_attribute(node):
    """Return the private attribute of ``self`` that a node is, or None."""
    if (
        isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == "self"
        and is_private(node.attr)
    ):
        return node.attr
    return None


# ----- private names of other libraries -----


def private_uses(root):
    """Find the lines that use private names of other libraries.

    These are imports of private modules or names, and attributes with a private name
    that nothing in the package defines.

    Returns
    -------
    dict of str to dict of int to bool
        By file and line, whether it imports from scikit-learn.
    """
    trees = {
        path: ast.parse(path.read_text(encoding="utf-8"))
        for path in sorted(root.rglob("*.py"))
    }
    own = _PUBLIC | {path.stem for path in trees} | {p.parent.name for p in trees}
    for tree in trees.values():
        for node in ast.walk(tree):
            own |= _defined_names(node)
    found = {}
    for path, tree in trees.items():
        lines = {
            node.lineno: getattr(node, "module", "").split(".")[0] == "sklearn"
            for node in ast.walk(tree)
            if _is_private_use(node, own)
        }
        if lines:
            found[path.relative_to(root.parent).as_posix()] = lines
    return found


def _defined_names(node):
    match node:
        case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
            return {name}
        case (
            ast.Attribute(attr=name, ctx=ast.Store())
            | ast.Name(id=name, ctx=ast.Store())
        ):
            return {name}
        case ast.alias(asname=str(name)):
            return {name}
        case ast.arg(arg=name):
            return {name}
    return set()


def _is_private_use(node, own):
    match node:
        case ast.ImportFrom(module=str(module), names=names, level=0):
            return _is_private_module(module) or (
                module.split(".")[0] in LIBRARIES
                and any(is_private(alias.name) for alias in names)
            )
        case ast.Import(names=names):
            return any(_is_private_module(alias.name) for alias in names)
        case ast.Attribute(attr=attribute):
            if is_private(attribute) and attribute not in own:
                return True
            name = ast.unparse(node)
            return name in ("keras.src", "tensorflow.python", "tf.python")
    return False


def _is_private_module(module):
    library, *parts = module.split(".")
    private = any(map(is_private, parts)) or f"{library}.{(parts or [''])[0]}" in (
        "keras.src",
        "tensorflow.python",
    )
    return library in LIBRARIES and private


# ----- all -----


def measure(run, skmed):
    """Count all."""
    root = Path(skmed.__file__).resolve().parent

    def add(case, method, count):
        run.add(case, method, count=count)

    files, lines = folders(root)
    add("package", "files", sum(files.values()))
    add("package", "lines", sum(lines.values()))
    for folder in files:
        add(f"folder {folder}", "files", files[folder])
        add(f"folder {folder}", "lines", lines[folder])
    run.settings["largest_folder"] = max(lines, key=lines.get)
    run.settings["deepest_folder"] = max(files, key=lambda name: name.count("/"))
    for name, profile, estimator in fits(skmed, root):
        add(name, "files", len(profile.files))
        add(name, "moves", profile.moves)
        add(name, "depth", profile.depth)
        if name.startswith("CNN") and "second" in name:
            attributes = sorted(filter(is_private, vars(estimator)))
            run.settings["private_attributes"] = attributes
            add("fitted CNNClassifier", "private attributes", len(attributes))
    classes = [getattr(skmed, name) for name in DEEP]
    for cls in classes:
        add(f"MRO of {cls.__name__}", "all", len(cls.__mro__))
        add(f"MRO of {cls.__name__}", "skmed's own", len(own_classes([cls])))
    for kind, names in hooks(classes).items():
        add("private methods of deep estimators", kind, len(names))
        if kind != "defined":
            run.settings[f"private methods {kind}"] = sorted(names)
    for name, cls in skmed.utils.all_estimators():
        add(
            f"parameters of {name}",
            "parameters",
            len(inspect.signature(cls).parameters),
        )
    uses = private_uses(root)
    run.settings["private_names"] = uses
    for case, of_sklearn in {
        "private names of scikit-learn, imported": True,
        "private names of Keras, TensorFlow and others": False,
    }.items():
        counts = [
            sum(is_sklearn == of_sklearn for is_sklearn in lines.values())
            for lines in uses.values()
        ]
        add(case, "lines", sum(counts))
        add(case, "files", sum(map(bool, counts)))


def table(record):
    """Write all counts, a line for each case."""
    (run,) = record["runs"]
    cases = {}
    for row in run["rows"]:
        count = f"{row['method']} {row['values'][0]:.0f}"
        cases.setdefault(row["case"], []).append(count)
    rows = [["case", "counts"]]
    return markdown_table(rows + [[case, ", ".join(c)] for case, c in cases.items()])


def main(argv=None):
    """Count, print, and write a record if asked to."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--checkout", help="the folder that holds skmed/")
    parser.add_argument("--write", metavar="PATH", help="write a record into a file")
    parser.add_argument("--smoke", action="store_true", help="write nothing")
    options = parser.parse_args(argv)
    if options.smoke and options.write:
        parser.error("--smoke results are not to be published: leave out --write.")
    if options.checkout:
        sys.path.insert(0, str(Path(options.checkout).resolve()))
    import skmed
    import skmed.utils

    say(f"Counting {Path(skmed.__file__).parent}")
    run = Run("structure", "all", ("tensorflow", "keras", "scikeras", "scikit-learn"))
    measure(run, skmed)
    record = run.record()
    print(table(record))
    if options.write:
        from benchmarks._record import dumps

        Path(options.write).write_text(dumps(record), encoding="utf-8")


if __name__ == "__main__":
    main()
