package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// figures is where what was measured is kept, from the repository's root.
const figures = "runtime/internal/speed/figures"

// ratios is ratios.json.
type ratios struct {
	Machine string                      `json:"machine"` // its processor
	Paths   map[string]map[string]ratio `json:"paths"`   // by SIMD path, by model
}

// ratio is a model's time against the peer's.
type ratio struct {
	Median  float64 `json:"median"`  // of the rounds' ratios of medians
	Fastest float64 `json:"fastest"` // ratio of the fastest inferences of all rounds
	EdgedMS float64 `json:"edged_ms"`
	PeerMS  float64 `json:"peer_ms"` // those, in milliseconds
}

// counts is instructions.json: millions of instructions by core, by model.
type counts map[string]map[string]float64

// read fills v from a file of figures.
func read(root, name string, v any) error {
	b, err := os.ReadFile(filepath.Join(root, figures, name))
	if err != nil {
		return err
	}
	if err := json.Unmarshal(b, v); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

// write keeps v as a file of figures.
func write(root, name string, v any) error {
	b, err := json.MarshalIndent(v, "", " ")
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(root, figures, name), append(b, '\n'), 0o644)
}

// processor returns what /proc/cpuinfo calls this machine's.
func processor() string {
	b, err := os.ReadFile("/proc/cpuinfo")
	if err != nil {
		return "unknown"
	}
	for line := range strings.Lines(string(b)) {
		if name, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(name) == "model name" {
			return strings.TrimSpace(value)
		}
	}
	return "unknown"
}
