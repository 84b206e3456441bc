package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"hash/maphash"
	"slices"
	"strings"
	"sync"
	"time"
)

// stream is one pipeline of one run of the daemon: its events are numbered from 1.
type stream struct {
	device   string
	boot     string
	pipeline string
}

// page is what is known of a stream's events, by their numbers.
type page struct {
	run     int // of the device, from 0
	events  []entry
	highest uint64 // that arrived
}

type entry struct {
	accepted, refused bool
	arrived           bool
	body              uint64 // a hash of what arrived
}

// ledger holds against each other what was accepted and what arrived.
type ledger struct {
	seed maphash.Seed
	open bool // the first boot that a device tells is its only one

	forgiving bool // what is out of order is counted and no fault

	mu    sync.Mutex
	pages map[stream]*page
	runs  map[string][]run // by device
	boots map[string]bool  // that an open ledger has seen
	sums  sums
	why   []string        // the first few things that are wrong
	last  time.Time       // that something arrived
	late  []time.Duration // from event to judge, of those that are not historical
	marks []mark
	rung  string // the opening of the alert that is open
}

// run is one life of a daemon.
type run struct {
	boot    string
	missing int // accepted and not yet arrived
}

// mark is closed when so many events are accepted.
type mark struct {
	accepted uint64
	reached  chan struct{}
}

// sums are what a ledger comes to.
type sums struct {
	Accepted, Refused uint64
	Arrived           uint64 // of all events, each once
	Repeats           uint64
	Missing           uint64 // accepted and not arrived
	Disordered        uint64 // arrived before an older one
	Altered           uint64 // no event of ours, or a repeat that says something else
	Historical        uint64
	Degraded          uint64 // events that tell of trouble with the outbox
	Alerts            uint64 // events of the alert, each once
	Twice             uint64 // openings of what is open, and ends of what is not
}

func newLedger() *ledger {
	return &ledger{seed: maphash.MakeSeed(), pages: map[stream]*page{}, runs: map[string][]run{}, boots: map[string]bool{}}
}

// begin makes boot the newest run of a device: what an older one had accepted must arrive before anything of it.
func (l *ledger) begin(device, boot string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.runs[device] = append(l.runs[device], run{boot: boot})
}

// entry returns the line of an event.
func (l *ledger) entry(s stream, seq uint64) (*page, *entry, error) {
	const most = 1 << 24 // of one stream; what arrives may be anything
	if seq == 0 || seq > most {
		return nil, nil, fmt.Errorf("number %d of %v", seq, s)
	}
	p := l.pages[s]
	if p == nil {
		at := l.run(s)
		if at < 0 {
			return nil, nil, fmt.Errorf("a boot %q of device %q that there never was", s.boot, s.device)
		}
		p = &page{run: at}
		l.pages[s] = p
	}
	for uint64(len(p.events)) < seq {
		p.events = append(p.events, entry{})
	}
	return p, &p.events[seq-1], nil
}

// run returns the place of a stream's boot among its device's runs, or -1.
func (l *ledger) run(s stream) int {
	if l.open && len(l.runs[s.device]) == 0 && !l.boots[s.boot] {
		l.boots[s.boot] = true
		l.runs[s.device] = []run{{boot: s.boot}}
	}
	return slices.IndexFunc(l.runs[s.device], func(r run) bool { return r.boot == s.boot })
}

// only returns the one run's boot that a device of an open ledger has told; empty if none.
func (l *ledger) only(device string) string {
	l.mu.Lock()
	defer l.mu.Unlock()
	if r := l.runs[device]; len(r) == 1 {
		return r[0].boot
	}
	return ""
}

// accept notes that Put returned nil.
func (l *ledger) accept(s stream, seq uint64) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	p, e, err := l.entry(s, seq)
	if err != nil {
		return err
	}
	e.accepted = true
	l.sums.Accepted++
	if !e.arrived {
		l.sums.Missing++
		l.runs[s.device][p.run].missing++
	}
	for len(l.marks) > 0 && l.sums.Accepted >= l.marks[0].accepted {
		close(l.marks[0].reached)
		l.marks = l.marks[1:]
	}
	return nil
}

// refuse notes that Put returned an error. Such an event may arrive or not.
func (l *ledger) refuse(s stream, seq uint64) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	_, e, err := l.entry(s, seq)
	if err == nil {
		e.refused = true
		l.sums.Refused++
	}
	return err
}

// heard is what the judge reads of an event.
type heard struct {
	ID, Boot, Pipeline string
	Seq                uint64
	Historical         bool
	Degraded           []string

	tolled
}

// arrive takes a message of edged/DEVICE/PIPELINE/KIND, or of edged/DEVICE/PIPELINE/alert/NAME.
func (l *ledger) arrive(topic string, payload []byte) {
	now := time.Now()
	l.mu.Lock()
	defer l.mu.Unlock()
	l.last = now
	var ev heard
	levels := strings.Split(topic, "/")
	if err := json.Unmarshal(payload, &ev); err != nil || len(levels) != 4 && (len(levels) != 5 || levels[3] != "alert") {
		l.altered("%s: %.200s is no event: %v", topic, payload, err)
		return
	}
	s := stream{levels[1], ev.Boot, ev.Pipeline}
	p, e, err := l.entry(s, ev.Seq)
	if err != nil || ev.Pipeline != levels[2] || ev.ID != fmt.Sprintf("%s-%s-%d", ev.Boot, ev.Pipeline, ev.Seq) {
		l.altered("%s: %.200s is not of that topic: %v", topic, payload, err)
		return
	}
	body := maphash.Bytes(l.seed, timeless(payload))
	if e.arrived {
		l.sums.Repeats++
		if body != e.body {
			l.altered("%s: %s came again and says something else: %.200s", topic, ev.ID, payload)
		}
		return
	}
	e.arrived, e.body = true, body
	l.first(s, p, e, &ev)
	if ev.State != "" {
		l.toll(ev.ID, ev.tolled)
	}
	l.note(&ev, now)
}

// first counts an event that arrived for the first time.
func (l *ledger) first(s stream, p *page, e *entry, ev *heard) {
	l.sums.Arrived++
	runs := l.runs[s.device]
	if e.accepted {
		l.sums.Missing--
		runs[p.run].missing--
	}
	if ev.Seq < p.highest {
		l.sums.Disordered++
		l.tell("%s arrived after number %d", ev.ID, p.highest)
	}
	p.highest = max(p.highest, ev.Seq)
	for _, r := range runs[:p.run] {
		if r.missing > 0 {
			l.sums.Disordered++
			l.tell("%s arrived while %d accepted events of boot %s were missing", ev.ID, r.missing, r.boot)
			return
		}
	}
}

// note keeps what an event says besides.
func (l *ledger) note(ev *heard, now time.Time) {
	if ev.Historical {
		l.sums.Historical++
	} else {
		l.late = append(l.late, now.Sub(ev.Time))
	}
	for _, d := range ev.Degraded {
		if strings.HasPrefix(d, "outbox:") {
			l.sums.Degraded++
		}
	}
}

// timeless is a payload without its last field, which may differ from one sending to the next.
func timeless(payload []byte) []byte {
	at := bytes.LastIndex(payload, []byte(`,"historical":`))
	if at < 0 {
		return payload
	}
	return payload[:at]
}

func (l *ledger) altered(format string, args ...any) {
	l.sums.Altered++
	l.tell(format, args...)
}

func (l *ledger) tell(format string, args ...any) {
	const enough = 10
	if len(l.why) < enough {
		l.why = append(l.why, fmt.Sprintf(format, args...))
	}
}

// reached returns what is closed when n events are accepted.
func (l *ledger) reached(n uint64) <-chan struct{} {
	l.mu.Lock()
	defer l.mu.Unlock()
	m := mark{n, make(chan struct{})}
	if l.sums.Accepted >= n {
		close(m.reached)
		return m.reached
	}
	l.marks = append(l.marks, m)
	slices.SortFunc(l.marks, func(a, b mark) int { return cmp.Compare(a.accepted, b.accepted) })
	return m.reached
}

// total returns the sums so far.
func (l *ledger) total() sums {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.sums
}

// settle waits until all that was accepted has arrived, or until nothing has come for so long.
func (l *ledger) settle(ctx context.Context, patience time.Duration) {
	l.await(ctx, patience, func() bool { return l.total().Missing == 0 })
}

// await waits until something is done, or until nothing has arrived for so long.
func (l *ledger) await(ctx context.Context, patience time.Duration, done func() bool) {
	began := time.Now()
	for !done() && time.Since(l.moved(began)) < patience && sleep(ctx, 5*time.Millisecond) {
	}
}

// moved returns when something arrived last, or began if that is later.
func (l *ledger) moved(began time.Time) time.Time {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.last.After(began) {
		return l.last
	}
	return began
}

// verdict is nil if nothing is lost, altered or out of order.
func (l *ledger) verdict() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.sums.Missing == 0 && (l.sums.Disordered == 0 || l.forgiving) && l.sums.Altered == 0 && l.sums.Twice == 0 {
		return nil
	}
	l.missing()
	return fmt.Errorf("%d lost, %d out of order, %d altered%s:\n%s", l.sums.Missing, l.sums.Disordered, l.sums.Altered, l.sums.alerts(), strings.Join(l.why, "\n"))
}

// missing tells which events have not arrived.
func (l *ledger) missing() {
	for s, p := range l.pages {
		for i, e := range p.events {
			if e.accepted && !e.arrived {
				l.tell("%s-%s-%d of %s has not arrived", s.boot, s.pipeline, i+1, s.device)
			}
		}
	}
}

func (s sums) String() string {
	return fmt.Sprintf("%d accepted, %d refused; %d arrived, %d of them historical, and %d repeats; %d lost, %d out of order, %d altered%s",
		s.Accepted, s.Refused, s.Arrived, s.Historical, s.Repeats, s.Missing, s.Disordered, s.Altered, s.alerts())
}
