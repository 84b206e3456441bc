package runtime_test

import (
	"bytes"
	"math"
	"path/filepath"
	"slices"
	"testing"

	"edged/runtime"
	"edged/runtime/internal/corpus"
	"edged/runtime/tensor"
)

func TestPeakOfAnOperator(t *testing.T) {
	p := runtime.Peak{Dense: 1, Depthwise: 2, Float: 3}
	for _, c := range []struct {
		op    string
		dtype tensor.DType
		want  float64
	}{{"CONV_2D", tensor.Int8, 1}, {"FULLY_CONNECTED", tensor.Uint8, 1}, {"DEPTHWISE_CONV_2D", tensor.Int8, 2}, {"DEPTHWISE_CONV_2D", tensor.Float32, 3}} {
		if got := p.Of(&runtime.OpStats{Op: c.op, DType: c.dtype}); got != c.want {
			t.Errorf("%s of %v: got %v, want %v", c.op, c.dtype, got, c.want)
		}
	}
}

// TestPackedBytes: weights are packed for loops in assembly alone, and take a small multiple of the file.
func TestPackedBytes(t *testing.T) {
	path := filepath.Join(corpus.Dir(t), "models/kws/kws_ref_int8.tflite")
	s, err := runtime.Open(path, runtime.Options{Engine: "builtin"})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	packed, file := runtime.StatsOf(s).Packed, len(corpus.File(t, "", path))
	if generic := runtime.SIMD() == "generic"; generic != (packed == 0) || packed > 8*file {
		t.Errorf("%s: %d bytes are packed of a file of %d", runtime.SIMD(), packed, file)
	}
}

// TestPackLimit has a model of float32 with all its weights in another form, some, and none: its outputs stay the same.
func TestPackLimit(t *testing.T) {
	dir := corpus.Dir(t)
	all := corpus.Read(t, dir).Models
	m := all[slices.IndexFunc(all, func(m corpus.Model) bool { return m.Name == "mobilenet_v1_0.25_224_float" })]
	var want []byte
	least := math.MaxInt
	for _, limit := range []int64{0, 1 << 20, 1} {
		s, err := runtime.Open(filepath.Join(dir, m.File), runtime.Options{Engine: "builtin", PackLimit: limit})
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		feed(t, s, read(t, dir, m.Cases[0]), 0, 1)
		if err := s.Invoke(t.Context()); err != nil {
			t.Fatal(err)
		}
		if want == nil {
			want = bytes.Clone(s.Output(0).Data)
		}
		if !bytes.Equal(s.Output(0).Data, want) {
			t.Errorf("limit %d: got other outputs", limit)
		}
		packed := runtime.StatsOf(s).Packed
		if limit > 0 && packed > int(limit) || runtime.SIMD() == "avx512vnni" && packed >= least {
			t.Errorf("limit %d: %d bytes are packed", limit, packed)
		}
		least = packed
	}
}
