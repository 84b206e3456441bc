package kernel

import "testing"

// TestFingerprint64 has FarmHash's answers, by its Go port github.com/dgryski/go-farm.
func TestFingerprint64(t *testing.T) {
	long := make([]byte, 200)
	for i := range long {
		long[i] = byte(i)
	}
	for s, want := range map[string]uint64{
		"": 0x9ae16a3b2f90404f, "a": 0xb3454265b6df75e3, "abcd": 0x1a5502de4a1f8101, "hello, world": 0xbddb94646e75817,
		"0123456789abcdefX": 0x471780c9a036815f, "0123456789abcdef0123456789abcdefXYZ": 0x7a5344cd89690928,
		string(long): 0x74c7fcc26d66fb3,
	} {
		if got := Fingerprint64([]byte(s)); got != want {
			t.Errorf("%.40q: got %#x, want %#x", s, got, want)
		}
	}
}
