"""Writes a network for models/train/assemble: NAME.json in TensorFlow Lite's terms, NAME.bin with the weights.

A network takes and returns what its model will: tensors in TensorFlow Lite's layout, batch first; its forward returns a
dict of results by name. What is in between is traced by torch.fx. Pictures enter [B,H,W,C] and become PyTorch's
[B,C,H,W] by permute(0, 3, 1, 2), which stands for nothing in the file.
"""

import json
import operator

import numpy as np
import torch
from torch import fx

import layers

LEAVES = (layers.Conv, layers.Dense, layers.Words, torch.nn.Dropout)
ARITHMETIC = {operator.add: "ADD", operator.sub: "SUB", operator.mul: "MUL"}
FUNCTIONS = {torch.sigmoid: "LOGISTIC", torch.tanh: "TANH", torch.softmax: "SOFTMAX"}
REDUCERS = {"mean": "MEAN", "amax": "REDUCE_MAX"}


class Tracer(fx.Tracer):
    """Leaves the layers whole that the file has operators for."""

    def is_leaf_module(self, module, name):
        return isinstance(module, LEAVES)


class Writer:
    """Collects tensors, operators and weights. values has each traced value for the example inputs, names what
    the file calls it, channels which values are [B,C,H,W] in PyTorch and so [B,H,W,C] in the file."""

    def __init__(self, net):
        self.net = net
        self.tensors, self.ops, self.weights = [], [], bytearray()
        self.values, self.names, self.channels = {}, {}, set()

    def describe(self, name, value, as_=None, channels=False, **constant):
        """Adds a tensor and returns its name."""
        if channels:
            value = value.permute(0, 2, 3, 1)
        kind = "int32" if value.dtype in (torch.int32, torch.int64) else "float32"
        part = {"name": name, "type": kind, "shape": list(value.shape), **constant}
        if as_:
            part["as"] = as_
        self.tensors.append(part)
        return name

    def constant(self, name, value):
        """Adds a constant: numbers of float32 go to the weights, small ones of int32 stay in the text."""
        value = value.detach()
        if value.dtype in (torch.int32, torch.int64):
            return self.describe(name, value, ints=[int(v) for v in value.flatten()])
        at = len(self.weights)
        self.weights += value.contiguous().numpy().astype("<f4").tobytes()
        return self.describe(name, value, at=at)

    def op(self, node, op, inputs, **options):
        """Adds an operator whose one result is the node's."""
        self.ops.append({"op": op, "inputs": inputs, "outputs": [node.name], "options": options})

    def layer(self, node, module):
        """Writes a layer and says whether its result is [B,C,H,W]."""
        source = self.source(node.args[0])
        if isinstance(module, layers.Words):
            table = self.constant(node.name + "/table", module.vectors())
            self.op(node, "GATHER", [table, source], axis=0)
            return False
        if isinstance(module, layers.Dense):
            weights, bias = module.linear.weight, module.linear.bias
            operands = [source, self.constant(node.name + "/weights", weights), self.constant(node.name + "/bias", bias)]
            self.op(node, "FULLY_CONNECTED", operands, activation=module.act)
            return False
        weights, bias = module.folded()
        # [O,C,Kh,Kw] becomes [O,Kh,Kw,C]; of a depthwise one [C,1,Kh,Kw] becomes [1,Kh,Kw,C].
        weights = weights.permute((1, 2, 3, 0) if module.depthwise else (0, 2, 3, 1))
        operands = [source, self.constant(node.name + "/weights", weights), self.constant(node.name + "/bias", bias)]
        self.op(node, "DEPTHWISE_CONV_2D" if module.depthwise else "CONV_2D", operands,
                activation=module.act, padding="same", stride=list(module.conv.stride))
        return True

    def source(self, value):
        """The name of an operand: a traced value, or a number, which becomes a constant."""
        if isinstance(value, fx.Node):
            return self.names[value]
        return self.constant(f"number{len(self.tensors)}", torch.tensor([float(value)]))

    def function(self, node):
        """Writes a function or method and says whether its result is [B,C,H,W]."""
        first, channels = node.args[0], node.args[0] in self.channels if isinstance(node.args[0], fx.Node) else False
        if node.target in ARITHMETIC:
            self.op(node, ARITHMETIC[node.target], [self.source(a) for a in node.args])
        elif node.target in FUNCTIONS:
            assert node.args[1:] in ((), (-1,)), "softmax is of the last dimension"
            self.op(node, FUNCTIONS[node.target], [self.names[first]])
        elif node.target is torch.cat:
            channels = first[0] in self.channels
            axis = node.args[1] % self.values[node].dim()
            self.op(node, "CONCATENATION", [self.names[a] for a in first], axis=[0, 3, 1, 2][axis] if channels else axis)
        elif node.target in REDUCERS:
            assert channels == (node.args[1] == (2, 3)), "means and maxima of a picture are of height and width"
            axes = torch.tensor([1, 2]) if channels else torch.tensor([node.args[1]])
            self.op(node, REDUCERS[node.target], [self.names[first], self.constant(node.name + "/axes", axes)])
            channels = False
        elif node.target == "reshape":
            assert not channels, "a picture is reshaped before permute"
            shape = list(self.values[node].shape)
            self.op(node, "RESHAPE", [self.names[first], self.constant(node.name + "/shape", torch.tensor(shape))], shape=shape)
        elif node.target is operator.getitem:
            self.slice(node)
        else:
            raise NotImplementedError(f"{node.op} {node.target} has no operator here")
        return channels

    def slice(self, node):
        """x[:, a:b] and x[:, :, a:b] become a SLICE."""
        value, (*rows, columns) = self.values[node.args[0]], node.args[1]
        assert value.dim() == len(rows) + 1 and all(r == slice(None) for r in rows), "slices are of the last dimension"
        begin = torch.tensor([0] * len(rows) + [columns.indices(value.shape[-1])[0]])
        size = torch.tensor(list(self.values[node].shape))
        operands = [self.constant(node.name + "/begin", begin), self.constant(node.name + "/size", size)]
        self.op(node, "SLICE", [self.names[node.args[0]]] + operands)

    def value(self, node):
        """Computes a traced value of the example."""
        args, kwargs = fx.node.map_arg((node.args, node.kwargs), lambda n: self.values[n])
        if node.op == "call_module":
            return self.net.get_submodule(node.target)(*args)
        if node.op == "call_method":
            return getattr(args[0], node.target)(*args[1:], **kwargs)
        return node.target(*args, **kwargs)

    def rename(self, old, new):
        """Gives a result of the network its name."""
        for part in self.tensors:
            if part["name"] == old:
                part["as"] = new

    def network(self, name, description, example):
        """Traces the network on example inputs, a dict, and returns what the JSON holds."""
        results, inputs = {}, []
        for node in Tracer().trace(self.net).nodes:
            if node.op == "placeholder":
                self.values[node] = example[node.name]
                self.names[node] = self.describe(node.name, example[node.name])
                inputs.append(self.names[node])
            elif node.op == "output":
                results = {key: self.names[value] for key, value in node.args[0].items()}
            else:
                self.values[node] = self.value(node)
                self.write(node)
        for key, value in results.items():
            self.rename(value, key)
        return {"name": name, "description": description, "inputs": inputs, "outputs": list(results.values()),
                "tensors": self.tensors, "ops": self.ops}

    def write(self, node):
        """Writes the operator of a node that computes something."""
        module = self.net.get_submodule(node.target) if node.op == "call_module" else None
        if node.target == "permute" or isinstance(module, torch.nn.Dropout):
            self.pass_on(node)
            return
        if self.layer(node, module) if module else self.function(node):
            self.channels.add(node)
        self.names[node] = self.describe(node.name, self.values[node], channels=node in self.channels)

    def pass_on(self, node):
        """Notes that a node's result is its operand."""
        self.names[node] = self.names[node.args[0]]
        if node.args[1:] == (0, 3, 1, 2):
            self.channels.add(node)
        else:
            assert node.args[1:] in ((), (0, 2, 3, 1)), "permute makes channels come first, or last again"


def export(net, path, description, example):
    """Writes path.json and path.bin, and returns the network's results for the example."""
    net.eval()
    writer = Writer(net)
    with torch.no_grad():
        text = writer.network(path.name, description, example)
        results = net(**example)
    path.with_suffix(".json").write_text(json.dumps(text, indent=1) + "\n")
    path.with_suffix(".bin").write_bytes(bytes(writer.weights))
    return {key: np.asarray(value) for key, value in results.items()}
