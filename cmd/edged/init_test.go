package main

import (
	"context"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"edged/boards"
	"edged/cmd/edged/internal/config"
	"edged/sensors/camera"
	"edged/sensors/i2c"
	"edged/sensors/sim/chips"
)

// TestInitNamesWhatIsThere has a webcam with two nodes, a bare sensor, a USB microphone, chips and a device of the kernel.
func TestInitNamesWhatIsThere(t *testing.T) {
	sys := fstest.MapFS{}
	for name, says := range map[string]string{
		"devices/usb1/1-1/idVendor": "046d\n", "devices/usb1/1-1/idProduct": "0825\n",
		"devices/usb1/1-1/1-1:1.0/video4linux/video0/name": "HD \x1b[31mWebcam\n# and: more\n", "devices/usb1/1-1/1-1:1.0/video4linux/video2/name": "HD Webcam\n",
		"devices/csi/video4linux/video1/name": "unicam\n",
		"bus/i2c/devices/i2c-1/name":          "bcm2835\n", "bus/iio/devices/iio:device0/name": "BME 280!\n", "bus/iio/devices/iio:device0/in_temp_input": "25080\n",
	} {
		sys[name] = &fstest.MapFile{Data: []byte(says)}
	}
	for video, at := range map[string]string{"video0": "usb1/1-1/1-1:1.0", "video1": "csi", "video2": "usb1/1-1/1-1:1.0"} {
		sys["class/video4linux/"+video] = &fstest.MapFile{Data: []byte("../../devices/" + at + "/video4linux/" + video), Mode: fs.ModeSymlink}
	}
	sim := &chips.Bus{}
	sim.Plug(0x23, chips.NewBH1750())
	sim.Plug(0x62, chips.NewSCD4x())
	f := finder{
		sensors: sensorDoctor{sys: sys, open: func(string) error { return nil }, probe: func(ctx context.Context, _ int, held map[uint16]string) ([]i2c.Found, error) {
			return i2c.Probe(ctx, i2c.NewBus("sim", sim), held)
		}},
		cameras: cameraDoctor{sys, func(n camera.Node) (camera.Report, error) {
			if n.Path == "/dev/video0" {
				return camera.Report{}, nil
			}
			return camera.Report{Bare: n.Path == "/dev/video1"}, map[string]error{"/dev/video2": camera.ErrNoPictures}[n.Path]
		}, func() (string, error) { return "/usr/bin/rpicam-vid", nil }},
		microphones: microphoneDoctor{root: fstest.MapFS{
			"proc/asound/cards":        {Data: []byte(" 0 [Device         ]: USB-Audio - USB PnP Sound Device\n                      C-Media\n 1 [Loopback       ]: Loopback - Loopback\n                      Loopback 1\n")},
			"sys/class/sound/card0/id": {Data: []byte("Device\n")}, "sys/class/sound/pcmC0D0c/dev": {}, "sys/class/sound/card1/id": {Data: []byte("Loopback\n")}, "sys/class/sound/pcmC1D0c/dev": {},
		}},
	}
	found, err := f.find(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	text := newConfigText(&boards.Machine{Model: "A Board\nRev 1", Board: &boards.Profile{}}, found)
	for _, want := range []string{
		"# Written by edged init for A BoardRev 1.\n",
		"  cam: { camera: \"usb:046d:0825\", rate: 4 }  # HD [31mWebcam# and: more\n",
		"  cam2: { camera: rpicam, rate: 4 }  # the board's own camera\n",
		"  mic: { microphone: \"hw:CARD=Device,DEV=0\" }  # USB PnP Sound Device\n",
		"  bh1750: { i2c: 1, chip: bh1750, address: 0x23 }  # somebody answers at 0x23\n",
		"  scd4x: { i2c: 1, chip: scd4x, address: 0x62 }",
		"  bme_280: { iio: \"BME 280!\" }  # temperature\n",
		"      - { sensor: cam, model: room-eye }\n      - { sensor: mic, model: room-ear }\n      - { sensor: [bh1750, scd4x], model: room-air }\n",
		"      - { sensor: [bh1750, scd4x], model: room-occupancy }\n",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q", want)
		}
	}
	if t.Failed() {
		t.Log(text)
	}
	c, err := config.Parse("edged.yaml", []byte(text))
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	if err := checkParts(c, func(string) string { return "" }); err != nil {
		t.Error(err)
	}
}

// TestInitOfEachKindAlone makes configs that edged check has nothing against, of whatever is there.
func TestInitOfEachKindAlone(t *testing.T) {
	for name, found := range map[string][]gear{
		"nothing":       nil,
		"a camera":      {{kind: "camera", name: "cam", keys: `camera: "/dev/video0"`}},
		"a microphone":  {{kind: "microphone", name: "mic", keys: `microphone: "hw:CARD=x,DEV=0"`}},
		"a thermometer": {{kind: "iio", name: "tmp102", keys: `iio: "tmp102"`, gives: []string{"temperature"}}},
		"a power meter": {{kind: "i2c", name: "ina219", keys: "i2c: 1, chip: ina219", gives: []string{"power"}}},
	} {
		text := newConfigText(&boards.Machine{Board: &boards.Profile{Name: "a board"}}, found)
		c, err := config.Parse("edged.yaml", []byte(text))
		if err == nil {
			err = checkParts(c, func(string) string { return "" })
		}
		if err != nil {
			t.Errorf("%s: %v\n%s", name, err, text)
		}
	}
}
