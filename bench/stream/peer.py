"""An epoch over a table in pieces, by pandas and scikit-learn's partial_fit: python3 peer.py mlp|sgd|pipeline TABLE UNITS BATCH

mlp and sgd do the least that learns the same: one pass, in which means and deviations are those of the rows so far, categories and
the types of columns are given, a missing number is 0 after scaling. pipeline is what one writes with scikit-learn's own scaler and
encoder: a pass for statistics and categories, which gradus has to find out, too, and a pass to learn. All learn from 72 % of the
rows and judge by 28 %, as gradus does.
"""
import sys
import time

import numpy as np
import pandas as pd
from sklearn.linear_model import SGDClassifier
from sklearn.neural_network import MLPClassifier
from sklearn.preprocessing import OneHotEncoder, StandardScaler

kind, path, units, batch = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
CHUNK = 200_000
NUMBERS = ["price", "discount", "visits", "age", "income", "score", "latitude", "longitude"]
CATEGORIES = {
    "channel": ["direct", "mail", "partner", "search", "social"],
    "region": ["region " + c + "-01" for c in "ABCDEFGHIJKLMNOP"],
    "product": ["product-%d" % (1100 + i) for i in range(40)],
    "member": ["no", "yes"],
}
TYPES = {c: pd.CategoricalDtype(values) for c, values in CATEGORIES.items()}
TYPES.update({c: np.float32 for c in NUMBERS})
TYPES["bought"] = pd.CategoricalDtype(["no", "yes"])

COLUMNS = NUMBERS + list(CATEGORIES)


class Told:
    """Features in one pass, with all that is known of the columns given."""

    def __init__(self):
        self.count, self.mean, self.squares = 0, np.zeros(len(NUMBERS)), np.zeros(len(NUMBERS))
        self.offsets, self.width = {}, len(NUMBERS)
        for name, values in CATEGORIES.items():
            self.offsets[name] = self.width
            self.width += len(values)

    def parts(self):
        return pd.read_csv(path, chunksize=CHUNK, dtype=TYPES, usecols=list(TYPES), engine="c")

    def features(self, part):
        numbers = part[NUMBERS].to_numpy(np.float32)
        known = ~np.isnan(numbers)
        numbers = np.where(known, numbers, 0)
        self.count = self.count + known.sum(0)
        self.mean = self.mean + numbers.sum(0, dtype=np.float64)
        self.squares = self.squares + np.square(numbers, dtype=np.float64).sum(0)
        m = self.mean / self.count
        deviation = np.sqrt(self.squares / self.count - m * m)
        x = np.zeros((len(part), self.width), np.float32)
        x[:, :len(NUMBERS)] = np.where(known, (numbers - m) / deviation, 0)
        at = np.arange(len(part))
        for name, offset in self.offsets.items():
            x[at, offset + part[name].cat.codes.to_numpy()] = 1
        return x, part["bought"].cat.codes.to_numpy()


class Pipeline:
    """Features by StandardScaler and OneHotEncoder, which see the whole table first."""

    def __init__(self):
        self.scaler, values = StandardScaler(), {name: set() for name in CATEGORIES}
        for part in self.parts():
            self.scaler.partial_fit(part[NUMBERS])
            for name, met in values.items():
                met.update(part[name].unique())
        self.encoder = OneHotEncoder(categories=[sorted(met) for met in values.values()], sparse_output=False, dtype=np.float32)
        self.encoder.fit(part[list(CATEGORIES)])

    def parts(self):
        return pd.read_csv(path, chunksize=CHUNK, usecols=COLUMNS + ["bought"])

    def features(self, part):
        numbers = np.nan_to_num(self.scaler.transform(part[NUMBERS])).astype(np.float32)
        return np.hstack([numbers, self.encoder.transform(part[list(CATEGORIES)])]), (part["bought"] == "yes").to_numpy(int)


begun = time.perf_counter()
if kind == "sgd":
    model = SGDClassifier(loss="log_loss", random_state=0)
else:
    model = MLPClassifier(hidden_layer_sizes=(units,), batch_size=batch, random_state=0)
way = Pipeline() if kind == "pipeline" else Told()
rows, right, judged = 0, 0, 0
for part in way.parts():
    x, y = way.features(part)
    held = np.arange(len(y)) % 25 >= 18
    model.partial_fit(x[~held], y[~held], classes=[0, 1])
    rows += len(y)
    right += int((model.predict(x[held]) == y[held]).sum())
    judged += int(held.sum())
seconds = time.perf_counter() - begun
print(f"{rows} rows in {seconds:.2f} s, {rows / seconds:.0f} rows/s, {right / judged:.4f} right of the rows kept back on the way")
