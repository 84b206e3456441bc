package i2c

import (
	"context"
	"errors"
	"math"
	"testing"
	"testing/synctest"
	"time"

	"edged/sensors"
	"edged/sensors/sim/chips"
)

// faulty is what each register model can do besides.
type faulty interface {
	chips.Chip
	SetFault(chips.Fault)
	Reset()
}

// example is a chip in a state that is set by physical values, and what its driver must make of it.
type example struct {
	name string
	o    Options
	chip faulty
	want []float64 // nearest values, in the order of the model's quantities
	step []float64 // the chip's resolution in each; an answer may be off by half of it
}

// examples has at least one of each chip.
func examples() []example {
	step16 := []float64{175. / 65535, 100. / 65535}
	all := []example{
		{"Bosch's example, BST-BMP280-DS001 section 3.12", Options{Chip: "bme280"}, chips.NewBME280(), []float64{25.08, 100653.25390625, 33.3554}, []float64{1e-9, 1e-9, 1e-9}},
		{"Bosch's example, BST-BMP280-DS001 section 3.12", Options{Chip: "bmp280"}, chips.NewBMP280(), []float64{25.08, 100653.25390625}, []float64{1e-9, 1e-9}},
		{"Bosch's example, BST-BMP180-DS000 section 3.5", Options{Chip: "bmp180"}, chips.NewBMP180(), []float64{15, 69964}, []float64{1e-9, 6}}, // integers drop bits
		{"example of table 11: 01f4 6667 5eb9", Options{Chip: "scd4x"}, chips.NewSCD4x(), []float64{500, 25.0026, 37.0016}, []float64{1e-9, 2e-4, 2e-4}},
		{"a power supply", Options{Chip: "ina219"}, with(chips.NewINA219(0.1), func(c *chips.INA219) { c.Set(19.5, 1.25) }), []float64{19.5, 1.25, 24.375}, []float64{4e-3, 5e-4, 4e-3}},
		{"a battery that is charged", Options{Chip: "ina219", ShuntOhm: 0.01, MaxAmpere: 20}, with(chips.NewINA219(0.01), func(c *chips.INA219) { c.Set(3.8, -7.5) }), []float64{3.8, -7.5, 28.5}, []float64{4e-3, 5e-3, 3e-2}},
		{"light of an office", Options{Chip: "bh1750"}, with(chips.NewBH1750(), func(c *chips.BH1750) { c.Set(431.7) }), []float64{431.7}, []float64{1 / 1.2}},
		{"night", Options{Chip: "bh1750"}, with(chips.NewBH1750(), func(c *chips.BH1750) { c.Set(0) }), []float64{0}, []float64{1e-9}},
		{"tilted", Options{Chip: "adxl345"}, with(chips.NewADXL345(), func(c *chips.ADXL345) { c.Set(-0.5, 0.25, 0.829) }), []float64{-0.5, 0.25, 0.829}, []float64{1. / 256, 1. / 256, 1. / 256}},
		{"a blow", Options{Chip: "adxl345"}, with(chips.NewADXL345(), func(c *chips.ADXL345) { c.Set(-15.9, 15.9, 0) }), []float64{-15.9, 15.9, 0}, []float64{1. / 256, 1. / 256, 1. / 256}},
		{"a cellar", Options{Chip: "aht20"}, with(chips.NewAHT20(), func(c *chips.AHT20) { c.Set(-7.3, 81.2) }), []float64{-7.3, 81.2}, []float64{200. / (1 << 20), 1e-3}},
		{"a bath", Options{Chip: "hdc302x"}, with(chips.NewHDC302x(), func(c *chips.HDC302x) { c.Set(28.4, 93.1) }), []float64{28.4, 93.1}, step16},
		{"a classroom", Options{Chip: "scd4x"}, with(chips.NewSCD4x(), func(c *chips.SCD4x) { c.Set(1874, 23.7, 51) }), []float64{1874, 23.7, 51}, []float64{1, step16[0], step16[1]}},
		{"cooking", Options{Chip: "sgp30"}, with(chips.NewSGP30(), func(c *chips.SGP30) { c.Set(1210, 833) }), []float64{1210, 833}, []float64{1e-9, 1e-9}},
		{"paint", Options{Chip: "ccs811"}, with(chips.NewCCS811(), func(c *chips.CCS811) { c.Set(17000, 3000) }), []float64{17000, 3000}, []float64{1e-9, 1e-9}},
		{"one input", Options{Chip: "ads1115"}, with(chips.NewADS1115(), func(c *chips.ADS1x15) { c.Set(0, 3.3) }), []float64{3.3}, []float64{4.096 / (1 << 15)}},
		{"three channels", Options{Chip: "ads1115", Channels: []Channel{"1", "0-1", "2-3"}, Gain: "2"},
			with(chips.NewADS1115(), func(c *chips.ADS1x15) { c.Set(0, 1.5); c.Set(1, 1.75); c.Set(2, 0.1) }), []float64{1.75, -0.25, 0.1}, []float64{1. / (1 << 14), 1. / (1 << 14), 1. / (1 << 14)}},
		{"one input", Options{Chip: "ads1015", Channels: []Channel{"3"}, Gain: "2/3"}, with(chips.NewADS1015(), func(c *chips.ADS1x15) { c.Set(3, 5.1) }), []float64{5.1}, []float64{6.144 / (1 << 11)}},
	}
	for _, celsius := range []float64{0, 0.0625, -0.0625, 25, 25.25, 80, 124.9375, -25, -39.9375} {
		all = append(all,
			example{"exactly", Options{Chip: "tmp102"}, with(chips.NewTMP102(), func(c *chips.TMP102) { c.Set(celsius) }), []float64{celsius}, []float64{1e-9}},
			example{"exactly", Options{Chip: "mcp9808"}, with(chips.NewMCP9808(), func(c *chips.MCP9808) { c.Set(celsius) }), []float64{celsius}, []float64{1e-9}})
	}
	return all
}

func with[C any](chip C, set func(C)) C {
	set(chip)
	return chip
}

// plug puts the example's chip at its place on a bus on which each transfer takes 100 µs.
func (e *example) plug(t *testing.T) (*Bus, *chips.Bus, Model) {
	t.Helper()
	m, err := e.o.Fill()
	if err != nil {
		t.Fatal(err)
	}
	sim := &chips.Bus{}
	e.chip.Reset() // its clock is the real one; now it is this test's
	sim.Plug(e.o.Address, e.chip)
	return NewBus("sim", sim), sim, m
}

// next reads c, once more if it only says that it warms up.
func next(ctx context.Context, c *Chip, r *sensors.Reading) error {
	err := c.Read(ctx, r)
	if errors.Is(err, ErrWarming) {
		err = c.Read(ctx, r)
	}
	return err
}

// eachExample runs test on every example, each in a bubble with a clock of its own.
func eachExample(t *testing.T, test func(t *testing.T, e *example)) {
	for _, e := range examples() {
		t.Run(e.o.Chip+"/"+e.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { test(t, &e) })
		})
	}
}

func (e *example) check(t *testing.T, m *Model, r *sensors.Reading) {
	t.Helper()
	if len(r.Values) != len(e.want) || len(m.Gives) != len(e.want) {
		t.Fatalf("got %v, want %d values", r.Values, len(e.want))
	}
	for i, v := range r.Values {
		if v.Name != m.Gives[i].Name || v.Unit != m.Gives[i].Unit {
			t.Errorf("got %s in %q, want %s in %q", v.Name, v.Unit, m.Gives[i].Name, m.Gives[i].Unit)
		}
		if !(math.Abs(v.Value-e.want[i]) <= e.step[i]*0.500001) {
			t.Errorf("got %s %v %s, want %v within half of %v", v.Name, v.Value, v.Unit, e.want[i], e.step[i])
		}
	}
}

func TestEveryChipIsReadAsItIsSet(t *testing.T) {
	eachExample(t, func(t *testing.T, e *example) {
		bus, _, m := e.plug(t)
		c := open(t, bus, e.o)
		var r sensors.Reading
		for range 3 {
			if err := next(t.Context(), c, &r); err != nil {
				t.Fatal(err)
			}
			e.check(t, &m, &r)
		}
	})
}

func TestEveryChipHasAModelToRunOn(t *testing.T) {
	tried := map[string]bool{}
	for _, e := range examples() {
		tried[e.o.Chip] = true
	}
	for _, m := range Models() {
		if _, err := chips.New(m.Name); err != nil {
			t.Error(err)
		}
		if !tried[m.Name] {
			t.Errorf("%s has no example", m.Name)
		}
	}
}

// TestEveryChipComesBack takes each chip off its bus and puts it back powered on anew, and lets it lose its power for a
// moment between two readings.
func TestEveryChipComesBack(t *testing.T) {
	eachExample(t, func(t *testing.T, e *example) {
		bus, sim, m := e.plug(t)
		c := open(t, bus, e.o)
		var r sensors.Reading
		read := func(want ...string) {
			t.Helper()
			err := next(t.Context(), c, &r)
			if len(want) > 0 {
				wantError(t, err, want...)
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			e.check(t, &m, &r)
		}
		read()
		sim.Plug(e.o.Address, nil)
		for range 3 {
			read("remote I/O error", e.o.Chip)
		}
		e.chip.Reset()
		sim.Plug(e.o.Address, e.chip)
		read()
		e.chip.Reset()
		for err := next(t.Context(), c, &r); err != nil; err = next(t.Context(), c, &r) {
			t.Log(err) // one that says so may need another try, but never gives a wrong value
		}
		e.check(t, &m, &r)
	})
}

// TestNoChipIsBelievedWhenDisturbed flips bits and sends noise: those with a checksum, an identity or settings to read
// back must notice; no reading may leave the datasheet's range.
func TestNoChipIsBelievedWhenDisturbed(t *testing.T) {
	sure := map[string]bool{"aht20": true, "hdc302x": true, "scd4x": true, "sgp30": true, "adxl345": true, "ina219": true}
	eachExample(t, func(t *testing.T, e *example) {
		bus, _, m := e.plug(t)
		c := open(t, bus, e.o)
		for _, fault := range []chips.Fault{chips.Corrupt, chips.Garbage} {
			e.chip.SetFault(fault)
			for range 20 {
				var r sensors.Reading
				err := next(t.Context(), c, &r)
				if err == nil && sure[e.o.Chip] {
					t.Errorf("fault %d: got %v, want an error", fault, r.Values)
				}
				for i, v := range r.Values {
					if v.Value < m.Gives[i].Least || v.Value > m.Gives[i].Most {
						t.Errorf("fault %d: got %v, want it within %v to %v", fault, v, m.Gives[i].Least, m.Gives[i].Most)
					}
				}
			}
		}
		e.chip.SetFault(chips.Healthy)
		e.chip.Reset()
		var r sensors.Reading
		if err := next(t.Context(), c, &r); err != nil {
			t.Fatal(err)
		}
		e.check(t, &m, &r)
	})
}

// TestReadsEndSoonAfterTheirContext cuts opening and reading off at many moments.
func TestReadsEndSoonAfterTheirContext(t *testing.T) {
	eachExample(t, func(t *testing.T, e *example) {
		for after := time.Millisecond; after < 8*time.Second; after = after * 5 / 4 {
			for _, fault := range []chips.Fault{chips.Healthy, chips.Dead, chips.Busy} {
				bus, _, _ := e.plug(t)
				e.chip.SetFault(fault)
				ctx, cancel := context.WithTimeout(t.Context(), after)
				end := time.Now().Add(after)
				c, err := New(bus, e.o)
				if err != nil {
					t.Fatal(err)
				}
				var r sensors.Reading
				for err = nil; ctx.Err() == nil; err = next(ctx, c, &r) {
				}
				if err != nil && !errors.Is(err, context.DeadlineExceeded) && fault == chips.Healthy {
					t.Errorf("after %v: got error %v, want the context's", after, err)
				}
				if late := time.Since(end); late > 250*time.Millisecond {
					t.Errorf("after %v, fault %d: Read ended %v late", after, fault, late)
				}
				cancel()
				e.chip.SetFault(chips.Healthy)
			}
		}
	})
}
