"""fetch_pneumoniamnist, with a local file server."""

import dataclasses
import hashlib
import io
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pytest

from skmed.datasets import _pneumoniamnist, fetch_pneumoniamnist

SIZES = {"train": 7, "val": 3, "test": 5}


def npz(**changes):
    """Return the bytes of a small valid file; arrays that are None are omitted."""
    rng = np.random.RandomState(0)
    arrays = {}
    for subset, n in SIZES.items():
        arrays[f"{subset}_images"] = rng.randint(0, 256, (n, 28, 28)).astype(np.uint8)
        arrays[f"{subset}_labels"] = rng.randint(0, 2, (n, 1)).astype(np.uint8)
    arrays |= changes
    buffer = io.BytesIO()
    np.savez(buffer, **{k: v for k, v in arrays.items() if v is not None})
    return buffer.getvalue()


class Server:
    def __init__(self):
        self.content = npz()
        self.status = 200
        self.requests = 0
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                outer.requests += 1
                self.send_response(outer.status)
                self.send_header("Content-Length", str(len(outer.content)))
                self.end_headers()
                self.wfile.write(outer.content)

            def log_message(self, *args):
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.http.server_port}/pneumoniamnist.npz"


@pytest.fixture
def home(tmp_path, monkeypatch):
    """Set an empty cache, and no SKMED_DATA."""
    monkeypatch.delenv("SKMED_DATA", raising=False)
    monkeypatch.setenv("SKMED_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def server(home, monkeypatch):
    server = Server()
    thread = threading.Thread(target=server.http.serve_forever, args=(0.02,))
    thread.start()
    publish(server, monkeypatch)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    yield server
    server.http.shutdown()
    server.http.server_close()
    thread.join()


def publish(server, monkeypatch):
    md5 = hashlib.md5(server.content).hexdigest()
    file = dataclasses.replace(_pneumoniamnist._FILE, url=server.url, md5=md5)
    monkeypatch.setattr(_pneumoniamnist, "_FILE", file)


def files_in(folder):
    return [path for path in folder.rglob("*") if path.is_file()]


def test_downloads_once_and_then_reads_the_cache(server, home, capfd):
    first = fetch_pneumoniamnist()
    second = fetch_pneumoniamnist(download_if_missing=False)
    assert (first.source, second.source) == ("download", "cache")
    assert server.requests == 1
    assert files_in(home) == [home / "pneumoniamnist" / "pneumoniamnist.npz"]
    assert first.filename == second.filename == str(files_in(home)[0])
    np.testing.assert_array_equal(first.data, second.data)
    assert capfd.readouterr() == ("", "")


def test_bunch(server):
    bunch = fetch_pneumoniamnist()
    assert bunch.data.shape == (7, 28, 28)
    assert bunch.data.dtype == np.uint8
    assert bunch.target.shape == (7,)
    assert bunch.target.dtype == np.int64
    assert bunch.target_names == ["normal", "pneumonia"]
    for word in ("CC BY 4.0", "Yang", "Kermany", "zenodo.org"):
        assert word in bunch.DESCR


@pytest.mark.parametrize(
    ("subset", "n"), [*SIZES.items(), ("all", sum(SIZES.values()))]
)
def test_subsets(server, subset, n):
    X, y = fetch_pneumoniamnist(subset=subset, return_X_y=True)
    assert X.shape == (n, 28, 28)
    assert y.shape == (n,)


def test_all_is_the_three_in_order(server):
    parts = [fetch_pneumoniamnist(subset=name).data for name in SIZES]
    whole = fetch_pneumoniamnist(subset="all").data
    np.testing.assert_array_equal(whole, np.concatenate(parts))


def test_data_home_overrides_the_environment(server, home, tmp_path):
    bunch = fetch_pneumoniamnist(data_home=tmp_path / "other")
    assert bunch.filename.startswith(str(tmp_path / "other"))
    assert not home.exists()


def test_default_data_home(server, tmp_path, monkeypatch):
    monkeypatch.delenv("SKMED_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    bunch = fetch_pneumoniamnist()
    assert bunch.filename.startswith(str(tmp_path / "skmed_data"))


def test_skmed_data_comes_first_and_may_be_compressed_again(
    server, home, tmp_path, monkeypatch
):
    (tmp_path / "pneumoniamnist").mkdir()
    labels = np.array([0, 1, 1])
    (tmp_path / "pneumoniamnist" / "pneumoniamnist.npz").write_bytes(
        npz(val_labels=labels)
    )
    monkeypatch.setenv("SKMED_DATA", str(tmp_path))
    bunch = fetch_pneumoniamnist(subset="val")
    assert bunch.source == "SKMED_DATA"
    assert bunch.target.tolist() == labels.tolist()
    assert server.requests == 0
    assert not home.exists()


def test_skmed_data_without_the_file(server, tmp_path, monkeypatch):
    monkeypatch.setenv("SKMED_DATA", str(tmp_path))
    assert fetch_pneumoniamnist().source == "download"


def test_missing_without_download(server, home):
    with pytest.raises(OSError, match="does not exist and download_if_missing=False"):
        fetch_pneumoniamnist(download_if_missing=False)
    assert server.requests == 0
    assert not home.exists()


def test_damaged_cache(server, home):
    fetch_pneumoniamnist()
    path = files_in(home)[0]
    path.write_bytes(server.content[:-100])
    with pytest.raises(OSError, match="is damaged and download_if_missing=False"):
        fetch_pneumoniamnist(download_if_missing=False)
    assert fetch_pneumoniamnist().source == "download"
    assert path.read_bytes() == server.content


def test_wrong_checksum(server, home):
    server.content = npz(test_labels=np.zeros((5, 1), np.uint8))
    with pytest.raises(OSError, match=r"not the published file .* nothing was kept"):
        fetch_pneumoniamnist()
    assert not home.exists()


@pytest.mark.parametrize("status", [404, 500])
def test_server_error(server, home, status):
    server.status = status
    with pytest.raises(OSError, match="could not be downloaded"):
        fetch_pneumoniamnist()
    assert not home.exists()


def test_no_server(server, home, monkeypatch):
    file = dataclasses.replace(_pneumoniamnist._FILE, url="http://127.0.0.1:9/x.npz")
    monkeypatch.setattr(_pneumoniamnist, "_FILE", file)
    with pytest.raises(OSError, match=r"could not be downloaded .* SKMED_DATA"):
        fetch_pneumoniamnist()
    assert not home.exists()


def test_failure_keeps_existing_folders(server, home):
    server.status = 404
    home.mkdir()
    with pytest.raises(OSError, match="could not be downloaded"):
        fetch_pneumoniamnist()
    assert list(home.iterdir()) == []


def test_without_pooch(server, home, monkeypatch):
    monkeypatch.setitem(sys.modules, "pooch", None)
    with pytest.raises(ImportError, match=r"pip install 'skmed\[demo\]'"):
        fetch_pneumoniamnist()
    assert not home.exists()


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"train_images": None}, "train_images"),
        ({"train_labels": None}, "train_labels"),
        ({"train_images": np.zeros((7, 28, 28))}, "not uint8"),
        ({"train_images": np.zeros((7, 28, 28, 3), np.uint8)}, "not uint8"),
        ({"train_images": np.zeros((7, 64, 64), np.uint8)}, "not uint8"),
        ({"train_labels": np.zeros((6, 1), np.uint8)}, "one label per image"),
        ({"train_labels": np.full((7, 1), 2)}, "not 0 and 1"),
        ({"train_labels": np.zeros((7, 1))}, "not 0 and 1"),
        ({"train_labels": np.array([[None]] * 7)}, "not an .npz of arrays"),
    ],
)
def test_wrong_content(home, tmp_path, monkeypatch, changes, reason):
    self_made = tmp_path / "pneumoniamnist" / "pneumoniamnist.npz"
    self_made.parent.mkdir()
    self_made.write_bytes(npz(**changes))
    monkeypatch.setenv("SKMED_DATA", str(tmp_path))
    with pytest.raises(OSError, match=f"is not PneumoniaMNIST .*{reason}"):
        fetch_pneumoniamnist()


def _npy():
    buffer = io.BytesIO()
    np.save(buffer, np.zeros(3))
    return buffer.getvalue()


@pytest.mark.parametrize(
    "content",
    [b"", b"<html>Not found</html>", b"PK\x03\x04" + bytes(40), npz()[:-200], _npy()],
    ids=["empty", "html", "zip header", "cut off", "npy"],
)
def test_not_an_npz(home, tmp_path, monkeypatch, content):
    path = tmp_path / "pneumoniamnist" / "pneumoniamnist.npz"
    path.parent.mkdir()
    path.write_bytes(content)
    monkeypatch.setenv("SKMED_DATA", str(tmp_path))
    with pytest.raises(OSError, match="is not PneumoniaMNIST"):
        fetch_pneumoniamnist()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"subset": "valid"}, "'subset' parameter"),
        ({"data_home": 3}, "'data_home' parameter"),
        ({"download_if_missing": "no"}, "'download_if_missing' parameter"),
        ({"return_X_y": None}, "'return_X_y' parameter"),
    ],
)
def test_wrong_arguments(home, arguments, message):
    with pytest.raises(ValueError, match=message):
        fetch_pneumoniamnist(**arguments)


def test_real_file(skmed_data):
    bunch = fetch_pneumoniamnist(subset="all")
    assert bunch.source == "SKMED_DATA"
    assert bunch.data.shape == (4708 + 524 + 624, 28, 28)
    _, y_test = fetch_pneumoniamnist(subset="test", return_X_y=True)
    assert np.bincount(y_test).tolist() == [234, 390]


def test_url_and_checksum():
    """URL and checksum as published with MedMNIST v2."""
    assert _pneumoniamnist._FILE.url.startswith("https://zenodo.org/records/10519652/")
    assert _pneumoniamnist._FILE.md5 == "28209eda62fecd6e6a2d98b1501bb15f"
