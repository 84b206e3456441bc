package camera

import (
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"
)

// board is the /sys of a board with two webcams alike but for their serial numbers, each with a node for metadata, and a
// CSI camera that is no USB device. The links are what sysfs has.
func board() fstest.MapFS {
	sys := fstest.MapFS{}
	usb := func(port, serial string, first int) {
		device := "devices/platform/soc/usb1/" + port
		for name, text := range map[string]string{"idVendor": "046d", "idProduct": "0825", "serial": serial} {
			sys[device+"/"+name] = &fstest.MapFile{Data: []byte(text + "\n")}
		}
		for i := range 2 {
			node(sys, device+"/"+port+":1.0", first+i, "HD Webcam C270: HD Webcam C270")
		}
	}
	node(sys, "devices/platform/soc/fe801000.csi", 10, "unicam-image")
	usb("1-1.2", "A1B2C3", 2)
	usb("1-1.4", "D4E5F6", 0)
	sys["class/video4linux/v4l-subdev0"] = &fstest.MapFile{Data: []byte("../../devices/x"), Mode: fs.ModeSymlink}
	return sys
}

func node(sys fstest.MapFS, parent string, number int, name string) {
	video := "video" + string(rune('0'+number%10))
	if number > 9 {
		video = "video1" + string(rune('0'+number%10))
	}
	dir := parent + "/video4linux/" + video
	sys[dir+"/name"] = &fstest.MapFile{Data: []byte(name + "\n")}
	sys["class/video4linux/"+video] = &fstest.MapFile{Data: []byte("../../" + dir), Mode: fs.ModeSymlink}
}

func TestDevicesAreChosenByWhatTheyAre(t *testing.T) {
	tests := []struct{ device, want string }{
		{"/dev/video7", "/dev/video7"}, // which the kernel will say is not there
		{"any", "/dev/video0 /dev/video1 /dev/video2 /dev/video3 /dev/video10"},
		{"name:hd webcam", "/dev/video0 /dev/video1 /dev/video2 /dev/video3"},
		{"name: unicam ", "/dev/video10"},
		{"usb:046D:0825", "/dev/video0 /dev/video1 /dev/video2 /dev/video3"},
		{"usb:046d:0825:a1b2c3", "/dev/video2 /dev/video3"},
		{"usb:046d:0826", `no such camera; there are /dev/video0 "HD Webcam C270: HD Webcam C270" usb:046d:0825, /dev/video1`},
		{"name:nothing", "no such camera"},
		{"name:card of /dev/video2", "/dev/video2"}, // as v4l2-ctl has it
		{"name:unicam", "/dev/video10"},             // the name in sysfs first
	}
	for _, tt := range tests {
		w, err := parseWanted(tt.device)
		if err != nil {
			t.Errorf("%s: %v", tt.device, err)
			continue
		}
		var paths []string
		nodes, err := w.pick(board(), func(n Node) string {
			if n.Name == "unicam-image" {
				return "unicam"
			}
			return "Card of " + n.Path
		})
		for _, n := range nodes {
			paths = append(paths, n.Path)
		}
		got := strings.Join(paths, " ")
		if err != nil {
			got = err.Error()
		}
		if err == nil && got != tt.want || !strings.Contains(got, tt.want) {
			t.Errorf("%s: got %s, want %s", tt.device, got, tt.want)
		}
	}
}

func TestWithoutDriversThereIsNoDevice(t *testing.T) {
	w, _ := parseWanted("any")
	if _, err := w.pick(fstest.MapFS{}, nil); err == nil || !strings.Contains(err.Error(), "no V4L2 device") {
		t.Errorf("got %v, want that there is no V4L2 device", err)
	}
}

func TestDevicesThatCannotBeMeant(t *testing.T) {
	for _, device := range []string{"", "video0", "name:", "name: ", "usb:", "usb:046d", "usb:46d:825", "usb:046d:082g", "ANY", "sim"} {
		if w, err := parseWanted(device); err == nil {
			t.Errorf("%q: got %+v, want an error", device, w)
		}
	}
}

func TestHoldersAreNamed(t *testing.T) {
	link := func(to string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(to), Mode: fs.ModeSymlink} }
	proc := fstest.MapFS{
		"12/comm": {Data: []byte("cheese\n")}, "12/fd/0": link("/dev/null"), "12/fd/9": link("/dev/video0"),
		"34/comm": {Data: []byte("edged\n")}, "34/fd/7": link("/dev/video0"),
		"56/comm": {Data: []byte("bash\n")}, "56/fd/1": link("/dev/video1"),
		"78/comm": {Data: []byte("another user's\n")}, "self": link("34"), "uptime": {},
	}
	if got, want := holders(proc, "/dev/video0", 34), "cheese (process 12)"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := holders(proc, "/dev/video5", 34); got != "" {
		t.Errorf("got %q for a device that nobody has, want none", got)
	}
}
