package outbox

import (
	"encoding/binary"
	"errors"
	"io"
)

// page is the unit in which systems read, write and lose.
const page = 4096

// scanner reads the records of a segment in the order in which they were written. What is no record it passes over: it
// looks for the next head. A page that the device cannot read, and what the file lacks, count as zeros, which are no record.
type scanner struct {
	f    io.ReaderAt
	salt uint32
	end  int64 // where the records end
	bare bool  // bodies are not looked at, and not returned

	off     int64 // where the search for the next record begins
	valid   int64 // where the last good record ended
	damaged int   // stretches between good records that are none

	window []byte // of the file, from base
	base   int64
	space  []byte
}

func newScanner(f io.ReaderAt, salt uint32, end int64) *scanner {
	return &scanner{f: f, salt: salt, end: end, space: make([]byte, 4*page)}
}

// next returns the next record; the body lives until the next call. io.EOF says that there is none before the end, which
// may be further away when next is called again.
func (s *scanner) next() (head, []byte, error) {
	for {
		at, h, err := s.find(s.off)
		if err != nil {
			return head{}, nil, err
		}
		body, ok, err := s.body(at+headLen, &h)
		if err != nil {
			return head{}, nil, err
		}
		s.off = at + h.bytes()
		if !ok {
			continue
		}
		if at > s.valid {
			s.damaged++
		}
		s.valid = s.off
		return h, body, nil
	}
}

// find returns the first head at at or after it.
func (s *scanner) find(at int64) (int64, head, error) {
	for ; at+headLen <= s.end; at += padding {
		b, err := s.peek(at, headLen)
		if err != nil {
			return 0, head{}, err
		}
		if binary.LittleEndian.Uint32(b) != magic {
			continue
		}
		if h, ok := parseHead(b, s.salt); ok && at+h.bytes() <= s.end {
			return at, h, nil
		}
	}
	return 0, head{}, io.EOF
}

// body returns the body of a record and whether it is as it was written.
func (s *scanner) body(at int64, h *head) ([]byte, bool, error) {
	if s.bare {
		return nil, true, nil
	}
	b, err := s.peek(at, h.body)
	return b, err == nil && sum(0, b) == h.crc, err
}

// peek returns n bytes of the file, which are before s.end.
func (s *scanner) peek(at int64, n int) ([]byte, error) {
	if have := int64(len(s.window)); at >= s.base && at-s.base+int64(n) <= have {
		return s.window[at-s.base:][:n], nil
	}
	b := s.space
	if n > len(b) {
		b = make([]byte, n) // not kept: large ones are rare
	}
	b = b[:min(int64(len(b)), s.end-at)]
	s.window = nil
	if err := readPages(s.f, b, at); err != nil {
		return nil, err
	}
	if n <= len(s.space) {
		s.window, s.base = b, at
	}
	return b[:n], nil
}

// readPages fills b from at on, with zeros where the file ends or a page cannot be read.
func readPages(f io.ReaderAt, b []byte, at int64) error {
	if err := readZeros(f, b, at); !unreadable(err) {
		return err
	}
	for len(b) > 0 {
		step := min(int64(len(b)), page-at%page)
		if err := readZeros(f, b[:step], at); unreadable(err) {
			clear(b[:step])
		} else if err != nil {
			return err
		}
		b, at = b[step:], at+step
	}
	return nil
}

// readZeros is ReadAt on a file that has zeros behind its end.
func readZeros(f io.ReaderAt, b []byte, at int64) error {
	n, err := f.ReadAt(b, at)
	if errors.Is(err, io.EOF) {
		clear(b[n:])
		return nil
	}
	return err
}
