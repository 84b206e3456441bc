package publish

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"syscall"
	"time"

	"edged/pipelines/publish/outbox"
)

// spool is a store on disk. What is put waits in memory until keep has made it durable, many messages by one commit, so
// that nobody waits for a slow disk who must be quick.
//
// While the disk fails, what is put stays in memory, is tried again, and is given from there when all that is on disk has
// been.
type spool struct {
	options outbox.Options
	log     *slog.Logger
	intake  *queue
	ledger  *ledger       // of what alerts tell
	batch   int           // bytes that one commit takes, and so the largest message
	news    chan struct{} // 1 deep: Next may have something to give
	given   uint64        // up to which ID of box; who calls Next has it

	mu      sync.Mutex
	box     *outbox.Outbox // nil until it could be opened
	trouble error          // why what was put last is not durable
	unread  error          // why Next cannot read
	settled chan struct{}  // closed after each try to make something durable
}

const (
	// batchBytes is what one commit takes, unless a small outbox allows less.
	batchBytes = 256 << 10
	// mendEvery is how long a disk that fails is left alone.
	mendEvery = 5 * time.Second
)

func newSpool(o outbox.Options, intakeBytes int, log *slog.Logger) *spool {
	o.Log = log
	s := &spool{options: o, log: log, intake: newQueue(intakeBytes), ledger: openLedger("", log), batch: batchBytes, news: make(chan struct{}, 1), settled: make(chan struct{})}
	if o.Limit > 0 {
		s.batch = int(min(batchBytes, o.Limit/4)) // half of it is what an outbox takes at once
	}
	return s
}

// Put takes e. If the disk fails, e is in memory only: an alert is taken all the same, and for the others that is an error.
func (s *spool) Put(e entry) error {
	if n := e.bytes(); n > s.batch {
		return fmt.Errorf("outbox: message of %d bytes to %s is above the limit of %d", n, e.Topic, s.batch)
	}
	if err := s.intake.Put(e); err != nil {
		return err
	}
	signal(s.news)
	if err := s.failing(); err != nil && !e.alert {
		return err
	}
	return nil
}

// failing returns why what is put now is not going to be durable soon.
func (s *spool) failing() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.trouble
}

// sync waits until all that has been put is durable. It is an error if the disk fails.
func (s *spool) sync(ctx context.Context) error {
	for upTo := s.intake.newest(); ; {
		s.mu.Lock()
		settled, trouble := s.settled, s.trouble
		s.mu.Unlock()
		if !s.intake.holds(upTo) {
			return nil
		}
		if trouble != nil {
			return trouble
		}
		select {
		case <-settled:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// keep makes durable what is put, until ctx ends, and then what is left, until late ends. A disk that fails is tried again: if
// nothing waits by then, with what is put next.
func (s *spool) keep(ctx, late context.Context) {
	for ctx.Err() == nil {
		if err := s.store(late); err != nil {
			s.rest(ctx)
			continue
		}
		select {
		case <-s.intake.ready:
		case <-ctx.Done():
		}
	}
	_ = s.store(late) // has been told
}

// rest leaves a disk that fails alone for a while, but for the ledger, which needs no room: what alerts tell is sent meanwhile.
func (s *spool) rest(ctx context.Context) {
	t := time.NewTimer(mendEvery)
	defer t.Stop()
	for {
		select {
		case <-t.C:
			return
		case <-ctx.Done():
			return
		case <-s.intake.ready:
		}
		s.mu.Lock()
		ours := s.box != nil // and no other process's
		s.mu.Unlock()
		if ours {
			s.ledger.write()
		}
	}
}

// store makes durable all that is in memory, or returns why that cannot be.
func (s *spool) store(ctx context.Context) error {
	defer signal(s.news)
	defer s.intake.release()
	box, err := s.open()
	if err != nil {
		return s.settle(ctx, err)
	}
	for {
		most := s.batch
		if s.failing() != nil {
			most = 1 // what is tried now is also sent from memory, and comes twice if all is well
		}
		batch := s.intake.peek(most)
		s.ledger.write() // before the outbox has what alerts tell, and after
		if len(batch) == 0 {
			return nil
		}
		if err := box.Put(ctx, outboxEntries(batch)...); err != nil {
			return s.settle(ctx, err)
		}
		s.intake.stored(batch[len(batch)-1].id)
		s.ledger.paid(toldBy(batch))
		_ = s.settle(ctx, nil)
	}
}

// open returns the outbox, which it opens if that has not been possible before.
func (s *spool) open() (*outbox.Outbox, error) {
	s.mu.Lock()
	box := s.box
	s.mu.Unlock()
	if box != nil {
		return box, nil
	}
	box, err := outbox.Open(s.options)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.box = box
	if s.trouble != nil {
		s.log.Info("outbox: " + s.options.Path + " can be used now")
	}
	s.trouble = nil
	return box, nil
}

// outboxEntries returns what goes to the disk. What has waited for that for long is called late now: an outbox knows no time
// before its own opening.
func outboxEntries(batch []entry) []outbox.Entry {
	out := make([]outbox.Entry, len(batch))
	now := time.Now()
	for i, e := range batch {
		out[i] = outbox.Entry{Topic: e.Topic, Payload: e.Payload, Alert: e.alert, QoS: byte(e.QoS), Waited: now.Sub(e.since)}
		if it := (item{since: e.since}); it.late(now) {
			out[i].Payload = closed(e.Payload, true)
		}
	}
	return out
}

// settle notes how a try to make something durable went, and tells of trouble and of its end. It returns err. That the time is
// over is no trouble of the disk.
func (s *spool) settle(ctx context.Context, err error) error {
	if err != nil && ctx.Err() != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	close(s.settled)
	s.settled = make(chan struct{})
	switch {
	case err != nil && s.trouble == nil:
		s.log.Error(fmt.Sprintf("%v: what is put is sent from memory until this works again", err))
	case err == nil && s.trouble != nil:
		s.log.Info("outbox: " + s.options.Path + " takes what is put again")
	}
	s.trouble = err
	return err
}

// Stats implements store.
func (s *spool) Stats() QueueStats {
	disk := s.disk()
	return s.intake.Stats().plus(QueueStats{disk.Depth, disk.Bytes, disk.Dropped})
}

// disk returns how the outbox fares; it may read from it.
func (s *spool) disk() outbox.Stats {
	s.mu.Lock()
	box, trouble := s.box, cmp.Or(s.trouble, s.unread)
	s.mu.Unlock()
	var stats outbox.Stats
	if box != nil {
		stats = box.Stats()
	}
	stats.Err = trouble
	return stats
}

// close closes the outbox. keep must have returned, and nobody takes any more.
func (s *spool) close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.box == nil {
		return nil
	}
	return s.box.Close()
}

// briefly says what is wrong with a disk without naming its files.
func briefly(err error) string {
	var number syscall.Errno
	if errors.As(err, &number) {
		return "outbox: " + number.Error()
	}
	return "outbox: " + strings.TrimPrefix(err.Error(), "outbox: ")
}
