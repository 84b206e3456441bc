package sim_test

import (
	"errors"
	"math"
	"testing"
	"testing/synctest"
	"time"

	"edged/sensors"
	"edged/sensors/i2c"
	"edged/sensors/sim"
	"edged/sensors/sim/chips"
)

// feeling is a register model that feels a story from begin on.
type feeling struct {
	chips.Chip
	air    *sim.Air
	begin  time.Time
	values []sensors.Value
}

// Tx is one transfer of the chip as it feels now.
func (f *feeling) Tx(w, r []byte) error {
	f.values = f.air.Feel(time.Since(f.begin), f.values[:0])
	chips.Feel(f.Chip, f.values)
	return f.Chip.Tx(w, r)
}

// driven is a chip, how long it may have held a value before it is read, and its resolution in what it gives:
// the BME280's temperature comes in 0.01 °C, its pressure, four times oversampled, in 0.66 Pa (BST-BMP280-DS001, table 4), its
// humidity in 0.008 % (BST-BME280-DS002, table 2); the others' are those of their data.
type driven struct {
	name  string
	holds time.Duration
	steps map[string]float64
}

var drivenChips = []driven{
	{"bme280", time.Second, map[string]float64{"temperature": 0.01, "pressure": 0.66, "humidity": 0.008}},
	{"scd4x", 100 * time.Millisecond, map[string]float64{"co2": 1, "temperature": 175. / 65535, "humidity": 100. / 65535}},
	{"sgp30", 100 * time.Millisecond, map[string]float64{"co2": 1, "tvoc": 1}},
	{"bh1750", 300 * time.Millisecond, map[string]float64{"illuminance": 1 / 1.2}},
	{"adxl345", 20 * time.Millisecond, map[string]float64{"acceleration_x": 1. / 256, "acceleration_y": 1. / 256, "acceleration_z": 1. / 256}},
}

// TestRealDriversReadTheRoom lets the drivers of package i2c read register models in a story with much going on: each
// value must be one that was felt just before, to the chip's resolution.
func TestRealDriversReadTheRoom(t *testing.T) {
	for _, d := range drivenChips {
		t.Run(d.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { d.test(t, sim.NewAir(sim.NewStory(sim.Options{Seed: busySeed}))) })
		})
	}
}

func (d *driven) test(t *testing.T, air *sim.Air) {
	model, err := chips.New(d.name)
	if err != nil {
		t.Fatal(err)
	}
	begin := time.Now()
	m, _ := i2c.ModelOf(d.name)
	bus := &chips.Bus{}
	bus.Plug(m.Addresses[0], &feeling{Chip: model, air: air, begin: begin})
	chip, err := i2c.New(i2c.NewBus("sim", bus), i2c.Options{Chip: d.name})
	if err != nil {
		t.Fatal(err)
	}
	var got sensors.Reading
	n := 0
	for ; time.Since(begin) < time.Minute; n++ {
		if err := chip.Read(t.Context(), &got); errors.Is(err, i2c.ErrWarming) {
			continue
		} else if err != nil {
			t.Fatal(err)
		}
		for _, v := range got.Values {
			least, most := felt(air, v.Name, time.Since(begin), d.holds)
			if step := d.steps[v.Name]; !(v.Value >= least-step && v.Value <= most+step) {
				t.Errorf("%s reads %.4f %s at %v, felt was %.4f to %.4f and the chip's step is %g", v.Name, v.Value, v.Unit,
					time.Since(begin), least, most, step)
			}
		}
	}
	if least := int(30 * time.Second / m.Every); n < least/3 {
		t.Errorf("%d readings in a minute, want %d or more", n, least/3)
	}
}

// felt is the least and the most of a value in the time up to at.
func felt(air *sim.Air, name string, at, holds time.Duration) (least, most float64) {
	least, most = math.Inf(1), math.Inf(-1)
	var values []sensors.Value
	for t := at - holds; t <= at; t += min(holds/10, 50*time.Millisecond) {
		values = air.Feel(t, values[:0])
		for _, v := range values {
			if v.Name == name {
				least, most = min(least, v.Value), max(most, v.Value)
			}
		}
	}
	return least, most
}

// busySeed is of a story with a fire, a fall, a knock and a washing machine out of balance in its first minute.
const busySeed = 48
