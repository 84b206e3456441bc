package tflite

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"unsafe"

	"edged/runtime/tensor"
)

func TestWriteRoundTripCorpus(t *testing.T) {
	dir, manifest := corpus(t)
	for _, c := range append(manifest.Models, manifest.Reject...) {
		b, err := os.ReadFile(filepath.Join(dir, c.File))
		if err != nil {
			t.Fatal(err)
		}
		m, err := Parse(b)
		if err != nil {
			continue // TestParseCorpus and TestParseRejects say whether that is right
		}
		t.Run(c.Name, func(t *testing.T) {
			files, err := AssociatedFiles(b)
			if err != nil {
				t.Fatal(err)
			}
			out, err := Write(m, files...)
			if err != nil {
				t.Fatal(err)
			}
			back, err := Parse(out)
			if err != nil {
				t.Fatal(err)
			}
			compareModels(t, back, m)
			if got, err := AssociatedFiles(out); err != nil || !reflect.DeepEqual(got, files) {
				t.Errorf("got %d associated files, error %v, want %d", len(got), err, len(files))
			}
			if again, err := Write(back, files...); err != nil || !bytes.Equal(again, out) {
				t.Errorf("writing it again gives %d other bytes, error %v, want the same %d", len(again), err, len(out))
			}
		})
	}
}

// compareModels names the first tensor or operator that differs.
func compareModels(t *testing.T, got, want *Model) {
	t.Helper()
	if reflect.DeepEqual(got, want) {
		return
	}
	for i := range min(len(got.Graphs), len(want.Graphs)) {
		g, w := &got.Graphs[i], &want.Graphs[i]
		for k := range min(len(g.Tensors), len(w.Tensors)) {
			a, b := g.Tensors[k], w.Tensors[k]
			if !reflect.DeepEqual(a, b) {
				t.Fatalf("subgraph %d tensor %d: got %d bytes %+v, want %d bytes %+v",
					i, k, len(a.Data), a.Info, len(b.Data), b.Info)
			}
		}
		for k := range min(len(g.Ops), len(w.Ops)) {
			if a, b := g.Ops[k], w.Ops[k]; !reflect.DeepEqual(a, b) {
				t.Fatalf("subgraph %d op %d: got %+v %+v, want %+v %+v", i, k, a, a.Options, b, b.Options)
			}
		}
	}
	t.Fatalf("got %d subgraphs, %v, %v, want %d, %v, %v", len(got.Graphs), got.Signatures, len(got.Metadata),
		len(want.Graphs), want.Signatures, len(want.Metadata))
}

// everyOption is a model with one operator for each table, its fields set to values that are not the defaults.
func everyOption(t testing.TB) *Model {
	t.Helper()
	m := &Model{Version: 3, Graphs: make([]Graph, 4)}
	g := &m.Graphs[0]
	g.Tensors = []Tensor{{Info: tensor.Info{Name: "x", DType: tensor.Float32, Shape: tensor.Shape{1}}}}
	g.Inputs, g.Outputs = []int{0}, []int{0}
	for code := OpCode(0); code <= OpStablehloCase; code++ {
		spec, ok := optionTables[code]
		if !ok {
			continue
		}
		o := spec.make()
		for i, f := range spec.fields(o) {
			if f != nil {
				setField(t, f, i)
			}
		}
		op := Op{Index: len(g.Ops), Code: code, Version: 2, Inputs: []int{0, -1}, Outputs: []int{0}, Options: o}
		g.Ops = append(g.Ops, op)
	}
	return m
}

func setField(t testing.TB, field any, id int) {
	switch f := field.(type) {
	case *int:
		*f = 1 + id%3 // also a subgraph's number
	case *int64:
		*f = -1 << 40
	case *float32:
		*f = 1.5 + float32(id)
	case *bool:
		*f = !*f
	case *uint8:
		*f = 2
	case *Padding:
		*f = PaddingValid
	case *Activation:
		*f = ActTanh
	case *tensor.DType:
		*f = tensor.Int64
	case *string:
		*f = fmt.Sprint("name ", id)
	case *[]byte:
		*f = []byte{1, 2}
	case *[]int:
		*f = []int{3, 1} // also subgraphs' numbers
	case *[]int64:
		*f = []int64{-1 << 40, 7}
	case *[]float32:
		*f = []float32{0.5}
	default:
		t.Fatalf("no value for a %T", field)
	}
}

func TestWriteEveryOption(t *testing.T) {
	m := everyOption(t)
	b, err := Write(m)
	if err != nil {
		t.Fatal(err)
	}
	back, err := Parse(b)
	if err != nil {
		t.Fatal(err)
	}
	compareModels(t, back, m)
}

// small is a model with all that Parse looks at: constants, per-channel and sparse ones, a signature, metadata, a
// custom operator, a call of another subgraph.
func small() *Model {
	quant := tensor.Quant{Scale: []float32{0.5, 0.25}, ZeroPoint: []int64{0, 0}}
	return &Model{
		Version: 3, Description: "small",
		Graphs: []Graph{{
			Name: "main",
			Tensors: []Tensor{
				{Info: tensor.Info{Name: "in", DType: tensor.Int8, Shape: tensor.Shape{1, 3},
					Quant: tensor.Quant{Scale: []float32{0.1}, ZeroPoint: []int64{-4}}}, ShapeSignature: tensor.Shape{-1, 3}},
				{Info: tensor.Info{Name: "w", Index: 1, DType: tensor.Int8, Shape: tensor.Shape{2, 3}, Quant: quant},
					Data: []byte{1, 2, 3, 4, 5, 6}},
				{Info: tensor.Info{Name: "b", Index: 2, DType: tensor.Int32, Shape: tensor.Shape{2}, Quant: quant},
					Data: []byte{1, 0, 0, 0, 2, 0, 0, 0}},
				{Info: tensor.Info{Name: "out", Index: 3, DType: tensor.Int8, Shape: tensor.Shape{1, 2}}, HasRank: true},
				{Info: tensor.Info{Name: "sparse", Index: 4, DType: tensor.Float32, Shape: tensor.Shape{2, 2}},
					Data: []byte{0, 0, 128, 63}, Sparse: true, Sparsity: &Sparsity{Order: []int{0, 1}, Dims: []SparseDim{
						{Size: 2}, {Compressed: true, Segments: []int{0, 0, 1}, Indices: []int{1}}}}},
				{Info: tensor.Info{Name: "state", Index: 5, DType: tensor.Float32}, Variable: true},
			},
			Inputs: []int{0}, Outputs: []int{3},
			Ops: []Op{
				{Code: OpCallOnce, Version: 1, Options: &CallOnceOptions{Init: 1}},
				{Index: 1, Code: OpFullyConnected, Version: 4, Inputs: []int{0, 1, 2}, Outputs: []int{3},
					Options: &FullyConnectedOptions{Activation: ActRelu, BiasType: tensor.Float32},
					Mutates: []bool{true, false, false}},
				{Index: 2, Code: OpCustom, Custom: "Mine", Version: 1, Inputs: []int{0, -1}, Outputs: []int{3},
					Intermediates: []int{5}, CustomOptions: []byte("b\x00a\x00\x02\x03\x06\x02\x01\x02\x05\xff\x04\x04\x04\x24\x01")},
			},
		}, {Name: "init"}},
		Signatures: []Signature{{Key: "serving_default", Inputs: []Port{{"x", 0}}, Outputs: []Port{{"y", 3}}}},
		Metadata:   []Metadata{{Name: "note", Data: []byte("hello")}},
	}
}

func TestWriteSmall(t *testing.T) {
	files := []AssociatedFile{{"labels.txt", []byte("cat\ndog\n")}, {"empty", []byte{}}}
	b, err := Write(small(), files...)
	if err != nil {
		t.Fatal(err)
	}
	m, err := Parse(b)
	if err != nil {
		t.Fatal(err)
	}
	compareModels(t, m, small())
	if got, err := AssociatedFiles(b); err != nil || !reflect.DeepEqual(got, files) {
		t.Errorf("got %q, %v, want %q", got, err, files)
	}
	for _, x := range m.Graphs[0].Tensors {
		if x.Data == nil {
			continue
		}
		at := uintptr(unsafe.Pointer(unsafe.SliceData(x.Data))) - uintptr(unsafe.Pointer(unsafe.SliceData(b)))
		if at%16 != 0 || at >= uintptr(len(b)) {
			t.Errorf("%q lies at offset %d of the file, want a multiple of 16", x.Name, at)
		}
	}
}

func TestWriteRefuses(t *testing.T) {
	cases := []struct {
		name   string
		damage func(m *Model)
		want   string
	}{
		{"an input that does not exist", func(m *Model) { m.Graphs[0].Inputs[0] = 6 },
			"malformed model: subgraph 0: inputs[0] is tensor 6 of 6"},
		{"an output that is left out", func(m *Model) { m.Graphs[0].Ops[1].Outputs[0] = -1 },
			"malformed model: subgraph 0 op 1 FULLY_CONNECTED: outputs[0] is tensor -1 of 6"},
		{"a call of no subgraph", func(m *Model) { m.Graphs[0].Ops[0].Options = &CallOnceOptions{Init: 2} },
			"malformed model: subgraph 0 op 0 CALL_ONCE: calls subgraph 2 of 2"},
		{"a short constant", func(m *Model) { m.Graphs[0].Tensors[2].Data = []byte{1, 0, 0, 0} },
			`malformed model: subgraph 0 tensor 2 "b": buffer 2 has 4 bytes, int32 2 takes 8`},
		{"strings cut short", func(m *Model) {
			m.Graphs[0].Tensors[2].DType, m.Graphs[0].Tensors[2].Data = tensor.String, tensor.PackStrings("one", "two")[:21]
		}, `malformed model: subgraph 0 tensor 2 "b": buffer 2: string 2 of 2 starts at byte 22, want 19 to 21`},
		{"another operator's options", func(m *Model) { m.Graphs[0].Ops[1].Options = &Conv2DOptions{} },
			"malformed model: subgraph 0 op 1 FULLY_CONNECTED: options of type *tflite.Conv2DOptions"},
		{"options that were not read", func(m *Model) { m.Graphs[0].Ops[0].Options = &UnknownOptions{"builtin_options_2", 4} },
			"unsupported model: subgraph 0 op 0 CALL_ONCE: its builtin_options_2 of the schema's type 4 were not read"},
		{"a type outside the schema", func(m *Model) { m.Graphs[0].Tensors[0].DType = tensor.Invalid },
			`malformed model: subgraph 0 tensor 0 "in": element type invalid is not in the schema`},
		{"a custom operator without a name", func(m *Model) { m.Graphs[0].Ops[2].Custom = "" },
			"malformed model: operator code 2: a custom operator without a name"},
		{"no subgraph", func(m *Model) { m.Graphs = nil; m.Signatures = nil }, "malformed model: file: no subgraph"},
		{"another version", func(m *Model) { m.Version = 4 }, "unsupported model: file: schema version 4, only 3 is known"},
		{"three scales for two channels", func(m *Model) {
			m.Graphs[0].Tensors[1].Quant = tensor.Quant{Scale: []float32{1, 1, 1}, ZeroPoint: []int64{0, 0, 0}}
		}, `malformed model: subgraph 0 tensor 1 "w": 3 scales for dimension 0 of shape 2x3`},
		{"a negative scale", func(m *Model) { m.Graphs[0].Tensors[0].Quant.Scale[0] = -1 },
			`malformed model: subgraph 0 tensor 0 "in": scale[0] is -1`},
		{"a huge zero point", func(m *Model) { m.Graphs[0].Tensors[0].Quant.ZeroPoint[0] = 1 << 32 },
			`malformed model: subgraph 0 tensor 0 "in": zero_point[0] is 4294967296`},
		{"a negative dimension", func(m *Model) { m.Graphs[0].Tensors[3].Shape[0] = -2 },
			`malformed model: subgraph 0 tensor 3 "out": shape[0] is -2`},
		{"more elements than an int holds", func(m *Model) {
			m.Graphs[0].Tensors[3].Shape = tensor.Shape{0, 1 << 30, 1 << 30, 1 << 30}
		}, `malformed model: subgraph 0 tensor 3 "out": int8 0x1073741824x1073741824x1073741824 is too large for this machine`},
		{"a signature of no subgraph", func(m *Model) { m.Signatures[0].Graph = 2 },
			`malformed model: signature 0: subgraph 2 of 2`},
		{"a signature of no tensor", func(m *Model) { m.Signatures[0].Outputs[0].Tensor = 6 },
			`malformed model: signature 0 "serving_default" output 0: tensor 6 of 6`},
		{"padding 9", func(m *Model) {
			m.Graphs[0].Ops[0] = Op{Code: OpConv2d, Version: 1, Options: &Conv2DOptions{Padding: 9, BiasType: tensor.Float32}}
		}, "malformed model: subgraph 0 op 0 CONV_2D: padding 9"},
		{"activation 9", func(m *Model) {
			m.Graphs[0].Ops[0] = Op{Code: OpMul, Version: 1, Options: &ArithmeticOptions{Activation: 9}}
		}, "unsupported model: subgraph 0 op 0 MUL: fused activation 9"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			m := small()
			c.damage(m)
			_, err := Write(m)
			if err == nil || err.Error() != c.want {
				t.Errorf("got %v, want %s", err, c.want)
			}
			var format *FormatError
			if got, want := errors.As(err, &format), strings.HasPrefix(c.want, "malformed"); got != want {
				t.Errorf("got FormatError %v, want %v", got, want)
			}
		})
	}
}
