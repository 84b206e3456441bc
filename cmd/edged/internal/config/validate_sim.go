package config

import (
	"fmt"
	"maps"
	"slices"
	"time"
)

// Sim is the story that all simulated sensors tell, over and over.
type Sim struct {
	// Another number is another room, with other people and other events. Default: 1.
	Seed int `yaml:"seed,omitempty"`
	// How long the story is, unless a file says so. Default: 3m.
	Length Duration `yaml:"length,omitempty"`
	// How many times as fast as the world the room's time runs: its sensors give so much more, and all times, ages and periods
	// are of the room. All sensors must then be the room's. Default: 1.
	Speed float64 `yaml:"speed,omitempty"`
	// The room's time when the daemon begins, as 2026-01-01T12:00:00Z; all sensors must then be the room's. Default: now.
	Start Moment `yaml:"start,omitempty"`
	// How long the sensors sense the room before the story begins, the first time. Default: not at all.
	Lead Duration `yaml:"lead,omitempty"`
	// A file that says what happens when, in the room of the seed. Default: the seed decides that too.
	Story string `yaml:"story,omitempty"`

	told *Story // in place of a file; may be nil
}

// OwnTime says whether the room's time is another than the world's.
func (s *Sim) OwnTime() bool { return s.Speed != 1 || !time.Time(s.Start).IsZero() }

// Moment is a time, written as in RFC 3339.
type Moment time.Time

// UnmarshalText reads a moment.
func (m *Moment) UnmarshalText(text []byte) error {
	t, err := time.Parse(time.RFC3339, string(text))
	if err != nil {
		return fmt.Errorf("%q is not a time; write it as 2026-01-01T12:00:00Z", text)
	}
	*m = Moment(t)
	return nil
}

// MarshalYAML writes what UnmarshalText reads.
func (m Moment) MarshalYAML() ([]byte, error) {
	return time.Time(m).AppendFormat(nil, `"2006-01-02T15:04:05.999999999Z07:00"`), nil
}

// IsZero says whether it is none.
func (m Moment) IsZero() bool { return time.Time(m).IsZero() }

// Simulated as camera or microphone is the simulated room's; as i2c it is SimBus.
const Simulated = "sim"

const (
	defaultSeed   = 1
	defaultStory  = Duration(3 * time.Minute)
	shortestStory = 10 * time.Second
	longestStory  = time.Hour

	slowest, fastest = 0.01, 1000
)

// Box says whether the sensor is all chips of the simulated room.
func (s *Sensor) Box() bool { return s.I2C == SimBus && s.Chip == "" }

// Simulated says whether the sensor is the simulated room's: its camera, its microphone or all its chips.
func (s *Sensor) Simulated() bool {
	return s.Camera == Simulated || s.Microphone == Simulated || s.Box()
}

// fillInSim adds the story if a sensor tells one. Chips of their own need none.
func (c *Config) fillInSim() {
	for _, s := range c.Sensors {
		if c.Sim == nil && s.Simulated() {
			c.Sim = &Sim{}
		}
		if s.Box() && s.Every == 0 {
			s.Every = defaultEvery
		}
	}
	if c.Sim == nil {
		return
	}
	if c.Sim.Seed == 0 {
		c.Sim.Seed = defaultSeed
	}
	if c.Sim.Length == 0 && c.Sim.Story == "" {
		c.Sim.Length = defaultStory
	}
	if c.Sim.Speed == 0 {
		c.Sim.Speed = 1
	}
	c.Sim.Story = c.absolute(c.Sim.Story)
}

func (v *validator) sim(path string, s *Sim) {
	if s == nil {
		return
	}
	if s.Seed < 1 {
		v.errorAt(path+".seed", "", "%d is not above 0", s.Seed)
	}
	switch {
	case s.Story == "":
		v.storyLength(path+".length", s.Length)
	case s.Length != 0:
		v.errorAt(path+".length", "write it into the story's file", "does not belong to a story of a file")
	}
	if l := time.Duration(s.Lead); l > longestStory {
		v.errorAt(path+".lead", "", "%s is above %s", l, longestStory)
	}
	if !(s.Speed >= slowest && s.Speed <= fastest) {
		v.errorAt(path+".speed", "", "%v is outside %v to %v", s.Speed, slowest, fastest)
	} else if s.OwnTime() {
		v.ownTime()
	}
}

func (v *validator) storyLength(path string, d Duration) {
	v.atLeast(path, d, shortestStory)
	if l := time.Duration(d); l > longestStory {
		v.errorAt(path, "sensors tell the story over and over", "%s is above %s", l, longestStory)
	}
}

// ownTime checks that no sensor keeps the world's time: a chip's driver does too.
func (v *validator) ownTime() {
	for _, name := range slices.Sorted(maps.Keys(v.c.Sensors)) {
		if s := v.c.Sensors[name]; s != nil && !s.Simulated() {
			v.errorAt("sensors."+name, "beside sim.speed and sim.start sensors are camera: sim, microphone: sim, or i2c: sim without a chip",
				"keeps the world's time, and the room has its own")
		}
	}
}

// box checks the keys of all chips together.
func (v *validator) box(path string, s *Sensor) {
	v.only(path, append([]string{"address", "series"}, someChipsKeys()...), "a single chip")
	v.atLeast(path+".every", s.Every, 100*time.Millisecond)
}
