package i2c

import (
	"encoding/binary"
	"math"
	"testing"
	"testing/synctest"

	"periph.io/x/conn/v3/i2c/i2ctest"

	"edged/sensors"
	"edged/sensors/sim/chips"
)

// read1 opens the chip on the bus and takes one reading.
func read1(t *testing.T, bus *Bus, o Options) (sensors.Reading, error) {
	t.Helper()
	var r sensors.Reading
	c, err := Open(t.Context(), bus, o)
	if err == nil {
		err = c.Read(t.Context(), &r)
	}
	return r, err
}

// TestRecordAndPlayback records what the driver says to the simulated chip and plays it back to the driver.
func TestRecordAndPlayback(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sim := &chips.Bus{}
		sim.Plug(0x77, chips.NewBME280())
		record := &i2ctest.Record{Bus: sim}
		o := Options{Address: 0x77}
		live, err := read1(t, NewBus("record", record), o)
		if err != nil {
			t.Fatal(err)
		}
		play := &i2ctest.Playback{Ops: record.Ops, DontPanic: true}
		again, err := read1(t, NewBus("playback", play), o)
		if err != nil {
			t.Fatal(err)
		}
		for i, v := range again.Values {
			if v != live.Values[i] {
				t.Errorf("got %v played back, want %v as recorded", v, live.Values[i])
			}
		}
		if err := play.Close(); err != nil {
			t.Error(err)
		}
	})
}

// bmp280 is a BMP280 of Bosch's worked example: BST-BMP280-DS001, section 3.12. It has no humidity registers.
func bmp280(data ...byte) []i2ctest.IO {
	cal := make([]byte, 0xA2-0x88)
	for i, v := range []int{27504, 26435, -1000, 36477, -10685, 3024, 2855, 140, -7, 15500, -14600, 6000} {
		binary.LittleEndian.PutUint16(cal[2*i:], uint16(v))
	}
	const at4x = 3<<5 | 3<<2
	return []i2ctest.IO{
		{Addr: 0x76, W: []byte{0xD0}, R: []byte{0x58}},
		{Addr: 0x76, W: []byte{0x88}, R: cal},
		{Addr: 0x76, W: []byte{0xF4, at4x, 0xF5, 5 << 5, 0xF4, at4x}},
		{Addr: 0x76, W: []byte{0xF4, at4x | 1}},
		{Addr: 0x76, W: []byte{0xF3}, R: []byte{8}},
		{Addr: 0x76, W: []byte{0xF3}, R: []byte{0}},
		{Addr: 0x76, W: []byte{0xF7}, R: data},
	}
}

// bmp180 is the worked example of BST-BMP180-DS000, section 3.5, taken at oss 2 in place of 0: UP is four times 23843.
// md is 2868 there.
func bmp180(md int) []i2ctest.IO {
	cal := make([]byte, 22)
	for i, v := range []int{408, -72, -14383, 32741, 32757, 23153, 6190, 4, -32768, -8711, md} {
		binary.BigEndian.PutUint16(cal[2*i:], uint16(v))
	}
	const up = 4 * 23843 << 6
	return []i2ctest.IO{
		{Addr: 0x77, W: []byte{0xD0}, R: []byte{0x55}},
		{Addr: 0x77, W: []byte{0xAA}, R: cal},
		{Addr: 0x77, W: []byte{0xF4, 0x2E}},
		{Addr: 0x77, W: []byte{0xF6}, R: []byte{27898 >> 8, 27898 & 0xff}},
		{Addr: 0x77, W: []byte{0xF4, 0x34 | 2<<6}},
		{Addr: 0x77, W: []byte{0xF6}, R: []byte{up >> 16, up >> 8 & 0xff, up & 0xff}},
	}
}

func TestKnownAnswers(t *testing.T) {
	tests := []struct {
		chip     string
		ops      []i2ctest.IO
		c, p, dp float64 // °C, Pa and how far that may be off
	}{
		{"bmp280", bmp280(0x65, 0x5a, 0xc0, 0x7e, 0xed, 0x00), 25.08, 100653.25390625, 0},
		{"bmp180", bmp180(2868), 15.0, 69964, 3}, // 69964 Pa is the datasheet's at oss 0
	}
	for _, tt := range tests {
		t.Run(tt.chip, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				play := &i2ctest.Playback{Ops: tt.ops, DontPanic: true}
				r, err := read1(t, NewBus("playback", play), Options{Chip: tt.chip})
				if err != nil {
					t.Fatal(err)
				}
				if got := value(t, &r, "temperature"); got != tt.c {
					t.Errorf("got %v °C, want %v", got, tt.c)
				}
				if got := value(t, &r, "pressure"); math.Abs(got-tt.p) > tt.dp {
					t.Errorf("got %v Pa, want %v within %v", got, tt.p, tt.dp)
				}
				if len(r.Values) != 2 {
					t.Errorf("got %v, want temperature and pressure alone", r.Values)
				}
				if err := play.Close(); err != nil {
					t.Error(err)
				}
			})
		})
	}
}

func TestNonsenseOnTheBus(t *testing.T) {
	ones := []byte{0xff, 0xff, 0xff, 0xff, 0xff, 0xff}
	zero := bmp180(-4743) // X1 = (27898-23153)·32757/2^15 = 4743, and the formula divides by X1+MD
	tests := []struct {
		name string
		chip string
		ops  []i2ctest.IO
		want string
	}{
		{"data of ones alone", "bmp280", bmp280(ones...), "all data reads 0xff"},
		{"data of zeros alone", "bmp280", bmp280(make([]byte, 6)...), "all data reads 0x00"},
		{"an id nobody has", "bme280", []i2ctest.IO{{Addr: 0x76, W: []byte{0xD0}, R: []byte{0xff}}}, "unexpected chip id ff"},
		{"a division by zero in the driver", "bmp180", zero, "readings make no sense"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				play := &i2ctest.Playback{Ops: tt.ops, DontPanic: true}
				_, err := read1(t, NewBus("playback", play), Options{Chip: tt.chip})
				wantError(t, err, tt.want)
			})
		})
	}
}
