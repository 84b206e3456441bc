"""Makes the network that assemble's test reads: each layer and function that export.py knows, with PyTorch's answers.

    python3 models/train/fixture.py models/train/assemble/testdata
"""

import json
import pathlib
import sys

import torch
from torch import nn

from export import export
from layers import Conv, Dense, Separable, Words


class Every(nn.Module):
    """A picture [B,9,7,3], a word [B] and a state [B,4] -> scores, weights and the next state."""

    def __init__(self):
        super().__init__()
        self.blocks = nn.Sequential(Conv(3, 4, (3, 3), (2, 2)), Separable(4, 6, (2, 1)), Conv(6, 6, (4, 1), act=""))
        self.mean, self.most, self.all = Dense(6, 4), Dense(6, 4, "relu6"), Dense(3 * 4 * 6, 4)
        self.words, self.drop = Words(5, 4), nn.Dropout(0.5)
        self.queries = Dense(12, 6)

    def forward(self, image, word, state):
        x = self.blocks(image.permute(0, 3, 1, 2))
        seen = torch.tanh(self.mean(x.mean((2, 3))) + self.most(x.amax((2, 3))))
        seen = seen - self.all(x.permute(0, 2, 3, 1).reshape(-1, 72))
        joined = torch.cat([seen, self.drop(self.words(word)), state], 1)
        weights = torch.softmax(self.queries(joined).reshape(-1, 2, 3) * 2 - 1, -1)
        state = 1 - seen * weights[:, :, 1:2].reshape(-1, 2)[:, 0:1]
        return {"scores": torch.sigmoid(seen), "weights": weights.mean(1), "state": state}


def shaken(net):
    """Gives the norms statistics that show whether they are folded rightly."""
    for module in net.modules():
        if isinstance(module, nn.BatchNorm2d):
            for values, spread in ((module.running_mean, 0.3), (module.weight.data, 0.5), (module.bias.data, 0.5)):
                values += (torch.rand_like(values) - 0.5) * spread
            module.running_var *= torch.rand_like(module.running_var) + 0.5
    return net


def main(folder):
    torch.manual_seed(7)
    example = {"image": torch.rand(1, 9, 7, 3) * 2 - 1, "word": torch.tensor([3]), "state": torch.rand(1, 4)}
    net = shaken(Every())
    results = export(net, pathlib.Path(folder) / "every", "each layer of models/train", example)
    numbers = {"inputs": [v.flatten().tolist() for v in example.values()],
               "outputs": [v.flatten().tolist() for v in results.values()]}
    (pathlib.Path(folder) / "every.want.json").write_text(json.dumps(numbers) + "\n")


if __name__ == "__main__":
    main(sys.argv[1])
