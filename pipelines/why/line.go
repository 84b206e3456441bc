package why

import (
	"bytes"
	"encoding/hex"
	"hash/crc32"
)

// A line of the ring is the CRC-32C of what follows in eight hex digits, a space, JSON on one line, and an end of line. So a
// flipped bit does not become another number in an explanation, and people can still read it.
const (
	sumDigits = 8
	frameLen  = sumDigits + 2 // what a line has beside its JSON
)

// castagnoli is the polynomial that processors have an instruction for.
func castagnoli() *crc32.Table { return crc32.MakeTable(crc32.Castagnoli) }

// appendLine appends the line that holds text to b.
func appendLine(b, text []byte) []byte {
	sum := crc32.Checksum(text, castagnoli())
	b = hex.AppendEncode(b, []byte{byte(sum >> 24), byte(sum >> 16), byte(sum >> 8), byte(sum)})
	b = append(b, ' ')
	b = append(b, text...)
	return append(b, '\n')
}

// textOf returns what a line holds, given without its end; ok is false if it is damaged.
func textOf(line []byte) (text []byte, ok bool) {
	if len(line) < sumDigits+1 || line[sumDigits] != ' ' {
		return nil, false
	}
	var sum [4]byte
	if _, err := hex.Decode(sum[:], line[:sumDigits]); err != nil {
		return nil, false
	}
	text = line[sumDigits+1:]
	want := uint32(sum[0])<<24 | uint32(sum[1])<<16 | uint32(sum[2])<<8 | uint32(sum[3])
	return text, crc32.Checksum(text, castagnoli()) == want
}

// wholeLines returns the longest beginning of b that has at most n bytes and ends with a line.
func wholeLines(b []byte, n int) []byte {
	return b[:bytes.LastIndexByte(b[:min(len(b), max(0, n))], '\n')+1]
}
