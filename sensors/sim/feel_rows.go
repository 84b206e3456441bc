package sim

import (
	"math"
	"math/rand/v2"
	"time"
)

// airChip is one of the chips in the box.
type airChip struct {
	phase    time.Duration // of its measurements
	from, to time.Duration // when it says nothing: a loose wire
}

// The chips.
const (
	airBME280 = iota
	airSCD4x
	airSGP30
	airBH1750
	airADXL345
	airChips
)

var airChipNames = [airChips]string{"bme280", "scd4x", "sgp30", "bh1750", "adxl345"}

// airEvery is the time between two measurements, as package i2c has it; that of the ADXL345 is 10 ms.
var airEvery = [airChips]time.Duration{time.Second, 5 * time.Second, time.Second, time.Second, airSample}

// airOf is the chip that measures a field.
var airOf = [airFields]int{airBME280, airBME280, airBME280, airSCD4x, airSGP30, airBH1750, airADXL345, airADXL345}

// wire picks when each chip measures, and in one of three stories a chip that falls silent for a while.
func (a *Air) wire(r *rand.Rand) {
	for i := range a.chips {
		a.chips[i].phase = time.Duration(r.Int64N(int64(airEvery[i]/airSample))) * airSample
	}
	if r.IntN(3) == 0 {
		c := &a.chips[r.IntN(airChips)]
		c.from = time.Duration(r.Float64() * float64(a.story.Length))
		c.to = c.from + time.Duration(between(r, 10, 60)*float64(time.Second))
	}
}

// silent reports whether a chip says nothing at a time.
func (c *airChip) silent(at time.Duration) bool { return c.from <= at && at < c.to }

// last returns the time of a chip's last measurement up to at.
func (a *Air) last(chip int, at time.Duration) time.Duration {
	const since = -time.Hour // any time before stories begin
	every, first := airEvery[chip], since+a.chips[chip].phase
	return first + (at-first)/every*every
}

// AirRows is how many rows Rows gives.
const AirRows = 64

// Rows returns one row for each of the 64 seconds that end at a time, oldest first: AirFieldNames' values, NaN where a
// chip gave nothing in that second.
func (a *Air) Rows(at time.Duration) [AirRows][AirFields]float64 {
	var rows [AirRows][AirFields]float64
	for i := range rows {
		end := at - time.Duration(AirRows-1-i)*time.Second
		for f := range airFields {
			rows[i][f] = a.heard(f, end)
		}
	}
	return rows
}

// heard is the field that a chip gave in the second that ends at end, or NaN.
func (a *Air) heard(f airField, end time.Duration) float64 {
	chip := airOf[f]
	at := a.last(chip, end)
	if at <= end-time.Second || a.chips[chip].silent(at) {
		return math.NaN()
	}
	return a.field(f, at)
}
