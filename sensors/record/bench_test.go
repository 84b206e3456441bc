package record

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"edged/sensors"
)

// BenchmarkSample records what a webcam and a microphone give: 640x480 in YUYV with noise in its low bits, a JPEG of 60 kB,
// and 100 ms of sound that 16 bits hold, and that they do not.
func BenchmarkSample(b *testing.B) {
	rng := rand.New(rand.NewPCG(1, 2))
	yuyv := make([]byte, 640*480*2)
	for i := range yuyv {
		yuyv[i] = byte(i/2%640/4) + byte(rng.Uint32()%5)
	}
	jpeg := make([]byte, 60_000)
	for i := range jpeg {
		jpeg[i] = byte(rng.Uint32())
	}
	tone, exact := make([]float32, 1600), make([]float32, 1600)
	for i := range tone {
		v := math.Sin(float64(i) / 5)
		tone[i], exact[i] = float32(v), float32(pcm16(float32(v)))/(1<<15)
	}
	samples := []struct {
		name   string
		sensor string
		bytes  int
		sample any
	}{
		{"yuyv640x480", "cam", len(yuyv), &sensors.Frame{Time: epoch, Format: sensors.YUYV, Width: 640, Height: 480, Pix: yuyv}},
		{"jpeg60kB", "cam", len(jpeg), &sensors.Frame{Time: epoch, Format: sensors.JPEG, Width: 640, Height: 480, Pix: jpeg}},
		{"sound16bits", "mic", 2 * len(exact), &sensors.Clip{Start: epoch, End: epoch, RateHz: 16000, Channels: 1, Samples: exact}},
		{"soundfloat32", "mic", 4 * len(tone), &sensors.Clip{Start: epoch, End: epoch, RateHz: 16000, Channels: 1, Samples: tone}},
	}
	for _, how := range []Compression{LZ4, Zstd, Uncompressed} {
		for _, s := range samples {
			b.Run(string(how)+"/"+s.name, func(b *testing.B) {
				w, err := NewWriter(discard{}, header(), Options{Compression: how})
				if err != nil {
					b.Fatal(err)
				}
				b.SetBytes(int64(s.bytes))
				b.ReportAllocs()
				n, at := 0, epoch
				for b.Loop() {
					at = at.Add(33 * time.Millisecond)
					if err := w.Sample(at, s.sensor, s.sample); err != nil {
						b.Fatal(err)
					}
					n++
				}
				b.ReportMetric(float64(w.Size())/float64(n), "bytes/sample")
			})
		}
	}
}
