package mic

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"strings"
)

// Card is a sound card that Linux has now. Its number may be another after the next start.
type Card struct {
	Number   int
	ID       string // "Device": unique among the cards there are
	Name     string // "USB PnP Sound Device"
	Long     string // "C-Media Electronics Inc. USB PnP Sound Device at usb-0000:01:00.0-1.2, full speed"
	USB      string // "0d8c:0014"; empty for what is no USB device
	Serial   string // of the USB device; many have none
	Captures []int  // the devices that record
}

func (c *Card) String() string { return fmt.Sprintf("hw:%s %q", c.ID, c.Name) }

// Report is what a device can do, least and most of each.
type Report struct {
	Formats         []string // of Formats
	Rates, Channels [2]int
}

// Cards lists the sound cards by what /proc/asound and /sys/class/sound say; root holds both. Without a sound system there
// are none.
func Cards(root fs.FS) ([]Card, error) {
	entries, err := fs.ReadDir(root, "sys/class/sound")
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	names := cardNames(root)
	var cards []Card
	for _, e := range entries {
		if n, ok := number(e.Name(), "card"); ok {
			c := Card{Number: n, Captures: captures(entries, n)}
			c.ID = firstLine(root, fmt.Sprintf("sys/class/sound/card%d/id", n))
			c.Name, c.Long = names[n][0], names[n][1]
			c.USB = firstLine(root, fmt.Sprintf("proc/asound/card%d/usbid", n))
			if c.USB != "" {
				c.Serial = serial(root, firstLine(root, fmt.Sprintf("proc/asound/card%d/usbbus", n)))
			}
			cards = append(cards, c)
		}
	}
	slices.SortFunc(cards, func(a, b Card) int { return a.Number - b.Number })
	return cards, nil
}

// captures returns the devices of card n for which there is a pcmC<n>D<device>c.
func captures(entries []fs.DirEntry, n int) []int {
	var devices []int
	for _, e := range entries {
		name, ok := strings.CutSuffix(e.Name(), "c")
		if device, is := number(name, fmt.Sprintf("pcmC%dD", n)); ok && is {
			devices = append(devices, device)
		}
	}
	slices.Sort(devices)
	return devices
}

// cardNames reads the names and the long names out of /proc/asound/cards, two lines a card:
//
//	1 [Device         ]: USB-Audio - USB PnP Sound Device
//	                     C-Media Electronics Inc. USB PnP Sound Device at usb-0000:01:00.0-1.2, full speed
func cardNames(root fs.FS) map[int][2]string {
	names := map[int][2]string{}
	text, _ := fs.ReadFile(root, "proc/asound/cards") // a kernel without it has cards without names
	lines := strings.Split(string(text), "\n")
	for i, line := range lines {
		head, rest, ok := strings.Cut(line, "]: ")
		num, _, is := strings.Cut(head, "[")
		n, good := number(strings.TrimSpace(num), "")
		_, name, named := strings.Cut(rest, " - ")
		if ok && is && good && named && i+1 < len(lines) {
			names[n] = [2]string{strings.TrimSpace(name), strings.TrimSpace(lines[i+1])}
		}
	}
	return names
}

// serial returns the serial number of the USB device at a place like "001/004", its bus and its address there.
func serial(root fs.FS, place string) string {
	bus, address, _ := strings.Cut(place, "/")
	entries, _ := fs.ReadDir(root, "sys/bus/usb/devices")
	for _, e := range entries {
		dir := "sys/bus/usb/devices/" + e.Name() + "/"
		if sameNumber(firstLine(root, dir+"busnum"), bus) && sameNumber(firstLine(root, dir+"devnum"), address) {
			return firstLine(root, dir+"serial")
		}
	}
	return ""
}

// sameNumber compares "4" with "004".
func sameNumber(a, b string) bool {
	return a != "" && strings.TrimLeft(a, "0") == strings.TrimLeft(b, "0")
}

// Holder says which process has the device open for recording: "arecord (process 812)", empty if nobody has or the kernel
// does not tell.
func Holder(root fs.FS, card, device int) string {
	for sub := range 8 { // of a device, which as a rule has one
		status, err := fs.ReadFile(root, fmt.Sprintf("proc/asound/card%d/pcm%dc/sub%d/status", card, device, sub))
		if err != nil {
			return ""
		}
		if id := field(string(status), "owner_pid"); id != "" {
			return process(root, id)
		}
	}
	return ""
}

// process names the process that the task id belongs to.
func process(root fs.FS, id string) string {
	status, err := fs.ReadFile(root, "proc/"+id+"/status")
	if err != nil {
		return "process " + id // whose thread has ended
	}
	name, group := field(string(status), "Name"), field(string(status), "Tgid")
	if group == "" {
		group = id
	}
	if comm := firstLine(root, "proc/"+group+"/comm"); comm != "" {
		name = comm // the status is a thread's
	}
	return fmt.Sprintf("%s (process %s)", name, group)
}

// field returns the value of a line "key : value", up to its first blank.
func field(text, key string) string {
	for line := range strings.Lines(text) {
		if k, v, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(k) == key {
			if words := strings.Fields(v); len(words) > 0 {
				return words[0]
			}
		}
	}
	return ""
}

// firstLine returns a file's first line without blanks around it; empty if there is none.
func firstLine(root fs.FS, path string) string {
	text, _ := fs.ReadFile(root, path)
	line, _, _ := strings.Cut(string(text), "\n")
	return strings.TrimSpace(line)
}

// number returns n of a name that is prefix and n.
func number(name, prefix string) (n int, ok bool) {
	digits, ok := strings.CutPrefix(name, prefix)
	v, err := strconv.ParseUint(digits, 10, 16)
	return int(v), ok && err == nil
}
