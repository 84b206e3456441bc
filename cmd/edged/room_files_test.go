package main

import (
	"errors"
	"fmt"
	"image"
	"image/png"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"edged/runtime/tflite"
	"edged/sensors"
	"edged/sensors/sim"
)

// writeRoom writes some seconds of the simulated room as recordings, frames/*.png at 4 a second, sound.wav and air.csv; and
// sides.tflite, a model for its pictures that costs nothing.
func writeRoom(t *testing.T, dir string) {
	t.Helper()
	story := sim.NewStory(sim.Options{Seed: 3, Length: 10 * time.Second})
	writeFrames(t, filepath.Join(dir, "frames"), sim.NewCamera(story), 20)
	heard := make([]float32, 5*sim.SampleRateHz)
	sim.NewMicrophone(story).Hear(heard, 0)
	sound := make([]int16, len(heard))
	for i, v := range heard {
		sound[i] = int16(v * 32767)
	}
	writeWAV(t, filepath.Join(dir, "sound.wav"), sim.SampleRateHz, 1, sound)
	writeAir(t, filepath.Join(dir, "air.csv"), sim.NewAir(story))
	model, err := tflite.Write(sides(""))
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "sides.tflite"), string(model))
	write(t, filepath.Join(dir, "sides.yaml"), "task: labels\ninput: { kind: image }\nlabels: [left, right]\n")
}

// writeFrames draws the first n pictures.
func writeFrames(t *testing.T, dir string, c *sim.Camera, n int) {
	t.Helper()
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	var f sensors.Frame
	for i := range n {
		c.Draw(&f, time.Duration(i)*time.Second/4)
		m := image.NewRGBA(image.Rect(0, 0, f.Width, f.Height))
		for p := range f.Width * f.Height {
			copy(m.Pix[4*p:], f.Pix[3*p:3*p+3])
			m.Pix[4*p+3] = 255
		}
		file, err := os.Create(filepath.Join(dir, fmt.Sprintf("%03d.png", i)))
		if err == nil {
			err = errors.Join((&png.Encoder{CompressionLevel: png.NoCompression}).Encode(file, m), file.Close())
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

// writeAir writes what the BME280 says, a row a second.
func writeAir(t *testing.T, path string, air *sim.Air) {
	t.Helper()
	src, err := sim.NewReadings(air, sim.ReadingsOptions{Chip: "bme280", Every: time.Second, Fast: true})
	if err != nil {
		t.Fatal(err)
	}
	b := &strings.Builder{}
	var r sensors.Reading
	for i := 0; ; i++ {
		if err := src.Read(t.Context(), &r); err == io.EOF {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		head, row := "time", fmt.Sprint(i)
		for _, v := range r.Values {
			head, row = head+fmt.Sprintf(",%s[%s]", v.Name, v.Unit), row+fmt.Sprintf(",%.2f", v.Value)
		}
		if i == 0 {
			fmt.Fprintln(b, head)
		}
		fmt.Fprintln(b, row)
	}
	write(t, path, b.String())
}
