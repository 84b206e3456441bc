"""What may be otherwise in another room, with another camera or microphone: changes that keep the truth."""

import torch
from torch.nn import functional as F


def uniform(n, spread, *ones):
    """[n,1,…] numbers within ±spread."""
    return (torch.rand(n, *ones) * 2 - 1) * spread


BANK = torch.randn(1 << 22, generator=torch.Generator().manual_seed(1))  # drawing normal numbers takes longer than the rest


def noise(x):
    """Normal numbers like x, from somewhere in the bank."""
    begin = int(torch.randint(0, len(BANK) - x.numel() + 1, ()))
    return BANK[begin:begin + x.numel()].view(x.shape)


def eye(x, boxes):
    """Pictures [B,96,96,3] in ±1: light, contrast, colour, noise, the other side left, some pixels aside, nearer or farther;
    and where their boxes [B,K,4] (ymin, xmin, ymax, xmax) are then. A room is seen from one place for its whole story, so
    that a network would learn rooms by heart."""
    n, size, reach = len(x), x.shape[1], 8
    turned = torch.rand(n) < 0.5
    x = torch.where(turned[:, None, None, None], x.flip(2), x)
    boxes = torch.where(turned[:, None, None], (boxes * torch.tensor([1, -1, 1, -1]) + torch.tensor([0, 1, 0, 1]))[..., [0, 3, 2, 1]], boxes)
    x = x * ((1 + uniform(n, 0.3, 1, 1, 1)) * (1 + uniform(n, 0.25, 1, 1, 3))) + uniform(n, 0.25, 1, 1, 1)
    x = x.addcmul_(noise(x), torch.rand(n, 1, 1, 1) * 0.06)
    side = int(torch.randint(size - 12, size + 2 * reach + 1, ()))
    down, right = torch.randint(0, size + 2 * reach - side + 1, (2,)).tolist()
    x = F.pad(x.permute(0, 3, 1, 2), (reach,) * 4, mode="replicate")[:, :, down:down + side, right:right + side]
    x = F.interpolate(x, (size, size), mode="bilinear", align_corners=False)
    boxes = (boxes * size + reach - torch.tensor([down, right, down, right])) / side
    return x.permute(0, 2, 3, 1).clamp(-1, 1), boxes


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
