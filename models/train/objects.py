"""What room-eye is to find where: the boxes of a set as a picture of cells."""

import numpy as np
import torch

from nets import Eye

CENTRES = ("upright", "lying", "cat", "dog")  # are found at their middle, so that they can be counted; others all over
ONLY_IF = {"door": "door", "window": "window_open", "television": "television", "kettle": "kettle"}  # it is the case
SHOWN = {"cat": "cat", "dog": "dog", "fire": "fire", "smoke": "smoke", "door": "open door", "window": "open window",
         "television": "lit screen", "kettle": "steam"}
RARE = 8.0  # times as much as others count cells that hold something


class Objects:
    """The objects of a split."""

    def __init__(self, split):
        rows, self.situations = split.load("objects"), split.meta["situations"]
        names = [""] + split.meta["objects"]
        boxes, ids = rows[..., 1:], rows[..., 0].astype(int)
        high, wide = boxes[..., 2] - boxes[..., 0], (boxes[..., 3] - boxes[..., 1]) * 4 / 3
        self.kinds = np.full(ids.shape, -1, np.int64)  # of each object: what it is found as
        for id_, name in enumerate(names):
            is_ = ids == id_
            if name in ONLY_IF:
                is_ &= split.labels[:, self.situations.index(ONLY_IF[name])][:, None] > 0.5
            if name == "person":
                self.kinds[is_] = np.where(wide > high, Eye.FOUND.index("lying"), Eye.FOUND.index("upright"))[is_]
            elif name:
                self.kinds[is_] = Eye.FOUND.index(SHOWN[name])
        self.boxes = torch.from_numpy(np.ascontiguousarray(boxes))


def cells(kinds, boxes, size=12):
    """How much each cell shows of each kind, [B,kinds,size,size], of objects' kinds [B,K] and boxes [B,K,4]."""
    at = (torch.arange(size) + 0.5) / size
    top, left, bottom, right = (boxes[..., i, None] for i in range(4))
    near = [torch.exp(-((at - (lo + hi) / 2) * size) ** 2) for lo, hi in ((top, bottom), (left, right))]
    middle = near[0][..., :, None] * near[1][..., None, :]
    inside = (((at >= top) & (at < bottom))[..., :, None] & ((at >= left) & (at < right))[..., None, :]).float()
    all_ = torch.maximum(middle, inside)
    found = [torch.where((kinds == k)[..., None, None], middle if name in CENTRES else all_, 0.0).amax(1)
             for k, name in enumerate(Eye.FOUND)]
    return torch.stack(found, 1)


def wrong(found, want):
    """Weighted binary cross-entropy of cells, summed over them."""
    found = found.clamp(1e-6, 1 - 1e-6)
    each = RARE * want * torch.log(found) + (1 - want) * torch.log(1 - found)
    return -each.sum((2, 3)).mean()
