package publish

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestReplaceFile writes a file again and again: what is read is what was written last, and room is taken once.
func TestReplaceFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "new", "alerts.json")
	sizes := map[int64]bool{}
	for n := range 20 {
		text := []byte(strings.Repeat("x", 1+n*37%4000))
		if err := replaceFile(path, text); err != nil {
			t.Fatal(err)
		}
		got, err := os.ReadFile(path)
		if err != nil || !bytes.Equal(bytes.TrimRight(got, " "), text) {
			t.Fatalf("write %d: got %q, %v, want %q", n, got, err, text)
		}
		for _, name := range []string{path, path + ".spare"} {
			info, err := os.Stat(name)
			if err != nil || info.Mode().Perm() != 0o600 {
				t.Fatalf("%s: got %v, %v, want it there, for its owner alone", name, info, err)
			}
			sizes[info.Size()] = true
		}
	}
	if len(sizes) != 1 {
		t.Errorf("got files of the sizes %v, want one", sizes)
	}
	large := bytes.Repeat([]byte("y"), 9000)
	if err := replaceFile(path, large); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{path, path + ".spare"} {
		if got, err := os.ReadFile(name); err != nil || !bytes.HasPrefix(got, large) || len(got) != 16384 {
			t.Errorf("%s: got %d bytes, %v, want 16384", name, len(got), err)
		}
	}
}
