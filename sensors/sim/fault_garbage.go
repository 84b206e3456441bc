package sim

import (
	"math"
	"math/rand/v2"
	"time"

	"edged/sensors"
)

// spoilTurn is how long one kind of garbage lasts before the next follows.
const spoilTurn = 3 * time.Second

// spoil makes garbage of a sample; which, by how long the sensor has been broken.
func spoil[T sensors.Sample](s *T, since time.Duration) {
	turn := int(since / spoilTurn)
	switch s := any(s).(type) {
	case *sensors.Frame:
		spoilFrame(s, turn, since)
	case *sensors.Clip:
		spoilClip(s, turn, since)
	case *sensors.Reading:
		spoilReading(s, turn)
	}
}

// spoilFrame makes a picture noise, or black, leaves out its end, or says that it has no height.
func spoilFrame(f *sensors.Frame, turn int, since time.Duration) {
	switch turn % 4 {
	case 0:
		dice := rand.New(rand.NewPCG(uint64(since), 1))
		for i := range f.Pix {
			f.Pix[i] = byte(dice.Uint32())
		}
	case 1:
		clear(f.Pix)
	case 2:
		f.Pix = f.Pix[:len(f.Pix)/2]
	case 3:
		f.Height = 0
	}
}

// spoilClip makes sound the loudest noise, no numbers, numbers beyond all, or says that it has no rate.
func spoilClip(c *sensors.Clip, turn int, since time.Duration) {
	dice := rand.New(rand.NewPCG(uint64(since), 2))
	for i := range c.Samples {
		switch turn % 4 {
		case 0:
			c.Samples[i] = float32(2*dice.IntN(2) - 1)
		case 1:
			c.Samples[i] = float32(math.NaN())
		case 2:
			c.Samples[i] = 1e30
		}
	}
	if turn%4 == 3 {
		c.RateHz = 0
	}
}

// spoilReading makes values no numbers, or beyond all, or leaves all of them out.
func spoilReading(r *sensors.Reading, turn int) {
	for i := range r.Values {
		switch turn % 3 {
		case 0:
			r.Values[i].Value = math.NaN()
		case 1:
			r.Values[i].Value = -1e30
		}
	}
	if turn%3 == 2 {
		r.Values = r.Values[:0]
	}
}
