"""The sets that models/train/dataset writes: a folder for each split with meta.json and an array for each sense."""

import json
from pathlib import Path

import numpy as np
import torch

SENSES = ("eye", "ear", "air")
# What the set's readings are normalised by, and room-air's card says. Beyond AIR_LIMIT they count as that much, as they will in
# an int8 input, which has but 256 steps for all fields.
AIR_MEAN, AIR_STD = [22, 45, 98000, 800, 300, 200, 0, 0], [4, 15, 3000, 600, 500, 200, 0.03, 0.2]
AIR_LIMIT = 4.0


class Split:
    """One split. Arrays are read from the disk as they are needed."""

    def __init__(self, folder, name):
        self.folder = Path(folder) / name
        self.meta = json.loads((self.folder / "meta.json").read_text())
        self.labels = self.load("labels").astype(np.float32)
        self.tokens = self.load("tokens").astype(np.int64)
        alike = self.folder / "alike.npy"
        self.alike = np.load(alike) if alike.exists() else np.zeros_like(self.labels)
        self.seconds = self.meta.get("every_ms", 500) / 1000  # from one step to the next
        self.begins = np.zeros(len(self.labels), np.int64)  # of each step: the first step of its story
        for story in self.meta["stories"]:
            self.begins[story["first"]:story["first"] + story["steps"]] = story["first"]

    def __len__(self):
        return len(self.labels)

    def load(self, name):
        return np.load(self.folder / f"{name}.npy", mmap_mode="r")

    def sense(self, name):
        """A sense's samples as its model takes them, but for pictures, which are bytes."""
        x = self.load(name)
        if name == "ear":
            return x[..., None]
        return np.clip(x, -AIR_LIMIT, AIR_LIMIT) if name == "air" else x

    def hints(self, words):
        """Which words each caption has, [N,words]."""
        hints = np.zeros((len(self), words), np.float32)
        np.put_along_axis(hints, self.tokens, 1, axis=1)
        hints[:, :3] = 0  # <pad>, <begin>, <end>
        return hints


def floats(x):
    """Samples as numbers: bytes of pictures become ±1."""
    if x.dtype == np.uint8:
        return torch.from_numpy(x.astype(np.float32)).sub_(127.5).div_(127.5)
    return torch.from_numpy(np.array(x, np.float32))


def seeds(folder):
    """What the card says of the seeds of the stories."""
    said = {}
    for name in ("train", "fuse", "tune", "test"):
        stories = json.loads((Path(folder) / name / "meta.json").read_text())["stories"]
        said[name] = f"{stories[0]['seed']} to {stories[-1]['seed']}"
    return said
