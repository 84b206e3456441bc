package models

import (
	"fmt"
	"time"
)

// Duration is a length of time, written 500ms, 1s or 1m30s.
type Duration time.Duration

// UnmarshalText reads a duration; it is positive and has a unit.
func (d *Duration) UnmarshalText(text []byte) error {
	v, err := time.ParseDuration(string(text))
	if err != nil || v <= 0 {
		return fmt.Errorf("%q is not a duration above 0; write a number with a unit: 500ms, 1s, 1m", text)
	}
	*d = Duration(v)
	return nil
}

// MarshalText writes what UnmarshalText reads.
func (d Duration) MarshalText() ([]byte, error) { return []byte(time.Duration(d).String()), nil }
