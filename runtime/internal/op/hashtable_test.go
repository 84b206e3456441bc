package op

import (
	"slices"
	"strings"
	"testing"

	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// tables makes nodes around one model.
type tables struct {
	*limited
	t *testing.T
}

func newTables(t *testing.T) tables { return tables{&limited{left: 1 << 20}, t} }

// handle returns a resource of the table of a number.
func (m tables) handle(id int, key, value tensor.DType) *tensor.Tensor {
	m.t.Helper()
	out := of(tensor.Resource)
	n := nodeOf(tflite.OpHashtable, &tflite.HashtableOptions{TableID: id, KeyType: key, ValueType: value}, out)
	n.Model = m
	if _, err := Prepare(n); err != nil {
		m.t.Fatal(err)
	}
	return out
}

// do prepares and runs an operator.
func (m tables) do(code tflite.OpCode, out *tensor.Tensor, in ...*tensor.Tensor) error {
	n := nodeOf(code, nil, out, in...)
	if n.Model = m; out == nil {
		n.Out = nil
	}
	step, err := Prepare(n)
	if err != nil {
		return err
	}
	if out != nil && out.DType != tensor.String {
		out.Data = make([]byte, out.DType.Bytes(out.Shape.Elems()))
	}
	return step()
}

func i64(shape tensor.Shape, v ...int64) *tensor.Tensor { return constantOf(tensor.Int64, v, shape...) }

func TestTableOfNames(t *testing.T) {
	m := newTables(t)
	table, out, size := m.handle(7, tensor.Int64, tensor.String), of(tensor.String), of(tensor.Int64)
	keys := i64(tensor.Shape{2, 2}, 5, 9, 5, -1)
	if err := m.do(tflite.OpHashtableFind, out, table, keys, texts(tensor.Shape{1}, "?")); err != errTableEmpty {
		t.Errorf("an empty table: got %v", err)
	}
	for _, name := range []string{"five", "other"} { // the second filling counts for nothing
		if err := m.do(tflite.OpHashtableImport, nil, table, i64(tensor.Shape{3}, 5, -1, 5), texts(tensor.Shape{3}, name, "", "again")); err != nil {
			t.Fatal(err)
		}
	}
	if err := m.do(tflite.OpHashtableFind, out, table, keys, texts(tensor.Shape{1}, "?")); err != nil {
		t.Fatal(err)
	}
	if got, want := unpack(t, out), []string{"five", "?", "five", ""}; !slices.Equal(got, want) || !slices.Equal(out.Shape, keys.Shape) {
		t.Errorf("got %s %q, want %q", out.Shape, got, want)
	}
	if err := m.do(tflite.OpHashtableSize, size, table); err != nil || tensor.As[int64](size.Data)[0] != 2 {
		t.Errorf("size %v, %v, want 2", size.Data, err)
	}
	left := m.left
	if m.tables[7].Clear(); m.left < left+3*entryBytes {
		t.Errorf("a table that is cleared gives %d bytes back, want %d and more", m.left-left, 3*entryBytes)
	}
	if err := m.do(tflite.OpHashtableFind, out, table, keys, texts(tensor.Shape{1}, "?")); err != errTableEmpty {
		t.Errorf("a table that is cleared: got %v", err)
	}
}

func TestTableOfNumbers(t *testing.T) {
	m := newTables(t)
	table, out := m.handle(0, tensor.String, tensor.Int64), of(tensor.Int64)
	if err := m.do(tflite.OpHashtableImport, nil, table, texts(tensor.Shape{2}, "a", ""), i64(tensor.Shape{2}, 1, 1<<40)); err != nil {
		t.Fatal(err)
	}
	if err := m.do(tflite.OpHashtableFind, out, table, texts(tensor.Shape{3}, "", "b", "a"), i64(tensor.Shape{}, -7)); err != nil {
		t.Fatal(err)
	}
	if got, want := tensor.As[int64](out.Data), []int64{1 << 40, -7, 1}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestTablesRefuseWhatIsWrong(t *testing.T) {
	m := newTables(t)
	names, numbers := m.handle(1, tensor.Int64, tensor.String), m.handle(2, tensor.String, tensor.Int64)
	other := of(tensor.Resource, 1)
	other.Data = []byte{3, 0, 0, 0}
	one, a := i64(tensor.Shape{1}, 1), texts(tensor.Shape{1}, "a")
	damaged := &tensor.Tensor{Info: a.Info, Data: a.Data[:len(a.Data)-1]}
	for _, c := range []struct {
		name string
		code tflite.OpCode
		out  *tensor.Tensor
		in   []*tensor.Tensor
		want string
	}{
		{"a table of another kind", tflite.OpHashtableImport, nil, []*tensor.Tensor{names, a, one}, "table 1 has string by int64"},
		{"no such table", tflite.OpHashtableImport, nil, []*tensor.Tensor{other, a, one}, "no table 3"},
		{"no resource", tflite.OpHashtableSize, of(tensor.Int64), []*tensor.Tensor{one}, "want a resource"},
		{"numbers by numbers", tflite.OpHashtableFind, of(tensor.Int64), []*tensor.Tensor{names, one, one}, "table of int64 by int64"},
		{"fewer values", tflite.OpHashtableImport, nil, []*tensor.Tensor{numbers, a, i64(tensor.Shape{2}, 1, 2)}, "keys 1 with values 2"},
		{"no default", tflite.OpHashtableFind, of(tensor.Int64), []*tensor.Tensor{numbers, a, i64(tensor.Shape{0})}, "default is int64 0"},
		{"another default", tflite.OpHashtableFind, of(tensor.Int64), []*tensor.Tensor{numbers, a, a}, "default is string"},
		{"damaged names", tflite.OpHashtableImport, nil, []*tensor.Tensor{numbers, damaged, one}, "starts at byte"},
	} {
		if err := m.do(c.code, c.out, c.in...); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %q", c.name, err, c.want)
		}
	}
	m.left = 10
	if err := m.do(tflite.OpHashtableImport, nil, names, one, a); err == nil || err.Error() != "no memory left" {
		t.Errorf("more than memory: got %v", err)
	}
	n := nodeOf(tflite.OpHashtable, &tflite.HashtableOptions{KeyType: tensor.Int32, ValueType: tensor.String}, of(tensor.Resource))
	n.Model = m
	if _, err := Prepare(n); err == nil {
		t.Error("a table of strings by int32: got no error")
	}
}
