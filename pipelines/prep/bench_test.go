package prep

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	stdjpeg "image/jpeg"
	"syscall"
	"testing"
	"time"

	"edged/models"
	"edged/runtime/tensor"
	"edged/sensors"
	"edged/sensors/jpeg"
)

// cpuTime returns what the process has used of all processors, garbage collection too. Wall time would measure what else
// the machine does.
func cpuTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// stopwatch adds up processor time.
type stopwatch struct{ since, sum time.Duration }

func (s *stopwatch) start() { s.since = cpuTime() }
func (s *stopwatch) stop()  { s.sum += cpuTime() - s.since }

// report says what n pictures cost each, and of one core at 30 pictures a second.
func (s *stopwatch) report(b *testing.B, name string) {
	ms := s.sum.Seconds() * 1000 / float64(b.N)
	b.ReportMetric(ms, name+"ms")
	b.ReportMetric(ms*30/10, name+"%core@30fps")
}

// scene is a photograph as large as said: the corpus's largest, repeated beyond its edges, and halved if that will do.
func scene(b *testing.B, w, h int) *sensors.Frame {
	photo := corpusFrame(b, "kite_and_cold.jpg")
	step := 1
	if 2*w <= photo.Width {
		step = 2
	}
	f := &sensors.Frame{Time: t0, Width: w, Height: h, Pix: make([]byte, 0, 3*w*h)}
	for y := range h {
		for x := range w {
			for c := range 3 {
				sum := 0
				for i := range step * step {
					sum += int(photo.Pix[3*((y*step+i/step)%photo.Height*photo.Width+(x*step+i%step)%photo.Width)+c])
				}
				f.Pix = append(f.Pix, uint8(sum/(step*step)))
			}
		}
	}
	return f
}

// toJPEG encodes a picture as cameras do, with chroma for 2x2 pixels.
func toJPEG(b *testing.B, f *sensors.Frame) *sensors.Frame {
	img := image.NewRGBA(image.Rect(0, 0, f.Width, f.Height))
	for i := range f.Width * f.Height {
		img.Set(i%f.Width, i/f.Width, color.RGBA{f.Pix[3*i], f.Pix[3*i+1], f.Pix[3*i+2], 255})
	}
	var out bytes.Buffer
	if err := stdjpeg.Encode(&out, img, &stdjpeg.Options{Quality: 80}); err != nil {
		b.Fatal(err)
	}
	return &sensors.Frame{Time: t0, Format: sensors.JPEG, Width: f.Width, Height: f.Height, Pix: out.Bytes()}
}

// BenchmarkCamera makes inputs of 224x224 int8 from pictures as cameras give them.
func BenchmarkCamera(b *testing.B) {
	info := tensor.Info{DType: tensor.Int8, Shape: tensor.Shape{1, 224, 224, 3}}
	rgb := scene(b, 640, 480)
	frames := []*sensors.Frame{rgb}
	for _, format := range yuvFormats {
		frames = append(frames, toYUV(rgb, format, false))
	}
	for _, f := range frames {
		b.Run(fmt.Sprintf("%v/%dx%dto224x224x3/int8", f.Format, f.Width, f.Height), func(b *testing.B) {
			m, err := NewImage(info, models.Input{}, Options{})
			if err != nil {
				b.Fatal(err)
			}
			if err := m.Add(f); err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			var cost stopwatch
			cost.start()
			for b.Loop() {
				if err := m.Add(f); err != nil {
					b.Fatal(err)
				}
			}
			cost.stop()
			cost.report(b, "")
		})
	}
}

// BenchmarkMotionJPEG does the same with JPEGs, and each time besides: with all of the picture decoded first, and what
// package image/jpeg takes to decode it and no more.
func BenchmarkMotionJPEG(b *testing.B) {
	info := tensor.Info{DType: tensor.Int8, Shape: tensor.Shape{1, 224, 224, 3}}
	for _, size := range [][2]int{{640, 480}, {1280, 720}, {1920, 1080}} {
		f := toJPEG(b, scene(b, size[0], size[1]))
		b.Run(fmt.Sprintf("%dx%dto224x224x3/int8", f.Width, f.Height), func(b *testing.B) {
			m, err := NewImage(info, models.Input{}, Options{})
			if err != nil {
				b.Fatal(err)
			}
			var whole jpeg.Decoder
			var scaled, full, std stopwatch
			for b.Loop() {
				scaled.start()
				if err := m.Add(f); err != nil {
					b.Fatal(err)
				}
				scaled.stop()
				full.start()
				p, err := whole.Decode(f.Pix, jpeg.Scale{Luma: 1, Chroma: 1})
				if err != nil {
					b.Fatal(err)
				}
				l := layoutOfJPEG(p)
				m.convert(&l, m.crop(f.Width, f.Height), true)
				full.stop()
				std.start()
				if _, err := stdjpeg.Decode(bytes.NewReader(f.Pix)); err != nil {
					b.Fatal(err)
				}
				std.stop()
			}
			b.ReportMetric(float64(len(f.Pix))/1000, "kB")
			scaled.report(b, "scaled:")
			full.report(b, "full:")
			std.report(b, "image/jpeg:")
		})
	}
}
