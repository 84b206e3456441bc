package outbox

import (
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// suffix ends the names of segments; cursorName is the file that says what was acknowledged.
const (
	suffix     = ".log"
	cursorName = "cursor"
)

// segment is what is remembered of one file: nothing of its records.
type segment struct {
	name    string
	salt    uint32
	alerts  bool
	earlier bool // of a run before this one
	gone    bool // its file is removed

	first, last uint64 // IDs; no record has one below first
	count       int    // records that were accepted
	end         int64  // where they end
	size        int64  // of the file

	acked   int // how many of its records are known to be acknowledged
	walked  int64
	damaged int // stretches that were passed over
}

// segmentName names a segment: which journal, the ID that it begins with, its salt. All that is needed to read it is
// here, so that no damage to a file's first bytes costs more than a record.
func segmentName(j *journal, first uint64, salt uint32) string {
	return fmt.Sprintf("%s-%016x-%08x%s", j.name, first, salt, suffix)
}

// parseName returns the segment that name is one of.
func parseName(name string) (s *segment, journal string, ok bool) {
	part := strings.Split(strings.TrimSuffix(name, suffix), "-")
	if len(part) != 3 || len(part[1]) != 16 || len(part[2]) != 8 || !strings.HasSuffix(name, suffix) {
		return nil, "", false
	}
	first, err1 := strconv.ParseUint(part[1], 16, 64)
	salt, err2 := strconv.ParseUint(part[2], 16, 32)
	ok = err1 == nil && err2 == nil && first > 0 && first < maxID
	return &segment{name: name, salt: uint32(salt), first: first, earlier: true}, part[0], ok
}

// seal ends the file of s with a record that says what it holds, and cuts off the zeros behind it. It is not synced: a
// segment whose seal is lost is read from its start.
func (o *Outbox) seal(s *segment, f file) error {
	h := head{id: s.last, acked: o.acked, at: int64(s.count), kind: seal}
	if _, err := f.WriteAt(h.append(nil, s.salt), s.end); err != nil {
		return err
	}
	o.wrote(s.end, headLen)
	if err := f.Truncate(s.end + headLen); err != nil {
		return err
	}
	s.size = s.end + headLen
	return nil
}

// load reads what s holds, from its seal or else from all of it. It returns what was acknowledged when s was written.
func (s *segment) load(f file) (acked uint64, sealed bool, err error) {
	if s.size, err = f.size(); err != nil {
		return 0, false, err
	}
	if acked, ok := s.loadSeal(f); ok {
		return acked, true, nil
	}
	sc := newScanner(f, s.salt, s.size)
	for {
		h, _, err := sc.next()
		if errors.Is(err, io.EOF) || h.kind == seal {
			break
		}
		if err != nil {
			return 0, false, err
		}
		if h.acked < maxOld {
			acked = max(acked, h.acked)
		}
		if h.id > s.last && h.id >= s.first && h.id < maxOld {
			s.last = h.id
			s.count++
		}
		s.end = sc.valid
	}
	s.damaged = sc.damaged
	return acked, false, nil
}

// loadSeal reads the seal at the end of the file, if there is one that can be true.
func (s *segment) loadSeal(f file) (acked uint64, ok bool) {
	b := make([]byte, headLen)
	end := s.size - headLen
	if end < 0 || readPages(f, b, end) != nil {
		return 0, false
	}
	h, ok := parseHead(b, s.salt)
	if !ok || h.kind != seal || h.id < s.first || h.id >= maxOld || h.acked >= maxOld || h.at < 1 || h.at > end/headLen {
		return 0, false
	}
	s.last, s.count, s.end = h.id, int(h.at), end
	return h.acked, true
}

// torn returns how many bytes behind the last record are no zeros: those of a commit that was broken off.
func (s *segment) torn(f file) int64 {
	b := make([]byte, page)
	torn := int64(0)
	for at := s.end; at < s.size; at += page {
		b = b[:min(page, s.size-at)]
		if readPages(f, b, at) != nil {
			break
		}
		for i, c := range b {
			if c != 0 {
				torn = at + int64(i) + 1 - s.end
			}
		}
	}
	return torn
}

// walk counts which of the records of s are acknowledged, from where it ended last time.
func (s *segment) walk(f file, acked uint64) {
	sc := newScanner(f, s.salt, s.end)
	sc.bare, sc.off = true, s.walked
	for {
		at := sc.off
		h, _, err := sc.next()
		if err != nil || h.id > acked {
			s.walked = at
			return
		}
		s.acked = min(s.acked+1, s.count)
	}
}

// wrote counts what the device is given for n bytes at off: whole pages.
func (o *Outbox) wrote(off, n int64) {
	o.written.Add(uint64(((off+n+page-1)/page - off/page) * page))
}
