package mic

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"edged/sensors"
)

// driver answers HW_REFINE as the kernel does for a card: every interval is cut to the card's, and one with a list of
// numbers to the first and last of them that are left (snd_interval_list).
type driver struct {
	access, formats uint32 // bits
	wide            uint32 // the formats from 32 on
	channels, rates []uint32
	buffer, period  [2]uint32
	calls           int
}

func (d *driver) refine(h *hwParams) error {
	d.calls++
	h.masks[hwAccess].bits[0] &= d.access
	h.masks[hwFormat].bits[0] &= d.formats
	h.masks[hwFormat].bits[1] &= d.wide
	if h.masks[hwAccess].bits[0] == 0 || h.masks[hwFormat].bits[0]|h.masks[hwFormat].bits[1] == 0 {
		return unix.EINVAL
	}
	for i, list := range map[int][]uint32{hwChannels: d.channels, hwRate: d.rates} {
		in := &h.intervals[i]
		left := slices.DeleteFunc(slices.Clone(list), func(v uint32) bool { return v < in.min || v > in.max })
		if len(left) == 0 {
			return unix.EINVAL
		}
		in.min, in.max = left[0], left[len(left)-1]
	}
	for i, r := range map[int][2]uint32{hwBuffer: d.buffer, hwPeriod: d.period} {
		in := &h.intervals[i]
		if in.min, in.max = max(in.min, r[0]), min(in.max, r[1]); in.min > in.max {
			return unix.EINVAL
		}
	}
	return nil
}

// loopback is what snd-aloop of Linux 6.1 answers on arm64 and armhf, but for its rates, of which it has all.
func loopback() *driver {
	return &driver{access: 9, formats: 0xcccc, wide: 3, channels: []uint32{1, 2, 32}, rates: []uint32{8000, 16000, 44100, 48000, 192000},
		buffer: [2]uint32{1, 1048576}, period: [2]uint32{1, 524288}}
}

func TestNegotiate(t *testing.T) {
	const s16, s32, float, s24 = 1 << 2, 1 << 10, 1 << 14, 1 << 6
	usb := driver{access: 9, formats: s16, channels: []uint32{1}, rates: []uint32{44100, 48000}, buffer: [2]uint32{90, 131072}, period: [2]uint32{45, 65536}}
	i2s := driver{access: 8, formats: s32 | s24, channels: []uint32{2}, rates: []uint32{8000, 16000, 32000, 48000}, buffer: [2]uint32{64, 8192}, period: [2]uint32{32, 4096}}
	packed := driver{access: 8, wide: 1, channels: []uint32{2, 6}, rates: []uint32{96000}, buffer: [2]uint32{64, 8192}, period: [2]uint32{4096, 4096}}
	slow := driver{access: 8, formats: float, channels: []uint32{4, 8}, rates: []uint32{8000}, buffer: [2]uint32{64, 1 << 20}, period: [2]uint32{32, 1 << 20}}
	format := sensors.FloatLE
	tests := []struct {
		name string
		card driver
		wish wish
		want string // format, rate, channels, buffer and period
	}{
		{"a card that has it all", *loopback(), wish{rate: 16000, channels: 1, period: 400, buffer: 16000}, "S16_LE 16000 Hz, 1 channels, 16000, 400"},
		{"the format that is asked for", *loopback(), wish{format: &format, rate: 16000, channels: 2, period: 400, buffer: 16000}, "FLOAT_LE 16000 Hz, 2 channels, 16000, 400"},
		{"the next rate above", usb, wish{rate: 16000, channels: 1, period: 400, buffer: 16000}, "S16_LE 44100 Hz, 1 channels, 16000, 400"},
		{"a rate in a hole between two", usb, wish{rate: 46000, channels: 1, period: 400, buffer: 16000}, "S16_LE 48000 Hz, 1 channels, 16000, 400"},
		{"more channels than asked for", i2s, wish{rate: 16000, channels: 1, period: 400, buffer: 16000}, "S32_LE 16000 Hz, 2 channels, 8192, 400"},
		{"three bytes a sample, one period", packed, wish{rate: 16000, channels: 1, period: 400, buffer: 16000}, "S24_3LE 96000 Hz, 2 channels, 8192, 4096"},
		{"a rate below, where there is none above", slow, wish{rate: 16000, channels: 10, period: 400, buffer: 16000}, "FLOAT_LE 8000 Hz, 8 channels, 16000, 400"},
		{"no format that we know", driver{access: 8, formats: 1 << 3, channels: []uint32{1}, rates: []uint32{8000}}, wish{rate: 8000, channels: 1}, "its driver has the formats []"},
		{"a format it has not", usb, wish{format: &format, rate: 16000, channels: 1}, "its driver has the formats [S16_LE]"},
		{"memory that can only be mapped", driver{access: 1, formats: s16}, wish{}, "its driver does not let samples be read, only mapped"},
	}
	for _, tt := range tests {
		h := anyParams()
		got := ""
		if err := tt.wish.negotiate(&h, tt.card.refine); err != nil {
			got = err.Error()
		} else if a, err := h.agreed(); err != nil {
			got = err.Error()
		} else {
			got = fmt.Sprintf("%v %d Hz, %d channels, %d, %d", a.format, a.rate, a.channels, a.buffer, h.least(hwPeriod))
		}
		if got != tt.want {
			t.Errorf("%s: got %s, want %s", tt.name, got, tt.want)
		}
	}
}

// TestIntervals looks at ends that are outside, as snd-aloop has them for times.
func TestIntervals(t *testing.T) {
	h := hwParams{}
	h.intervals[hwRate] = interval{8000, 48000, openMin | openMax}
	if h.least(hwRate) != 8001 || h.most(hwRate) != 47999 {
		t.Errorf("got %d to %d, want 8001 to 47999", h.least(hwRate), h.most(hwRate))
	}
	h.between(hwRate, 8000, 16000)
	if in := h.intervals[hwRate]; in != (interval{8000, 16000, openMin | whole}) || h.rmask != math.MaxUint32 {
		t.Errorf("got %+v, want that only the upper end has moved", in)
	}
}

func TestAgreedBelievesNoNonsense(t *testing.T) {
	for name, spoil := range map[string]func(*hwParams){
		"no rate":           func(h *hwParams) { h.intervals[hwRate] = interval{} },
		"a rate of 4 GHz":   func(h *hwParams) { h.intervals[hwRate] = interval{min: math.MaxUint32, max: math.MaxUint32} },
		"a thousand ears":   func(h *hwParams) { h.intervals[hwChannels] = interval{min: 1000, max: 1000} },
		"a buffer of 4 GiB": func(h *hwParams) { h.intervals[hwBuffer] = interval{min: 1 << 30, max: 1 << 30} },
		"two formats":       func(h *hwParams) { h.masks[hwFormat].bits[0] = 0xffff },
	} {
		h := anyParams()
		if err := (&wish{rate: 16000, channels: 1, period: 400, buffer: 16000}).negotiate(&h, loopback().refine); err != nil {
			t.Fatal(err)
		}
		spoil(&h)
		if _, err := h.agreed(); err == nil || !strings.Contains(err.Error(), "its driver agreed to") {
			t.Errorf("%s: got %v, want an error", name, err)
		}
	}
}
