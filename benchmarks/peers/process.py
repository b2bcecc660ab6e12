"""A peer that runs in a Python environment of its own."""

import json
import subprocess

from benchmarks._measure import environment_for


class PeerProcess:
    """A peer's process, which answers requests.

    Parameters
    ----------
    python : str
        A Python that has the peer's packages.
    module : str
        A module of this folder that calls ``serve``.
    settings : dict
        What JSON can hold.

    Attributes
    ----------
    greeting : dict
        What the peer answers to its settings; ``packages`` are its versions.
    """

    def __init__(self, python, module, settings):
        self._module = module
        self._process = subprocess.Popen(
            [python, "-m", f"benchmarks.peers.{module}"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=environment_for(python),
        )
        self.greeting = self.ask(settings)

    def ask(self, request):
        """Return the answer to a request."""
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(
                f"benchmarks.peers.{self._module} ended with exit code "
                f"{self._process.wait()}."
            )
        return json.loads(line)

    def close(self):
        """End the process."""
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.close()


class EpochsProcess(PeerProcess):
    """A network in PyTorch that trains an epoch or predicts on request.

    Parameters
    ----------
    python : str
        A Python that has PyTorch.
    settings : dict
        As ``torch_epochs`` takes them.
    """

    def __init__(self, python, settings):
        super().__init__(python, "torch_epochs", settings)

    def train(self):
        """Train an epoch."""
        self.ask("train")

    def predict(self):
        """Predict all samples."""
        self.ask("predict")
