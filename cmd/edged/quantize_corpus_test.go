package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
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

// quantizing is a float model of the corpus, what it is calibrated with and compared on, and how much must stay the same. It
// is judged in as many turns as there are samples: those of one dataset serve by halves, so that no sample is both.
type quantizing struct {
	model    string
	on       string // what it is compared on, in words
	samples  []string
	evaluate []string
	flags    []string
	least    float64 // of the share of the same labels
	loses    float64 // of accuracy, at most; below 0 where the samples have no labels
}

var figures = flag.Bool("figures", false, "quantize the corpus's large models too, which takes minutes")

// TestQuantizedCorpus quantizes the corpus's float models by the command; scripts/quantize-corpus prints the README's table
// with it. Samples of calibration are other ones than those compared on.
func TestQuantizedCorpus(t *testing.T) {
	if os.Getenv("EDGED_EMULATOR") != "" || raced {
		t.Skip("runs natively only")
	}
	corpus := findCorpus(t)
	coco := []string{filepath.Join(corpus, "datasets/coco_val_ccby")}
	photos, whole := []string{pictures(t, corpus, true)}, []string{pictures(t, corpus, false)}
	cifar := halves(t, filepath.Join(corpus, "datasets/unclear-licence/cifar10_sample"), "images_rgb_32x32.bin", "labels.csv")
	mnist := halves(t, filepath.Join(corpus, "datasets/mnist_test_1000"), "images.bin.gz", "labels.bin")
	turned := func(dirs []string) []string { return []string{dirs[1] + "/images.bin", dirs[0] + "/images.bin"} }
	const resnet, mobilenet = "resnet/resnet8_float", "classification/mobilenet_v1_0.25_224_float"
	auto, wide := []string{"--keep-float", "auto:9"}, []string{"--scheme", "int16x8"}
	table := &strings.Builder{}
	fmt.Fprint(table, "| model | flags | samples | float | made | same class | SQNR of the logits | bytes |\n|---|---|---|---|---|---|---|---|\n")
	for i, c := range []quantizing{
		{resnet, "CIFAR-10, by halves", turned(cifar), cifar, []string{"--raw", "uint8"}, 0.95, 0.01},
		{"lstm/mnist_lstm_float", "MNIST, by halves", turned(mnist), mnist, []string{"--raw", "uint8"}, 0.99, 0.01},
		{mobilenet, "photographs", coco, photos, nil, 0.85, -1},
		{mobilenet, "all pictures", coco, whole, nil, 0.85, -1},
		{mobilenet, "all pictures", coco, whole, auto, 0.85, -1},
		{mobilenet, "all pictures", coco, whole, wide, 0.9, -1},
		{"segmentation/deeplabv3_257_float", "photographs", coco, photos, []string{"--limit", "6", "--report-samples", "2", "--observer", "mse"}, 0.97, -1},
	} {
		if i > 1 && !*figures {
			break
		}
		t.Run(filepath.Base(c.model)+strings.Join(c.flags, "")+" "+c.on, func(t *testing.T) { c.check(t, corpus, table) })
	}
	var ours, published judgement
	for i, samples := range turned(cifar) {
		made := filepath.Join(t.TempDir(), "ours.tflite")
		commandLine(t, "quantize", filepath.Join(corpus, "models", resnet+".tflite"), "--calibration", samples, "--raw", "uint8", "-o", made)
		ours.add(t, cifar[i], filepath.Join(corpus, "models", resnet+".tflite"), made)
		published.add(t, cifar[i], filepath.Join(corpus, "models", resnet+".tflite"), filepath.Join(corpus, "models/resnet/resnet8_int8.tflite"))
	}
	t.Logf("resnet8_float, quantized here: %s", ours)
	t.Logf("resnet8_int8, as published: %s", published)
	t.Logf("\n%s", table)
}

// check quantizes and compares in turns, and adds a line to the table.
func (c *quantizing) check(t *testing.T, corpus string, table *strings.Builder) {
	var all, float, made, same float64
	var last quant.Report
	for i, samples := range c.samples {
		args := append([]string{"quantize", filepath.Join(corpus, "models", c.model+".tflite"), "--calibration", samples, "--json",
			"-o", filepath.Join(t.TempDir(), "made.tflite"), "--evaluate", c.evaluate[i]}, c.flags...)
		last = quant.Report{}
		if err := json.Unmarshal(commandLine(t, args...), &last); err != nil {
			t.Fatal(err)
		}
		a, n := last.Accuracy, float64(last.Accuracy.Samples)
		all, float, made, same = all+n, float+n*a.Float, made+n*a.Made, same+n*a.Same
	}
	if same < c.least*all {
		t.Errorf("the same class in %.1f %%, want %.0f %%", 100*same/all, 100*c.least)
	}
	accuracy := "- | -"
	if c.loses >= 0 {
		accuracy = fmt.Sprintf("%.1f %% | %.1f %%", 100*float/all, 100*made/all)
		if made < float-c.loses*all {
			t.Errorf("accuracy %.3f, the float model has %.3f", made/all, float/all)
		}
	}
	sqnr := last.Outputs[0].LogitsSQNR
	if sqnr == 0 { // the output is not made of logits
		sqnr = last.Outputs[0].SQNR
	}
	fmt.Fprintf(table, "| %s | %s | %.0f, %s | %s | %.1f %% | %.1f dB | %.0f → %.0f |\n", filepath.Base(c.model), strings.Join(c.flags, " "), all, c.on, accuracy,
		100*same/all, sqnr, last.Size.Float, last.Size.Made)
}

// halves are two folders of a labelled dataset, of every second sample each: samples are sorted by class.
func halves(t *testing.T, dir, images, labels string) []string {
	t.Helper()
	pixels, err := readTensor(filepath.Join(dir, images))
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(dir, labels))
	if err != nil {
		t.Fatal(err)
	}
	classes, err := readClasses(labels, text)
	if err != nil {
		t.Fatal(err)
	}
	dirs, size := []string{t.TempDir(), t.TempDir()}, len(pixels)/len(classes)
	for half, dir := range dirs {
		var some, of []byte
		for i := half; i < len(classes); i += 2 {
			some, of = append(some, pixels[i*size:(i+1)*size]...), append(of, byte(classes[i]))
		}
		if err := errors.Join(os.WriteFile(dir+"/images.bin", some, 0o644), os.WriteFile(dir+"/labels.bin", of, 0o644)); err != nil {
			t.Fatal(err)
		}
	}
	return dirs
}

// commandLine runs edged in this process and returns what it prints.
func commandLine(t *testing.T, args ...string) []byte {
	t.Helper()
	var out, talk bytes.Buffer
	if status := run(context.Background(), args, func(string) string { return "" }, stdio{strings.NewReader(""), &out, &talk}); status != done {
		t.Fatalf("edged %s: status %d\n%s", strings.Join(args, " "), status, &talk)
	}
	return out.Bytes()
}

// pictures is a folder of the corpus's pictures, all or only photographs: neither digits nor masks.
func pictures(t *testing.T, corpus string, photographs bool) string {
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
		if photographs && (strings.HasPrefix(name, "mnist") || strings.Contains(name, "mask") || strings.Contains(name, "golden")) {
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

// judgement compares a classifier with the float one on CIFAR-10: how many it gets right, in how many it agrees, and the noise
// of what goes into its SOFTMAX.
type judgement struct {
	all, right, same int
	signal, noise    float64
}

func (x judgement) String() string {
	return fmt.Sprintf("top 1 %d of %d, as the float model %d, SQNR of the logits %.1f dB", x.right, x.all, x.same, 10*math.Log10(x.signal/x.noise))
}

// add judges the samples of a folder.
func (x *judgement) add(t *testing.T, dir, float, made string) {
	pixels, err := os.ReadFile(filepath.Join(dir, "images.bin"))
	if err != nil {
		t.Fatal(err)
	}
	labels, err := os.ReadFile(filepath.Join(dir, "labels.bin"))
	if err != nil {
		t.Fatal(err)
	}
	a, b := logits(t, float, pixels), logits(t, made, pixels)
	for i := range a {
		for k, v := range a[i] {
			x.signal += float64(v) * float64(v)
			x.noise += float64(v-b[i][k]) * float64(v-b[i][k])
		}
		x.all++
		if at := top(b[i]); at == int(labels[i]) {
			x.right++
		}
		if top(a[i]) == top(b[i]) {
			x.same++
		}
	}
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
