package op

import (
	"errors"
	"fmt"

	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// prepareVarHandle: VAR_HANDLE gives a resource variable by container and name. Its output is a constant: the
// variable's number.
func prepareVarHandle(n *Node) (Step, error) {
	o := options[tflite.VarHandleOptions](n)
	if err := n.operands(0, 0, 1); err != nil {
		return nil, err
	}
	out := n.Out[0]
	if out.DType != tensor.Resource {
		return nil, malformed("output %s, want a resource", out.DType)
	}
	out.Shape = tensor.Shape{}
	out.Data = make([]byte, 4)
	tensor.As[int32](out.Data)[0] = n.Model.Variable(o.Container + "/" + o.SharedName).ID
	return nil, nil
}

// variable returns the variable that a resource operand holds.
func (n *Node) variable(t *tensor.Tensor) (*Variable, error) {
	if t.DType != tensor.Resource {
		return nil, malformed("operand %q is %s, want a resource", t.Name, t.DType)
	}
	if len(t.Data) != 4 {
		return nil, unsupported("resource %q comes from another graph", t.Name)
	}
	v := n.Model.VariableByID(tensor.As[int32](t.Data)[0])
	if v == nil {
		return nil, malformed("resource %q is no variable", t.Name)
	}
	return v, nil
}

// shaped gives the variable the type and shape of t, or checks that it has them already. Another shape of as many elements
// will do: a variable that starts as a scalar and is assigned one element.
func (v *Variable) shaped(t *tensor.Tensor) error {
	if v.Data == nil {
		if _, err := sized(dimensions(t.Shape)...); err != nil {
			return err
		}
		size := t.DType.Bytes(t.Shape.Elems())
		if err := v.Take(int64(size)); err != nil {
			return err
		}
		v.Info, v.Data = t.Info, make([]byte, size)
		return nil
	}
	if v.Info.DType != t.DType || v.Info.Shape.Elems() != t.Shape.Elems() {
		return unsupported("variable is %s %s, tensor %q %s %s", v.Info.DType, v.Info.Shape, t.Name, t.DType, t.Shape)
	}
	return nil
}

// prepareAssignVariable: ASSIGN_VARIABLE copies a value into a variable.
func prepareAssignVariable(n *Node) (Step, error) {
	if err := n.operands(2, 2, 0); err != nil {
		return nil, err
	}
	v, err := n.variable(n.In[0])
	if err != nil {
		return nil, err
	}
	value := n.In[1]
	if value.DType.Bytes(1) == 0 {
		return nil, unsupported("variable of %s", value.DType)
	}
	if err := v.shaped(value); err != nil {
		return nil, err
	}
	return func() error {
		copy(v.Data, value.Data)
		v.Set = true
		return nil
	}, nil
}

// prepareReadVariable: READ_VARIABLE copies a variable out. Its shape is the variable's, or what the file says where
// nothing has been prepared yet that assigns it.
func prepareReadVariable(n *Node) (Step, error) {
	if err := n.operands(1, 1, 1); err != nil {
		return nil, err
	}
	v, err := n.variable(n.In[0])
	if err != nil {
		return nil, err
	}
	out := n.Out[0]
	if v.Data != nil {
		out.Shape = v.Info.Shape
	}
	if err := v.shaped(out); err != nil {
		return nil, err
	}
	return func() error {
		if !v.Set {
			return errors.New("variable is read before it is assigned")
		}
		if copy(out.Data, v.Data) != len(v.Data) {
			return fmt.Errorf("variable of %d bytes does not fit %d", len(v.Data), len(out.Data))
		}
		return nil
	}, nil
}
