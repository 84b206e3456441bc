package i2c

import (
	"fmt"
	"testing"
	"testing/fstest"
	"testing/synctest"

	"edged/sensors"
	"edged/sensors/sim/chips"
)

func TestList(t *testing.T) {
	sys := fstest.MapFS{}
	for name, says := range map[string]string{
		"i2c-10/name": "fef05000.i2c\n", "i2c-1/name": "bcm2835 (i2c@7e804000)\n", "i2c-2/other": "",
		"1-0076/name": "bme280\n", "1-0076/driver/uevent": "", "1-0048/name": "tmp102\n", // without a driver
		"10-0050/name": "24c32\n", "10-0050/driver/uevent": "", "7-0050/driver/uevent": "", "1-zz/name": "", "i2c-x/name": "",
	} {
		sys[busFolder+"/"+name] = &fstest.MapFile{Data: []byte(says)}
	}
	got, err := List(sys)
	want := "[{1 bcm2835 (i2c@7e804000) map[118:bme280]} {2  map[]} {10 fef05000.i2c map[80:24c32]}]"
	if err != nil || fmt.Sprint(got) != want {
		t.Errorf("got %v and error %v, want %s", got, err, want)
	}
	if got, err := List(fstest.MapFS{}); got != nil || err != nil {
		t.Errorf("got %v and error %v without I²C, want nothing", got, err)
	}
}

// TestProbeFindsEveryChip, whatever state it is in, and leaves it as it is.
func TestProbeFindsEveryChip(t *testing.T) {
	eachExample(t, func(t *testing.T, e *example) {
		bus, _, m := e.plug(t)
		find := func() {
			t.Helper()
			got, err := Probe(t.Context(), bus, nil)
			if err != nil || len(got) != 1 || got[0].Address != e.o.Address {
				t.Fatalf("got %v and error %v, want the address %#x", got, err, e.o.Address)
			}
		}
		find()
		c := open(t, bus, e.o)
		var r sensors.Reading
		for range 3 {
			if err := next(t.Context(), c, &r); err != nil {
				t.Fatal(err)
			}
			e.check(t, &m, &r)
			find()
		}
	})
}

func TestProbe(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sim := &chips.Bus{}
		sim.Plug(0x76, chips.NewBME280())
		sim.Plug(0x48, chips.NewTMP102())
		sim.Plug(0x62, chips.NewSCD4x())
		bus := NewBus("sim", sim)
		got, err := Probe(t.Context(), bus, map[uint16]string{0x76: "bme280"})
		if want := "[{72 [tmp102 ina219 ads1015 ads1115]} {98 [scd4x]}]"; err != nil || fmt.Sprint(got) != want {
			t.Errorf("got %v and error %v, want %s: not what the kernel holds", got, err, want)
		}
		var buses Buses
		none, err := buses.Bus("65000")
		if err != nil {
			t.Fatal(err)
		}
		_, err = Probe(t.Context(), none, nil)
		wantError(t, err, "/dev/i2c-65000", "load i2c-dev")
	})
}
