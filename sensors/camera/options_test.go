package camera

import (
	"errors"
	"strings"
	"testing"

	"edged/sensors"
)

func TestOptionsThatCannotBe(t *testing.T) {
	yuyv := []sensors.PixelFormat{sensors.YUYV}
	tests := []struct {
		o    Options
		want string
	}{
		{Options{Device: "webcam"}, `"webcam" is no camera`},
		{Options{Device: "any", Width: 640}, "no picture is 640x0"},
		{Options{Device: "any", Width: -1, Height: -1}, "no picture is"},
		{Options{Device: "any", Width: 8193, Height: 1}, "want 1x1 to 8192x8192"},
		{Options{Device: "any", Rate: -1}, "-1 pictures a second"},
		{Options{Device: "exec:"}, "no program"},
		{Options{Device: "exec:cam", Formats: yuyv}, "raw yuyv needs a size"},
		{Options{Device: "exec:cam", Formats: yuyv, Width: 3, Height: 3}, "no picture of 3x3"},
		{Options{Device: "rpicam:x"}, "want a camera's number"},
		{Options{Device: "rpicam", Width: 641, Height: 480}, "both must be even"},
		{Options{Device: "rpicam", Formats: yuyv}, "gives yuv420 and jpeg, not yuyv"},
		{Options{Device: "mjpeg+http:///x"}, "no host"},
		{Options{Device: "mjpeg+http://me:secret@ho st/"}, "not an address"},
		{Options{Device: "mjpeg+http://host/", Formats: yuyv}, "gives jpeg, not yuyv"},
	}
	for _, tt := range tests {
		_, err := New(tt.o)
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%+v: got %v, want %q", tt.o, err, tt.want)
		} else if strings.Contains(err.Error(), "secret") {
			t.Errorf("%+v: %v: shows the password", tt.o, err)
		}
	}
}

func TestRpicamCommandLine(t *testing.T) {
	jpeg := []sensors.PixelFormat{sensors.JPEG}
	tests := []struct {
		name string
		o    Options
		want string
		size int // of a picture in the pipe; 0 for JPEGs
	}{
		{"yuv420 without padding", Options{}, "--width 640 --height 480 --codec yuv420 --output -", 640 * 480 * 3 / 2},
		{"a width that may be padded", Options{Width: 320, Height: 240}, "--width 320 --height 240 --codec mjpeg --output -", 0},
		{"yuv420 all the same", Options{Width: 600, Height: 400, Formats: []sensors.PixelFormat{sensors.YUV420}}, "--width 600 --height 400 --codec yuv420 --output -", 640 * 400 * 3 / 2},
		{"JPEG", Options{Formats: jpeg, Rate: 7.5}, "--width 640 --height 480 --codec mjpeg --framerate 7.5 --output -", 0},
	}
	for _, tt := range tests {
		l, err := rpicamLayout(tt.o)
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		got := strings.Join(rpicamArgs("rpicam-vid", 1, tt.o.Rate, &l), " ")
		if want := "rpicam-vid --nopreview --timeout 0 --flush --camera 1 " + tt.want; got != want {
			t.Errorf("%s: got %q, want %q", tt.name, got, want)
		}
		if size := l.bytes(); size != tt.size || !l.fullRange {
			t.Errorf("%s: got pictures of %d bytes, full range %v; want %d, true", tt.name, size, l.fullRange, tt.size)
		}
	}
}

func TestRpicamHasTwoNames(t *testing.T) {
	for _, there := range []string{"rpicam-vid", "libcamera-vid", ""} {
		got, err := rpicamProgram(func(name string) (string, error) {
			if name != there {
				return "", errors.New("not found")
			}
			return "/usr/bin/" + name, nil
		})
		if there == "" && (err == nil || !strings.Contains(err.Error(), "install rpicam-apps")) || there != "" && got != "/usr/bin/"+there {
			t.Errorf("with %q: got %q and %v", there, got, err)
		}
	}
}

// TestHalves asks cameras for pictures of half the size.
func TestHalves(t *testing.T) {
	for _, c := range []struct {
		o    Options
		w, h int
		ok   bool
	}{
		{Options{Device: "any"}, 320, 240, true},
		{Options{Device: "rpicam", Width: 1296, Height: 972}, 648, 486, true},
		{Options{Device: "/dev/video0", Width: 2, Height: 2}, 0, 0, false},
		{Options{Device: "mjpeg+http://cam/stream"}, 320, 240, false},
		{Options{Device: "exec:true", Width: 640, Height: 480, Formats: NamedFormat("yuyv")}, 320, 240, false},
	} {
		cam, err := New(c.o)
		if err != nil {
			t.Errorf("%s: %v", c.o.Device, err)
			continue
		}
		if w, h, ok := cam.Halves(); w != c.w || h != c.h || ok != c.ok {
			t.Errorf("%s: got %dx%d, %v; want %dx%d, %v", c.o.Device, w, h, ok, c.w, c.h, c.ok)
		}
		cam.Halve(true) // where it cannot, nothing happens
	}
}
