package config

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Portion is so many of so many, written 3 of 5. The zero value is none that was written.
type Portion struct{ Least, Of int }

// mostOf is the most that a Portion is of.
const mostOf = 100

// UnmarshalText reads a portion.
func (p *Portion) UnmarshalText(text []byte) error {
	words := strings.Fields(string(text))
	if len(words) != 3 || words[1] != "of" {
		return fmt.Errorf("%q is no portion; write it as 3 of 5", text)
	}
	least, err1 := strconv.Atoi(words[0])
	of, err2 := strconv.Atoi(words[2])
	if err1 != nil || err2 != nil || least < 1 || of < least || of > mostOf {
		return fmt.Errorf("%q is not between 1 of 1 and %d of %d; write it as 3 of 5", text, mostOf, mostOf)
	}
	*p = Portion{least, of}
	return nil
}

// IsZero says whether none was written.
func (p Portion) IsZero() bool { return p == Portion{} }

// MarshalYAML writes what UnmarshalText reads.
func (p Portion) MarshalYAML() ([]byte, error) {
	return fmt.Appendf(nil, "%d of %d", p.Least, p.Of), nil
}

// Percent is a part of something, written 10%.
type Percent float64

// UnmarshalText reads a part.
func (p *Percent) UnmarshalText(text []byte) error {
	number, ok := strings.CutSuffix(string(text), "%")
	v, err := strconv.ParseFloat(strings.TrimSpace(number), 64)
	switch {
	case !ok || err != nil:
		return fmt.Errorf("%q is no part of something; write it as 10%%", text)
	case !(v > 0 && v <= 100):
		return fmt.Errorf("%s is not above 0%% and at most 100%%", text)
	}
	*p = Percent(v)
	return nil
}

// MarshalYAML writes what UnmarshalText reads.
func (p Percent) MarshalYAML() ([]byte, error) {
	return append(strconv.AppendFloat(nil, float64(p), 'f', -1, 64), '%'), nil
}

// Age is a long time, written as a Duration, or in days as 7d.
type Age time.Duration

// UnmarshalText reads an age.
func (a *Age) UnmarshalText(text []byte) error {
	days, ok := strings.CutSuffix(string(text), "d")
	if !ok {
		return (*Duration)(a).UnmarshalText(text)
	}
	v, err := strconv.ParseFloat(days, 64)
	if err != nil || !(v > 0 && v <= mostDays) {
		return fmt.Errorf("%q is no age; write it as 12h, or as 7d, at most %dd", text, mostDays)
	}
	*a = Age(v * float64(day))
	return nil
}

const (
	day      = 24 * time.Hour
	mostDays = 36525 // a hundred years
)

// MarshalYAML writes what UnmarshalText reads.
func (a Age) MarshalYAML() ([]byte, error) {
	if time.Duration(a)%day == 0 {
		return fmt.Appendf(nil, "%dd", time.Duration(a)/day), nil
	}
	return Duration(a).MarshalYAML()
}
