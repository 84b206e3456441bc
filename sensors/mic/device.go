package mic

import (
	"fmt"
	"io/fs"
	"slices"
	"strings"
)

// wanted is which card and device a config asks for.
type wanted struct {
	text   string           // as the config has it
	what   string           // "card 1", for errors
	is     func(*Card) bool // whether it is that card
	device int              // −1 takes the first that records
}

// parseDevice reads any, hw:…, name:… or usb:…. It is an error if text is none of these.
func parseDevice(text string) (wanted, error) {
	kind, rest, _ := strings.Cut(text, ":")
	w := wanted{text: text, device: -1}
	switch {
	case text == "any":
		w.what, w.is = "card", func(*Card) bool { return true }
		return w, nil
	case kind == "hw" && rest != "":
		return w.hardware(rest)
	case kind == "name" && rest != "":
		w.what = fmt.Sprintf("card with %q in its name", rest)
		w.is = func(c *Card) bool { return contains(c.Name, rest) || contains(c.ID, rest) }
		return w, nil
	case kind == "usb":
		return w.usb(rest)
	}
	return w, fmt.Errorf("microphone %q is not known", text)
}

// hardware reads "1", "1,0", "Device,0" and "CARD=Device,DEV=0".
func (w wanted) hardware(text string) (wanted, error) {
	card, device, more := strings.Cut(text, ",")
	card = strings.TrimPrefix(card, "CARD=")
	if more {
		n, ok := number(strings.TrimPrefix(device, "DEV="), "")
		if !ok {
			return w, fmt.Errorf("microphone %q: %q is not a device's number; write hw:CARD,DEVICE", w.text, device)
		}
		w.device = n
	}
	w.what = "card " + card
	n, numbered := number(card, "")
	w.is = func(c *Card) bool { return c.ID == card || numbered && c.Number == n }
	if card == "" {
		return w, fmt.Errorf("microphone %q names no card; write hw:1 or hw:CARD=Device", w.text)
	}
	return w, nil
}

// usb reads "0d8c:0014" and "0d8c:0014:SERIAL".
func (w wanted) usb(text string) (wanted, error) {
	parts := strings.SplitN(text, ":", 3)
	if len(parts) < 2 || !hex4(parts[0]) || !hex4(parts[1]) {
		return w, fmt.Errorf("microphone %q: want usb:VENDOR:PRODUCT as lsusb has them, such as usb:0d8c:0014", w.text)
	}
	id := strings.ToLower(parts[0] + ":" + parts[1])
	w.what = "USB sound card " + text
	w.is = func(c *Card) bool { return c.USB == id && (len(parts) < 3 || c.Serial == parts[2]) }
	return w, nil
}

func hex4(s string) bool { return len(s) == 4 && strings.Trim(s, "0123456789abcdefABCDEF") == "" }

// contains reports whether part is in name, whatever the case.
func contains(name, part string) bool {
	return strings.Contains(strings.ToLower(name), strings.ToLower(part))
}

// find returns the card and the device that w means now. An error says what there is instead.
func (w *wanted) find(root fs.FS) (card Card, device int, err error) {
	cards, err := Cards(root)
	if err != nil {
		return Card{}, 0, err
	}
	var there []string
	for _, c := range cards {
		there = append(there, c.String())
		switch {
		case !w.is(&c):
		case w.device < 0 && len(c.Captures) > 0:
			return c, c.Captures[0], nil
		case w.device >= 0 && slices.Contains(c.Captures, w.device):
			return c, w.device, nil
		case w.text != "any":
			return c, 0, fmt.Errorf("%v has no device %sthat records", &c, numbered(w.device))
		}
	}
	switch {
	case len(cards) == 0:
		return Card{}, 0, fmt.Errorf("no %s: there is no sound card", w.what)
	case w.text == "any":
		return Card{}, 0, fmt.Errorf("no card that records; there are %s", strings.Join(there, ", "))
	}
	return Card{}, 0, fmt.Errorf("no %s; there are %s", w.what, strings.Join(there, ", "))
}

func numbered(device int) string {
	if device < 0 {
		return ""
	}
	return fmt.Sprintf("%d ", device)
}
