"""Trains the models of the simulated room; scripts/train says in which order.

    python3 models/train/room.py encoder eye|ear|air DATA WORK OUT
    python3 models/train/room.py fusion DATA WORK OUT
    python3 models/train/room.py compare DATA WORK COMPARE KIND...
    python3 models/train/room.py caption DATA WORK OUT
    python3 models/train/room.py again DATA WORK OUT COMPARE    chooses thresholds and measures anew

DATA is what models/train/dataset wrote; WORK gets float models and embeddings, OUT the int8 models with their cards. What
is trained on embeddings gets those that the float encoders give to stories they do not know, with as much noise as integers
bring, and is measured on those of the int8 encoders.
"""

import itertools
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
import objects
from data import AIR_MEAN, AIR_STD, SENSES, Split, floats, seeds

SEED = 1
NOISE = 0.015  # of embeddings: int8 encoders' differ from the float ones' by 35 to 40 dB
RECENT = 8  # seconds that a fusion remembers the mean of
HINT = 0.5  # how much the caption's words count beside the situations
FIND = 0.1  # and how much what is where in the picture
ENCODERS = {  # network, input's name, samples to train on
    "eye": (nets.Eye, "image", 900_000), "ear": (nets.Ear, "log_mel", 500_000), "air": (nets.Air, "readings", 800_000)}
INPUTS = {
    "eye": {"kind": "image", "mean": [127.5], "std": [127.5]},
    "ear": {"kind": "log_mel", "mean": [-6.0], "std": [4.0], "rate": 16000},
    "air": {"kind": "vector", "mean": AIR_MEAN, "std": AIR_STD, "missing": "mask", "period": "1s"}}


def some(count, n, seed=SEED):
    """n of count indices, in order."""
    return np.sort(np.random.default_rng(seed).choice(count, min(n, count), replace=False))


def card(data, metrics, **more):
    """What a card says; see package models."""
    return {"source": "made by edged: scripts/train room", **more,
            "made": {"data": "the simulated room, sensors/sim", "seeds": {"weights": str(SEED), **seeds(data)},
                     "metrics": metrics}}


def encoder(sense, data, work, out):
    """Trains the encoder of one sense, makes its int8 model, and writes its embeddings of the other splits."""
    train = Split(data, "train")
    make, input_, count = ENCODERS[sense]
    words = len(train.meta["tokens"])
    torch.manual_seed(SEED + zlib.crc32(sense.encode()) % 1000)
    net = make(words).to(memory_format=torch.channels_last)
    x, labels, hints = train.sense(sense), torch.from_numpy(train.labels), torch.from_numpy(train.hints(words))
    weight, seen = learn.weights(train.labels), objects.Objects(train) if sense == "eye" else None

    def loss(at):
        net.train()
        rows = np.sort(at.numpy())
        said, more = see(net, floats(x[rows]), seen, rows) if seen else (net(getattr(augment, sense)(floats(x[rows]))), 0)
        hint = torch.sigmoid(net.hint(said["embedding"]))
        return learn.wrong(said["scores"], labels[rows], weight) + HINT * learn.wrong(hint, hints[rows], torch.ones(1)) + more

    learn.fit(sense, net.parameters(), loss, len(train), count, rate=3e-3)
    torch.save(net.state_dict(), Path(work) / f"room-{sense}.pt")
    path = Path(out) / f"room-{sense}.tflite"
    print(deliver.quantize(net, path, f"room-{sense}, edged", {input_: np.ascontiguousarray(x[some(len(train), 200)])}, work))
    np.save(Path(work) / f"fuse.{sense}.npy", floating(net, Split(data, "fuse").sense(sense))["embedding"])
    judge(sense, net, data, work, path)


def judge(sense, net, data, work, path):
    """Chooses the thresholds of an encoder's int8 model, measures it, and writes its card and embeddings."""
    tune, test = Split(data, "tune"), Split(data, "test")
    measured = {}
    for split in (tune, test):
        name = split.folder.name
        samples = split.sense(sense)
        measured[name] = deliver.answers(path, [samples], ["embedding", "scores"])
        np.save(Path(work) / f"{name}.{sense}.npy", measured[name]["embedding"])
        real = floating(net, samples)
        np.save(Path(work) / f"{name}.{sense}.float.npy", real["embedding"])
        measured[name]["float"] = real["scores"]
    limits = learn.thresholds(measured["tune"]["scores"], tune)
    metrics = {"macro_f1": learn.macro(measured["test"]["scores"], test.labels, limits),
               "macro_f1_float": learn.macro(measured["test"]["float"], test.labels,
                                             learn.thresholds(measured["tune"]["float"], tune))}
    tell(f"room-{sense}", metrics, measured["test"]["scores"], test, limits)
    fields = {"fields": test.meta["fields"]} if sense == "air" else {}
    cards.write(path, card(data, metrics, task="labels", input={**INPUTS[sense], **fields},
                           labels=test.meta["situations"], answer={"thresholds": limits}))


def see(net, x, seen, rows):
    """What room-eye says of pictures, and how wrong it is about where things are."""
    x, boxes = augment.eye(x, seen.boxes[rows])
    embedding, found = net.look(x)
    want = objects.cells(torch.from_numpy(seen.kinds[rows]), boxes)
    return net.answer(torch.tanh(embedding)), FIND * objects.wrong(found, want)


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

    def __init__(self, work, split, kind="", noise=0.0):
        self.split, self.noise = split, noise
        self.parts = [torch.from_numpy(np.load(Path(work) / f"{split.folder.name}.{sense}{kind}.npy")) for sense in SENSES]
        self.sums = [torch.cat([torch.zeros(1, p.shape[1], dtype=torch.float64), p.double().cumsum(0)]) for p in self.parts]

    def joined(self, at, lag, there):
        """Inputs [B,390] of the steps at [B]; lag [B,3] are steps that each sense is late by, within its story, there [B,3]
        whether it is there. On top of its lag a sense is up to half a second old."""
        begins = torch.from_numpy(self.split.begins)[at][:, None]
        until = torch.maximum(at[:, None] - lag, begins)
        age = ((at[:, None] - until) * self.split.seconds + torch.rand(len(at), 3) * 0.5) / 4
        age = torch.where(there, age.clamp(max=1), torch.ones(()))
        after = torch.minimum(torch.maximum(at[:, None] + 1 - int(RECENT / self.split.seconds), begins), until)
        parts = [part[until[:, i]] for i, part in enumerate(self.parts)] + [
            ((sums[until[:, i] + 1] - sums[after[:, i]]) / (until + 1 - after)[:, i:i + 1]).float()
            for i, sums in enumerate(self.sums)]
        if self.noise:
            parts = [part + torch.randn_like(part) * self.noise for part in parts]
        parts = [part * there[:, i % 3:i % 3 + 1] for i, part in enumerate(parts)]
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

    learn.fit(name, net.parameters(), loss, len(train), 1_200_000, batch=128)
    return net


def fusion(data, work, out):
    """Trains the fusion head, and makes its int8 model."""
    trained(data, work, [(Path(out) / "room-fusion.tflite", *HEAD)])


HEAD = nets.Gated, SENSES, True


def others(compare):
    """What the fusion head is compared with: other kinds, without dropped senses in training, and pairs of senses."""
    heads = [(f"{kind}{'' if dropout else '-no-dropout'}", make, SENSES, dropout)
             for kind, make in nets.FUSIONS.items() for dropout in (True, False) if (kind, dropout) != ("gated", True)]
    heads += [("pair-" + "-".join(pair), nets.Gated, pair, False) for pair in (("eye", "ear"), ("eye", "air"), ("ear", "air"))]
    return [(Path(compare) / f"{name}.tflite", *head) for name, *head in heads]


def compare(data, work, out, *kinds):
    """Trains the heads that the fusion head is compared with: those of the kinds, such as concat or pair."""
    trained(data, work, [head for head in others(out) if head[0].stem.split("-")[0] in kinds])


def trained(data, work, heads):
    """Trains fusion heads: path of the int8 model, network, senses that it has, whether senses are dropped in training."""
    train = Split(data, "fuse")
    inputs = Embeddings(work, train, noise=NOISE)
    for path, make, senses, dropout in heads:
        net = fuse(path.stem, make, senses, dropout, train, inputs, len(train.meta["tokens"]))
        torch.save(net.state_dict(), Path(work) / f"{path.stem}.pt")
        at = torch.from_numpy(some(len(train), 400))
        samples = inputs.joined(at, staleness(len(at), train.seconds), presence(len(at), senses, dropout))
        deliver.quantize(net, path, f"{path.stem}, edged", {"senses": samples.numpy()}, work)
        assess(net, data, work, path, senses)


def assess(net, data, work, path, senses):
    """Chooses the thresholds of a head's int8 model, measures it, and writes its card."""
    tune, test = Split(data, "tune"), Split(data, "test")
    inputs = {"tune": Embeddings(work, tune), "test": Embeddings(work, test)}
    there = tuple(s in senses for s in SENSES)
    said = {name: deliver.answers(path, [inputs[name].all(there).numpy()], ["scores", "contributions"])
            for name in ("tune", "test")}
    limits = learn.thresholds(said["tune"]["scores"], tune, careful=True)
    metrics = {"macro_f1": learn.macro(said["test"]["scores"], test.labels, limits),
               "macro_f1_float": real(net, work, (tune, test), there)}
    fewer = limits_of_fewer(path, inputs["tune"], tune) if senses == SENSES else []
    metrics.update(missing(path, inputs["test"], test, limits, fewer))
    tell(path.stem, metrics, said["test"]["scores"], test, limits)
    print("  contributions", dict(zip(SENSES, said["test"]["contributions"].mean(0).round(3))), flush=True)
    parts = [{"model": f"room-{sense}", "size": size} for sense, size in nets.SIZES.items()]
    cards.write(path, card(data, metrics, task="fusion", labels=test.meta["situations"],
                           answer={"thresholds": limits, "parts": parts, "recent": f"{RECENT}s", "missing": fewer}))


def again(data, work, out, compare):
    """Chooses thresholds and measures anew, without training."""
    words = len(Split(data, "test").meta["tokens"])

    def load(make, name):
        net = make(words)
        net.load_state_dict(torch.load(Path(work) / f"{name}.pt"))
        return net.eval()

    for sense, (make, _, _) in ENCODERS.items():
        judge(sense, load(make, f"room-{sense}"), data, work, Path(out) / f"room-{sense}.tflite")
    for path, make, senses, _ in [(Path(out) / "room-fusion.tflite", *HEAD), *others(compare)]:
        assess(load(make, path.stem), data, work, path, senses)


def real(net, work, splits, there):
    """Macro F1 of the float network on the float encoders' embeddings, at thresholds of its own."""
    tune, test = (learn.batches(net, Embeddings(work, split, ".float").all(there))["scores"] for split in splits)
    return learn.macro(test, splits[1].labels, learn.thresholds(tune, splits[0], careful=True))


def limits_of_fewer(path, inputs, tune):
    """The thresholds for each choice of senses that are missing."""
    fewer = []
    for there in itertools.product((False, True), repeat=len(SENSES)):
        if any(there) and not all(there):
            scores = deliver.answers(path, [inputs.all(there).numpy()], ["scores"])["scores"]
            fewer.append({"parts": [f"room-{s}" for s, is_ in zip(SENSES, there) if not is_],
                          "thresholds": learn.thresholds(scores, tune, careful=True)})
    return fewer


def missing(path, inputs, test, limits, fewer):
    """Macro F1 with one sense missing, and with one a second late."""
    found = {}
    for i, sense in enumerate(SENSES if fewer else ()):
        there, late = [True] * 3, [0] * 3
        there[i], late[i] = False, round(1 / test.seconds)
        without = next(f["thresholds"] for f in fewer if f["parts"] == [f"room-{sense}"])
        for name, x, at in ((f"macro_f1_without_{sense}", inputs.all(tuple(there)), without),
                            (f"macro_f1_late_{sense}", inputs.all(late=tuple(late)), limits)):
            found[name] = learn.macro(deliver.answers(path, [x.numpy()], ["scores"])["scores"], test.labels, at)
    return found


if __name__ == "__main__":
    torch.set_num_threads(1)
    what, *args = sys.argv[1:]
    if what == "caption":
        from caption import caption as run
    else:
        run = {"encoder": encoder, "fusion": fusion, "compare": compare, "again": again}[what]
    run(*args)
