package record

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	goruntime "runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"edged/sensors"
)

func TestAllComesBack(t *testing.T) {
	all := happenings()
	for _, how := range []Compression{LZ4, Zstd, Uncompressed} {
		t.Run(string(how), func(t *testing.T) {
			r, err := open(write(t, Options{Compression: how}, all))
			if err != nil {
				t.Fatal(err)
			}
			want := header()
			got := *r.Header()
			if !got.Start.Equal(want.Start) {
				t.Errorf("got start %v, want %v", got.Start, want.Start)
			}
			if got.Start = want.Start; !reflect.DeepEqual(got, want) {
				t.Errorf("got header %+v, want %+v", got, want)
			}
			compare(t, readAll(t, r), all)
			if err := r.Damage(); err != nil {
				t.Errorf("got damage %v, want none", err)
			}
		})
	}
}

func compare(t *testing.T, got []string, want []happening) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("got %d, want %d", len(got), len(want))
	}
	for i := range min(len(got), len(want)) {
		if got[i] != want[i].String() {
			t.Errorf("%d: got %s\nwant %s", i, got[i], want[i])
		}
	}
}

func TestOneSensorAlone(t *testing.T) {
	r, err := open(write(t, Options{}, happenings()))
	if err != nil {
		t.Fatal(err)
	}
	r.Only("air")
	for _, s := range readAll(t, r) {
		if !strings.Contains(s, " air ") {
			t.Errorf("got %s", s)
		}
	}
}

// TestTimesAreDistances sets the wall clock back in the middle of a recording.
func TestTimesAreDistances(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := header()
		h.Start = time.Now()
		file := &memory{room: -1}
		w, err := NewWriter(file, h, Options{})
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Hour)
		now := time.Now()
		stripped := now.Round(0).Add(-3 * time.Hour) // by the wall clock alone
		for _, at := range []time.Time{now, stripped} {
			if err := w.Sample(at, "air", &sensors.Reading{Time: at}); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		r, err := open(file.Bytes())
		if err != nil {
			t.Fatal(err)
		}
		var m Message
		for _, want := range []time.Duration{time.Hour, -2 * time.Hour} {
			if err := r.Next(&m); err != nil || m.Reading.Time.Sub(r.Header().Start) != want || m.At.Sub(r.Header().Start) != want {
				t.Errorf("got %v, %v after the start, want %v", err, m.At.Sub(r.Header().Start), want)
			}
		}
	})
}

// TestCutAtEveryByte cuts a recording of many chunks: what comes back is always the beginning of what was written, never
// less than a chunk short of it, and the reader says that something is missing.
func TestCutAtEveryByte(t *testing.T) {
	var all []happening
	for i := range 14 { // 11 s apart: each two are a chunk
		at := after(time.Duration(i) * 11 * time.Second)
		all = append(all, happening{at: at, sensor: "air", sample: &sensors.Reading{Time: at, Values: []sensors.Value{{Name: "n", Value: float64(i)}}}})
	}
	for _, how := range []Compression{Zstd, LZ4, Uncompressed} {
		data := write(t, Options{Compression: how}, all)
		last, lens := 0, map[int]bool{}
		for n := range len(data) {
			r, err := open(data[:n])
			if err != nil {
				if last > 0 || !strings.Contains(err.Error(), "cut off before its first sample") && !strings.Contains(err.Error(), "is no MCAP file") {
					t.Fatalf("%d bytes: %v", n, err)
				}
				continue
			}
			got := readAll(t, r)
			if len(got) < last {
				t.Fatalf("%d bytes: got %d, want at least %d", n, len(got), last)
			}
			compare(t, got, all[:len(got)])
			whole := strings.Contains(fmt.Sprint(r.Damage()), "room.mcap: cut off: what comes after byte ")
			if !whole && len(got) < len(all) {
				t.Fatalf("%d bytes: got %d and damage %v", n, len(got), r.Damage())
			}
			last = len(got)
			lens[last] = true
		}
		if last != len(all) || len(lens) < 7 {
			t.Errorf("got %d of %d, in %d lengths", last, len(all), len(lens))
		}
	}
}

// TestFullDisk lets the disk end at each byte: the writer says so once and for all, and what it has written is read.
func TestFullDisk(t *testing.T) {
	all := happenings()
	whole := len(write(t, Options{}, all))
	for room := 0; room < whole; room += 7 {
		file := &memory{room: room}
		w, err := NewWriter(file, header(), Options{})
		if err == nil {
			for _, h := range all {
				err = h.write(w)
			}
			closed := w.Close()
			if again := w.Turn(epoch, Turn{}); again == nil {
				t.Fatalf("%d bytes: a closed writer writes", room)
			}
			err = errors.Join(err, closed)
		}
		if !errors.Is(err, errNoSpace) || !file.closed {
			t.Fatalf("%d bytes: got %v, closed %v", room, err, file.closed)
		}
		if r, err := open(file.Bytes()); err == nil {
			readAll(t, r)
		}
	}
}

func TestLimit(t *testing.T) {
	file := &memory{room: -1}
	w, err := NewWriter(file, header(), Options{Compression: Uncompressed, Limit: 3 << 20})
	if err != nil {
		t.Fatal(err)
	}
	frame := sensors.Frame{Time: epoch, Width: 512, Height: 128, Pix: make([]byte, 3*512*128)}
	n := 0
	for err == nil {
		if err = w.Sample(epoch, "cam", &frame); err == nil {
			n++
		}
	}
	if !errors.Is(err, ErrFull) || n != 15 { // of 192 KiB each, and 3 MiB less the header's have room for 15
		t.Errorf("got %v after %d pictures, want 15", err, n)
	}
	if err := w.Close(); err != nil {
		t.Errorf("got %v, want that being full is no failure", err)
	}
	r, err := open(file.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	if got := len(readAll(t, r)); got != n || r.Damage() != nil || file.Len() > 3<<20+8<<10 {
		t.Errorf("got %d of %d pictures back, %v, in %d bytes", got, n, r.Damage(), file.Len())
	}
}

func TestLargeSamples(t *testing.T) {
	w, err := NewWriter(&memory{room: -1}, header(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	err = w.Sample(epoch, "cam", &sensors.Frame{Time: epoch, Format: sensors.JPEG, Pix: make([]byte, maxSample)})
	if err == nil || !strings.Contains(err.Error(), "record: /sensors/cam: ") {
		t.Errorf("got %v, want that the picture is too large", err)
	}
}

func TestFilesAreKeptAndPrivate(t *testing.T) {
	path := filepath.Join(t.TempDir(), "room.mcap")
	w, err := Create(path, header(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 || info.Size() != w.Size() {
		t.Errorf("got %v, %v; want mode 0600 and %d bytes", info, err, w.Size())
	}
	if _, err := Create(path, header(), Options{}); !errors.Is(err, fs.ErrExist) {
		t.Errorf("got %v, want that there is a file already", err)
	}
	r, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	var m Message
	if err := r.Next(&m); err != io.EOF || r.Damage() != nil {
		t.Errorf("got %v, %v of an empty recording", err, r.Damage())
	}
	if err := r.Close(); err != nil {
		t.Error(err)
	}
}

// TestNoGoroutines writes and reads, which both could be done by more than one.
func TestNoGoroutines(t *testing.T) {
	for _, how := range []Compression{LZ4, Zstd, Uncompressed} {
		before := goruntime.NumGoroutine() // there may be fewer later: the runtime's own come and go
		file := &memory{room: -1}
		w, err := NewWriter(file, header(), Options{Compression: how})
		if err != nil {
			t.Fatal(err)
		}
		for range 4 {
			if err := w.Sample(epoch, "cam", &sensors.Frame{Time: epoch, Width: 1024, Height: 512, Pix: make([]byte, 3<<19)}); err != nil {
				t.Fatal(err)
			}
		}
		writing := goruntime.NumGoroutine()
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		r, err := open(file.Bytes())
		if err != nil {
			t.Fatal(err)
		}
		var m Message
		if err := r.Next(&m); err != nil || writing > before || goruntime.NumGoroutine() > before {
			t.Errorf("%s: got %v, %d goroutines writing and %d reading, want at most %d", how, err, writing, goruntime.NumGoroutine(), before)
		}
	}
}

// TestSteadyStateDoesNotAllocate writes pictures into a chunk.
func TestSteadyStateDoesNotAllocate(t *testing.T) {
	w, err := NewWriter(struct{ io.WriteCloser }{discard{}}, header(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	frame := &sensors.Frame{Time: epoch, Format: sensors.YUYV, Width: 64, Height: 48, Pix: make([]byte, 2*64*48)}
	n := testing.AllocsPerRun(1000, func() {
		if err := w.Sample(epoch, "cam", frame); err != nil {
			t.Fatal(err)
		}
	})
	if n > 2 { // the message, and a share of each chunk's index
		t.Errorf("got %v allocations a picture, want at most 2", n)
	}
}

type discard struct{}

func (discard) Write(p []byte) (int, error) { return len(p), nil }
func (discard) Close() error                { return nil }
