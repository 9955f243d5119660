"""An epoch over a table in pieces, by pandas and scikit-learn's partial_fit: python3 peer.py mlp|sgd TABLE UNITS BATCH

It does the least that learns the same: one pass, in which means and deviations are those of the rows so far, categories and the
types of columns are given, a missing number is 0 after scaling, and every tenth row is kept back to judge the end by.
"""
import sys
import time

import numpy as np
import pandas as pd
from sklearn.linear_model import SGDClassifier
from sklearn.neural_network import MLPClassifier

kind, path, units, batch = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
CHUNK = 200_000
NUMBERS = ["price", "discount", "visits", "age", "income", "score", "latitude", "longitude"]
CATEGORIES = {
    "channel": ["direct", "mail", "partner", "search", "social"],
    "region": ["region " + c for c in "ABCDEFGHIJKLMNOP"],
    "product": ["product-%d" % (100 + i) for i in range(40)],
    "member": ["no", "yes"],
}
TYPES = {c: pd.CategoricalDtype(values) for c, values in CATEGORIES.items()}
TYPES.update({c: np.float32 for c in NUMBERS})
TYPES["bought"] = pd.CategoricalDtype(["no", "yes"])

begun = time.perf_counter()
if kind == "mlp":
    model = MLPClassifier(hidden_layer_sizes=(units,), batch_size=batch, random_state=0)
else:
    model = SGDClassifier(loss="log_loss", random_state=0)
count, mean, squares = 0, np.zeros(len(NUMBERS)), np.zeros(len(NUMBERS))
offsets, width = {}, len(NUMBERS)
for name, values in CATEGORIES.items():
    offsets[name] = width
    width += len(values)
rows, right, judged = 0, 0, 0
for part in pd.read_csv(path, chunksize=CHUNK, dtype=TYPES, usecols=list(TYPES), engine="c"):
    n = len(part)
    numbers = part[NUMBERS].to_numpy(np.float32)
    known = ~np.isnan(numbers)
    numbers = np.where(known, numbers, 0)
    count = count + known.sum(0)
    mean = mean + numbers.sum(0, dtype=np.float64)
    squares = squares + np.square(numbers, dtype=np.float64).sum(0)
    m = mean / count
    deviation = np.sqrt(squares / count - m * m)
    x = np.zeros((n, width), np.float32)
    x[:, :len(NUMBERS)] = np.where(known, (numbers - m) / deviation, 0)
    at = np.arange(n)
    for name, offset in offsets.items():
        x[at, offset + part[name].cat.codes.to_numpy()] = 1
    y = part["bought"].cat.codes.to_numpy()
    held = at % 10 == 9
    model.partial_fit(x[~held], y[~held], classes=[0, 1])
    rows += n
    right += int((model.predict(x[held]) == y[held]).sum())
    judged += int(held.sum())
seconds = time.perf_counter() - begun
print(f"{rows} rows in {seconds:.2f} s, {rows / seconds:.0f} rows/s, {right / judged:.4f} right of the rows kept back on the way")
