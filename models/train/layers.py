"""Layers that mean in PyTorch what TensorFlow Lite's mean, so that export.py can write them.

They work on [B,C,H,W]; export.py turns that into TensorFlow Lite's [B,H,W,C].
"""

import torch
from torch import nn
from torch.nn import functional as F


def same_padding(size, kernel, stride):
    """Elements before and after one dimension that make ceil(size/stride) results, the odd one after (padding SAME)."""
    total = max((-(-size // stride) - 1) * stride + kernel - size, 0)
    return total // 2, total - total // 2


class Conv(nn.Module):
    """A convolution with padding SAME, batch norm and activation; one filter a channel if depthwise."""

    def __init__(self, channels, out, kernel=(3, 3), stride=(1, 1), depthwise=False, act="relu6"):
        super().__init__()
        self.depthwise, self.act = depthwise, act
        self.conv = nn.Conv2d(channels, out, kernel, stride, groups=channels if depthwise else 1, bias=False)
        self.norm = nn.BatchNorm2d(out)

    def forward(self, x):
        (top, bottom), (left, right) = (
            same_padding(*sides) for sides in zip(x.shape[2:], self.conv.kernel_size, self.conv.stride))
        if (top, left) == (bottom, right):
            x = F.conv2d(x, self.conv.weight, None, self.conv.stride, (top, left), 1, self.conv.groups)
        else:
            x = self.conv(F.pad(x, (left, right, top, bottom)))
        x = self.norm(x)
        return F.relu6(x) if self.act == "relu6" else x

    def folded(self):
        """Weights [O,C/groups,Kh,Kw] and bias [O] with the norm's running statistics in them."""
        scale = self.norm.weight / torch.sqrt(self.norm.running_var + self.norm.eps)
        return self.conv.weight * scale[:, None, None, None], self.norm.bias - self.norm.running_mean * scale


class Dense(nn.Module):
    """A fully connected layer with an activation, "" or relu6. It is computed as a convolution of one point: that is eight
    times as fast as Debian's matrix product."""

    def __init__(self, n, out, act=""):
        super().__init__()
        self.act = act
        self.linear = nn.Linear(n, out)

    def forward(self, x):
        x = F.conv2d(x[:, :, None, None], self.linear.weight[:, :, None, None], self.linear.bias)[:, :, 0, 0]
        return F.relu6(x) if self.act == "relu6" else x


class Words(nn.Module):
    """A table of vectors, looked up by number. They lie within ±1, so that they share a scale with states."""

    def __init__(self, count, n):
        super().__init__()
        self.table = nn.Parameter(torch.randn(count, n) * 0.5)

    def vectors(self):
        return torch.tanh(self.table)

    def forward(self, ids):
        return self.vectors()[ids.long()]


class Separable(nn.Sequential):
    """A depthwise and a pointwise convolution (Howard et al. 2017, MobileNets, section 3.1)."""

    def __init__(self, channels, out, stride=(1, 1), kernel=(3, 3)):
        super().__init__(Conv(channels, channels, kernel, stride, depthwise=True), Conv(channels, out, (1, 1)))
