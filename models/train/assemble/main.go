package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"edged/runtime"
	"edged/runtime/tflite"
)

func main() {
	out := flag.String("o", "", "the file to write; NAME.tflite beside NAME.json if not said")
	flag.Parse()
	if flag.NArg() != 1 {
		fmt.Fprintln(os.Stderr, "assemble: want one NAME.json")
		os.Exit(2)
	}
	if err := run(flag.Arg(0), *out); err != nil {
		fmt.Fprintln(os.Stderr, "assemble:", err)
		os.Exit(1)
	}
}

// run makes the model of the network at path.
func run(path, out string) error {
	data, err := assemble(path)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	if out == "" {
		out = strings.TrimSuffix(path, filepath.Ext(path)) + ".tflite"
	}
	return os.WriteFile(out, data, 0o666)
}

// assemble returns the file of the network at path, which the engine takes.
func assemble(path string) ([]byte, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	weights, err := os.ReadFile(strings.TrimSuffix(path, filepath.Ext(path)) + ".bin")
	if err != nil {
		return nil, err
	}
	var n network
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&n); err != nil {
		return nil, err
	}
	m, err := n.model(weights)
	if err != nil {
		return nil, err
	}
	data, err := tflite.Write(m)
	if err != nil {
		return nil, err
	}
	return data, accepted(data)
}

// accepted asks the engine whether a model can be run.
func accepted(data []byte) error {
	m, err := tflite.Parse(data)
	if err != nil {
		return err
	}
	s, err := runtime.New(m, runtime.Options{Engine: "builtin"})
	if err != nil {
		return err
	}
	return s.Close()
}
