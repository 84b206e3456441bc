package rules

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"edged/sensors"
)

// unit is what a number counts. A number x in it is (x + zero)·num/den in its dimension's first unit: num and den are whole
// where they can be, so that what is the same in two units compares as the same.
//
// zero counts for a temperature as it is, and not for a difference of two: what a number is made of has a weight, how many
// temperatures it is the sum of. That of a difference is 0, and of the mean of two 1.
type unit struct {
	name     string
	dim      dimension
	zero     float64
	num, den float64
}

// dimension says what may be compared. A unit that we do not know is a dimension by itself.
type dimension string

// The dimensions that rules know something about.
const (
	plain       dimension = "" // a number without unit
	score       dimension = "score"
	count       dimension = "count"
	duration    dimension = "duration"
	temperature dimension = "temperature"
	percentage  dimension = "percentage"
	unknown     dimension = "unknown" // of a reading that has not come yet
)

var (
	noUnit  = unit{"", plain, 0, 1, 1}
	ofScore = unit{"", score, 0, 1, 1}
	ofCount = unit{"", count, 0, 1, 1}
	seconds = unit{"s", duration, 0, 1, 1}
)

// units are those that conditions know, each dimension's together.
var units = []unit{
	{"°C", temperature, 0, 1, 1},
	{"K", temperature, -273.15, 1, 1},
	{"°F", temperature, -32, 5, 9},
	{"Pa", "pressure", 0, 1, 1},
	{"hPa", "pressure", 0, 100, 1},
	{"mbar", "pressure", 0, 100, 1},
	{"kPa", "pressure", 0, 1000, 1},
	{"bar", "pressure", 0, 100000, 1},
	seconds,
	{"ms", duration, 0, 1, 1000},
	{"min", duration, 0, 60, 1},
	{"h", duration, 0, 3600, 1},
	{"%", percentage, 0, 1, 1},
	{"ppm", "concentration", 0, 1, 1},
	{"ppb", "concentration", 0, 1, 1000},
	{"lx", "illuminance", 0, 1, 1},
	{"klx", "illuminance", 0, 1000, 1},
	{"g", "acceleration", 0, 1, 1},
	{"mg", "acceleration", 0, 1, 1000},
	{"V", "voltage", 0, 1, 1},
	{"mV", "voltage", 0, 1, 1000},
	{"A", "current", 0, 1, 1},
	{"mA", "current", 0, 1, 1000},
	{"W", "power", 0, 1, 1},
	{"mW", "power", 0, 1, 1000},
	{"kW", "power", 0, 1000, 1},
	{"dBFS", "level", 0, 1, 1},
}

// spellings are other ways to write a unit.
var spellings = map[string]string{
	"degC": "°C", "℃": "°C", "ºC": "°C", "degF": "°F", "℉": "°F", "ºF": "°F", "sec": "s", "minute": "min", "lux": "lx",
}

// unitOf returns the unit of that name, "°C/min" too. One that we do not know is a dimension by itself.
func unitOf(name string) unit {
	if u, ok := simple(name); ok {
		return u
	}
	if of, per, ok := cutLast(name, "/"); ok {
		if t, ok := simple(per); ok && t.dim == duration {
			u := noUnit
			if of != "" {
				u = unitOf(of)
			}
			return u.per(t)
		}
	}
	if name == "" {
		return noUnit
	}
	return unit{name, dimension("unit " + name), 0, 1, 1}
}

func simple(name string) (unit, bool) {
	if other, ok := spellings[name]; ok {
		name = other
	}
	i := slices.IndexFunc(units, func(u unit) bool { return u.name == name })
	if i < 0 {
		return unit{}, false
	}
	return units[i], true
}

func cutLast(s, sep string) (before, after string, found bool) {
	i := strings.LastIndex(s, sep)
	if i < 0 {
		return s, "", false
	}
	return strings.TrimSpace(s[:i]), strings.TrimSpace(s[i+len(sep):]), true
}

// per returns the unit of a rate: so much in a time of t. A rate of scores, and one of counts, are numbers per time.
func (u unit) per(t unit) unit {
	dim := u.dim
	if dim == score || dim == count {
		dim = plain
	}
	if dim != unknown {
		dim += "/s"
	}
	return unit{u.name + "/" + t.name, dim, 0, u.num * t.den, u.den * t.num}
}

// change brings numbers from one unit into another of its dimension.
type change struct{ before, mul, div, after float64 }

// into returns the change from u to v of what has a weight.
func (u unit) into(v unit, weight float64) change {
	return change{weight * u.zero, u.num * v.den, u.den * v.num, -weight * v.zero}
}

// of changes x. The product is rounded by itself: where Go may fuse it, two machines would give two answers.
func (c change) of(x float64) float64 { return float64((x+c.before)*c.mul)/c.div + c.after }

func (c change) none() bool { return c.before == 0 && c.after == 0 && c.mul == c.div }

// beside lists the units of a dimension, as a hint.
func (d dimension) beside() string {
	of, rate := strings.CutSuffix(string(d), "/s")
	var names []string
	for _, u := range units {
		if u.dim == dimension(of) {
			names = append(names, u.name)
		}
	}
	if rate {
		if len(names) == 0 {
			names = []string{""}
		}
		for i := range names {
			names[i] += "/min"
		}
	}
	switch n := len(names); n {
	case 0:
		return ""
	case 1:
		return names[0]
	default:
		return strings.Join(names[:n-1], ", ") + " or " + names[n-1]
	}
}

// quantity reads a number with its unit, "35 °C" or "1m30s". ok is false if it begins with no number.
func quantity(s string) (x float64, u unit, ok bool) {
	s = strings.TrimSpace(s)
	n := numberLength(s)
	if n == 0 {
		return 0, unit{}, false
	}
	x, err := strconv.ParseFloat(s[:n], 64)
	if err != nil || !finite(x) {
		return 0, unit{}, false
	}
	name := strings.TrimSpace(s[n:])
	if u := unitOf(name); !strings.HasPrefix(string(u.dim), "unit ") {
		return x, u, true
	}
	return x, unitOf(name), true
}

// numberLength returns how many bytes of s are a number.
func numberLength(s string) int {
	i := 0
	digits := func() bool {
		from := i
		for i < len(s) && '0' <= s[i] && s[i] <= '9' {
			i++
		}
		return i > from
	}
	if i < len(s) && (s[i] == '-' || s[i] == '+') {
		i++
	}
	whole := digits()
	if i < len(s) && s[i] == '.' {
		i++
		if !digits() && !whole {
			return 0
		}
	} else if !whole {
		return 0
	}
	end := i
	if i < len(s) && (s[i] == 'e' || s[i] == 'E') {
		i++
		if i < len(s) && (s[i] == '-' || s[i] == '+') {
			i++
		}
		if digits() {
			end = i
		}
	}
	return end
}

// span of time that a text says, "30s". ok is false if it is none.
func spanOfTime(s string) (time.Duration, bool) {
	x, u, ok := quantity(s)
	if !ok || u.dim != duration { // "1m30s"
		d, err := time.ParseDuration(strings.ReplaceAll(s, " ", ""))
		return d, err == nil
	}
	x = u.into(seconds, 0).of(x)
	if math.Abs(x) > 1e9 {
		x = math.Copysign(1e9, x)
	}
	return time.Duration(math.Round(x * 1e9)), true
}

// bounds returns what a reading can be at all: what its dimension allows, or of those of our own sensors what they name.
func bounds(r *Reading, u unit) (lo, hi float64) {
	lo, hi = math.Inf(-1), math.Inf(1)
	of := func(name sensors.Unit, a, b float64) {
		if v := unitOf(string(name)); v.dim == u.dim {
			c := v.into(u, 1)
			lo, hi = c.of(a), c.of(b)
		}
	}
	switch {
	case u.dim == temperature:
		of(sensors.Celsius, -273.15, math.Inf(1))
	case r.Name == "pressure": // of the air: that of 16 km above the sea, and of a diver 10 m below it
		of(sensors.Pascal, 10_000, 200_000)
	case r.Name == "humidity":
		of(sensors.Percent, 0, 100)
	case u.dim == "illuminance" || u.dim == "concentration":
		lo = 0
	case u.dim == "level": // a square wave of full scale, AES17
		hi = 3.02
	}
	return lo, hi
}
