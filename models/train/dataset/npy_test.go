package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestArray(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.npy")
	a, err := createArray(path, "<i2", 2, 3, 2)
	if err != nil {
		t.Fatal(err)
	}
	if err := a.put(2, []int16{-2, 258}); err != nil {
		t.Error(err)
	}
	if err := a.put(0, []int16{1}); err == nil || !strings.Contains(err.Error(), "a row of 2 bytes, want 4") {
		t.Errorf("got %v, want that the row is short", err)
	}
	if err := a.file.Close(); err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	head, rows := got[:headerSize], got[headerSize:]
	if want := []byte{0, 0, 0, 0, 0, 0, 0, 0, 0xfe, 0xff, 2, 1}; !bytes.Equal(rows, want) {
		t.Errorf("got rows %v, want %v", rows, want)
	}
	if want := "{'descr': '<i2', 'fortran_order': False, 'shape': (3, 2,), }"; !bytes.HasPrefix(head, []byte("\x93NUMPY\x01\x00\x76\x00"+want)) {
		t.Errorf("got header %q", head)
	}
}

// TestStoryIsTold writes the first steps of a story and reads what is said of them.
func TestStoryIsTold(t *testing.T) {
	s := split{"train", 7, 1, 60e9}
	dir := t.TempDir()
	if err := s.write(dir, 1); err != nil {
		t.Fatal(err)
	}
	for name, size := range map[string]int{"eye": eyeSize * eyeSize * 3, "ear": 4 * earRows * earBands, "air": 4 * airRows * 2 * len(fields),
		"labels": situations, "alike": situations, "tokens": 2 * maxTokens} {
		got, err := os.ReadFile(filepath.Join(dir, name+".npy"))
		if err != nil || len(got) != headerSize+3*size {
			t.Errorf("%s: got %d bytes, %v, want 3 rows of %d", name, len(got), err, size)
		}
		if name != "alike" && bytes.Count(got[headerSize:], []byte{0}) == 3*size {
			t.Errorf("%s: all zeros", name)
		}
	}
}
