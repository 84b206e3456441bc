package i2c

import (
	"errors"
	"fmt"
	"io/fs"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	periph "periph.io/x/conn/v3/i2c"

	"edged/sensors"
	"edged/sensors/sim/chips"
)

// adapter is a USB adapter: while it is out, what was opened before fails, and it cannot be opened.
type adapter struct {
	chips.Bus
	out           bool
	opens, closes int
}

// handle is the adapter's device, opened.
type handle struct {
	*adapter
	stale *bool
}

func (a *adapter) dial() (periph.BusCloser, error) {
	if a.out {
		return nil, fs.ErrNotExist
	}
	a.opens++
	return handle{a, new(bool)}, nil
}

func (h handle) Tx(addr uint16, w, r []byte) error {
	if h.out {
		*h.stale = true
	}
	if *h.stale {
		return fmt.Errorf("sysfs-i2c: no such device")
	}
	return h.Bus.Tx(addr, w, r)
}

func (h handle) Close() error {
	h.closes++
	return nil
}

func TestAdapterUnpluggedAndPluggedIn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := &adapter{}
		a.Plug(0x76, chips.NewBME280())
		bus := NewBus("3", nil)
		bus.dial = a.dial
		c, err := New(bus, Options{})
		if err != nil {
			t.Fatal(err)
		}
		var r sensors.Reading
		if err := c.Read(t.Context(), &r); err != nil {
			t.Fatal(err)
		}
		a.out = true
		for _, want := range []string{"no such device", "no such device", "file does not exist"} {
			wantError(t, c.Read(t.Context(), &r), want)
		}
		if a.closes != 1 {
			t.Errorf("got %d closes of the dead device, want 1", a.closes)
		}
		a.out = false
		if err := c.Read(t.Context(), &r); err != nil {
			t.Errorf("got error %v of the adapter plugged in again, want none", err)
		}
		if err := bus.Close(); err != nil || a.opens != 2 || a.closes != 2 {
			t.Errorf("got %v, %d opens and %d closes, want nil, 2 and 2", err, a.opens, a.closes)
		}
		if err := c.Read(t.Context(), &r); !errors.Is(err, fs.ErrClosed) {
			t.Errorf("got error %v on the closed bus, want that it is closed", err)
		}
	})
}

func TestChipsShareABus(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sim := &chips.Bus{}
		for i, addr := range []uint16{0x76, 0x77} {
			chip := chips.NewBME280()
			chip.SetAir(10*float64(i+1), 101325, 50)
			sim.Plug(addr, chip)
		}
		var buses Buses
		buses.Add("sim", sim)
		var wg sync.WaitGroup
		for i, addr := range []uint16{0x76, 0x77} {
			c, err := buses.Open(t.Context(), Options{Bus: "sim", Address: addr, Every: 50 * time.Millisecond})
			if err != nil {
				t.Fatal(err)
			}
			wg.Go(func() {
				var r sensors.Reading
				for range 20 {
					if err := c.Read(t.Context(), &r); err != nil {
						t.Errorf("chip %#x: got error %v, want none", addr, err)
						return
					}
					if got, want := value(t, &r, "temperature"), 10*float64(i+1); got < want-0.02 || got > want+0.02 {
						t.Errorf("chip %#x: got %v °C, want %v", addr, got, want)
					}
				}
			})
		}
		wg.Wait()
	})
}

func TestBusNames(t *testing.T) {
	var buses Buses
	sim := buses.Add("sim", &chips.Bus{})
	one, err := buses.Bus("1")
	if err != nil {
		t.Fatal(err)
	}
	two, err := buses.Bus("/dev/i2c-2")
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name string
		want *Bus
	}{{"1", one}, {"i2c-1", one}, {"/dev/i2c-1", one}, {"01", one}, {"2", two}, {"sim", sim}}
	for _, tt := range tests {
		if got, err := buses.Bus(tt.name); err != nil || got != tt.want {
			t.Errorf("%q: got bus %v and error %v, want %v", tt.name, got, err, tt.want)
		}
	}
	for _, name := range []string{"", "-1", "1.5", "/dev/i2c", "/dev/i2c-1/x", "65536"} {
		if _, err := buses.Bus(name); err == nil {
			t.Errorf("%q: got no error, want one", name)
		}
		if _, err := OpenBus(name); err == nil {
			t.Errorf("OpenBus(%q): got no error, want one", name)
		}
	}
}
