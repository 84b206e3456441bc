package mic

import (
	"errors"
	"fmt"
	"math"

	"golang.org/x/sys/unix"

	"edged/sensors"
)

// wish is what a stream should be like, as near as the driver can.
type wish struct {
	format         *sensors.SampleFormat // nil takes the first of alsaFormats
	rate, channels int
	period, buffer int // in frames
}

// refiner is HW_REFINE: it narrows h to what the driver can do, or returns EINVAL if nothing is left of it.
type refiner func(h *hwParams) error

// anyParams returns parameters that leave everything open.
func anyParams() hwParams {
	h := hwParams{rmask: math.MaxUint32}
	for i := range h.masks {
		for j := range h.masks[i].bits {
			h.masks[i].bits[j] = math.MaxUint32
		}
	}
	for i := range h.intervals {
		h.intervals[i].max = math.MaxUint32
	}
	return h
}

// choose leaves n alone in mask i.
func (h *hwParams) choose(i int, n uint32) {
	h.masks[i] = mask{}
	h.masks[i].bits[n/32] = 1 << (n % 32)
	h.rmask = math.MaxUint32
}

// between leaves what interval i has of lo…hi.
func (h *hwParams) between(i int, lo, hi uint32) {
	in := &h.intervals[i]
	if lo > in.min {
		in.min, in.flags = lo, in.flags&^openMin
	}
	if hi < in.max {
		in.max, in.flags = hi, in.flags&^openMax
	}
	in.flags |= whole
	h.rmask = math.MaxUint32
}

// least returns the least whole number in interval i; the flag openMin is 1.
func (h *hwParams) least(i int) uint32 { return h.intervals[i].min + h.intervals[i].flags&openMin }

// most returns the greatest whole number in interval i.
func (h *hwParams) most(i int) uint32 {
	if h.intervals[i].flags&openMax != 0 {
		return h.intervals[i].max - 1
	}
	return h.intervals[i].max
}

// negotiate narrows h, step by step, to one stream that the driver has and w wants.
func (w *wish) negotiate(h *hwParams, refine refiner) error {
	h.choose(hwAccess, accessRWInterleaved)
	if err := refine(h); err != nil {
		return orErrno(err, noRead)
	}
	if err := w.pickFormat(h, refine); err != nil {
		return err
	}
	for _, p := range []struct {
		i, want int
		what    string
	}{{hwChannels, w.channels, "channels"}, {hwRate, w.rate, "Hz"}} {
		lo, hi := h.least(p.i), h.most(p.i)
		if err := near(h, refine, p.i, uint32(p.want)); err != nil {
			return orErrno(err, fmt.Sprintf("it has %d to %d %s, and nothing near %d", lo, hi, p.what, p.want))
		}
	}
	// Without these the driver chooses.
	_ = near(h, refine, hwBuffer, uint32(w.buffer))
	_ = near(h, refine, hwPeriod, uint32(w.period))
	return nil
}

const noRead = "its driver does not let samples be read, only mapped"

// orErrno says why instead of EINVAL, which a driver answers to what it cannot do.
func orErrno(err error, why string) error {
	if errors.Is(err, unix.EINVAL) {
		return errors.New(why)
	}
	return err
}

// pickFormat chooses the format.
func (w *wish) pickFormat(h *hwParams, refine refiner) error {
	for _, f := range alsaFormats {
		if w.format != nil && *w.format != f.format || h.masks[hwFormat].bits[f.number/32]&(1<<(f.number%32)) == 0 {
			continue
		}
		h.choose(hwFormat, f.number)
		return refine(h)
	}
	return fmt.Errorf("its driver has the formats %v", h.formats())
}

// formats lists those of alsaFormats that h leaves open.
func (h *hwParams) formats() []sensors.SampleFormat {
	var list []sensors.SampleFormat
	for _, f := range alsaFormats {
		if h.masks[hwFormat].bits[f.number/32]&(1<<(f.number%32)) != 0 {
			list = append(list, f.format)
		}
	}
	return list
}

// near makes interval i one number: want, or else the least above it, or else the greatest below it. An interval is not
// all that the driver knows, which may have 44100 and 48000 and nothing in between: so the driver is asked each time.
func near(h *hwParams, refine refiner, i int, want uint32) error {
	if exactly(h, refine, i, want) == nil {
		return nil
	}
	above := *h
	if above.between(i, want, math.MaxUint32); refine(&above) == nil {
		if exactly(h, refine, i, above.least(i)) == nil {
			return nil
		}
	}
	below := *h
	below.between(i, 0, want)
	if err := refine(&below); err != nil {
		return err
	}
	return exactly(h, refine, i, below.most(i))
}

// exactly makes interval i the number n; h stays as it is if the driver has no n.
func exactly(h *hwParams, refine refiner, i int, n uint32) error {
	try := *h
	try.between(i, n, n)
	if try.least(i) > try.most(i) {
		return unix.EINVAL
	}
	if err := refine(&try); err != nil {
		return err
	}
	*h = try
	return nil
}

// agreed reads what has been agreed upon.
func (h *hwParams) agreed() (agreed, error) {
	list := h.formats()
	if len(list) != 1 {
		return agreed{}, fmt.Errorf("its driver agreed to the formats %v", list)
	}
	rate, channels, buffer := h.least(hwRate), h.least(hwChannels), h.least(hwBuffer)
	if rate < 1 || rate > MaxRateHz || channels < 1 || channels > MaxChannels || buffer < 2 || buffer > maxFrames {
		return agreed{}, fmt.Errorf("its driver agreed to %d Hz, %d channels and %d frames of buffer", rate, channels, buffer)
	}
	return agreed{list[0], int(rate), int(channels), int(buffer)}, nil
}
