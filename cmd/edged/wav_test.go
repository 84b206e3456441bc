package main

import (
	"bytes"
	"encoding/binary"
	"math"
	"os"
	"testing"
)

// rate of the corpus's recordings, in samples a second.
const recordedHz = 16000

// recording returns the samples of a WAV of 16 bits, mono, at recordedHz.
func recording(t *testing.T, path string) []int16 {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	at := bytes.Index(data, []byte("data"))
	if at < 0 {
		t.Fatalf("%s has no data chunk", path)
	}
	samples := make([]int16, binary.LittleEndian.Uint32(data[at+4:])/2)
	if _, err := binary.Decode(data[at+8:], binary.LittleEndian, samples); err != nil {
		t.Fatal(err)
	}
	return samples
}

// writeWAV writes samples of 16 bits, channels interleaved.
func writeWAV(t *testing.T, path string, rateHz, channels int, samples []int16) {
	t.Helper()
	bytesPerFrame := 2 * channels
	out := []byte("RIFF")
	for _, part := range []any{
		uint32(36 + 2*len(samples)), []byte("WAVEfmt "), uint32(16), uint16(1), uint16(channels), uint32(rateHz),
		uint32(rateHz * bytesPerFrame), uint16(bytesPerFrame), uint16(16), []byte("data"), uint32(2 * len(samples)), samples,
	} {
		var err error
		if out, err = binary.Append(out, binary.LittleEndian, part); err != nil {
			t.Fatal(err)
		}
	}
	write(t, path, string(out))
}

// writeTone writes two seconds of a sine of 1 kHz and amplitude 8000 as a program would: 16 bits, mono, 8 kHz.
func writeTone(t *testing.T, path string) {
	t.Helper()
	var out []byte
	for i := range 16000 {
		out = binary.LittleEndian.AppendUint16(out, uint16(int16(math.Round(8000*math.Sin(math.Pi/4*float64(i))))))
	}
	write(t, path, string(out))
}

// as44k returns samples as a sound card may give them: 44.1 kHz, stereo, drawn between the neighbours.
func as44k(samples []int16) []int16 {
	const rateHz = 44100
	var out []int16
	for i := range len(samples) * rateHz / recordedHz {
		at := float64(i) * recordedHz / rateHz
		left := min(int(at), len(samples)-2)
		a, b := float64(samples[left]), float64(samples[left+1])
		v := int16(a + (b-a)*(at-float64(left)))
		out = append(out, v, v)
	}
	return out
}
