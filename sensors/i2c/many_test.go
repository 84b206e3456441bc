package i2c

import (
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"edged/sensors"
	"edged/sensors/sim/chips"
)

// house is a bus with one of each chip but those that would sit at another's address, and the chips' sources.
func house(t *testing.T) (*chips.Bus, map[string]*Chip) {
	t.Helper()
	sim, all := &chips.Bus{}, map[string]*Chip{}
	bus, taken := NewBus("sim", sim), map[uint16]bool{}
	for _, m := range Models() {
		o := Options{Chip: m.Name}
		for _, a := range m.Addresses {
			if !taken[a] {
				o.Address = a
			}
		}
		if o.Address == 0 {
			continue
		}
		taken[o.Address] = true
		chip, err := chips.New(m.Name)
		if err != nil {
			t.Fatal(err)
		}
		sim.Plug(o.Address, chip)
		if all[m.Name], err = New(bus, o); err != nil {
			t.Fatal(err)
		}
	}
	return sim, all
}

// TestManyChipsOnOneBus reads fourteen chips for two minutes, each at its own pace; halfway the bus is stuck for 10 s.
func TestManyChipsOnOneBus(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sim, all := house(t)
		if len(all) < 14 {
			t.Errorf("got %d chips on one bus, want 14 at least", len(all))
		}
		const before, stuck, end = 60 * time.Second, 70 * time.Second, 120 * time.Second
		began := time.Now()
		var wg sync.WaitGroup
		for name, c := range all {
			wg.Go(func() {
				var good, bad, last int
				var r sensors.Reading
				for time.Since(began) < end {
					err := next(t.Context(), c, &r)
					switch at := time.Since(began); {
					case err == nil:
						good++
						last = int(at / time.Second)
					case at < before:
						t.Errorf("%s: got %v after %v, want a reading", name, err, at)
					case at > stuck+10*time.Second: // what was asked of the stuck bus has come back by then
						t.Errorf("%s: got %v after %v, want a reading of the mended bus", name, err, at)
					default:
						bad++
					}
				}
				m, _ := ModelOf(name)
				want := int((end - (stuck - before) - 16*time.Second - m.Every) / m.Every) // a gas sensor warms up twice
				if good < want-20 || bad == 0 || last < 110 {
					t.Errorf("%s: got %d readings, %d errors, the last reading after %d s; want %d readings or so", name, good, bad, last, want)
				}
			})
		}
		time.Sleep(before)
		sim.SetStuck(true)
		time.Sleep(stuck - before)
		sim.SetStuck(false)
		wg.Wait()
	})
}

// TestVanishedChipsBlockNobody takes half of the chips away; the others keep their pace.
func TestVanishedChipsBlockNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sim, all := house(t)
		gone := map[string]bool{"bme280": true, "scd4x": true, "sgp30": true, "ads1115": true, "hdc302x": true}
		for name := range gone {
			sim.Plug(all[name].opts.Address, nil)
		}
		var wg sync.WaitGroup
		began := time.Now()
		for name, c := range all {
			wg.Go(func() {
				var r sensors.Reading
				for i := range 20 {
					err := next(t.Context(), c, &r)
					if gone[name] != (err != nil) {
						t.Errorf("%s: got error %v, want one: %v", name, err, gone[name])
					}
					due := time.Duration(i)*c.opts.Every + c.model.Every + 1300*time.Millisecond
					if late := time.Since(began) - due; late > 0 {
						t.Errorf("%s: reading %d came %v late", name, i, late)
					}
				}
			})
		}
		wg.Wait()
	})
}

func TestReadingsBeyondTheDatasheetAreErrors(t *testing.T) {
	tests := []struct {
		name string
		e    example
		want []string
	}{
		{"hotter than a BME280 can be", example{o: Options{Chip: "bme280"}, chip: with(chips.NewBME280(), func(c *chips.BME280) { c.SetAir(97, 101325, 40) })},
			[]string{"temperature 97", "is outside -40 to 85 °C", "BST-BME280-DS002, section 1.4"}},
		{"a vacuum", example{o: Options{Chip: "bmp280"}, chip: with(chips.NewBMP280(), func(c *chips.BME280) { c.SetAir(20, 20000, 0) })},
			[]string{"pressure 2", "is outside 30000 to 110000 Pa", "BST-BMP280-DS001"}},
		{"colder than a TMP102 can be", example{o: Options{Chip: "tmp102"}, chip: with(chips.NewTMP102(), func(c *chips.TMP102) { c.Set(-55) })},
			[]string{"temperature -55 °C is outside -40 to 125 °C", "SBOS397"}},
		{"more CO2 than an SCD4x can say", example{o: Options{Chip: "scd4x"}, chip: with(chips.NewSCD4x(), func(c *chips.SCD4x) { c.Set(40001, 20, 50) })},
			[]string{"co2 40001 ppm is outside 0 to 40000 ppm"}},
		{"a dark sun", example{o: Options{Chip: "bh1750"}, chip: with(chips.NewBH1750(), func(c *chips.BH1750) { c.Set(100000) })},
			[]string{"65535 counts"}},
		{"more volts than the gain lets in", example{o: Options{Chip: "ads1115", Gain: "16"}, chip: with(chips.NewADS1115(), func(c *chips.ADS1x15) { c.Set(0, 0.3) })},
			[]string{"is beyond ±256mV: take a smaller gain"}},
		{"less volts than the gain lets in", example{o: Options{Chip: "ads1015", Channels: []Channel{"0-1"}}, chip: with(chips.NewADS1015(), func(c *chips.ADS1x15) { c.Set(1, 5) })},
			[]string{"is beyond ±4.096V"}},
		{"more amperes than the calibration has room for", example{o: Options{Chip: "ina219", MaxAmpere: 1}, chip: with(chips.NewINA219(0.1), func(c *chips.INA219) { c.Set(5, 2) })},
			[]string{"overflow"}},
		{"another chip: a HDC302x at a TMP102's place", example{o: Options{Chip: "tmp102"}, chip: chips.NewADS1115()}, []string{"what answers there is no tmp102"}},
		{"another chip: not an MCP9808", example{o: Options{Chip: "mcp9808"}, chip: chips.NewTMP102()}, []string{"what answers there is no mcp9808"}},
		{"another chip: not an ADXL345", example{o: Options{Chip: "adxl345"}, chip: chips.NewBME280()}, []string{"what answers there is no adxl345"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				bus, _, _ := tt.e.plug(t)
				c, err := New(bus, tt.e.o)
				if err != nil {
					t.Fatal(err)
				}
				var r sensors.Reading
				wantError(t, next(t.Context(), c, &r), tt.want...)
				if len(r.Values) != 0 {
					t.Errorf("got %v beside the error, want nothing", r.Values)
				}
			})
		})
	}
}

// counted counts what is written to a chip.
type counted struct {
	chips.Chip
	n map[string]int
}

func (c counted) Tx(w, r []byte) error {
	c.n[fmt.Sprintf("%x", w)]++
	return c.Chip.Tx(w, r)
}

// TestSGP30IsMeasuredEverySecond however seldom it is read: its baseline needs that.
func TestSGP30IsMeasuredEverySecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sim, chip := &chips.Bus{}, counted{chips.NewSGP30(), map[string]int{}}
		sim.Plug(0x58, chip)
		c, err := New(NewBus("sim", sim), Options{Chip: "sgp30", Every: 10 * time.Second})
		if err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		var r sensors.Reading
		wantError(t, c.Read(t.Context(), &r), "sgp30 at address 0x58 of bus sim: warms up: readings begin 15s after its start")
		for i, want := range []time.Duration{16 * time.Second, 26 * time.Second, 36 * time.Second} {
			if err := c.Read(t.Context(), &r); err != nil {
				t.Fatal(err)
			}
			if got := time.Since(began).Round(100 * time.Millisecond); got != want {
				t.Errorf("reading %d came after %v, want %v", i, got, want)
			}
		}
		if chip.n["2008"] != 37 || chip.n["2003"] != 1 {
			t.Errorf("got %d measurements and %d starts in 36 s, want 37 and 1", chip.n["2008"], chip.n["2003"])
		}
	})
}

func TestOptionsOfSingleChips(t *testing.T) {
	tests := []struct {
		name string
		o    Options
		want string
	}{
		{"a channel that none has", Options{Chip: "ads1115", Channels: []Channel{"4"}}, `channel "4" is not known`},
		{"a channel twice", Options{Chip: "ads1115", Channels: []Channel{"1", "1"}}, "channel 1 twice"},
		{"a gain that none has", Options{Chip: "ads1015", Gain: "3"}, `gain "3" is not known`},
		{"a shunt below nothing", Options{Chip: "ina219", ShuntOhm: -1}, "through a shunt of -1 Ω"},
		{"too much for the shunt", Options{Chip: "ina219", MaxAmpere: 4}, "4 A through a shunt of 0.1 Ω are 0.4 V, want up to 0.32"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := New(nil, tt.o)
			wantError(t, err, tt.want)
		})
	}
}

// slow is a bus on which each transfer takes its time.
type slow struct {
	*chips.Bus
	takes time.Duration
}

func (s slow) Tx(addr uint16, w, r []byte) error {
	time.Sleep(s.takes)
	return s.Bus.Tx(addr, w, r)
}

// TestSlowBusIsNoChipsFault: fourteen chips want more transfers than the bus has time for, and all are read, if late.
func TestSlowBusIsNoChipsFault(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sim, all := house(t)
		bus := NewBus("slow", slow{sim, 40 * time.Millisecond})
		var wg sync.WaitGroup
		for name, c := range all {
			c.watch.bus = bus
			wg.Go(func() {
				var r sensors.Reading
				for range 20 {
					if err := next(t.Context(), c, &r); err != nil {
						t.Errorf("%s: got error %v, want a reading", name, err)
					}
				}
			})
		}
		began := time.Now()
		wg.Wait()
		if took := time.Since(began); took > 3*time.Minute {
			t.Errorf("20 readings of each took %v, want less than 3m", took)
		}
	})
}
