package i2c

import (
	"context"
	"errors"
	"io/fs"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"edged/sensors"
	"edged/sensors/sim/chips"
)

// room is a simulated bus with one BME280 of Bosch's worked example.
func room() (*Bus, *chips.Bus, *chips.BME280) {
	sim, chip := &chips.Bus{}, chips.NewBME280()
	sim.Plug(0x76, chip)
	return NewBus("sim", sim), sim, chip
}

func open(t *testing.T, bus *Bus, o Options) *Chip {
	t.Helper()
	c, err := Open(t.Context(), bus, o)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// value returns the value of that name, and fails the test if there is none.
func value(t *testing.T, r *sensors.Reading, name string) float64 {
	t.Helper()
	for _, v := range r.Values {
		if v.Name == name {
			return v.Value
		}
	}
	t.Fatalf("got %v, want a %s among them", r.Values, name)
	return 0
}

func wantError(t *testing.T, err error, parts ...string) {
	t.Helper()
	if err == nil {
		t.Fatalf("got no error, want one with %q", parts)
	}
	for _, p := range parts {
		if !strings.Contains(err.Error(), p) {
			t.Errorf("got error %q, want %q in it", err, p)
		}
	}
}

func TestBoschExample(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		bus, _, _ := room()
		c := open(t, bus, Options{})
		var r sensors.Reading
		if err := c.Read(t.Context(), &r); err != nil {
			t.Fatal(err)
		}
		// BST-BMP280-DS001, section 3.12: 25.08 °C and 100653 Pa; the 64-bit formula has 1/256 Pa.
		want := []sensors.Value{
			{Name: "temperature", Unit: "°C", Value: 25.08},
			{Name: "pressure", Unit: "Pa", Value: 100653.25390625},
			{Name: "humidity", Unit: "%", Value: 33.3554},
		}
		if len(r.Values) != len(want) {
			t.Fatalf("got %v, want %v", r.Values, want)
		}
		for i, v := range r.Values {
			if v != want[i] {
				t.Errorf("got %v, want %v", v, want[i])
			}
		}
		if r.Time != time.Now() {
			t.Errorf("got time %v, want now, %v", r.Time, time.Now())
		}
	})
}

func TestReadKeepsItsPace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		bus, _, chip := room()
		c := open(t, bus, Options{Every: 500 * time.Millisecond})
		began := time.Now()
		var r sensors.Reading
		for i := range 5 {
			chip.SetAir(20+float64(i), 101325, 50)
			if err := c.Read(t.Context(), &r); err != nil {
				t.Fatal(err)
			}
			due := time.Duration(i) * 500 * time.Millisecond
			if got := r.Time.Sub(began); got < due || got > due+40*time.Millisecond {
				t.Errorf("reading %d: got it after %v, want within 40ms after %v", i, got, due)
			}
			if got, want := value(t, &r, "temperature"), 20+float64(i); got < want-0.02 || got > want+0.02 {
				t.Errorf("reading %d: got %v °C, want %v", i, got, want)
			}
		}
		time.Sleep(10 * time.Second)
		late := time.Now()
		for i := range 2 { // a late reader gets one at once, then the pace again
			if err := c.Read(t.Context(), &r); err != nil {
				t.Fatal(err)
			}
			due := time.Duration(i) * 500 * time.Millisecond
			if got := r.Time.Sub(late); got < due || got > due+40*time.Millisecond {
				t.Errorf("late reading %d: got it after %v, want within 40ms after %v", i, got, due)
			}
		}
	})
}

func TestChipGoesAndComesBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		bus, sim, chip := room()
		c := open(t, bus, Options{})
		read := func() (sensors.Reading, error) {
			var r sensors.Reading
			err := c.Read(t.Context(), &r)
			return r, err
		}
		if _, err := read(); err != nil {
			t.Fatal(err)
		}
		sim.Plug(0x76, nil)
		for range 3 {
			_, err := read()
			wantError(t, err, "bme280 at address 0x76 of bus sim", "remote I/O error")
		}
		chip.Reset()
		sim.Plug(0x76, chip)
		r, err := read()
		if err != nil {
			t.Fatal(err)
		}
		if got := value(t, &r, "humidity"); got != 33.3554 {
			t.Errorf("got humidity %v after the chip came back, want 33.3554", got)
		}
	})
}

func TestPowerLostUnnoticed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		bus, _, chip := room()
		c := open(t, bus, Options{})
		var r sensors.Reading
		chip.Reset() // ctrl_hum is gone, and all transfers succeed
		if err := c.Read(t.Context(), &r); err != nil {
			t.Fatal(err)
		}
		if got := value(t, &r, "humidity"); got != 33.3554 {
			t.Errorf("got humidity %v, want 33.3554, not that of a skipped measurement", got)
		}
		chip.SetRaw(519888, 415148, 0x8000) // now it is no code but what is measured
		if err := c.Read(t.Context(), &r); err != nil {
			t.Fatal(err)
		}
		if got := value(t, &r, "humidity"); got < 50 || got > 70 {
			t.Errorf("got humidity %v of raw 0x8000, want between 50 and 70", got)
		}
	})
}

func TestConversionThatNeverEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		bus, _, chip := room()
		c := open(t, bus, Options{})
		chip.SetFault(chips.Busy)
		began := time.Now()
		var r sensors.Reading
		wantError(t, c.Read(t.Context(), &r), "no measurement after 1s")
		if got := time.Since(began); got > 1100*time.Millisecond {
			t.Errorf("got the error after %v, want about 1s", got)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		began = time.Now()
		if err := c.Read(ctx, &r); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got error %v, want the context's", err)
		}
		if got := time.Since(began); got > 110*time.Millisecond {
			t.Errorf("got the context's error after %v, want about 100ms", got)
		}
		chip.SetFault(chips.Healthy)
		if err := c.Read(t.Context(), &r); err != nil {
			t.Errorf("got error %v of the mended chip, want none", err)
		}
	})
}

func TestStuckBusHoldsNobodyForLong(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		bus, sim, _ := room()
		sim.Plug(0x77, chips.NewBME280())
		one, two := open(t, bus, Options{}), open(t, bus, Options{Address: 0x77})
		sim.SetStuck(true)
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		began := time.Now()
		ended := make(chan time.Duration, 2)
		for _, c := range []*Chip{one, two} {
			go func() {
				var r sensors.Reading
				if err := c.Read(ctx, &r); !errors.Is(err, context.DeadlineExceeded) {
					t.Errorf("got error %v, want the context's", err)
				}
				ended <- time.Since(began)
			}()
		}
		if got := <-ended; got != 100*time.Millisecond {
			t.Errorf("the chip that waits its turn was released after %v, want 100ms", got)
		}
		if got := <-ended; got != time.Second {
			t.Errorf("the chip in a transfer was released after %v, want when the transfer ends, 1s", got)
		}
		sim.SetStuck(false)
		var r sensors.Reading
		if err := one.Read(t.Context(), &r); err != nil {
			t.Errorf("got error %v of the mended bus, want none", err)
		}
	})
}

func TestOpenErrors(t *testing.T) {
	_, sim, _ := room()
	dead := chips.NewBME280()
	dead.SetFault(chips.Dead)
	tests := []struct {
		name string
		o    Options
		want []string
	}{
		{"nobody at the address", Options{Bus: "sim", Address: 0x77},
			[]string{"bme280 at address 0x77 of bus sim", "remote I/O error", "check its wiring"}},
		{"another chip than the config says", Options{Bus: "sim", Chip: "bmp280"}, []string{"the chip there is a bme280"}},
		{"a chip we have no driver for", Options{Bus: "sim", Chip: "sht31"}, []string{`chip "sht31" is not known`, "bmp180"}},
		{"an address no bme280 has", Options{Bus: "sim", Address: 0x40}, []string{"address 0x40", "0x76 or 0x77"}},
		{"the bmp180's only address", Options{Bus: "sim", Chip: "bmp180", Address: 0x76},
			[]string{"address 0x76, want 0x77"}},
		{"a negative pace", Options{Bus: "sim", Every: -1}, []string{"every -1ns"}},
		{"a bus nobody knows", Options{Bus: "living room"}, []string{`bus "living room" is not known`}},
		{"a number beyond all buses", Options{Bus: "99999999999"}, []string{`bus "99999999999" is not known`}},
		{"a bus that is not switched on", Options{Bus: "65000"}, []string{"/dev/i2c-65000", "no such file", "load i2c-dev"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var buses Buses
			buses.Add("sim", sim)
			_, err := buses.Open(t.Context(), tt.o)
			wantError(t, err, tt.want...)
			if err := buses.Close(); err != nil {
				t.Errorf("got error %v from Close, want none", err)
			}
		})
	}
}

func TestClosedChip(t *testing.T) {
	bus, _, _ := room()
	c := open(t, bus, Options{})
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	var r sensors.Reading
	if err := c.Read(t.Context(), &r); !errors.Is(err, fs.ErrClosed) {
		t.Errorf("got error %v, want that it is closed", err)
	}
}
