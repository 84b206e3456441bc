package prep

import (
	"fmt"
	"time"

	"edged/models"
	"edged/pipelines"
	"edged/runtime/tensor"
	"edged/sensors"
	"edged/sensors/jpeg"
)

// Image prepares pictures: an input [1,H,W,C], C 1 or 3, of uint8, int8, int16 or float32. It takes all of a picture, not
// keeping the aspect, or as the card says the largest part of the input's shape; resizes it; and turns each pixel v
// into (v − mean)/std, quantized by the tensor's scale.
//
// RGB24 and Grey are resized as Pillow's BILINEAR does it; grey is made from colour as Pillow's mode L is, before
// resizing. Of the other formats Y, U and V are resized, each from the size it is stored at and with the same filter,
// and a row becomes RGB on its way into the input: there is never an RGB picture.
//
// A card that gives neither mean nor std gets what most models of the type want: uint8 the pixel itself, int8 the
// pixel − 128, float32 the pixel/255, and int16 the pixel/255 by the tensor's scale, or the pixel if it has none.
type Image struct {
	info     tensor.Info
	channels int
	every    time.Duration
	center   bool    // crop
	size     resizer // of RGB24 and Grey
	planes   planes  // of the others
	jpeg     *jpeg.Decoder
	store    func(y int, row []uint8) // of a resized row into made

	frame *sensors.Frame // being added
	part  box            // of frame
	grey  []uint8        // a row of part
	row   func(y int) []uint8

	made  []byte // the input, little-endian as in the tensor
	ready bool
	used  bool // last is set
	last  time.Time
}

// NewImage returns a preparer for the input info. It takes every picture, or with Options.Every leaves out those that
// come sooner than that after the last one taken.
func NewImage(info tensor.Info, in models.Input, o Options) (*Image, error) {
	s := info.Shape
	if len(s) != 4 || s[0] != 1 || s[1] < 1 || s[2] < 1 || (s[3] != 1 && s[3] != 3) {
		return nil, fmt.Errorf("input %q: shape %v is not a picture's; want 1xHxWx1 or 1xHxWx3", info.Name, s)
	}
	m := &Image{info: info, channels: s[3], every: o.Every, center: in.Crop == models.CenterCrop}
	m.size.width, m.size.height = s[2], s[1]
	m.planes.width, m.planes.height = s[2], s[1]
	m.made = make([]byte, info.DType.Bytes(s.Elems()))
	if err := m.tabulate(in); err != nil {
		return nil, err
	}
	m.row = m.sourceRow
	return m, nil
}

// tabulate makes the function that stores rows, with a table of all 256 pixel values for each channel.
func (m *Image) tabulate(in models.Input) error {
	said := len(in.Mean)+len(in.Std) > 0
	n, err := newNorm(in, m.channels, "channel")
	if err != nil {
		return err
	}
	raw := false // pixels go in as they are, but for an offset
	offset := 0.0
	switch {
	case said:
	case m.info.DType == tensor.Uint8, m.info.DType == tensor.Int16 && !m.info.Quant.Quantized():
		raw = true
	case m.info.DType == tensor.Int8:
		raw, offset = true, 128
	default:
		n, _ = newNorm(models.Input{Std: []float64{255}}, m.channels, "channel")
	}
	enc, err := newEncoder(m.info)
	if err != nil && !(raw && enc.hi > 0) { // raw integers need no scale
		return err
	}
	value := func(v, c int) float64 {
		switch real := n.apply(float64(v), c); {
		case raw:
			return float64(v) - offset
		case m.info.DType == tensor.Float32:
			return real
		default:
			return enc.quantize(real)
		}
	}
	switch m.info.DType {
	case tensor.Uint8:
		m.store = storer[uint8](m, value)
	case tensor.Int8:
		m.store = storer[int8](m, value)
	case tensor.Int16:
		m.store = storer[int16](m, value)
	default:
		m.store = storer[float32](m, value)
	}
	return nil
}

// storer returns a function that looks up a resized row's pixels and puts them into m.made. A row of grey pixels fills
// all channels.
func storer[T uint8 | int8 | int16 | float32](m *Image, value func(v, c int) float64) func(int, []uint8) {
	table := make([][256]T, m.channels)
	for c := range table {
		for v := range 256 {
			table[c][v] = T(value(v, c))
		}
	}
	out := tensor.As[T](m.made)
	n := m.size.width * m.channels
	return func(y int, row []uint8) {
		dst := out[y*n : (y+1)*n]
		switch {
		case m.channels == 1:
			for i, v := range row {
				dst[i] = table[0][v]
			}
		case len(row) == m.size.width:
			for i, v := range row {
				dst[3*i], dst[3*i+1], dst[3*i+2] = table[0][v], table[1][v], table[2][v]
			}
		default:
			r, g, b := &table[0], &table[1], &table[2]
			for i := 0; i+2 < len(row) && i+2 < len(dst); i += 3 {
				dst[i], dst[i+1], dst[i+2] = r[row[i]], g[row[i+1]], b[row[i+2]]
			}
		}
	}
}

// Add makes the input from f, unless f comes too soon. It is an error if f's pixels are not as many as its size says. A
// JPEG's own size counts.
func (m *Image) Add(f *sensors.Frame) error {
	if n := f.Format.Bytes(f.Width, f.Height); f.Format != sensors.JPEG && (n == 0 || n != len(f.Pix)) {
		return fmt.Errorf("picture %q: %d bytes for %dx%d pixels of %v", f.Name, len(f.Pix), f.Width, f.Height, f.Format)
	}
	if m.early(f) {
		return nil
	}
	if err := m.make(f); err != nil {
		return fmt.Errorf("picture %q: %w", f.Name, err)
	}
	m.last, m.used, m.ready = f.Time, true, true
	return nil
}

// early says whether f comes too soon after the last picture taken.
func (m *Image) early(f *sensors.Frame) bool {
	since := f.Time.Sub(m.last)
	return m.used && since >= 0 && tooSoon(since, m.every)
}

// Pass leaves out f, and says whether it would have been taken. Nothing of it is decoded.
func (m *Image) Pass(f *sensors.Frame) bool {
	if m.early(f) {
		return false
	}
	m.last, m.used, m.ready = f.Time, true, false
	return true
}

// make fills m.made.
func (m *Image) make(f *sensors.Frame) error {
	switch f.Format {
	case sensors.RGB24, sensors.Grey:
		m.makeRGB(f)
	case sensors.JPEG:
		return m.makeJPEG(f)
	default:
		l := layoutOf(f)
		m.convert(&l, m.crop(f.Width, f.Height), f.FullRange)
	}
	return nil
}

// makeRGB resizes pixels that are colours, or grey, already.
func (m *Image) makeRGB(f *sensors.Frame) {
	m.frame, m.part = f, m.crop(f.Width, f.Height)
	m.size.setup(m.part.w, m.part.h, min(bytesPerPixel(f.Format), m.channels))
	m.grey = resize(m.grey, m.part.w)
	m.size.run(m.row, m.store)
	m.frame = nil
}

// convert fills m.made from the part b of a picture of Y, U and V.
func (m *Image) convert(l *layout, b box, full bool) {
	if m.channels == 1 {
		l.nb, l.np = 1, 1
	}
	mat := newMatrix(full)
	m.planes.run(l, b, &mat, m.store)
}

// bytesPerPixel returns the size of one pixel of the formats whose pixels stand side by side, else 0.
func bytesPerPixel(f sensors.PixelFormat) int {
	switch f {
	case sensors.RGB24:
		return 3
	case sensors.Grey:
		return 1
	}
	return 0
}

// sourceRow returns row y of the part that the model sees, with as many bytes a pixel as the resizer works on.
func (m *Image) sourceRow(y int) []uint8 {
	n := bytesPerPixel(m.frame.Format)
	at := ((m.part.y+y)*m.frame.Width + m.part.x) * n
	row := m.frame.Pix[at : at+m.part.w*n]
	if m.frame.Format == sensors.RGB24 && m.channels == 1 {
		luma(m.grey, row)
		return m.grey
	}
	return row
}

// luma makes grey from colour: ITU-R 601-2 in 16-bit fixed point, rounded (Pillow, Convert.c, L24).
func luma(dst, rgb []uint8) {
	for i := range dst {
		p := rgb[3*i : 3*i+3]
		dst[i] = uint8((uint32(p[0])*19595 + uint32(p[1])*38470 + uint32(p[2])*7471 + 0x8000) >> 16)
	}
}

// Next copies the input made from the last picture taken, once.
func (m *Image) Next(dst *tensor.Tensor) (pipelines.Window, bool, error) {
	if !m.ready {
		return pipelines.Window{}, false, nil
	}
	if err := fits(dst, &m.info); err != nil {
		return pipelines.Window{}, false, err
	}
	copy(dst.Data, m.made)
	m.ready = false
	return pipelines.Window{Start: m.last, End: m.last}, true, nil
}
