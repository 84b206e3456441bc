package config

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"edged/models"
)

// reserved are the second levels of the MQTT topics that are the daemon's own.
var reserved = []string{"availability", "info", "health", "request", "response"}

const longestName = 63

// validator checks what a single key cannot know.
type validator struct {
	c    *Config
	errs Errors
}

// errorAt notes an error at the place of path, or of the nearest path above it that the file has.
func (v *validator) errorAt(path, hint, format string, args ...any) {
	e := &Error{File: v.c.file, Msg: orTop(path) + ": " + fmt.Sprintf(format, args...), Hint: hint}
	for p := path; ; p = p[:strings.LastIndexAny(p, ".[")] {
		if at, ok := v.c.places[p]; ok {
			e.Line, e.Col = at.line, at.col
			break
		}
		if !strings.ContainsAny(p, ".[") {
			break
		}
	}
	v.errs = append(v.errs, e)
}

func (v *validator) config() {
	v.name("device.id", v.c.Device.ID)
	v.mqtt("mqtt", &v.c.MQTT)
	v.discovery("mqtt", &v.c.MQTT)
	v.publishing("mqtt", &v.c.MQTT)
	v.commands("mqtt.commands", v.c.MQTT.Commands)
	v.tflite("tflite", &v.c.TFLite)
	v.bounds("limits", &v.c.Limits)
	v.sim("sim", v.c.Sim)
	if len(v.c.Sensors) == 0 {
		v.errorAt("sensors", "add one: sensors: { air: { i2c: sim, chip: bme280 } }", "no sensors; there is nothing to do")
	}
	for _, name := range slices.Sorted(maps.Keys(v.c.Sensors)) {
		v.sensor("sensors."+name, name, v.c.Sensors[name])
	}
	v.sharedAddresses()
	for _, name := range slices.Sorted(maps.Keys(v.c.Pipelines)) {
		path := "pipelines." + name
		if _, twice := v.c.Sensors[name]; twice {
			v.errorAt(path, "", "%q is a sensor's name too; names become topics and stand once", name)
		}
		v.pipeline(path, name, v.c.Pipelines[name])
	}
	v.media()
	if l := v.c.Alerts.WhyLimit; l != 0 && l < leastWhy {
		v.errorAt("alerts.why_limit", "write it as 4MiB", "%d bytes; want at least %d", l, leastWhy)
	} else if l > mostWhy {
		v.errorAt("alerts.why_limit", "write it as 4MiB", "%d bytes; want at most %d", l, mostWhy)
	}
}

// name checks a name that becomes a level of an MQTT topic.
func (v *validator) name(path, name string) {
	if slices.Contains(reserved, name) {
		v.errorAt(path, "", "%q is a topic of the daemon's own", name)
		return
	}
	v.level(path, name)
}

// level checks a name that becomes a level of an MQTT topic, below one that was checked by name.
func (v *validator) level(path, name string) {
	switch {
	case name == "" || len(name) > longestName:
		v.errorAt(path, "", "a name has 1 to %d characters, got %d", longestName, len(name))
	case strings.ContainsFunc(name, func(r rune) bool { return r > 0x7f || !nameByte(byte(r)) }):
		v.errorAt(path, "use letters, digits, _ and -", "%q cannot be part of an MQTT topic", name)
	}
}

func nameByte(b byte) bool {
	return 'a' <= b && b <= 'z' || 'A' <= b && b <= 'Z' || '0' <= b && b <= '9' || b == '_' || b == '-'
}

func (v *validator) pipeline(path, name string, p *Pipeline) {
	v.name(path, name)
	if len(p.Encoders) == 0 {
		v.errorAt(path, "add encoders: [{ sensor: NAME, model: FILE.tflite }]", "no encoders")
	}
	v.limits(path+".heads.labels", p.Heads.Labels)
	v.detections(path+".heads.detections", &p.Heads.Detections)
	v.fusion(path, p)
	v.alerts(path+".alerts", p)
	v.digest(path+".digest", p.Digest)
	if p.Budget != 0 {
		v.atLeast(path+".budget", p.Budget, time.Millisecond)
	}
	seen := map[[2]string]int{}
	for i, e := range p.Encoders {
		at := fmt.Sprintf("%s.encoders[%d]", path, i)
		if e == nil {
			v.errorAt(at, "", "an empty encoder")
			continue
		}
		v.encoder(at, e, p.Fusion != nil)
		v.schedule(at, e, p)
		pair := [2]string{strings.Join(e.Sensor, "+"), e.Model}
		if first, twice := seen[pair]; twice {
			v.errorAt(at, "", "the same sensor and model as encoders[%d]", first)
			continue
		}
		seen[pair] = i
	}
}

func (v *validator) limits(path string, l Limits) {
	if l.Threshold != nil {
		v.fraction(path+".threshold", *l.Threshold)
	}
	if l.Top < 1 {
		v.errorAt(path+".top", "", "%d entries; want at least 1", l.Top)
	}
}

func (v *validator) fraction(path string, f float64) {
	if !(f >= 0 && f <= 1) {
		v.errorAt(path, "", "%v is not between 0 and 1", f)
	}
}

func (v *validator) encoder(path string, e *Encoder, fused bool) {
	sensor := v.sensorsOf(path, e)
	if e.Model == "" {
		v.errorAt(path, "", "no model")
	}
	switch {
	case e.Smaller == "":
	case fused:
		v.errorAt(path+".smaller", "", "a fusion model knows what one model finds, and not what another does")
	case v.c.Limits == Bounds{}:
		v.errorAt(path+".smaller", "add limits: { temperature: 75°C }", "nothing asks for a smaller model without limits")
	}
	v.isTask(path, e, fused)
	if e.Threshold != nil {
		v.fraction(path+".threshold", *e.Threshold)
	}
	if e.Top < 0 {
		v.errorAt(path+".top", "", "%d entries; want at least 1", e.Top)
	}
	v.engine(path, e)
	if e.Input != nil {
		v.input(path+".input", e.Input, sensor)
	}
}

// sensorsOf checks an encoder's sensors, and returns the first; nil if there is none.
func (v *validator) sensorsOf(path string, e *Encoder) *Sensor {
	if len(e.Sensor) == 0 || e.Sensor[0] == "" {
		v.errorAt(path, "", "no sensor")
		return nil
	}
	for i, name := range e.Sensor {
		s, ok := v.c.Sensors[name]
		switch {
		case !ok:
			names := slices.Sorted(maps.Keys(v.c.Sensors))
			v.errorAt(path+".sensor", didYouMean(name, names), "no sensor is named %q", name)
		case len(e.Sensor) > 1 && !fits(models.Vector, s):
			v.errorAt(path+".sensor", "give it an encoder of its own", "%q gives no readings, and only those can be taken together", name)
			return s
		case slices.Contains(e.Sensor[:i], name):
			v.errorAt(path+".sensor", "", "%q stands twice", name)
		}
	}
	return v.c.Sensors[e.Sensor[0]]
}

const mostThreads = 256

// fits says whether an input of kind k can be made from the samples of s.
func fits(k models.Kind, s *Sensor) bool {
	_, _, recorded := Recorded(s.Replay) // may give anything
	switch k {
	case models.Image:
		return s.Camera != "" || recorded
	case models.MicroSpeech, models.MFCC, models.LogMel, models.Waveform:
		return s.Microphone != "" || recorded
	case models.Vector:
		return s.IIO != "" || s.I2C != "" || s.Replay != ""
	}
	return true
}

func (v *validator) input(path string, in *Input, s *Sensor) {
	kinds := []models.Kind{models.Image, models.MicroSpeech, models.MFCC, models.LogMel, models.Waveform, models.Vector}
	switch {
	case in.Kind == "":
	case !slices.Contains(kinds, in.Kind):
		v.errorAt(path+".kind", "known: image, micro_speech, mfcc, log_mel, waveform, vector", "unknown kind of input %q", in.Kind)
	case s != nil && !fits(in.Kind, s):
		v.errorAt(path+".kind", "", "%s cannot be made from this sensor", in.Kind)
	case in.Kind == models.Vector && len(in.Fields) == 0:
		v.errorAt(path, "name the readings: fields: [temperature, humidity]", "a vector without fields")
	}
	if in.Crop != "" && in.Crop != models.NoCrop && in.Crop != models.CenterCrop {
		v.errorAt(path+".crop", "known: none, center", "unknown crop %q", in.Crop)
	}
	if in.Rate < 0 || in.Rate > 384000 {
		v.errorAt(path+".rate", "", "%d samples a second", in.Rate)
	}
	switch {
	case in.Missing != "" && in.Missing != models.Mask:
		v.errorAt(path+".missing", "known: mask", "unknown way to treat what is missing %q", in.Missing)
	case in.Period != 0:
		v.atLeast(path+".period", in.Period, 10*time.Millisecond)
	}
	for i, std := range in.Std {
		if !(std > 0) {
			v.errorAt(fmt.Sprintf("%s.std[%d]", path, i), "", "%v is not above 0", std)
		}
	}
	for i, mean := range in.Mean {
		if mean != mean || mean-mean != 0 {
			v.errorAt(fmt.Sprintf("%s.mean[%d]", path, i), "", "%v is not a number", mean)
		}
	}
}

// atLeast notes a duration below the least useful one.
func (v *validator) atLeast(path string, d Duration, least time.Duration) {
	if time.Duration(d) < least {
		v.errorAt(path, "", "%s is below %s", time.Duration(d), least)
	}
}
