package sim

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"math"
	"slices"
	"strings"
	"time"

	"edged/sensors"
)

// ReadingsOptions says how to read the box. The zero value gives all its chips' values once a second, in real time, from
// the first Read on.
type ReadingsOptions struct {
	Chip   string        // "bme280", "scd4x", "sgp30", "bh1750", "adxl345"; "" is all of them, as the fields of Rows
	Every  time.Duration // from one reading to the next; 0 is the chip's own time
	Begin  time.Time     // when the story begins, for all senses of it; before it they sense what was before; zero is the first Read
	Fast   bool          // as fast as it is read
	Repeat bool          // start over at the end

	Clock *sensors.Clock // nil is the machine's
}

// Readings is a story's chip, or its box of chips, as a source.
type Readings struct {
	air   *Air
	opts  ReadingsOptions
	chip  int // airChips: all
	next  time.Duration
	begun bool
	pace
}

var _ sensors.Source[sensors.Reading] = (*Readings)(nil)

// airGives is what each chip gives, in the order of package i2c; the ADXL345 gives its axes.
var airGives = [airChips][]airField{
	airBME280: {airTemperature, airPressure, airHumidity},
	airSCD4x:  {airCO2, airTemperature, airHumidity},
	airSGP30:  {airCO2, airTVOC},
	airBH1750: {airLight},
}

// NewReadings reads what a feels. A chip that is not in the box is an error.
func NewReadings(a *Air, o ReadingsOptions) (*Readings, error) {
	r := &Readings{air: a, opts: o, chip: airChips, pace: pace{clock: o.Clock, fast: o.Fast}}
	every := time.Second
	if o.Chip != "" {
		if r.chip = slices.Index(airChipNames[:], o.Chip); r.chip < 0 {
			return nil, fmt.Errorf("sim: no chip %q is in the box, want one of %s", o.Chip, strings.Join(airChipNames[:], ", "))
		}
		every, r.next = airEvery[r.chip], a.chips[r.chip].phase
	}
	if o.Every < 0 {
		return nil, fmt.Errorf("sim: a reading every %v is none", o.Every)
	}
	if o.Every == 0 {
		r.opts.Every = every
	}
	return r, nil
}

// Read gives the next reading when it is due. While a chip is silent there is none, and nothing is said of it. A source
// that is opened after the story began does not give what is past.
func (r *Readings) Read(ctx context.Context, into *sensors.Reading) error {
	if r.air == nil {
		return fmt.Errorf("sim: %w", fs.ErrClosed)
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	r.begin()
	for {
		length := r.air.story.Length
		if r.next >= length && !r.opts.Repeat {
			return io.EOF
		}
		at := r.next
		if err := r.wait(ctx, r.opts.Begin.Add(at)); err != nil {
			return err
		}
		r.next += r.opts.Every
		into.Time = r.opts.Begin.Add(at)
		into.Values = r.values(at%length, into.Values[:0])
		if len(into.Values) > 0 {
			return nil
		}
	}
}

// Close ends the source; it must not be called during a Read.
func (r *Readings) Close() error {
	r.air = nil
	return nil
}

// values appends what there is at a time of the story.
func (r *Readings) values(at time.Duration, into []sensors.Value) []sensors.Value {
	a := r.air
	switch {
	case r.chip == airChips:
		for f := range airFields {
			if v := a.heard(f, at); !math.IsNaN(v) {
				into = append(into, sensors.Value{Name: airNames[f], Unit: airUnits[f], Value: v})
			}
		}
	case a.chips[r.chip].silent(at):
	case r.chip == airADXL345:
		into = a.axes(at, into)
	default:
		for _, f := range airGives[r.chip] {
			into = append(into, a.value(f, at))
		}
	}
	return into
}

// begin finds the first reading to give.
func (r *Readings) begin() {
	if r.begun {
		return
	}
	r.begun = true
	if r.opts.Begin.IsZero() {
		r.opts.Begin = r.clock.Now()
	}
	if past := r.clock.Now().Sub(r.opts.Begin) - r.next; past > 0 && !r.opts.Fast {
		r.next += (past + r.opts.Every - 1) / r.opts.Every * r.opts.Every
	} else if !r.opts.Fast {
		r.next += past / r.opts.Every * r.opts.Every
	}
}
