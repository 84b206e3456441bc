package config

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"edged/models"
	"edged/pipelines/publish/command"
)

// The limits of alerts.
const (
	mostAlerts    = 100 // of a pipeline
	longestWhen   = 1000
	longestWait   = 24 * time.Hour
	longestBefore = time.Minute
	longestAfter  = time.Minute
	leastWhy      = Size(64 << 10)
	mostWhy       = Size(256 << 20) // all of it is read for an answer
)

// alerts checks what a pipeline tells of. What conditions say is checked by who knows the models' labels.
func (v *validator) alerts(path string, p *Pipeline) {
	if n := len(p.Alerts); n > mostAlerts {
		v.errorAt(path, "make a second pipeline", "%d alerts; want at most %d", n, mostAlerts)
		return
	}
	for _, name := range slices.Sorted(maps.Keys(p.Alerts)) {
		v.level(path+"."+name, name)
		v.alert(path+"."+name, p.Alerts[name])
	}
}

func (v *validator) alert(path string, a *Alert) {
	v.condition(path, "when", a.When)
	if _, given := v.c.places[path+".clear_when"]; given {
		v.condition(path, "clear_when", a.ClearWhen)
		if a.Hysteresis != 0 {
			v.errorAt(path+".hysteresis", "leave out one of the two", "clear_when says when it closes")
		}
	}
	for key, d := range map[string]Duration{"for": a.For, "clear_after": a.ClearAfter, "cooldown": a.Cooldown} {
		if time.Duration(d) > longestWait {
			v.errorAt(path+"."+key, "", "%s is above %s", time.Duration(d), longestWait)
		}
	}
	if !slices.Contains(severities(), a.Severity) {
		v.errorAt(path+".severity", "known: info, warning, critical", "unknown severity %q", a.Severity)
	}
	v.keeps(path, a)
}

// condition checks that there is one.
func (v *validator) condition(path, key, expr string) {
	switch {
	case strings.TrimSpace(expr) == "":
		v.errorAt(path, fmt.Sprintf(`write %s: label("fire") > 0.8`, key), "no %s", key)
	case len(expr) > longestWhen:
		v.errorAt(path+"."+key, "make two alerts of it", "%d bytes; want at most %d", len(expr), longestWhen)
	}
}

// keeps checks the sensors of which something is kept.
func (v *validator) keeps(path string, a *Alert) {
	for i, name := range a.Snapshot {
		at := fmt.Sprintf("%s.snapshot[%d]", path, i)
		if v.gives(at, name, Pictures); slices.Contains(a.Snapshot[:i], name) {
			v.errorAt(at, "", "%q stands twice", name)
		}
	}
	if c := a.Clip; c != nil {
		v.clip(path+".clip", c)
	}
}

func (v *validator) clip(path string, c *Clip) {
	if len(c.Sensors) == 0 {
		v.errorAt(path, "write clip: { sensors: [mic] }", "no sensors")
	}
	for i, name := range c.Sensors {
		at := fmt.Sprintf("%s.sensors[%d]", path, i)
		if v.gives(at, name, Sound); slices.Contains(c.Sensors[:i], name) {
			v.errorAt(at, "", "%q stands twice", name)
		}
	}
	if d := time.Duration(c.Before); d > longestBefore {
		v.errorAt(path+".before", "", "%s is above %s", d, longestBefore)
	}
	if d := time.Duration(c.After); d > longestAfter {
		v.errorAt(path+".after", "", "%s is above %s", d, longestAfter)
	}
}

// gives checks that there is a sensor that may give pictures, or sound.
func (v *validator) gives(path, name string, m Medium) {
	kind, what := models.Image, "camera"
	if m == Sound {
		kind, what = models.Waveform, "microphone"
	}
	fitting := slices.DeleteFunc(slices.Sorted(maps.Keys(v.c.Sensors)), func(n string) bool { return !fits(kind, v.c.Sensors[n]) })
	switch s, ok := v.c.Sensors[name]; {
	case !ok:
		v.errorAt(path, didYouMean(name, fitting), "no sensor is named %q", name)
	case !fits(kind, s):
		v.errorAt(path, didYouMean(name, fitting), "%q is no %s", name, what)
	}
}

// private checks that nothing is asked for that privacy forbids.
func (v *validator) private() {
	const hint = "leave it out, or take %s out of privacy.never"
	forbidden := func(path string, m Medium) {
		if v.c.Privacy.Forbids(m) {
			v.errorAt(path, fmt.Sprintf(hint, m), "%s never leave", map[Medium]string{Pictures: "pictures", Sound: "clips of sound"}[m])
		}
	}
	for _, name := range slices.Sorted(maps.Keys(v.c.Sensors)) {
		if v.c.Sensors[name].Snapshot != 0 {
			forbidden("sensors."+name+".snapshot", Pictures)
		}
	}
	if v.c.MQTT.Allows(command.Snapshot) {
		forbidden("mqtt.commands", Pictures)
	}
	for _, name := range slices.Sorted(maps.Keys(v.c.Pipelines)) {
		alerts := v.c.Pipelines[name].Alerts
		for _, alert := range slices.Sorted(maps.Keys(alerts)) {
			path := "pipelines." + name + ".alerts." + alert
			if len(alerts[alert].Snapshot) > 0 {
				forbidden(path+".snapshot", Pictures)
			}
			if alerts[alert].Clip != nil {
				forbidden(path+".clip", Sound)
			}
		}
	}
}

// digest checks what is summed up.
func (v *validator) digest(path string, d *Digest) {
	if d == nil {
		return
	}
	if !d.Hourly && !d.Daily {
		v.errorAt(path, "leave it out", "neither hourly nor daily")
	}
	for i, code := range d.Languages {
		v.language(path+".languages", code)
		if slices.Contains(d.Languages[:i], code) {
			v.errorAt(path+".languages", "", "%q stands twice", code)
		}
	}
}
