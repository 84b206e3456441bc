"""The networks of the simulated room, and of the occupied one.

Embeddings end in tanh: TensorFlow Lite's int8 TANH has one scale, 1/128, so that the embeddings of all senses, masks and
ages share the fusion's input without loss. Inner activations are relu6, whose range is known before quantization.
"""

import torch
from torch import nn

from layers import Conv, Dense, Separable, Words

SITUATIONS = 16
SIZES = {"eye": 96, "ear": 64, "air": 32}  # of embeddings, in the order of the fusion's input
FUSED = 96


class Encoder(nn.Module):
    """What encoders share: an embedding and a head of their own. hint is a head for training alone, as a fusion has
    one: which words the caption has, so that embeddings keep what the situations do not ask for."""

    def __init__(self, size, words):
        super().__init__()
        self.head, self.hint = Dense(size, SITUATIONS), Dense(size, max(words, 1))

    def answer(self, embedding):
        return {"embedding": embedding, "scores": torch.sigmoid(self.head(embedding))}


class Pooled(Encoder):
    """Convolutions whose result is seen by its mean and by its maximum: small things are lost in the mean."""

    def __init__(self, blocks, channels, size, words):
        super().__init__(size, words)
        self.blocks = nn.Sequential(*blocks)
        self.mean, self.most, self.drop = Dense(channels, size), Dense(channels, size), nn.Dropout(0.2)

    def pool(self, x):
        return self.mean(self.drop(x.mean((2, 3)))) + self.most(self.drop(x.amax((2, 3))))

    def forward(self, x):
        return self.answer(torch.tanh(self.pool(self.blocks(x.permute(0, 3, 1, 2)))))


class Eye(Pooled):
    """A picture [B,96,96,3] in ±1; MobileNet-class, 13 million multiply-accumulates. On its way it says what is where, in
    cells of 12x12: training shows it the boxes, and how much of each it found is a part of the embedding (the mean counts)."""

    FOUND = ("upright", "lying", "cat", "dog", "fire", "smoke", "open door", "open window", "lit screen", "steam")

    def __init__(self, words=0):
        two, kinds = (2, 2), len(self.FOUND)
        super().__init__([Separable(96, 160, two), Separable(160, 192)], 192, SIZES["eye"], words)  # 6x6
        self.fine = nn.Sequential(
            Conv(3, 16, stride=two),                            # 48x48
            Separable(16, 24), Separable(24, 48, two),          # 24x24
            Separable(48, 48), Separable(48, 80, two),          # 12x12
            Separable(80, 96), Separable(96, 96))
        self.find = nn.Sequential(Conv(96, 64, (1, 1)), Conv(64, kinds, (1, 1), act=""))
        nn.init.constant_(self.find[1].norm.bias, -4.0)  # most cells hold nothing
        self.part, self.peak = Dense(kinds, SIZES["eye"]), Dense(kinds, SIZES["eye"])

    def forward(self, image):
        return self.answer(torch.tanh(self.look(image)[0]))

    def look(self, image):
        """The embedding before tanh, and what is found where, [B,kinds,12,12]."""
        x = self.fine(image.permute(0, 3, 1, 2))
        found = torch.sigmoid(self.find(x))
        return self.pool(self.blocks(x)) + self.part(found.mean((2, 3))) + self.peak(found.amax((2, 3))), found


class Ear(Pooled):
    """A log-mel picture of sound [B,98,40,1]; DS-CNN-class (Zhang et al. 2017), 5 million multiply-accumulates."""

    def __init__(self, words=0):
        two = (2, 2)
        super().__init__([
            Conv(1, 24, (5, 5), two),                           # 49x20
            Separable(24, 40), Separable(40, 64, two),          # 25x10
            Separable(64, 80), Separable(80, 112, two)],        # 13x5
            112, SIZES["ear"], words)

    def forward(self, log_mel):
        return super().forward(log_mel)


class Air(Encoder):
    """64 seconds of readings [B,64,16]: eight values, 0 where missing, then eight masks."""

    def __init__(self, words=0):
        super().__init__(SIZES["air"], words)
        down = (2, 1)
        self.blocks = nn.Sequential(Conv(16, 32, (5, 1), down), Conv(32, 48, (5, 1), down), Conv(48, 48, (5, 1), down))
        self.last = Dense(8 * 48, SIZES["air"])

    def forward(self, readings):
        x = self.blocks(readings.reshape(-1, 64, 1, 16).permute(0, 3, 1, 2))
        x = x.permute(0, 2, 3, 1).reshape(-1, 8 * 48)
        return self.answer(torch.tanh(self.last(x)))


def parted(x):
    """The fusion's input [B,390] as three senses, each with its embedding and then its mean, three masks, and masks with
    ages."""
    eye, ear, air = SIZES.values()
    n = eye + ear + air
    senses = [torch.cat([x[:, i:i + size], x[:, n + i:n + i + size]], 1)
              for i, size in ((0, eye), (eye, ear), (eye + ear, air))]
    return senses, x[:, 2 * n:2 * n + 3], x[:, 2 * n:2 * n + 6]


class Fusion(nn.Module):
    """What fusions share. The input is [B,390]: embeddings of eye, ear, air, then their means over the last seconds (0 where
    absent), masks 1 or 0, ages in units of 4 s (1 where absent)."""

    def __init__(self, joined, words):
        super().__init__()
        self.hidden, self.fuse, self.head = Dense(joined, 128, "relu6"), Dense(128, FUSED), Dense(FUSED, SITUATIONS)
        self.drop = nn.Dropout(0.1)
        self.hint = Dense(FUSED, max(words, 1))

    def answer(self, joined, contributions):
        fused = torch.tanh(self.fuse(self.drop(self.hidden(joined))))
        return {"scores": torch.sigmoid(self.head(fused)), "fused": fused, "contributions": contributions}


class Concat(Fusion):
    """Takes all as it is. It weighs nothing, so that what is present contributes alike."""

    def __init__(self, words=0):
        super().__init__(2 * sum(SIZES.values()) + 6, words)

    def forward(self, senses):
        _, mask, _ = parted(senses)
        return self.answer(senses, torch.softmax(mask * 12 - 12, -1))


class Gated(Fusion):
    """Weighs each sense by what all say (after Arevalo et al. 2017, gated multimodal units, with one gate a sense). The
    gates are open or closed each by itself, so that a sense need not speak lower where another is sure; the contributions
    compare them."""

    def __init__(self, words=0, width=64):
        super().__init__(3 * width + 6, words)
        self.eye, self.ear, self.air = (Dense(2 * n, width, "relu6") for n in SIZES.values())
        self.gate = Dense(2 * sum(SIZES.values()) + 6, 3)

    def forward(self, senses):
        (eye, ear, air), mask, flags = parted(senses)
        logits = torch.tanh(self.gate(senses)) * 2 + (mask * 12 - 12)
        gates = torch.sigmoid(logits + 2)
        joined = torch.cat([self.eye(eye) * gates[:, 0:1], self.ear(ear) * gates[:, 1:2], self.air(air) * gates[:, 2:3],
                            flags], 1)
        return self.answer(joined, torch.softmax(logits, -1))


class Attention(Fusion):
    """Eight learned queries look at the three senses (Vaswani et al. 2017, section 3.2). A query is constant, so that its
    product with a key is one Dense of the sense."""

    def __init__(self, words=0, queries=8, width=12):
        super().__init__(queries * width + 6, words)
        self.queries, self.width = queries, width
        self.values = nn.ModuleList(Dense(2 * n, queries * width, "relu6") for n in SIZES.values())
        self.keys = nn.ModuleList(Dense(2 * n, queries) for n in SIZES.values())
        self.flags = Dense(6, 3 * queries)

    def forward(self, senses):
        parts, mask, flags = parted(senses)
        keys = [torch.tanh(key(part)).reshape(-1, self.queries, 1) for key, part in zip(self.keys, parts)]
        logits = torch.cat(keys, 2) * 2 + torch.tanh(self.flags(flags)).reshape(-1, self.queries, 3)
        weights = torch.softmax(logits + (mask * 12 - 12).reshape(-1, 1, 3), -1)
        seen = [value(part).reshape(-1, self.queries, self.width) * weights[:, :, i:i + 1]
                for i, (value, part) in enumerate(zip(self.values, parts))]
        joined = (seen[0] + seen[1] + seen[2]).reshape(-1, self.queries * self.width)
        return self.answer(torch.cat([joined, flags], 1), weights.mean(1))


FUSIONS = {"concat": Concat, "gated": Gated, "attention": Attention}


class Caption(nn.Module):
    """One step of a decoder, a gated recurrent unit (Cho et al. 2014): token [B], fused [B,96] and state [B,H] give the
    next token's logits [B,V] and the next state. All operands of a gate lie within ±1."""

    SIZE = 128

    def __init__(self, tokens, width=48):
        super().__init__()
        self.words = Words(tokens, width)
        joined = width + FUSED + self.SIZE
        self.keep, self.reset, self.new = (Dense(joined, self.SIZE) for _ in range(3))
        self.out = Dense(self.SIZE, tokens)

    def forward(self, token, fused, state):
        word = self.words(token)
        joined = torch.cat([word, fused, state], 1)
        keep, reset = torch.sigmoid(self.keep(joined)), torch.sigmoid(self.reset(joined))
        new = torch.tanh(self.new(torch.cat([word, fused, reset * state], 1)))
        state = new + keep * (state - new)
        return {"logits": self.out(state), "state": state}


class Occupied(nn.Module):
    """Is somebody in the room? Some minutes of temperature, humidity, light and CO2, [B,N,4] -> [B,2]: nobody, somebody."""

    def __init__(self, minutes, width=16):
        super().__init__()
        self.flat = minutes * 4
        self.hidden, self.head = Dense(self.flat, width, "relu6"), Dense(width, 2)

    def forward(self, readings):
        return {"scores": torch.softmax(self.head(self.hidden(readings.reshape(-1, self.flat))), -1)}
