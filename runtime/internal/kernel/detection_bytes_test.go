package kernel

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// table8 returns the table of int8 or uint8 with the zero point in the middle.
func table8(t testing.TB, scale float32, signed bool) *DetectionTable {
	zero := int64(128)
	if signed {
		zero = 0
	}
	table, err := NewDetectionTable(scale, zero, signed)
	if err != nil {
		t.Fatal(err)
	}
	return table
}

// drawnOperand returns n bytes, each one of the `values` largest: few, so that many scores are equal.
func drawnOperand(r *rand.Rand, n, values int, table *DetectionTable) DetectionOperand {
	o := DetectionOperand{Bytes: make([]byte, n), Table: table}
	for i := range o.Bytes {
		o.Bytes[i] = byte(255-r.IntN(values)) ^ table.flip
	}
	return o
}

// dequantized returns the operand's real numbers as such.
func dequantized(o DetectionOperand, n int) DetectionOperand {
	reals := DetectionOperand{Reals: make([]float32, n)}
	o.read(reals.Reals, 0)
	return reals
}

// TestDetectionOfBytes wants of quantized operands what their real numbers give, bit for bit. A scale of 1e37 makes the
// scores of many bytes infinite, and so equal.
func TestDetectionOfBytes(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 10))
	infinite := 0
	for try := range 150 {
		o, n := ssd(), 1+r.IntN(1500)
		o.Classes, o.RegularNMS, o.MaxClassesPerDetection = 1+r.IntN(20), try%2 == 1, 1+try%3/2
		o.MaxDetections, o.DetectionsPerClass = 1+r.IntN(100), 1+r.IntN(50)
		o.ScoreThreshold = []float32{-20, 1e-8, .3, 1e9, float32(math.NaN())}[r.IntN(5)]
		o.IoUThreshold = []float32{.01, .6}[r.IntN(2)]
		columns, signed := o.Classes+r.IntN(2), r.IntN(2) == 1
		scale := []float32{1. / 256, 1. / 256, 1e37}[r.IntN(3)]
		in := DetectionInput{
			Boxes:   drawnOperand(r, 5*n, 256, table8(t, .05, signed)),
			Scores:  drawnOperand(r, columns*n, 1+r.IntN(256), table8(t, scale, signed)),
			Anchors: drawnOperand(r, 4*n, 128, table8(t, 1./128, signed)),
		}
		same := DetectionInput{dequantized(in.Boxes, 5*n), dequantized(in.Scores, columns*n), dequantized(in.Anchors, 4*n)}
		d, err := NewDetection(o, []int{1, n, 5}, []int{1, n, columns}, []int{n, 4})
		if err != nil {
			t.Fatal(err)
		}
		got, want := newOutput(d.Results()), newOutput(d.Results())
		if err := d.Run(same, want); err != nil {
			t.Fatal(err)
		}
		if err := d.Run(in, got); err != nil {
			t.Fatal(err)
		}
		if got.Count[0] != want.Count[0] || !slices.Equal(got.Classes, want.Classes) ||
			!slices.Equal(got.Scores, want.Scores) || !slices.Equal(got.Boxes, want.Boxes) {
			t.Fatalf("try %d, %d boxes: got %v classes %v scores %v, want %v, %v, %v",
				try, n, got.Count, got.Classes, got.Scores, want.Count, want.Classes, want.Scores)
		}
		if math.IsInf(float64(got.Scores[0]), 1) {
			infinite++
		}
	}
	if infinite == 0 {
		t.Error("no try had infinite scores")
	}
}

func TestMaxOfRows(t *testing.T) {
	r := rand.New(rand.NewPCG(11, 12))
	const rows = 20
	for n := 1; n < 60; n++ {
		stride := n + r.IntN(3)
		in, signed := make([]byte, rows*stride), make([]int8, rows*stride)
		for i := range in {
			in[i] = byte(r.Uint32() >> r.IntN(8))
			signed[i] = int8(in[i])
		}
		got, gotSigned := make([]byte, rows), make([]byte, rows)
		maxOfRows(got, in, stride, n, 0)
		maxOfRows(gotSigned, in, stride, n, 0x80)
		for i := range rows {
			if want := slices.Max(in[i*stride:][:n]); got[i] != want {
				t.Errorf("uint8 %v: got %d, want %d", in[i*stride:][:n], got[i], want)
			}
			if want := slices.Max(signed[i*stride:][:n]); int8(gotSigned[i]) != want {
				t.Errorf("int8 %v: got %d, want %d", signed[i*stride:][:n], int8(gotSigned[i]), want)
			}
		}
	}
}

// BenchmarkDetection has the shapes of SSD MobileNet v1, and of an LSTM SSD for traffic.
func BenchmarkDetection(b *testing.B) {
	r, table := rand.New(rand.NewPCG(7, 8)), table8(b, 1./256, false)
	for _, c := range []struct {
		name       string
		n, classes int
		threshold  float32
	}{{"n1917c90", 1917, 90, 1e-8}, {"n26880c3", 26880, 3, -20}} {
		o := ssd()
		o.Classes, o.MaxDetections, o.ScoreThreshold = c.classes, 10, c.threshold
		d, err := NewDetection(o, []int{1, c.n, 4}, []int{1, c.n, c.classes + 1}, []int{c.n, 4})
		if err != nil {
			b.Fatal(err)
		}
		anchors := drawnOperand(r, 4*c.n, 128, table)
		d.Upright = anchors.Upright()
		bytes := DetectionInput{drawnOperand(r, 4*c.n, 256, table), drawnOperand(r, (c.classes+1)*c.n, 256, table), anchors}
		floats := realInput(randomFloats(r, 4*c.n), randomFloats(r, (c.classes+1)*c.n), randomFloats(r, 4*c.n))
		for name, in := range map[string]DetectionInput{"uint8": bytes, "float32": floats} {
			b.Run(c.name+"/"+name, func(b *testing.B) {
				for out := newOutput(10); b.Loop(); {
					if err := d.Run(in, out); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
