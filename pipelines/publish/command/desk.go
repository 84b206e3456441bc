package command

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"slices"
	"strings"
	"sync/atomic"
	"time"
)

// Daemon carries commands out. One that is nil cannot be. Wrong makes errors that name the request's field.
type Daemon struct {
	Ping      func() Pong
	List      func() Listing // but for Commands
	Describe  func(Name) (Thing, error)
	Snapshot  func(context.Context, Picture) (Taken, error)
	Threshold func(Level) (Changed, error)
	Mute      func(Silence, time.Duration) (Muted, error) // for so long; 0 is until the next start

	// Reload checks the config. If it is good, then ends the run, when the answer is on its way.
	Reload func() (fresh Fresh, then func(), err error)
}

// Options are a Desk's.
type Options struct {
	Allow  []Verb // what may be asked
	Daemon Daemon
	Answer func(verb string, payload []byte) error // accepts an answer for response/<verb>, in order
	Log    *slog.Logger
}

// Request is a message to request/<verb>.
type Request struct {
	Verb     string
	Payload  []byte // kept
	Retained bool   // by the broker, which sends it at each connection
}

// Desk takes requests at any time, and answers them one after the other in Run.
type Desk struct {
	o       Options
	waiting chan Request
	dropped atomic.Uint64
}

// mostWaiting requests wait, besides the one at work: a person's fingers never meet that, and a flood takes no memory.
const mostWaiting = 16

// pace is the least time from one request to the next.
const pace = 20 * time.Millisecond

// patience is how long a picture may take to come.
const patience = 5 * time.Second

// New returns a Desk.
func New(o Options) *Desk {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return &Desk{o: o, waiting: make(chan Request, mostWaiting)}
}

// Take lets r wait for Run. It does not block: what is too much is dropped and counted, and so is what is retained or cannot
// be answered.
func (d *Desk) Take(r Request) {
	why := ""
	switch {
	case r.Retained:
		why = "it was retained by the broker; send requests without the retain flag"
	case !answerable(r.Verb):
		why = "its topic names no command"
	default:
		select {
		case d.waiting <- r:
			return
		default:
			why = fmt.Sprintf("%d are waiting", mostWaiting)
		}
	}
	if n := d.dropped.Add(1); n&(n-1) == 0 { // the 1st, 2nd, 4th, 8th: a flood of requests is none of lines
		d.o.Log.Warn(fmt.Sprintf("request %q dropped, %d so far: %s", Short(r.Verb), n, why))
	}
}

// answerable says whether a verb could be one, known or not: a response/<verb> comes to nobody's harm.
func answerable(verb string) bool {
	strange := func(r rune) bool { return r != '_' && (r < 'a' || r > 'z') }
	return verb != "" && len(verb) <= 32 && !strings.ContainsFunc(verb, strange)
}

// Dropped returns how many requests were not looked at.
func (d *Desk) Dropped() uint64 { return d.dropped.Load() }

// Run answers until ctx ends. The error is always nil: what goes wrong goes to the log.
func (d *Desk) Run(ctx context.Context) error {
	slow := time.NewTicker(pace)
	defer slow.Stop()
	for {
		select {
		case r := <-d.waiting:
			d.serve(ctx, r)
		case <-ctx.Done():
			return nil
		}
		select {
		case <-slow.C:
		case <-ctx.Done():
			return nil
		}
	}
}

func (d *Desk) serve(ctx context.Context, r Request) {
	payload, then := d.Answer(ctx, r)
	if err := d.o.Answer(r.Verb, payload); err != nil {
		d.o.Log.Warn(fmt.Sprintf("request %s: no answer: %v", r.Verb, err))
	}
	if then != nil {
		then()
	}
}

// answer is the JSON of a response.
type answer struct {
	Status      string `json:"status"`
	Data        any    `json:"data,omitempty"`
	Error       string `json:"error,omitempty"`
	Transaction string `json:"transaction,omitempty"`
}

// Answer carries out one request and returns the payload of its response, and what is to be done once that is accepted; nil
// if nothing is.
func (d *Desk) Answer(ctx context.Context, r Request) (payload []byte, then func()) {
	all, err := read(r.Payload)
	id, wrong := all.transaction()
	if err == nil {
		err = wrong
	}
	var data any
	if err == nil {
		data, then, err = d.carryOut(ctx, Verb(r.Verb), all)
	}
	d.tell(Verb(r.Verb), err)
	a := answer{Status: "ok", Data: data, Transaction: id}
	if err != nil {
		a, then = answer{Status: "error", Error: err.Error(), Transaction: id}, nil
	}
	payload, err = encode(a)
	if err != nil {
		panic("command: " + err.Error()) // the types of verbs.go have no values that JSON has not
	}
	return payload, then
}

// tell notes in the log what has been asked of the daemon. What changes nothing is for those who look closely.
func (d *Desk) tell(v Verb, err error) {
	level := slog.LevelInfo
	if v == Ping || v == List || v == Describe || !slices.Contains(Verbs(), v) {
		level = slog.LevelDebug
	}
	if err != nil {
		d.o.Log.Log(context.Background(), level, fmt.Sprintf("request %s refused: %v", v, err))
		return
	}
	d.o.Log.Log(context.Background(), level, fmt.Sprintf("request %s carried out", v))
}

func encode(a answer) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(a)
	return bytes.TrimRight(b.Bytes(), "\n"), err
}

var errCannot = errors.New("this daemon cannot do that")

// carryOut is the table of verbs. A function that is nil panics on call, so each is asked for first.
func (d *Desk) carryOut(ctx context.Context, v Verb, all fields) (data any, then func(), err error) {
	if !slices.Contains(Verbs(), v) {
		return nil, nil, fmt.Errorf("no such command; there are %s", words(Verbs()))
	}
	if !slices.Contains(d.o.Allow, v) {
		return nil, nil, fmt.Errorf("not allowed; mqtt.commands has %s", words(d.o.Allow))
	}
	do := &d.o.Daemon
	switch v {
	case Ping:
		data, err = call(all, do.Ping != nil, func(Plain) (Pong, error) { return do.Ping(), nil })
	case List:
		data, err = call(all, do.List != nil, func(Plain) (Listing, error) { return d.list(), nil })
	case Describe:
		data, err = call(all, do.Describe != nil, func(r Name) (Thing, error) { return do.Describe(r) })
	case Snapshot:
		data, err = call(all, do.Snapshot != nil, func(r Picture) (Taken, error) { return d.snapshot(ctx, r) })
	case Threshold:
		data, err = call(all, do.Threshold != nil, d.threshold)
	case Mute:
		data, err = call(all, do.Mute != nil, d.mute)
	case Reload:
		data, err = call(all, do.Reload != nil, func(Plain) (fresh Fresh, err error) {
			fresh, then, err = do.Reload()
			return fresh, err
		})
	}
	return data, then, err
}

// call reads a request of one type and carries it out, if the daemon can.
func call[R, A any](all fields, can bool, do func(R) (A, error)) (any, error) {
	var r R
	if err := all.into(&r); err != nil {
		return nil, err
	}
	if !can {
		return nil, errCannot
	}
	return do(r)
}

func words(all []Verb) string {
	var s []string
	for _, v := range all {
		s = append(s, string(v))
	}
	return strings.Join(s, ", ")
}

func (d *Desk) list() Listing {
	l := d.o.Daemon.List()
	l.Commands = d.o.Allow
	return l
}

func (d *Desk) snapshot(ctx context.Context, r Picture) (Taken, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	return d.o.Daemon.Snapshot(ctx, r)
}

func (d *Desk) threshold(r Level) (Changed, error) {
	if math.IsNaN(r.Value) || r.Value < 0 || r.Value > 1 {
		return Changed{}, Wrong("value", "%v is not within 0 to 1", r.Value)
	}
	return d.o.Daemon.Threshold(r)
}

func (d *Desk) mute(r Silence) (Muted, error) {
	if r.For == "" {
		return d.o.Daemon.Mute(r, 0)
	}
	span, err := time.ParseDuration(r.For)
	switch {
	case err != nil:
		return Muted{}, Wrong("for", "%q is not a duration; write 30m, 2h", Short(r.For))
	case span <= 0:
		return Muted{}, Wrong("for", "%s is not above 0", span)
	}
	return d.o.Daemon.Mute(r, span)
}
