package runtime_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"reflect"
	"runtime/debug"
	"testing"
	"time"
	"unsafe"

	"edged/runtime"
	"edged/runtime/internal/corpus"
	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// FuzzFields changes fields of real models (shapes, types, scales, operands, options, constants) so that the file stays well
// formed and what it says does not: each must run or be refused, within its memory and time. The corpus's small models are
// what is changed; the fuzzer chooses which and how.
func FuzzFields(f *testing.F) {
	dir := corpus.Dir(f)
	paths := small(f, dir)
	for i := range paths {
		f.Add(uint16(i), uint64(i))
	}
	f.Fuzz(func(t *testing.T, which uint16, seed uint64) {
		path := paths[int(which)%len(paths)]
		if err := runMutant(path, seed); err != nil {
			t.Fatalf("%s, seed %d: %v", filepath.Base(path), seed, err)
		}
	})
}

// TestMutants runs some mutants of each small model.
func TestMutants(t *testing.T) {
	dir := corpus.Dir(t)
	for _, path := range small(t, dir) {
		t.Run(filepath.Base(path), func(t *testing.T) {
			for seed := range uint64(20) {
				if err := runMutant(path, seed); err != nil {
					t.Errorf("seed %d: %v", seed, err)
				}
			}
		})
	}
}

// TestCrashesStayMended runs the mutants that once crashed the engine.
func TestCrashesStayMended(t *testing.T) {
	dir := corpus.Dir(t)
	for _, c := range []struct {
		was, file string
		seed      uint64
	}{
		{"SVDF wrote into a state that was a constant of the file", "models/kws/keyword_scrambled.tflite", 43},
	} {
		t.Run(c.was, func(t *testing.T) {
			if err := runMutant(filepath.Join(dir, c.file), c.seed); err != nil {
				t.Error(err)
			}
		})
	}
}

// small lists the models that take little time, by path.
func small(t testing.TB, dir string) []string {
	var paths []string
	for _, m := range corpus.Read(t, dir).Models {
		if len(corpus.File(t, dir, m.File)) < 60_000 {
			paths = append(paths, filepath.Join(dir, m.File))
		}
	}
	return paths
}

// runMutant returns an error only if the engine panicked or ignored its context.
func runMutant(path string, seed uint64) (err error) {
	f, err := tflite.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	r := rand.New(rand.NewPCG(seed, 17))
	for range 1 + r.IntN(4) {
		mutate(r, f.Model)
	}
	s, err := runtime.New(f.Model, runtime.Options{MemoryLimit: 64 << 20})
	if err != nil {
		return nil
	}
	defer s.Close()
	for i := range s.Signature().Inputs {
		for j := range s.Input(i).Data {
			s.Input(i).Data[j] = byte(r.Uint32())
		}
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	for range 2 {
		_ = s.Invoke(ctx) // an error is an answer too
	}
	return nil
}

// mutate changes one thing.
func mutate(r *rand.Rand, m *tflite.Model) {
	g := &m.Graphs[r.IntN(len(m.Graphs))]
	if len(g.Tensors) == 0 {
		return
	}
	t := &g.Tensors[r.IntN(len(g.Tensors))]
	switch r.IntN(8) {
	case 0:
		mutateShape(r, t)
	case 1:
		if t.Data == nil { // a constant's size must fit its type
			t.DType = tensor.DType(1 + r.IntN(int(tensor.Variant)))
		}
	case 2:
		mutateQuant(r, t)
	case 3, 4:
		if len(g.Ops) > 0 {
			mutateOptions(r, &g.Ops[r.IntN(len(g.Ops))])
		}
	case 5:
		if len(g.Ops) > 0 {
			mutateOperands(r, g, &g.Ops[r.IntN(len(g.Ops))])
		}
	case 6:
		if len(t.Data) > 0 {
			data := append([]byte{}, t.Data...)
			for range 1 + r.IntN(4) {
				data[r.IntN(len(data))] = byte([]int{0, 1, 2, 127, 128, 255, int(r.Uint32() & 255)}[r.IntN(7)])
			}
			t.Data = aligned(data)
		}
	case 7:
		if len(g.Ops) > 0 {
			g.Ops[r.IntN(len(g.Ops))].Code = tflite.OpCode(r.IntN(210))
		}
	}
}

// aligned copies data to where every type may lie.
func aligned(data []byte) []byte {
	words := make([]uint64, len(data)/8+1)
	b := unsafe.Slice((*byte)(unsafe.Pointer(&words[0])), len(data))
	copy(b, data)
	return b
}

func mutateShape(r *rand.Rand, t *tflite.Tensor) {
	if t.Data != nil || r.IntN(4) == 0 {
		// a constant's shape may only be another one of as many elements
		n := t.Shape.Elems()
		t.Shape = [][]int{{n}, {1, n}, {n, 1}, {1, 1, 1, n}, {1, n, 1, 1}}[r.IntN(5)]
		return
	}
	shape := append(tensor.Shape{}, t.Shape...)
	switch {
	case len(shape) == 0 || r.IntN(4) == 0:
		shape = append(shape, r.IntN(4))
	case r.IntN(4) == 0:
		shape = shape[1:]
	default:
		shape[r.IntN(len(shape))] = []int{0, 1, 2, 3, 7, 100, 1 << 16}[r.IntN(7)]
	}
	if bytes := t.DType.Bytes(1); shape.Elems() >= 0 && shape.Elems() < 1<<24 && bytes < 1<<5 {
		t.Shape = shape
	}
}

func mutateQuant(r *rand.Rand, t *tflite.Tensor) {
	q := &t.Quant
	switch r.IntN(4) {
	case 0:
		q.Scale, q.ZeroPoint = nil, nil
	case 1:
		q.Axis = r.IntN(5)
	case 2:
		q.ZeroPoint = []int64{int64(r.IntN(600) - 300)}
	default:
		q.Scale = []float32{[]float32{0, -1, 1, 1e-30, 1e30, 0.5}[r.IntN(6)]}
		q.ZeroPoint = []int64{0}
	}
}

// mutateOptions sets one field of the options to another value.
func mutateOptions(r *rand.Rand, o *tflite.Op) {
	v := reflect.ValueOf(o.Options)
	if v.Kind() != reflect.Pointer || v.IsNil() || v.Elem().Kind() != reflect.Struct || v.Elem().NumField() == 0 {
		return
	}
	copied := reflect.New(v.Elem().Type())
	copied.Elem().Set(v.Elem())
	o.Options = copied.Interface()
	switch f := copied.Elem().Field(r.IntN(copied.Elem().NumField())); f.Kind() {
	case reflect.Bool:
		f.SetBool(!f.Bool())
	case reflect.Int, reflect.Int32, reflect.Int64:
		f.SetInt([]int64{0, 1, 2, 3, -1, -2, 7, 100, 1 << 30, -1 << 31}[r.IntN(10)])
	case reflect.Uint8, reflect.Uint32:
		f.SetUint(uint64(r.IntN(8)))
	case reflect.Float32:
		f.SetFloat([]float64{0, 1, -1, 1e30, 0.5}[r.IntN(5)])
	}
}

// mutateOperands exchanges, drops or adds an operand.
func mutateOperands(r *rand.Rand, g *tflite.Graph, o *tflite.Op) {
	in := append([]int{}, o.Inputs...)
	switch {
	case len(in) > 0 && r.IntN(3) == 0:
		in = in[:len(in)-1]
	case len(in) > 0 && r.IntN(2) == 0:
		in[r.IntN(len(in))] = r.IntN(len(g.Tensors)+1) - 1
	default:
		in = append(in, r.IntN(len(g.Tensors)))
	}
	o.Inputs = in
}
