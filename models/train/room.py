"""Trains the models of the simulated room; scripts/train says in which order.

    python3 models/train/room.py encoder eye|ear|air DATA WORK OUT
    python3 models/train/room.py fusion DATA WORK OUT COMPARE
    python3 models/train/room.py caption DATA WORK OUT

DATA is what models/train/dataset wrote; WORK gets float models and embeddings, OUT the int8 models with their cards. What
is trained on embeddings is trained on those of the int8 encoders, because a device has no others.
"""

import sys
import zlib
from pathlib import Path

import numpy as np
import torch

import augment
import cards
import deliver
import learn
import nets
from data import SENSES, Split, floats, seeds

SEED = 1
HINT = 0.5  # how much the caption's words count beside the situations
ENCODERS = {  # network, input's name, samples to train on
    "eye": (nets.Eye, "image", 260_000), "ear": (nets.Ear, "log_mel", 260_000), "air": (nets.Air, "readings", 400_000)}
INPUTS = {
    "eye": {"kind": "image", "mean": [127.5], "std": [127.5]},
    "ear": {"kind": "log_mel", "mean": [-6.0], "std": [4.0], "rate": 16000},
    "air": {"kind": "vector", "mean": [22.0, 45.0, 98000.0, 800.0, 300.0, 200.0, 0.0, 0.0],
            "std": [4.0, 15.0, 3000.0, 600.0, 500.0, 200.0, 0.03, 0.2], "missing": "mask", "period": "1s"}}


def some(count, n, seed=SEED):
    """n of count indices, in order."""
    return np.sort(np.random.default_rng(seed).choice(count, min(n, count), replace=False))


def card(data, source, split, metrics, **more):
    """A card's text; see package models."""
    return {"source": f"made by edged: scripts/train room ({source})", **more,
            "made": {"data": "the simulated room, sensors/sim", "seeds": {"weights": str(SEED), **seeds(data)},
                     "metrics": metrics}}


def encoder(sense, data, work, out):
    """Trains the encoder of one sense, makes its int8 model, and writes its embeddings of all splits."""
    train, tune, test = (Split(data, name) for name in ("train", "tune", "test"))
    make, name, samples = ENCODERS[sense]
    words = len(train.meta["tokens"])
    torch.manual_seed(SEED + zlib.crc32(sense.encode()) % 1000)
    net = make(words).to(memory_format=torch.channels_last)
    x, labels, hints = train.sense(sense), torch.from_numpy(train.labels), torch.from_numpy(train.hints(words))
    weight, change = learn.weights(train.labels), getattr(augment, sense)

    def loss(at):
        net.train()
        rows = np.sort(at.numpy())
        said = net(change(floats(x[rows])))
        hint = torch.sigmoid(net.hint(said["embedding"]))
        return learn.wrong(said["scores"], labels[rows], weight) + HINT * learn.wrong(hint, hints[rows], torch.ones(1))

    learn.fit(sense, net.parameters(), loss, len(train), samples)
    torch.save(net.state_dict(), Path(work) / f"room-{sense}.pt")
    path = Path(out) / f"room-{sense}.tflite"
    print(deliver.quantize(net, path, f"room-{sense}, edged", {name: np.ascontiguousarray(x[some(len(train), 200)])}, work))
    measured = {}
    for split_name, split in (("train", train), ("tune", tune), ("test", test)):
        measured[split_name] = deliver.answers(path, [split.folder / f"{sense}.npy"], ["embedding", "scores"])
        np.save(Path(work) / f"{split_name}.{sense}.npy", measured[split_name]["embedding"])
        if split_name != "train":
            real = floating(net, split.sense(sense))
            np.save(Path(work) / f"{split_name}.{sense}.float.npy", real["embedding"])
            measured[split_name]["float"] = real["scores"]
    limits = learn.thresholds(measured["tune"]["scores"], tune.labels)
    metrics = {"macro_f1": learn.macro(measured["test"]["scores"], test.labels, limits),
               "macro_f1_float": learn.macro(measured["test"]["float"], test.labels,
                                             learn.thresholds(measured["tune"]["float"], tune.labels))}
    tell(f"room-{sense}", metrics, measured["test"]["scores"], test, limits)
    cards.write(path, card(data, f"encoder {sense}", train, metrics, task="labels", input=INPUTS[sense],
                           labels=train.meta["situations"], answer={"thresholds": limits}))


def floating(net, x):
    """What the float network answers, in pieces that fit in memory."""
    parts = [learn.batches(net, floats(x[i:i + 1024])) for i in range(0, len(x), 1024)]
    return {key: np.concatenate([p[key] for p in parts]) for key in parts[0]}


def tell(name, metrics, scores, test, limits):
    """Prints numbers of merit, F1 by situation, and false alarms on lookalikes."""
    print(name, {key: round(value, 4) for key, value in metrics.items()})
    said, labels = scores >= np.array(limits), test.labels > 0.5
    alike = (test.alike > 0) & ~labels
    for i, (label, value) in enumerate(zip(test.meta["situations"], learn.f1(said, labels))):
        of = int(alike[:, i].sum())
        false = f"{(said & alike)[:, i].sum() / of:.3f} of {of} lookalikes" if of else ""
        print(f"  {label:18} F1 {value:.3f}, recall {said[labels[:, i], i].mean():.3f}, threshold {limits[i]:.2f} {false}")
    sys.stdout.flush()


class Embeddings:
    """The embeddings of a split as the fusion's input, at any age and with any sense missing."""

    def __init__(self, work, split, kind=""):
        self.split = split
        self.parts = [torch.from_numpy(np.load(Path(work) / f"{split.folder.name}.{sense}{kind}.npy")) for sense in SENSES]

    def joined(self, at, lag, there):
        """Inputs [B,198] of the steps at [B]; lag [B,3] are steps that each sense is late by, within its story, there [B,3]
        whether it is there. On top of its lag a sense is up to half a second old."""
        begins = torch.from_numpy(self.split.begins)[at]
        from_ = torch.maximum(at[:, None] - lag, begins[:, None])
        age = ((at[:, None] - from_) * self.split.seconds + torch.rand(len(at), 3) * 0.5) / 4
        age = torch.where(there, age.clamp(max=1), torch.ones(()))
        parts = [part[from_[:, i]] * there[:, i:i + 1] for i, part in enumerate(self.parts)]
        return torch.cat(parts + [there.float(), age], 1)

    def all(self, there=(True, True, True), late=(0, 0, 0)):
        """Inputs of all steps."""
        torch.manual_seed(SEED)
        at = torch.arange(len(self.split))
        return self.joined(at, torch.tensor(late).expand(len(at), 3), torch.tensor(there).expand(len(at), 3))


def staleness(n, seconds):
    """Steps [n,3] that senses are late by: mostly none, else up to four seconds."""
    most = int(4 / seconds)
    return torch.randint(0, most + 1, (n, 3)) * (torch.rand(n, 3) < 0.25)


def presence(n, senses, dropout):
    """Whether each sense is there [n,3]: of those that are meant to be, one at least."""
    there = torch.tensor([s in senses for s in SENSES]).expand(n, 3)
    if not dropout:
        return there
    kept = there & (torch.rand(n, 3) > 0.25)
    return torch.where(kept.any(1, keepdim=True), kept, there)


def fuse(name, make, senses, dropout, train, embeddings, words):
    """Trains one fusion head on cached embeddings."""
    torch.manual_seed(SEED)
    net = make(words)
    labels, hints = torch.from_numpy(train.labels), torch.from_numpy(train.hints(words))
    weight = learn.weights(train.labels)

    def loss(at):
        net.train()
        x = embeddings.joined(at, staleness(len(at), train.seconds), presence(len(at), senses, dropout))
        said = net(x)
        hint = torch.sigmoid(net.hint(said["fused"]))
        return learn.wrong(said["scores"], labels[at], weight) + HINT * learn.wrong(hint, hints[at], torch.ones(1))

    learn.fit(name, net.parameters(), loss, len(train), 500_000, batch=128)
    return net


def heads(bundle, compare):
    """The heads to train: path, network, senses that it has, whether senses are dropped in training. The first is the
    product, the others are what it is compared with."""
    yield Path(bundle) / "room-fusion.tflite", nets.Gated, SENSES, True
    for kind, make in nets.FUSIONS.items():
        for dropout in (True, False):
            if (kind, dropout) != ("gated", True):
                yield Path(compare) / f"{kind}{'' if dropout else '-no-dropout'}.tflite", make, SENSES, dropout
    for pair in (("eye", "ear"), ("eye", "air"), ("ear", "air")):
        yield Path(compare) / f"pair-{'-'.join(pair)}.tflite", nets.Gated, pair, False


def fusion(data, work, out, compare):
    """Trains all fusion heads, and makes their int8 models."""
    train, tune, test = (Split(data, name) for name in ("train", "tune", "test"))
    inputs = {split.folder.name: Embeddings(work, split) for split in (train, tune, test)}
    words = len(train.meta["tokens"])
    for path, make, senses, dropout in heads(out, compare):
        net = fuse(path.stem, make, senses, dropout, train, inputs["train"], words)
        torch.save(net.state_dict(), Path(work) / f"{path.stem}.pt")
        at = torch.from_numpy(some(len(train), 400))
        torch.manual_seed(SEED)
        samples = inputs["train"].joined(at, staleness(len(at), train.seconds), presence(len(at), senses, dropout)).numpy()
        deliver.quantize(net, path, f"{path.stem}, edged", {"senses": samples}, work)
        there = tuple(s in senses for s in SENSES)
        said = {name: deliver.answers(path, [inputs[name].all(there).numpy()], ["scores", "fused", "contributions"])
                for name in ("tune", "test")}
        limits = learn.thresholds(said["tune"]["scores"], tune.labels)
        metrics = {"macro_f1": learn.macro(said["test"]["scores"], test.labels, limits)}
        metrics.update(compared(path, net, work, (tune, test), there))
        metrics.update(missing(path, inputs["test"], test, limits, senses))
        tell(path.stem, metrics, said["test"]["scores"], test, limits)
        print("  contributions", dict(zip(SENSES, said["test"]["contributions"].mean(0).round(3))))
        cards.write(path, card(data, "fusion", train, metrics, task="labels", labels=train.meta["situations"],
                               answer={"thresholds": limits}))


def compared(path, net, work, splits, there):
    """The float network on the float encoders' embeddings."""
    real = [learn.batches(net, Embeddings(work, split, ".float").all(there))["scores"] for split in splits]
    limits = learn.thresholds(real[0], splits[0].labels)
    return {"macro_f1_float": learn.macro(real[1], splits[1].labels, limits)}


def missing(path, inputs, test, limits, senses):
    """Macro F1 with one sense missing, and with one a step late."""
    if len(senses) < len(SENSES):
        return {}
    found = {}
    for i, sense in enumerate(SENSES):
        there, late = [True] * 3, [0] * 3
        there[i], late[i] = False, round(1 / test.seconds)
        for name, x in ((f"macro_f1_without_{sense}", inputs.all(tuple(there))), (f"macro_f1_late_{sense}", inputs.all(late=tuple(late)))):
            found[name] = learn.macro(deliver.answers(path, [x.numpy()], ["scores"])["scores"], test.labels, limits)
    return found


if __name__ == "__main__":
    torch.set_num_threads(1)
    what, *args = sys.argv[1:]
    if what == "caption":
        from caption import caption as run
    else:
        run = {"encoder": encoder, "fusion": fusion}[what]
    run(*args)
