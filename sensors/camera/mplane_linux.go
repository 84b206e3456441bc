package camera

import (
	"fmt"
	"unsafe"

	"golang.org/x/sys/unix"
)

// Devices with V4L2's multiplanar interface, as the camera ports of some boards have it, are opened without webcam, which
// does not know them. Only formats that lie in one piece of memory are read, which those devices have beside others;
// sizes are tried, not listed, and the rate is theirs.

// kindMultiplanar fills the field kind.
const kindMultiplanar = 9

// formatDescription is struct v4l2_fmtdesc.
type formatDescription struct {
	index, kind, flags uint32
	description        [32]byte
	pixels, bus        uint32
	reserved           [3]uint32
}

// formatMP is struct v4l2_format with a struct v4l2_pix_format_mplane in its union.
type formatMP struct {
	kind uint32
	_    [unsafe.Sizeof(uintptr(0)) - 4]byte

	width, height, pixels, field, colours uint32
	planes                                [8]struct {
		size, stride uint32
		_            [6]uint16
	}
	count, flags, encoding, quantization, transfer uint8

	_ [200 - 5*4 - 8*20 - 5]byte
}

// memoryPlane is struct v4l2_plane.
type memoryPlane struct {
	used, length uint32
	offset       uintptr // of a union
	start        uint32  // of the picture
	reserved     [11]uint32
}

const (
	describeFormat = ioRead | ioWrite | unsafe.Sizeof(formatDescription{})<<16 | 'V'<<8 | 2
	setFormat      = ioRead | ioWrite | unsafe.Sizeof(formatMP{})<<16 | 'V'<<8 | 5
)

// openMultiplanar opens a node that look has found to be multiplanar.
func openMultiplanar(n Node) (*device, error) {
	fd, err := unix.Open(n.Path, unix.O_RDWR|unix.O_NONBLOCK|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil, err
	}
	return &device{node: n, fd: fd, kind: kindMultiplanar}, nil
}

// offersMP asks a multiplanar device what formats it has.
func (d *device) offersMP() []offer {
	var all []offer
	for i := range uint32(256) {
		f := formatDescription{index: i, kind: kindMultiplanar}
		if ioctl(d.fd, describeFormat, unsafe.Pointer(&f)) != nil {
			break
		}
		all = append(all, offer{code: fourCC(f.pixels), rate: func(int, int) float64 { return 0 }})
	}
	return all
}

// setMP asks a multiplanar device for a format and size.
func (d *device) setMP(c *choice) error {
	f := formatMP{kind: kindMultiplanar, width: uint32(c.w), height: uint32(c.h), pixels: uint32(c.code), count: 1}
	return ioctl(d.fd, setFormat, unsafe.Pointer(&f))
}

// layoutMP asks a multiplanar device what is set.
func (d *device) layoutMP() (layout, fourCC, error) {
	f := formatMP{kind: kindMultiplanar}
	if err := ioctl(d.fd, getFormat, unsafe.Pointer(&f)); err != nil {
		return layout{}, 0, err
	}
	if f.count != 1 {
		return layout{}, 0, fmt.Errorf("%v lies in %d pieces of memory", fourCC(f.pixels), f.count)
	}
	single := format{
		width: f.width, height: f.height, pixels: f.pixels, stride: f.planes[0].stride, colours: f.colours,
		magic: pixMagic, quantization: uint32(f.quantization),
	}
	return single.layout()
}
