package prep

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"edged/runtime/tensor"
	"edged/sensors"
)

// corpus returns the path of a file of the conformance corpus, ../shared/corpus beside the repository, and skips the
// test where there is none.
func corpus(t testing.TB, name string) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			break
		}
		if dir == filepath.Dir(dir) {
			t.Fatal("no go.mod above the test")
		}
		dir = filepath.Dir(dir)
	}
	path := filepath.Join(dir, "..", "shared", "corpus", name)
	if _, err := os.Stat(path); err != nil {
		t.Skipf("the corpus is not there: %v", err)
	}
	return path
}

// corpusBytes reads a file, unpacked if only NAME.gz is there.
func corpusBytes(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(corpus(t, "."), name))
	if err == nil {
		return b
	}
	z, err := gzip.NewReader(bytes.NewReader(corpusFile(t, name+".gz")))
	if err != nil {
		t.Fatal(err)
	}
	if b, err = io.ReadAll(z); err != nil {
		t.Fatal(err)
	}
	return b
}

func corpusFile(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(corpus(t, name))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

type manifest struct {
	Models []struct {
		Name   string
		Inputs []struct {
			Name  string
			Shape []int
			DType string
			Scale *float32
			Zero  *int64 `json:"zero_point"`
		}
	}
}

// parsed keeps the manifest, which is large, for all tests.
var parsed = struct {
	once sync.Once
	manifest
}{}

// inputInfo returns what the manifest says of a model's first input.
func inputInfo(t testing.TB, model string) tensor.Info {
	t.Helper()
	data := corpusBytes(t, "manifest.json")
	m := &parsed.manifest
	var err error
	parsed.once.Do(func() { err = json.Unmarshal(data, m) })
	if _, other := err.(*json.UnmarshalTypeError); err != nil && !other { // models not read here have lists for scales
		t.Fatal(err)
	}
	types := map[string]tensor.DType{"uint8": tensor.Uint8, "int8": tensor.Int8, "int16": tensor.Int16, "float32": tensor.Float32}
	for _, x := range m.Models {
		if x.Name == model {
			in := x.Inputs[0]
			info := tensor.Info{Name: in.Name, DType: types[in.DType], Shape: in.Shape}
			if in.Scale != nil {
				info.Quant = tensor.Quant{Scale: []float32{*in.Scale}, ZeroPoint: []int64{*in.Zero}}
			}
			return info
		}
	}
	t.Fatalf("the manifest has no model %s", model)
	return tensor.Info{}
}

func newTensor(info tensor.Info) *tensor.Tensor {
	return &tensor.Tensor{Info: info, Data: make([]byte, info.DType.Bytes(info.Shape.Elems()))}
}

// corpusWAV reads a 16-bit mono WAV as one clip of a new recording that started at t0.
func corpusWAV(t testing.TB, name string) *sensors.Clip {
	t.Helper()
	b := corpusBytes(t, "media/audio/"+name)
	rate := int(binary.LittleEndian.Uint32(b[24:]))
	at := bytes.Index(b, []byte("data")) + 8
	c := &sensors.Clip{Name: name, RateHz: rate, Channels: 1, Lost: -1, Start: t0}
	for _, v := range tensor.As[int16](bytes.Clone(b[at:min(len(b), at+int(binary.LittleEndian.Uint32(b[at-4:])))])) {
		c.Samples = append(c.Samples, float32(v)/32768)
	}
	c.End = t0.Add(time.Duration(len(c.Samples)) * time.Second / time.Duration(rate))
	return c
}

var t0 = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

// wantError checks that err says want.
func wantError(t *testing.T, err error, want string) {
	t.Helper()
	if err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("got %v, want %q in it", err, want)
	}
}
