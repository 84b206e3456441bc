//go:build linux && (amd64 || arm64 || arm) && !nonative

package native

import (
	"fmt"
	goruntime "runtime"

	"edged/runtime/tensor"
)

// What an interpreter does by its main graph or, where a signature is asked for and the library exports signature runners
// (TensorFlow Lite 2.11 and later), by that. Without them a signature of the main graph is that graph, whose names our own
// reader of the file knows.

// openRunner finds the signature that is asked for.
func (in *interpreter) openRunner() error {
	key := in.signature.Key
	switch {
	case key == "":
		return nil
	case in.lib.Parts["signature runners"]:
		if in.runner = named(key, func(key uintptr) uintptr { return in.lib.fn.Runner(in.handle, key) }); in.runner == 0 {
			return fmt.Errorf("the library finds no signature %q", key)
		}
	case in.signature.Graph != 0:
		return &LibraryError{Path: in.lib.Path, What: fmt.Sprintf("signature %q is graph %d of the model, and version %s exports no "+
			"signature runners (TfLiteInterpreterGetSignatureRunner)", key, in.signature.Graph, in.lib.Version),
			Hint: "use a newer TensorFlow Lite, or the engine builtin"}
	}
	return nil
}

// named calls C with a name.
func named[T any](name string, call func(uintptr) T) T {
	c := zeroTerminated(name)
	defer goruntime.KeepAlive(c)
	return call(address(c))
}

func (in *interpreter) resize(i int, shape tensor.Shape) error {
	if n := in.inputCount(); i < 0 || i >= n {
		return fmt.Errorf("input %d: the model has %d inputs", i, n)
	}
	dims := make([]int32, len(shape), len(shape)+1)
	for k, d := range shape {
		dims[k] = int32(d)
	}
	first, n := &dims[:1][0], int32(len(dims))
	var code int32
	if in.runner != 0 {
		code = named(in.signature.Inputs[i], func(name uintptr) int32 { return in.lib.fn.RunnerResize(in.runner, name, first, n) })
	} else {
		code = in.lib.fn.ResizeInput(in.handle, int32(i), first, n)
	}
	return status(fmt.Sprintf("resizing input %d to %s", i, shape), code)
}

func (in *interpreter) inputCount() int {
	if in.runner != 0 {
		return len(in.signature.Inputs)
	}
	return int(in.lib.fn.InputCount(in.handle))
}

func (in *interpreter) allocate() int32 {
	if in.runner != 0 {
		return in.lib.fn.RunnerAllocate(in.runner)
	}
	return in.lib.fn.AllocateTensors(in.handle)
}

func (in *interpreter) invoke() int32 {
	if in.runner != 0 {
		return in.lib.fn.RunnerInvoke(in.runner)
	}
	return in.lib.fn.Invoke(in.handle)
}

// cancel asks the library to end an Invoke that runs, if it can.
func (in *interpreter) cancel() {
	if in.runner != 0 && in.lib.fn.RunnerCancel != nil {
		in.lib.fn.RunnerCancel(in.runner)
	}
	if in.runner == 0 && in.lib.fn.Cancel != nil {
		in.lib.fn.Cancel(in.handle)
	}
}

func (in *interpreter) inputs() (list []uintptr, err error) {
	for i := range in.inputCount() {
		if in.runner == 0 {
			list = append(list, in.lib.fn.InputTensor(in.handle, int32(i)))
			continue
		}
		name := in.signature.Inputs[i]
		t := named(name, func(name uintptr) uintptr { return in.lib.fn.RunnerInputTensor(in.runner, name) })
		if t == 0 {
			return nil, fmt.Errorf("signature %q: the library finds no input %q", in.signature.Key, name)
		}
		list = append(list, t)
	}
	return list, nil
}

func (in *interpreter) outputs() (list []uintptr, err error) {
	if in.runner == 0 {
		for i := range in.lib.fn.OutputCount(in.handle) {
			list = append(list, in.lib.fn.OutputTensor(in.handle, i))
		}
		return list, nil
	}
	for _, name := range in.signature.Outputs {
		t := named(name, func(name uintptr) uintptr { return in.lib.fn.RunnerOutputTensor(in.runner, name) })
		if t == 0 {
			return nil, fmt.Errorf("signature %q: the library finds no output %q", in.signature.Key, name)
		}
		list = append(list, t)
	}
	return list, nil
}
