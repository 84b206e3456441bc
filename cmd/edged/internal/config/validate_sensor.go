package config

import (
	"maps"
	"slices"
	"strings"
	"time"
)

// sensor checks that s has exactly one source, and no key that belongs to another kind of source.
func (v *validator) sensor(path, name string, s *Sensor) {
	v.name(path, name)
	var kinds []string
	for kind, set := range map[string]bool{
		"camera": s.Camera != "", "microphone": s.Microphone != "", "i2c": s.I2C != "", "replay": s.Replay != "",
	} {
		if set {
			kinds = append(kinds, kind)
		}
	}
	slices.Sort(kinds)
	if len(kinds) != 1 {
		v.errorAt(path, "give one of camera, microphone, i2c, replay", "%d sources: %s", len(kinds), orNone(kinds))
		return
	}
	v.belongs(path, kinds[0])
	switch kinds[0] {
	case "camera":
		v.recording(path+".camera", s.Camera, "camera")
		if !(s.Rate >= 0.001 && s.Rate <= 1000) {
			v.errorAt(path+".rate", "", "%v pictures a second; want 0.001 to 1000", s.Rate)
		}
		if s.Snapshot != 0 {
			v.atLeast(path+".snapshot", s.Snapshot, 100*time.Millisecond)
		}
	case "microphone":
		v.recording(path+".microphone", s.Microphone, "microphone")
	case "i2c":
		v.chip(path, s)
	}
}

func orNone(words []string) string {
	if len(words) == 0 {
		return "none"
	}
	return strings.Join(words, ", ")
}

// belongs checks that the keys beside the source are the source's own.
func (v *validator) belongs(path, kind string) {
	own := map[string][]string{
		"camera": {"rate", "repeat", "snapshot"}, "microphone": {"repeat"}, "i2c": {"chip", "address", "every"}, "replay": {"repeat"},
	}
	for _, key := range []string{"rate", "repeat", "snapshot", "chip", "address", "every"} {
		if _, given := v.c.places[path+"."+key]; given && !slices.Contains(own[kind], key) {
			v.errorAt(path+"."+key, "keys of a "+kind+": "+strings.Join(own[kind], ", "), "does not belong to a %s", kind)
		}
	}
}

// recording checks a camera or microphone. Live ones come with a later version.
func (v *validator) recording(path, source, device string) {
	if _, _, ok := Recording(source); !ok {
		v.errorAt(path, "use dir:PATH or file:PATH", "%q is a live %s, which is not in this version", source, device)
	}
}

func (v *validator) chip(path string, s *Sensor) {
	known := slices.Sorted(maps.Keys(chips))
	if s.Chip == "" {
		v.errorAt(path, "known chips: "+strings.Join(known, ", "), "no chip")
		return
	}
	if _, ok := chips[s.Chip]; !ok {
		v.errorAt(path+".chip", didYouMean(s.Chip, known), "%q is not a chip that this version reads", s.Chip)
	}
	const last = 0x77
	if first := chips[s.Chip]; first != 0 && (s.Address < first || s.Address > last) {
		v.errorAt(path+".address", "", "a %s cannot have the address %#02x; it has %#02x to %#02x", s.Chip, uint8(s.Address), uint8(first), last)
	}
	if s.I2C == SimBus && s.Chip != "bme280" && slices.Contains(known, s.Chip) {
		v.errorAt(path+".chip", "", "only a bme280 can be simulated, not a %s", s.Chip)
	}
	v.atLeast(path+".every", s.Every, 10*time.Millisecond)
}
