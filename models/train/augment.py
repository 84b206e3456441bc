"""What may be otherwise in another room, with another camera or microphone: changes that keep the truth."""

import torch
from torch.nn import functional as F


def uniform(n, spread, *ones):
    """[n,1,…] numbers within ±spread."""
    return (torch.rand(n, *ones) * 2 - 1) * spread


def eye(x):
    """Pictures [B,96,96,3] in ±1: light, contrast, colour, noise, and some pixels to a side."""
    n = len(x)
    x = x * (1 + uniform(n, 0.25, 1, 1, 1)) * (1 + uniform(n, 0.1, 1, 1, 3)) + uniform(n, 0.2, 1, 1, 1)
    x = x + torch.randn_like(x) * torch.rand(n, 1, 1, 1) * 0.06
    reach, (down, right) = 5, torch.randint(0, 11, (2,)).tolist()
    padded = F.pad(x.permute(0, 3, 1, 2), (reach,) * 4, mode="replicate").permute(0, 2, 3, 1)
    return padded[:, down:down + x.shape[1], right:right + x.shape[2]].clamp(-1, 1)


def ear(x):
    """Log-mel pictures [B,98,40,1]: gain, noise, some hundredths of a second, and bands and moments that are missing
    (Park et al. 2019, SpecAugment; moments are short, so that no event is lost)."""
    n, rows, bands, _ = x.shape
    x = x + uniform(n, 0.4, 1, 1, 1) + torch.randn_like(x) * torch.rand(n, 1, 1, 1) * 0.15
    x = torch.roll(x, int(torch.randint(-3, 4, ())), 1)
    for axis, size, most in ((1, rows, 6), (2, bands, 5)):
        wide, first = torch.randint(0, most + 1, (n, 1)), torch.randint(0, size, (n, 1))
        place = torch.arange(size)[None]
        gone = (place >= first) & (place < first + wide)
        x = x.masked_fill(gone[:, :, None, None] if axis == 1 else gone[:, None, :, None], float(x.mean()))
    return x


def air(x):
    """Readings [B,64,16]: offsets, noise, chips that are not there, moments without an answer."""
    n, rows, both = x.shape
    fields = both // 2
    values, mask = x[..., :fields], x[..., fields:]
    values = values + uniform(n, 0.15, 1, fields) + torch.randn_like(values) * 0.03
    there = (torch.rand(n, 1, fields) > 0.07) & (torch.rand(n, rows, 1) > torch.rand(n, 1, 1) * 0.1)
    mask = mask * there
    return torch.cat([values * mask, mask], 2)
