"""Losses, the loop, and the numbers of merit."""

import os
import time

import numpy as np
import torch
from torch.nn import functional as F


def weights(labels):
    """How much more a label counts where it is so, [L]: the root of how much rarer that is, 4 at most."""
    part = labels.mean(0).clip(1e-4, 1)
    return torch.from_numpy(np.sqrt((1 - part) / part).clip(1, 4).astype(np.float32))


def wrong(scores, labels, weight):
    """Weighted binary cross-entropy of scores, 0 to 1."""
    scores = scores.clamp(1e-6, 1 - 1e-6)
    return -(weight * labels * torch.log(scores) + (1 - labels) * torch.log(1 - scores)).mean()


def fit(name, parameters, loss, count, samples, batch=64, rate=2e-3):
    """Goes through count samples in random orders until so many have been seen; loss takes indices. The rate rises for a
    twentieth of the steps and then falls as a cosine does."""
    samples = int(samples * float(os.environ.get("EFFORT", "1")))  # less to try the scripts
    steps, step, begin, mean = max(samples // batch, 1), 0, time.time(), None
    parameters = list(parameters)
    adam = torch.optim.AdamW(parameters, weight_decay=3e-2)
    while step < steps:
        for some in torch.randperm(count).split(batch):
            if step == steps or len(some) < 2:
                break
            up = min((step + 1) / (steps / 20 + 1), 1)
            adam.param_groups[0]["lr"] = rate * up * (0.5 + 0.5 * np.cos(np.pi * step / steps))
            value = loss(some)
            adam.zero_grad()
            value.backward()
            torch.nn.utils.clip_grad_norm_(parameters, 2.0)
            adam.step()
            mean = value.item() if mean is None else 0.99 * mean + 0.01 * value.item()
            step += 1
            if step % max(steps // 10, 1) == 0:
                print(f"{name}: step {step} of {steps}, loss {mean:.4f}, {time.time() - begin:.0f} s", flush=True)


def f1(said, labels):
    """F1 of each label [L]; NaN for one that never is so."""
    hit = (said & labels).sum(0)
    total = said.sum(0) + labels.sum(0)
    return np.where(labels.any(0), 2 * hit / np.maximum(total, 1), np.nan)


def macro(scores, labels, thresholds):
    """The mean F1 of the labels that occur."""
    return float(np.nanmean(f1(scores >= thresholds, labels > 0.5)))


ALARMS = ("fire", "fallen", "glass")
MISTAKEN = 0.01  # how much of what only looks like an alarming thing may be taken for it


def thresholds(scores, split, careful=False):
    """The threshold of each label with the best F1 of those from which on it is right more often than not, so that nothing
    is claimed for want of knowledge; among equals, the one in the middle. Careful ones hardly ever raise a false alarm."""
    labels = split.labels
    steps, labels = np.arange(0.1, 0.905, 0.02), labels > 0.5
    best = []
    for name, score, label, alike in zip(split.meta["situations"], scores.T, labels.T, split.alike.T > 0):
        said = score[None] >= steps[:, None]
        hit, alike = (said & label).sum(1), alike & ~label
        good = 2 * hit / np.maximum(said.sum(1) + label.sum(), 1)
        good[hit * 2 <= said.sum(1)] = 0
        if careful and name in ALARMS:
            good[(said & alike).sum(1) > MISTAKEN * alike.sum()] = 0
        near = np.flatnonzero(good >= good.max() - 1e-3) if good.max() > 0 else [len(steps) - 1]
        best.append(round(float(steps[near[len(near) // 2]]), 2))
    return best


def batches(net, x, size=256):
    """What a network answers to samples, as arrays by name."""
    net.eval()
    parts = []
    with torch.no_grad():
        for i in range(0, len(x), size):
            parts.append({k: v.numpy() for k, v in net(x[i:i + size]).items()})
    return {k: np.concatenate([p[k] for p in parts]) for k in parts[0]}
