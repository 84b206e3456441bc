package config

import "time"

// Sim is the story that all simulated sensors tell, over and over.
type Sim struct {
	// Another number is another room, with other people and other events. Default: 1.
	Seed int `yaml:"seed,omitempty"`
	// How long the story is. Default: 3m.
	Length Duration `yaml:"length,omitempty"`
}

// Simulated as camera or microphone is the simulated room's; as i2c it is SimBus.
const Simulated = "sim"

const (
	defaultSeed   = 1
	defaultStory  = Duration(3 * time.Minute)
	shortestStory = 10 * time.Second
	longestStory  = time.Hour
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
	if c.Sim.Length == 0 {
		c.Sim.Length = defaultStory
	}
}

func (v *validator) sim(path string, s *Sim) {
	if s == nil {
		return
	}
	if s.Seed < 1 {
		v.errorAt(path+".seed", "", "%d is not above 0", s.Seed)
	}
	v.atLeast(path+".length", s.Length, shortestStory)
	if l := time.Duration(s.Length); l > longestStory {
		v.errorAt(path+".length", "sensors tell the story over and over", "%s is above %s", l, longestStory)
	}
}

// box checks the keys of all chips together.
func (v *validator) box(path string, s *Sensor) {
	v.only(path, append([]string{"address", "series"}, someChipsKeys()...), "a single chip")
	v.atLeast(path+".every", s.Every, 100*time.Millisecond)
}
