"""Writes a small set in the form of models/train/dataset, to try the scripts without the room:

    python3 models/train/synth.py DIR

Each situation leaves a patch in a picture, a tone in a sound or a slope in a series, or two of these; captions name them.
"""

import json
import sys
from pathlib import Path

import numpy as np

STEPS, STORY = {"train": 2000, "fuse": 1000, "tune": 400, "test": 400}, 100
WORDS = [f"s{i}" for i in range(16)] + [",", "."]
TOKENS = ["<pad>", "<begin>", "<end>"] + WORDS


def story(r):
    """Labels [STORY,16] that change every ten steps."""
    return np.repeat(r.random((STORY // 10, 16)) < 0.15, 10, 0)


def split(folder, steps, r):
    folder.mkdir(parents=True, exist_ok=True)
    labels = np.concatenate([story(r) for _ in range(steps // STORY)])
    eye = r.integers(60, 120, (steps, 96, 96, 3), np.uint8)
    ear = r.normal(0, 0.5, (steps, 98, 40)).astype(np.float32)
    air = r.normal(0, 0.3, (steps, 64, 16)).astype(np.float32)
    air[..., 8:] = r.random((steps, 64, 8)) > 0.1
    objects, tokens = np.zeros((steps, 16, 5), np.float32), np.zeros((steps, 48), np.int16)
    for i, on in enumerate(labels):
        said = [1]
        for k in np.flatnonzero(on):
            if k % 3 != 0:
                eye[i, k * 5:k * 5 + 10, 40:60, k % 3] += 120
                objects[i, k] = [k % 3, k * 5 / 96, 40 / 96, (k * 5 + 10) / 96, 60 / 96]
            if k % 3 != 1:
                ear[i, 30:60, k * 2:k * 2 + 2] += 2
            if k % 3 != 2:
                air[i, 16:, k % 8] += np.linspace(0, 2 if k < 8 else -2, 48)
            said += [TOKENS.index(f"s{k}"), TOKENS.index(",")]
        said[-1:] = [said[-1] if len(said) == 1 else TOKENS.index("."), 2]
        tokens[i, :len(said)] = said
    air[..., :8] *= air[..., 8:]
    stories = [{"seed": int(i), "first": i * STORY, "steps": STORY} for i in range(steps // STORY)]
    meta = {"steps": steps, "every_ms": 1000, "situations": [f"s{i}" for i in range(16)], "fields": ["f"] * 8,
            "objects": ["person", "fire"], "tokens": TOKENS, "stories": stories}
    (folder / "meta.json").write_text(json.dumps(meta))
    for name, value in (("eye", eye), ("objects", objects), ("ear", ear), ("air", air), ("labels", labels.astype(np.uint8)), ("tokens", tokens)):
        np.save(folder / f"{name}.npy", value)


if __name__ == "__main__":
    for seed, (name, steps) in enumerate(STEPS.items()):
        split(Path(sys.argv[1]) / name, steps, np.random.default_rng(seed))
