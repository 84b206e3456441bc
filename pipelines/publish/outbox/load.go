package outbox

import (
	"cmp"
	"fmt"
	"slices"
)

// load reads what earlier runs have left.
func (o *Outbox) load() error {
	names, err := o.files.names()
	if err != nil {
		return err
	}
	if o.acked, err = o.loadCursor(); err != nil {
		return err
	}
	o.cursor.saved = o.acked
	for _, name := range names {
		s, journal, ok := parseName(name)
		for _, j := range o.journals {
			if ok && j.name == journal {
				if err := o.loadSegment(j, s); err != nil {
					return fmt.Errorf("%s: %w", name, err)
				}
			}
		}
	}
	o.next = o.acked + 1
	for _, j := range o.journals {
		slices.SortFunc(j.segments, func(a, b *segment) int {
			return cmp.Or(cmp.Compare(a.first, b.first), cmp.Compare(a.last, b.last))
		})
		for _, s := range j.segments {
			o.next = max(o.next, s.last+1)
		}
		o.forget(j)
	}
	_ = o.makeRoom(new([2]part)) // or the next commit does
	return nil
}

// loadSegment reads one file into j. One that holds nothing is removed; one without a seal, of a run that did not end
// as it should, is cut where its records end and gets its seal now. Where the file system cannot do that it is read as it is.
func (o *Outbox) loadSegment(j *journal, s *segment) error {
	s.alerts = j.alerts
	f, err := o.files.open(s.name)
	if err != nil {
		return err
	}
	acked, sealed, err := s.load(f)
	torn := int64(0)
	if err == nil && !sealed {
		torn = s.torn(f)
	}
	if err := f.Close(); err != nil {
		return err
	}
	if err != nil {
		return err
	}
	o.acked = max(o.acked, acked)
	if torn > 0 {
		o.log.Warn(fmt.Sprintf("outbox: %s: %d bytes of a commit that was broken off are cut off", s.name, torn))
	}
	damaged := s.damaged
	s.damaged = 0
	o.noteDamage(s, damaged)
	if s.count == 0 {
		_ = o.files.remove(s.name)
		return nil
	}
	j.segments = append(j.segments, s)
	if !sealed {
		o.end(s)
	}
	return nil
}

// end ends the segment of a run that could not.
func (o *Outbox) end(s *segment) {
	f, err := o.files.edit(s.name)
	if err != nil {
		return
	}
	if written, err := s.seal(f, o.acked); err == nil {
		o.written.Add(uint64(written))
	}
	_ = f.Close()
}
