"""From a trained network to an int8 model, and what that one answers: by the commands of this repository."""

import os
import subprocess
import tempfile
from pathlib import Path

import numpy as np

from export import export

EDGED, ASSEMBLE, ANSWER = (os.environ.get(name, name.lower()) for name in ("EDGED", "ASSEMBLE", "ANSWER"))


def run(*args):
    """Runs a command, and shows what it says if it cannot."""
    done = subprocess.run([str(a) for a in args], capture_output=True, text=True)
    if done.returncode != 0:
        raise SystemExit(f"{args[0]}: {done.stderr.strip()}")
    return done.stdout


def quantize(net, path, description, samples, work):
    """Makes the int8 model at path. samples are arrays by input, of which every first dimension counts; the first sample is
    the example that the network is traced on. Bytes are pixels. Returns edged's report."""
    work = Path(work)
    named = work / path.stem
    export(net, named, description, {key: tensor_of(value[:1]) for key, value in samples.items()})
    run(ASSEMBLE, named.with_suffix(".json"))
    args = []
    for key, value in samples.items():
        file = work / f"{path.stem}.{key}.{'bin' if value.dtype == np.uint8 else 'npy'}"
        if value.dtype == np.uint8:
            value.tofile(file)
            args += ["--raw", "uint8", "--mean", "127.5", "--std", "127.5"]
        else:
            np.save(file, value)
        args += ["--calibration", f"{key}={file}"]
    count = len(next(iter(samples.values())))
    return run(EDGED, "quantize", named.with_suffix(".tflite"), *args, "--limit", count, "-o", path)


def tensor_of(value):
    """An array as the network takes it."""
    import torch
    if value.dtype == np.uint8:
        value = (value.astype(np.float32) - 127.5) / 127.5
    return torch.from_numpy(np.ascontiguousarray(value))


def answers(model, inputs, outputs):
    """What a model answers to arrays: a dict of arrays by output."""
    with tempfile.TemporaryDirectory() as work:
        files = []
        for i, value in enumerate(inputs):
            files.append(Path(work) / f"{i}.npy")
            np.save(files[-1], value)
        run(ANSWER, "-o", Path(work) / "out", model, *files)
        return {key: np.load(Path(work) / f"out.{key}.npy") for key in outputs}
