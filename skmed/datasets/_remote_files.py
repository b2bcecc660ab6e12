"""Download and cache of the files of data sets."""

import contextlib
import hashlib
import logging
import os
from dataclasses import dataclass
from pathlib import Path

# seconds to connect and between two packets: without a limit, a firewall that drops
# packets would block for minutes
_TIMEOUT = (10, 60)


@dataclass(frozen=True)
class RemoteFile:
    """A published file.

    Parameters
    ----------
    path : str
        Path relative to the folder of all data sets.
    url : str
        URL to download from.
    md5 : str
        Checksum.
    """

    path: str
    url: str
    md5: str


def get_data_home(data_home=None):
    """Return the path of the cache folder, which need not exist.

    Parameters
    ----------
    data_home : str or path-like, default=None
        The cache folder. By default the one in the environment variable
        ``SKMED_HOME``, else ``~/skmed_data``.

    Returns
    -------
    Path
        The cache folder.
    """
    if data_home is None:
        data_home = os.environ.get("SKMED_HOME") or Path("~", "skmed_data")
    return Path(data_home).expanduser()


def fetch_file(remote, *, data_home=None, download_if_missing=True):
    """Return the local path of a file, downloading it if it is missing.

    Parameters
    ----------
    remote : RemoteFile
        The file.
    data_home : str or path-like, default=None
        The cache folder, as of `get_data_home`.
    download_if_missing : bool, default=True
        Whether to download the file if it is neither in the folder in the environment
        variable ``SKMED_DATA`` nor in the cache.

    Returns
    -------
    path : Path
        The local file.
    source : {"SKMED_DATA", "cache", "download"}
        Where it was found. The checksum of a file in ``SKMED_DATA`` is not verified,
        as it may have been compressed again: validate its content.

    Raises
    ------
    OSError
        If the file is missing and can't be downloaded.
    ImportError
        If a download needs pooch, and it is not installed.
    """
    if folder := os.environ.get("SKMED_DATA"):
        path = Path(folder).expanduser() / remote.path
        if path.is_file():
            return path, "SKMED_DATA"

    path = get_data_home(data_home) / remote.path
    is_cached = path.is_file()
    if is_cached and _md5(path) == remote.md5:
        return path, "cache"
    if not download_if_missing:
        state = f"{path} is damaged" if is_cached else f"{path} does not exist"
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
    logger.setLevel(logging.WARNING)  # pooch logs each download to stderr
    try:
        # pooch moves the file to its path after its checksum has been verified
        pooch.retrieve(
            remote.url,
            known_hash=f"md5:{remote.md5}",
            fname=path.name,
            path=path.parent,
            downloader=pooch.HTTPDownloader(timeout=_TIMEOUT),
        )
    except ValueError as error:
        _remove_empty(new_folders)
        raise OSError(
            f"The download from {remote.url} is not the published file (its checksum "
            "differs), so nothing was kept; try again later."
        ) from error
    except OSError as error:
        _remove_empty(new_folders)
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


def _remove_empty(folders):
    for folder in folders:
        with contextlib.suppress(OSError):  # another process may use it
            folder.rmdir()
