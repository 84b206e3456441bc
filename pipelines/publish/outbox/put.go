package outbox

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
)

// Put returns when all entries are durable, or says why none of them is: after a storage error nothing of them is kept,
// and another Put may be tried at any time. Puts that wait together are made durable by one commit. When ctx ends
// before that begins, the error is ctx's. The payloads are not kept.
func (o *Outbox) Put(ctx context.Context, entries ...Entry) error {
	err := o.put(ctx, entries)
	if err == nil || errors.Is(err, ErrClosed) || errors.Is(err, ctx.Err()) {
		return err
	}
	return fmt.Errorf("outbox: %w", err)
}

// waiter is a Put that waits to be durable.
type waiter struct {
	entries []Entry
	bytes   int64
	done    chan error // 1 deep
}

// put joins those who wait. Whoever gets the lead commits for all of them, so no goroutine is needed to do it.
func (o *Outbox) put(ctx context.Context, entries []Entry) error {
	w := &waiter{entries: entries, done: make(chan error, 1)}
	if err := o.check(w); err != nil || len(entries) == 0 {
		return err
	}
	o.mu.Lock()
	o.waiting = append(o.waiting, w)
	o.mu.Unlock()
	select {
	case err := <-w.done:
		return err
	case o.lead <- struct{}{}:
		defer func() { <-o.lead }()
		return o.leader(ctx, w)
	case <-ctx.Done():
		return o.leave(w, ctx.Err())
	case <-o.gone:
		return o.leave(w, ErrClosed)
	}
}

// check refuses what a file cannot hold, or what alone would take half of the disk that may be used.
func (o *Outbox) check(w *waiter) error {
	for i := range w.entries {
		e := &w.entries[i]
		if len(e.Topic) > maxTopic {
			return fmt.Errorf("topic of %d bytes is above the limit of %d", len(e.Topic), maxTopic)
		}
		if len(e.Topic)+len(e.Payload) > maxBody {
			return fmt.Errorf("message of %d bytes to %s is above the limit of %d", len(e.Payload), e.Topic, maxBody)
		}
		w.bytes += e.bytes()
	}
	if w.bytes > o.limit/2 {
		return fmt.Errorf("%d messages of %d bytes, the first to %s, are above half the limit of %d", len(w.entries), w.bytes, w.entries[0].Topic, o.limit)
	}
	return nil
}

// leader commits until w is done, which others that wait may delay.
func (o *Outbox) leader(ctx context.Context, w *waiter) error {
	if err := o.pause(ctx, w); err != nil {
		return o.leave(w, err)
	}
	for {
		select {
		case err := <-w.done:
			return err
		default:
		}
		batch := o.take()
		err := o.commit(batch)
		o.last = time.Now()
		for _, b := range batch {
			b.done <- err
		}
	}
}

// pause keeps gather between two commits.
func (o *Outbox) pause(ctx context.Context, w *waiter) error {
	d := o.gather - time.Since(o.last)
	if o.last.IsZero() || d <= 0 || len(w.done) > 0 {
		return nil
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	case <-o.gone:
		return ErrClosed
	}
}

// take takes those who wait, as far as a segment holds them.
func (o *Outbox) take() []*waiter {
	o.mu.Lock()
	defer o.mu.Unlock()
	n, bytes := 0, int64(0)
	for ; n < len(o.waiting) && (n == 0 || bytes+o.waiting[n].bytes <= o.segment); n++ {
		bytes += o.waiting[n].bytes
	}
	batch := slices.Clone(o.waiting[:n])
	o.waiting = slices.Delete(o.waiting, 0, n)
	return batch
}

// leave takes w out of those who wait, for the reason err. If it is being committed it waits for that.
func (o *Outbox) leave(w *waiter, err error) error {
	o.mu.Lock()
	i := slices.Index(o.waiting, w)
	if i >= 0 {
		o.waiting = slices.Delete(o.waiting, i, i+1)
	}
	o.mu.Unlock()
	if i < 0 {
		return <-w.done
	}
	return err
}

// commit makes batch durable, in all its parts or not at all.
func (o *Outbox) commit(batch []*waiter) error {
	parts, err := o.write(batch)
	o.mu.Lock()
	defer o.mu.Unlock()
	o.stats.Err = err
	if err != nil {
		return err
	}
	for i, j := range o.journals {
		p := &parts[i]
		j.accept(p)
		o.next = max(o.next, p.last+1)
		o.stats.SyncTime += p.took
		o.stats.SyncMax = max(o.stats.SyncMax, p.took)
	}
	o.stats.Commits++
	close(o.news)
	o.news = make(chan struct{})
	return nil
}

// write brings batch to the disk. After an error, what was written of it is cut off, now or before the next commit.
func (o *Outbox) write(batch []*waiter) (parts [2]part, err error) {
	if err := o.settleAll(); err != nil {
		return parts, err
	}
	for _, j := range o.journals {
		if err := o.mend(j); err != nil {
			return parts, err
		}
	}
	o.encode(batch, &parts)
	if err := o.makeRoom(&parts); err != nil {
		return parts, err
	}
	for i, j := range o.journals {
		if err = o.append(j, &parts[i]); err != nil {
			break
		}
	}
	if err != nil {
		for _, j := range o.journals {
			_ = o.mend(j) // else the next commit does
		}
	}
	return parts, err
}

// encode gives the entries their IDs and sorts their records into the journals.
func (o *Outbox) encode(batch []*waiter, parts *[2]part) {
	o.mu.Lock()
	h := head{id: o.next, acked: o.acked, at: int64(time.Since(o.opened))}
	o.mu.Unlock()
	for _, w := range batch {
		for i := range w.entries {
			e := &w.entries[i]
			k := 0
			if e.Alert {
				k = 1
			}
			p := &parts[k]
			if p.count == 0 {
				p.first, p.b = h.id, o.journals[k].space
			}
			p.b = appendEntry(p.b, o.salt, h, e)
			p.last = h.id
			p.count++
			h.id++
		}
	}
}

// makeRoom drops the oldest until the parts fit.
func (o *Outbox) makeRoom(parts *[2]part) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	for o.bytes()+o.growth(o.journals[0], &parts[0])+o.growth(o.journals[1], &parts[1]) > o.limit {
		if done, err := o.drop(); !done || err != nil {
			return err
		}
	}
	return nil
}

// drop gives up the oldest segment that holds no alerts, or else the oldest. It reports whether there was one.
func (o *Outbox) drop() (bool, error) {
	for _, j := range o.journals {
		if len(j.segments) == 0 {
			continue
		}
		s := j.segments[0]
		o.walk(s)
		if err := o.files.remove(s.name); err != nil {
			return false, err
		}
		o.discard(j)
		lost := uint64(s.count - s.acked)
		o.stats.Dropped += lost
		if j.alerts {
			o.stats.DroppedAlerts += lost
		}
		if lost > 0 {
			o.log.Warn(fmt.Sprintf("outbox: above its limit of %d bytes: the oldest %d %s are given up", o.limit, lost, j.name))
		}
		return true, nil
	}
	return false, nil
}

// discard forgets the oldest segment of j, whose file is gone.
func (o *Outbox) discard(j *journal) {
	s := j.segments[0]
	if j.reader.seg == s {
		j.reader.close()
	}
	if j.tail == s {
		_ = j.file.Close()
		j.tail, j.file = nil, nil
	}
	s.gone = true
	j.segments = j.segments[1:]
}
