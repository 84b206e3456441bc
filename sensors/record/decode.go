package record

import (
	"encoding/binary"
	"fmt"
	"math"
	"slices"
	"time"

	"edged/sensors"
)

// Bounds of what a hostile file may claim. Whoever takes a picture or sound checks that its bytes fit its size.
const (
	maxSide     = 1 << 20
	maxRateHz   = 1 << 24
	maxChannels = 1 << 10
	maxClip     = 8 << 20 // samples, which a resampler may make many times more of
)

// within is v as an int, or noted as too large.
func within(err *error, what string, v uint64, most int) int {
	if v > uint64(most) {
		*err = fmt.Errorf("%s %d, at most %d", what, v, most)
		return 0
	}
	return int(v)
}

// lost is v as an int, which has 32 bits on some boards.
func lost(v int64) int { return int(min(max(v, -1), math.MaxInt32)) }

func (v value) at() (time.Time, error) {
	ns, err := v.time()
	return time.Unix(0, ns), err
}

// readFrame reads what appendFrame wrote, reusing into's memory.
func readFrame(into *sensors.Frame, msg []byte, compressed bool) error {
	*into = sensors.Frame{Pix: into.Pix[:0]}
	format := "" // the field may be missing
	err := eachField(msg, func(n number, v value) (err error) {
		switch {
		case n == 1:
			into.Time, err = v.at()
		case n == fieldWidth, n == 2 && !compressed:
			into.Width = within(&err, "picture of width", v.v, maxSide)
		case n == fieldHeight, n == 3 && !compressed:
			into.Height = within(&err, "picture of height", v.v, maxSide)
		case n == 2, n == 6 && !compressed:
			into.Pix = append(into.Pix[:0], v.b...)
		case n == fieldName:
			into.Name = string(v.b)
		case n == fieldFormat:
			format = string(v.b)
		case n == fieldFullRange:
			into.FullRange = v.v != 0
		case n == fieldLost:
			into.Lost = lost(v.sint())
		}
		return err
	})
	if err != nil {
		return err
	}
	for f := sensors.RGB24; f <= sensors.JPEG; f++ {
		if f.String() == format {
			into.Format = f
			return nil
		}
	}
	return fmt.Errorf("picture of unknown format %q", format)
}

// readClip reads what appendClip wrote, reusing into's memory.
func readClip(into *sensors.Clip, msg []byte) error {
	*into = sensors.Clip{Samples: into.Samples[:0]}
	var short, exact []byte
	err := eachField(msg, func(n number, v value) (err error) {
		switch n {
		case 1:
			into.Start, err = v.at()
		case 2:
			short = v.b
		case 4:
			into.RateHz = within(&err, "sound of rate", v.v, maxRateHz)
		case 5:
			into.Channels = within(&err, "sound of channels", v.v, maxChannels)
		case fieldExact:
			exact = v.b
		case fieldEnd:
			into.End, err = v.at()
		case fieldName:
			into.Name = string(v.b)
		case fieldLost:
			into.Lost = lost(v.sint())
		}
		return err
	})
	switch {
	case err != nil:
		return err
	case len(short) > 2*maxClip:
		return fmt.Errorf("sound of %d samples, at most %d", len(short)/2, maxClip)
	case exact != nil && len(exact) != 2*len(short):
		return fmt.Errorf("sound of %d bytes in float32 and %d in 16 bits", len(exact), len(short))
	case exact != nil:
		into.Samples = unpack(into.Samples, exact, 4, func(b []byte) float32 { return math.Float32frombits(binary.LittleEndian.Uint32(b)) })
	default:
		into.Samples = unpack(into.Samples, short, 2, func(b []byte) float32 { return float32(int16(binary.LittleEndian.Uint16(b))) / (1 << 15) })
	}
	return nil
}

// unpack fills out with the samples in b, of size bytes each.
func unpack(out []float32, b []byte, size int, sample func([]byte) float32) []float32 {
	out = slices.Grow(out[:0], len(b)/size)
	for ; len(b) >= size; b = b[size:] {
		out = append(out, sample(b))
	}
	return out
}

// readReading reads what appendReading wrote, reusing into's memory.
func readReading(into *sensors.Reading, msg []byte) error {
	*into = sensors.Reading{Values: into.Values[:0]}
	return eachField(msg, func(n number, v value) (err error) {
		switch n {
		case 1:
			into.Time, err = v.at()
		case 2:
			var one sensors.Value
			err = eachField(v.b, func(n number, v value) error {
				switch n {
				case 1:
					one.Name = string(v.b)
				case 2:
					one.Unit = sensors.Unit(v.b)
				case 3:
					one.Value = v.double()
				}
				return nil
			})
			into.Values = append(into.Values, one)
		}
		return err
	})
}

// readLog reads what appendLog wrote.
func readLog(msg []byte) (level uint64, text string, err error) {
	err = eachField(msg, func(n number, v value) error {
		switch n {
		case 2:
			level = v.v
		case 3:
			text = string(v.b)
		}
		return nil
	})
	return level, text, err
}

// readTurn reads what appendTurn wrote.
func readTurn(into *Turn, msg []byte) error {
	*into = Turn{}
	return eachField(msg, func(n number, v value) (err error) {
		switch n {
		case 2:
			into.Pipeline = string(v.b)
		case 3:
			into.Encoder = within(&err, "encoder", v.v, math.MaxInt32)
		case 4:
			into.Taken = v.v
		case 5:
			into.Event = v.v
		case 6:
			into.Shared = Shared(within(&err, "shared", v.v, math.MaxUint8))
		}
		return err
	})
}
