package mqtt

import (
	"encoding/binary"
	"fmt"
	"io"
)

// Types of packets, in the upper half of a packet's first byte (MQTT 3.1.1, table 2.1).
const (
	connect   = 1
	connack   = 2
	publish   = 3
	puback    = 4
	pubrec    = 5
	pubcomp   = 7
	subscribe = 8
	suback    = 9
	unsub     = 10
	unsuback  = 11
	pingresp  = 13
)

// sizes are those of the packets that a broker sends us, beside PUBLISH, after their fixed header. A SUBACK answers one
// filter, as we subscribe to one at a time.
var sizes = map[byte]int{connack: 2, puback: 2, pubrec: 2, pubcomp: 2, suback: 3, unsuback: 2, pingresp: 0}

// protocolError is what a broker does that MQTT does not allow.
type protocolError string

func (e protocolError) Error() string { return "the broker breaks the protocol: " + string(e) }

func broken(format string, args ...any) error { return protocolError(fmt.Sprintf(format, args...)) }

// readLength reads the length of what follows the fixed header (MQTT 3.1.1, section 2.2.3): 0 to 268,435,455 in at most
// four bytes, the lowest seven bits first.
func readLength(r io.ByteReader) (int, error) {
	n := 0
	for shift := 0; shift < 28; shift += 7 {
		b, err := r.ReadByte()
		if err != nil {
			return 0, unexpected(err)
		}
		n |= int(b&0x7f) << shift
		if b < 0x80 {
			return n, nil
		}
	}
	return 0, broken("a length of more than four bytes")
}

func appendLength(b []byte, n int) []byte {
	for ; n >= 0x80; n >>= 7 {
		b = append(b, byte(n)|0x80)
	}
	return append(b, byte(n))
}

// unexpected is err for who is in the middle of a packet.
func unexpected(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}

// expects returns the id of a whole packet of our own, and the type of the answer that it wants; 0 for none.
func expects(p []byte) (id uint16, answer byte) {
	body := p[1:]
	for body[0] >= 0x80 {
		body = body[1:]
	}
	body = body[1:]
	switch qos := p[0] >> 1 & 3; p[0] >> 4 {
	case subscribe:
		answer = suback
	case unsub:
		answer = unsuback
	case publish:
		if qos == 0 {
			return 0, 0
		}
		answer = puback
		if qos == 2 {
			answer = pubrec
		}
		body = body[2+binary.BigEndian.Uint16(body):]
	default:
		return 0, 0
	}
	return binary.BigEndian.Uint16(body), answer
}
