package jpeg

import (
	"bytes"
	"encoding/binary"
)

// Markers (T.81, table B.1).
const (
	sof0  = 0xc0 // baseline
	sof1  = 0xc1 // extended sequential
	sof2  = 0xc2 // progressive
	dht   = 0xc4
	jpg   = 0xc8 // reserved
	dac   = 0xcc
	sof15 = 0xcf
	rst0  = 0xd0
	rst7  = 0xd7
	soi   = 0xd8
	eoi   = 0xd9
	sos   = 0xda
	dqt   = 0xdb
	dri   = 0xdd
	app0  = 0xe0
	app14 = 0xee
	tem   = 0x01
)

// segments reads a JPEG's segments one after the other.
type segments struct {
	data []byte
	at   int
}

// start steps over the marker that each JPEG begins with.
func (s *segments) start() error {
	if len(s.data) < 2 || s.data[0] != 0xff || s.data[1] != soi {
		return malformed(0, "is no JPEG, which starts with ff d8")
	}
	s.at = 2
	return nil
}

// next returns the next marker and what belongs to it. Bytes between segments are stepped over, as other decoders do.
func (s *segments) next() (marker uint8, body []byte, err error) {
	for {
		i := bytes.IndexByte(s.data[s.at:], 0xff)
		if i < 0 || s.at+i+1 >= len(s.data) {
			return 0, nil, truncated(len(s.data), "where a marker is due")
		}
		s.at += i + 1
		marker = s.data[s.at]
		switch {
		case marker == 0xff: // a fill byte
			continue
		case marker == eoi:
			return marker, nil, nil
		case marker == 0, marker == tem, rst0 <= marker && marker <= soi:
			continue
		}
		break
	}
	rest := s.data[s.at+1:]
	if len(rest) < 2 {
		return 0, nil, truncated(len(s.data), "in segment %02x", marker)
	}
	n := int(binary.BigEndian.Uint16(rest))
	switch {
	case n < 2:
		return 0, nil, malformed(s.at, "segment %02x has length %d, want at least 2", marker, n)
	case n > len(rest):
		return 0, nil, truncated(len(s.data), "in segment %02x of %d bytes", marker, n)
	}
	s.at += 1 + n
	return marker, rest[2:n], nil
}
