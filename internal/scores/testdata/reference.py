"""Writes reference.json: answers of made-up models, and what scikit-learn says about them.

    python3 reference.py > reference.json        (scikit-learn 1.2.1)

Outputs are multiples of 1/64, which float32 holds exactly and which often tie.
"""
import json
import warnings

import numpy as np
from sklearn import metrics as m
from sklearn.calibration import calibration_curve

warnings.simplefilter("error")
rng = np.random.default_rng(5)


def classes(n, k, skill, unbalanced=False):
    weights = np.arange(k, 0, -1.0) ** (3 if unbalanced else 0)
    truth = rng.choice(k, n, p=weights / weights.sum())
    odds = rng.dirichlet(np.ones(k), n)
    odds[np.arange(n), truth] += skill
    p = np.array([rng.multinomial(64, row / row.sum()) for row in odds]) / 64
    answer = p.argmax(axis=1)
    every = dict(labels=list(range(k)), zero_division=0)
    f = {
        "acc": m.accuracy_score(truth, answer),
        "balanced_acc": m.balanced_accuracy_score(truth, answer),
        "precision": m.precision_score(truth, answer, average="macro", **every),
        "recall": m.recall_score(truth, answer, average="macro", **every),
        "f1": m.f1_score(truth, answer, average="macro", **every),
        # of single precision, so that a probability of 0 counts for its epsilon
        "log_loss": m.log_loss(truth, p.astype(np.float32), labels=list(range(k))),
        "brier": np.mean([m.brier_score_loss(truth == c, p[:, c]) for c in range(k)]) * k / 2,
    }
    if k == 2:
        f["roc_auc"] = m.roc_auc_score(truth, p[:, 1])
        areas = [f["roc_auc"]] * 2
    else:
        f["roc_auc"] = m.roc_auc_score(truth, p, multi_class="ovr")
        areas = [m.roc_auc_score(truth == c, p[:, c]) for c in range(k)]
    right, said = truth == answer, p.max(axis=1)
    share, mean = calibration_curve(right, said, n_bins=10)
    count = np.histogram(np.searchsorted(np.linspace(0, 1, 11)[1:-1], said), bins=range(11))[0]
    f["ece"] = np.sum(count[count > 0] / n * np.abs(share - mean))
    each = m.precision_recall_fscore_support(truth, answer, **every)
    return {
        "classes": k, "truth": truth, "p": p, "figures": f,
        "each": np.column_stack([each[0], each[1], each[2], areas]), "support": each[3],
        "bins": {"n": count[count > 0], "said": mean, "right": share},
    }


def labels(n, k, skill):
    t = (rng.random((n, k)) < 0.3).astype(int)
    p = np.clip(np.round(64 * (0.5 + skill * (t - 0.5) + 0.4 * rng.standard_normal((n, k)))) / 64, 0, 1)
    a = (p > 0.5).astype(int)
    f = {
        "acc": m.accuracy_score(t, a),
        "hamming": m.hamming_loss(t, a),
        "log_loss": np.mean([m.log_loss(t[:, c], p[:, c].astype(np.float32)) for c in range(k)]),
        "brier": np.mean([m.brier_score_loss(t[:, c], p[:, c]) for c in range(k)]),
        "roc_auc": m.roc_auc_score(t, p, average="macro"),
    }
    for name, score in [("precision", m.precision_score), ("recall", m.recall_score), ("f1", m.f1_score)]:
        f[name] = score(t, a, average="macro", zero_division=0)
        f["micro_" + name] = score(t, a, average="micro", zero_division=0)
    areas = m.roc_auc_score(t, p, average=None)
    each = m.precision_recall_fscore_support(t, a, zero_division=0)
    return {"labels": k, "t": t, "p": p, "figures": f, "each": np.column_stack([*each[:3], areas]), "support": each[3]}


def numbers(n, k):
    t = np.round(64 * (rng.standard_normal((n, k)) + 3 * np.arange(k))) / 64
    y = np.round(64 * (t + 0.5 * rng.standard_normal((n, k)))) / 64
    f = {
        "rmse": m.mean_squared_error(t, y) ** 0.5,
        "mae": m.mean_absolute_error(t, y),
        "r2": m.r2_score(t, y),
    }
    each = np.column_stack([
        m.mean_squared_error(t, y, multioutput="raw_values") ** 0.5,
        m.mean_absolute_error(t, y, multioutput="raw_values"),
        m.r2_score(t, y, multioutput="raw_values"),
    ])
    return {"targets": k, "t": t, "y": y, "figures": f, "each": each}


cases = {
    "classes": [classes(200, 2, 0.4), classes(200, 4, 0.5), classes(150, 3, 0.3, unbalanced=True), classes(60, 5, 0)],
    "labels": [labels(120, 4, 0.6), labels(80, 2, 0.2)],
    "numbers": [numbers(100, 1), numbers(50, 3)],
}


def plain(v):
    return v.tolist() if hasattr(v, "tolist") else float(v)


print(json.dumps(cases, default=plain))
