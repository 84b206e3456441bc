package op

import (
	"bytes"
	"errors"
	"fmt"

	"edged/runtime/tensor"
)

// Table is a hash table from int64 to strings or from strings to int64, shared by the graphs of a model. HASHTABLE says
// which, HASHTABLE_IMPORT fills it, once.
type Table struct {
	Key, Value tensor.DType
	Take       func(bytes int64) error // counts the memory of what is in it

	set      bool
	held     int64
	byNumber map[int64][]byte
	byName   map[string]int64
}

// entryBytes is about what an entry takes beside its string's bytes.
const entryBytes = 64

// Clear takes everything out of the table, so that it can be filled anew.
func (t *Table) Clear() {
	_ = t.Take(-t.held) // less is never refused
	t.set, t.held, t.byNumber, t.byName = false, 0, nil, nil
}

// fill puts the entries into the table; of equal keys the first stays. A table that is filled stays as it is.
func (t *Table) fill(keys, values *tensor.Tensor) error {
	if t.set {
		return nil
	}
	numbers, names := keys, values
	if t.Key == tensor.String {
		numbers, names = values, keys
	}
	s, err := stringsOf(names)
	if err != nil {
		return err
	}
	held := entryBytes*int64(s.Len()) + int64(len(names.Data))
	if err := t.Take(held); err != nil {
		return err
	}
	t.set, t.held = true, held
	if t.Key == tensor.String {
		t.byName = make(map[string]int64, s.Len())
	} else {
		t.byNumber = make(map[int64][]byte, s.Len())
	}
	for i, v := range tensor.As[int64](numbers.Data) {
		t.insert(v, s.At(i))
	}
	return nil
}

func (t *Table) insert(number int64, name []byte) {
	if t.Key == tensor.String {
		if _, there := t.byName[string(name)]; !there {
			t.byName[string(name)] = number
		}
	} else if _, there := t.byNumber[number]; !there {
		t.byNumber[number] = bytes.Clone(name)
	}
}

// size returns how many entries there are.
func (t *Table) size() int64 { return int64(len(t.byNumber) + len(t.byName)) }

// tableOf returns the table that a resource operand holds when a Step runs. Keys and values, if they are not nil, must be
// of the table's types.
func (n *Node) tableOf(resource, keys, values *tensor.Tensor) (*Table, error) {
	if len(resource.Data) != 4 {
		return nil, fmt.Errorf("resource %q has no value", resource.Name)
	}
	id := tensor.As[int32](resource.Data)[0]
	t := n.Model.Table(id)
	if t == nil {
		return nil, fmt.Errorf("there is no table %d", id)
	}
	if keys != nil && (keys.DType != t.Key || values.DType != t.Value) {
		return nil, fmt.Errorf("table %d has %s by %s, not %s by %s", id, t.Value, t.Key, values.DType, keys.DType)
	}
	return t, nil
}

var errTableEmpty = errors.New("table is read before it is filled")
