package why

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"
)

// Options are a Ring's.
type Options struct {
	Path  string       // its folder; made if it is not there
	Limit int64        // of all its files, in bytes; 0 is DefaultLimit
	Log   *slog.Logger // nil says nothing

	dir folder // of tests; nil is Path
}

// Sizes in bytes.
const (
	DefaultLimit = 4 << 20
	LeastLimit   = 64 << 10
	MostLimit    = 256 << 20

	mostLine    = 16 << 10  // of one line, and of small rings a file
	mostWaiting = 128 << 10 // of what waits for the disk
)

// writeEvery is how long what is not urgent may wait for the disk.
const writeEvery = time.Second

// Ring writes what rules looked at, and how they were decided, to a folder. Put never waits: what the disk cannot take is left
// out, and the ring says so. Run must run for anything to be written.
type Ring struct {
	log    *slog.Logger
	urgent chan struct{} // 1 deep: something waits that should not

	store   store // Run's alone, and so are the next two
	writing []byte
	trouble bool

	mu    sync.Mutex
	waits []byte // whole lines that are not on disk
	lost  int    // how many found no room since one did
	stats Stats
}

// Stats are what a Ring has done.
type Stats struct {
	Lines uint64 // that were put
	Lost  uint64 // of these, how many were left out: too long, or the disk did not take them
	Err   error  // why the disk does not take them now; nil if it does
}

// New returns a Ring. It is an error if its limit makes no sense; what ails its folder shows when it is written to.
func New(o Options) (*Ring, error) {
	if o.Limit == 0 {
		o.Limit = DefaultLimit
	}
	if o.Limit < LeastLimit || o.Limit > MostLimit {
		return nil, fmt.Errorf("why: limit of %d bytes is not within %d to %d", o.Limit, LeastLimit, MostLimit)
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.dir == nil {
		o.dir = disk(o.Path)
	}
	return &Ring{log: o.Log, urgent: make(chan struct{}, 1), store: store{dir: o.dir, limit: o.Limit}}, nil
}

// put takes one line of JSON, which it copies. With now, it is written at once.
func (r *Ring) put(text []byte, now bool) {
	if len(text)+frameLen > r.store.mostLine() {
		r.lose()
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.stats.Lines++
	if len(r.waits)+len(text)+frameLen > mostWaiting-mostGap {
		r.stats.Lost++
		r.lost++
		return
	}
	if r.lost > 0 {
		r.waits = appendLine(r.waits, gapText(r.lost))
		r.lost = 0
	}
	r.waits = appendLine(r.waits, text)
	if now {
		select {
		case r.urgent <- struct{}{}:
		default:
		}
	}
}

// lose counts a line that cannot be kept.
func (r *Ring) lose() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.stats.Lines++
	r.stats.Lost++
	r.lost++
}

// Run writes what is put, once a second or when it is urgent, until ctx ends, and then what is left. A disk that fails is
// tried again, and stops nobody: Run returns nil.
func (r *Ring) Run(ctx context.Context) error {
	tick := time.NewTicker(writeEvery)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
		case <-r.urgent:
		case <-ctx.Done():
			r.write()
			return nil
		}
		r.write()
	}
}

// write puts on disk what waits.
func (r *Ring) write() {
	for {
		if len(r.writing) == 0 && !r.swap() {
			return
		}
		done, err := r.store.put(r.writing)
		r.writing = r.writing[:copy(r.writing, r.writing[done:])]
		r.tell(err)
		if err != nil {
			return
		}
	}
}

// swap takes what waits, and returns whether there is something.
func (r *Ring) swap() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.writing, r.waits = r.waits, r.writing[:0]
	return len(r.writing) > 0
}

// tell notes how the disk does, and says once when it fails and when it works again.
func (r *Ring) tell(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.stats.Err = err
	switch {
	case err != nil && !r.trouble:
		r.log.Warn(fmt.Sprintf("why: %v: how rules are decided is not kept until that works", err))
	case err == nil && r.trouble:
		r.log.Info(fmt.Sprintf("why: the disk works again; %d lines were left out", r.stats.Lost))
	}
	r.trouble = err != nil
}

// Stats returns what r has done.
func (r *Ring) Stats() Stats {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.stats
}
