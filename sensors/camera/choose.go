package camera

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"
)

// wanted says which V4L2 devices will do. What is empty does not matter.
type wanted struct {
	text string // as it was asked for

	path   string // of the device node
	name   string // part of the name that the driver gives
	vendor string // of the USB device: four hexadecimal digits
	model  string
	serial string
}

// ErrUnknown is wrapped by the error of a Device that is of no kind.
var ErrUnknown = errors.New("is no camera")

// parseWanted reads "/dev/video0", "name:PART", "usb:046d:0825", "usb:046d:0825:SERIAL" or "any".
func parseWanted(device string) (wanted, error) {
	w := wanted{text: device}
	kind, rest, _ := strings.Cut(device, ":")
	switch {
	case device == "any":
		return w, nil
	case strings.HasPrefix(device, "/"):
		w.path = device
		return w, nil
	case kind == "name" && strings.TrimSpace(rest) != "":
		w.name = strings.TrimSpace(rest)
		return w, nil
	case kind == "usb":
		parts := append(strings.SplitN(strings.ToLower(rest), ":", 3), "", "")
		w.vendor, w.model, w.serial = parts[0], parts[1], parts[2]
		if isUSB(w.vendor) && isUSB(w.model) {
			return w, nil
		}
		return w, fmt.Errorf("camera: %q is no USB identity; want usb:046d:0825, as lsusb prints it, and :SERIAL where two are alike", device)
	}
	return w, fmt.Errorf("camera: %q %w", device, ErrUnknown)
}

func isUSB(s string) bool {
	_, err := strconv.ParseUint(s, 16, 16)
	return err == nil && len(s) == 4
}

// Node is one V4L2 device of the system, as sysfs describes it.
type Node struct {
	Path   string // /dev/video0
	Name   string // that the driver gives: "HD Webcam: HD Webcam"; what it calls its card may be another
	USB    string // "046d:0825"; empty if it is no USB device
	Serial string // of the USB device
	number int
}

// String names the node as a person would look for it.
func (n *Node) String() string {
	text := fmt.Sprintf("%s %q", n.Path, n.Name)
	if n.USB != "" {
		text += " usb:" + n.USB
	}
	return text
}

// Nodes lists the V4L2 devices in sys, which is /sys, by their numbers. Not all of them give pictures.
func Nodes(sys fs.FS) ([]Node, error) {
	const class = "class/video4linux"
	entries, err := fs.ReadDir(sys, class)
	if err != nil && !errors.Is(err, fs.ErrNotExist) { // no V4L2 driver has been loaded
		return nil, err
	}
	var all []Node
	for _, e := range entries {
		digits, ok := strings.CutPrefix(e.Name(), "video")
		if n, err := strconv.ParseUint(digits, 10, 16); ok && err == nil {
			node := Node{Path: "/dev/" + e.Name(), Name: attribute(sys, path.Join(class, e.Name()), "name"), number: int(n)}
			node.identify(sys, path.Join(class, e.Name()))
			all = append(all, node)
		}
	}
	slices.SortFunc(all, func(a, b Node) int { return cmp.Compare(a.number, b.number) })
	return all, nil
}

// identify looks for the USB device above the node: the first folder upwards with an idVendor. The class's entry is a
// link into the tree of devices: ../../devices/…/1-1/1-1:1.0/video4linux/video0.
func (n *Node) identify(sys fs.FS, link string) {
	target, err := fs.ReadLink(sys, link)
	if err != nil {
		return
	}
	for dir := path.Join(path.Dir(link), target); strings.Contains(dir, "/") && fs.ValidPath(dir); dir = path.Dir(dir) {
		if vendor := attribute(sys, dir, "idVendor"); vendor != "" {
			n.USB = strings.ToLower(vendor + ":" + attribute(sys, dir, "idProduct"))
			n.Serial = attribute(sys, dir, "serial")
			return
		}
	}
}

// attribute reads a file of sysfs; empty if there is none.
func attribute(sys fs.FS, dir, name string) string {
	text, err := fs.ReadFile(sys, path.Join(dir, name))
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(text))
}

// pick returns the nodes that will do, in the order to try them. A path is taken as it is: it may be a link of udev's,
// and whether it is there the kernel says best.
// Where no name in sysfs fits, card says what the driver calls the node's card; "" if it cannot be asked.
func (w *wanted) pick(sys fs.FS, card func(Node) string) ([]Node, error) {
	if w.path != "" {
		return []Node{{Path: w.path}}, nil
	}
	all, err := Nodes(sys)
	if err != nil {
		return nil, fmt.Errorf("camera: %w", err)
	}
	fit := slices.DeleteFunc(slices.Clone(all), func(n Node) bool { return !w.fits(&n) })
	if len(fit) == 0 && w.name != "" {
		for _, n := range all {
			if contains(card(n), w.name) {
				fit = append(fit, n)
			}
		}
	}
	switch {
	case len(fit) > 0:
		return fit, nil
	case len(all) == 0:
		return nil, fmt.Errorf("camera: %s: no such camera; there is no V4L2 device at all", w.text)
	}
	return nil, fmt.Errorf("camera: %s: no such camera; there are %s", w.text, listed(all))
}

func (w *wanted) fits(n *Node) bool {
	if w.vendor != "" && n.USB != w.vendor+":"+w.model {
		return false
	}
	return contains(n.Name, w.name) && (w.serial == "" || strings.EqualFold(n.Serial, w.serial))
}

// contains ignores case.
func contains(name, part string) bool {
	return strings.Contains(strings.ToLower(name), strings.ToLower(part))
}

// listed names nodes in one line.
func listed(all []Node) string {
	var text []string
	for i := range all[:min(len(all), 8)] {
		text = append(text, all[i].String())
	}
	if len(all) > 8 {
		text = append(text, fmt.Sprintf("%d more", len(all)-8))
	}
	return strings.Join(text, ", ")
}
