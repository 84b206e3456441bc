package main

import (
	"io"
	"slices"
	"time"

	"edged/pipelines"
	"edged/sensors"
	"edged/sensors/sim"
)

// The senses, and the names of their sensors.
const (
	cam = "cam"
	mic = "mic"
	air = "air"
)

// flaw is what is wrong with one sense.
type flaw struct {
	absent bool
	late   time.Duration // handed over so much after it was taken
	skew   time.Duration // its clock is so much ahead

	fault sim.FaultKind // of a daemon's sensor, from the beginning on
}

// hop is the time from one picture to the next, and from one clip to the next.
const hop = 500 * time.Millisecond

// phases are how long before a picture the other senses give theirs: sensors do not tick together.
var phases = map[string]time.Duration{mic: 200 * time.Millisecond, air: 100 * time.Millisecond}

// tape gives a story's samples as the sensors would give them in a run: pictures and clips twice a second, readings once.
// It is a pipelines.Tape.
type tape struct {
	story   *sim.Story
	began   time.Time     // when the story does
	every   time.Duration // from one picture to the next, and from one clip to the next
	camera  *sim.Camera
	mic     *sim.Microphone
	air     *sim.Air
	flaws   map[string]flaw
	waiting []handed      // in time order
	at      time.Duration // of the last picture

	frame   sensors.Frame
	clip    sensors.Clip
	reading sensors.Reading
}

// handed is a sample of a sense to be handed over at a time.
type handed struct {
	at, taken time.Duration
	sense     string
}

func newTape(s *sim.Story, flaws map[string]flaw) *tape {
	t := &tape{story: s, began: began, every: hop, camera: sim.NewCamera(s), mic: sim.NewMicrophone(s), air: sim.NewAir(s), flaws: flaws, at: lead}
	t.clip.RateHz, t.clip.Channels = sim.SampleRateHz, 1
	return t
}

// lead is how much earlier than the story's beginning the senses begin, so that its first step has whole windows.
const lead = -64 * time.Second

// began is the time of the story's beginning.
var began = time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)

// Next gives the next sample.
func (t *tape) Next(into *pipelines.Step) error {
	for len(t.waiting) == 0 || t.waiting[0].at > t.at {
		if t.at > t.story.Length {
			return io.EOF
		}
		t.at += t.every
		t.queue()
	}
	h := t.waiting[0]
	t.waiting = t.waiting[1:]
	*into = pipelines.Step{What: pipelines.Sampled, At: t.began.Add(h.at), Sensor: h.sense, Sample: t.sample(h)}
	return nil
}

// queue adds what is taken until the picture at t.at.
func (t *tape) queue() {
	for _, sense := range [...]string{mic, air, cam} {
		f := t.flaws[sense]
		if f.absent || sense == air && t.at%time.Second != 0 || sense == cam && t.at < 0 || sense == mic && t.at < -2*time.Second {
			continue
		}
		taken := t.at - phases[sense]
		t.waiting = append(t.waiting, handed{at: taken + f.late, taken: taken, sense: sense})
	}
	slices.SortStableFunc(t.waiting, func(a, b handed) int { return int(a.at - b.at) })
}

// sample makes what a sense took.
func (t *tape) sample(h handed) any {
	stamp := t.began.Add(h.taken + t.flaws[h.sense].skew)
	switch h.sense {
	case cam:
		t.camera.Draw(&t.frame, h.taken)
		t.frame.Time = stamp
		return &t.frame
	case mic:
		n := int64(t.every) * sim.SampleRateHz / int64(time.Second)
		t.clip.Samples = append(t.clip.Samples[:0], make([]float32, n)...)
		t.mic.Hear(t.clip.Samples, int64(h.taken)*sim.SampleRateHz/int64(time.Second)-n)
		t.clip.Start, t.clip.End = stamp.Add(-t.every), stamp
		return &t.clip
	}
	t.reading.Time = stamp
	t.reading.Values = t.air.Feel(h.taken, t.reading.Values[:0])
	return &t.reading
}
