package replay

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"edged/sensors"
)

// Format tags of a fmt chunk. Microsoft mmreg.h, WAVE_FORMAT_*.
const (
	tagPCM        = 0x0001
	tagFloat      = 0x0003
	tagExtensible = 0xfffe
)

// subformatTail is what all sub-format GUIDs that stand for a tag end in: the GUID is the tag, then this. ksmedia.h.
const subformatTail = "\x00\x00\x00\x00\x10\x00\x80\x00\x00\xaa\x00\x38\x9b\x71"

// Limits beyond which a header is not believed.
const (
	maxChannels = 64
	maxRateHz   = 1 << 20
)

// unknownSize and above is what programs that write to a pipe put for a size that they cannot know: sox and arecord
// little less than 2 GiB, ffmpeg 4 GiB less one.
const unknownSize = 0x7ffff000

// wave is a WAV file read up to its samples.
type wave struct {
	r          io.Reader
	tag        int // tagPCM or tagFloat
	channels   int
	rateHz     int
	bits       int   // per sample: 8, 16, 24, 32
	left       int64 // whole frames not yet read
	short      error // to be said after the last frame: the header promised more
	chunk, pos int64 // while reading chunks: bytes left of this one, bytes of the file passed
}

// frameBytes is the size of one sample of every channel.
func (w *wave) frameBytes() int { return w.channels * w.bits / 8 }

// openWave reads the chunks in front of the samples of a file of size bytes.
func openWave(r io.Reader, size int64) (*wave, error) {
	w := &wave{r: r}
	var head [12]byte
	if err := w.read(head[:]); err != nil {
		return nil, fmt.Errorf("%d bytes are no WAV", size)
	}
	if id := string(head[:4]); id != "RIFF" || string(head[8:]) != "WAVE" {
		return nil, fmt.Errorf("begins with %q, want a WAV's %q", head, "RIFF????WAVE")
	}
	for {
		var head [8]byte
		at := w.pos
		if err := w.read(head[:]); err != nil {
			return nil, fmt.Errorf("no data chunk up to byte %d", at)
		}
		id := string(head[:4])
		w.chunk = int64(binary.LittleEndian.Uint32(head[4:]))
		if id == "data" {
			return w, w.data(size - w.pos)
		}
		if w.chunk > size-w.pos {
			return nil, fmt.Errorf("chunk %q at byte %d has %d bytes, the file ends after %d", id, at, w.chunk, size-w.pos)
		}
		odd := w.chunk & 1 // chunks are padded to even sizes
		if id == "fmt " {
			if err := w.header(); err != nil {
				return nil, err
			}
		}
		if err := w.skip(w.chunk + odd); err != nil {
			return nil, fmt.Errorf("chunk %q at byte %d: %w", id, at, err)
		}
	}
}

// header reads the fmt chunk, or as much of it as says anything.
func (w *wave) header() error {
	if w.chunk < 16 {
		return fmt.Errorf("fmt chunk has %d bytes, want 16 or more", w.chunk)
	}
	var f [40]byte
	n := min(w.chunk, int64(len(f)))
	if err := w.read(f[:n]); err != nil {
		return fmt.Errorf("fmt chunk: %w", err)
	}
	w.chunk -= n
	le := binary.LittleEndian
	w.tag, w.channels = int(le.Uint16(f[:])), int(le.Uint16(f[2:]))
	w.bits = int(le.Uint16(f[14:]))
	if w.tag == tagExtensible && n == 40 && string(f[26:]) == subformatTail {
		w.tag = int(le.Uint16(f[24:]))
	}
	rate, block := le.Uint32(f[4:]), int(le.Uint16(f[12:]))
	switch {
	case w.channels < 1 || w.channels > maxChannels:
		return fmt.Errorf("fmt chunk has %d channels, want 1 to %d", w.channels, maxChannels)
	case rate < 1 || rate > maxRateHz:
		return fmt.Errorf("fmt chunk has %d samples per second, want 1 to %d", rate, maxRateHz)
	case !w.known():
		return fmt.Errorf("format %#x of %d bits is not known, want PCM of 8, 16, 24 or 32 bits or float of 32",
			w.tag, w.bits)
	case block != w.frameBytes():
		return fmt.Errorf("fmt chunk has frames of %d bytes, want %d for %d × %d bits",
			block, w.frameBytes(), w.channels, w.bits)
	}
	w.rateHz = int(rate)
	return nil
}

func (w *wave) known() bool {
	switch w.bits {
	case 8, 16, 24:
		return w.tag == tagPCM
	case 32:
		return w.tag == tagPCM || w.tag == tagFloat
	}
	return false
}

// format is how w's samples lie in the file.
func (w *wave) format() sensors.SampleFormat {
	switch {
	case w.tag == tagFloat:
		return sensors.FloatLE
	case w.bits == 8:
		return sensors.U8
	case w.bits == 16:
		return sensors.S16LE
	case w.bits == 24:
		return sensors.S24In3
	}
	return sensors.S32LE
}

// data takes the data chunk's size for what it is worth in a file that goes on for rest bytes.
func (w *wave) data(rest int64) error {
	if w.rateHz == 0 {
		return errors.New("no fmt chunk before the data chunk")
	}
	n := w.chunk
	switch {
	case n >= unknownSize:
		n = rest
	case n > rest:
		w.short = fmt.Errorf("cut short: the data chunk has %d bytes, the file ends after %d", n, rest)
		n = rest
	}
	w.left = n / int64(w.frameBytes())
	if w.left == 0 && w.short == nil {
		return fmt.Errorf("no sound: the data chunk has %d bytes", w.chunk)
	}
	return nil
}

func (w *wave) read(p []byte) error {
	n, err := io.ReadFull(w.r, p)
	w.pos += int64(n)
	return err
}

func (w *wave) skip(n int64) error {
	done, err := io.CopyN(io.Discard, w.r, n)
	w.pos += done
	return err
}
