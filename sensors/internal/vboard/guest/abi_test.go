package main

import (
	"bytes"
	"image/jpeg"
	"math"
	"testing"
	"unsafe"
)

// TestIoctls compares the numbers of the ioctls, which hold the sizes of their structs, with those that a C compiler gives
// for Linux 6.1 on a machine of 64 or of 32 bits.
func TestIoctls(t *testing.T) {
	want := [5]uintptr{0xc2604111, 0x40184150, 0xc0d05605, 0xc0445624, 0xc008561c} // HW_PARAMS, WRITEI_FRAMES, S_FMT, QUERYCTRL, S_CTRL
	if unsafe.Sizeof(uintptr(0)) == 4 {
		want = [5]uintptr{0xc25c4111, 0x400c4150, 0xc0cc5605, 0xc0445624, 0xc008561c}
	}
	if got := [5]uintptr{ioctlParams, ioctlWrite, ioctlSetFormat, ioctlQueryControl, ioctlSetControl}; got != want {
		t.Errorf("got %#x, want %#x", got, want)
	}
}

func TestToneHasItsLevel(t *testing.T) {
	tone := &tone{}
	tone.set(1000, -20)
	block := make([]int16, toneRateHz)
	half := tone.fill(block[:toneRateHz/2], 0)
	tone.fill(block[toneRateHz/2:], half)
	var sum float64
	for _, v := range block {
		sum += float64(v) * float64(v)
	}
	// The level of a sine is that of its peak: 3.01 dB above its root mean square.
	got := 10*math.Log10(2*sum/toneRateHz) - 20*math.Log10(math.MaxInt16)
	if math.Abs(got+20) > 0.01 {
		t.Errorf("got %.3f dBFS, want -20", got)
	}
	for i := range block[:toneRateHz-16] { // a period of 1000 Hz later it is the same, also where the blocks meet
		if d := int(block[i]) - int(block[i+16]); d < -1 || d > 1 {
			t.Fatalf("frames %d and %d differ by %d", i, i+16, d)
		}
	}
}

func TestFeedCutsAndPauses(t *testing.T) {
	f := &feed{}
	f.cut(2)
	for i, want := range []int{50, 50, 100} {
		if got := f.next(100); got != want {
			t.Errorf("picture %d: got %d bytes of 100, want %d", i, got, want)
		}
	}
	f.pause(true)
	if got := f.next(100); got != 0 {
		t.Errorf("paused: got %d bytes", got)
	}
	whole := feedPicture()
	if _, err := jpeg.Decode(bytes.NewReader(whole)); err != nil {
		t.Error(err)
	}
	if _, err := jpeg.Decode(bytes.NewReader(whole[:len(whole)/2])); err == nil {
		t.Error("half of the file is a whole picture")
	}
}
