"""Where the files of a data set are found: a prepared folder, the cache, a download."""

import contextlib
import hashlib
import logging
import os
from dataclasses import dataclass
from pathlib import Path

# Seconds to connect and between two packets: a firewall that drops packets
# must not hold the caller for minutes.
_TIMEOUT = (10, 60)


@dataclass(frozen=True)
class RemoteFile:
    """A published file: its place below a data folder, its address and its checksum."""

    path: str
    url: str
    md5: str


def data_home(data_home=None):
    """Return the cache folder: the argument, else `SKMED_HOME`, else ``~/skmed_data``.

    The folder is not created: only a download does that.
    """
    if data_home is None:
        data_home = os.environ.get("SKMED_HOME") or Path("~", "skmed_data")
    return Path(data_home).expanduser()


def find_file(remote, *, home=None, download_if_missing=True):
    """Return the path of a file and where it came from.

    Where it came from is ``"SKMED_DATA"``, ``"cache"`` or ``"download"``. A file
    in the folder that `SKMED_DATA` names may have been packed again, so its
    checksum says nothing and its reader has to check the content.
    """
    if prepared := os.environ.get("SKMED_DATA"):
        path = Path(prepared).expanduser() / remote.path
        if path.is_file():
            return path, "SKMED_DATA"

    path = data_home(home) / remote.path
    cached = path.is_file()
    if cached and _md5(path) == remote.md5:
        return path, "cache"
    if not download_if_missing:
        state = f"{path} is damaged" if cached else f"{path} does not exist"
        raise OSError(
            f"{state} and download_if_missing=False: allow the download, or name a "
            f"folder that holds {remote.path} in the environment variable SKMED_DATA."
        )
    _download(remote, path)
    return path, "download"


def _download(remote, path):
    try:
        import pooch
    except ImportError as error:
        raise ImportError(
            "Downloading a data set needs pooch: pip install 'skmed[demo]'."
        ) from error

    new_folders = [folder for folder in path.parents if not folder.exists()]
    logger = pooch.get_logger()
    level = logger.level
    logger.setLevel(logging.WARNING)  # pooch announces each download on stderr
    try:
        # Downloads beside the target and moves the file there after its
        # checksum has been verified.
        pooch.retrieve(
            remote.url,
            known_hash=f"md5:{remote.md5}",
            fname=path.name,
            path=path.parent,
            downloader=pooch.HTTPDownloader(timeout=_TIMEOUT),
        )
    except ValueError as error:
        _remove(new_folders)
        raise OSError(
            f"What {remote.url} sent is not the published file (its checksum "
            "differs), so nothing was kept; try again later."
        ) from error
    except OSError as error:
        _remove(new_folders)
        raise OSError(
            f"{remote.url} could not be downloaded to {path.parent} "
            f"({type(error).__name__}): check the connection, or name a folder that "
            f"holds {remote.path} in the environment variable SKMED_DATA."
        ) from error
    finally:
        logger.setLevel(level)


def _md5(path):
    with open(path, "rb") as file:
        return hashlib.file_digest(
            file, lambda: hashlib.md5(usedforsecurity=False)
        ).hexdigest()


def _remove(folders):
    for folder in folders:
        with contextlib.suppress(OSError):  # another process may have filled it
            folder.rmdir()
