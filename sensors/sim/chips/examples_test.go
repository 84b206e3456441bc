package chips

import (
	"bytes"
	"testing"
	"testing/synctest"
	"time"
)

// said is what a chip answers to w within n bytes; the transfer must succeed.
func said(t *testing.T, c Chip, n int, w ...byte) []byte {
	t.Helper()
	r := make([]byte, n)
	if err := c.Tx(w, r); err != nil {
		t.Fatalf("% x: got error %v, want none", w, err)
	}
	return r
}

func wantBytes(t *testing.T, what string, got []byte, want ...byte) {
	t.Helper()
	if !bytes.Equal(got, want) {
		t.Errorf("%s: got % x, want % x", what, got, want)
	}
}

// TestSensirionsChecksum: SGP30 datasheet, section 6.6; SCD4x datasheet 1.3, table 11, and section 3.9.2.
func TestSensirionsChecksum(t *testing.T) {
	for word, want := range map[[2]byte]byte{{0xbe, 0xef}: 0x92, {0xf8, 0x96}: 0x31, {0x9f, 0x07}: 0xc2, {0x3b, 0xbe}: 0x89,
		{0x66, 0x66}: 0x93, {0x80, 0x00}: 0xa2, {0x00, 0x00}: 0x81, {0xff, 0xff}: 0xac} {
		if got := crc8(word[:]); got != want {
			t.Errorf("% x: got %#02x, want %#02x", word, got, want)
		}
	}
}

// TestTMP102Codes: SBOS397, tables 4 (12 bits) and 5 (13 bits).
func TestTMP102Codes(t *testing.T) {
	tests := []struct {
		celsius          float64
		twelve, thirteen uint16
	}{
		{150, 0x7ff, 0x0960}, {128, 0x7ff, 0x0800}, {127.9375, 0x7ff, 0x07ff}, {100, 0x640, 0x0640}, {80, 0x500, 0x0500},
		{75, 0x4b0, 0x04b0}, {50, 0x320, 0x0320}, {25, 0x190, 0x0190}, {0.25, 0x004, 0x0004}, {0, 0, 0},
		{-0.25, 0xffc, 0x1ffc}, {-25, 0xe70, 0x1e70}, {-55, 0xc90, 0x1c90},
	}
	for _, tt := range tests {
		synctest.Test(t, func(t *testing.T) {
			c := NewTMP102()
			c.Set(tt.celsius)
			wantBytes(t, "before the first conversion", said(t, c, 2, 0), 0, 0)
			time.Sleep(tmp102Takes)
			wantBytes(t, "12 bits", said(t, c, 2, 0), byte(tt.twelve>>4), byte(tt.twelve<<4))
			said(t, c, 0, 1, 0x60, 0xB0)
			time.Sleep(tmp102Takes)
			wantBytes(t, "13 bits", said(t, c, 2, 0), byte(tt.thirteen>>5), byte(tt.thirteen<<3|1))
		})
	}
}

// TestMCP9808Codes: DS25095, section 5.1.3.1: 2⁷ to 2⁻⁴ in two's complement with its sign at bit 12, flags above it.
func TestMCP9808Codes(t *testing.T) {
	tests := []struct {
		celsius float64
		want    [2]byte // with all limits at 0 °C, as after power-on
	}{
		{25.25, [2]byte{0xC1, 0x94}}, {125, [2]byte{0xC7, 0xD0}}, {0, [2]byte{0x80, 0x00}}, {-0.0625, [2]byte{0x3f, 0xff}},
		{-40, [2]byte{0x3d, 0x80}},
	}
	for _, tt := range tests {
		synctest.Test(t, func(t *testing.T) {
			c := NewMCP9808()
			c.Set(tt.celsius)
			time.Sleep(250*time.Millisecond - time.Nanosecond)
			wantBytes(t, "before the first conversion", said(t, c, 2, 5), 0, 0)
			time.Sleep(time.Nanosecond)
			wantBytes(t, "temperature", said(t, c, 2, 5), tt.want[:]...)
		})
	}
	c := NewMCP9808()
	wantBytes(t, "maker", said(t, c, 2, 6), 0x00, 0x54)
	wantBytes(t, "device", said(t, c, 2, 7), 0x04, 0x00)
}

// TestMCP9808CutsToItsResolution: DS25095, section 5.2.4: bits below it are 0.
func TestMCP9808CutsToItsResolution(t *testing.T) {
	for resolution, want := range []byte{0x98, 0x9c, 0x9e, 0x9f} { // 25.9375 °C = 0x19f
		synctest.Test(t, func(t *testing.T) {
			c := NewMCP9808()
			c.Set(25.9375)
			said(t, c, 0, 8, byte(resolution))
			time.Sleep(250 * time.Millisecond)
			wantBytes(t, "temperature", said(t, c, 2, 5), 0xC1, want)
		})
	}
}

// TestINA219Example: SBOS448, section 9.2, the registers of the example: 10 A through 2 mΩ at 11.98 V.
func TestINA219Example(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := NewINA219(0.002)
		c.Set(11.98, 10)
		said(t, c, 0, 5, 0x50, 0x00)
		time.Sleep(2 * time.Millisecond)
		wantBytes(t, "config", said(t, c, 2, 0), 0x39, 0x9F)
		wantBytes(t, "shunt voltage", said(t, c, 2, 1), 0x07, 0xD0)
		wantBytes(t, "bus voltage and ready", said(t, c, 2, 2), 0x5D, 0x98|ina219Ready)
		wantBytes(t, "current", said(t, c, 2, 4), 0x27, 0x10)
		wantBytes(t, "power", said(t, c, 2, 3), 0x17, 0x66)
		wantBytes(t, "bus voltage when the power was read", said(t, c, 2, 2), 0x5D, 0x98)
	})
}

// TestINA219NegativeShunt: SBOS448, table 7, by gain.
func TestINA219NegativeShunt(t *testing.T) {
	tests := []struct {
		gain   byte
		volt   float64
		hi, lo byte
	}{
		{0x38, 0.32, 0x7d, 0x00}, {0x38, -0.32, 0x83, 0x00}, {0x38, 0.3202, 0x7d, 0x00}, {0x38, -0.0001, 0xff, 0xf6},
		{0x30, 0.32, 0x3e, 0x80}, {0x28, 0.08, 0x1f, 0x40}, {0x20, -0.08, 0xf0, 0x60},
	}
	for _, tt := range tests {
		synctest.Test(t, func(t *testing.T) {
			c := NewINA219(1)
			c.Set(5, tt.volt)
			said(t, c, 0, 0, tt.gain, 0x1F)
			time.Sleep(time.Second)
			wantBytes(t, "shunt", said(t, c, 2, 1), tt.hi, tt.lo)
		})
	}
}

// TestADS1115Codes: SBAS444, table 3, and half of them for the ADS1015.
func TestADS1115Codes(t *testing.T) {
	tests := []struct {
		volt  float64 // at a span of 2.048 V between inputs 0 and 1
		wants [2]uint16
	}{
		{2.048, [2]uint16{0x7fff, 0x7ff0}}, {2.048 / 32768, [2]uint16{1, 0}}, {0, [2]uint16{0, 0}},
		{-2.048 / 32768, [2]uint16{0xffff, 0}}, {-2.048, [2]uint16{0x8000, 0x8000}}, {-3, [2]uint16{0x8000, 0x8000}},
		{1.024, [2]uint16{0x4000, 0x4000}},
	}
	for _, tt := range tests {
		for i, c := range []func() *ADS1x15{NewADS1115, NewADS1015} {
			synctest.Test(t, func(t *testing.T) {
				c := c()
				c.Set(0, tt.volt/2)
				c.Set(1, -tt.volt/2)
				said(t, c, 0, 1, 0x85, 0x03) // one conversion at the slowest rate
				wantBytes(t, "converting", said(t, c, 2, 1), 0x05, 0x03)
				time.Sleep(time.Second)
				wantBytes(t, "idle", said(t, c, 2, 1), 0x85, 0x03)
				wantBytes(t, "conversion", said(t, c, 2, 0), byte(tt.wants[i]>>8), byte(tt.wants[i]))
			})
		}
	}
}

// TestBH1750Counts: technical note, pages 7 and 11: counts/1.2 are lux; twice as many in mode 2; in proportion to MTreg.
func TestBH1750Counts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := NewBH1750()
		c.Set(33680 / 1.2)  // the example of page 7: 0x8390, 28067 lx
		said(t, c, 0, 0x07) // in power down: not acceptable, and harmless
		said(t, c, 0, 0x20) // once
		time.Sleep(180*time.Millisecond - time.Nanosecond)
		wantBytes(t, "before the end", said(t, c, 2), 0, 0)
		time.Sleep(time.Nanosecond)
		wantBytes(t, "at the end", said(t, c, 2), 0x83, 0x90)
		c.Set(100)
		said(t, c, 0, 0x11)
		time.Sleep(180 * time.Millisecond)
		wantBytes(t, "mode 2", said(t, c, 2), 0, 240)
		said(t, c, 0, 0x44)
		said(t, c, 0, 0x6A) // MTreg 138
		said(t, c, 0, 0x10)
		time.Sleep(360*time.Millisecond - time.Nanosecond)
		wantBytes(t, "twice as long, before the end", said(t, c, 2), 0, 240)
		c.Set(50)
		time.Sleep(time.Nanosecond)
		wantBytes(t, "twice as long", said(t, c, 2), 0, 120)
		said(t, c, 0, 0x07)
		wantBytes(t, "reset", said(t, c, 2), 0, 0)
	})
}

// TestADXL345Counts: datasheet, table 1: 256 to the g in full resolution, 31.2 mg at ±16 g of 10 bits.
func TestADXL345Counts(t *testing.T) {
	tests := []struct {
		format byte
		want   []byte // x, y, z of −1 g, 0.5 g and 16 g
	}{
		{0x00, []byte{0x00, 0xff, 0x80, 0x00, 0xff, 0x01}},
		{0x03, []byte{0xe0, 0xff, 0x10, 0x00, 0xff, 0x01}},
		{0x0b, []byte{0x00, 0xff, 0x80, 0x00, 0xff, 0x0f}},
		{0x04, []byte{0x00, 0xc0, 0x00, 0x20, 0xc0, 0x7f}}, // to the left
	}
	for _, tt := range tests {
		synctest.Test(t, func(t *testing.T) {
			c := NewADXL345()
			c.Set(-1, 0.5, 16)
			wantBytes(t, "identity", said(t, c, 1, 0), 0xE5)
			said(t, c, 0, 0x31, tt.format)
			time.Sleep(time.Second)
			wantBytes(t, "asleep", said(t, c, 6, 0x32), 0, 0, 0, 0, 0, 0)
			said(t, c, 0, 0x2D, 0x08)
			time.Sleep(11100 * time.Microsecond)
			wantBytes(t, "axes", said(t, c, 6, 0x32), tt.want...)
		})
	}
}

// TestSCD4xExample: SCD4x datasheet 1.3, table 11.
func TestSCD4xExample(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := NewSCD4x()
		nack := func(what string, n int, w ...byte) {
			t.Helper()
			if err := c.Tx(w, make([]byte, n)); err == nil {
				t.Errorf("%s: got an answer, want none", what)
			}
		}
		nack("wake_up is never acknowledged", 0, 0x36, 0xf6)
		said(t, c, 0, 0x21, 0xb1)
		nack("get_serial_number of a chip that measures", 0, 0x36, 0x82)
		said(t, c, 0, 0xe4, 0xb8)
		nack("an answer at once", 3)
		time.Sleep(time.Millisecond)
		wantBytes(t, "not ready", said(t, c, 3), 0x80, 0x00, 0xa2)
		time.Sleep(5 * time.Second)
		said(t, c, 0, 0xec, 0x05)
		time.Sleep(time.Millisecond)
		wantBytes(t, "measurement", said(t, c, 9), 0x01, 0xf4, 0x33, 0x66, 0x67, 0xa2, 0x5e, 0xb9, 0x3c)
		said(t, c, 0, 0xec, 0x05)
		time.Sleep(time.Millisecond)
		nack("a buffer that was read", 9)
		said(t, c, 0, 0x3f, 0x86)
		time.Sleep(499 * time.Millisecond)
		nack("anything for 500 ms after stop", 0, 0x36, 0x82)
		time.Sleep(time.Millisecond)
		said(t, c, 0, 0x36, 0x82)
		time.Sleep(time.Millisecond)
		wantBytes(t, "serial number", said(t, c, 9), 0xf8, 0x96, 0x31, 0x9f, 0x07, 0xc2, 0x3b, 0xbe, 0x89)
	})
}

// TestSGP30WarmsUp: SGP30 datasheet 1.0, section 6.3.
func TestSGP30WarmsUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := NewSGP30()
		measure := func() []byte {
			t.Helper()
			said(t, c, 0, 0x20, 0x08)
			if err := c.Tx(nil, make([]byte, 6)); err == nil {
				t.Error("got an answer at once, want none while it measures")
			}
			time.Sleep(12 * time.Millisecond)
			return said(t, c, 6)
		}
		said(t, c, 0, 0x20, 0x03)
		time.Sleep(14 * time.Second)
		wantBytes(t, "within 15 s", measure(), 0x01, 0x90, 0x4c, 0, 0, 0x81)
		time.Sleep(time.Second)
		wantBytes(t, "after 15 s", measure(), 0x01, 0xc2, crc8([]byte{0x01, 0xc2}), 0, 25, crc8([]byte{0, 25}))
	})
}

// TestCCS811Starts: datasheet v1-06, figure 9 and the register overview.
func TestCCS811Starts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := NewCCS811()
		wantBytes(t, "identity", said(t, c, 1, 0x20), 0x81)
		wantBytes(t, "in the boot loader", said(t, c, 1, 0), 0x10)
		said(t, c, 0, 0xF4)
		if err := c.Tx([]byte{0}, make([]byte, 1)); err == nil {
			t.Error("got an answer at once after APP_START, want none for 1 ms")
		}
		time.Sleep(time.Millisecond)
		said(t, c, 0, 1, 0x10)
		time.Sleep(time.Second - time.Nanosecond)
		wantBytes(t, "not ready", said(t, c, 1, 0), 0x90)
		time.Sleep(time.Nanosecond)
		wantBytes(t, "ready", said(t, c, 1, 0), 0x98)
		wantBytes(t, "results", said(t, c, 6, 2), 0x01, 0xc2, 0, 25, 0x98, 0)
		wantBytes(t, "read", said(t, c, 1, 0), 0x90)
		said(t, c, 0, 0xF4)
		wantBytes(t, "APP_START again is an error", said(t, c, 1, 0), 0x91)
		wantBytes(t, "which one", said(t, c, 1, 0xE0), 0x01)
		wantBytes(t, "taken back", said(t, c, 1, 0), 0x90)
		said(t, c, 0, 0xFF, 0x11, 0xE5, 0x72, 0x8A)
		time.Sleep(2 * time.Millisecond)
		wantBytes(t, "reset", said(t, c, 1, 0), 0x10)
	})
}

func TestAHT20Measures(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := NewAHT20() // 25 °C is 0x60000, 50 % is 0x80000
		wantBytes(t, "not calibrated", said(t, c, 1, 0x71), 0x10)
		said(t, c, 0, 0xBE, 0x08, 0x00)
		said(t, c, 0, 0xAC, 0x33, 0x00)
		time.Sleep(80*time.Millisecond - time.Nanosecond)
		wantBytes(t, "busy", said(t, c, 1), 0x98)
		time.Sleep(time.Nanosecond)
		want := []byte{0x18, 0x80, 0x00, 0x06, 0x00, 0x00}
		wantBytes(t, "measured", said(t, c, 7), append(want, crc8(want))...)
	})
}

func TestHDC302xMeasures(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := NewHDC302x()
		if err := c.Tx([]byte{0xE0, 0x00}, make([]byte, 6)); err == nil {
			t.Error("got data before a measurement, want no answer")
		}
		said(t, c, 0, 0x24, 0x00)
		time.Sleep(hdcTakes)
		wantBytes(t, "measured", said(t, c, 6, 0xE0, 0x00), 0x66, 0x66, 0x93, 0x80, 0x00, 0xa2)
		if err := c.Tx([]byte{0xE0, 0x00}, make([]byte, 6)); err == nil {
			t.Error("got data that was read already, want no answer")
		}
	})
}

// TestBMP180Example: BST-BMP180-DS000, section 3.5.
func TestBMP180Example(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := NewBMP180()
		near(t, "°C", bmp180B5(27898)/160, 15.0, 0.03)
		near(t, "Pa", bmp180Pascal(23843, bmp180B5(27898)), 69964, 5) // that of integers, which drop bits
		said(t, c, 0, 0xF4, 0x2E)
		wantBytes(t, "converting", said(t, c, 1, 0xF4), 0x2E)
		time.Sleep(4500 * time.Microsecond)
		wantBytes(t, "done", said(t, c, 1, 0xF4), 0x0E)
		wantBytes(t, "UT", said(t, c, 2, 0xF6), 27898>>8, 27898&0xff)
		said(t, c, 0, 0xF4, 0x34)
		time.Sleep(4500 * time.Microsecond)
		wantBytes(t, "UP", said(t, c, 3, 0xF6), 23843>>8, 23843&0xff, 0)
		c.Set(-12.5, 88000)
		near(t, "°C", bmp180B5(c.ut)/160, -12.5, 0.01)
		near(t, "Pa", bmp180Pascal(float64(c.up)/8, bmp180B5(c.ut)), 88000, 0.5)
	})
}
