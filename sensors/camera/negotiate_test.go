package camera

import (
	"fmt"
	"strings"
	"testing"

	"edged/sensors"
)

// fixed is an offer with single sizes, all at one rate; 0 is unknown.
func fixed(name string, fps float64, sizes ...[2]int) offer {
	f := offer{code: code(name), rate: func(int, int) float64 { return fps }}
	for _, s := range sizes {
		f.sizes = append(f.sizes, span{s[0], s[0], 0, s[1], s[1], 0})
	}
	return f
}

func TestChoices(t *testing.T) {
	vga, hd := [2]int{640, 480}, [2]int{1280, 720}
	webcam := []offer{fixed("MJPG", 30, vga, hd), fixed("YUYV", 30, vga), fixed("H264", 30, vga, hd)}
	slow := []offer{fixed("MJPG", 30, hd), fixed("YUYV", 10, hd)}
	ranged := []offer{{code: code("NV12"), sizes: []span{{32, 4096, 16, 32, 2160, 2}}, rate: func(int, int) float64 { return 0 }}}
	tests := []struct {
		name   string
		offers []offer
		o      Options
		want   string
	}{
		{"raw before JPEG", webcam, Options{}, "YUYV 640x480, MJPG 640x480"},
		{"only what has the size", webcam, Options{Width: 1280, Height: 720}, "MJPG 1280x720"},
		{"raw if it is fast enough", slow, Options{Width: 1280, Height: 720, Rate: 10}, "YUYV 1280x720, MJPG 1280x720"},
		{"JPEG if raw is too slow", slow, Options{Width: 1280, Height: 720, Rate: 15}, "MJPG 1280x720, YUYV 1280x720"},
		{"29.97 is 30", []offer{fixed("MJPG", 60, vga), fixed("YUYV", 29.97, vga)}, Options{Rate: 30}, "YUYV 640x480, MJPG 640x480"},
		{"the faster of two that are too slow", slow, Options{Rate: 60}, "MJPG 1280x720, YUYV 1280x720"},
		{"the format asked for", webcam, Options{Formats: []sensors.PixelFormat{sensors.JPEG}}, "MJPG 640x480"},
		{"formats in the order asked for", webcam, Options{Formats: []sensors.PixelFormat{sensors.JPEG, sensors.YUYV}}, "MJPG 640x480, YUYV 640x480"},
		{"a format that is not there", webcam, Options{Formats: []sensors.PixelFormat{sensors.NV12}}, ""},
		{"the next size where none is asked for", []offer{fixed("YUYV", 0, [2]int{320, 240}, hd, [2]int{1920, 1080})}, Options{}, "YUYV 1280x720"},
		{"the largest of small sizes", []offer{fixed("YUYV", 0, [2]int{160, 120}, [2]int{320, 240})}, Options{}, "YUYV 320x240"},
		{"a size within a range", ranged, Options{Width: 640, Height: 480}, "NV12 640x480"},
		{"a size between the steps of a range", ranged, Options{Width: 650, Height: 480}, ""},
		{"a size that the camera does not speak of", []offer{fixed("GREY", 0)}, Options{Width: 123, Height: 45}, "GREY 123x45"},
		{"two-plane formats before YUYV", []offer{fixed("YUYV", 0), fixed("YU12", 0), fixed("NV12", 0)}, Options{}, "NV12 640x480, YU12 640x480, YUYV 640x480"},
	}
	for _, tt := range tests {
		var got []string
		for _, c := range choices(tt.offers, &tt.o) {
			got = append(got, fmt.Sprintf("%v %dx%d", c.code, c.w, c.h))
		}
		if got := strings.Join(got, ", "); got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.want)
		}
	}
}

func TestOffersAreListed(t *testing.T) {
	offers := []offer{fixed("MJPG", 0, [2]int{640, 480}, [2]int{1280, 720}), fixed("H264", 0), {code: code("NV12"), sizes: []span{{32, 4096, 16, 32, 2160, 2}}}}
	if got, want := offered(offers), "MJPG 640x480 1280x720, NV12 32x32 to 4096x2160"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	same := []offer{fixed("YU12", 0, [2]int{640, 480}), fixed("NV12", 0, [2]int{640, 480}), fixed("YUYV", 0)}
	if got, want := offered(same), "YU12 NV12 640x480, YUYV"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := offered(nil); got != "" {
		t.Errorf("got %q of nothing", got)
	}
	if got, want := offered(offers[1:2]), "H264"; got != want {
		t.Errorf("got %q of formats that are not ours, want %q", got, want)
	}
}

func TestBareSensorsAreKnown(t *testing.T) {
	bare := []offer{fixed("pRAA", 0), fixed("RG10", 0), fixed("RGGB", 0), fixed("BA81", 0), fixed("GRBG", 0), fixed("GB12", 0)}
	if !bayer(bare) {
		t.Error("a bare sensor is not known as one")
	}
	for _, also := range []string{"YUYV", "RGB3", "GREY", "BGR4", "MJPG"} {
		if bayer(append(bare[:5:5], fixed(also, 0))) {
			t.Errorf("a camera with %s is taken for a bare sensor", also)
		}
	}
	if bayer(nil) {
		t.Error("no formats are taken for a bare sensor's")
	}
}
