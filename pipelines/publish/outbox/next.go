package outbox

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"time"
)

// Next returns the oldest item that is not acknowledged and has an ID above after. It waits for one until ctx ends; the
// error is then ctx's. Another error says that the disk cannot be read now: try again later. Read errors that will stay
// are passed over and counted as damage.
//
// What Next has given stays, and may be had again with a lower after, until Ack; for want of room it may go before that.
func (o *Outbox) Next(ctx context.Context, after uint64) (Item, error) {
	for {
		it, ok, news, err := o.oldest(after)
		if ok || err != nil {
			return it, err
		}
		select {
		case <-news:
		case <-ctx.Done():
			return Item{}, ctx.Err()
		case <-o.gone:
			return Item{}, ErrClosed
		}
	}
}

// oldest merges the journals.
func (o *Outbox) oldest(after uint64) (it Item, ok bool, news chan struct{}, err error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.closed {
		return it, false, nil, ErrClosed
	}
	after = max(after, o.acked)
	for _, j := range o.journals {
		have, err := o.peek(j, after)
		if err != nil {
			return it, false, nil, fmt.Errorf("outbox: %w", err)
		}
		if r := &j.reader; have && (!ok || r.head.id < it.ID) {
			it, ok = r.head.item(r.seg, r.body, time.Since(o.opened)), true
		}
	}
	return it, ok, o.news, nil
}

// reader is a place in a journal.
type reader struct {
	seg  *segment
	file file
	scan *scanner
	seen uint64 // the highest ID that was read of seg

	// The record that was read last, if it was good. Its body is a part of scan's window.
	have bool
	head head
	body []byte
	from uint64 // no ID of seg is between from and head's
}

func (r *reader) close() {
	if r.file != nil {
		_ = r.file.Close()
	}
	*r = reader{}
}

// peek makes the reader of j stand at the oldest record with an ID above after. It reports whether there is one.
func (o *Outbox) peek(j *journal, after uint64) (bool, error) {
	r := &j.reader
	if r.have && r.from <= after && after < r.head.id {
		return true, nil
	}
	for {
		s := j.holds(after)
		if s == nil {
			return false, nil
		}
		if err := o.visit(j, s, after); errors.Is(err, fs.ErrNotExist) {
			o.lost(j, s)
			continue
		} else if err != nil {
			return false, err
		}
		if found, err := r.advance(after); found || err != nil {
			o.noteDamage(s, r.scan.damaged)
			return found, err
		}
		// Its last records are damaged: there is nothing more in it.
		o.noteDamage(s, r.scan.damaged+1)
		s.last = after
	}
}

// holds returns the first segment that has an ID above after.
func (j *journal) holds(after uint64) *segment {
	for _, s := range j.segments {
		if s.count > 0 && s.last > after {
			return s
		}
	}
	return nil
}

// visit opens s, unless r is there and has not read past after.
func (o *Outbox) visit(j *journal, s *segment, after uint64) error {
	r := &j.reader
	if r.seg == s && r.seen <= after {
		r.scan.end = s.end
		return nil
	}
	r.close()
	f, err := o.files.open(s.name)
	if err != nil {
		return err
	}
	*r = reader{seg: s, file: f, scan: newScanner(f, s.salt, s.end), seen: s.first - 1}
	return nil
}

// advance reads on until an ID is above after.
func (r *reader) advance(after uint64) (bool, error) {
	r.from, r.have = after, false
	for {
		h, body, err := r.scan.next()
		if errors.Is(err, io.EOF) {
			return false, nil
		}
		if err != nil {
			return false, err
		}
		if h.kind != entry || h.id <= r.seen || h.id > r.seg.last {
			continue
		}
		r.seen = h.id
		if h.id > after {
			r.have, r.head, r.body = true, h, body
			return true, nil
		}
	}
}

// noteDamage counts and tells what a reader of s has passed over.
func (o *Outbox) noteDamage(s *segment, damaged int) {
	if damaged <= s.damaged {
		return
	}
	o.stats.Damaged += uint64(damaged - s.damaged)
	s.damaged = damaged
	o.log.Warn(fmt.Sprintf("outbox: %s is damaged: what cannot be read is passed over", s.name))
}

// lost forgets a segment whose file somebody has taken away.
func (o *Outbox) lost(j *journal, s *segment) {
	o.noteDamage(s, s.damaged+1)
	s.last, s.count, s.acked = s.first-1, 0, 0
}
