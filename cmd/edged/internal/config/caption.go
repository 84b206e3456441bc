package config

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"edged/models"
)

// Caption says in sentences what a pipeline finds: a model of what a fusion model found, or else a grammar of all that
// encoders find.
type Caption struct {
	// A .tflite file, or the name of a built-in model, that puts what the fusion model found into words. Default: none; a
	// grammar makes sentences of labels, detections and readings.
	Model string `yaml:"model,omitempty"`
	// The languages, en or de. The first is that of an event's caption, or the model's; the others are in its captions.
	// Default: en.
	Languages Names `yaml:"languages,omitempty"`
	// changed: when something else is to be told. always: with each result. Default: changed.
	When When `yaml:"when,omitempty"`
	// Without a model: how long something must be so, or not be so, before it is told; two captions are as far apart. Default:
	// 1s.
	Settle Duration `yaml:"settle,omitempty"`
	// Without a model: whose readings are told: sensors, or single values, as air.temperature. Default: none.
	Readings Names `yaml:"readings,omitempty"`
	// Without a model: parts of the pictures, by name, where things are said to be. Default: left, middle and right.
	Zones map[string]*Zone `yaml:"zones,omitempty"`
	// What labels are called, by language and label: a noun with its article, and its plural: [a forklift, forklifts]; or a
	// sentence, with its full stop, of how things are. Default: the words that edged knows, or the label.
	Words map[string]map[string]Names `yaml:"words,omitempty"`
	// With a model: the most words of a sentence. Default: 32.
	Longest int `yaml:"longest,omitempty"`
	// With a model: how many beginnings of a sentence are tried side by side. Default: 1.
	Beam int `yaml:"beam,omitempty"`
}

// Zone is a part of a picture. What has its middle there is said to be there; of zones that overlap, in the smallest.
type Zone struct {
	// The left, top, right and bottom edge, in fractions of the picture.
	Box []float64 `yaml:"box,omitempty"`
	// What is said of a thing that is there, by language, as en: at the door. Default: the zone's name.
	Words map[string]string `yaml:"words,omitempty"`
}

// When says with which results something is done.
type When string

// When a caption comes.
const (
	Changed When = "changed"
	Always  When = "always"
)

// Names is one name or several.
type Names []string

// MarshalYAML writes one name as a word.
func (n Names) MarshalYAML() (any, error) {
	if len(n) == 1 {
		return n[0], nil
	}
	return []string(n), nil
}

// Languages returns the codes of the languages that captions may have.
func Languages() []string { return []string{"de", "en"} }

// Limits of a caption.
const (
	mostWords     = 1024
	mostBeam      = 16
	mostSettle    = Duration(time.Minute)
	mostForms     = 2
	defaultSettle = Duration(time.Second)
)

func (c *Config) fillInCaption(s *Caption) {
	if s == nil {
		return
	}
	if s.When == "" {
		s.When = Changed
	}
	if s.Model == "" {
		if len(s.Languages) == 0 {
			s.Languages = Names{"en"}
		}
		if s.Settle == 0 {
			s.Settle = defaultSettle
		}
	}
	if IsFile(s.Model) {
		s.Model = c.absolute(s.Model)
	}
}

func (v *validator) caption(path string, c *Caption, fused bool) {
	if c == nil {
		return
	}
	if c.Model != "" && !fused {
		v.errorAt(path, "add fusion: { model: FILE.tflite }", "a caption's model needs a fusion model, whose findings it says")
	}
	if c.When != Changed && c.When != Always {
		v.errorAt(path+".when", "known: changed, always", "unknown time %q", c.When)
	}
	if c.Longest < 0 || c.Longest > mostWords {
		v.errorAt(path+".longest", "", "%d words; want 1 to %d", c.Longest, mostWords)
	}
	if c.Beam < 0 || c.Beam > mostBeam {
		v.errorAt(path+".beam", "", "%d beginnings; want 1 to %d", c.Beam, mostBeam)
	}
	v.captionOf(path, c.Model != "")
	for i, code := range c.Languages {
		v.language(path+".languages", code)
		if slices.Contains(c.Languages[:i], code) {
			v.errorAt(path+".languages", "", "%q stands twice", code)
		}
	}
	if c.Settle > mostSettle {
		v.errorAt(path+".settle", "", "%v is above %v", time.Duration(c.Settle), time.Duration(mostSettle))
	}
	v.told(path+".readings", c.Readings)
	for _, name := range slices.Sorted(maps.Keys(c.Zones)) {
		v.zone(path+".zones."+name, c.Zones[name])
	}
	v.words(path+".words", c.Words)
}

// captionOf notes keys that are for captions of the other kind: with a model, or without.
func (v *validator) captionOf(path string, model bool) {
	keys, hint := []string{"longest", "beam"}, "add model: FILE.tflite, or leave it out"
	if model {
		keys, hint = []string{"settle", "readings", "zones"}, "leave out one of the two"
	}
	for _, key := range keys {
		if _, given := v.c.places[path+"."+key]; given {
			v.errorAt(path+"."+key, hint, "%s", map[bool]string{true: "the model's sentences are its own", false: "there is no model"}[model])
		}
	}
}

func (v *validator) language(path, code string) {
	if !slices.Contains(Languages(), code) {
		v.errorAt(path, "known: "+strings.Join(Languages(), ", "), "no language %q", code)
	}
}

// told checks the sensors whose readings are told.
func (v *validator) told(path string, readings Names) {
	for _, name := range readings {
		sensor, _, _ := strings.Cut(name, ".")
		s, ok := v.c.Sensors[sensor]
		switch {
		case !ok:
			v.errorAt(path, didYouMean(sensor, slices.Sorted(maps.Keys(v.c.Sensors))), "no sensor is named %q", sensor)
		case !fits(models.Vector, s):
			v.errorAt(path, "a model tells of pictures and sound", "%q gives no readings", sensor)
		}
	}
}

func (v *validator) zone(path string, z *Zone) {
	const hint = "write box: [LEFT, TOP, RIGHT, BOTTOM] in fractions of the picture, as [0, 0.2, 0.3, 1]"
	if z == nil || len(z.Box) != 4 {
		v.errorAt(path, hint, "a zone has four edges")
		return
	}
	for i, edge := range z.Box {
		if !(edge >= 0 && edge <= 1) {
			v.errorAt(fmt.Sprintf("%s.box[%d]", path, i), hint, "%v is not between 0 and 1", edge)
			return
		}
	}
	if z.Box[0] >= z.Box[2] || z.Box[1] >= z.Box[3] {
		v.errorAt(path+".box", hint, "%v holds nothing", z.Box)
	}
	for _, code := range slices.Sorted(maps.Keys(z.Words)) {
		v.language(path+".words."+code, code)
	}
}

func (v *validator) words(path string, words map[string]map[string]Names) {
	for _, code := range slices.Sorted(maps.Keys(words)) {
		v.language(path+"."+code, code)
		for _, label := range slices.Sorted(maps.Keys(words[code])) {
			if forms := words[code][label]; len(forms) == 0 || len(forms) > mostForms || slices.Contains(forms, "") {
				v.errorAt(path+"."+code+"."+label, "write [a forklift, forklifts], or a sentence with its full stop", "%d forms of %q", len(forms), label)
			}
		}
	}
}
