"""Networks in PyTorch whose epochs are timed, for a Python that has it.

Settings: ``network``, a name of ``NETWORKS``; ``arguments``, of that function;
``shape`` of one sample, channels first or last as the network takes it; ``n_samples``,
``n_classes``, ``batch_size`` and ``threads``. A request is "train" or "predict", for
one pass over random samples.
"""

import torch

from benchmarks.peers._server import serve
from benchmarks.peers.torch_networks import NETWORKS


def start(settings):
    """Build the network; return its size and the function that runs a pass."""
    torch.set_num_threads(settings["threads"])
    torch.manual_seed(0)
    n, batch_size = settings["n_samples"], settings["batch_size"]
    network = NETWORKS[settings["network"]](**settings["arguments"])
    x = torch.randn(n, *settings["shape"])
    y = torch.randint(0, settings["n_classes"], (n,))
    optimizer = torch.optim.Adam(network.parameters())
    loss = torch.nn.CrossEntropyLoss()

    def train():
        network.train()
        for rows in torch.randperm(n).split(batch_size):
            optimizer.zero_grad()
            loss(network(x[rows]), y[rows]).backward()
            optimizer.step()

    def predict():
        network.eval()
        with torch.inference_mode():
            torch.cat([network(rows).softmax(1) for rows in x.split(batch_size)])

    passes = {"train": train, "predict": predict}
    greeting = {
        "packages": {"torch": torch.__version__},
        "n_weights": sum(p.numel() for p in network.parameters()),
    }
    return greeting, lambda request: passes[request]()


if __name__ == "__main__":
    serve(start)
