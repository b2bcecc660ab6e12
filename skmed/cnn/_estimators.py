"""CNNClassifier, CNNRegressor and CNNEncoder."""

from skmed._keras.estimators.classifier import Classifier
from skmed._keras.estimators.encoder import Encoder
from skmed._keras.estimators.regressor import Regressor

from ._base import CNN


class CNNClassifier(Classifier, CNN):
    """Convolutional network that classifies signals, images or volumes.

    The network learns its own features from the raw rows. It is a Keras model
    driven by scikit-learn's interface: it clones, goes into a Pipeline, is
    searched and cross-validated like any other classifier.

    See Also
    --------
    CNNRegressor : The same network for numbers.
    CNNEncoder : The same network for codes.

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

    One or several targets per row; counts with ``loss="poisson"``.

    See Also
    --------
    CNNClassifier : The same network for classes.
    CNNEncoder : The same network for codes.

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
    """Convolutional network that turns signals, images or volumes into short codes.

    By default an autoencoder: the code is what a second network needs to rebuild
    the row. A supervised code, learned to predict y, is optimistic for the rows
    that it was trained on; put the encoder into a Pipeline, so that what follows
    is judged on rows that the encoder hasn't seen.

    See Also
    --------
    CNNClassifier : The same network for classes.
    sklearn.decomposition.PCA : The linear code.

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
