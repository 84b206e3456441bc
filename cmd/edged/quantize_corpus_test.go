package main

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"edged/quant"
	"edged/runtime"
	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// quantizing is a float model of the corpus, what it is calibrated with and compared on, and how much must stay the same.
type quantizing struct {
	model, samples string
	flags          []string
	evaluate       string
	least          float64 // of the share of the same labels
	loses          float64 // of accuracy, at most; below 0 where the samples have no labels
}

var figures = flag.Bool("figures", false, "quantize the corpus's large models too, which takes minutes")

// TestQuantizedCorpus quantizes the corpus's float models by the command; scripts/quantize-corpus prints the README's table
// with it. Samples of calibration are other ones than those compared on, but for CIFAR-10's and MNIST's, of which a part are
// both.
func TestQuantizedCorpus(t *testing.T) {
	if os.Getenv("EDGED_EMULATOR") != "" {
		t.Skip("runs natively only")
	}
	corpus := findCorpus(t)
	photos := photographs(t, corpus)
	coco := filepath.Join(corpus, "datasets/coco_val_ccby")
	cifar := filepath.Join(corpus, "datasets/unclear-licence/cifar10_sample")
	mnist := filepath.Join(corpus, "datasets/mnist_test_1000")
	table := &strings.Builder{}
	fmt.Fprint(table, "| model | flags | samples | float | made | same class | SQNR of the logits | bytes |\n|---|---|---|---|---|---|---|---|\n")
	for i, c := range []quantizing{
		{"resnet/resnet8_float", cifar + "/images_rgb_32x32.bin", []string{"--raw", "uint8", "--limit", "50"}, cifar, 0.95, 0.01},
		{"lstm/mnist_lstm_float", mnist + "/images.bin.gz", []string{"--raw", "uint8"}, mnist, 0.99, 0.01},
		{"classification/mobilenet_v1_0.25_224_float", coco, nil, photos, 0.75, -1},
		{"classification/mobilenet_v1_0.25_224_float", coco, []string{"--keep-float", "auto:9"}, photos, 0.9, -1},
		{"segmentation/deeplabv3_257_float", coco, []string{"--limit", "6", "--report-samples", "2", "--observer", "mse"}, photos, 0.97, -1},
	} {
		if i > 1 && !*figures {
			break
		}
		t.Run(filepath.Base(c.model)+strings.Join(c.flags, ""), func(t *testing.T) { c.check(t, corpus, table) })
	}
	ours := filepath.Join(t.TempDir(), "ours.tflite")
	judge := func(name, path string) {
		right, same, sqnr := judged(t, cifar, filepath.Join(corpus, "models/resnet/resnet8_float.tflite"), path)
		t.Logf("%s: top 1 %d of 100, as the float model %d of 100, SQNR of the logits %.1f dB", name, right, same, sqnr)
	}
	command(t, "quantize", filepath.Join(corpus, "models/resnet/resnet8_float.tflite"), "--calibration", cifar+"/images_rgb_32x32.bin",
		"--raw", "uint8", "--limit", "50", "-o", ours)
	judge("resnet8_float, quantized here", ours)
	judge("resnet8_int8, as published", filepath.Join(corpus, "models/resnet/resnet8_int8.tflite"))
	t.Logf("\n%s", table)
}

// check quantizes, compares, and adds a line to the table.
func (c *quantizing) check(t *testing.T, corpus string, table *strings.Builder) {
	args := append([]string{"quantize", filepath.Join(corpus, "models", c.model+".tflite"), "--calibration", c.samples, "--json",
		"-o", filepath.Join(t.TempDir(), "made.tflite"), "--evaluate", c.evaluate}, c.flags...)
	var r quant.Report
	if err := json.Unmarshal(command(t, args...), &r); err != nil {
		t.Fatal(err)
	}
	a := r.Accuracy
	if a.Same < c.least {
		t.Errorf("the same class in %.1f %%, want %.0f %%", 100*a.Same, 100*c.least)
	}
	accuracy := "- | -"
	if c.loses >= 0 {
		accuracy = fmt.Sprintf("%.1f %% | %.1f %%", 100*a.Float, 100*a.Made)
		if a.Made < a.Float-c.loses {
			t.Errorf("accuracy %.3f, the float model has %.3f", a.Made, a.Float)
		}
	}
	sqnr := r.Outputs[0].LogitsSQNR
	if sqnr == 0 { // the output is not made of logits
		sqnr = r.Outputs[0].SQNR
	}
	fmt.Fprintf(table, "| %s | %s | %d | %s | %.1f %% | %.1f dB | %.0f → %.0f |\n", filepath.Base(c.model), strings.Join(c.flags, " "), a.Samples, accuracy,
		100*a.Same, sqnr, r.Size.Float, r.Size.Made)
}

// command runs edged in this process and returns what it prints.
func command(t *testing.T, args ...string) []byte {
	t.Helper()
	var out, talk bytes.Buffer
	if status := run(context.Background(), args, func(string) string { return "" }, stdio{strings.NewReader(""), &out, &talk}); status != done {
		t.Fatalf("edged %s: status %d\n%s", strings.Join(args, " "), status, &talk)
	}
	return out.Bytes()
}

// photographs is a folder of the corpus's pictures that are photographs: neither digits nor masks.
func photographs(t *testing.T, corpus string) string {
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "0"), 0o755); err != nil {
		t.Fatal(err)
	}
	files, err := sampleFiles(filepath.Join(corpus, "media/images"), 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		name := filepath.Base(f)
		if strings.HasPrefix(name, "mnist") || strings.Contains(name, "mask") || strings.Contains(name, "golden") {
			continue
		}
		data, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, "0", name), data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// judged compares a classifier with the float one on CIFAR-10: how many it gets right, in how many it agrees, and the
// signal-to-noise ratio of what goes into its SOFTMAX.
func judged(t *testing.T, cifar, float, made string) (right, same int, sqnr float64) {
	pixels, err := os.ReadFile(filepath.Join(cifar, "images_rgb_32x32.bin"))
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(cifar, "labels.csv"))
	if err != nil {
		t.Fatal(err)
	}
	labels, err := readClasses("labels.csv", text)
	if err != nil {
		t.Fatal(err)
	}
	a, b := logits(t, float, pixels), logits(t, made, pixels)
	signal, noise := 0.0, 0.0
	for i := range a {
		for k, v := range a[i] {
			signal += float64(v) * float64(v)
			noise += float64(v-b[i][k]) * float64(v-b[i][k])
		}
		if at := top(b[i]); at == labels[i] {
			right++
		}
		if top(a[i]) == top(b[i]) {
			same++
		}
	}
	return right, same, 10 * math.Log10(signal/noise)
}

// logits runs a model on pictures of 32×32 pixels and returns what goes into its SOFTMAX.
func logits(t *testing.T, path string, pixels []byte) (all [][]float32) {
	watch := runtime.Watch{Before: func(op *tflite.Op, in []*tensor.Tensor) {
		if op.Code == tflite.OpSoftmax {
			v, err := tensor.AppendReals(nil, in[0])
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, v)
		}
	}}
	s, err := runtime.Open(path, runtime.Options{Watch: watch})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for ; len(pixels) > 0; pixels = pixels[32*32*3:] {
		for i, v := range pixels[:32*32*3] {
			if in := s.Input(0); in.DType == tensor.Float32 {
				tensor.As[float32](in.Data)[i] = float32(v)
			} else {
				in.Data[i] = v - 128 // scale 1, zero point −128
			}
		}
		if err := s.Invoke(context.Background()); err != nil {
			t.Fatal(err)
		}
	}
	return all
}

// top returns the place of the largest value.
func top(v []float32) int {
	at := 0
	for i := range v {
		if v[i] > v[at] {
			at = i
		}
	}
	return at
}
