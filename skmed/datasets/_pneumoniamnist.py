"""PneumoniaMNIST: small chest X-rays of children, with and without pneumonia."""

import os
import zipfile
import zlib
from typing import Literal, overload

import numpy as np
from sklearn.utils import Bunch
from sklearn.utils._param_validation import StrOptions, validate_params

from ._remote_files import RemoteFile, fetch_file

# URL and checksum as published with MedMNIST v2
_FILE = RemoteFile(
    path="pneumoniamnist/pneumoniamnist.npz",
    url="https://zenodo.org/records/10519652/files/pneumoniamnist.npz?download=1",
    md5="28209eda62fecd6e6a2d98b1501bb15f",
)

_SUBSETS = ("train", "val", "test")

_DESCR = """\
PneumoniaMNIST (MedMNIST v2)
============================

Frontal chest X-rays of children, cropped to the centre and reduced to 28 x 28
grey pixels. The task is to classify normal lungs and pneumonia.

Images:   4708 "train", 524 "val", 624 "test"; uint8, 28 x 28
Target:   0 = normal, 1 = pneumonia (74% of "train" and "val", 62.5% of "test")
Missing:  none
Licence:  CC BY 4.0

"train" and "val" are a split of the training images of the original collection,
"test" is its test set. The file does not say which
images belong to the same child. The pictures are far too small for diagnosis:
the set is for comparing methods and for teaching.

Cite both when you use it:

- Yang, J., Shi, R., Wei, D. et al. "MedMNIST v2 - A large-scale lightweight
  benchmark for 2D and 3D biomedical image classification." Scientific Data 10,
  41 (2023). https://doi.org/10.1038/s41597-022-01721-8
- Kermany, D. S., Goldbaum, M., Cai, W. et al. "Identifying Medical Diagnoses and
  Treatable Diseases by Image-Based Deep Learning." Cell 172 (5), 1122-1131 (2018).
  https://doi.org/10.1016/j.cell.2018.02.010

Published at https://zenodo.org/records/10519652
"""


@overload
def fetch_pneumoniamnist(
    *,
    subset: str = ...,
    data_home=...,
    download_if_missing: bool = ...,
    return_X_y: Literal[False] = ...,
) -> Bunch: ...


@overload
def fetch_pneumoniamnist(
    *,
    subset: str = ...,
    data_home=...,
    download_if_missing: bool = ...,
    return_X_y: Literal[True],
) -> tuple[np.ndarray, np.ndarray]: ...


@validate_params(
    {
        "subset": [StrOptions({*_SUBSETS, "all"})],
        "data_home": [str, os.PathLike, None],
        "download_if_missing": ["boolean"],
        "return_X_y": ["boolean"],
    },
    prefer_skip_nested_validation=True,
)
def fetch_pneumoniamnist(
    *, subset="train", data_home=None, download_if_missing=True, return_X_y=False
):
    """Load the PneumoniaMNIST chest X-rays (classification), downloading them once.

    Chest X-rays of children, 28 x 28 grey pixels, labelled normal (0) or pneumonia
    (1): 4708 for training, 524 for validation, 624 for testing. The file (4 MB),
    ``pneumoniamnist/pneumoniamnist.npz``, is searched for in the folder in the
    environment variable ``SKMED_DATA`` and in the cache; else it is downloaded from
    the URL that MedMNIST publishes, which needs pooch.

    Parameters
    ----------
    subset : {"train", "val", "test", "all"}, default="train"
        Which images to return; ``"all"`` is the three subsets in this order.
    data_home : str or path-like, default=None
        The cache folder. By default the one in the environment variable
        ``SKMED_HOME``, else ``~/skmed_data``.
    download_if_missing : bool, default=True
        If False, raise an OSError if the file is not available locally.
    return_X_y : bool, default=False
        If True, return ``(data, target)`` instead of a Bunch.

    Returns
    -------
    data : :class:`~sklearn.utils.Bunch`
        Dictionary-like object, with the following attributes.

        data : ndarray of shape (n_samples, 28, 28), dtype uint8
            The images.
        target : ndarray of shape (n_samples,)
            0 for normal, 1 for pneumonia.
        target_names : list of str
            The names of the two classes.
        filename : str
            The file that was read.
        source : {"SKMED_DATA", "cache", "download"}
            Where the file was found.
        DESCR : str
            Description of the data set, with its licence and references.

    (data, target) : tuple if ``return_X_y`` is True
        The images and their labels.

    Raises
    ------
    OSError
        If the file is missing and can't be downloaded, or is not PneumoniaMNIST.
    ImportError
        If a download needs pooch, and it is not installed.

    See Also
    --------
    make_chest_xrays : Synthetic images, without a download.

    References
    ----------
    .. [1] Yang, J., Shi, R., Wei, D. et al. "MedMNIST v2 - A large-scale lightweight
       benchmark for 2D and 3D biomedical image classification." Scientific Data 10,
       41 (2023).
    .. [2] Kermany, D. S., Goldbaum, M., Cai, W. et al. "Identifying Medical Diagnoses
       and Treatable Diseases by Image-Based Deep Learning." Cell 172 (5), 1122-1131
       (2018).

    Examples
    --------
    >>> from skmed.datasets import fetch_pneumoniamnist
    >>> X, y = fetch_pneumoniamnist(subset="test", return_X_y=True)  # doctest: +SKIP
    >>> X.shape, y.shape  # doctest: +SKIP
    ((624, 28, 28), (624,))
    """
    path, source = fetch_file(
        _FILE, data_home=data_home, download_if_missing=download_if_missing
    )
    subsets = _SUBSETS if subset == "all" else (subset,)
    data, target = _read(path, subsets)
    if return_X_y:
        return data, target
    return Bunch(
        data=data,
        target=target,
        target_names=["normal", "pneumonia"],
        filename=str(path),
        source=source,
        DESCR=_DESCR,
    )


def _read(path, subsets):
    """Return the images and labels of `subsets`, or raise if the file is wrong."""
    try:
        # numpy does not close a damaged file that it has opened itself
        with open(path, "rb") as stream, np.load(stream, allow_pickle=False) as file:
            arrays = {
                name: file[name]
                for subset in subsets
                for name in (f"{subset}_images", f"{subset}_labels")
            }
    except KeyError as error:
        raise _wrong_file_error(path, str(error.args[0])) from error
    except (ValueError, TypeError, AttributeError, EOFError, zlib.error) as error:
        # an .npy file, an array without names, gives AttributeError or TypeError
        raise _wrong_file_error(path, "it is not an .npz of arrays") from error
    except zipfile.BadZipFile as error:
        raise _wrong_file_error(path, "it is damaged") from error

    images, labels = [], []
    for subset in subsets:
        image, label = arrays[f"{subset}_images"], arrays[f"{subset}_labels"]
        if image.dtype != np.uint8 or image.ndim != 3 or image.shape[1:] != (28, 28):
            raise _wrong_file_error(
                path, f"{subset}_images is not uint8 of shape (n, 28, 28)"
            )
        if label.shape not in {(len(image),), (len(image), 1)}:
            raise _wrong_file_error(
                path, f"{subset}_labels does not hold one label per image"
            )
        if label.dtype.kind not in "iu" or not np.isin(label, (0, 1)).all():
            raise _wrong_file_error(path, f"{subset}_labels is not 0 and 1")
        images.append(image)
        labels.append(label.ravel())
    return np.concatenate(images), np.concatenate(labels).astype(np.int64)


def _wrong_file_error(path, reason):
    return OSError(
        f"{path} is not PneumoniaMNIST ({reason}): remove it or replace it by the "
        "published file."
    )
