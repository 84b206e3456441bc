package native

import (
	"errors"
	"io/fs"
	"maps"
	"strings"
	"testing"
	"testing/fstest"

	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// tree is a file system with files of one line, and links where the text begins with "->".
func tree(files map[string]string) fstest.MapFS {
	root := fstest.MapFS{}
	for name, text := range files {
		if to, ok := strings.CutPrefix(text, "->"); ok {
			root[name] = &fstest.MapFile{Data: []byte(to), Mode: fs.ModeSymlink | 0o777}
			continue
		}
		root[name] = &fstest.MapFile{Data: []byte(text + "\n")}
	}
	return root
}

// usb is a USB accelerator as sysfs shows it.
func usb(id, speed string, more map[string]string) map[string]string {
	vendor, product, _ := strings.Cut(id, ":")
	const dir = "sys/bus/usb/devices/2-1/"
	files := map[string]string{
		dir + "idVendor": vendor, dir + "idProduct": product, dir + "speed": speed, dir + "busnum": "2", dir + "devnum": "3",
		"dev/bus/usb/002/003": "",
	}
	maps.Copy(files, more)
	return files
}

// pci is an M.2 accelerator as sysfs shows it.
func pci(more map[string]string) map[string]string {
	const dir = "sys/bus/pci/devices/0000:01:00.0/"
	files := map[string]string{dir + "vendor": "0x1ac1", dir + "device": "0x089a"}
	maps.Copy(files, more)
	return files
}

func TestEdgeTPUCauses(t *testing.T) {
	apex := map[string]string{"dev/apex_0": "", "sys/class/apex/apex_0/status": "ALIVE", "sys/class/apex/apex_0/temp": "51300"}
	with := func(m map[string]string, k, v string) map[string]string {
		m = maps.Clone(m)
		m[k] = v
		return m
	}
	for _, c := range []struct {
		name   string
		files  map[string]string
		denied bool
		pages  int
		wrong  bool
		state  string
		remedy string
	}{
		{"nothing there", nil, false, 4096, true, "no Edge TPU is connected", "plug the accelerator in"},
		{"usb, new", usb(usbNew, "5000", nil), false, 4096, false, "is not initialised yet (1a6e:089a)", ""},
		{"usb, ready", usb(usbReady, "5000", nil), false, 4096, false, "is ready", ""},
		{"usb 2", usb(usbReady, "480", nil), false, 4096, false, "USB 2 speed", "use a USB 3 port"},
		{"a bad cable", usb(usbReady, "12", nil), false, 4096, true, "12 Mbit/s", "cable"},
		{"usb, no rights", usb(usbReady, "5000", nil), true, 4096, true, "/dev/bus/usb/002/003 cannot be opened: permission denied", "plugdev"},
		{"usb, in use", usb(usbReady, "5000", map[string]string{"proc/812/fd/7": "->/dev/bus/usb/002/003", "proc/812/comm": "frigate"}),
			false, 4096, true, "is in use by frigate (pid 812)", "stop the other one"},
		{"usb, in use by edged itself", usb(usbReady, "5000", map[string]string{"proc/9/fd/7": "->/dev/bus/usb/002/003", "proc/9/comm": "edged"}),
			false, 4096, false, "is ready", ""},
		{"pci, no driver", pci(nil), false, 4096, true, "driver apex is not loaded", "gasket-dkms"},
		{"pci, large pages", pci(apex), false, 16384, true, "pages of 16 KiB", "kernel8.img"},
		{"pci, no rights", pci(apex), true, 4096, true, "/dev/apex_0 cannot be opened", "group apex"},
		{"pci, in use", pci(with(with(apex, "proc/5/fd/3", "->/dev/apex_0"), "proc/5/comm", "detect")), false, 4096, true, "detect (pid 5)", "stop"},
		{"pci, dead", pci(with(apex, "sys/class/apex/apex_0/status", "DEAD")), false, 4096, true, "its driver says DEAD", "power"},
		{"pci, ready", pci(apex), false, 4096, false, "is ready, at 51 °C", ""},
		{"pci, hot", pci(with(apex, "sys/class/apex/apex_0/temp", "90000")), false, 4096, false, "at 90 °C: it slows down", "cool it"},
	} {
		t.Run(c.name, func(t *testing.T) {
			open := func(string) error {
				if c.denied {
					return errors.New("permission denied")
				}
				return nil
			}
			m := &Machine{Root: tree(c.files), Open: open, PageSize: c.pages}
			found := m.EdgeTPUs()
			if len(found) != 1 {
				t.Fatalf("got %v, want one finding", found)
			}
			f := found[0]
			if f.Wrong != c.wrong || !strings.Contains(f.State, c.state) || !strings.Contains(f.Remedy, c.remedy) || (f.Remedy == "") != (c.remedy == "") {
				t.Errorf("got %+v, want wrong %v, state %q, remedy %q", f, c.wrong, c.state, c.remedy)
			}
		})
	}
}

func TestExplainEdgeTPU(t *testing.T) {
	m := &Machine{Root: tree(usb(usbReady, "12", nil)), Open: func(string) error { return nil }, PageSize: 4096}
	e := explainEdgeTPU(&WorkerError{Fault: Refused, What: "returned no delegate, and no reason"}, m)
	if !strings.Contains(e.What, "usb:0 is connected at 12 Mbit/s (returned no delegate") || !strings.Contains(e.Hint, "cable") {
		t.Errorf("got %v, hint %q", e, e.Hint)
	}
	const said = "Failed precondition: Package requires runtime version (14), which is newer than this runtime version (13)."
	e = explainEdgeTPU(&WorkerError{Fault: Refused, What: said}, m)
	if !strings.Contains(e.What, "compiled for Edge TPU runtime 14, libedgetpu has 13") || !strings.Contains(e.Hint, "--min_runtime_version 13") {
		t.Errorf("got %v, hint %q", e, e.Hint)
	}
}

// TestVersionPairs: a failure that a wrong pair of versions explains names both.
func TestVersionPairs(t *testing.T) {
	m := &Machine{Root: tree(usb(usbReady, "5000", nil)), Open: func(string) error { return nil }, PageSize: 4096}
	const crash = "signal 11 (segmentation fault)"
	const unsupported = "preparing the model: error: Internal: Unsupported data type in custom op handler: 0"
	for _, c := range []struct {
		name, tflite string
		fault        Fault
		what         string
		unfit        bool
	}{
		{"too new", "2.17.0", Crashed, crash, true},
		{"too old", "2.4.1", Refused, unsupported, true},
		{"Google's pair", "2.5.0.post1", Crashed, crash, false},
		{"another cause", "2.17.0", Refused, "no such file", false},
		{"a version of another kind", "unknown", Crashed, crash, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			said := c.what + ": " + versionPair{c.tflite, "14"}.String()
			e := explainEdgeTPU(&WorkerError{Fault: c.fault, What: said}, m)
			if unfit := strings.HasPrefix(e.What, "libedgetpu and TensorFlow Lite do not fit: "); unfit != c.unfit || unfit != strings.Contains(e.Hint, "2.5 to 2.11") {
				t.Errorf("got %v, hint %q, want unfit %v", e, e.Hint, c.unfit)
			}
			if !strings.Contains(e.What, c.tflite) || !strings.Contains(e.What, "runtime 14") {
				t.Errorf("got %v, want both versions", e)
			}
		})
	}
}

func TestEdgeTPUOptions(t *testing.T) {
	for _, c := range []struct{ name, device, performance, want string }{
		{"an index is added", "usb", "", "usb:0"},
		{"an index stays", "pci:1", "", "pci:1"},
		{"performance wants a device", "", "Max", "usb:0"},
		{"nothing said", "", "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			given := map[string]string{}
			if c.device != "" {
				given["device"] = c.device
			}
			if c.performance != "" {
				given["Performance"] = c.performance
			}
			if got := edgeTPUOptions(given)["device"]; got != c.want {
				t.Errorf("got device %q, want %q", got, c.want)
			}
		})
	}
}

func TestCompiledForEdgeTPU(t *testing.T) {
	m := &tflite.Model{Graphs: []tflite.Graph{{
		Tensors: []tflite.Tensor{{Info: tensor.Info{Name: "x"}}},
		Ops:     []tflite.Op{{Code: tflite.OpCustom, Custom: "edgetpu-custom-op"}},
	}}}
	if !compiledFor(m) {
		t.Error("the operator is not seen")
	}
	m.Graphs[0].Ops[0].Custom = "other"
	if compiledFor(m) {
		t.Error("another operator is taken for it")
	}
}
