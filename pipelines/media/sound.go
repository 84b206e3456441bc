package media

import (
	"encoding/binary"
	"fmt"
	"time"
)

// Take is a stretch of sound: samples of 16 bits, channels interleaved.
type Take struct {
	Sensor           string
	Start            time.Time
	RateHz, Channels int
	Samples          []int16
}

// Sound is a WAV file that may leave. Only a Door makes one.
type Sound struct {
	sensor string
	start  time.Time
	file   []byte
}

// Sensor returns the microphone's name.
func (s Sound) Sensor() string { return s.sensor }

// Time returns when the sound begins, by the microphone.
func (s Sound) Time() time.Time { return s.start }

// WAV returns the file. It is not to be changed.
func (s Sound) WAV() []byte { return s.file }

// Sound returns a take as it may leave.
func (d *Door) Sound(t Take) (Sound, error) {
	if err := d.policy.never(Sounds); err != nil {
		return Sound{}, fmt.Errorf("sensor %q: %w", t.Sensor, err)
	}
	if len(t.Samples) == 0 || t.RateHz < 1 || t.Channels < 1 {
		return Sound{}, fmt.Errorf("sensor %q: there is no sound of that time", t.Sensor)
	}
	return Sound{t.Sensor, t.Start, encode(t)}, nil
}

// encode returns a file of PCM (Multimedia Programming Interface and Data Specifications 1.0, RIFF WAVE; mmreg.h, WAVE_FORMAT_PCM).
func encode(t Take) []byte {
	const pcm, bits, head = 1, 16, 44
	block, size := t.Channels*bits/8, 2*len(t.Samples)
	le := binary.LittleEndian
	out := make([]byte, 0, head+size)
	out = le.AppendUint32(append(out, "RIFF"...), uint32(head-8+size))
	out = le.AppendUint32(append(out, "WAVEfmt "...), 16)
	out = le.AppendUint16(le.AppendUint16(out, pcm), uint16(t.Channels))
	out = le.AppendUint32(le.AppendUint32(out, uint32(t.RateHz)), uint32(t.RateHz*block))
	out = le.AppendUint16(le.AppendUint16(out, uint16(block)), bits)
	out = le.AppendUint32(append(out, "data"...), uint32(size))
	for _, v := range t.Samples {
		out = le.AppendUint16(out, uint16(v))
	}
	return out
}
