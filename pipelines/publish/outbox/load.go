package outbox

import (
	"cmp"
	"errors"
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
	_, _ = o.settleAll(), o.makeRoom(new([2]part)) // or the next commit does
	return nil
}

// loadSegment reads one file into j. One without a seal is of a run that did not end as it should, and may hold what was
// never accepted.
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
	if err := errors.Join(err, f.Close()); err != nil {
		return err
	}
	o.acked = max(o.acked, acked)
	if torn > 0 {
		o.log.Warn(fmt.Sprintf("outbox: %s: %d bytes of a commit that was broken off are cut off", s.name, torn))
	}
	damaged := s.damaged
	s.damaged = 0
	o.noteDamage(s, damaged)
	if s.count > 0 {
		j.segments = append(j.segments, s)
	}
	if !sealed {
		o.unsettled = append(o.unsettled, s)
	}
	return nil
}

// settleAll settles what earlier runs have left. Where the file system cannot do that now, all can be read as it is, but
// nothing be accepted.
func (o *Outbox) settleAll() error {
	for len(o.unsettled) > 0 {
		if err := o.settle(o.unsettled[0]); err != nil {
			return err
		}
		o.unsettled = o.unsettled[1:]
	}
	return nil
}

// settle durably cuts off what is behind the records of s, and seals it. Otherwise IDs that are given again could come back
// from there after a power cut.
func (o *Outbox) settle(s *segment) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if s.gone || s.count == 0 {
		return errors.Join(o.files.remove(s.name), o.files.sync())
	}
	f, err := o.files.edit(s.name)
	if err != nil {
		return err
	}
	if err = o.seal(s, f); err == nil {
		err = f.sync()
	}
	return errors.Join(err, f.Close())
}
