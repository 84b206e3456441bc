package replay

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"edged/sensors"
)

// corpus finds the media that lie beside the repository, and skips the test without them.
func corpus(t *testing.T, folder string) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			break
		}
		if dir == filepath.Dir(dir) {
			t.Fatal("no go.mod above the test")
		}
		dir = filepath.Dir(dir)
	}
	dir = filepath.Join(dir, "..", "shared", "corpus", "media", folder)
	if _, err := os.Stat(dir); err != nil {
		t.Skipf("the corpus's media/%s is missing beside the repository", folder)
	}
	return dir
}

// folder makes a file system of one folder, "in".
func folder(files map[string][]byte) fs.FS {
	m := fstest.MapFS{}
	for name, data := range files {
		m["in/"+name] = &fstest.MapFile{Data: data}
	}
	return m
}

// drain reads to the end and returns what was given, the errors as text.
func drain[T sensors.Sample](t *testing.T, s sensors.Source[T]) (got []T, errs []string) {
	t.Helper()
	for range 1000 {
		var one T
		switch err := s.Read(t.Context(), &one); {
		case err == io.EOF:
			return got, errs
		case err != nil:
			errs = append(errs, err.Error())
		default:
			got = append(got, one)
		}
	}
	t.Fatal("got 1000 samples and no end")
	return nil, nil
}

func wantErrors(t *testing.T, got []string, want ...string) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("got errors %q, want %d: %q", got, len(want), want)
	}
	for i, w := range want {
		if !strings.Contains(got[i], w) {
			t.Errorf("got error %q, want %q in it", got[i], w)
		}
	}
}

func TestOpenErrors(t *testing.T) {
	frames := func(path string, o Options) error { _, err := OpenFrames(path, o); return err }
	clips := func(path string, o Options) error { _, err := OpenClips(path, o); return err }
	readings := func(path string, o Options) error { _, err := OpenReadings(path, o); return err }
	files := folder(map[string][]byte{"notes.txt": nil, "a.csv": []byte("x\n1\n"), "b.csv": []byte("x\n1\n")})
	tests := []struct {
		name string
		open func(string, Options) error
		path string
		o    Options
		want string
	}{
		{"a folder that is not there", frames, "nowhere", Options{}, "nowhere: no such file"},
		{"a folder that is not there in an fs.FS", clips, "nowhere", Options{FS: files}, "nowhere: file does not exist"},
		{"a folder without pictures", frames, "in", Options{FS: files},
			"folder in has no file that ends in .jpg .jpeg .png .bmp"},
		{"a folder without sound", clips, "in", Options{FS: files}, "folder in has no file that ends in .wav"},
		{"two series", readings, "in", Options{FS: files}, "folder in has 2 series, want one"},
		{"a negative rate", frames, "in", Options{FS: files, Rate: -1}, "-1 pictures per second"},
		{"an endless clip", clips, "in", Options{FS: files, Chunk: time.Hour}, "clips of 1h0m0s"},
		{"a row every -1 s", readings, "in", Options{FS: files, Every: -time.Second}, "a row every -1s is none"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			err := tt.open(tt.path, tt.o)
			if err == nil || !strings.Contains(err.Error(), tt.want) || !strings.HasPrefix(err.Error(), "replay: ") {
				t.Errorf("got error %v, want %q in it, behind replay:", err, tt.want)
			}
		})
	}
}

func TestNotAFile(t *testing.T) {
	dir := t.TempDir()
	if err := os.Symlink(os.DevNull, filepath.Join(dir, "a.wav")); err != nil {
		t.Skip("no symbolic links here: ", err)
	}
	c, err := OpenClips(dir, Options{Pace: Fast})
	if err != nil {
		t.Fatal(err)
	}
	_, errs := drain(t, c)
	wantErrors(t, errs, "a.wav: is not a file")
}

func TestClosedAndEndedContexts(t *testing.T) {
	o := Options{FS: folder(map[string][]byte{
		"a.png": picture(t, 1, 1), "a.wav": tone(1, 8000, 800).file(), "a.csv": []byte("x\n1\n")})}
	f, ferr := OpenFrames("in", o)
	c, cerr := OpenClips("in", o)
	r, rerr := OpenReadings("in", o)
	if err := errors.Join(ferr, cerr, rerr); err != nil {
		t.Fatal(err)
	}
	t.Run("frames", func(t *testing.T) { closed(t, f) })
	t.Run("clips", func(t *testing.T) { closed(t, c) })
	t.Run("readings", func(t *testing.T) { closed(t, r) })
}

func closed[T sensors.Sample](t *testing.T, s sensors.Source[T]) {
	var one T
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.Read(ctx, &one); !errors.Is(err, context.Canceled) {
		t.Errorf("got error %v with an ended context, want its error", err)
	}
	for range 2 {
		if err := s.Close(); err != nil {
			t.Errorf("got error %v from Close, want none", err)
		}
	}
	if err := s.Read(t.Context(), &one); !errors.Is(err, fs.ErrClosed) {
		t.Errorf("got error %v after Close, want that it is closed", err)
	}
}
