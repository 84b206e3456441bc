package record

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"testing"
	"time"

	"edged/sensors"
)

// epoch is when the tests' recordings begin, by the wall clock alone.
var epoch = time.Date(2026, 11, 25, 10, 0, 0, 123456789, time.UTC)

// header is of a recording with a sensor of each type.
func header() Header {
	return Header{
		Start: epoch, Version: "1.2.3", Boot: "b0", Device: "porch", Config: "device: { id: porch }\n", Models: map[string]string{"eye": "ab12"}, Encoders: map[string]string{Place("room", 0): "cam eye"}, Alerts: map[string]string{"room": "[]"},
		Sensors: []Sensor{{"cam", "camera", Frames, 100 * time.Millisecond}, {"mic", "microphone", Clips, time.Second}, {"air", "i2c", Readings, 0}},
	}
}

// memory is a file that has room for so many bytes; below zero it has no end.
type memory struct {
	bytes.Buffer
	room   int
	closed bool
}

var errNoSpace = errors.New("no space left on device")

func (m *memory) Write(p []byte) (int, error) {
	if m.room >= 0 && m.Len()+len(p) > m.room {
		n, _ := m.Buffer.Write(p[:max(0, m.room-m.Len())])
		return n, errNoSpace
	}
	return m.Buffer.Write(p)
}

func (m *memory) Close() error { m.closed = true; return nil }

// happening is what the tests write and read back.
type happening struct {
	at     time.Time
	sensor string
	sample any
	fail   string
	end    bool
	turn   Turn
}

func (h happening) write(w *Writer) error {
	switch {
	case h.sample != nil:
		return w.Sample(h.at, h.sensor, h.sample)
	case h.fail != "":
		return w.Failed(h.at, h.sensor, errors.New(h.fail))
	case h.end:
		return w.Finished(h.at, h.sensor)
	}
	return w.Turn(h.at, h.turn)
}

// String writes all of a happening that must come back, bit for bit.
func (h happening) String() string {
	s := fmt.Sprint(h.at.UnixNano(), " ", h.sensor, " ", h.fail, " ", h.end, " ", h.turn, " ")
	switch v := h.sample.(type) {
	case *sensors.Frame:
		return s + fmt.Sprint(v.Time.UnixNano(), v.Name, v.Format, v.FullRange, v.Width, v.Height, v.Lost, v.Pix)
	case *sensors.Clip:
		s += fmt.Sprint(v.Start.UnixNano(), v.End.UnixNano(), v.Name, v.RateHz, v.Channels, v.Lost)
		for _, f := range v.Samples {
			s += fmt.Sprintf(" %08x", math.Float32bits(f))
		}
	case *sensors.Reading:
		s += fmt.Sprint(v.Time.UnixNano())
		for _, f := range v.Values {
			s += fmt.Sprintf(" %s %s %016x", f.Name, f.Unit, math.Float64bits(f.Value))
		}
	}
	return s
}

func after(d time.Duration) time.Time { return epoch.Add(d) }

// happenings has each kind of sample, in each format.
func happenings() []happening {
	var all []happening
	at := time.Duration(0)
	add := func(h happening) {
		h.at = after(at)
		all = append(all, h)
		at += 37*time.Millisecond + 1
	}
	for f := sensors.RGB24; f <= sensors.JPEG; f++ {
		pix := make([]byte, max(f.Bytes(6, 3), 5))
		for i := range pix {
			pix[i] = byte(i*7 + int(f))
		}
		add(happening{sensor: "cam", sample: &sensors.Frame{
			Time: after(at - time.Millisecond), Name: []string{"", "a.jpg"}[f%2], Format: f, FullRange: f == sensors.NV12, Width: 6, Height: 3, Pix: pix, Lost: int(f),
		}})
		add(happening{turn: Turn{Pipeline: "room", Encoder: int(f), Taken: uint64(f) + 1}})
	}
	for i, samples := range [][]float32{
		{0, 0.5, -1, 32767.0 / 32768}, // 16 bits hold them
		{float32(math.Copysign(0, -1)), 1.5, 1e-9, float32(math.NaN()), float32(math.Inf(-1)), math.SmallestNonzeroFloat32},
		{},
	} {
		add(happening{sensor: "mic", sample: &sensors.Clip{
			Start: after(at - 100*time.Millisecond), End: after(at - 1), Name: "a.wav", RateHz: 44100, Channels: 2, Samples: samples, Lost: i - 1,
		}})
	}
	add(happening{sensor: "air", fail: "i2c: no acknowledge from 0x76"})
	add(happening{sensor: "air", sample: &sensors.Reading{Time: after(at), Values: []sensors.Value{
		{Name: "temperature", Unit: "°C", Value: 21.4}, {Name: "pressure", Unit: "Pa", Value: math.Pi * 1e5}, {Name: "odd", Value: math.Inf(1)}, {Value: math.Copysign(0, -1)},
	}}})
	add(happening{sensor: "air", sample: &sensors.Reading{Time: after(at)}})
	add(happening{turn: Turn{Pipeline: "room", Encoder: 2, Event: 1 << 40}})
	add(happening{turn: Turn{Pipeline: "room", Encoder: 1, Shared: Gave}})
	add(happening{turn: Turn{Pipeline: "room", Encoder: 3, Shared: Joined}})
	add(happening{turn: Turn{Pipeline: "room", Encoder: 1, Shared: Skipped}})
	add(happening{sensor: "mic", end: true})
	return all
}

// write makes a recording of all.
func write(t testing.TB, o Options, all []happening) []byte {
	t.Helper()
	file := &memory{room: -1}
	w, err := NewWriter(file, header(), o)
	if err != nil {
		t.Fatal(err)
	}
	for _, h := range all {
		if err := h.write(w); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil || !file.closed {
		t.Fatalf("got %v, and closed %v", err, file.closed)
	}
	return file.Bytes()
}

func open(data []byte) (*Reader, error) {
	return NewReader("room.mcap", io.NopCloser(bytes.NewReader(data)))
}

// readAll reads what is there. It stops at an error, which must be the end.
func readAll(t testing.TB, r *Reader) []string {
	t.Helper()
	var m Message
	var all []string
	for {
		err := r.Next(&m)
		if err == io.EOF {
			return all
		}
		if err != nil {
			t.Fatal(err)
		}
		h := happening{at: m.At}
		switch m.What {
		case Sampled:
			h.sensor, h.sample = m.Sensor.Name, m.Sample()
		case Failed:
			h.sensor, h.fail = m.Sensor.Name, m.Text
		case Finished:
			h.sensor, h.end = m.Sensor.Name, true
		case Turned:
			h.turn = m.Turn
		}
		all = append(all, h.String())
	}
}
