package config

import (
	"slices"
	"strings"
	"time"
)

// sensor checks that s has exactly one source, and no key that belongs to another kind of source.
func (v *validator) sensor(path, name string, s *Sensor) {
	v.name(path, name)
	var kinds []string
	for kind, set := range map[string]bool{
		"camera": s.Camera != "", "microphone": s.Microphone != "", "i2c": s.I2C != "", "iio": s.IIO != "", "replay": s.Replay != "",
	} {
		if set {
			kinds = append(kinds, kind)
		}
	}
	slices.Sort(kinds)
	if len(kinds) != 1 {
		v.errorAt(path, "give one of camera, microphone, i2c, iio, replay", "%d sources: %s", len(kinds), orNone(kinds))
		return
	}
	v.belongs(path, kinds[0])
	v.fault(path+".fault", s)
	switch kinds[0] {
	case "camera":
		v.camera(path, s)
		if s.Snapshot != 0 {
			v.atLeast(path+".snapshot", s.Snapshot, 100*time.Millisecond)
		}
	case "microphone":
		v.microphone(path, s)
	case "i2c":
		v.chip(path, s)
	case "iio":
		v.atLeast(path+".every", s.Every, 10*time.Millisecond)
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
		"camera": {"rate", "size", "format", "repeat", "snapshot"}, "microphone": microphoneKeys(), "i2c": chipKeys(), "iio": {"every"}, "replay": {"repeat"},
	}
	for _, key := range slices.Concat([]string{"rate", "size", "format", "repeat", "snapshot", "level_every"}, chipKeys()) {
		if _, given := v.c.places[path+"."+key]; given && !slices.Contains(own[kind], key) {
			v.errorAt(path+"."+key, "keys of a "+kind+": "+strings.Join(own[kind], ", "), "does not belong to a %s", kind)
		}
	}
}
