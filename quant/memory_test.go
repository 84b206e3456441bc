package quant

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/metrics"
	"strconv"
	"testing"

	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// spare is what a process of Go holds besides: code, stacks, histograms and small things.
const spare = 8 << 20

// TestMemoryStaysSmall quantizes a model of 84 MB with all options in a process that may hold twice the model and the
// largest layer's activations: a board of 1 GB has room for a model of 400 MB. GOMEMLIMIT, which Go keeps only as far as it
// can, is nine tenths of that, and what Go has taken from the system must be less all the time. The file is mapped: its pages
// the system can drop.
func TestMemoryStaysSmall(t *testing.T) {
	if os.Getenv("EDGED_QUANT_MEMORY") != "" {
		inLimit(t, os.Getenv("EDGED_QUANT_MEMORY"))
		return
	}
	natively(t)
	if testing.Short() {
		t.Skip("quantizes a large model")
	}
	m := large()
	file, err := tflite.Write(m)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "large.tflite")
	if err := os.WriteFile(path, file, 0o600); err != nil {
		t.Fatal(err)
	}
	limit := 2*len(file) + largestLayer(m) + spare
	cmd := exec.Command(os.Args[0], "-test.run=^TestMemoryStaysSmall$", "-test.v")
	cmd.Env = append(os.Environ(), "EDGED_QUANT_MEMORY="+path, "EDGED_QUANT_LIMIT="+strconv.Itoa(limit), "GOMEMLIMIT="+strconv.Itoa(limit/10*9))
	out, err := cmd.CombinedOutput()
	t.Logf("limit %d MB for a model of %d MB\n%s", limit>>20, len(file)>>20, out)
	if err != nil {
		t.Fatal(err)
	}
}

// inLimit quantizes, and looks at what Go holds all the while.
func inLimit(t *testing.T, path string) {
	f, err := tflite.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	limit, err := strconv.Atoi(os.Getenv("EDGED_QUANT_LIMIT"))
	if err != nil {
		t.Fatal(err)
	}
	most := uint64(0)
	o := Options{Equalize: true, CorrectBias: true, Round: true, ReportSamples: 2, Progress: func(Progress) { most = max(most, held()) }}
	watched := &watchedSamples{normal{n: 2, scale: 1}, &most}
	r, err := Quantize(context.Background(), f.Model, watched, o)
	if err != nil {
		t.Fatal(err)
	}
	most = max(most, held())
	out, err := tflite.Write(r.Model)
	most = max(most, held())
	t.Logf("at most %d MB, limit %d MB; the model made has %d MB", most>>20, limit>>20, len(out)>>20)
	if err != nil || most > uint64(limit) {
		t.Errorf("%d bytes held, the limit is %d; %v", most, limit, err)
	}
}

// watchedSamples look at the memory with each sample.
type watchedSamples struct {
	normal
	most *uint64
}

func (s *watchedSamples) Next(inputs []*tensor.Tensor) (bool, error) {
	*s.most = max(*s.most, held())
	return s.normal.Next(inputs)
}

// held is what GOMEMLIMIT counts: all memory that Go has mapped, but for what it has given back.
func held() uint64 {
	s := []metrics.Sample{{Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"}}
	metrics.Read(s)
	return s[0].Value.Uint64() - s[1].Value.Uint64()
}

// large is a net of 84 MB, most of it in fully connected layers.
func large() *tflite.Model {
	d := newDrawing(9)
	x := d.in(1, 32, 32, 16)
	a := d.conv(x, 64, tflite.ActRelu)
	b := d.conv(a, 4, tflite.ActRelu)
	y := d.do(tflite.OpReshape, &tflite.ReshapeOptions{NewShape: []int{1, 4096}}, tensor.Shape{1, 4096}, b, d.ints(1, 4096))
	for range 4 {
		y = d.dense(y, 2048, tflite.ActRelu)
	}
	return d.model(d.dense(y, 10, tflite.ActNone))
}

// largestLayer returns the bytes of the operands and results of the operator that has most.
func largestLayer(m *tflite.Model) int {
	g, most := &m.Graphs[0], 0
	for i := range g.Ops {
		sum := 0
		for _, t := range append(append([]int(nil), g.Ops[i].Inputs...), g.Ops[i].Outputs...) {
			if t >= 0 && g.Tensors[t].Data == nil {
				sum += 4 * g.Tensors[t].Shape.Elems()
			}
		}
		most = max(most, sum)
	}
	return most
}
