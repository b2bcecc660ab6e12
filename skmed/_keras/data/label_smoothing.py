"""Targets that are a little less sure than labels."""


def smooth(indicator, amount, multilabel):
    """Move a part of each label's certainty to all classes (Szegedy et al., 2016).

    Parameters
    ----------
    indicator : ndarray of shape (n_samples, n_classes)
        One or zero for each class.
    amount : float
        Part that is spread evenly over the classes.
    multilabel : bool
        Each column is a label of its own, with two classes.

    Returns
    -------
    ndarray of shape (n_samples, n_classes)
        What Keras's losses make of ``label_smoothing=amount``.
    """
    if not amount:
        return indicator
    n_classes = 2 if multilabel else indicator.shape[1]
    return indicator * (1.0 - amount) + amount / n_classes
