"""The convolutional estimators: CNNClassifier, CNNRegressor and CNNEncoder."""

from skmed._keras.estimators.classifier import Classifier
from skmed._keras.estimators.encoder import Encoder
from skmed._keras.estimators.regressor import Regressor

from ._base import CNN


class CNNClassifier(Classifier, CNN):
    """Convolutional network that classifies signals, images or volumes.

    The network, a Keras model, learns features from the raw samples. The estimator can
    be cloned, used in a Pipeline, searched and cross-validated as any other classifier
    of scikit-learn.

    See Also
    --------
    CNNRegressor : The same network for regression.
    CNNEncoder : The same network for encoding.

    References
    ----------
    .. [1] Y. LeCun, L. Bottou, Y. Bengio and P. Haffner, "Gradient-based learning
       applied to document recognition", Proceedings of the IEEE, 1998.

    Examples
    --------
    >>> from sklearn.datasets import load_digits
    >>> from skmed.cnn import CNNClassifier
    >>> X, y = load_digits(return_X_y=True)
    >>> classifier = CNNClassifier(image_shape=(8, 8), epochs=2, random_state=0)
    >>> classifier.fit(X[:500], y[:500]).predict_proba(X[500:503]).shape
    (3, 10)
    """


class CNNRegressor(Regressor, CNN):
    """Convolutional network that predicts numbers from signals, images or volumes.

    It predicts one or several targets per sample, and counts with ``loss="poisson"``.

    See Also
    --------
    CNNClassifier : The same network for classification.
    CNNEncoder : The same network for encoding.

    References
    ----------
    .. [1] Y. LeCun, L. Bottou, Y. Bengio and P. Haffner, "Gradient-based learning
       applied to document recognition", Proceedings of the IEEE, 1998.

    Examples
    --------
    >>> from sklearn.datasets import load_diabetes
    >>> from skmed.cnn import CNNRegressor
    >>> X, y = load_diabetes(return_X_y=True)
    >>> regressor = CNNRegressor(filters=(8,), epochs=2, random_state=0)
    >>> regressor.fit(X, y).predict(X[:3]).shape
    (3,)
    """


class CNNEncoder(Encoder, CNN):
    """Convolutional network that encodes signals, images or volumes as vectors.

    By default it is an autoencoder, whose decoder reconstructs the sample from the
    code. Codes of a supervised encoder, which is trained to predict y, are more
    accurate for the samples that it was trained on; use it in a Pipeline, so that
    cross-validation evaluates codes of samples that the encoder was not trained on.

    See Also
    --------
    CNNClassifier : The same network for classification.
    sklearn.decomposition.PCA : Linear codes.

    References
    ----------
    .. [1] G. E. Hinton and R. R. Salakhutdinov, "Reducing the dimensionality of data
       with neural networks", Science, 2006.

    Examples
    --------
    >>> from sklearn.datasets import load_digits
    >>> from skmed.cnn import CNNEncoder
    >>> X, _ = load_digits(return_X_y=True)
    >>> encoder = CNNEncoder(
    ...     image_shape=(8, 8), n_components=4, epochs=2, random_state=0
    ... )
    >>> codes = encoder.fit_transform(X[:500])
    >>> codes.shape
    (500, 4)
    >>> encoder.inverse_transform(codes).shape
    (500, 64)
    """
