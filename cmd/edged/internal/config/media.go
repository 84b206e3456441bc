package config

import (
	"fmt"
	"slices"
	"time"
)

// Media is where pictures and sound of alerts are kept.
type Media struct {
	// A folder for them alone. "off" keeps none. Default: media in the folder that systemd's StateDirectory= names, or else
	// off.
	Path string `yaml:"path,omitempty"`
	// How large it may become; the oldest goes first. Default: 256MiB.
	Limit Size `yaml:"limit,omitempty"`
	// How long they are kept, as 12h or 7d. Default: 7d.
	Keep Age `yaml:"keep,omitempty"`
}

// Privacy says what never leaves memory: for the disk, the broker or a page.
type Privacy struct {
	// pictures, sound, or both. Default: none.
	Never []Medium `yaml:"never,omitempty"`
	// The classes of objects that are covered in pictures: [person], or [{ class: person, sensor: cam }]. Only pictures leave at
	// which an encoder has looked that finds the class, by task detections or yolo, without crop or gate. Default: none.
	Redact []Redaction `yaml:"redact,omitempty"`
}

// Medium is what a person may be known by.
type Medium string

// The media.
const (
	Pictures Medium = "pictures"
	Sound    Medium = "sound"
)

// Redaction is a class of objects that is covered. In YAML its class may stand alone.
type Redaction struct {
	// The class, as models name it.
	Class string `yaml:"class,omitempty"`
	// The camera. Default: all.
	Sensor string `yaml:"sensor,omitempty"`
}

// word takes what stands in place of keys.
func (r *Redaction) word(class string) { r.Class = class }

// Forbids says whether m never leaves.
func (p *Privacy) Forbids(m Medium) bool { return slices.Contains(p.Never, m) }

// The limits of media.
const (
	defaultMedia Size = 256 << 20
	leastMedia   Size = 1 << 20
	defaultKeep       = Age(7 * day)
)

func (c *Config) fillInMedia() {
	m := &c.Media
	if m.Path != Nowhere {
		m.Path = c.absolute(m.Path)
	}
	if *m == (Media{}) && !c.Keeps() {
		return
	}
	if m.Limit == 0 {
		m.Limit = defaultMedia
	}
	if m.Keep == 0 {
		m.Keep = defaultKeep
	}
}

// Keeps says whether pictures or sound of an alert are kept.
func (c *Config) Keeps() bool {
	for _, p := range c.Pipelines {
		for _, a := range p.Alerts {
			if len(a.Snapshot) > 0 || a.Clip != nil {
				return true
			}
		}
	}
	return false
}

// media checks where pictures and sound go, and what may not.
func (v *validator) media() {
	if l := v.c.Media.Limit; l != 0 && l < leastMedia {
		v.errorAt("media.limit", "write it as 256MiB", "%d bytes; want at least %d", l, leastMedia)
	}
	if k := time.Duration(v.c.Media.Keep); k != 0 && k < time.Minute {
		v.errorAt("media.keep", "write it as 7d", "%s is below 1m", k)
	}
	p := &v.c.Privacy
	for i, m := range p.Never {
		at := fmt.Sprintf("privacy.never[%d]", i)
		switch {
		case m != Pictures && m != Sound:
			v.errorAt(at, didYouMean(string(m), []string{string(Pictures), string(Sound)}), "unknown medium %q", m)
		case slices.Contains(p.Never[:i], m):
			v.errorAt(at, "", "%q stands twice", m)
		}
	}
	for i, r := range p.Redact {
		v.redaction(fmt.Sprintf("privacy.redact[%d]", i), r)
	}
	v.private()
}

func (v *validator) redaction(path string, r Redaction) {
	if r.Class == "" {
		v.errorAt(path, "write redact: [person], or [{ class: person, sensor: cam }]", "no class")
	}
	if r.Sensor != "" {
		v.gives(path+".sensor", r.Sensor, Pictures)
	}
}
