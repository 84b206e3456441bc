package op

import (
	"slices"
	"testing"

	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

func TestFakeQuant(t *testing.T) {
	in, out := f32([]float32{-2, 0.4, 1.6, 9}, 2, 2), of(tensor.Float32)
	run(t, nodeOf(tflite.OpFakeQuant, &tflite.FakeQuantOptions{Min: -1, Max: 2, NumBits: 2}, out, in))
	if got, want := tensor.As[float32](out.Data), []float32{-1, 0, 2, 2}; !slices.Equal(got, want) || !slices.Equal(out.Shape, in.Shape) {
		t.Errorf("got %s %v, want 2x2 %v", out.Shape, got, want)
	}
	for _, bits := range []int{-1, 0, 17, 1 << 30} {
		if _, err := Prepare(nodeOf(tflite.OpFakeQuant, &tflite.FakeQuantOptions{Min: -1, Max: 2, NumBits: bits}, out, in)); err == nil {
			t.Errorf("got no error for %d bits", bits)
		}
	}
}

func TestSegmentOutside(t *testing.T) {
	n := nodeOf(tflite.OpUnsortedSegmentSum, nil, typed(tensor.Int32, true, 2), count(3), i32(0, 1, 2), i32(2))
	step, err := Prepare(n)
	if err != nil {
		t.Fatal(err)
	}
	if err := step(); err == nil || err.Error() != "segment 2 of 2" {
		t.Errorf("got %v, want segment 2 of 2", err)
	}
}

// TestSegmentsOfFloats: a maximum of no row, or of −∞ alone, is the least float32.
func TestSegmentsOfFloats(t *testing.T) {
	out := of(tensor.Float32)
	run(t, nodeOf(tflite.OpUnsortedSegmentMax, nil, out, f32([]float32{3, 5}, 2), i32(1, 1), i32(2)))
	if got, want := tensor.As[float32](out.Data), []float32{-0x1.fffffep127, 5}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}
