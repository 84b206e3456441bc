package main

import (
	"errors"
	"math"
	"os"
	"path/filepath"
	"strings"
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
				c, err := openChip(&config.Sensor{I2C: config.SimBus, Chip: config.Chip(m.Name)}, nil, nil)
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

// TestChipFeelsASeries: three rows of ten seconds, over and over.
func TestChipFeelsASeries(t *testing.T) {
	path := filepath.Join(t.TempDir(), "air.csv")
	if err := os.WriteFile(path, []byte("time,temperature[°C],humidity[%]\n0,20,40\n10,30,50\n20,-5,60\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, chip := range []config.Chip{"bme280", "aht20", "hdc302x"} {
		synctest.Test(t, func(t *testing.T) {
			c, err := openChip(&config.Sensor{I2C: config.SimBus, Chip: chip, Series: path, Every: config.Duration(10 * time.Second)}, nil, nil)
			if err != nil {
				t.Fatal(err)
			}
			for i, want := range []float64{20, 30, -5, 20, 30} {
				var r sensors.Reading
				if err := c.Read(t.Context(), &r); err != nil {
					t.Fatal(err)
				}
				if got := r.Values[0].Value; math.Abs(got-want) > 0.011 {
					t.Errorf("%s, reading %d: got %v °C, want %v", chip, i, got, want)
				}
			}
		})
	}
}

func TestSeriesThatCannotBeFelt(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{"empty.csv": "", "header.csv": "temperature\n", "words.csv": "temperature\nwarm\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"absent.csv", "empty.csv", "header.csv", "words.csv"} {
		c := &config.Sensor{I2C: config.SimBus, Chip: "bme280", Series: filepath.Join(dir, name)}
		if _, err := openChip(c, nil, nil); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("got error %v, want one about %s", err, name)
		}
	}
}
