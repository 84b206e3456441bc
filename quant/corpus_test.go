package quant

import (
	"compress/gzip"
	"context"
	"encoding/csv"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// natively skips a test that would take too long, or cannot start itself again, under an emulator; and under the race
// detector, which makes minutes of it and has no goroutines to watch.
func natively(t testing.TB) {
	t.Helper()
	if raced {
		t.Skip("runs without the race detector only")
	}
	if os.Getenv("EDGED_EMULATOR") != "" {
		t.Skip("runs natively only")
	}
}

// corpus returns the conformance corpus beside the repository; the test is skipped where it is absent.
func corpus(t testing.TB) string {
	t.Helper()
	natively(t)
	dir := filepath.Join("..", "..", "shared", "corpus")
	if _, err := os.Stat(filepath.Join(dir, "manifest.json")); errors.Is(err, fs.ErrNotExist) {
		t.Skip("needs the conformance corpus at ../shared/corpus beside the repository")
	}
	return dir
}

func open(t testing.TB, path string) *tflite.Model {
	t.Helper()
	f, err := tflite.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f.Model
}

// rows are samples of bytes, each of which becomes a number.
type rows struct {
	data   []byte
	size   int
	scale  float32
	labels []int
	at     int
}

func (r *rows) Rewind() error { r.at = 0; return nil }
func (r *rows) Label() int    { return r.labels[r.at-1] }

func (r *rows) Next(inputs []*tensor.Tensor) (bool, error) {
	if (r.at+1)*r.size > len(r.data) {
		return false, nil
	}
	for i, v := range r.data[r.at*r.size : (r.at+1)*r.size] {
		tensor.As[float32](inputs[0].Data)[i] = float32(v) * r.scale
	}
	r.at++
	return true, nil
}

// first are the first n samples.
func (r *rows) first(n int) *rows {
	return &rows{data: r.data[:n*r.size], size: r.size, scale: r.scale}
}

func cifar(t testing.TB, dir string) *rows {
	t.Helper()
	dir = filepath.Join(dir, "datasets", "unclear-licence", "cifar10_sample")
	data, err := os.ReadFile(filepath.Join(dir, "images_rgb_32x32.bin"))
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(dir, "labels.csv"))
	if err != nil {
		t.Fatal(err)
	}
	lines, err := csv.NewReader(strings.NewReader(string(text))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	r := &rows{data: data, size: 32 * 32 * 3, scale: 1}
	for _, line := range lines[1:] {
		label, err := strconv.Atoi(line[1])
		if err != nil {
			t.Fatal(err)
		}
		r.labels = append(r.labels, label)
	}
	return r
}

func mnist(t testing.TB, dir string) *rows {
	t.Helper()
	dir = filepath.Join(dir, "datasets", "mnist_test_1000")
	f, err := os.Open(filepath.Join(dir, "images.bin.gz"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	r := &rows{size: 28 * 28, scale: 1.0 / 255}
	if r.data, err = io.ReadAll(z); err != nil {
		t.Fatal(err)
	}
	labels, err := os.ReadFile(filepath.Join(dir, "labels.bin"))
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range labels {
		r.labels = append(r.labels, int(b))
	}
	return r
}

// TestCorpusClassifiers: on labelled pictures the int8 models are within a point of the float ones.
func TestCorpusClassifiers(t *testing.T) {
	dir := corpus(t)
	for _, c := range []struct {
		model   string
		data    *rows
		samples int
		known   Range
	}{
		{"resnet/resnet8_float", cifar(t, dir), 50, Range{0, 255}},
		{"lstm/mnist_lstm_float", mnist(t, dir), 100, Range{0, 1}},
	} {
		t.Run(c.model, func(t *testing.T) {
			m := open(t, filepath.Join(dir, "models", c.model+".tflite"))
			r, err := Quantize(context.Background(), m, c.data.first(c.samples), Options{Inputs: map[int]Range{0: c.known}})
			if err != nil {
				t.Fatal(err)
			}
			a, err := Evaluate(context.Background(), m, r.Model, c.data)
			if err != nil {
				t.Fatal(err)
			}
			o := r.Report.Outputs[0]
			t.Logf("%s: float %.1f %%, int8 %.1f %%, same label %.1f %%, SQNR %.1f dB, logits %.1f dB; %v", r.Report.Observer,
				100*a.Float, 100*a.Made, 100*a.Same, o.SQNR, o.LogitsSQNR, r.Report.Observers)
			if a.Made < a.Float-0.01 {
				t.Errorf("accuracy %.3f, float has %.3f", a.Made, a.Float)
			}
			for _, o := range r.Report.Ops {
				t.Logf("%d %s %q float %q added %.1f dB", o.Index, o.Op, o.Name, o.Float, o.AddedSQNR)
			}
		})
	}
}
