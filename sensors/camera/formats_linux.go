package camera

import (
	"errors"
	"fmt"
	"slices"
	"unsafe"

	"github.com/blackjack/webcam"
	"golang.org/x/sys/unix"

	"edged/sensors"
)

// offers asks the device what it has.
func (d *device) offers() []offer {
	if d.cam == nil {
		return d.offersMP()
	}
	var all []offer
	for pixels := range d.cam.GetSupportedFormats() {
		f := offer{code: fourCC(pixels), rate: func(int, int) float64 { return 0 }}
		if _, ours := formatOf(f.code); ours {
			for _, s := range d.cam.GetSupportedFrameSizes(pixels) {
				if s.MaxWidth > 0 && s.MaxHeight > 0 { // not a range without steps, which the library leaves empty
					f.sizes = append(f.sizes, span{
						int(s.MinWidth), int(s.MaxWidth), int(s.StepWidth), int(s.MinHeight), int(s.MaxHeight), int(s.StepHeight),
					})
				}
			}
			f.rate = func(w, h int) float64 { return d.rate(pixels, w, h) }
		}
		all = append(all, f)
	}
	slices.SortFunc(all, func(a, b offer) int { return int(int64(a.code) - int64(b.code)) })
	return all
}

// rate returns the highest rate at a size; 0 if the driver does not say.
func (d *device) rate(pixels webcam.PixelFormat, w, h int) float64 {
	best := 0.0
	for _, r := range d.cam.GetSupportedFramerates(pixels, uint32(w), uint32(h)) {
		if r.MinNumerator > 0 { // of the shortest interval, in seconds
			best = max(best, float64(r.MinDenominator)/float64(r.MinNumerator))
		}
	}
	return best
}

// negotiate sets the best format that the device really takes.
func (d *device) negotiate(o *Options) (layout, error) {
	offers := d.offers()
	for _, c := range choices(offers, o) {
		err := d.set(&c)
		if errors.Is(err, unix.EBUSY) || errors.Is(err, unix.ENODEV) {
			return layout{}, err
		}
		l, set, err := d.layout()
		if err == nil && set == c.code && l.serves(o) {
			return l, nil
		}
	}
	w, h := o.size()
	switch {
	case len(offers) == 0:
		return layout{}, ErrNoPictures
	case bayer(offers):
		return layout{}, fmt.Errorf("gives what a bare sensor does, %s: use camera: rpicam", offered(offers))
	case o.Width == 0:
		return layout{}, fmt.Errorf("no format in common; it has %s", offered(offers))
	}
	return layout{}, fmt.Errorf("no format in common at %dx%d; it has %s", w, h, offered(offers))
}

// set asks for a format and size; what the device makes of it, layout tells.
func (d *device) set(c *choice) error {
	if d.cam == nil {
		return d.setMP(c)
	}
	_, _, _, err := d.cam.SetImageFormat(webcam.PixelFormat(c.code), uint32(c.w), uint32(c.h))
	return err
}

// serves reports whether what was set will do. The size of a JPEG stands in each picture.
func (l *layout) serves(o *Options) bool {
	if l.format == sensors.JPEG {
		return true
	}
	return l.check() == nil && (o.Width == 0 || l.width == o.Width && l.height == o.Height)
}

// layout asks the device what is set.
func (d *device) layout() (layout, fourCC, error) {
	if d.cam == nil {
		return d.layoutMP()
	}
	f := format{kind: kindCapture}
	if err := ioctl(d.fd, getFormat, unsafe.Pointer(&f)); err != nil {
		return layout{}, 0, err
	}
	return f.layout()
}

// layout reads what a driver filled in.
func (f *format) layout() (layout, fourCC, error) {
	if max(f.width, f.height) > largestSide || f.stride > 1<<16 {
		return layout{}, 0, fmt.Errorf("it says %dx%d with %d bytes a row", f.width, f.height, f.stride)
	}
	l := layout{width: int(f.width), height: int(f.height), stride: int(f.stride)}
	l.format, _ = formatOf(fourCC(f.pixels))
	switch l.format {
	case sensors.JPEG:
		l.stride = 0
		fallthrough
	case sensors.RGB24, sensors.Grey: // which have no chroma that a range would be for
		l.fullRange = f.magic != pixMagic || f.quantization <= fullRange
	default: // V4L2_MAP_QUANTIZATION_DEFAULT of videodev2.h
		l.fullRange = f.colours == coloursJPEG
		if f.magic == pixMagic && f.quantization != 0 {
			l.fullRange = f.quantization == fullRange
		}
	}
	return l, fourCC(f.pixels), nil
}
