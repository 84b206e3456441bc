package camera

import (
	"testing"
	"time"
	"unsafe"

	"github.com/blackjack/webcam"

	"edged/sensors"
)

// TestRequestsAreTheKernels compares with what a C compiler makes of videodev2.h; the numbers hold the structs' sizes.
func TestRequestsAreTheKernels(t *testing.T) {
	long := unsafe.Sizeof(uintptr(0)) == 8
	pick := func(on64, on32 uintptr) uintptr {
		if long {
			return on64
		}
		return on32
	}
	for name, pair := range map[string][2]uintptr{
		"VIDIOC_QUERYCAP":  {queryCapability, 0x80685600},
		"VIDIOC_G_FMT":     {getFormat, pick(0xc0d05604, 0xc0cc5604)},
		"VIDIOC_REQBUFS":   {request, 0xc0145608},
		"VIDIOC_QUERYBUF":  {queryBuffer, pick(0xc0585609, 0xc0505609)},
		"VIDIOC_QBUF":      {enqueue, pick(0xc058560f, 0xc050560f)},
		"VIDIOC_DQBUF":     {dequeue, pick(0xc0585611, 0xc0505611)},
		"VIDIOC_STREAMON":  {streamOn, 0x40045612},
		"VIDIOC_STREAMOFF": {streamOff, 0x40045613},
		"VIDIOC_ENUM_FMT":  {describeFormat, 0xc0405602},
		"VIDIOC_S_FMT":     {setFormat, pick(0xc0d05605, 0xc0cc5605)},
		"a plane":          {unsafe.Sizeof(memoryPlane{}), pick(64, 60)},
		"its start":        {unsafe.Offsetof(memoryPlane{}.start), pick(16, 12)},
		"the range":        {unsafe.Offsetof(formatMP{}.quantization) - unsafe.Offsetof(formatMP{}.width), 183},
		"the picture":      {unsafe.Offsetof(format{}.width), pick(8, 4)},
		"the time":         {unsafe.Offsetof(buffer{}.seconds), 24},
		"the sequence":     {unsafe.Offsetof(buffer{}.sequence), 56},
		"the offset":       {unsafe.Offsetof(buffer{}.offset), 64},
		"the length":       {unsafe.Offsetof(buffer{}.length), pick(72, 68)},
	} {
		if pair[0] != pair[1] {
			t.Errorf("%s: got %#x, want %#x", name, pair[0], pair[1])
		}
	}
}

// TestTheDescriptorIsFound holds the pinned version of webcam to what descriptor reads.
func TestTheDescriptorIsFound(t *testing.T) {
	if fd, err := descriptor(new(webcam.Webcam)); err != nil || fd != 0 {
		t.Errorf("got %d and %v, want 0", fd, err)
	}
}

// TestWhatNodesAre reads answers to VIDIOC_QUERYCAP as drivers give them.
func TestWhatNodesAre(t *testing.T) {
	const ext, meta, m2m, output = 0x00200000, 0x00800000, 0x00008000, 0x00000002
	const webcam = capNode | capStreaming | ext | capCapture | meta // of all nodes
	tests := []struct {
		name, driver string
		all, node    uint32
		kind         uint32 // 0: no camera
	}{
		{"a webcam's pictures", "uvcvideo", webcam, capStreaming | ext | capCapture, kindCapture},
		{"a webcam's metadata", "uvcvideo", webcam, capStreaming | ext | meta, 0},
		{"a codec", "bcm2835-codec", capNode | capStreaming | ext | m2m, capStreaming | ext | m2m, 0},
		{"an output", "v4l2 loopback", capNode | capStreaming | output, capStreaming | output, 0},
		{"a driver without capabilities of nodes", "old", capStreaming | capCapture, 0, kindCapture},
		{"a camera port", "rkisp1", capNode | capStreaming | ext | capMultiplanar, capStreaming | ext | capMultiplanar, kindMultiplanar},
		{"a camera that can only be read", "pwc", capNode | capCapture, capCapture, 0},
		{"a Pi's processor", "bcm2835-isp", capNode | capStreaming | capCapture, capStreaming | capCapture, 0},
	}
	for _, tt := range tests {
		c := capability{all: tt.all, node: tt.node}
		copy(c.driver[:], tt.driver)
		if kind, err := c.kind(); kind != tt.kind || (err == nil) != (tt.kind != 0) {
			t.Errorf("%s: got %d and %v, want %d", tt.name, kind, err, tt.kind)
		}
	}
}

// TestWhatDriversSet reads answers to VIDIOC_G_FMT as drivers give them.
func TestWhatDriversSet(t *testing.T) {
	pixels := func(name string) uint32 { return uint32(code(name)) }
	const srgb, limited = 8, 2
	tests := []struct {
		name string
		f    format
		want layout
	}{
		{"uvcvideo", format{width: 640, height: 480, pixels: pixels("YUYV"), stride: 1280, colours: srgb, magic: pixMagic},
			layout{sensors.YUYV, 640, 480, 1280, false}},
		{"a JPEG codec's raw side", format{width: 64, height: 48, pixels: pixels("YU12"), stride: 64, colours: coloursJPEG, magic: pixMagic},
			layout{sensors.YUV420, 64, 48, 64, true}},
		{"full range, explicitly", format{width: 64, height: 48, pixels: pixels("NV12"), stride: 96, colours: srgb, magic: pixMagic, quantization: fullRange},
			layout{sensors.NV12, 64, 48, 96, true}},
		{"limited range, explicitly", format{width: 64, height: 48, pixels: pixels("NV12"), colours: coloursJPEG, magic: pixMagic, quantization: limited},
			layout{sensors.NV12, 64, 48, 0, false}},
		{"an old driver without magic", format{width: 64, height: 48, pixels: pixels("YUYV"), stride: 128, quantization: fullRange},
			layout{sensors.YUYV, 64, 48, 128, false}},
		{"MJPEG with a stride", format{width: 640, height: 480, pixels: pixels("MJPG"), stride: 640, magic: pixMagic},
			layout{sensors.JPEG, 640, 480, 0, true}},
		{"grey", format{width: 64, height: 48, pixels: pixels("GREY"), stride: 64, colours: srgb, magic: pixMagic},
			layout{sensors.Grey, 64, 48, 64, true}},
	}
	for _, tt := range tests {
		l, set, err := tt.f.layout()
		if err != nil || l != tt.want || set != fourCC(tt.f.pixels) {
			t.Errorf("%s: got %+v, %v (%v), want %+v", tt.name, l, set, err, tt.want)
		}
	}
	for _, f := range []format{{width: 1 << 31, height: 4}, {width: 4, height: 4, stride: 1 << 31}} {
		if l, _, err := f.layout(); err == nil {
			t.Errorf("got %+v of a size that cannot be, want an error", l)
		}
	}
}

// TestLostPicturesAreCounted plays the sequence numbers of dequeued pictures.
func TestLostPicturesAreCounted(t *testing.T) {
	tests := []struct {
		name  string
		shots []shot
		want  int
	}{
		{"the first has nothing before it", []shot{{sequence: 7}}, 0},
		{"none missing", []shot{{sequence: 0}, {sequence: 1}, {sequence: 2}}, 0},
		{"three missing", []shot{{sequence: 0}, {sequence: 4}}, 3},
		{"drained ones are among the missing", []shot{{sequence: 0}, {sequence: 4, drained: 2}}, 3},
		{"round the end of 32 bits", []shot{{sequence: 1<<32 - 2}, {sequence: 1}}, 2},
		{"a driver that does not count", []shot{{}, {drained: 2}, {drained: 1}}, 3},
		{"numbers that began anew", []shot{{sequence: 900}, {sequence: 0}}, 0},
		{"numbers that jumped", []shot{{sequence: 0}, {sequence: 900}}, 0},
	}
	for _, tt := range tests {
		var c counter
		start := time.Now()
		for i := range tt.shots {
			tt.shots[i].time = start.Add(time.Duration(i) * 33 * time.Millisecond)
			c.see(&tt.shots[i])
		}
		if got := c.rest(); got != tt.want || c.rest() != 0 {
			t.Errorf("%s: got %d, want %d", tt.name, got, tt.want)
		}
	}
}
