package op

import (
	"slices"

	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// prepareHashtable: HASHTABLE gives the model's table of a number. Its output [1] is a constant: that number.
func prepareHashtable(n *Node) (Step, error) {
	o := options[tflite.HashtableOptions](n)
	if err := n.operands(0, 0, 1); err != nil {
		return nil, err
	}
	out := n.Out[0]
	if out.DType != tensor.Resource {
		return nil, malformed("output %s, want a resource", out.DType)
	}
	if !tableTypes(o.KeyType, o.ValueType) {
		return nil, unsupported("table of %s by %s", o.ValueType, o.KeyType)
	}
	if t := n.Model.MakeTable(int32(o.TableID)); t.Key == tensor.Invalid {
		t.Key, t.Value = o.KeyType, o.ValueType
	}
	out.Shape = tensor.Shape{1}
	out.Data = make([]byte, 4)
	tensor.As[int32](out.Data)[0] = int32(o.TableID)
	return nil, nil
}

// tableTypes reports whether there are tables of these types.
func tableTypes(key, value tensor.DType) bool {
	return key == tensor.Int64 && value == tensor.String || key == tensor.String && value == tensor.Int64
}

// tableOperands checks the operands of what takes a table: a resource [1], keys, and the types of keys and values.
func (n *Node) tableOperands(key, value tensor.DType) error {
	if t := n.In[0]; t.DType != tensor.Resource || len(t.Shape) != 1 || t.Shape[0] != 1 {
		return malformed("operand %q is %s %s, want a resource 1", t.Name, t.DType, t.Shape)
	}
	if !tableTypes(key, value) {
		return unsupported("table of %s by %s", value, key)
	}
	return nil
}

// prepareHashtableImport: HASHTABLE_IMPORT fills the table in operand 0 with the keys in operand 1 and their values in
// operand 2, if it has not been filled yet.
func prepareHashtableImport(n *Node) (Step, error) {
	if err := n.operands(3, 3, 0); err != nil {
		return nil, err
	}
	resource, keys, values := n.In[0], n.In[1], n.In[2]
	if err := n.tableOperands(keys.DType, values.DType); err != nil {
		return nil, err
	}
	if !slices.Equal(keys.Shape, values.Shape) {
		return nil, malformed("keys %s with values %s", keys.Shape, values.Shape)
	}
	n.Stateful = true
	return func() error {
		t, err := n.tableOf(resource, keys, values)
		if err != nil {
			return err
		}
		return t.fill(keys, values)
	}, nil
}

// prepareHashtableSize: HASHTABLE_SIZE counts the entries of the table in operand 0, int64 [1].
func prepareHashtableSize(n *Node) (Step, error) {
	if err := n.operands(1, 1, 1); err != nil {
		return nil, err
	}
	resource, out := n.In[0], n.Out[0]
	if err := n.tableOperands(tensor.Int64, tensor.String); err != nil {
		return nil, err
	}
	if out.DType != tensor.Int64 {
		return nil, malformed("output %s, want int64", out.DType)
	}
	out.Shape, n.Stateful = tensor.Shape{1}, true
	return func() error {
		t, err := n.tableOf(resource, nil, nil)
		if err == nil {
			tensor.As[int64](out.Data)[0] = t.size()
		}
		return err
	}, nil
}

// prepareHashtableFind: HASHTABLE_FIND gives for each key in operand 1 its value in the table in operand 0, or the first
// element of operand 2 where it has none.
func prepareHashtableFind(n *Node) (Step, error) {
	if err := n.operands(3, 3, 1); err != nil {
		return nil, err
	}
	keys, fallback, out := n.In[1], n.In[2], n.Out[0]
	if err := n.tableOperands(keys.DType, out.DType); err != nil {
		return nil, err
	}
	if fallback.DType != out.DType || fallback.Shape.Elems() == 0 {
		return nil, malformed("default is %s %s, output %s", fallback.DType, fallback.Shape, out.DType)
	}
	out.Shape, n.Stateful = keys.Shape, true
	if keys.DType == tensor.Int64 {
		return findNames(n), nil
	}
	return findNumbers(n), nil
}

// findNames looks int64 keys up.
func findNames(n *Node) Step {
	resource, keys, fallback, out := n.In[0], n.In[1], n.In[2], n.Out[0]
	var t *Table
	var rest tensor.Strings
	at := func(i int) []byte {
		if name, ok := t.byNumber[tensor.As[int64](keys.Data)[i]]; ok {
			return name
		}
		return rest.At(0)
	}
	return func() (err error) {
		if t, err = n.tableOf(resource, keys, out); err != nil {
			return err
		}
		if !t.set {
			return errTableEmpty
		}
		if rest, err = stringsOf(fallback); err != nil {
			return err
		}
		return n.pack(out, keys.Shape, at)
	}
}

// findNumbers looks strings up.
func findNumbers(n *Node) Step {
	resource, keys, fallback, out := n.In[0], n.In[1], n.In[2], n.Out[0]
	return func() error {
		t, err := n.tableOf(resource, keys, out)
		if err != nil {
			return err
		}
		if !t.set {
			return errTableEmpty
		}
		s, err := stringsOf(keys)
		if err != nil {
			return err
		}
		to := tensor.As[int64](out.Data)
		for i := range to {
			v, ok := t.byName[string(s.At(i))]
			if !ok {
				v = tensor.As[int64](fallback.Data)[0]
			}
			to[i] = v
		}
		return nil
	}
}
