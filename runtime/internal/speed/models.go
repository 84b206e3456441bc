package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// model is one of the corpus whose speed is watched.
type model struct {
	name    string
	xnnpack bool // what it is timed against is XNNPACK; else TensorFlow Lite's plain kernels, since XNNPACK refuses it

	// Ratios of time, edged to TensorFlow Lite 2.9, one thread. LiteRT of August 2026 is slower than the first of them; the
	// next is near what the machine can do.
	mark, next float64

	// Millions of instructions of an inference: the fewest of TensorFlow Lite and LiteRT of August 2026, on cores without
	// and with a dot product. 0 is not counted.
	plain, dot float64
}

// models are in the order of the tables.
func models() []model {
	return []model{
		{name: "tf2_mobilenet_v2_1.0_224_ptq", xnnpack: true, mark: 0.50, next: 0.36, plain: 131, dot: 48.5},
		{name: "kws_ref_int8", xnnpack: true, mark: 0.45, next: 0.35, plain: 1.33, dot: 0.70},
		{name: "vww_96_int8", xnnpack: true, mark: 0.50, next: 0.40, plain: 3.96, dot: 1.87},
		{name: "resnet8_int8", xnnpack: true, mark: 0.36, next: 0.33, plain: 4.96, dot: 1.50},
		{name: "ad01_int8", xnnpack: true, mark: 0.50, next: 0.40},
		{name: "yamnet_classifier", xnnpack: true, mark: 0.50, next: 0.36, plain: 34.7, dot: 14.2},
		{name: "mobilenet_v2_1.0_224_quant", mark: 0.075, next: 0.055, plain: 134, dot: 77},
		{name: "mobilenet_v1_1.0_224_embedding_extractor", mark: 0.085, next: 0.065, plain: 225, dot: 85.4},
		{name: "mobilenet_v1_0.25_128_quant", mark: 0.08, next: 0.05},
		{name: "ssd_mobilenet_v1_coco_quant", mark: 0.085, next: 0.06, plain: 302, dot: 121},
		{name: "deeplabv3_mnv2_dm05_pascal_quant", mark: 0.07, next: 0.05},
	}
}

// pick returns those of all models that a comma-separated list names; all for none.
func pick(list string) ([]model, error) {
	all := models()
	if list == "" {
		return all, nil
	}
	var some []model
	for name := range strings.SplitSeq(list, ",") {
		i := 0
		for i < len(all) && all[i].name != name {
			i++
		}
		if i == len(all) {
			return nil, fmt.Errorf("no model %q; their names are in models.go", name)
		}
		some = append(some, all[i])
	}
	return some, nil
}

// files returns where each model of the corpus lies, by name.
func files(corpus string) (map[string]string, error) {
	b, err := os.ReadFile(filepath.Join(corpus, "manifest.json"))
	if err != nil {
		return nil, fmt.Errorf("the conformance corpus: %w", err)
	}
	var manifest struct{ Models []struct{ Name, File string } }
	if err := json.Unmarshal(b, &manifest); err != nil {
		return nil, fmt.Errorf("the conformance corpus: %w", err)
	}
	all := map[string]string{}
	for _, m := range manifest.Models {
		all[m.Name] = filepath.Join(corpus, m.File)
	}
	return all, nil
}
