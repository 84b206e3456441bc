package record

import (
	"encoding/binary"
	"math"
	"time"

	"google.golang.org/protobuf/encoding/protowire"

	"edged/sensors"
)

// clock turns times into the recording's numbers: nanoseconds since 1970.
type clock struct {
	start time.Time
	wall  int64 // start as a number
}

func newClock(start time.Time) clock { return clock{start, start.UnixNano()} }

// ns is start's wall clock plus t's distance from start, by the monotonic clock where t has one. What is a century away is
// no time of a sample, and must not overflow.
func (c clock) ns(t time.Time) int64 {
	const century = 100 * 365 * 24 * time.Hour
	return c.wall + int64(min(max(t.Sub(c.start), -century), century))
}

// appendFrame appends a picture's message, a RawImage or a CompressedImage.
func appendFrame(b []byte, f *sensors.Frame, c clock) []byte {
	b = appendTime(b, 1, c.ns(f.Time))
	if f.Format == sensors.JPEG {
		b = appendBytes(b, 2, f.Pix)
		b = appendBytes(b, 3, "jpeg")
		b = appendUint(b, fieldWidth, uint64(f.Width))
		b = appendUint(b, fieldHeight, uint64(f.Height))
	} else {
		encoding, pixel := shown(f.Format)
		b = appendUint(b, 2, uint64(f.Width))
		b = appendUint(b, 3, uint64(f.Height))
		b = appendBytes(b, 4, encoding)
		b = appendUint(b, 5, uint64(f.Width*pixel))
		b = appendBytes(b, 6, f.Pix)
	}
	b = appendBytes(b, fieldName, f.Name)
	b = appendBytes(b, fieldFormat, f.Format.String())
	b = appendBool(b, fieldFullRange, f.FullRange)
	return appendSint(b, fieldLost, int64(f.Lost))
}

// shown is RawImage's encoding for a format, and its bytes a pixel. Of formats that it does not know it shows the plane of
// Y, which comes first.
func shown(f sensors.PixelFormat) (encoding string, pixel int) {
	switch f {
	case sensors.RGB24:
		return "rgb8", 3
	case sensors.YUYV:
		return "yuyv", 2
	}
	return "mono8", 1
}

// appendClip appends a clip's message, a RawAudio.
func appendClip(b []byte, s *sensors.Clip, c clock) []byte {
	b = appendTime(b, 1, c.ns(s.Start))
	b = protowire.AppendVarint(protowire.AppendTag(b, 2, protowire.BytesType), uint64(2*len(s.Samples)))
	exact := true
	for _, v := range s.Samples {
		short := pcm16(v)
		exact = exact && math.Float32bits(float32(short)/(1<<15)) == math.Float32bits(v)
		b = binary.LittleEndian.AppendUint16(b, uint16(short))
	}
	b = appendBytes(b, 3, "pcm-s16")
	b = appendUint(b, 4, uint64(s.RateHz))
	b = appendUint(b, 5, uint64(s.Channels))
	if !exact {
		b = protowire.AppendVarint(protowire.AppendTag(b, fieldExact, protowire.BytesType), uint64(4*len(s.Samples)))
		for _, v := range s.Samples {
			b = binary.LittleEndian.AppendUint32(b, math.Float32bits(v))
		}
	}
	b = appendTime(b, fieldEnd, c.ns(s.End))
	b = appendBytes(b, fieldName, s.Name)
	return appendSint(b, fieldLost, int64(s.Lost))
}

// pcm16 is the nearest of 16 bits; 0 for what is no number.
func pcm16(v float32) int16 {
	if v != v {
		return 0
	}
	return int16(min(max(math.RoundToEven(float64(v)*(1<<15)), math.MinInt16), math.MaxInt16))
}

// appendReading appends a reading's message.
func appendReading(b []byte, r *sensors.Reading, c clock) []byte {
	b = appendTime(b, 1, c.ns(r.Time))
	for _, v := range r.Values {
		one := appendBytes(nil, 1, v.Name)
		one = appendBytes(one, 2, v.Unit)
		b = appendBytes(b, 2, appendDouble(one, 3, v.Value))
	}
	return b
}

// appendLog appends a foxglove.Log.
func appendLog(b []byte, ns int64, level uint64, name, text string) []byte {
	b = appendTime(b, 1, ns)
	b = appendUint(b, 2, level)
	b = appendBytes(b, 3, text)
	return appendBytes(b, 4, name)
}

// appendTurn appends a Turn's message.
func appendTurn(b []byte, ns int64, t *Turn) []byte {
	b = appendTime(b, 1, ns)
	b = appendBytes(b, 2, t.Pipeline)
	b = appendUint(b, 3, uint64(t.Encoder))
	b = appendUint(b, 4, t.Taken)
	b = appendUint(b, 5, t.Event)
	return appendUint(b, 6, uint64(t.Shared))
}
