package main

import (
	"errors"
	"math"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"edged/cmd/edged/internal/config"
	"edged/sensors"
	"edged/sensors/i2c"
)

const roomConfig = `
sim: { seed: 3, length: 30s }
sensors:
  cam: { camera: sim, rate: 4 }
  mic: { microphone: sim }
  box: { i2c: sim, every: 5s }
  air: { i2c: sim, chip: bme280, every: 5s }
`

// TestSensorsShareARoom opens every kind of simulated sensor: all tell one story from one moment on, over and over.
func TestSensorsShareARoom(t *testing.T) {
	c, err := config.Parse("edged.yaml", []byte(roomConfig))
	if err != nil {
		t.Fatal(err)
	}
	synctest.Test(t, func(t *testing.T) {
		begin := time.Now()
		p := openParts(c, func(string) string { return "" })
		defer func() {
			if err := p.Close(); err != nil {
				t.Error(err)
			}
		}()
		if len(p.faults) > 0 {
			t.Fatal(p.faults)
		}
		time.Sleep(65 * time.Second) // the story's third time
		var frame sensors.Frame
		if err := p.sensors["cam"].frames.Read(t.Context(), &frame); err != nil {
			t.Fatal(err)
		}
		if at := frame.Time.Sub(begin); at < 64*time.Second || at > 66*time.Second || frame.Width == 0 {
			t.Errorf("a picture of %v, %d pixels wide", at, frame.Width)
		}
		var clip sensors.Clip
		if err := p.sensors["mic"].clips.Read(t.Context(), &clip); err != nil {
			t.Fatal(err)
		}
		if at := clip.End.Sub(begin); at < 65*time.Second || at > 66*time.Second || len(clip.Samples) == 0 {
			t.Errorf("%d samples of sound until %v", len(clip.Samples), at)
		}
		felt, chip := reading(t, p.sensors["box"]), reading(t, p.sensors["air"])
		if len(felt) < 6 || math.Abs(felt["temperature"]-chip["temperature"]) > 0.1 || math.Abs(felt["pressure"]-chip["pressure"]) > 15 {
			t.Errorf("all chips say %v, one says %v", felt, chip)
		}
	})
}

// TestFastRoom runs a room's clock ten times as fast, from a given time on: its story begins when the daemon does.
func TestFastRoom(t *testing.T) {
	text := strings.Replace(roomConfig, "length: 30s", "length: 30s, speed: 10, start: 2026-01-01T12:00:00Z, lead: 5s", 1)
	c, err := config.Parse("edged.yaml", []byte(strings.Replace(text, "chip: bme280, ", "", 1)))
	if err != nil {
		t.Fatal(err)
	}
	synctest.Test(t, func(t *testing.T) {
		p := openParts(c, func(string) string { return "" })
		defer p.Close()
		if len(p.faults) > 0 {
			t.Fatal(p.faults)
		}
		time.Sleep(time.Minute) // models are loaded meanwhile
		p.clock.Run()
		begin := time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)
		time.Sleep(4500 * time.Millisecond)
		var frame sensors.Frame
		if err := p.sensors["cam"].frames.Read(t.Context(), &frame); err != nil || !frame.Time.Equal(begin.Add(45*time.Second)) {
			t.Errorf("got %v, a picture of %v", err, frame.Time.Sub(begin))
		}
		var r sensors.Reading
		if err := p.sensors["box"].readings.Read(t.Context(), &r); err != nil || !r.Time.Equal(begin.Add(45*time.Second)) {
			t.Errorf("got %v, a reading of %v", err, r.Time.Sub(begin))
		}
		if now := p.clock.Now(); !now.Equal(begin.Add(45 * time.Second)) {
			t.Errorf("it is %v after the beginning", now.Sub(begin))
		}
	})
}

// reading is the next of a sensor, by names.
func reading(t *testing.T, s *sensor) map[string]float64 {
	t.Helper()
	var r sensors.Reading
	err := s.readings.Read(t.Context(), &r)
	if errors.Is(err, i2c.ErrWarming) {
		err = s.readings.Read(t.Context(), &r)
	}
	if err != nil {
		t.Fatal(err)
	}
	values := map[string]float64{}
	for _, v := range r.Values {
		values[v.Name] = v.Value
	}
	return values
}
