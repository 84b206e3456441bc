"""Trains room-caption, the decoder that says in words what the fused embedding holds; room.py calls it."""

import json
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional as F

import cards
import deliver
import learn
from data import SENSES, Split
from nets import Caption
from room import SEED, Embeddings, card, presence, some, staleness

BEGIN, END = 1, 2
SAMPLES, BATCH = 300_000, 128
SURE = 0.8  # clauses that are less likely are not said: they would be wrong too often


def caption(data, work, out):
    """Trains the decoder on the int8 fusion's embeddings, makes its int8 model, and compares what both say."""
    train, test = Split(data, "fuse"), Split(data, "test")
    tokens = train.meta["tokens"]
    fused = embeddings(work, out, train)
    torch.manual_seed(SEED)
    net, ids = Caption(len(tokens)), torch.from_numpy(train.tokens)

    def loss(at):
        net.train()
        which = torch.randint(0, len(fused), ())
        return said_wrong(net, fused[which][at], ids[at])

    learn.fit("caption", net.parameters(), loss, len(train), SAMPLES, batch=BATCH, rate=4e-3)
    torch.save(net.state_dict(), Path(work) / "room-caption.pt")
    path = Path(out) / "room-caption.tflite"
    at = some(len(train), 600)
    print(deliver.quantize(net, path, "room-caption, edged", moments(net, fused[0][at], ids[at]), work))
    at = some(len(test), 1000)
    metrics = judge(net, path, embeddings(work, out, test)[0][at], test.tokens[at], tokens)
    print("room-caption", metrics, flush=True)
    clauses = json.loads((Path(__file__).parent / "clauses.json").read_text())
    cards.write(path, card(data, metrics, task="captions", answer={"sure": SURE, "tokens": tokens, "clauses": clauses}))


def embeddings(work, out, split):
    """The fused embeddings of a split twice: with all that there is, and with senses late or missing."""
    inputs, at = Embeddings(work, split), torch.arange(len(split))
    whole = inputs.all()
    poor = inputs.joined(at, staleness(len(at), split.seconds), presence(len(at), SENSES, True))
    model = Path(out) / "room-fusion.tflite"
    return [torch.from_numpy(deliver.answers(model, [x.numpy()], ["fused"])["fused"]) for x in (whole, poor)]


def said_wrong(net, fused, ids):
    """Cross-entropy of the next token, given the right ones before (teacher forcing). The state gets the noise that int8 will
    bring."""
    length = int((ids != 0).sum(1).max())
    state, total = torch.zeros(len(ids), Caption.SIZE), 0
    for i in range(length - 1):
        said = net(ids[:, i], fused, state)
        state = (said["state"] + (torch.rand_like(state) - 0.5) / 64).clamp(-1, 1)
        total = total + F.cross_entropy(said["logits"], ids[:, i + 1], ignore_index=0, reduction="sum")
    return total / (ids[:, 1:] != 0).sum()


def moments(net, fused, ids):
    """One moment of each caption, as samples to quantize by: token, fused embedding and state."""
    net.eval()
    state, states = torch.zeros(len(ids), Caption.SIZE), []
    with torch.no_grad():
        for i in range(ids.shape[1] - 1):
            states.append(state)
            state = net(ids[:, i], fused, state)["state"]
    lengths = (ids != 0).sum(1).numpy()
    when = np.random.default_rng(SEED).integers(0, lengths - 1)
    return {"token": np.array([ids[i, t] for i, t in enumerate(when)], np.int32), "fused": fused.numpy(),
            "state": np.stack([states[t][i].numpy() for i, t in enumerate(when)])}


def greedy(step, fused, length):
    """The likeliest token after the likeliest token, [N,length]; step gives logits and states."""
    token, state, said = np.full(len(fused), BEGIN, np.int32), np.zeros((len(fused), Caption.SIZE), np.float32), []
    ended = np.zeros(len(fused), bool)
    for _ in range(length):
        result = step(token, fused, state)
        token, state = result["logits"].argmax(1).astype(np.int32), result["state"]
        said.append(np.where(ended, 0, token))
        ended |= token == END
        if ended.all():
            break
    return np.stack(said, 1)


def clauses(ids, tokens):
    """The clauses of a caption."""
    words = [tokens[i] for i in ids if i > END]
    return {part.strip() for part in " ".join(words).replace(".", "").split(",")}


def judge(net, model, fused, truth, tokens):
    """Which part of the clauses is right, and which part of the right ones is said: by the int8 model and the float one."""
    def by_net(token, fused, state):
        with torch.no_grad():
            said = net(torch.from_numpy(token).long(), torch.from_numpy(fused), torch.from_numpy(state))
        return {key: value.numpy() for key, value in said.items()}

    def by_model(*inputs):
        return deliver.answers(model, inputs, ["logits", "state"])

    metrics = {}
    for suffix, step in (("", by_model), ("_float", by_net)):
        right = said = wanted = whole = 0
        for got, want in zip(greedy(step, fused.numpy(), truth.shape[1]), truth):
            got, want = clauses(got, tokens), clauses(want, tokens)
            right, said, wanted, whole = right + len(got & want), said + len(got), wanted + len(want), whole + (got == want)
        metrics.update({f"clause_precision{suffix}": right / said, f"clause_recall{suffix}": right / wanted,
                        f"captions_right{suffix}": whole / len(truth)})
    return metrics
