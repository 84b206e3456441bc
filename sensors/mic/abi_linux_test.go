package mic

import (
	"testing"
	"unsafe"
)

// TestStructsHaveTheSizesOfTheirIoctls holds Go's layout against the sizes that C's compilers put into the numbers.
func TestStructsHaveTheSizesOfTheirIoctls(t *testing.T) {
	for name, c := range map[string]struct{ request, size uintptr }{
		"HW_REFINE":    {ioctlHwRefine, unsafe.Sizeof(hwParams{})},
		"HW_PARAMS":    {ioctlHwParams, unsafe.Sizeof(hwParams{})},
		"SW_PARAMS":    {ioctlSwParams, unsafe.Sizeof(swParams{})},
		"STATUS":       {ioctlStatus, unsafe.Sizeof(pcmStatus{})},
		"FORWARD":      {ioctlForward, unsafe.Sizeof(uintptr(0))},
		"READI_FRAMES": {ioctlReadI, unsafe.Sizeof(xferi{})},
	} {
		if want := c.request >> 16 & 0x3fff; c.size != want {
			t.Errorf("%s: got a struct of %d bytes, want %d", name, c.size, want)
		}
		if c.request>>8&0xff != 'A' {
			t.Errorf("%s: %#x is no ioctl of a PCM", name, c.request)
		}
	}
}

// TestStatusHasItsFieldsInPlace looks at what stands behind the padding, by offsetof of C's compilers for both ABIs.
func TestStatusHasItsFieldsInPlace(t *testing.T) {
	var s pcmStatus
	var h hwParams
	got := []uintptr{unsafe.Offsetof(s.trigger), unsafe.Offsetof(s.delay), unsafe.Offsetof(s.avail), unsafe.Offsetof(h.intervals), unsafe.Offsetof(h.fifoSize)}
	want := []uintptr{8, 56, 64, 260, 536}
	if unsafe.Sizeof(uintptr(0)) == 4 {
		want = []uintptr{4, 28, 32, 260, 536}
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("field %d: got it at byte %d, want %d", i, got[i], want[i])
		}
	}
}
