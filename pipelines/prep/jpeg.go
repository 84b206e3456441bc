package prep

import (
	"edged/sensors"
	"edged/sensors/jpeg"
)

// makeJPEG decodes no more of a JPEG than the input needs.
func (m *Image) makeJPEG(f *sensors.Frame) error {
	head, err := jpeg.Config(f.Pix)
	if err != nil {
		return err
	}
	if m.jpeg == nil {
		m.jpeg = new(jpeg.Decoder)
	}
	b := m.crop(head.Width, head.Height)
	s := jpeg.Scale{Luma: m.scale(b, 1, 1)}
	if m.channels == 3 && head.Components == 3 {
		s.Chroma = m.scale(b, head.ChromaX, head.ChromaY)
	}
	p, err := m.jpeg.Decode(f.Pix, s)
	if err != nil {
		return err
	}
	l := layoutOfJPEG(p)
	m.convert(&l, b, true)
	return nil
}

// scale returns how many times smaller than it is a plane may be made whose samples stand for perX x perY pixels, so that
// its part b still has no fewer samples than the input has pixels.
func (m *Image) scale(b box, perX, perY float64) int {
	s := 8
	for s > 1 && (float64(b.w)/perX < float64(s*m.planes.width) || float64(b.h)/perY < float64(s*m.planes.height)) {
		s /= 2
	}
	return s
}
