package op

import (
	"errors"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// texts returns a tensor of strings.
func texts(shape tensor.Shape, s ...string) *tensor.Tensor {
	return &tensor.Tensor{Info: tensor.Info{Name: "texts", DType: tensor.String, Shape: shape}, Data: tensor.PackStrings(s...)}
}

// unpack returns a tensor's strings.
func unpack(t *testing.T, in *tensor.Tensor) []string {
	t.Helper()
	s, err := stringsOf(in)
	if err != nil {
		t.Fatal(err)
	}
	all := []string{}
	for i := range s.Len() {
		all = append(all, string(s.At(i)))
	}
	return all
}

func six() *tensor.Tensor { return texts(tensor.Shape{2, 3}, "a", "", "längst", "b", "cc", "a") }

// stringMoves are operators that move strings; the answers are worked by hand.
var stringMoves = []struct {
	name    string
	code    tflite.OpCode
	options any
	in      []*tensor.Tensor
	shape   tensor.Shape
	want    []string
}{
	{"gather", tflite.OpGather, &tflite.GatherOptions{Axis: 1}, []*tensor.Tensor{six(), i32(2, 0)}, tensor.Shape{2, 2}, []string{"längst", "a", "a", "b"}},
	{"gather by tuples", tflite.OpGatherNd, nil, []*tensor.Tensor{six(), values(tensor.Shape{2, 2}, 1, 1, 0, 2)}, tensor.Shape{2}, []string{"cc", "längst"}},
	{"reshape", tflite.OpReshape, nil, []*tensor.Tensor{six(), i32(3, -1)}, tensor.Shape{3, 2}, []string{"a", "", "längst", "b", "cc", "a"}},
	{"squeeze", tflite.OpSqueeze, nil, []*tensor.Tensor{texts(tensor.Shape{1, 2, 1}, "x", "y")}, tensor.Shape{2}, []string{"x", "y"}},
	{"expand", tflite.OpExpandDims, nil, []*tensor.Tensor{texts(tensor.Shape{2}, "x", "y"), i32(0)}, tensor.Shape{1, 2}, []string{"x", "y"}},
	{"slice", tflite.OpSlice, nil, []*tensor.Tensor{six(), i32(0, 1), i32(-1, 2)}, tensor.Shape{2, 2}, []string{"", "längst", "cc", "a"}},
	{"strided slice", tflite.OpStridedSlice, &tflite.StridedSliceOptions{ShrinkAxisMask: 1}, []*tensor.Tensor{six(), i32(1, 2), i32(2, -4), i32(1, -2)},
		tensor.Shape{2}, []string{"a", "b"}},
	{"tile", tflite.OpTile, nil, []*tensor.Tensor{texts(tensor.Shape{2}, "x", ""), i32(2)}, tensor.Shape{4}, []string{"x", "", "x", ""}},
	{"fill", tflite.OpFill, nil, []*tensor.Tensor{i32(1, 2), texts(tensor.Shape{}, "x")}, tensor.Shape{1, 2}, []string{"x", "x"}},
	{"fill nothing", tflite.OpFill, nil, []*tensor.Tensor{i32(0), texts(tensor.Shape{}, "x")}, tensor.Shape{0}, []string{}},
	{"n-grams", tflite.OpSkipGram, &tflite.SkipGramOptions{NgramSize: 2, MaxSkipSize: 1}, []*tensor.Tensor{texts(tensor.Shape{1}, "a b\tc d")},
		tensor.Shape{5}, []string{"a b", "a c", "b c", "b d", "c d"}},
}

func TestStringMoves(t *testing.T) {
	for _, c := range stringMoves {
		t.Run(c.name, func(t *testing.T) {
			n := nodeOf(c.code, c.options, of(tensor.String), c.in...)
			again := run(t, n)
			if got := unpack(t, n.Out[0]); !slices.Equal(n.Out[0].Shape, c.shape) || !slices.Equal(got, c.want) {
				t.Errorf("got %s %q, want %s %q", n.Out[0].Shape, got, c.shape, c.want)
			}
			if got := testing.AllocsPerRun(3, func() {
				if err := again(); err != nil {
					t.Error(err)
				}
			}); got > 1 { // the shape of a dynamic output
				t.Errorf("%v allocations in a step", got)
			}
		})
	}
}

// TestStringsMoveLate: what decides the output's shape is known only when the step runs.
func TestStringsMoveLate(t *testing.T) {
	times := i32(3)
	data := times.Data
	times.Data = nil
	n := nodeOf(tflite.OpTile, nil, of(tensor.String), texts(tensor.Shape{1}, "x"), times)
	step, err := Prepare(n)
	if err != nil || !n.Dynamic {
		t.Fatalf("dynamic %t, %v", n.Dynamic, err)
	}
	for count := range int32(4) {
		times.Data = data
		tensor.As[int32](data)[0] = count
		if err := step(); err != nil {
			t.Fatal(err)
		}
		if got := unpack(t, n.Out[0]); len(got) != int(count) || n.Out[0].Shape[0] != int(count) {
			t.Errorf("got %s %q, want %d", n.Out[0].Shape, got, count)
		}
	}
}

func TestStringsCompare(t *testing.T) {
	a, b := texts(tensor.Shape{2, 2}, "a", "ab", "", "b"), texts(tensor.Shape{2}, "a", "b")
	if got, want := compared(t, tflite.OpEqual, a, b), []byte{1, 0, 0, 1}; !slices.Equal(got, want) {
		t.Errorf("equal: got %v, want %v", got, want)
	}
	if got, want := compared(t, tflite.OpNotEqual, a, b), []byte{0, 1, 1, 0}; !slices.Equal(got, want) {
		t.Errorf("not equal: got %v, want %v", got, want)
	}
	_, err := Prepare(nodeOf(tflite.OpLess, nil, of(tensor.Bool), a, b))
	if lacking, ok := errors.AsType[*tflite.UnsupportedError](err); !ok {
		t.Errorf("less: got %v, want an unsupported error; %v", err, lacking)
	}
}

// TestDamagedStringsAreErrors runs every operator on strings whose packing is damaged, and on too few of them.
func TestDamagedStringsAreErrors(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 10))
	for _, c := range stringMoves {
		for try := range 200 {
			n := nodeOf(c.code, c.options, of(tensor.String), slices.Clone(c.in)...)
			i := slices.IndexFunc(n.In, func(t *tensor.Tensor) bool { return t.DType == tensor.String })
			bad := &tensor.Tensor{Info: n.In[i].Info, Data: slices.Clone(n.In[i].Data)}
			switch n.In[i] = bad; try {
			case 0:
				bad.Data = nil
			case 1:
				bad.Data = tensor.PackStrings()
			case 2:
				bad.Data = bad.Data[:len(bad.Data)-1]
			default:
				bad.Data[r.IntN(len(bad.Data))] = byte(r.Uint32())
			}
			step, err := Prepare(n)
			if err != nil {
				t.Fatal(err)
			}
			if err := step(); try < 2 && (err == nil || !strings.Contains(err.Error(), "strings, its shape is")) {
				t.Errorf("%s without strings: got %v", c.name, err)
			}
		}
	}
}

func TestStringsThatHashtablesLookUp(t *testing.T) {
	out, hits := of(tensor.String), of(tensor.Uint8)
	n := nodeOf(tflite.OpHashtableLookup, nil, out, i32(7, 3, 1), i32(1, 3), texts(tensor.Shape{2}, "one", "three"))
	n.Out = append(n.Out, hits)
	run(t, n)
	if got, want := unpack(t, out), []string{"", "three", "one"}; !slices.Equal(got, want) || !slices.Equal(hits.Data, []byte{0, 1, 1}) {
		t.Errorf("got %q, found %v, want %q", got, hits.Data, want)
	}
}

// TestOutputsOfStringsAreBounded: a small file can ask for a string of 8 MB many times.
func TestOutputsOfStringsAreBounded(t *testing.T) {
	n := nodeOf(tflite.OpTile, nil, of(tensor.String), texts(tensor.Shape{1}, strings.Repeat("x", 1<<23)), i32(1<<10))
	step, err := Prepare(n)
	if err != nil {
		t.Fatal(err)
	}
	if err := step(); err == nil || !strings.Contains(err.Error(), "would be 8589938696 bytes") {
		t.Errorf("got %v", err)
	}
	n = nodeOf(tflite.OpSkipGram, &tflite.SkipGramOptions{NgramSize: 40, MaxSkipSize: 1000}, of(tensor.String),
		texts(tensor.Shape{1}, strings.Repeat("word ", 100)))
	n.Model = &limited{left: 1 << 20}
	if step, err = Prepare(n); err != nil {
		t.Fatal(err)
	}
	if err := step(); err == nil || err.Error() != "no memory left" {
		t.Errorf("n-grams without end: got %v", err)
	}
}

// limited is a Model without graphs and variables that has so many bytes.
type limited struct {
	Model
	left   int64
	tables map[int32]*Table
}

func (m *limited) Take(bytes int64) error {
	if m.left -= bytes; m.left < 0 {
		return errors.New("no memory left")
	}
	return nil
}

func (m *limited) Table(id int32) *Table { return m.tables[id] }

func (m *limited) MakeTable(id int32) *Table {
	if m.tables == nil {
		m.tables = map[int32]*Table{}
	}
	if m.tables[id] == nil {
		m.tables[id] = &Table{Take: m.Take}
	}
	return m.tables[id]
}
