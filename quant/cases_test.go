package quant

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

var cases = flag.String("cases", "", "write each operator's integer model and inputs to this folder, for scripts/difftest to compare")

// TestCasesForLiteRT writes each operator, family and random net, quantized in int8 and int16, with inputs as a case of
// runtime/internal/difftest, which compares our engine with LiteRT as it is today: scripts/difftest --quantized.
func TestCasesForLiteRT(t *testing.T) {
	if *cases == "" {
		return
	}
	for seed := range uint64(randomNets) {
		r, err := Quantize(context.Background(), randomNet(seed), &normal{n: 12, scale: 1}, Options{Observer: MinMax})
		if err != nil {
			t.Fatal(err)
		}
		writeCase(t, filepath.Join(*cases, fmt.Sprintf("random-%d.json", seed)), r.Model)
	}
	for _, scheme := range []Scheme{Int8, Int16x8} {
		for seed := range uint64(3) {
			for _, s := range singles() {
				m := s.model(3 + seed)
				r, err := Quantize(context.Background(), m, &normal{n: 4, scale: 2}, Options{Scheme: scheme, Observer: MinMax})
				if err != nil {
					t.Fatalf("%s: %v", s.name, err)
				}
				name := fmt.Sprintf("%s-%s-%d.json", scheme, strings.ReplaceAll(s.name, " ", "-"), seed)
				writeCase(t, filepath.Join(*cases, name), r.Model)
			}
		}
		for _, f := range append(families(), oddities()...) {
			r := f.made(t, Options{Scheme: scheme, Observer: MinMax})
			if f.apart < 0 || byName(&r.Model.Graphs[0]) {
				continue
			}
			writeCase(t, filepath.Join(*cases, fmt.Sprintf("%s-%s.json", scheme, strings.ReplaceAll(f.name, " ", "-"))), r.Model)
		}
	}
}

// writeCase writes a model and a sample of normally distributed numbers, quantized as its inputs want it.
func writeCase(t *testing.T, path string, m *tflite.Model) {
	t.Helper()
	file, err := tflite.Write(m)
	if err != nil {
		t.Fatal(err)
	}
	made := struct {
		Family string
		Model  []byte
		Inputs [][]byte
	}{"quantized", file, inputsOf(t, &m.Graphs[0])}
	data, err := json.Marshal(made)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, data, 0o644); err != nil {
		t.Fatal(err)
	}
}

func inputsOf(t *testing.T, g *tflite.Graph) (all [][]byte) {
	t.Helper()
	var floats []*tensor.Tensor
	for _, i := range g.Inputs {
		info := g.Tensors[i].Info
		if info.Quant.Quantized() {
			info.DType = tensor.Float32
		}
		floats = append(floats, &tensor.Tensor{Info: info, Data: make([]byte, info.DType.Bytes(info.Shape.Elems()))})
	}
	if _, err := (&normal{n: 1, scale: 2}).Next(floats); err != nil {
		t.Fatal(err)
	}
	for at, i := range g.Inputs {
		if x := g.Tensors[i].Info; x.Quant.Quantized() {
			all = append(all, quantized(tensor.As[float32](floats[at].Data), x.DType, x.Quant))
		} else {
			all = append(all, floats[at].Data)
		}
	}
	return all
}

// byName reports whether a tensor is several of a graph's inputs and outputs: LiteRT.js hands them out by name, one each.
func byName(g *tflite.Graph) bool {
	ports := append(slices.Clone(g.Inputs), g.Outputs...)
	slices.Sort(ports)
	return len(slices.Compact(slices.Clone(ports))) < len(ports)
}
