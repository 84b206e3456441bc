package outbox

import (
	"encoding/binary"
	"hash/crc32"
	"time"
)

// A record is a head, a body and zeros up to a multiple of 4 bytes. The head, little-endian:
//
//	 0  magic  uint32
//	 4  body   uint32  bytes of the body: the topic, then the payload
//	 8  id     uint64
//	16  acked  uint64  what was acknowledged when this was written
//	24  at     int64   nanoseconds since its run began; in a seal, how many records the segment has
//	32  topic  uint16  bytes of the topic
//	34  kind   uint8
//	35  qos    uint8
//	36  crc    uint32  of the body
//	40  check  uint32  of the 40 bytes before
//
// Both sums are CRC-32C, check begins with the segment's salt: a payload that holds a record, say a file of another
// outbox, cannot be taken for one. A head with a sum of its own tells how long a record is whose body is damaged.
const (
	magic   = 0x31424f65 // "eOB1"
	headLen = 44
	padding = 4

	maxTopic = 1<<16 - 1
	maxBody  = 64 << 20
	maxID    = 1 << 62
	maxOld   = 1 << 61 // of IDs that are believed when they are loaded, so that there are always more
)

// kind says what a record is.
type kind uint8

const (
	entry kind = 1
	seal  kind = 2 // the last of a segment that is finished
)

// head is the head of a record.
type head struct {
	id    uint64
	acked uint64
	at    int64
	body  int
	topic int
	kind  kind
	qos   byte
	crc   uint32
}

// bytes returns how long the record is.
func (h *head) bytes() int64 { return recordBytes(h.body) }

func recordBytes(body int) int64 {
	return (headLen + int64(body) + padding - 1) / padding * padding
}

func (e *Entry) bytes() int64 { return recordBytes(len(e.Topic) + len(e.Payload)) }

// appendEntry appends the record of e.
func appendEntry(b []byte, salt uint32, h head, e *Entry) []byte {
	h.at = max(0, h.at-int64(e.Waited))
	h.kind, h.qos, h.topic, h.body = entry, e.QoS, len(e.Topic), len(e.Topic)+len(e.Payload)
	from := len(b)
	b = append(b, make([]byte, headLen)...)
	b = append(append(b, e.Topic...), e.Payload...)
	h.crc = sum(0, b[from+headLen:])
	h.append(b[:from], salt) // into the place that was left
	return append(b, make([]byte, int(h.bytes())-headLen-h.body)...)
}

func (h *head) append(b []byte, salt uint32) []byte {
	from := len(b)
	le := binary.LittleEndian
	b = le.AppendUint32(b, magic)
	b = le.AppendUint32(b, uint32(h.body))
	b = le.AppendUint64(b, h.id)
	b = le.AppendUint64(b, h.acked)
	b = le.AppendUint64(b, uint64(h.at))
	b = le.AppendUint16(b, uint16(h.topic))
	b = append(b, byte(h.kind), h.qos)
	b = le.AppendUint32(b, h.crc)
	return le.AppendUint32(b, sum(salt, b[from:]))
}

// parseHead returns the head that b begins with, if it does.
func parseHead(b []byte, salt uint32) (h head, ok bool) {
	le := binary.LittleEndian
	if len(b) < headLen || le.Uint32(b) != magic || le.Uint32(b[40:]) != sum(salt, b[:40]) {
		return h, false
	}
	body := le.Uint32(b[4:])
	h = head{
		id: le.Uint64(b[8:]), acked: le.Uint64(b[16:]), at: int64(le.Uint64(b[24:])), body: int(body & (1<<31 - 1)),
		topic: int(le.Uint16(b[32:])), kind: kind(b[34]), qos: b[35], crc: le.Uint32(b[36:]),
	}
	fits := body <= maxBody && h.topic <= h.body && h.at >= 0
	return h, fits && h.id < maxID && h.acked < maxID && (h.kind == entry || h.kind == seal)
}

// item is what Next gives for a record of the segment s.
func (h *head) item(s *segment, body []byte, now time.Duration) Item {
	b := append([]byte(nil), body...)
	it := Item{ID: h.id, Earlier: s.earlier, Entry: Entry{Topic: string(b[:h.topic]), Payload: b[h.topic:], QoS: h.qos, Alert: s.alerts}}
	if !s.earlier {
		it.Age = max(0, now-time.Duration(h.at))
	}
	return it
}

func castagnoli() *crc32.Table { return crc32.MakeTable(crc32.Castagnoli) }

func sum(from uint32, b []byte) uint32 { return crc32.Update(from, castagnoli(), b) }
