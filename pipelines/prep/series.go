package prep

import (
	"fmt"
	"math"
	"slices"
	"time"

	"edged/models"
	"edged/pipelines"
	"edged/runtime/tensor"
	"edged/sensors"
)

// disorder is by how many rows a reading may be older than the newest, several sensors' coming as they come, before it
// is taken for the first of another recording.
const disorder = 10

const maxSeries = 1 << 16 // rows

// Series prepares readings in time, of one sensor or of several whose readings come in one stream: an input [1,2F],
// [1,N,2F] or [1,N,2F,1] gets N rows, oldest first, each standing for one of the card's periods. A row holds of each of
// the F fields the newest value in its time as (v − mean)/std, or 0 if there is none, and then F numbers that are 1 where
// there is a value and 0 where there is none. The first input is due with the first reading: rows before it have nothing.
//
// The last row begins nine tenths of a period before the newest reading. Were it a whole one, a sensor that ticks at just
// the period would now and then, by jitter, have two readings in one row and none in the next.
//
// The fields "vibration" and "shock" are made of readings of an accelerometer, acceleration_x, _y and _z in g, in a row
// where no reading has them: see shake.
type Series struct {
	enc    encoder
	norm   norm
	every  time.Duration
	period time.Duration
	rows   int
	fields []string
	shaken [2]int // which fields are vibration and shock; -1 if none is

	past   history // of the fields, and the three axes of an accelerometer
	newest time.Time
	used   time.Time // newest when the last input was made; zero if there was none
	ready  bool

	vals   []float64   // [N, 2F]
	times  []time.Time // [N, F] of the values in vals; zero where there is none
	shakes []shake     // [N]
}

// NewSeries returns a preparer for the input info. The card names the F fields and the period. With Options.Every, inputs
// come no sooner than that after each other; without, each reading makes one.
func NewSeries(info tensor.Info, in models.Input, o Options) (*Series, error) {
	rows, columns, err := tableShape(info)
	if err != nil {
		return nil, err
	}
	f := len(in.Fields)
	if f == 0 || columns != 2*f {
		return nil, fmt.Errorf("input %q: card names %d fields %q, with their mask %d columns; the model has %d",
			info.Name, f, in.Fields, 2*f, columns)
	}
	if rows > maxSeries {
		return nil, fmt.Errorf("input %q: %d rows; at most %d", info.Name, rows, maxSeries)
	}
	if in.Period <= 0 {
		return nil, fmt.Errorf("card: missing: %s needs a period, the time of a row", models.Mask)
	}
	s := &Series{
		every: o.Every, period: time.Duration(in.Period), rows: rows, fields: in.Fields,
		shaken: [2]int{slices.Index(in.Fields, "vibration"), slices.Index(in.Fields, "shock")},
		vals:   make([]float64, rows*columns), times: make([]time.Time, rows*f), shakes: make([]shake, rows),
	}
	s.past.names = in.Fields
	if max(s.shaken[0], s.shaken[1]) >= 0 {
		s.past.names = slices.Concat(in.Fields, axes[:])
	}
	if s.enc, err = newEncoder(info); err != nil {
		return nil, err
	}
	if s.norm, err = newNorm(in, f, "field"); err != nil {
		return nil, err
	}
	return s, nil
}

// Add takes a reading. A field that it lacks, or that is not a number, is missing; it is an error if the reading has
// nothing that the model knows.
func (s *Series) Add(r *sensors.Reading) error {
	if s.newest.Sub(r.Time) > disorder*s.period {
		s.past.clear()
		s.newest, s.used = time.Time{}, time.Time{}
	}
	if !s.past.push(r.Time, func(name string) (float64, bool) { return value(r, name) }) {
		return fmt.Errorf("reading has none of %q; it has %s", s.past.names, names(r))
	}
	if r.Time.After(s.newest) {
		s.newest = r.Time
	}
	s.past.forget(s.newest.Add(-time.Duration(s.rows) * s.period))
	s.ready = s.used.IsZero() || !tooSoon(s.newest.Sub(s.used), s.every)
	return nil
}

// Next gives the window that ends with the newest reading, once, if it is due.
func (s *Series) Next(dst *tensor.Tensor) (pipelines.Window, bool, error) {
	if err := s.enc.fits(dst); err != nil || !s.ready {
		return pipelines.Window{}, false, err
	}
	s.fill()
	fill(&s.enc, dst, s.vals)
	s.ready, s.used = false, s.newest
	return pipelines.Window{Start: s.newest.Add(-time.Duration(s.rows) * s.period), End: s.newest}, true, nil
}

// fill makes vals of the past.
func (s *Series) fill() {
	clear(s.vals)
	clear(s.times)
	clear(s.shakes)
	for i := range s.past.n {
		at, vals := s.past.get(i)
		if row, ok := s.rowOf(at); ok {
			s.put(row, at, vals)
		}
	}
	if len(s.past.names) == len(s.fields) {
		return
	}
	for i := range s.past.n {
		at, vals := s.past.get(i)
		if row, ok := s.rowOf(at); ok {
			s.shakes[row].measure(vals[len(s.fields):])
		}
	}
	for row := range s.shakes {
		s.shake(row)
	}
}

// rowOf returns the row that a time belongs to.
func (s *Series) rowOf(at time.Time) (int, bool) {
	ago := (s.newest.Sub(at) + s.period/10) / s.period
	return s.rows - 1 - int(ago), ago < time.Duration(s.rows)
}

// put places a reading's values in a row, where none newer is.
func (s *Series) put(row int, at time.Time, vals []float64) {
	for i := range s.fields {
		if v, last := vals[i], s.times[row*len(s.fields)+i]; !math.IsNaN(v) && (last.IsZero() || !at.Before(last)) {
			s.set(row, i, v)
			s.times[row*len(s.fields)+i] = at
		}
	}
	s.shakes[row].add(vals[len(s.fields):])
}

func (s *Series) set(row, field int, v float64) {
	to := s.vals[row*2*len(s.fields):]
	to[field], to[len(s.fields)+field] = s.norm.apply(v, field), 1
}

// shake puts the accelerometer's word where nobody else has one.
func (s *Series) shake(row int) {
	rms, peak, ok := s.shakes[row].result()
	for i, v := range [2]float64{rms, peak} {
		if field := s.shaken[i]; ok && field >= 0 && s.times[row*len(s.fields)+field].IsZero() {
			s.set(row, field, v)
		}
	}
}
