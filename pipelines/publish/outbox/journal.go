package outbox

import (
	"errors"
	"time"
)

// journal is one of the two sequences of segments: of alerts, and of all else. Only who commits changes its last
// segment; the Outbox's mutex guards what others read.
type journal struct {
	name   string
	alerts bool

	segments []*segment // oldest first
	tail     *segment   // the last of segments, if it can be written to
	file     file       // of tail
	broken   bool       // tail may hold more than was accepted
	distrust bool       // a sync of tail failed: nothing more is to be written to it
	space    []byte     // of the last part
	reader   reader
}

// part is what one commit writes to one journal.
type part struct {
	b           []byte
	first, last uint64
	count       int
	took        time.Duration // to sync
}

// fits reports whether p belongs into the present tail. One commit is never in two segments. An empty tail may have been
// begun for a commit that failed, with a higher ID.
func (j *journal) fits(p *part, limit int64) bool {
	t := j.tail
	return t != nil && p.first >= t.first && (t.end == 0 || t.end+int64(len(p.b)) <= limit)
}

// room returns how large a file is that ends with n bytes at end. Files grow in steps, of zeros, so that most
// commits write a page of data and nothing of the file system's.
func room(end, n, step int64) int64 { return (end + n + step - 1) / step * step }

// growth returns how much p adds to the disk.
func (o *Outbox) growth(j *journal, p *part) int64 {
	n := int64(len(p.b))
	switch {
	case n == 0:
		return 0
	case !j.fits(p, o.segment):
		return room(0, n, o.step) + page // which the seal of the tail may take
	}
	return max(0, room(j.tail.end, n, o.step)-j.tail.size)
}

// append writes p durably behind what j holds. It does not count yet: accept does that.
func (o *Outbox) append(j *journal, p *part) error {
	if len(p.b) == 0 {
		return nil
	}
	if !j.fits(p, o.segment) {
		if err := o.roll(j, p); err != nil {
			return err
		}
	}
	t := j.tail
	end, size := t.end+int64(len(p.b)), t.size
	if end > size {
		size = room(t.end, int64(len(p.b)), o.step)
		p.b = append(p.b, make([]byte, size-end)...)
	}
	j.broken = true
	if _, err := j.file.WriteAt(p.b, t.end); err != nil {
		return err
	}
	o.wrote(t.end, int64(len(p.b)))
	if int64(cap(p.b)) <= 2*o.segment { // larger ones are rare
		j.space = p.b[:0]
	}
	p.b = p.b[:end-t.end]
	begin := time.Now()
	if err := j.file.sync(); err != nil {
		j.distrust = true
		return err
	}
	p.took = time.Since(begin)
	o.mu.Lock()
	t.size = size
	o.mu.Unlock()
	return nil
}

// roll ends the tail of j and begins a new one.
func (o *Outbox) roll(j *journal, p *part) error {
	o.finish(j)
	s := &segment{name: segmentName(j, p.first, o.salt), salt: o.salt, alerts: j.alerts, first: p.first, last: p.first - 1}
	f, err := o.files.edit(s.name)
	if err != nil {
		return err
	}
	// A file of this name may be left of an attempt that failed.
	if err := errors.Join(f.Truncate(0), o.files.sync()); err != nil {
		return errors.Join(err, f.Close(), o.files.remove(s.name))
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	j.tail, j.file = s, f
	j.segments = append(j.segments, s)
	return nil
}

// finish seals the tail of j, if it has one; an empty one is removed. That it cannot be sealed or closed harms nobody:
// all that counts is durable. One that could not be mended is left to the next Open.
func (o *Outbox) finish(j *journal) {
	if j.tail == nil {
		return
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	switch t := j.tail; {
	case j.broken:
	case t.count == 0:
		j.segments = j.segments[:len(j.segments)-1]
		_ = o.files.remove(t.name) // or the next Open will
	default:
		_ = o.seal(t, j.file)
	}
	_ = j.file.Close()
	j.tail, j.file, j.broken, j.distrust = nil, nil, false, false
}

// mend cuts off what a failed commit left behind the accepted records of j, before anything else is accepted.
func (o *Outbox) mend(j *journal) error {
	if !j.broken {
		return nil
	}
	if err := errors.Join(j.file.Truncate(j.tail.end), j.file.sync()); err != nil {
		return err
	}
	o.mu.Lock()
	j.tail.size = j.tail.end
	o.mu.Unlock()
	j.broken = false
	// The device may be bad in the places of this file.
	if j.distrust {
		o.finish(j)
	}
	return nil
}

// accept makes what append has written count.
func (j *journal) accept(p *part) {
	if p.count == 0 {
		return
	}
	j.broken = false
	j.tail.end += int64(len(p.b))
	j.tail.count += p.count
	j.tail.last = p.last
}
