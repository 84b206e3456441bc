package tensor

import (
	"encoding/binary"
	"math/rand/v2"
	"slices"
	"testing"
)

func TestPackedStringsAreTensorFlowLites(t *testing.T) {
	// The example of string_util.h.
	want := []byte{2, 0, 0, 0, 16, 0, 0, 0, 18, 0, 0, 0, 18, 0, 0, 0, 'A', 'B'}
	if got := PackStrings("AB", ""); !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if got, want := PackStrings(), []byte{0, 0, 0, 0, 8, 0, 0, 0}; !slices.Equal(got, want) {
		t.Errorf("no strings: got %v, want %v", got, want)
	}
	if size, ok := PackedSize(2, 2); size != 18 || !ok {
		t.Errorf("size %d, %t, want 18", size, ok)
	}
	if size, ok := PackedSize(1, 1<<31); ok {
		t.Errorf("%d bytes fit", size)
	}
}

func TestStringsComeBack(t *testing.T) {
	for _, all := range [][]string{nil, {""}, {"a", "", "längst", "\x00\xff"}} {
		s, err := ParseStrings(append(PackStrings(all...), "behind"...))
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for i := range s.Len() {
			got = append(got, string(s.At(i)))
		}
		if !slices.Equal(got, all) {
			t.Errorf("got %q, want %q", got, all)
		}
	}
	if s, err := ParseStrings(nil); err != nil || s.Len() != 0 {
		t.Errorf("no bytes: %d strings, %v", s.Len(), err)
	}
}

// TestDamagedStringsAreRefused cuts packed strings at every byte and changes every number.
func TestDamagedStringsAreRefused(t *testing.T) {
	good := PackStrings("one", "two", "")
	for n := 1; n < len(good); n++ {
		if _, err := ParseStrings(good[:n]); err == nil {
			t.Errorf("cut to %d bytes: no error", n)
		}
	}
	for word := range 5 {
		for _, v := range []uint32{1 << 31, 1<<31 - 1, 1 << 30, 1<<32 - 1, 19, 27} {
			bad := slices.Clone(good)
			binary.LittleEndian.PutUint32(bad[4*word:], v)
			if s, err := ParseStrings(bad); err == nil && (word == 0 || v != 27 && v != 19) {
				t.Errorf("number %d is %d: %d strings", word, v, s.Len())
			}
		}
	}
}

// TestAnyStringsAreSafe reads whatever is accepted.
func TestAnyStringsAreSafe(t *testing.T) {
	r, read := rand.New(rand.NewPCG(1, 2)), 0
	for range 20000 {
		b := make([]byte, r.IntN(40))
		for i := range b {
			if b[i] = 0; i%4 == 0 {
				b[i] = byte(r.IntN(40))
			}
		}
		s, err := ParseStrings(b)
		if err != nil {
			continue
		}
		for i := range s.Len() {
			read += len(s.At(i)) + 1
		}
	}
	if read == 0 {
		t.Error("nothing was accepted")
	}
}
