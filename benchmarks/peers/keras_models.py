"""The same networks in plain Keras.

Keras is imported by the functions, since a process that fits PyTorch lacks it.
"""

import numpy as np

N_WORDS, N_STEPS, N_PIXELS = 100, 140, 28


# ----- networks of the grid searches -----


def bag(width, n_classes, vocabulary):
    """Return a bag of words."""
    from keras import Input, Sequential, layers

    return Sequential(
        [
            Input((N_WORDS,), dtype="int32"),
            layers.Embedding(vocabulary, width),
            layers.GlobalAveragePooling1D(),
            layers.Dense(width, "relu"),
            layers.Dense(n_classes, "softmax"),
        ]
    )


def cnn(width, n_classes):
    """Return a small convolutional network."""
    from keras import Input, Sequential, layers

    return Sequential(
        [
            Input((N_PIXELS, N_PIXELS, 3)),
            layers.Conv2D(width, 3, padding="same", activation="relu"),
            layers.MaxPooling2D(),
            layers.Conv2D(2 * width, 3, padding="same", activation="relu"),
            layers.MaxPooling2D(),
            layers.Flatten(),
            layers.Dense(64, "relu"),
            layers.Dense(n_classes, "softmax"),
        ]
    )


def lstm(width, n_classes):
    """Return an LSTM whose last output is classified."""
    from keras import Input, Sequential, layers

    return Sequential(
        [
            Input((N_STEPS, 1)),
            layers.LSTM(width),
            layers.Dense(n_classes, "softmax"),
        ]
    )


def tiny(width, n_classes):
    """Return a network with one hidden layer."""
    from keras import Input, Sequential, layers

    return Sequential(
        [
            Input((20,)),
            layers.Dense(width, "relu"),
            layers.Dense(n_classes, "softmax"),
        ]
    )


def padded_bag(n_ids):
    """Return a function that builds a bag of words of which 0 is padding."""

    def build():
        from keras import Input, Sequential, layers

        return Sequential(
            [
                Input((None,)),
                layers.Embedding(n_ids, 64, mask_zero=True),
                layers.GlobalAveragePooling1D(),
                layers.Dense(128, activation="relu"),
                layers.Dense(2, activation="softmax"),
            ]
        )

    return build


# ----- training -----


class KerasEpochs:
    """A network trained and asked through ``Model.fit`` and ``Model.predict``."""

    def __init__(self, network, x, y, batch_size):
        self._network, self._data = network, (x, y)
        network.compile("adam", "sparse_categorical_crossentropy")
        self._settings = {"batch_size": batch_size, "verbose": 0}

    def train(self):
        """Train an epoch."""
        self._network.fit(*self._data, **self._settings)

    def predict(self):
        """Predict all samples."""
        self._network.predict(self._data[0], **self._settings)


class TutorialCNN:
    """The network of CNNClassifier's defaults as a Keras tutorial writes it.

    Parameters
    ----------
    random_state : int
        Seed of Keras.
    epochs : int
        Epochs to train.
    """

    def __init__(self, random_state, epochs=10):
        self.random_state, self.epochs = random_state, epochs

    def fit(self, X, y):
        """Train on images divided by 255."""
        import keras
        from keras import layers

        keras.utils.set_random_seed(self.random_state)
        X = scaled(X)
        self._model = keras.Sequential([keras.Input(X.shape[1:])])
        for i, filters in enumerate((32, 64, 128)):
            if i:
                self._model.add(layers.MaxPooling2D(2))
            self._model.add(
                layers.Conv2D(filters, 3, padding="same", activation="relu")
            )
        self._model.add(layers.Flatten())
        self._model.add(layers.Dense(128, activation="relu"))
        self._model.add(layers.Dense(len(np.unique(y)), activation="softmax"))
        self._model.compile(optimizer="adam", loss="sparse_categorical_crossentropy")
        self._model.fit(X, y, epochs=self.epochs, batch_size=32, verbose=0)
        return self

    def predict_proba(self, X):
        """Return the probability of each class."""
        return self._model.predict(scaled(X), verbose=0)


def scaled(X):
    """Return images divided by 255, with an axis of channels."""
    X = X.astype(np.float32) / 255
    return X if X.ndim == 4 else X[..., np.newaxis]
