package prep

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"edged/models"
	"edged/pipelines"
	"edged/runtime/tensor"
	"edged/sensors"
)

// Vector prepares readings: each becomes a row of the card's fields, as (v − mean)/std, and an input [1,F], [1,N,F] or
// [1,N,F,1] gets the last N rows, oldest first. The first input is due after N readings. A reading older than the one
// before starts a new recording.
type Vector struct {
	enc    encoder
	norm   norm
	fields []string
	every  time.Duration

	vals  []float64   // [N,F]
	times []time.Time // [N]
	n     int         // rows filled
	used  time.Time   // newest reading of the last input
	any   bool        // used is set
	ready bool
}

// NewVector returns a preparer for the input info. The card names the F fields. With Options.Every, inputs come no
// sooner than that after each other; without, each reading makes one.
func NewVector(info tensor.Info, in models.Input, o Options) (*Vector, error) {
	rows, f, err := tableShape(info)
	if err != nil {
		return nil, err
	}
	if len(in.Fields) != f {
		return nil, fmt.Errorf("input %q: card names %d fields %q, the model has %d", info.Name, len(in.Fields), in.Fields, f)
	}
	v := &Vector{fields: in.Fields, every: o.Every, vals: make([]float64, rows*f), times: make([]time.Time, rows)}
	if v.enc, err = newEncoder(info); err != nil {
		return nil, err
	}
	if v.norm, err = newNorm(in, f, "field"); err != nil {
		return nil, err
	}
	return v, nil
}

// tableShape returns how many rows and columns an input of readings has.
func tableShape(info tensor.Info) (rows, columns int, err error) {
	s := info.Shape
	if len(s) == 4 && s[3] == 1 {
		s = s[:3]
	}
	if len(s) < 2 || len(s) > 3 || s[0] != 1 || slices.Min(s) < 1 {
		return 0, 0, fmt.Errorf("input %q: shape %v is not a vector's; want 1xF, 1xNxF or 1xNxFx1", info.Name, info.Shape)
	}
	if len(s) == 2 {
		return 1, s[1], nil
	}
	return s[1], s[2], nil
}

// Add takes a reading; it is an error if a field is missing or not a number, and the reading is then left out.
func (v *Vector) Add(r *sensors.Reading) error {
	for _, name := range v.fields {
		if x, ok := value(r, name); !ok {
			return fmt.Errorf("reading has no %q; it has %s", name, names(r))
		} else if math.IsNaN(x) || math.IsInf(x, 0) {
			return fmt.Errorf("reading: %q is %v", name, x)
		}
	}
	rows, f := len(v.times), len(v.fields)
	if v.n > 0 && r.Time.Before(v.times[rows-1]) {
		v.n, v.any = 0, false
	}
	copy(v.vals, v.vals[f:])
	copy(v.times, v.times[1:])
	row := v.vals[(rows-1)*f:]
	for i, name := range v.fields {
		x, _ := value(r, name)
		row[i] = v.norm.apply(x, i)
	}
	v.times[rows-1] = r.Time
	v.n = min(v.n+1, rows)
	v.ready = v.n == rows && !(v.any && tooSoon(r.Time.Sub(v.used), v.every))
	return nil
}

// Next gives the window that ends with the last reading, once, if it is due.
func (v *Vector) Next(dst *tensor.Tensor) (pipelines.Window, bool, error) {
	if err := v.enc.fits(dst); err != nil || !v.ready {
		return pipelines.Window{}, false, err
	}
	fill(&v.enc, dst, v.vals)
	v.ready, v.any, v.used = false, true, v.times[len(v.times)-1]
	return pipelines.Window{Start: v.times[0], End: v.used}, true, nil
}

func value(r *sensors.Reading, name string) (float64, bool) {
	for i := range r.Values {
		if r.Values[i].Name == name {
			return r.Values[i].Value, true
		}
	}
	return 0, false
}

func names(r *sensors.Reading) string {
	if len(r.Values) == 0 {
		return "nothing"
	}
	var all []string
	for _, v := range r.Values {
		all = append(all, fmt.Sprintf("%q", v.Name))
	}
	return strings.Join(all, ", ")
}
