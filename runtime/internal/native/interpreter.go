//go:build linux && (amd64 || arm64 || arm) && !nonative

package native

import (
	"fmt"

	"edged/runtime/tensor"
)

// Statuses of the C API (TfLiteStatus in c_api_types.h).
var statuses = map[int32]string{
	1: "error", 2: "delegate error", 3: "application error", 4: "delegate data not found", 5: "delegate data write error",
	6: "delegate data read error", 7: "unresolved operators", 8: "cancelled", 9: "output shape not known",
}

// status makes an error of a call's status; nil for 0.
func status(what string, s int32) error {
	if s == 0 {
		return nil
	}
	if name, ok := statuses[s]; ok {
		return fmt.Errorf("%s: %s", what, name)
	}
	return fmt.Errorf("%s: status %d", what, s)
}

// interpreter is a model loaded into the library.
type interpreter struct {
	lib       *Library
	model     uintptr
	handle    uintptr
	runner    uintptr // of the signature; 0 where the main graph runs without one
	signature signature
	delegate  *delegate // nil if there is none
}

// newInterpreter loads a model, which must stay where it is, and allocates its tensors. The delegate is applied after the
// inputs have their shapes.
func newInterpreter(lib *Library, model []byte, o request) (in *interpreter, err error) {
	in = &interpreter{lib: lib, signature: o.Signature}
	defer func() {
		if err != nil {
			in.close()
		}
	}()
	if in.model = lib.fn.ModelCreate(address(model), uintptr(len(model))); in.model == 0 {
		return in, fmt.Errorf("the library refuses the model")
	}
	if in.delegate, err = newDelegate(lib, o.Delegate); err != nil {
		return in, err
	}
	if err := in.create(o.Threads); err != nil {
		return in, err
	}
	if err := in.openRunner(); err != nil {
		return in, err
	}
	for i, shape := range o.Shapes {
		if err := in.resize(i, shape); err != nil {
			return in, err
		}
	}
	if in.delegate != nil && lib.fn.ModifyGraph != nil {
		if err := status("applying the delegate", lib.fn.ModifyGraph(in.handle, in.delegate.handle)); err != nil {
			return in, err
		}
	}
	return in, status("preparing the model", in.allocate())
}

// create makes the interpreter. A library that cannot take a delegate later takes it here.
func (in *interpreter) create(threads int) error {
	fn := &in.lib.fn
	options := fn.OptionsCreate()
	defer fn.OptionsDelete(options)
	fn.OptionsSetNumThreads(options, int32(max(1, threads)))
	if fn.OptionsEnableCancellation != nil {
		fn.OptionsEnableCancellation(options, 1)
	}
	if in.delegate != nil && fn.ModifyGraph == nil {
		fn.OptionsAddDelegate(options, in.delegate.handle)
	}
	if in.handle = fn.InterpreterCreate(in.model, options); in.handle == 0 {
		return fmt.Errorf("the library makes no interpreter of the model")
	}
	return nil
}

// port is an input or output as the library sees it.
type port struct {
	DType tensor.DType
	Shape tensor.Shape
	Bytes int
}

// dtypes are the C API's types (TfLiteType in c_api_types.h), by number.
var dtypes = [...]tensor.DType{
	tensor.Invalid, tensor.Float32, tensor.Int32, tensor.Uint8, tensor.Int64, tensor.String, tensor.Bool, tensor.Int16,
	tensor.Complex64, tensor.Int8, tensor.Float16, tensor.Float64, tensor.Complex128, tensor.Uint64, tensor.Resource,
	tensor.Variant, tensor.Uint32, tensor.Uint16, tensor.Int4,
}

func (in *interpreter) port(t uintptr) port {
	fn := &in.lib.fn
	p := port{Bytes: int(fn.TensorByteSize(t)), Shape: tensor.Shape{}}
	if n := fn.TensorType(t); int(n) < len(dtypes) {
		p.DType = dtypes[n]
	}
	for i := range fn.TensorNumDims(t) {
		p.Shape = append(p.Shape, int(fn.TensorDim(t, i)))
	}
	return p
}

func (in *interpreter) close() {
	if in.runner != 0 {
		in.lib.fn.RunnerDelete(in.runner)
	}
	if in.handle != 0 {
		in.lib.fn.InterpreterDelete(in.handle)
	}
	if in.delegate != nil {
		in.delegate.close()
	}
	if in.model != 0 {
		in.lib.fn.ModelDelete(in.model)
	}
}
