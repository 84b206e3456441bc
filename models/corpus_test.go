package models

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// corpus returns the path of a file of the conformance corpus, ../shared/corpus beside the repository, and skips the
// test where there is none.
func corpus(t testing.TB, name string) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			break
		}
		if dir == filepath.Dir(dir) {
			t.Fatal("no go.mod above the test")
		}
		dir = filepath.Dir(dir)
	}
	path := filepath.Join(dir, "..", "shared", "corpus", name)
	if _, err := os.Stat(path); err != nil {
		t.Skipf("the corpus is not there: %v", err)
	}
	return path
}

func corpusBytes(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(corpus(t, name))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

type manifestModel struct {
	Name, File, SHA256, Licence string
	Outputs                     []struct{ Shape []int }
}

func manifest(t testing.TB) map[string]manifestModel {
	t.Helper()
	var m struct{ Models []manifestModel }
	if err := json.Unmarshal(corpusBytes(t, "manifest.json"), &m); err != nil {
		t.Fatal(err)
	}
	byName := map[string]manifestModel{}
	for _, x := range m.Models {
		byName[x.Name] = x
	}
	return byName
}

// write makes files in a new folder and returns its path.
func write(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// wantError checks that err says want.
func wantError(t *testing.T, err error, want string) {
	t.Helper()
	if err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("got %v, want %q in it", err, want)
	}
}
