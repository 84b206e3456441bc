//go:build amd64 && !race

// Other architectures may round otherwise than amd64, where the bundle was made; and the race detector makes seconds of
// training minutes, and has no goroutines to watch.

package main

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"testing"
)

// TestBundleIsWhatTrainWrites keeps the committed files and their maker together.
func TestBundleIsWhatTrainWrites(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: trains for some seconds")
	}
	const bundle = "../bundle"
	dir := t.TempDir()
	if err := run(dir, io.Discard); err != nil {
		t.Fatal(err)
	}
	for _, k := range tasks() {
		for _, ext := range []string{".tflite", ".yaml"} {
			got, err := os.ReadFile(filepath.Join(dir, k.card.Name+ext))
			if err != nil {
				t.Fatal(err)
			}
			want, err := os.ReadFile(filepath.Join(bundle, k.card.Name+ext))
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(got, want) {
				t.Errorf("%s%s: not what is in the bundle; go run ./models/train makes it anew", k.card.Name, ext)
			}
		}
	}
}
