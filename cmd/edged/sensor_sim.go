package main

import (
	"errors"
	"time"

	"edged/cmd/edged/internal/config"
	"edged/sensors"
	"edged/sensors/i2c"
	"edged/sensors/mic"
	"edged/sensors/sim"
	"edged/sensors/sim/chips"
)

// world is what sensors may need beside their config.
type world struct {
	pulse mic.Pulse
	room  *simRoom // nil: no sensor tells a story
}

// simRoom is the simulated room, whose story all sensors tell from the same moment on.
type simRoom struct {
	story *sim.Story
	air   *sim.Air
	begin time.Time
	clock *sensors.Clock // nil: it keeps the world's time
}

// newSimRoom makes the room that c describes, nil for nil.
func newSimRoom(c *config.Sim) (*simRoom, error) {
	if c == nil {
		return nil, nil
	}
	s, err := newStory(c)
	if err != nil {
		return nil, err
	}
	r := &simRoom{story: s, air: sim.NewAir(s)}
	if c.OwnTime() {
		r.clock = sensors.NewClock(time.Time(c.Start), c.Speed)
	}
	r.begin = r.clock.Now().Add(time.Duration(c.Lead))
	return r, nil
}

// newStory is the story that c names or describes.
func newStory(c *config.Sim) (*sim.Story, error) {
	switch script, err := c.Script(); {
	case err != nil:
		return nil, err
	case script != nil:
		return script.Tell(uint64(c.Seed)), nil
	}
	return sim.NewStory(sim.Options{Seed: uint64(c.Seed), Length: time.Duration(c.Length)}), nil
}

// time is what the room's sensors take theirs from.
func (r *simRoom) time() *sensors.Clock {
	if r == nil {
		return nil
	}
	return r.clock
}

// openInRoom opens what is seen, heard or felt by all chips in the room.
func (s *sensor) openInRoom(c *config.Sensor, room *simRoom) (err error) {
	if room == nil {
		return errors.New("there is no story that it could tell of")
	}
	s.finite = false
	switch {
	case c.Camera != "":
		s.period, s.shown = time.Duration(float64(time.Second)/c.Rate), time.Duration(c.Snapshot)
		s.frames = sim.NewFrames(room.story, sim.FramesOptions{Rate: c.Rate, Begin: room.begin, Repeat: true, Clock: room.clock})
	case c.Microphone != "":
		s.period, s.level = clipLength, time.Duration(c.LevelEvery)
		s.clips = sim.NewClips(room.story, sim.ClipsOptions{Chunk: clipLength, Begin: room.begin, Repeat: true, Clock: room.clock})
	default:
		s.period = time.Duration(c.Every)
		s.readings, err = sim.NewReadings(room.air, sim.ReadingsOptions{Every: s.period, Begin: room.begin, Repeat: true, Clock: room.clock})
	}
	return err
}

// breakAs lets the sensor go wrong as f says; nil leaves it well.
func (s *sensor) breakAs(f *config.Fault, clock *sensors.Clock) {
	if f == nil {
		return
	}
	how := sim.Fault{Kind: sim.FaultKind(f.Kind), Begin: clock.Now(), After: time.Duration(f.After), For: time.Duration(f.For), Clock: clock}
	switch {
	case s.frames != nil:
		s.frames = sim.NewBroken(s.frames, how)
	case s.clips != nil:
		s.clips = sim.NewBroken(s.clips, how)
	default:
		s.readings = sim.NewBroken(s.readings, how)
	}
}

// storyChip is a simulated chip that feels the room. It is set when somebody asks it, so that no goroutine need turn the
// time.
type storyChip struct {
	chips.Chip
	room   *simRoom
	values []sensors.Value
}

// Tx is one transfer with the chip as it feels now.
func (s *storyChip) Tx(w, r []byte) error {
	at := s.room.clock.Now().Sub(s.room.begin) % s.room.story.Length
	s.values = s.room.air.Feel(at, s.values[:0])
	chips.Feel(s.Chip, s.values)
	return s.Chip.Tx(w, r)
}

// openSimChip opens a simulated chip on a bus of its own, read by the driver of the real one. It feels what the series
// says, or the room, if there is one.
func openSimChip(o i2c.Options, series string, room *simRoom) (*i2c.Chip, error) {
	m, err := o.Fill()
	if err != nil {
		return nil, err
	}
	chip, err := chips.New(m.Name)
	if err != nil {
		return nil, err
	}
	switch {
	case series != "":
		if chip, err = newSeriesChip(chip, series); err != nil {
			return nil, err
		}
	case room != nil:
		chip = &storyChip{Chip: chip, room: room}
	}
	bus := &chips.Bus{}
	bus.Plug(o.Address, chip)
	return i2c.New(i2c.NewBus(string(config.SimBus), bus), o)
}
