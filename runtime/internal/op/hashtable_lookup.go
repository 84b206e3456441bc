package op

import (
	"edged/runtime/internal/kernel"
	"edged/runtime/tensor"
)

// prepareHashtableLookup: HASHTABLE_LOOKUP finds the int32 keys in operand 0 [K] among the sorted ones in operand 1 [N]
// and gives the rows of operand 2 [N,…] that belong to them, zeros where a key is missing, and whether each was found.
//
//	out: rows [K,…], found uint8 [K]
func prepareHashtableLookup(n *Node) (Step, error) {
	if err := n.operands(3, 3, 2); err != nil {
		return nil, err
	}
	lookup, keys, values, out, hits := n.In[0], n.In[1], n.In[2], n.Out[0], n.Out[1]
	if lookup.DType != tensor.Int32 || keys.DType != tensor.Int32 || hits.DType != tensor.Uint8 {
		return nil, unsupported("keys %s among %s with hits %s", lookup.DType, keys.DType, hits.DType)
	}
	if len(lookup.Shape) != 1 || len(keys.Shape) != 1 || len(values.Shape) == 0 || values.Shape[0] != keys.Shape[0] || keys.Shape[0] == 0 {
		return nil, malformed("keys %s among %s of values %s", lookup.Shape, keys.Shape, values.Shape)
	}
	n.Work = 32 * int64(lookup.Shape[0]) // of searching
	if values.DType == tensor.String {
		return lookupStrings(n)
	}
	size, err := movable(values, out)
	if err != nil {
		return nil, err
	}
	count, row := lookup.Shape[0], product(values.Shape[1:])*size
	if out.Shape, err = sized(append([]int64{int64(count)}, dimensions(values.Shape[1:])...)...); err != nil {
		return nil, err
	}
	hits.Shape = tensor.Shape{count}
	return func() error {
		clear(out.Data)
		clear(hits.Data)
		for i, key := range tensor.As[int32](lookup.Data) {
			if at := kernel.SearchKey(tensor.As[int32](keys.Data), key); at >= 0 {
				copy(out.Data[i*row:(i+1)*row], values.Data[at*row:])
				hits.Data[i] = 1
			}
		}
		return nil
	}, nil
}

// lookupStrings is prepareHashtableLookup for a vector of strings; what a missing key has is an empty one.
func lookupStrings(n *Node) (Step, error) {
	lookup, keys, values, out, hits := n.In[0], n.In[1], n.In[2], n.Out[0], n.Out[1]
	if out.DType != tensor.String {
		return nil, unsupported("input string with output %s", out.DType)
	}
	if len(values.Shape) != 1 {
		return nil, malformed("strings are %s, want one dimension", values.Shape)
	}
	count := lookup.Shape[0]
	if err := n.take(4 * int64(count)); err != nil {
		return nil, err
	}
	out.Shape, hits.Shape = tensor.Shape{count}, tensor.Shape{count}
	places := make([]int32, count)
	var from tensor.Strings
	at := func(i int) []byte {
		if places[i] < 0 {
			return nil
		}
		return from.At(int(places[i]))
	}
	return func() (err error) {
		if from, err = stringsOf(values); err != nil {
			return err
		}
		for i, key := range tensor.As[int32](lookup.Data) {
			places[i], hits.Data[i] = int32(kernel.SearchKey(tensor.As[int32](keys.Data), key)), 0
			if places[i] >= 0 {
				hits.Data[i] = 1
			}
		}
		return n.pack(out, lookup.Shape, at)
	}, nil
}
