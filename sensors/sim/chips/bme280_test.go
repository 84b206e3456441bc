package chips

import (
	"bytes"
	"math"
	"testing"
	"testing/synctest"
	"time"

	"periph.io/x/conn/v3/physic"
	"periph.io/x/devices/v3/bmxx80"
)

// get reads n registers from reg on.
func get(t *testing.T, c *BME280, reg byte, n int) []byte {
	t.Helper()
	r := make([]byte, n)
	if err := c.Tx([]byte{reg}, r); err != nil {
		t.Fatal(err)
	}
	return r
}

// put writes register, value pairs.
func put(t *testing.T, c *BME280, pairs ...byte) {
	t.Helper()
	if err := c.Tx(pairs, nil); err != nil {
		t.Fatal(err)
	}
}

// sleeping is the data that a chip shows before its first measurement: the codes of skipped ones.
var sleeping = []byte{0x80, 0, 0, 0x80, 0, 0, 0x80, 0}

func TestBME280PowerOn(t *testing.T) {
	c := NewBME280()
	tests := []struct {
		name string
		reg  byte
		want []byte
	}{
		{"id", regID, []byte{0x60}},
		{"T1 T2 T3 little-endian", regCalib00, []byte{0x70, 0x6b, 0x43, 0x67, 0x18, 0xfc}},
		{"H2 to H6, H4 and H5 sharing a byte", regCalib26, []byte{0x63, 0x01, 0x00, 0x15, 0x07, 0x00, 0x1e}},
		{"settings are zero", regCtrlHum, []byte{0, 0, 0, 0}},
		{"data says skipped", regData, sleeping},
	}
	for _, tt := range tests {
		if got := get(t, c, tt.reg, len(tt.want)); !bytes.Equal(got, tt.want) {
			t.Errorf("%s: got % x, want % x", tt.name, got, tt.want)
		}
	}
}

func TestBME280Forced(t *testing.T) {
	const all4x = 3<<5 | 3<<2 | 1
	tests := []struct {
		name   string
		writes []byte
		takes  time.Duration
		want   []byte // P 415148 = 0x655ac, T 519888 = 0x7eed0, H 28000 = 0x6d60
	}{
		{"all at 4x", []byte{regCtrlHum, 3, regCtrlMeas, all4x}, 30 * time.Millisecond,
			[]byte{0x65, 0x5a, 0xc0, 0x7e, 0xed, 0x00, 0x6d, 0x60}},
		{"pressure at 1x has 16 bits", []byte{regCtrlHum, 1, regCtrlMeas, 1<<5 | 1<<2 | 1}, 9300 * time.Microsecond,
			[]byte{0x65, 0x5a, 0x00, 0x7e, 0xed, 0x00, 0x6d, 0x60}},
		{"the filter gives 20 bits at 1x", []byte{regConfig, 1 << 2, regCtrlHum, 1, regCtrlMeas, 1<<5 | 1<<2 | 1},
			9300 * time.Microsecond, []byte{0x65, 0x5a, 0xc0, 0x7e, 0xed, 0x00, 0x6d, 0x60}},
		{"no humidity without ctrl_hum", []byte{regCtrlMeas, all4x}, 20225 * time.Microsecond,
			[]byte{0x65, 0x5a, 0xc0, 0x7e, 0xed, 0x00, 0x80, 0x00}},
		{"temperature alone", []byte{regCtrlMeas, 1<<5 | 2}, 3550 * time.Microsecond,
			[]byte{0x80, 0, 0, 0x7e, 0xed, 0x00, 0x80, 0x00}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := NewBME280()
				put(t, c, tt.writes...)
				time.Sleep(tt.takes - 1)
				if got := get(t, c, regStatus, 1)[0]; got != statusMeasure {
					t.Errorf("got status %#x just before the end, want %#x", got, statusMeasure)
				}
				if got := get(t, c, regData, 8); !bytes.Equal(got, sleeping) {
					t.Errorf("got data % x before the end, want % x", got, sleeping)
				}
				time.Sleep(time.Nanosecond)
				if got := get(t, c, regStatus, 2); got[0] != 0 || got[1]&3 != modeSleep {
					t.Errorf("got status, ctrl_meas % x at the end, want 0 and mode 0", got)
				}
				if got := get(t, c, regData, 8); !bytes.Equal(got, tt.want) {
					t.Errorf("got data % x, want % x", got, tt.want)
				}
			})
		})
	}
}

func TestBME280CtrlHumWaitsForCtrlMeas(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := NewBME280()
		put(t, c, regCtrlMeas, 1<<5|1)
		put(t, c, regCtrlHum, 1)
		time.Sleep(time.Second)
		if got := get(t, c, regData+6, 2); !bytes.Equal(got, []byte{0x80, 0}) {
			t.Errorf("got humidity % x, want 80 00: ctrl_hum was written after ctrl_meas", got)
		}
	})
}

func TestBME280Normal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := NewBME280()
		put(t, c, regConfig, 5<<5, regCtrlMeas, 1<<5|modeNormal) // 3.55 ms of measuring, 1 s of standby
		put(t, c, regConfig, 0)                                  // ignored in normal mode
		steps := []struct {
			after  time.Duration
			raw    uint32
			status byte
			want   byte // high byte of the temperature
		}{
			{3 * time.Millisecond, 0x10000, statusMeasure, 0x80},
			{time.Millisecond, 0x20000, 0, 0x10},
			{time.Second, 0x30000, statusMeasure, 0x10},
			{3550 * time.Microsecond, 0x40000, 0, 0x30},
			{10 * 1003550 * time.Microsecond, 0x50000, 0, 0x50},
		}
		for i, s := range steps {
			if i != 1 && i != 3 { // those check that a value set after a conversion waits for the next
				c.SetRaw(s.raw, 0, 0)
			}
			time.Sleep(s.after)
			if i == 1 || i == 3 {
				c.SetRaw(s.raw, 0, 0)
			}
			if i == 2 {
				c.SetRaw(0x30000, 0, 0)
			}
			if got := get(t, c, regStatus, 1)[0]; got != s.status {
				t.Errorf("step %d: got status %#x, want %#x", i, got, s.status)
			}
			if got := get(t, c, regData+3, 1)[0]; got != s.want {
				t.Errorf("step %d: got temperature %#x.., want %#x..", i, got, s.want)
			}
		}
		if got := get(t, c, regConfig, 1)[0]; got != 5<<5 {
			t.Errorf("got config %#x, want the write in normal mode ignored: %#x", got, 5<<5)
		}
	})
}

func TestBME280Reset(t *testing.T) {
	c := NewBME280()
	put(t, c, regCtrlHum, 1, regConfig, 0x20, regReset, 0x55)
	if got := get(t, c, regConfig, 1)[0]; got != 0x20 {
		t.Errorf("got config %#x after a wrong reset word, want 0x20", got)
	}
	put(t, c, regReset, resetWord)
	if got := get(t, c, regCtrlHum, 4); !bytes.Equal(got, make([]byte, 4)) {
		t.Errorf("got settings % x after reset, want zeros", got)
	}
	put(t, c, regID, 0x12, regCalib00, 0x12)
	if got := get(t, c, regID, 1)[0]; got != bme280ID {
		t.Errorf("got id %#x after a write to it, want %#x", got, bme280ID)
	}
}

func TestBME280Faults(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := NewBME280()
		c.SetFault(Busy)
		put(t, c, regCtrlMeas, 1<<5|1)
		time.Sleep(time.Hour)
		if got := get(t, c, regStatus, 1)[0]; got != statusMeasure {
			t.Errorf("busy: got status %#x, want %#x", got, statusMeasure)
		}
		c.SetFault(Frozen)
		c.SetRaw(0x12340, 0, 0)
		put(t, c, regCtrlMeas, 1<<5|1)
		time.Sleep(time.Second)
		if got := get(t, c, regData+3, 2); !bytes.Equal(got, []byte{0x7e, 0xed}) {
			t.Errorf("frozen: got temperature % x, want the old 7e ed", got)
		}
		c.SetFault(Dead)
		if err := c.Tx([]byte{regID}, make([]byte, 1)); err == nil {
			t.Error("dead: got an answer, want none")
		}
		c.SetFault(Healthy)
		if got := get(t, c, regData, 8); !bytes.Equal(got, sleeping) {
			t.Errorf("plugged in again: got data % x, want % x", got, sleeping)
		}
	})
}

// TestBME280ThroughPeriph reads the model with the driver of the real chip.
func TestBME280ThroughPeriph(t *testing.T) {
	tests := []struct {
		name    string
		set     func(*BME280)
		c, p, h float64 // °C, Pa, %
	}{
		{"Bosch's worked example", func(*BME280) {}, 25.08, 100653.25390625, 33.3},
		{"a warm day", func(c *BME280) { c.SetAir(31.4, 99200, 62) }, 31.4, 99200, 62},
		{"a cold store", func(c *BME280) { c.SetAir(-21.7, 101325, 12.5) }, -21.7, 101325, 12.5},
		{"a mountain", func(c *BME280) { c.SetAir(4, 61000, 88) }, 4, 61000, 88},
		{"dry", func(c *BME280) { c.SetAir(20, 100000, -5) }, 20, 100000, 0},
		{"soaked", func(c *BME280) { c.SetAir(20, 100000, 130) }, 20, 100000, 100},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				chip, bus := NewBME280(), &Bus{}
				tt.set(chip)
				bus.Plug(0x76, chip)
				opts := bmxx80.Opts{Temperature: bmxx80.O16x, Pressure: bmxx80.O16x, Humidity: bmxx80.O1x}
				dev, err := bmxx80.NewI2C(slow{bus}, 0x76, &opts)
				if err != nil {
					t.Fatal(err)
				}
				var e physic.Env
				if err := dev.Sense(&e); err != nil {
					t.Fatal(err)
				}
				near(t, "°C", float64(e.Temperature-physic.ZeroCelsius)/1e9, tt.c, 0.011)
				near(t, "Pa", float64(e.Pressure)/1e9, tt.p, 0.4) // the integer formula drops bits of t_fine
				near(t, "%", float64(e.Humidity)/1e5, tt.h, 0.06)
			})
		})
	}
}

func near(t *testing.T, unit string, got, want, within float64) {
	t.Helper()
	if math.Abs(got-want) > within {
		t.Errorf("got %v %s, want %v within %v", got, unit, want, within)
	}
}

func TestSetAirSaturates(t *testing.T) {
	for _, v := range []float64{math.Inf(1), math.Inf(-1), math.NaN(), 1e300, -1e300} {
		temp, p, h := bosch.invert(v, v, v)
		if temp > 0xfffff || p > 0xfffff || h > 0xffff {
			t.Errorf("%v: got raw %#x %#x %#x, want within 20, 20 and 16 bits", v, temp, p, h)
		}
	}
}

// slow is a bus on which each transfer takes time, as on a real one: periph polls the status without a pause, and time
// moves in a test only while all wait.
type slow struct{ *Bus }

func (s slow) Tx(addr uint16, w, r []byte) error {
	time.Sleep(100 * time.Microsecond)
	return s.Bus.Tx(addr, w, r)
}
