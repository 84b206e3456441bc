package main

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"edged/cmd/edged/internal/config"
	"edged/sensors"
	"edged/sensors/i2c"
)

// TestEveryChipCanBeSimulated: i2c: sim gives readings of every chip, by the driver of the real one.
func TestEveryChipCanBeSimulated(t *testing.T) {
	for _, m := range i2c.Models() {
		t.Run(m.Name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c, err := openChip(&config.Sensor{I2C: config.SimBus, Chip: config.Chip(m.Name)}, nil)
				if err != nil {
					t.Fatal(err)
				}
				var r sensors.Reading
				for range 3 {
					err := c.Read(t.Context(), &r)
					if errors.Is(err, i2c.ErrWarming) {
						err = c.Read(t.Context(), &r)
					}
					if err != nil {
						t.Fatal(err)
					}
				}
				if len(r.Values) != len(m.Gives) || r.Time != time.Now() {
					t.Errorf("got %v, want %d values of now", r, len(m.Gives))
				}
			})
		})
	}
}
