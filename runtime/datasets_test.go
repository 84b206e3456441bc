package runtime_test

import (
	"context"
	"encoding/csv"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"edged/runtime"
	"edged/runtime/internal/corpus"
	"edged/runtime/tensor"
)

// TestDatasets runs small labelled sets and holds every output to LiteRT's, and the accuracy that follows to LiteRT's.
func TestDatasets(t *testing.T) {
	dir := corpus.Dir(t)
	for _, d := range []struct {
		name, model, data, inputs, golden, column string
		flip                                      byte // turns uint8 pixels into int8
		correct                                   int
	}{
		{"keywords", "models/kws/kws_ref_int8.tflite", "datasets/unclear-licence/kws01", "features.bin", "golden_kws_ref_int8.litert.bin", "label", 0, 449},
		{"cifar10", "models/resnet/resnet8_int8.tflite", "datasets/unclear-licence/cifar10_sample", "images_rgb_32x32.bin", "golden_resnet8_int8.litert.bin", "class", 0x80, 75},
		{"mnist", "models/lstm/mnist_lstm_int8.tflite", "datasets/mnist_test_1000", "images.bin.gz", "golden_mnist_lstm_int8.litert.bin", "", 0x80, 922},
	} {
		t.Run(d.name, func(t *testing.T) {
			s, err := runtime.Open(filepath.Join(dir, d.model), runtime.Options{})
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			data, golden := corpus.File(t, dir, d.data+"/"+d.inputs), corpus.File(t, dir, d.data+"/"+d.golden)
			labels := classes(t, dir, d.data, d.column)
			in, out := s.Input(0).Data, s.Output(0).Data
			correct := 0
			for i, label := range labels {
				for j, v := range data[i*len(in) : (i+1)*len(in)] {
					in[j] = v ^ d.flip
				}
				if err := s.Invoke(context.Background()); err != nil {
					t.Fatal(err)
				}
				if err := corpus.Compare(out, golden[i*len(out):(i+1)*len(out)], "int8", 0); err != nil {
					t.Errorf("sample %d: %v", i, err)
				}
				if largest(tensor.As[int8](out)) == label {
					correct++
				}
			}
			if correct != d.correct {
				t.Errorf("%d of %d correct, LiteRT has %d", correct, len(labels), d.correct)
			}
		})
	}
}

// classes reads a data set's labels: a column of labels.csv, or the bytes of labels.bin.
func classes(t *testing.T, dir, data, name string) (all []int) {
	t.Helper()
	if name == "" {
		for _, b := range corpus.File(t, dir, data+"/labels.bin") {
			all = append(all, int(b))
		}
		return all
	}
	rows, err := csv.NewReader(strings.NewReader(string(corpus.File(t, dir, data+"/labels.csv")))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	column := slices.Index(rows[0], name)
	if column < 0 {
		t.Fatalf("no column %q in %v", name, rows[0])
	}
	for _, row := range rows[1:] {
		n, err := strconv.Atoi(row[column])
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, n)
	}
	return all
}

func largest[T int8 | uint8 | float32](s []T) int {
	best := 0
	for i := range s {
		if s[i] > s[best] {
			best = i
		}
	}
	return best
}
