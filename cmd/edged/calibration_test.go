package main

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// mixer is a float model of n inputs and two outputs, whose weights differ.
func mixer(t *testing.T, n int) string {
	t.Helper()
	b := tflite.NewBuilder("main")
	f := func(name string, shape ...int) tensor.Info {
		return tensor.Info{Name: name, DType: tensor.Float32, Shape: shape}
	}
	weights := make([]float32, 2*n)
	for i := range weights {
		weights[i] = float32(math.Sin(float64(i + 1)))
	}
	x := b.Input(f("x", 1, n))
	w := b.Constant(f("weights", 2, n), raw(weights))
	b.Output(b.Op(tflite.Op{Code: tflite.OpFullyConnected, Inputs: []int{x, w, -1}, Options: &tflite.FullyConnectedOptions{BiasType: tensor.Float32}}, f("y", 1, 2)))
	data, err := tflite.Write(b.Model("mixer"))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// npy is a NumPy array, format version 1.0.
func npy(descr, shape string, values any) string {
	h := fmt.Sprintf("{'descr': '%s', 'fortran_order': False, 'shape': (%s), }", descr, shape)
	h += strings.Repeat(" ", 63-(len(h)+10)%64) + "\n"
	return "\x93NUMPY\x01\x00" + string(raw(uint16(len(h)))) + h + string(raw(values))
}

// TestCalibrationFiles: the same samples, in whatever kind of file, make the same model.
func TestCalibrationFiles(t *testing.T) {
	const count = 6
	for _, c := range []struct {
		name, card string
		n          int
		step       float64 // of the samples, which a file of each kind holds exactly
	}{
		{"sound", "task: labels\nlabels: [a, b]\ninput: { kind: waveform, rate: 16000 }\n", 160, 1.0 / 32768},
		{"readings", "task: labels\nlabels: [a, b]\ninput: { kind: vector, fields: [a, b, c] }\n", 3, 0.25},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			file := func(name string) string { return filepath.Join(dir, name) }
			write(t, file("m.tflite"), mixer(t, c.n))
			write(t, file("m.yaml"), c.card)
			single, double, whole := make([]float32, count*c.n), make([]float64, count*c.n), make([]int16, count*c.n)
			var series strings.Builder
			series.WriteString("a,b,c\n")
			for i := range single {
				whole[i] = int16(300 * math.Sin(float64(i*i+1)))
				double[i] = float64(whole[i]) * c.step
				single[i] = float32(double[i])
				fmt.Fprintf(&series, "%v%s", double[i], map[bool]string{true: "\n", false: ","}[i%c.n == c.n-1])
			}
			write(t, file("rows.bin"), string(raw(single)))
			write(t, file("rows.npy"), npy("<f4", fmt.Sprintf("%d, %d", count, c.n), single))
			write(t, file("wide.npy"), npy("<f8", fmt.Sprintf("%d, 1, %d", count, c.n), double))
			kinds := []string{"rows.npy", "wide.npy"}
			if c.name == "sound" {
				if err := os.Mkdir(file("wavs"), 0o700); err != nil {
					t.Fatal(err)
				}
				for i := range count {
					writeWAV(t, file(fmt.Sprintf("wavs/%d.wav", i)), 16000, 1, whole[i*c.n:(i+1)*c.n])
				}
				kinds = append(kinds, "wavs")
			} else {
				write(t, file("rows.csv"), series.String())
				kinds = append(kinds, "rows.csv")
			}
			quantized := func(kind string) string {
				out, _ := edged(t, "quantize", file("m.tflite"), "--calibration", file(kind), "-o", file(kind+".tflite"))
				if want := fmt.Sprintf("of %d samples", count); !strings.Contains(out, want) {
					t.Errorf("%s: got %q, want %q in it", kind, out, want)
				}
				return read(t, file(kind+".tflite"))
			}
			want := quantized("rows.bin")
			for _, kind := range kinds {
				if quantized(kind) != want {
					t.Errorf("%s makes another model than rows.bin", kind)
				}
			}
		})
	}
}
