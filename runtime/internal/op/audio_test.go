package op

import (
	"math"
	"slices"
	"strings"
	"testing"

	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

func customNode(name string, fields map[string]any, out *tensor.Tensor, in ...*tensor.Tensor) *Node {
	return &Node{Op: &tflite.Op{Code: tflite.OpCustom, Custom: name, CustomOptions: flex(fields)}, In: in, Out: []*tensor.Tensor{out}}
}

var (
	mfccFields     = map[string]any{"lower_frequency_limit": 20.0, "upper_frequency_limit": 4000.0, "filterbank_channel_count": 4, "dct_coefficient_count": 2}
	spectrumFields = map[string]any{"window_size": 4, "stride": 2, "magnitude_squared": true}
	hadamardFields = map[string]any{"hadamard_size": 2}
	verifyFields   = map[string]any{"tolerance": 1.0, "log_if_failed": true}
)

func TestSpectrogramOperator(t *testing.T) {
	in, out := f32([]float32{1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0}, 6, 2), of(tensor.Float32)
	run(t, customNode("AudioSpectrogram", spectrumFields, out, in))
	if !slices.Equal(out.Shape, tensor.Shape{2, 2, 3}) {
		t.Fatalf("shape %s, want 2x2x3", out.Shape)
	}
	// The window is 0, ½, 1, ½, so that of ones the frequencies have 2, −1 and 0.
	for i, want := range []float32{4, 1, 0, 4, 1, 0, 0, 0, 0, 0, 0, 0} {
		if got := tensor.As[float32](out.Data)[i]; math.Abs(float64(got-want)) > 1e-6 {
			t.Errorf("element %d: got %g, want %g", i, got, want)
		}
	}
	short := customNode("AudioSpectrogram", with(spectrumFields, "window_size", 7), of(tensor.Float32), in)
	run(t, short)
	if !slices.Equal(short.Out[0].Shape, tensor.Shape{2, 0, 5}) {
		t.Errorf("fewer samples than a window: shape %s, want 2x0x5", short.Out[0].Shape)
	}
}

func TestHadamardOperator(t *testing.T) {
	in, out := f32([]float32{3, 1, 5, 2, 2, 7}, 2, 3), of(tensor.Float32)
	run(t, customNode("aeq.hadamard_rotation", hadamardFields, out, in))
	norm := float32(1 / math.Sqrt(2))
	// Two runs of two are in two rows of three; the last two elements stay.
	if got, want := tensor.As[float32](out.Data), []float32{4 * norm, 2 * norm, 7 * norm, 3 * norm, 2, 7}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestNumericVerify(t *testing.T) {
	in := scaled(constantOf(tensor.Int8, []int8{4, -2}, 2), 0.5, 2)
	out := of(tensor.Float32)
	run(t, customNode("NumericVerify", verifyFields, out, in, f32([]float32{1.25, -2}, 2)))
	if got, want := tensor.As[float32](out.Data), []float32{-0.25, 0}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	n := customNode("NumericVerify", verifyFields, typed(tensor.Float32, true, 2), in, f32([]float32{1, -2.75}, 2))
	step, err := Prepare(n)
	if err != nil {
		t.Fatal(err)
	}
	if err := step(); err == nil || err.Error() != "element 1 is -2, 0.75 from its reference, and 0.5 are allowed" {
		t.Errorf("got %v", err)
	}
	for _, loose := range []map[string]any{with(verifyFields, "tolerance", 0.05), with(verifyFields, "log_if_failed", false)} {
		run(t, customNode("NumericVerify", loose, of(tensor.Float32), n.In...))
	}
}

func TestMFCCOperator(t *testing.T) {
	rate := i32(16000)
	n := customNode("Mfcc", mfccFields, typed(tensor.Float32, true, 1, 1, 2), f32(make([]float32, 9), 1, 1, 9), rate)
	step, err := Prepare(n)
	if err != nil {
		t.Fatal(err)
	}
	if err := step(); err != nil {
		t.Fatal(err)
	}
	// Silence: each band is 10⁻¹², so that the first coefficient is √½·4·ln 10⁻¹² and the second 0.
	got := tensor.As[float32](n.Out[0].Data)
	if want := math.Sqrt(0.5) * 4 * math.Log(1e-12); math.Abs(float64(got[0])-want) > 1e-4 || math.Abs(float64(got[1])) > 1e-4 {
		t.Errorf("got %v, want %g and 0", got, want)
	}
	tensor.As[int32](rate.Data)[0] = -1
	if err := step(); err == nil || err.Error() != "sample rate is -1" {
		t.Errorf("got %v", err)
	}
}

func TestAudioRefusesWhatIsWrong(t *testing.T) {
	float, samples, spectra := of(tensor.Float32), of(tensor.Float32, 9, 1), of(tensor.Float32, 1, 1, 9)
	const most = 1<<31 - 1
	for _, c := range []customCase{
		{"no samples", "AudioSpectrogram", flex(spectrumFields), []*tensor.Tensor{spectra}, []*tensor.Tensor{float}, "samples 1x1x9", false},
		{"no step", "AudioSpectrogram", flex(with(spectrumFields, "stride", 0)), []*tensor.Tensor{samples}, []*tensor.Tensor{float}, "0 apart", false},
		{"a window of one", "AudioSpectrogram", flex(with(spectrumFields, "window_size", 1)), []*tensor.Tensor{samples}, []*tensor.Tensor{float}, "windows of 1", false},
		{"a huge window", "AudioSpectrogram", flex(with(spectrumFields, "window_size", most)), []*tensor.Tensor{samples}, []*tensor.Tensor{float}, "windows of 2147483647", true},
		{"bytes", "AudioSpectrogram", flex(spectrumFields), []*tensor.Tensor{of(tensor.Int8, 9, 1)}, []*tensor.Tensor{float}, "input int8", true},
		{"more coefficients than bands", "Mfcc", flex(with(mfccFields, "dct_coefficient_count", 5)), []*tensor.Tensor{spectra, i32(1)}, []*tensor.Tensor{float},
			"5 coefficients of 4 bands", false},
		{"a range upside down", "Mfcc", flex(with(mfccFields, "upper_frequency_limit", 3)), []*tensor.Tensor{spectra, i32(1)}, []*tensor.Tensor{float}, "from 20 to 3 Hz", false},
		{"two rates", "Mfcc", flex(mfccFields), []*tensor.Tensor{spectra, i32(1, 2)}, []*tensor.Tensor{float}, "at rates 2", false},
		{"one bin", "Mfcc", flex(mfccFields), []*tensor.Tensor{of(tensor.Float32, 1, 9, 1), i32(1)}, []*tensor.Tensor{float}, "spectra 1x9x1", false},
		{"bands beyond memory", "Mfcc", flex(with(with(mfccFields, "filterbank_channel_count", most), "dct_coefficient_count", 1<<20)),
			[]*tensor.Tensor{spectra, i32(1)}, []*tensor.Tensor{float}, "1048576 coefficients of 2147483647 bands", true},
		{"no power of two", "aeq.hadamard_rotation", flex(with(hadamardFields, "hadamard_size", 3)), []*tensor.Tensor{samples}, []*tensor.Tensor{float}, "hadamard_size 3", false},
		{"no size", "aeq.hadamard_rotation", flex(with(hadamardFields, "hadamard_size", nil)), []*tensor.Tensor{samples}, []*tensor.Tensor{float}, "is missing", false},
		{"a vector", "aeq.hadamard_rotation", flex(hadamardFields), []*tensor.Tensor{of(tensor.Float32, 4)}, []*tensor.Tensor{float}, "of an input 4", false},
		{"another reference", "NumericVerify", flex(verifyFields), []*tensor.Tensor{t8(true, 2), f32(make([]float32, 3), 3)}, []*tensor.Tensor{float}, "reference 3", false},
		{"floats", "NumericVerify", flex(verifyFields), []*tensor.Tensor{samples, samples}, []*tensor.Tensor{float}, "input float32", true},
	} {
		t.Run(strings.ReplaceAll(c.name, " ", "_"), c.run)
	}
}
