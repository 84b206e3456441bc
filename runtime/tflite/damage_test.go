package tflite

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"errors"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"edged/runtime/tensor"

	flatbuffers "github.com/google/flatbuffers/go"
)

// parseOrRefuse parses b, which may be damaged in any way: what comes back is a model that Write takes, or one of the
// two errors.
func parseOrRefuse(t *testing.T, b []byte) {
	t.Helper()
	m, err := Parse(b)
	if err != nil {
		checkKind(t, err)
		return
	}
	if _, err := m.ModelMetadata(); err != nil {
		checkKind(t, err)
	}
	for _, g := range m.Graphs {
		for _, o := range g.Ops {
			if v, err := Flex(o.CustomOptions); err != nil && v != nil {
				t.Errorf("got a map of %d and %v, want one of them", len(v), err)
			}
		}
	}
	out, err := Write(m)
	if err != nil {
		if unsupported := (*UnsupportedError)(nil); !errors.As(err, &unsupported) {
			t.Fatalf("a model that Parse took cannot be written: %v", err)
		}
		return
	}
	back, err := Parse(out)
	if err != nil {
		t.Fatalf("a model that Write made cannot be parsed: %v", err)
	}
	if again, err := Write(back); err != nil || !bytes.Equal(again, out) {
		t.Errorf("the model changes when it is written again: %v", err)
	}
}

func checkKind(t *testing.T, err error) {
	t.Helper()
	var format *FormatError
	var unsupported *UnsupportedError
	if !errors.As(err, &format) && !errors.As(err, &unsupported) {
		t.Errorf("got %T %v, want a FormatError or an UnsupportedError", err, err)
	}
}

func smallBytes(t testing.TB) []byte {
	t.Helper()
	b, err := Write(small())
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestParseCutAtEveryByte(t *testing.T) {
	b := smallBytes(t)
	for n := range b {
		parseOrRefuse(t, bytes.Clone(b[:n]))
	}
	if _, err := Parse(b[:len(b)/2]); err == nil {
		t.Error("half a model parses")
	}
}

func TestParseEveryByteChanged(t *testing.T) {
	b := smallBytes(t)
	for i := range b {
		for _, flip := range []byte{0x01, 0x10, 0x80, 0xff} {
			damaged := bytes.Clone(b)
			damaged[i] ^= flip
			parseOrRefuse(t, damaged)
		}
	}
}

// Random damage that looks like what a flatbuffer is made of: offsets, lengths, extremes, words of the file itself.
func TestParseRandomDamage(t *testing.T) {
	every, err := Write(everyOption(t))
	if err != nil {
		t.Fatal(err)
	}
	sources := [][]byte{smallBytes(t), every}
	extremes := []uint32{0, 1, 1 << 20, 1 << 30, 1<<31 - 1, 1 << 31, 1<<32 - 1}
	r := rand.New(rand.NewPCG(1, 2))
	for n := range 4000 {
		b := bytes.Clone(sources[n%2])
		for range 1 + r.IntN(4) {
			at, from := r.IntN(len(b)/4)*4, r.IntN(len(b)/4)*4
			switch r.IntN(4) {
			case 0:
				binary.LittleEndian.PutUint32(b[at:], r.Uint32N(uint32(len(b))))
			case 1:
				binary.LittleEndian.PutUint32(b[at:], extremes[r.IntN(len(extremes))])
			case 2:
				binary.LittleEndian.PutUint16(b[at:], uint16(r.IntN(64)))
			case 3:
				copy(b[at:at+4], b[from:from+4])
			}
		}
		parseOrRefuse(t, b)
	}
}

func TestParseUnalignedFile(t *testing.T) {
	b := smallBytes(t)
	for shift := range 8 {
		moved := append(make([]byte, shift, len(b)+8), b...)[shift:]
		m, err := Parse(moved)
		if err != nil {
			t.Fatal(err)
		}
		compareModels(t, m, small())
		for _, x := range m.Graphs[0].Tensors {
			if x.Data != nil && !aligned(x.Data, alignment(x.DType)) {
				t.Errorf("file at %d bytes past a word: %q is not aligned to its elements", shift, x.Name)
			}
		}
	}
}

// file builds a model from tables of the test's own making.
func file(build func(w *writer) []cell) []byte {
	w := &writer{b: flatbuffers.NewBuilder(0), codes: map[opcode]int{}, seen: map[extent]int{}}
	w.buffers = append(w.buffers, w.object(nil))
	cells := append(build(w), w.i32(0, schemaVersion))
	w.b.FinishWithFileIdentifier(w.object(cells), []byte(fileIdentifier))
	return w.b.FinishedBytes()
}

// oneTensor is a model of one subgraph with one tensor of the given fields.
func oneTensor(fields func(w *writer) []cell) []byte {
	return file(func(w *writer) []cell {
		tensors := []flatbuffers.UOffsetT{w.object(fields(w))}
		graph := w.object([]cell{w.list(0, tensors)})
		return []cell{w.list(2, []flatbuffers.UOffsetT{graph}), w.list(4, w.buffers)}
	})
}

func TestParseSharedTablesAreBounded(t *testing.T) {
	const n = 1 << 14
	b := file(func(w *writer) []cell {
		x := w.object([]cell{w.ints(0, make([]int, n))})
		tensors := make([]flatbuffers.UOffsetT, n)
		for i := range tensors {
			tensors[i] = x // each unfolds to n dimensions
		}
		graph := w.object([]cell{w.list(0, tensors)})
		return []cell{w.list(2, []flatbuffers.UOffsetT{graph})}
	})
	if _, err := Parse(b); err == nil || !strings.Contains(err.Error(), "used so often") {
		t.Errorf("got %v, want an error: the file unfolds to %d dimensions", err, n*n)
	}
}

// An operator's own options are part of the file, but whoever prepares it unpacks them.
func TestParseSharedCustomOptionsAreBounded(t *testing.T) {
	const n = 1 << 12
	b := file(func(w *writer) []cell {
		w.b.StartVector(1, n, 1)
		for range n {
			w.b.PrependByte(1)
		}
		shared := w.b.EndVector(n)
		ops := make([]flatbuffers.UOffsetT, n)
		for i := range ops {
			ops[i] = w.object([]cell{offset(5, shared)})
		}
		graph := w.object([]cell{w.list(3, ops)})
		code := w.object([]cell{u8(0, uint8(OpAdd))})
		return []cell{w.list(1, []flatbuffers.UOffsetT{code}), w.list(2, []flatbuffers.UOffsetT{graph})}
	})
	if _, err := Parse(b); err == nil || !strings.Contains(err.Error(), "used so often") {
		t.Errorf("got %v, want an error: the options unfold to %d bytes", err, n*n)
	}
}

func TestParseBufferAfterTheFlatbuffer(t *testing.T) {
	build := func(offset, size int64) []byte {
		return oneTensor(func(w *writer) []cell {
			w.buffers = append(w.buffers, w.object([]cell{i64(1, offset), i64(2, size)}))
			return []cell{w.ints(0, []int{3}), u8(1, w.dtype(dtypes[9])), w.i32(2, 1)}
		})
	}
	n := int64(len(build(0, 0)))
	m, err := Parse(append(build(n, 3), 7, 8, 9))
	if err != nil {
		t.Fatal(err)
	}
	if got, want := m.Graphs[0].Tensors[0].Data, []byte{7, 8, 9}; !bytes.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	for _, outside := range [][2]int64{{n, 4}, {n + 4, 0}, {n, -1}, {-1, 3}, {1 << 62, 1 << 62}} {
		if _, err := Parse(append(build(outside[0], outside[1]), 7, 8, 9)); err == nil {
			t.Errorf("offset %d, size %d of %d bytes: got no error", outside[0], outside[1], n+3)
		}
	}
}

func TestParseTensorFacts(t *testing.T) {
	cases := []struct {
		name   string
		fields func(w *writer) []cell
		want   string // of the error
		check  func(x Tensor) bool
	}{
		{"minimum and maximum alone are no quantization", func(w *writer) []cell {
			return []cell{offset(4, w.object([]cell{w.floats(0, []float32{0}), w.floats(1, []float32{6})}))}
		}, "", func(x Tensor) bool { return !x.Quant.Quantized() }},
		{"a scale without zero points has zeros", func(w *writer) []cell {
			return []cell{offset(4, w.object([]cell{w.floats(2, []float32{0.5})}))}
		}, "", func(x Tensor) bool { return reflect.DeepEqual(x.Quant.ZeroPoint, []int64{0}) }},
		{"a dimension of -1 is open", func(w *writer) []cell { return []cell{w.ints(0, []int{-1, 4})} },
			"", func(x Tensor) bool {
				return x.Shape.String() == "1x4" && reflect.DeepEqual([]int(x.ShapeSignature), []int{-1, 4})
			}},
		{"custom quantization", func(w *writer) []cell {
			return []cell{w.str(3, "x"), offset(4, w.object([]cell{u8(4, 1), offset(5, w.object(nil))}))}
		}, `unsupported model: subgraph 0 tensor 0 "x": quantization with details of the schema's type 1`, nil},
		{"a newer element type", func(w *writer) []cell { return []cell{u8(1, 18)} },
			"unsupported model: subgraph 0 tensor 0: element type BFLOAT16", nil},
		{"data in another file", func(w *writer) []cell { return []cell{w.i32(10, 1)} },
			"unsupported model: subgraph 0 tensor 0: its data are in another file", nil},
		{"a resource of one byte", func(w *writer) []cell {
			return []cell{w.ints(0, []int{4}), u8(1, w.dtype(tensor.Resource)), w.i32(2, w.constant([]byte{1}))}
		}, "malformed model: subgraph 0 tensor 0: buffer 1 has 1 bytes, resource 4 takes 16", nil},
		{"a buffer that does not exist", func(w *writer) []cell { return []cell{w.i32(2, 1)} },
			"malformed model: subgraph 0 tensor 0: buffer 1 of 1", nil},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			m, err := Parse(oneTensor(c.fields))
			switch {
			case c.want != "":
				if err == nil || !strings.HasPrefix(err.Error(), c.want) {
					t.Errorf("got %v, want %s", err, c.want)
				}
			case err != nil:
				t.Error(err)
			case !c.check(m.Graphs[0].Tensors[0]):
				t.Errorf("got %+v", m.Graphs[0].Tensors[0])
			}
		})
	}
}

func TestAssociatedFilesRefusesBombs(t *testing.T) {
	pack := func(n int, size int) []byte {
		var out bytes.Buffer
		w := zip.NewWriter(&out)
		for i := range n {
			f, err := w.Create(strings.Repeat("a", i+1))
			if err != nil {
				t.Fatal(err)
			}
			if _, err := f.Write(make([]byte, size)); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		return out.Bytes()
	}
	for name, b := range map[string][]byte{
		"many files":                  pack(maxPackedFiles+1, 0),
		"one large file":              pack(1, maxPackedBytes+1),
		"two that are large together": pack(2, maxPackedBytes/2+1),
	} {
		files, err := AssociatedFiles(b)
		if format := (*FormatError)(nil); !errors.As(err, &format) {
			t.Errorf("%s: got %d files, %v, want a FormatError", name, len(files), err)
		}
	}
}

func FuzzParse(f *testing.F) {
	b := smallBytes(f)
	f.Add(b)
	for i := range 8 {
		f.Add(b[:i*len(b)/8])
	}
	every, err := Write(everyOption(f))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(every)
	packed, err := Write(small(), AssociatedFile{"labels.txt", []byte("cat\n")})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(packed)
	f.Fuzz(func(t *testing.T, b []byte) {
		parseOrRefuse(t, b)
		if _, err := AssociatedFiles(b); err != nil {
			checkKind(t, err)
		}
	})
}

func FuzzFlex(f *testing.F) {
	f.Add([]byte("b\x00a\x00\x02\x03\x06\x02\x01\x02\x05\xff\x04\x04\x04\x24\x01"))
	f.Add([]byte("\x01x\x00\x03\x07\x04\x01\x04\x14\x68\x06\x28\x01"))
	f.Add([]byte("\x07\x08\xff\x03\x4c\x01"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if v, err := Flex(b); err == nil && v == nil {
			t.Error("got no map and no error")
		}
	})
}
