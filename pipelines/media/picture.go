package media

import (
	"bytes"
	"fmt"
	"image"
	"image/jpeg"
	"slices"
	"sync"
	"time"

	"edged/sensors"
	camera "edged/sensors/jpeg"
)

// Picture is a JPEG file that may leave. Only a Door makes one.
type Picture struct {
	sensor string
	at     time.Time
	file   []byte
}

// Sensor returns the camera's name.
func (p Picture) Sensor() string { return p.sensor }

// Time returns when the picture was taken, by the camera.
func (p Picture) Time() time.Time { return p.at }

// JPEG returns the file. It is not to be changed.
func (p Picture) JPEG() []byte { return p.file }

// Shot is a picture of a camera, with what was found in this very picture.
type Shot struct {
	Sensor string
	Frame  *sensors.Frame
	Looks  []Look
}

// quality is that of image/jpeg: small enough for MQTT, and a person sees no difference.
const quality = 80

// desk is where pictures are worked on, one at a time, so that there is memory for one alone.
type desk struct {
	mu   sync.Mutex
	jpeg camera.Decoder
}

// Picture returns a shot as it may leave: what the policy names is covered, and with boxes all that was found has its box. A
// JPEG to which nothing is to be done is taken as the camera made it.
func (d *Door) Picture(s Shot, boxes bool) (Picture, error) {
	file, err := d.picture(&s, boxes)
	if err != nil {
		return Picture{}, fmt.Errorf("sensor %q: %w", s.Sensor, err)
	}
	return Picture{s.Sensor, s.Frame.Time, file}, nil
}

func (d *Door) picture(s *Shot, boxes bool) ([]byte, error) {
	if err := d.Ever(s.Sensor); err != nil {
		return nil, err
	}
	if err := d.covered(s.Sensor, s.Looks); err != nil {
		return nil, err
	}
	hides := d.policy.hides(s.Sensor)
	if s.Frame.Format == sensors.JPEG && len(hides) == 0 && !boxes {
		return bytes.Clone(s.Frame.Pix), nil
	}
	d.desk.mu.Lock()
	defer d.desk.mu.Unlock()
	img, err := d.desk.image(s.Frame, len(hides) > 0 || boxes)
	if err != nil {
		return nil, err
	}
	if err := s.paint(newCanvas(img), hides, boxes); err != nil {
		return nil, err
	}
	var out bytes.Buffer
	if err := jpeg.Encode(&out, img, &jpeg.Options{Quality: quality}); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// paint covers the classes, and draws boxes around all that was found, in that order.
func (s *Shot) paint(c *canvas, hides []string, boxes bool) error {
	for _, l := range s.Looks {
		for _, f := range l.Found {
			if !slices.Contains(hides, f.Name) {
				continue
			}
			r, ok := c.area(f.Box, l.Eye.Part)
			if !ok {
				return fmt.Errorf("the picture stays here: %s found %q at %v", l.Eye.Model, f.Name, f.Box)
			}
			c.cover(c.wider(r))
		}
	}
	for _, l := range s.Looks {
		for _, f := range l.Found {
			if r, ok := c.area(f.Box, l.Eye.Part); ok && boxes {
				c.outline(r)
			}
		}
	}
	return nil
}

// image returns a picture as one of those images that image/jpeg reads without asking for each pixel. The chroma is not
// resampled. With own it shares no memory with f. It is valid until the next call.
func (d *desk) image(f *sensors.Frame, own bool) (image.Image, error) {
	if f.Format == sensors.JPEG {
		return d.decode(f.Pix)
	}
	return asImage(f, own)
}

// decode decodes a camera's JPEG.
func (d *desk) decode(file []byte) (image.Image, error) {
	p, err := d.jpeg.Decode(file, camera.Scale{Luma: 1, Chroma: 1})
	if err != nil {
		return nil, err
	}
	r := image.Rect(0, 0, p.Header.Width, p.Header.Height)
	if p.Components == 1 {
		return &image.Gray{Pix: p.Y.Pix, Stride: p.Y.Stride, Rect: r}, nil
	}
	ratio, ok := ratioOf(p.U.PerX, p.U.PerY)
	if !ok || p.Y.PerX != 1 || p.Y.PerY != 1 || p.V.PerX != p.U.PerX || p.V.PerY != p.U.PerY || p.V.Stride != p.U.Stride {
		return nil, camera.UnsupportedError(fmt.Sprintf("chroma for %gx%g and %gx%g pixels", p.U.PerX, p.U.PerY, p.V.PerX, p.V.PerY))
	}
	return &image.YCbCr{Y: p.Y.Pix, Cb: p.U.Pix, Cr: p.V.Pix, YStride: p.Y.Stride, CStride: p.U.Stride, SubsampleRatio: ratio, Rect: r}, nil
}
