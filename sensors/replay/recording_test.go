package replay

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"edged/sensors"
	"edged/sensors/record"
)

// recorded makes a recording of a chip that gives 0, 1, 2 in seconds 1, 2 and 4, and fails in second 3, and of a camera.
func recorded(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "room.mcap")
	start := time.Date(2026, 11, 25, 0, 0, 0, 0, time.UTC)
	w, err := record.Create(path, record.Header{Start: start, Sensors: []record.Sensor{
		{Name: "air", Gives: record.Readings}, {Name: "cam", Gives: record.Frames}, {Name: "mic", Gives: record.Clips}}}, record.Options{})
	if err != nil {
		t.Fatal(err)
	}
	at := func(s float64) time.Time { return start.Add(time.Duration(s * 1e9)) }
	reading := func(s, v float64) error {
		return w.Sample(at(s), "air", &sensors.Reading{Time: at(s - 0.25), Values: []sensors.Value{{Name: "n", Value: v}}})
	}
	err = errors.Join(reading(1, 0), reading(2, 1), w.Sample(at(2.5), "cam", &sensors.Frame{Time: at(2), Format: sensors.JPEG, Pix: []byte("jpeg")}),
		w.Sample(at(2.6), "mic", &sensors.Clip{Start: at(1), End: at(2), RateHz: 4, Channels: 1, Samples: []float32{1, 2, 3, 4}}),
		w.Failed(at(3), "air", errors.New("no acknowledge")), reading(4, 2), w.Close())
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// see reads all of a sensor of readings: when each came, its age, and its value or error.
func see(t *testing.T, path string, o Options, most int) string {
	t.Helper()
	src, err := OpenRecording[sensors.Reading](path, "air", o)
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	var all []string
	var r sensors.Reading
	began := time.Now()
	for range most {
		err := src.Read(t.Context(), &r)
		if err == io.EOF {
			all = append(all, "end")
			break
		}
		text := fmt.Sprint(time.Since(began), " ")
		if err != nil {
			text += err.Error()
		} else {
			text += fmt.Sprint(time.Since(r.Time), " ", r.Values[0].Value)
		}
		all = append(all, text)
	}
	return strings.Join(all, "; ")
}

func TestRecordingsAreSources(t *testing.T) {
	path := recorded(t)
	synctest.Test(t, func(t *testing.T) {
		if got, want := see(t, path, Options{}, 9), "1s 250ms 0; 2s 250ms 1; 3s no acknowledge; 4s 250ms 2; end"; got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
		if got, want := see(t, path, Options{Repeat: true}, 6), "1s 250ms 0; 2s 250ms 1; 3s no acknowledge; 4s 250ms 2; 5s 250ms 0; 6s 250ms 1"; got != want {
			t.Errorf("again: got  %s\nwant %s", got, want)
		}
		if got := see(t, path, Options{Pace: Fast}, 9); strings.Count(got, "0s ") != 4 || !strings.HasSuffix(got, "; end") {
			t.Errorf("fast: got %s", got)
		}
		cam, err := OpenRecording[sensors.Frame](path, "cam", Options{})
		if err != nil {
			t.Fatal(err)
		}
		var f sensors.Frame
		if err := cam.Read(t.Context(), &f); err != nil || string(f.Pix) != "jpeg" || time.Since(f.Time) != 500*time.Millisecond {
			t.Errorf("got %v, %+v", err, f)
		}
		mic, err := OpenRecording[sensors.Clip](path, "mic", Options{})
		if err != nil {
			t.Fatal(err)
		}
		var c sensors.Clip
		if err := mic.Read(t.Context(), &c); err != nil || len(c.Samples) != 4 || c.End.Sub(c.Start) != time.Second || time.Since(c.End) != 600*time.Millisecond {
			t.Errorf("got %v, %+v", err, c)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		defer cancel()
		air, err := OpenRecording[sensors.Reading](path, "air", Options{})
		if err != nil {
			t.Fatal(err)
		}
		if err := air.Read(ctx, new(sensors.Reading)); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v, want that its reader has ended", err)
		}
		if err := errors.Join(cam.Close(), mic.Close(), air.Close(), air.Close()); err != nil {
			t.Error(err)
		}
		if err := cam.Read(t.Context(), &f); err == nil || !strings.Contains(err.Error(), "closed") {
			t.Errorf("got %v from a closed source", err)
		}
	})
}

func TestRecordingsThatLack(t *testing.T) {
	path := recorded(t)
	if _, err := OpenRecording[sensors.Frame](path, "air", Options{}); err == nil || !strings.Contains(err.Error(), `sensor "air" gives readings, not sensors.Frame`) {
		t.Errorf("got %v", err)
	}
	if _, err := OpenRecording[sensors.Frame](path, "tom", Options{}); err == nil || !strings.Contains(err.Error(), `has no sensor "tom"; it has ["air" "cam" "mic"]`) {
		t.Errorf("got %v", err)
	}
	if _, err := OpenRecording[sensors.Frame](path+"x", "tom", Options{}); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("got %v", err)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	cut := path + ".cut"
	if err := os.WriteFile(cut, data[:bytes.LastIndex(data, []byte{0x0f, 4, 0, 0, 0, 0, 0, 0, 0})], 0o600); err != nil {
		t.Fatal(err)
	}
	if got := see(t, cut, Options{Pace: Fast}, 9); strings.Count(got, "cut off: what comes after byte") != 1 || !strings.HasSuffix(got, "end") {
		t.Errorf("got %s", got)
	}
}
