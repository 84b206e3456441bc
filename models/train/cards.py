"""Writes a model's card, NAME.yaml: package models says what its keys are."""

import hashlib
import json


def text(value):
    """A value on one line. JSON's texts and lists are YAML's too."""
    if isinstance(value, float):
        return f"{value:.6g}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(text(v) for v in value) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{k}: {text(v)}" for k, v in value.items()) + "}"
    return json.dumps(value, ensure_ascii=False)


def lines(card, indent=""):
    """The lines of a card or of a part of it; what is empty is left out."""
    for key, value in card.items():
        if isinstance(value, dict) and value:
            yield f"{indent}{key}:"
            yield from lines(value, indent + "  ")
        elif value not in (None, "", [], {}):
            yield f"{indent}{key}: {text(value)}"


def write(path, card):
    """Writes the card of the model at path, a pathlib.Path, with the file's hash."""
    sum_ = hashlib.sha256(path.read_bytes()).hexdigest()
    card = {"name": path.stem, "sha256": sum_, "licence": "Apache-2.0", **card}
    path.with_suffix(".yaml").write_text("\n".join(lines(card)) + "\n")
