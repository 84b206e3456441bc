package why

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// figure writes a number with four digits, or as many more as it takes to write its whole part, and to tell it from what it
// is compared with.
func figure(x, from float64) string {
	switch {
	case math.IsInf(x, 1):
		return "for ever"
	case math.IsInf(x, -1):
		return "without end below 0"
	case math.IsNaN(x):
		return "no number"
	}
	for digits := max(4, whole(x)); ; digits++ {
		text := short(x, digits)
		if digits >= 17 || x == from || text != short(from, digits) {
			return text
		}
	}
}

// whole returns how many digits the whole part of a number has, of one that people would write without an exponent.
func whole(x float64) int {
	if x = math.Abs(x); x < 1 || x >= 1e15 {
		return 1
	}
	return int(math.Log10(x)) + 1
}

// short writes a number with so many digits, and without an exponent where people would not use one.
func short(x float64, digits int) string {
	text := strconv.FormatFloat(x, 'g', digits, 64)
	if abs := math.Abs(x); strings.Contains(text, "e") && abs < 1e15 && abs >= 1e-6 {
		if rounded, err := strconv.ParseFloat(text, 64); err == nil {
			return strconv.FormatFloat(rounded, 'f', -1, 64)
		}
	}
	return text
}

// quantity is a number with its unit.
func quantity(x, from float64, unit string) string {
	text := figure(x, from)
	if unit == "" || math.IsInf(x, 0) || math.IsNaN(x) {
		return text
	}
	return text + " " + unit
}

// lasting writes a duration: 1.5 s, 2 min, 1 h 5 min.
func lasting(d time.Duration) string {
	switch {
	case d < 0:
		return "-" + lasting(-d)
	case d < time.Second:
		return short(float64(d)/1e6, 4) + " ms"
	case d < time.Minute:
		return short(d.Seconds(), 4) + " s"
	}
	var parts []string
	for _, unit := range []struct {
		of   time.Duration
		name string
	}{{24 * time.Hour, "d"}, {time.Hour, "h"}, {time.Minute, "min"}} {
		if n := d / unit.of; n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, unit.name))
			d %= unit.of
		}
	}
	if d >= time.Millisecond {
		parts = append(parts, short(d.Seconds(), 5)+" s")
	}
	return strings.Join(parts, " ")
}

// clock writes times for people, at their place. Of other days than its own it says which.
type clock struct {
	day time.Time
	in  *time.Location
}

// at writes a moment, to the millisecond where it has any.
func (c clock) at(t time.Time) string {
	t = t.In(c.in)
	text := strings.TrimRight(strings.TrimRight(t.Round(time.Millisecond).Format("15:04:05.000"), "0"), ".")
	if strings.Count(text, ":") < 2 || len(text) < len("15:04:05") {
		text = t.Format("15:04:05")
	}
	if day := c.day.In(c.in); t.YearDay() != day.YearDay() || t.Year() != day.Year() {
		return t.Format(time.DateOnly) + " " + text
	}
	return text
}
