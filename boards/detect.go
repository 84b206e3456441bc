package boards

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
)

// Machine is a board as it was found. What its files do not say is zero.
type Machine struct {
	Board      *Profile // never nil
	Model      string   // what the device tree or the firmware calls it
	Compatible []string // of the device tree's root, the most specific first

	System System
	CPU    CPU
	Memory Memory
	User   User

	Zones        []Zone
	Throttled    Flags
	Tells        Flags         // those that the kernel would tell of
	PowerMode    string        // of a Jetson: "MAXN"
	Accelerators []Accelerator // of the board's, those that are there
}

// Detect says what machine root is the root directory of. What could be found is there beside an error too.
func Detect(root fs.FS) (Machine, error) {
	r := reader{root: root}
	if _, err := fs.Stat(root, "proc"); err != nil {
		return Machine{Board: find(nil, "")}, fmt.Errorf("boards: no /proc: %w", err)
	}
	m := Machine{Model: r.model(), Compatible: r.compatible()}
	m.Board = find(m.Compatible, m.Model)
	m.System, m.CPU, m.Memory, m.User = r.system(), r.cpu(), r.memory(), r.user()
	m.Zones, m.PowerMode = Zones(root), powerMode(root)
	m.Accelerators = present(root, m.Board.Accelerators)
	t, err := OpenThrottle(root)
	if err == nil {
		m.Throttled, err = t.Read()
		m.Tells, err = t.Tells(), errors.Join(err, t.Close())
	}
	if errors.Is(err, ErrNoThrottle) {
		err = nil
	}
	if err = errors.Join(append(r.errs, err)...); err != nil {
		err = fmt.Errorf("boards: %w", err)
	}
	return m, err
}

// model is what the device tree says, or on other machines the firmware.
func (r *reader) model() string {
	for _, name := range []string{"proc/device-tree/model", "sys/firmware/devicetree/base/model", "sys/class/dmi/id/product_name"} {
		if text := attribute(r.root, name); text != "" {
			return text
		}
	}
	return ""
}

// compatible is the list of the device tree's root: strings that each end with a zero byte (Devicetree specification 2.3.1).
func (r *reader) compatible() []string {
	text := attribute(r.root, "proc/device-tree/compatible")
	if text == "" {
		text = attribute(r.root, "sys/firmware/devicetree/base/compatible")
	}
	return strings.FieldsFunc(text, func(c rune) bool { return c == 0 })
}

// present returns those accelerators whose driver has made a file, or that are on the USB.
func present(root fs.FS, likely []Accelerator) []Accelerator {
	plugged := usb(root)
	var all []Accelerator
	for _, a := range likely {
		if a.there(root, plugged) {
			all = append(all, a)
		}
	}
	return all
}

func (a *Accelerator) there(root fs.FS, plugged map[string]bool) bool {
	for _, id := range a.USB {
		if plugged[id] {
			return true
		}
	}
	for _, pattern := range a.Nodes {
		if found, err := fs.Glob(root, pattern); err == nil && len(found) > 0 {
			return true
		}
	}
	return false
}

// usb returns VENDOR:PRODUCT of what is plugged in.
func usb(root fs.FS) map[string]bool {
	const dir = "sys/bus/usb/devices"
	all := map[string]bool{}
	for _, name := range list(root, dir, "") {
		if vendor := attribute(root, dir+"/"+name+"/idVendor"); vendor != "" {
			all[vendor+":"+attribute(root, dir+"/"+name+"/idProduct")] = true
		}
	}
	return all
}

// powerMode is that of NVIDIA's nvpmodel: /var/lib/nvpmodel/status has the number of the mode, as "pmode:0002", and
// /etc/nvpmodel.conf its name, as "< POWER_MODEL ID=2 NAME=MAXN >". Without a name it is the number.
func powerMode(root fs.FS) string {
	_, digits, ok := strings.Cut(attribute(root, "var/lib/nvpmodel/status"), "pmode:")
	if !ok {
		return ""
	}
	id := strings.TrimLeft(digits, "0")
	if id == "" {
		id = "0"
	}
	conf, _ := read(root, "etc/nvpmodel.conf", fileLimit)
	for line := range strings.Lines(conf) {
		words := strings.Fields(line)
		if len(words) >= 4 && words[1] == "POWER_MODEL" && words[2] == "ID="+id {
			return strings.TrimPrefix(words[3], "NAME=")
		}
	}
	return id
}
