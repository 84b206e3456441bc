package replay

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"math"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-audio/wav"

	"edged/sensors"
)

// sound is a WAV in the making.
type sound struct {
	tag, channels, bits int
	rate                int64
	data                []byte
	claim               int64 // size of the data chunk if not len(data)
	extra               int   // zero bytes that the fmt chunk has beyond its 16
	extensible          bool
	before              []byte // chunks in front of fmt
}

// tone is n frames of 16 bits that count up.
func tone(channels int, rate int64, n int) sound {
	s := sound{tag: tagPCM, channels: channels, rate: rate, bits: 16}
	for i := range n * channels {
		s.data = binary.LittleEndian.AppendUint16(s.data, uint16(i))
	}
	return s
}

func (s sound) file() []byte {
	le := binary.LittleEndian
	tag := s.tag
	tail := make([]byte, s.extra)
	if s.extensible {
		tag = tagExtensible
		tail = append(le.AppendUint16([]byte{22, 0, byte(s.bits), 0, 3, 0, 0, 0}, uint16(s.tag)), subformatTail...)
	}
	f := le.AppendUint16(nil, uint16(tag))
	f = le.AppendUint16(f, uint16(s.channels))
	f = le.AppendUint32(f, uint32(s.rate))
	f = le.AppendUint32(f, uint32(s.rate*int64(s.channels*s.bits/8)))
	f = le.AppendUint16(f, uint16(s.channels*s.bits/8))
	f = append(le.AppendUint16(f, uint16(s.bits)), tail...)
	if s.claim == 0 {
		s.claim = int64(len(s.data))
	}
	body := append([]byte("WAVE"), s.before...)
	body = append(append(body, chunkHead("fmt ", int64(len(f)))...), f...)
	body = append(append(body, chunkHead("data", s.claim)...), s.data...)
	return append(chunkHead("RIFF", int64(len(body))), body...)
}

func chunkHead(id string, size int64) []byte {
	return binary.LittleEndian.AppendUint32([]byte(id), uint32(size))
}

func openClips(t testing.TB, path string, o Options) *Clips {
	t.Helper()
	c, err := OpenClips(path, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c
}

func TestSampleFormats(t *testing.T) {
	le := binary.LittleEndian
	floats := func(v ...float64) (b []byte) {
		for _, v := range v {
			b = le.AppendUint32(b, math.Float32bits(float32(v)))
		}
		return b
	}
	const top = 1 - 1.0/(1<<24)
	tests := []struct {
		name string
		s    sound
		want []float32
	}{
		{"8 bits, unsigned", sound{tag: tagPCM, bits: 8, data: []byte{0, 64, 128, 255}}, []float32{-1, -0.5, 0, 127.0 / 128}},
		{"16 bits", sound{tag: tagPCM, bits: 16, data: []byte{0, 0x80, 0xff, 0xff, 0, 0, 0xff, 0x7f}},
			[]float32{-1, -1.0 / 32768, 0, 32767.0 / 32768}},
		{"24 bits", sound{tag: tagPCM, bits: 24, data: []byte{0, 0, 0x80, 0xff, 0xff, 0xff, 1, 0, 0, 0xff, 0xff, 0x7f}},
			[]float32{-1, -1.0 / (1 << 23), 1.0 / (1 << 23), 1 - 1.0/(1<<23)}},
		{"32 bits", sound{tag: tagPCM, bits: 32, data: []byte{0, 0, 0, 0x80, 1, 0, 0, 0, 0, 0, 0, 0x40, 0xff, 0xff, 0xff, 0x7f}},
			[]float32{-1, 1.0 / (1 << 31), 0.5, top}},
		{"float", sound{tag: tagFloat, bits: 32, data: floats(-0.25, 1e-30, 1, -1, 7, -7, math.NaN(), math.Inf(1))},
			[]float32{-0.25, 1e-30, top, -1, top, -1, 0, top}},
		{"extensible float", sound{tag: tagFloat, bits: 32, extensible: true, data: floats(0.5)}, []float32{0.5}},
		{"extensible PCM", sound{tag: tagPCM, bits: 24, extensible: true, data: []byte{0, 0, 0x40}}, []float32{0.5}},
		{"a longer fmt chunk", sound{tag: tagPCM, bits: 8, extra: 2, data: []byte{192}}, []float32{0.5}},
		{"an odd chunk before", sound{tag: tagPCM, bits: 8, before: append(chunkHead("LIST", 3), 1, 2, 3, 0), data: []byte{192}},
			[]float32{0.5}},
		{"a size nobody knew", sound{tag: tagPCM, bits: 8, claim: 0xffffffff, data: []byte{192, 64}}, []float32{0.5, -0.5}},
		{"half a frame at the end", sound{tag: tagPCM, bits: 16, data: []byte{0, 0x40, 9}}, []float32{0.5}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tt.s.channels, tt.s.rate = 1, 8000
			c := openClips(t, "in/a.wav", Options{Pace: Fast, FS: folder(map[string][]byte{"a.wav": tt.s.file()})})
			got, errs := drain(t, c)
			wantErrors(t, errs)
			if len(got) != 1 || len(got[0].Samples) != len(tt.want) {
				t.Fatalf("got %v, want one clip of %v", got, tt.want)
			}
			for i, v := range got[0].Samples {
				if v != tt.want[i] {
					t.Errorf("sample %d: got %v, want %v", i, v, tt.want[i])
				}
			}
		})
	}
}

func TestClipsOfAFolder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		files := folder(map[string][]byte{
			"b.wav": tone(2, 8000, 1200).file(),   // 150 ms
			"a.wav": tone(1, 44100, 11025).file(), // 250 ms
			"c.txt": nil,
		})
		c := openClips(t, "in", Options{FS: files, Repeat: true})
		want := []struct {
			name           string
			rate, channels int
			first, frames  int
			end            time.Duration
			lost           int
		}{
			{"a.wav", 44100, 1, 0, 4410, 100 * time.Millisecond, 0},
			{"a.wav", 44100, 1, 4410, 4410, 200 * time.Millisecond, 0},
			{"a.wav", 44100, 1, 8820, 2205, 250 * time.Millisecond, 0},
			{"b.wav", 8000, 2, 0, 800, 350 * time.Millisecond, -1},
			{"b.wav", 8000, 2, 800, 400, 400 * time.Millisecond, 0},
			{"a.wav", 44100, 1, 0, 4410, 500 * time.Millisecond, -1},
		}
		began := time.Now()
		last := began
		var clip sensors.Clip
		for i, w := range want {
			if err := c.Read(t.Context(), &clip); err != nil {
				t.Fatal(err)
			}
			if clip.Name != w.name || clip.RateHz != w.rate || clip.Channels != w.channels || clip.Lost != w.lost {
				t.Errorf("clip %d: got %s, %d Hz × %d, lost %d, want %v",
					i, clip.Name, clip.RateHz, clip.Channels, clip.Lost, w)
			}
			if len(clip.Samples) != w.frames*w.channels {
				t.Fatalf("clip %d: got %d samples, want %d × %d", i, len(clip.Samples), w.frames, w.channels)
			}
			if got, want := clip.Samples[0], float32(w.first*w.channels)/32768; got != want {
				t.Errorf("clip %d: got first sample %v, want %v", i, got, want)
			}
			if got := clip.End.Sub(began); got != w.end || !clip.Start.Equal(last) || !clip.End.Equal(time.Now()) {
				t.Errorf("clip %d: got %v to %v, want on from %v to %v, which is now", i, clip.Start, clip.End, last, w.end)
			}
			last = clip.End
		}
	})
}

func TestClipWaitEndsWithTheContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := openClips(t, "in", Options{FS: folder(map[string][]byte{"a.wav": tone(1, 8000, 1600).file()})})
		ctx, cancel := context.WithTimeout(t.Context(), 30*time.Millisecond)
		defer cancel()
		var clip sensors.Clip
		if err := c.Read(ctx, &clip); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got error %v, want the context's", err)
		}
		if err := c.Read(t.Context(), &clip); err != nil || clip.Samples[1] != 1.0/32768 {
			t.Errorf("got error %v, want the first clip", err)
		}
	})
}

func TestBadSound(t *testing.T) {
	good := tone(1, 8000, 800)
	with := func(change func(*sound)) []byte {
		s := good
		change(&s)
		return s.file()
	}
	full := good.file()
	tests := []struct {
		name  string
		data  []byte
		clips int // that come before the error
		want  string
	}{
		{"nothing", nil, 0, "0 bytes are no WAV"},
		{"text", []byte("this is not a sound"), 0, `begins with "this is not "`},
		{"big-endian", append([]byte("RIFX"), full[4:]...), 0, `begins with "RIFX`},
		{"no chunks", full[:12], 0, "no data chunk up to byte 12"},
		{"ends in fmt", full[:30], 0, `chunk "fmt " at byte 12 has 16 bytes, the file ends after 10`},
		{"no fmt", append([]byte("RIFF\x00\x00\x00\x00WAVE"), full[36:]...), 0, "no fmt chunk before the data chunk"},
		{"a small fmt", append([]byte("RIFF\x00\x00\x00\x00WAVEfmt \x02\x00\x00\x00"), full[20:]...), 0, "fmt chunk has 2 bytes"},
		{"no channels", with(func(s *sound) { s.channels = 0 }), 0, "0 channels"},
		{"all channels", with(func(s *sound) { s.channels = 0xffff }), 0, "65535 channels"},
		{"no rate", with(func(s *sound) { s.rate = 0 }), 0, "0 samples per second"},
		{"every rate", with(func(s *sound) { s.rate = 0xffffffff }), 0, "4294967295 samples per second"},
		{"12 bits", with(func(s *sound) { s.bits = 12 }), 0, "format 0x1 of 12 bits is not known"},
		{"16 bits of float", with(func(s *sound) { s.tag = tagFloat }), 0, "format 0x3 of 16 bits is not known"},
		{"MP3", with(func(s *sound) { s.tag = 0x55 }), 0, "format 0x55 of 16 bits is not known"},
		{"no samples", with(func(s *sound) { s.data = nil }), 0, "no sound: the data chunk has 0 bytes"},
		{"cut short", full[:len(full)-200], 1, "cut short: the data chunk has 1600 bytes, the file ends after 1400"},
		{"cut to nothing", full[:44], 0, "cut short: the data chunk has 1600 bytes, the file ends after 0"},
		{"a chunk of 4 GiB", with(func(s *sound) { s.before = chunkHead("junk", 0xfffffffe) }), 0, "has 4294967294 bytes"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			files := folder(map[string][]byte{"bad.wav": tt.data, "good.wav": full})
			got, errs := drain(t, openClips(t, "in", Options{Pace: Fast, FS: files}))
			wantErrors(t, errs, tt.want)
			wantErrors(t, errs, "replay: in/bad.wav: ")
			if len(got) != tt.clips+1 || got[tt.clips].Name != "good.wav" {
				t.Errorf("got %d clips, want %d of the bad file and one of the good", len(got), tt.clips)
			}
		})
	}
}

// TestCorpusSound holds our reader against go-audio/wav.
func TestCorpusSound(t *testing.T) {
	dir := corpus(t, "audio")
	names, err := filepath.Glob(filepath.Join(dir, "*.wav"))
	if err != nil || len(names) < 5 {
		t.Fatalf("got %d WAVs and error %v, want 5 or more", len(names), err)
	}
	for _, name := range names {
		t.Run(filepath.Base(name), func(t *testing.T) {
			data, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			d := wav.NewDecoder(bytes.NewReader(data))
			want, err := d.FullPCMBuffer()
			if err != nil || d.BitDepth != 16 {
				t.Fatalf("go-audio: got %d bits and error %v, want 16 bits", d.BitDepth, err)
			}
			clips, errs := drain(t, openClips(t, name, Options{Pace: Fast, Chunk: 70 * time.Millisecond}))
			wantErrors(t, errs)
			var got []float32
			for _, c := range clips {
				if c.RateHz != want.Format.SampleRate || c.Channels != want.Format.NumChannels {
					t.Errorf("got %d Hz × %d, want %v", c.RateHz, c.Channels, *want.Format)
				}
				got = append(got, c.Samples...)
			}
			if len(got) != len(want.Data) {
				t.Fatalf("got %d samples, want %d", len(got), len(want.Data))
			}
			for i, v := range want.Data {
				if got[i] != float32(v)/32768 {
					t.Fatalf("sample %d: got %v, want %v/32768", i, got[i], v)
				}
			}
		})
	}
}

func TestClipsAllocateNothing(t *testing.T) {
	c := openClips(t, "in", Options{Pace: Fast, FS: folder(map[string][]byte{"a.wav": tone(2, 16000, 400000).file()})})
	var clip sensors.Clip
	read := func() {
		if err := c.Read(t.Context(), &clip); err != nil {
			t.Fatal(err)
		}
	}
	read()
	if got := testing.AllocsPerRun(100, read); got != 0 {
		t.Errorf("got %v allocations per clip, want 0", got)
	}
}

func FuzzClips(f *testing.F) {
	f.Add(tone(1, 8000, 100).file())
	f.Add(sound{tag: tagFloat, channels: 2, rate: 44100, bits: 32, extensible: true, data: make([]byte, 80)}.file())
	f.Add(sound{tag: tagPCM, channels: 1, rate: 1, bits: 24, claim: 0xffffffff, data: make([]byte, 7)}.file())
	f.Add(sound{tag: tagPCM, channels: 64, rate: 1 << 20, bits: 8, claim: 1 << 30, data: make([]byte, 64)}.file())
	f.Add(sound{tag: tagPCM, channels: 1, rate: 8000, bits: 8, before: chunkHead("LIST", -1), data: []byte{1}}.file())
	f.Add(append([]byte("RIFF\x00\x00\x00\x00WAVE"), chunkHead("fmt ", 0xffffffff)...))
	f.Fuzz(func(t *testing.T, data []byte) {
		c := openClips(t, "in", Options{Pace: Fast, FS: folder(map[string][]byte{"a.wav": data})})
		total := 0
		for {
			var clip sensors.Clip
			err := c.Read(t.Context(), &clip)
			if err == io.EOF {
				break
			}
			if err != nil {
				continue
			}
			if len(clip.Samples) == 0 || len(clip.Samples)%clip.Channels != 0 || clip.End.Before(clip.Start) {
				t.Fatalf("got %d samples of %d channels, %v to %v", len(clip.Samples), clip.Channels, clip.Start, clip.End)
			}
			for i, v := range clip.Samples {
				if !(v >= -1 && v < 1) {
					t.Fatalf("sample %d: got %v, want it in [-1, 1)", i, v)
				}
			}
			if total += len(clip.Samples); total > len(data) {
				t.Fatalf("got %d samples of %d bytes", total, len(data))
			}
		}
	})
}
