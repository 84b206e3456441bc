package cartoon

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"image"
	"image/png"
	"math"
	"os"
	"path/filepath"
	"time"
)

// Names of what Write makes in its folder.
const (
	FramesDir = "frames"    // of 0000.png and on, FrameRate a second
	SoundFile = "sound.wav" // mono, 16 bits, SampleRate
	AirFile   = "air.csv"   // time, temperature, humidity, pressure, a row a second
)

// longest bounds the files: sound of 115 MB.
const longest = time.Hour

// Write tells a story in files in dir, which exists, and returns what happens in it.
func Write(dir string, o Options) (Story, error) {
	if o.Length > longest {
		return nil, fmt.Errorf("sim: a story of %v, at most %v", o.Length, longest)
	}
	s := NewStory(o)
	for _, part := range []func(string, Story, Options) error{writeFrames, writeSound, writeAir} {
		if err := part(dir, s, o); err != nil {
			return nil, fmt.Errorf("sim: %w", err)
		}
	}
	return s, nil
}

func writeFrames(dir string, s Story, o Options) error {
	dir = filepath.Join(dir, FramesDir)
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	m := newRoom(chance(o.Seed, "room"))
	img := image.NewRGBA(image.Rect(0, 0, width, height))
	for i := 0; ; i++ {
		at := time.Duration(i) * time.Second / FrameRate
		if at >= s.Length() {
			return nil
		}
		m.draw(img, s.At(at).Sight, walked(at))
		if err := writePNG(filepath.Join(dir, fmt.Sprintf("%04d.png", i)), img); err != nil {
			return err
		}
	}
}

// walked is where on its way back and forth a walker is, 0 to 1, at a time of the story.
func walked(at time.Duration) float64 { return math.Abs(1 - math.Mod(at.Seconds()/4, 2)) }

// writePNG does not compress: noise hardly shrinks, and a story must be ready at once.
func writePNG(path string, img image.Image) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer f.Close()
	if err := (&png.Encoder{CompressionLevel: png.NoCompression}).Encode(f, img); err != nil {
		return err
	}
	return f.Close()
}

func writeSound(dir string, s Story, o Options) error {
	r := chance(o.Seed, "sound")
	sound := make([]float32, samples(s.Length()))
	v := newVoices(r)
	for _, scene := range s {
		v.add(sound[samples(scene.Start):samples(scene.End)], scene.Noise)
	}
	return writeWAV(filepath.Join(dir, SoundFile), roomNoise(r, sound))
}

// writeWAV writes mono sound as PCM of 16 bits.
func writeWAV(path string, sound []float32) error {
	n := uint32(2 * len(sound))
	b := append(make([]byte, 0, 44+n), "RIFF"...)
	b = binary.LittleEndian.AppendUint32(b, 36+n)
	b = append(b, "WAVEfmt "...)
	b = binary.LittleEndian.AppendUint32(b, 16)
	b = binary.LittleEndian.AppendUint16(b, 1) // PCM
	b = binary.LittleEndian.AppendUint16(b, 1) // channel
	b = binary.LittleEndian.AppendUint32(b, SampleRate)
	b = binary.LittleEndian.AppendUint32(b, 2*SampleRate) // bytes a second
	b = binary.LittleEndian.AppendUint16(b, 2)            // bytes a frame
	b = binary.LittleEndian.AppendUint16(b, 16)           // bits a sample
	b = append(b, "data"...)
	b = binary.LittleEndian.AppendUint32(b, n)
	for _, v := range sound {
		b = binary.LittleEndian.AppendUint16(b, uint16(int16(v*32767)))
	}
	return os.WriteFile(path, b, 0o666)
}

func writeAir(dir string, s Story, o Options) error {
	f, err := os.Create(filepath.Join(dir, AirFile))
	if err != nil {
		return err
	}
	defer f.Close()
	w := bufio.NewWriter(f) // keeps the first error for Flush
	fmt.Fprint(w, "time,temperature[°C],humidity[%],pressure[Pa]\n")
	a := newAir(chance(o.Seed, "air"))
	for t := time.Duration(0); t < s.Length(); t += time.Second {
		v := a.next(s.At(t).Climate).Values
		fmt.Fprintf(w, "%d,%.2f,%.2f,%.0f\n", t/time.Second, v[0].Value, v[1].Value, v[2].Value)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	return f.Close()
}
