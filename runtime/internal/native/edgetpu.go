package native

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"

	"edged/runtime/tflite"
)

// Machine is what the causes of an Edge TPU's failure are looked for in: the file system from its root, and two facts that
// it does not tell.
type Machine struct {
	Root     fs.FS                   // with sys, dev and proc
	Open     func(path string) error // tries to open a device for reading and writing; the path is from the root, without /
	PageSize int                     // of the kernel, in bytes
}

// ThisMachine returns the machine that edged runs on.
func ThisMachine() *Machine {
	open := func(path string) error {
		f, err := os.OpenFile("/"+path, os.O_RDWR, 0)
		if err != nil {
			return errors.Unwrap(err)
		}
		return f.Close()
	}
	return &Machine{Root: os.DirFS("/"), Open: open, PageSize: os.Getpagesize()}
}

// Finding is a state of a device or library, and what to do about it where something is wrong.
type Finding struct {
	Name    string // "usb:0", "pci:0"
	State   string
	Wrong   bool
	Remedy  string
	Verdict string // of an earlier probe that is remembered: "ok since 2026-03-01 12:00"; empty if there is none
}

// String is one line.
func (f Finding) String() string {
	if f.Remedy == "" {
		return f.Name + ": " + f.State
	}
	return f.Name + ": " + f.State + "; " + f.Remedy
}

// The USB identities of the accelerator (coral.ai, "Get started with the USB Accelerator"; libedgetpu, driver/usb): before
// its firmware is loaded, which libedgetpu does at the first use, and after.
const (
	usbNew   = "1a6e:089a"
	usbReady = "18d1:9302"
)

// The PCI identity of the Edge TPU (linux, drivers/staging/gasket/apex_driver.c).
const (
	apexVendor = "0x1ac1"
	apexDevice = "0x089a"
)

// EdgeTPUs looks for Edge TPUs; with none found it says so in one Finding.
func (m *Machine) EdgeTPUs() []Finding {
	found := slices.Concat(m.usbTPUs(), m.pciTPUs())
	if len(found) == 0 {
		return []Finding{{Name: "edgetpu", State: "no Edge TPU is connected", Wrong: true,
			Remedy: "plug the accelerator in; lsusb shows it as " + usbNew + " or " + usbReady + ", lspci as 1ac1:089a"}}
	}
	return found
}

func (m *Machine) usbTPUs() (found []Finding) {
	devices, _ := fs.Glob(m.Root, "sys/bus/usb/devices/*")
	for _, dir := range devices {
		id := m.read(dir+"/idVendor") + ":" + m.read(dir+"/idProduct")
		if id == usbNew || id == usbReady {
			found = append(found, m.usbTPU(fmt.Sprintf("usb:%d", len(found)), dir, id))
		}
	}
	return found
}

// usbTPU says how one USB accelerator fares, the gravest first.
func (m *Machine) usbTPU(name, dir, id string) Finding {
	bus, _ := strconv.Atoi(m.read(dir + "/busnum"))
	dev, _ := strconv.Atoi(m.read(dir + "/devnum"))
	node := fmt.Sprintf("dev/bus/usb/%03d/%03d", bus, dev)
	f := Finding{Name: name}
	if err := m.Open(node); err != nil {
		f.Wrong, f.State = true, fmt.Sprintf("/%s cannot be opened: %v", node, err)
		f.Remedy = "install libedgetpu's udev rule and add the user that runs edged to the group plugdev"
		return f
	}
	if who := m.holder(node); who != "" {
		f.Wrong, f.State, f.Remedy = true, "is in use by "+who, "an Edge TPU serves one process: stop the other one"
		return f
	}
	switch speed, _ := strconv.Atoi(m.read(dir + "/speed")); {
	case speed > 0 && speed < 480:
		f.Wrong, f.State = true, fmt.Sprintf("is connected at %d Mbit/s", speed)
		f.Remedy = "the cable or the hub is bad: use the accelerator's own cable and a USB 3 port"
	case speed == 480:
		f.State = "is ready, at USB 2 speed (480 Mbit/s): each inference takes longer"
		f.Remedy = "use a USB 3 port, and a cable with all wires"
	case id == usbNew:
		f.State = "is not initialised yet (" + usbNew + "): libedgetpu loads its firmware at the first use"
	default:
		f.State = "is ready"
	}
	return f
}

func (m *Machine) pciTPUs() (found []Finding) {
	devices, _ := fs.Glob(m.Root, "sys/bus/pci/devices/*")
	for _, dir := range devices {
		if m.read(dir+"/vendor") == apexVendor && m.read(dir+"/device") == apexDevice {
			found = append(found, m.pciTPU(len(found)))
		}
	}
	return found
}

func (m *Machine) pciTPU(i int) Finding {
	f := Finding{Name: fmt.Sprintf("pci:%d", i), Wrong: true}
	node := fmt.Sprintf("dev/apex_%d", i)
	_, missing := fs.Stat(m.Root, node)
	const pages = 4096
	switch {
	case m.PageSize > pages:
		f.State = fmt.Sprintf("the kernel has pages of %d KiB, the Edge TPU's driver needs 4 KiB", m.PageSize>>10)
		f.Remedy = "on a Raspberry Pi 5 write kernel=kernel8.img into config.txt, and reboot"
	case missing != nil:
		f.State = "is on the bus, but /" + node + " is missing: the driver apex is not loaded"
		f.Remedy = "install gasket-dkms, then modprobe apex"
	default:
		return m.apex(f, node, i)
	}
	return f
}

// apex says how a PCI Edge TPU with its driver fares. The driver's files are those of apex_driver.c.
func (m *Machine) apex(f Finding, node string, i int) Finding {
	if err := m.Open(node); err != nil {
		f.State = fmt.Sprintf("/%s cannot be opened: %v", node, err)
		f.Remedy = "add the user that runs edged to the group apex; a udev rule gives the device to that group"
		return f
	}
	if who := m.holder(node); who != "" {
		f.State, f.Remedy = "is in use by "+who, "an Edge TPU serves one process: stop the other one"
		return f
	}
	sys := fmt.Sprintf("sys/class/apex/apex_%d", i)
	if status := m.read(sys + "/status"); status != "" && status != "ALIVE" {
		f.State, f.Remedy = "its driver says "+status, "power the board off and on; dmesg says more"
		return f
	}
	f.Wrong, f.State = false, "is ready"
	if milli, err := strconv.Atoi(m.read(sys + "/temp")); err == nil {
		f.State += fmt.Sprintf(", at %d °C", milli/1000)
		const throttles = 85000
		if milli >= throttles {
			f.State, f.Remedy = f.State+": it slows down", "cool it"
		}
	}
	return f
}

// holder returns the process, other than edged's own, that has the device open: "frigate (pid 812)". Only root sees the
// processes of other users.
func (m *Machine) holder(node string) string {
	links, _ := fs.Glob(m.Root, "proc/[0-9]*/fd/*")
	for _, link := range links {
		to, err := fs.ReadLink(m.Root, link)
		if err != nil || to != "/"+node {
			continue
		}
		pid := strings.Split(link, "/")[1]
		if name := m.read("proc/" + pid + "/comm"); name != "" && name != "edged" {
			return fmt.Sprintf("%s (pid %s)", name, pid)
		}
	}
	return ""
}

// read returns a small file without its line's end; empty if it is not there.
func (m *Machine) read(name string) string {
	b, err := fs.ReadFile(m.Root, path.Clean(name))
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(b))
}

// compiledFor reports whether a model has been compiled for the Edge TPU.
func compiledFor(m *tflite.Model) bool {
	for i := range m.Graphs {
		for j := range m.Graphs[i].Ops {
			if m.Graphs[i].Ops[j].Custom == "edgetpu-custom-op" {
				return true
			}
		}
	}
	return false
}

var errNotCompiled = &WorkerError{Fault: Refused, What: "the model is not compiled for the Edge TPU: it has no edgetpu-custom-op",
	Hint: "edgetpu_compiler makes MODEL_edgetpu.tflite of an int8 model; or set allow_cpu"}

// edgeTPUOptions completes what libedgetpu is told: it drops Performance unless device carries an index.
func edgeTPUOptions(given map[string]string) map[string]string {
	options := map[string]string{}
	maps.Copy(options, given)
	if d := options["device"]; d == "usb" || d == "pci" {
		options["device"] = d + ":0"
	}
	if options["Performance"] != "" && options["device"] == "" {
		options["device"] = "usb:0"
	}
	return options
}
