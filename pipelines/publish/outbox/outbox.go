package outbox

import (
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"
)

// Options are an Outbox's. Path must be set.
type Options struct {
	Path   string        // a folder for the outbox alone; made if it is not there
	Limit  int64         // bytes on disk; 0 is 256 MiB, the least is 64 KiB
	Gather time.Duration // the time between two commits; 0 is 50 ms, less is none
	Log    *slog.Logger

	files files // a test's, in place of Path
}

// Entry is what is kept: a message to a topic.
type Entry struct {
	Topic   string
	Payload []byte
	Alert   bool // goes last when room is needed
	QoS     byte
	Waited  time.Duration // before Put; is counted to its Age
}

// Item is an Entry that waits.
type Item struct {
	ID uint64 // rises in the order of acceptance
	Entry
	Age     time.Duration // since it was accepted, by the monotonic clock; 0 if Earlier
	Earlier bool          // accepted by an earlier run
}

// Stats says how an Outbox fares.
type Stats struct {
	Depth int   // entries that are not acknowledged
	Bytes int64 // on disk

	Dropped       uint64 // entries that were accepted and had to go for room, alerts too
	DroppedAlerts uint64
	Damaged       uint64 // stretches of files that were passed over: each one record or more

	Commits  uint64
	Written  uint64 // bytes that the device was given, in pages of 4 KiB, without the file system's own
	SyncTime time.Duration
	SyncMax  time.Duration

	Err error // what the last commit failed with
}

// ErrClosed is what Put and Next return after Close.
var ErrClosed = errors.New("outbox: closed")

const (
	defaultLimit  = 256 << 20
	leastLimit    = 64 << 10
	defaultGather = 50 * time.Millisecond
)

// Outbox is a queue on disk. Any goroutine may call any method.
type Outbox struct {
	settings
	lead chan struct{} // 1 deep: held by who commits
	gone chan struct{} // closed by Close

	// Of who commits.
	last      time.Time  // end of the last commit
	unsettled []*segment // of a run that broke off

	written atomic.Uint64

	mu      sync.Mutex
	waiting []*waiter
	state
}

// settings do not change while an Outbox is open.
type settings struct {
	files   files
	log     *slog.Logger
	limit   int64
	segment int64 // a segment that would become longer ends
	step    int64 // by which files grow
	gather  time.Duration
	salt    uint32
	opened  time.Time
}

// state is what the mutex of an Outbox guards.
type state struct {
	journals [2]*journal // of all but alerts, of alerts
	next     uint64      // ID of what is accepted next
	acked    uint64
	cursor   cursor
	news     chan struct{} // closed when something is accepted
	stats    Stats
	closed   bool
}

// Open opens or makes the outbox in o.Path, and locks it against other processes. What an earlier run accepted and was
// not acknowledged is there; of a damaged file, what can be read. Files that are not an outbox's are left alone.
func Open(o Options) (*Outbox, error) {
	box, err := open(o)
	if err != nil {
		return nil, fmt.Errorf("outbox: %w", err)
	}
	return box, nil
}

func open(o Options) (*Outbox, error) {
	set, err := o.settings()
	if err != nil {
		return nil, err
	}
	box := &Outbox{settings: set, lead: make(chan struct{}, 1), gone: make(chan struct{})}
	box.journals = [2]*journal{{name: "events"}, {name: "alerts", alerts: true}}
	box.news = make(chan struct{})
	if box.files == nil {
		if box.files, err = openFolder(o.Path); err != nil {
			return nil, err
		}
	}
	if err := box.load(); err != nil {
		return nil, errors.Join(err, box.files.close())
	}
	return box, nil
}

func (o Options) settings() (settings, error) {
	s := settings{files: o.files, log: o.Log, limit: o.Limit, gather: o.Gather, opened: time.Now()}
	if s.limit == 0 {
		s.limit = defaultLimit
	}
	if s.limit < leastLimit {
		return s, fmt.Errorf("limit of %d bytes is below %d", s.limit, leastLimit)
	}
	if s.gather == 0 {
		s.gather = defaultGather
	}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	// A segment is what goes at once when room is needed; a step is what a crash makes Open look through in vain.
	s.segment = min(1<<20, s.limit/16&^(page-1))
	s.step = min(64<<10, s.segment)
	var salt [4]byte
	rand.Read(salt[:])
	s.salt = binary.LittleEndian.Uint32(salt[:])
	return s, nil
}

// Stats returns a snapshot. It may read from the disk, to count.
func (o *Outbox) Stats() Stats {
	o.mu.Lock()
	defer o.mu.Unlock()
	s := o.stats
	s.Written = o.written.Load()
	s.Bytes = o.bytes()
	if o.acked+1 >= o.next {
		return s // what is not acknowledged is not there
	}
	for _, j := range o.journals {
		for _, seg := range j.segments {
			o.walk(seg)
			s.Depth += seg.count - seg.acked
		}
	}
	return s
}

// bytes returns how much all segments take on the disk.
func (o *Outbox) bytes() (n int64) {
	for _, j := range o.journals {
		for _, s := range j.segments {
			n += (s.size + page - 1) / page * page
		}
	}
	return n
}

// walk counts which records of s are acknowledged.
func (o *Outbox) walk(s *segment) {
	if o.acked >= s.last {
		s.acked, s.walked = s.count, s.end
		return
	}
	if o.acked < s.first {
		return
	}
	f, err := o.files.open(s.name)
	if err != nil {
		return // the reader will hear of it too
	}
	s.walk(f, o.acked)
	_ = f.Close()
}

// Close ends the segments, so that the next Open need not read them, and closes the outbox. What waits stays on disk.
func (o *Outbox) Close() error {
	o.mu.Lock()
	if o.closed {
		o.mu.Unlock()
		return ErrClosed
	}
	o.closed = true
	close(o.gone)
	o.mu.Unlock()
	o.lead <- struct{}{} // for good
	var errs []error
	for _, j := range o.journals {
		errs = append(errs, o.mend(j))
		o.finish(j)
	}
	o.mu.Lock()
	for _, j := range o.journals {
		o.forget(j)
		j.reader.close()
	}
	errs = append(errs, o.closeCursor(), o.files.close())
	o.mu.Unlock()
	o.cursor.timed.Wait()
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("outbox: %w", err)
	}
	return nil
}
