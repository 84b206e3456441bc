package cartoon

import (
	"bytes"
	"io/fs"
	"maps"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// written returns the files of a story by name.
func written(t *testing.T, o Options) (Story, map[string][]byte) {
	t.Helper()
	dir := t.TempDir()
	s, err := Write(dir, o)
	if err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{}
	err = fs.WalkDir(os.DirFS(dir), ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		files[path], err = os.ReadFile(filepath.Join(dir, path))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return s, files
}

func TestWriteRepeatsItself(t *testing.T) {
	first, a := written(t, Options{Seed: 7, Length: 9 * time.Second})
	second, b := written(t, Options{Seed: 7, Length: 9 * time.Second})
	_, other := written(t, Options{Seed: 8, Length: 9 * time.Second})
	if !slices.Equal(first, second) {
		t.Errorf("got %v, want %v", second, first)
	}
	if got, want := len(a), 9*FrameRate+2; got != want {
		t.Errorf("got %d files %q, want %d", got, slices.Sorted(maps.Keys(a)), want)
	}
	for name := range a {
		if !bytes.Equal(a[name], b[name]) {
			t.Errorf("%s: the same seed gives other bytes", name)
		}
		if bytes.Equal(a[name], other[name]) {
			t.Errorf("%s: another seed gives the same bytes", name)
		}
	}
}

func TestWriteSizes(t *testing.T) {
	_, files := written(t, Options{Length: 2500 * time.Millisecond})
	if got, want := len(files[SoundFile]), 44+2*2500*SampleRate/1000; got != want {
		t.Errorf("sound: got %d bytes, want %d", got, want)
	}
	lines := strings.Split(strings.TrimSpace(string(files[AirFile])), "\n")
	if got, want := lines[0], "time,temperature[°C],humidity[%],pressure[Pa]"; got != want {
		t.Errorf("air: got header %q, want %q", got, want)
	}
	if got, want := len(lines), 1+3; got != want { // at 0, 1 and 2 s
		t.Errorf("air: got %d lines, want %d", got, want)
	}
}

func TestWriteErrors(t *testing.T) {
	if _, err := Write(filepath.Join(t.TempDir(), "absent", "\x00"), Options{}); err == nil {
		t.Error("a folder that cannot be: got no error")
	}
	if _, err := Write(t.TempDir(), Options{Length: 1000 * time.Hour}); err == nil {
		t.Error("a story of 1000 hours: got no error")
	}
}

func TestStoryHasEveryScene(t *testing.T) {
	for seed := range uint64(50) {
		s := NewStory(Options{Seed: seed})
		seen := map[any]bool{}
		at := time.Duration(0)
		for _, scene := range s {
			seen[scene.Sight], seen[scene.Noise], seen[scene.Climate] = true, true, true
			if scene.Start != at || scene.End <= scene.Start {
				t.Errorf("seed %d: scene %v after %v", seed, scene, at)
			}
			at = scene.End
		}
		if at != defaultLength || s.Length() != at {
			t.Errorf("seed %d: got %v of story, want %v", seed, at, defaultLength)
		}
		if want := len(Sights()) + len(Noises()) + len(Climates()); len(seen) != want {
			t.Errorf("seed %d: got %d different things %v, want %d", seed, len(seen), seen, want)
		}
		if first := s[1]; first.Start > 2*time.Second || first.Noise == Silence {
			t.Errorf("seed %d: nothing happens within 2 s: %v", seed, s[:2])
		}
	}
}

func TestStoryAt(t *testing.T) {
	s := Story{{Start: 0, End: 2, Sight: Empty}, {Start: 2, End: 3, Sight: Cat}}
	for _, c := range []struct {
		at   time.Duration
		want Sight
	}{{-1, Empty}, {0, Empty}, {1, Empty}, {2, Cat}, {3, Cat}, {9, Cat}} {
		if got := s.At(c.at).Sight; got != c.want {
			t.Errorf("at %d: got %s, want %s", c.at, got, c.want)
		}
	}
}

func TestLongStoryGoesRound(t *testing.T) {
	s := NewStory(Options{Length: 75 * time.Second})
	if got := s.Length(); got != 75*time.Second {
		t.Errorf("got %v, want 75s", got)
	}
	if got := s.At(31 * time.Second).Noise; got != s.At(time.Second).Noise {
		t.Errorf("a second into the second round: got %s, want %s", got, s.At(time.Second).Noise)
	}
}

func TestNoisesAreLoudAndFit(t *testing.T) {
	for _, n := range Noises() {
		for seed := range uint64(20) {
			c := Sound(rand.New(rand.NewPCG(seed, 0)), n)
			peak := float32(0)
			for _, v := range c.Samples {
				peak = max(peak, float32(math.Abs(float64(v))))
			}
			if len(c.Samples) != SampleRate || peak >= 1 || (peak > 0.05) != (n != Silence) {
				t.Errorf("%s, seed %d: %d samples up to %v", n, seed, len(c.Samples), peak)
			}
		}
	}
}

func TestSeriesMovesAsItsClimate(t *testing.T) {
	const n = 6
	for seed := range uint64(50) {
		for _, c := range Climates() {
			s := Series(rand.New(rand.NewPCG(seed, 0)), c, n)
			warmer := s[n-1].Values[0].Value - s[0].Values[0].Value
			wetter := s[n-1].Values[1].Value - s[0].Values[1].Value
			if (warmer > 1) != (c == Warming) || (wetter > 2) != (c == Humid) {
				t.Errorf("%s, seed %d: %+.2f °C and %+.2f %% in %d s", c, seed, warmer, wetter, n-1)
			}
		}
	}
}
