package prep

import (
	"fmt"
	"time"

	"edged/models"
	"edged/pipelines"
	"edged/sensors"
)

// defaultRateHz is what the speech models of this field were trained with.
const defaultRateHz = 16000

// sound makes of clips one mono stream at one rate, and addresses its samples by their number since the recording
// began.
//
// Frames that a driver lost become silence, so that what follows stays in its place in time; after more than a second
// of loss, or when the rate or the number of channels changes, a new recording begins.
type sound struct {
	rateHz int

	fromHz, channels int        // of the recording; 0 before the first clip
	conv             *resampler // nil where fromHz is rateHz

	buf   []float32
	first int64 // the number of buf[0]
	final int   // buf[final:] is made anew with the next clip

	frames int64 // frames taken since the recording began, lost ones included
	end    time.Time
	mono   []float32
}

// newSound returns a stream at the card's rate.
func newSound(in models.Input) (sound, error) {
	hz := in.RateHz
	if hz == 0 {
		hz = defaultRateHz
	}
	if hz < minRateHz || hz > maxRateHz {
		return sound{}, fmt.Errorf("card: rate is %d Hz, outside %d…%d", hz, minRateHz, maxRateHz)
	}
	return sound{rateHz: hz}, nil
}

// add takes a clip and reports whether a new recording began with it: samples are then numbered from 0 again.
func (s *sound) add(c *sensors.Clip) (fresh bool, err error) {
	if c.RateHz < minRateHz || c.RateHz > maxRateHz {
		return false, fmt.Errorf("sound %q: rate is %d Hz, outside %d…%d", c.Name, c.RateHz, minRateHz, maxRateHz)
	}
	if c.Channels < 1 || len(c.Samples)%c.Channels != 0 {
		return false, fmt.Errorf("sound %q: %d samples in %d channels", c.Name, len(c.Samples), c.Channels)
	}
	if c.RateHz != s.fromHz || c.Channels != s.channels || c.Lost < 0 || c.Lost > c.RateHz {
		if err := s.restart(c); err != nil {
			return false, err
		}
		fresh = true
	}
	s.mono = s.mono[:0]
	if !fresh && c.Lost > 0 {
		s.mono = resize(s.mono, c.Lost)
		clear(s.mono)
	}
	s.mono = mixdown(s.mono, c.Samples, c.Channels)
	s.frames += int64(len(s.mono))
	s.end = c.End
	s.take()
	return fresh, nil
}

// restart begins a new recording of c's kind. The filter is designed anew only if the rate changed.
func (s *sound) restart(c *sensors.Clip) error {
	switch {
	case c.RateHz == s.rateHz:
		s.conv = nil
	case c.RateHz == s.fromHz:
		s.conv.reset()
	default:
		conv, err := newResampler(c.RateHz, s.rateHz)
		if err != nil {
			return err
		}
		s.conv = conv
	}
	s.fromHz, s.channels = c.RateHz, c.Channels
	s.buf, s.first, s.final, s.frames = s.buf[:0], 0, 0, 0
	return nil
}

// take moves mono into buf, at the stream's rate.
func (s *sound) take() {
	if s.conv == nil {
		s.buf = append(s.buf, s.mono...)
		s.final = len(s.buf)
		return
	}
	out, final := s.conv.push(s.buf[:s.final], s.mono)
	s.buf = out
	s.final += final
}

// mixdown appends the mean of each frame's channels to dst.
func mixdown(dst, samples []float32, channels int) []float32 {
	if channels == 1 {
		return append(dst, samples...)
	}
	for ; len(samples) >= channels; samples = samples[channels:] {
		var sum float32
		for _, v := range samples[:channels] {
			sum += v
		}
		dst = append(dst, sum/float32(channels))
	}
	return dst
}

// read fills dst with the samples from number from on, or reports false if they are not all there.
func (s *sound) read(dst []float32, from int64) bool {
	at := from - s.first
	if at < 0 || at+int64(len(dst)) > int64(len(s.buf)) {
		return false
	}
	copy(dst, s.buf[at:])
	return true
}

// drop forgets the samples before number before. Samples that are not final stay, for their places to be known.
func (s *sound) drop(before int64) {
	n := int(min(before-s.first, int64(s.final)))
	if n <= 0 {
		return
	}
	kept := copy(s.buf, s.buf[n:])
	s.buf = s.buf[:kept]
	s.first += int64(n)
	s.final -= n
}

// window is the time that samples from…to speak of, reckoned back from the end of the newest clip, so that a
// sound card whose clock is off does not make it drift.
func (s *sound) window(from, to int64) pipelines.Window {
	return pipelines.Window{Start: s.at(from), End: s.at(to)}
}

func (s *sound) at(sample int64) time.Time {
	behind := float64(s.frames)/float64(s.fromHz) - float64(sample)/float64(s.rateHz) // seconds; exact to 1 µs for a century
	return s.end.Add(-time.Duration(behind*1e9 + 0.5))
}

// windows cuts a stream into windows of n samples, one every hop; the first starts with the recording.
type windows struct {
	sound
	n, hop int
	next   int64 // where the next window starts
}

func newWindows(in models.Input, n int, o Options) (windows, error) {
	s, err := newSound(in)
	if err != nil {
		return windows{}, err
	}
	every := o.Every
	if every == 0 {
		every = defaultHop
	}
	hop := int64(every.Seconds()*float64(s.rateHz) + 0.5)
	if hop < 1 || hop > 1<<30 {
		return windows{}, fmt.Errorf("sound every %v: want between a sample and a few hours", every)
	}
	return windows{sound: s, n: n, hop: int(hop)}, nil
}

func (w *windows) add(c *sensors.Clip) error {
	fresh, err := w.sound.add(c)
	if fresh {
		w.next = 0
	}
	w.drop(w.next)
	return err
}

// take fills dst, of n samples, with the next window.
func (w *windows) take(dst []float32) (pipelines.Window, bool) {
	if !w.read(dst, w.next) {
		return pipelines.Window{}, false
	}
	span := w.window(w.next, w.next+int64(w.n))
	w.next += int64(w.hop)
	return span, true
}
