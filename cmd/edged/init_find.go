package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strconv"
	"strings"

	"edged/sensors/camera"
	"edged/sensors/i2c"
	"edged/sensors/iio"
	"edged/sensors/mic"
)

// gear is something that is there and that a config can name.
type gear struct {
	kind  string   // camera, microphone, i2c, iio
	name  string   // in the config
	keys  string   // of its sensor, as YAML between braces
	about string   // for people
	gives []string // readings
}

// finder looks for gear with the eyes of edged doctor.
type finder struct {
	sensors     sensorDoctor
	cameras     cameraDoctor
	microphones microphoneDoctor
}

func newFinder(ask bool) finder {
	return finder{newSensorDoctor(ask), newCameraDoctor(), newMicrophoneDoctor()}
}

// find returns what is there, each with a name of its own.
func (f *finder) find(ctx context.Context) ([]gear, error) {
	cams, err := f.findCameras()
	if err != nil {
		return nil, err
	}
	mics, err := f.findMicrophones()
	if err != nil {
		return nil, err
	}
	chips, err := f.findChips(ctx)
	if err != nil {
		return nil, err
	}
	devices, err := iio.List(f.sensors.sys)
	if err != nil {
		return nil, err
	}
	all := slices.Concat(cams, mics, chips, kernelSensors(devices))
	taken := map[string]bool{}
	for i := range all {
		all[i].name = freeName(all[i].name, taken)
	}
	return all, nil
}

// freeName is the name, or the name with the first number that nobody has.
func freeName(name string, taken map[string]bool) string {
	free := name
	for n := 2; taken[free]; n++ {
		free = name + strconv.Itoa(n)
	}
	taken[free] = true
	return free
}

// findCameras returns V4L2 cameras, and a Raspberry Pi's own where a bare sensor and the program for it are there.
func (f *finder) findCameras() ([]gear, error) {
	nodes, err := camera.Nodes(f.cameras.sys)
	if err != nil {
		return nil, err
	}
	var all []gear
	bare := false
	seen := map[string]bool{}
	for _, n := range nodes {
		r, err := f.cameras.inspect(n)
		bare = bare || r.Bare
		if r.Bare || err != nil && !errors.Is(err, fs.ErrPermission) {
			continue
		}
		all = append(all, gear{kind: "camera", name: "cam", keys: fmt.Sprintf("camera: %q, rate: 4", cameraRef(&n, seen)), about: plain(n.Name)})
	}
	if _, err := f.cameras.rpicam(); err == nil && bare {
		all = append(all, gear{kind: "camera", name: "cam", keys: "camera: rpicam, rate: 4", about: "the board's own camera"})
	}
	return all, nil
}

// cameraRef names a camera so that it is found again when numbers move: by its USB identity, unless another has the same. A
// camera has several nodes: the second with one serial number is no second camera, and is named by its path too.
func cameraRef(n *camera.Node, seen map[string]bool) string {
	ref := "usb:" + n.USB
	if n.Serial != "" {
		ref += ":" + n.Serial
	}
	if n.USB == "" || seen[ref] {
		return n.Path
	}
	seen[ref] = true
	return ref
}

// findMicrophones returns each card's first device that records. The kernel's loopback is no microphone.
func (f *finder) findMicrophones() ([]gear, error) {
	cards, err := mic.Cards(f.microphones.root)
	if err != nil {
		return nil, err
	}
	var all []gear
	seen := map[string]bool{}
	for _, c := range cards {
		if len(c.Captures) == 0 || strings.HasPrefix(c.Name, "Loopback") {
			continue
		}
		ref := "usb:" + c.USB
		if c.Serial != "" {
			ref += ":" + c.Serial
		}
		if c.USB == "" || seen[ref] {
			ref = fmt.Sprintf("hw:CARD=%s,DEV=%d", c.ID, c.Captures[0])
		}
		seen[ref] = true
		all = append(all, gear{kind: "microphone", name: "mic", keys: fmt.Sprintf("microphone: %q", ref), about: plain(c.Name)})
	}
	return all, nil
}

// findChips asks who is on the buses, if that is wanted. Of several chips that may have an address it takes the first.
func (f *finder) findChips(ctx context.Context) ([]gear, error) {
	if f.sensors.probe == nil {
		return nil, nil
	}
	buses, err := i2c.List(f.sensors.sys)
	if err != nil {
		return nil, err
	}
	var all []gear
	for _, b := range buses {
		if f.sensors.open(fmt.Sprintf("/dev/i2c-%d", b.Number)) != nil {
			continue // edged doctor says why
		}
		found, err := f.sensors.probe(ctx, b.Number, b.Held)
		if err != nil {
			continue // a bus of a screen, as a rule, on which nobody answers at all
		}
		for _, c := range found {
			g := gear{kind: "i2c", name: c.Chips[0], about: fmt.Sprintf("somebody answers at %#02x", c.Address), gives: gives(c.Chips[0])}
			g.keys = fmt.Sprintf("i2c: %d, chip: %s, address: %#02x", b.Number, c.Chips[0], c.Address)
			if others := c.Chips[1:]; len(others) > 0 {
				g.about += "; it may be a " + strings.Join(others, ", ") + " too"
			}
			all = append(all, g)
		}
	}
	return all, ctx.Err()
}

// gives are the readings of a chip.
func gives(chip string) []string {
	var all []string
	for _, m := range i2c.Models() {
		if m.Name == chip {
			for _, q := range m.Gives {
				all = append(all, q.Name)
			}
		}
	}
	return all
}

// kernelSensors are the devices that measure something. Two of one name are told apart by their numbers.
func kernelSensors(devices []iio.Info) []gear {
	count := map[string]int{}
	for _, d := range devices {
		count[d.Name]++
	}
	var all []gear
	for _, d := range devices {
		ref := d.Name
		if count[d.Name] > 1 || ref == "" {
			ref = d.ID
		}
		if len(d.Values) > 0 {
			g := gear{kind: "iio", name: sensorName(d.Name), keys: fmt.Sprintf("iio: %q", ref), gives: d.Values}
			g.about = plain(strings.Join(d.Values, ", "))
			all = append(all, g)
		}
	}
	return all
}

// sensorName makes a name that a config and a topic may have.
func sensorName(text string) string {
	name := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '_' || r == '-' {
			return r
		}
		return '_'
	}, strings.ToLower(text))
	if name = strings.Trim(name, "_-"); name == "" {
		return "sensor"
	}
	return name[:min(len(name), 32)]
}

// plain is text that may stand in a comment: what a device says of itself is not to be trusted with more.
func plain(text string) string {
	runes := []rune(strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r == 0x85 || r == 0x2028 || r == 0x2029 || r == 0xfeff || r == 0xfffd {
			return -1
		}
		return r
	}, text))
	return strings.TrimSpace(string(runes[:min(len(runes), 80)]))
}

// measured returns the names of those of the gear that give one of the fields, and which fields they give.
func measured(found []gear, fields []string) (names []string, have map[string]bool) {
	have = map[string]bool{}
	for _, g := range found {
		given := maps.Clone(have)
		for _, field := range g.gives {
			if slices.Contains(fields, field) {
				have[field] = true
			}
		}
		if len(have) > len(given) {
			names = append(names, g.name)
		}
	}
	return names, have
}
