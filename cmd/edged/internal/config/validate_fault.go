package config

import (
	"slices"
	"strings"
	"time"
)

// Fault is what goes wrong with a simulated sensor.
type Fault struct {
	// silent: it gives nothing; late: everything a second late; fast: its clock gains 5 %; jump: its clock is 30 s ahead;
	// garbage: it gives noise, nothing, numbers that cannot be, and less than it says.
	Kind FaultKind `yaml:"kind,omitempty"`
	// How long after the daemon's beginning it breaks. Default: at once.
	After Duration `yaml:"after,omitempty"`
	// How long it is broken. Default: for ever.
	For Duration `yaml:"for,omitempty"`
}

// FaultKind is one of faultKinds.
type FaultKind string

// longestFault is how long a fault may keep everybody waiting.
const longestFault = 24 * time.Hour

// faultKinds are package sim's, which config does not know.
var faultKinds = []string{"silent", "late", "fast", "jump", "garbage"}

func (v *validator) fault(path string, s *Sensor) {
	f := s.Fault
	if f == nil {
		return
	}
	if !s.Simulated() && s.I2C != SimBus {
		v.errorAt(path, "camera: sim, microphone: sim and i2c: sim break at will", "belongs to simulated sensors")
	}
	if !slices.Contains(faultKinds, string(f.Kind)) {
		v.errorAt(path+".kind", "known: "+strings.Join(faultKinds, ", "), "unknown fault %q", f.Kind)
	}
	if d := time.Duration(f.After); d > longestFault {
		v.errorAt(path+".after", "", "%s is above %s", d, longestFault)
	}
	if d := time.Duration(f.For); d > longestFault {
		v.errorAt(path+".for", "without it the sensor is broken for ever", "%s is above %s", d, longestFault)
	}
}
