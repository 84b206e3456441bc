package why

// segmentsWanted is how many files a full ring has: the oldest of them is forgotten as a whole.
const segmentsWanted = 8

// store is the files of a ring as its writer knows them. They have never more than limit bytes.
type store struct {
	dir   folder
	limit int64

	known bool      // what follows is so; after an error it is looked up anew
	old   []segment // oldest first, without the last
	last  segment   // which is appended to
	torn  bool      // the last file may end in the middle of a line
}

// most returns how large a file becomes.
func (s *store) most() int64 { return s.limit / segmentsWanted }

func (s *store) mostLine() int { return int(min(mostLine, s.most())) }

// put appends whole lines, none longer than a file, and returns how many bytes of them are on disk, in whole lines.
func (s *store) put(lines []byte) (done int, err error) {
	if err := s.look(); err != nil {
		return 0, err
	}
	for done < len(lines) {
		room := s.most() - s.last.bytes
		if s.torn {
			room--
		}
		some := wholeLines(lines[done:], int(room))
		if len(some) == 0 {
			if err := s.turn(); err != nil {
				return done, err
			}
			continue
		}
		n, err := s.extend(some)
		done += len(wholeLines(some, n))
		if err != nil {
			s.known = false
			return done, err
		}
	}
	return done, nil
}

// extend appends some lines to the last file, and returns how many bytes of them are there.
func (s *store) extend(some []byte) (int, error) {
	var mend int
	if s.torn { // an end of line makes what was torn a line of its own, which readers pass over
		some, mend = append([]byte{'\n'}, some...), 1
	}
	n, err := s.dir.extend(s.last.number, some)
	s.last.bytes += int64(n)
	s.torn = s.torn && n == 0
	return max(0, n-mend), err
}

// look finds out what is there, if that is not known.
func (s *store) look() error {
	if s.known {
		return nil
	}
	all, err := s.dir.segments()
	if err != nil {
		return err
	}
	s.old, s.last, s.torn = nil, segment{number: 1}, false
	if n := len(all); n > 0 {
		s.old, s.last, s.torn = all[:n-1], all[n-1], all[n-1].bytes > 0
	}
	if s.last.bytes > s.most() { // of a ring that was larger
		return s.turn()
	}
	s.known = true
	return s.trim()
}

// turn begins another file.
func (s *store) turn() error {
	s.old = append(s.old, s.last)
	s.last, s.torn, s.known = segment{number: s.last.number + 1}, false, true
	return s.trim()
}

// trim removes the oldest files until the last one may grow to its full size.
func (s *store) trim() error {
	all := s.most()
	for _, o := range s.old {
		all += o.bytes
	}
	for len(s.old) > 0 && all > s.limit {
		if err := s.dir.remove(s.old[0].number); err != nil {
			s.known = false
			return err
		}
		all -= s.old[0].bytes
		s.old = s.old[1:]
	}
	return nil
}
