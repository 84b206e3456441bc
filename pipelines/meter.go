package pipelines

import (
	"math"
	"time"

	"edged/sensors"
)

// quietest is what silence measures, in dBFS: below the noise of any converter, and a number that JSON has.
const quietest = -120

// meter measures how loud a microphone's clips are, over all channels: AES17's level in dBFS, for which the RMS of a sine
// with peaks at full scale is 0, so that a square wave there has +3.01; and the highest peak against full scale.
type meter struct {
	every time.Duration

	length  time.Duration // of what has been added since the last reading
	squares float64
	samples int
	peak    float32
	reading sensors.Reading
}

// add takes a clip. Once clips of every have come it returns their level, else nil. The level is the meter's own, until the
// next call.
func (m *meter) add(c *sensors.Clip) *sensors.Reading {
	if c.RateHz < 1 || c.Channels < 1 || len(c.Samples) == 0 {
		return nil
	}
	if c.Lost < 0 { // what came before was another recording
		m.restart()
	}
	for _, v := range c.Samples {
		m.squares += float64(v) * float64(v)
		m.peak = max(m.peak, v, -v)
	}
	m.samples += len(c.Samples)
	m.length += time.Duration(int64(len(c.Samples)/c.Channels) * int64(time.Second) / int64(c.RateHz))
	if m.length < m.every {
		return nil
	}
	m.reading.Time = c.End
	m.reading.Values = append(m.reading.Values[:0],
		sensors.Value{Name: "level", Unit: sensors.DBFS, Value: decibels(2 * m.squares / float64(m.samples))},
		sensors.Value{Name: "peak", Unit: sensors.DBFS, Value: decibels(float64(m.peak) * float64(m.peak))})
	m.restart()
	return &m.reading
}

func (m *meter) restart() { m.length, m.squares, m.samples, m.peak = 0, 0, 0, 0 }

// decibels returns a power against full scale's in dBFS, to the hundredth.
func decibels(power float64) float64 {
	return max(quietest, math.Round(1000*math.Log10(power))/100) + 0 // JSON has a -0
}
