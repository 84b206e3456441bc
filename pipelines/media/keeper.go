package media

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	"edged/pipelines"
)

// Options are a Keeper's. Door must be set.
type Options struct {
	Door  *Door
	Path  string         // the folder of what is kept; empty keeps nothing
	Limit int64          // bytes in it; 0 is 256 MiB
	Keep  time.Duration  // after that a file is removed; 0 is never
	Plans map[Alert]Plan // what is kept of each alert

	Log *slog.Logger
}

// Keeper keeps pictures and sound of alerts. It is a pipelines.Sink of the pipelines whose alerts and encoders it is to know,
// and accepts at any time; Run writes.
type Keeper struct {
	o       Options
	cameras map[string]*Camera // set, as mics, before anything comes
	mics    map[string]*Mic
	wake    chan struct{} // 1 deep: there is something to do

	store store // from here on Run's
	last  made

	mu     sync.Mutex
	told   map[string]bool // what the log has been told of since something was written last
	orders []*picture      // that have what they need, oldest first
	cuts   []*cut          // oldest first
	stats  Stats
}

// Stats is a snapshot of a Keeper.
type Stats struct {
	Files   int    // that are kept
	Bytes   int64  // of them
	Written uint64 // files
	Missed  uint64 // files that were named and could not be made
	Trouble error  // why the newest of them could not; nil if it could
}

const (
	mostShots = 8               // that wait to be written
	mostCuts  = 64              // that wait
	patience  = 5 * time.Second // with a camera that gives nothing
	slack     = 3 * time.Second // with a microphone, beyond the sound that it is to give
	sweep     = time.Minute     // between two looks for what is too old
	mostTold  = 16              // reasons that the log hears of
)

// NewKeeper returns a Keeper.
func NewKeeper(o Options) *Keeper {
	if o.Limit <= 0 {
		o.Limit = 256 << 20
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return &Keeper{
		o: o, cameras: map[string]*Camera{}, mics: map[string]*Mic{}, wake: make(chan struct{}, 1),
		told: map[string]bool{}, store: store{dir: o.Path, limit: o.Limit, keep: o.Keep},
	}
}

// Camera returns the pictures of a camera, for who gives them; nil if nobody wants any.
func (k *Keeper) Camera(sensor string) *Camera {
	wanted := k.o.Door.Redacts(sensor) || k.Keeps(sensor)
	if k.o.Door.Allows(Pictures) != nil || !wanted {
		return nil
	}
	if k.cameras[sensor] == nil {
		k.cameras[sensor] = &Camera{name: sensor, door: k.o.Door, keeper: k}
	}
	return k.cameras[sensor]
}

// Mic returns the sound of a microphone, for who gives it; nil if nobody wants any.
func (k *Keeper) Mic(sensor string) *Mic {
	m := &Mic{name: sensor, wake: k.wake}
	k.plans(func(p *Plan) bool {
		if slices.Contains(p.Sounds, sensor) {
			m.span = max(m.span, p.Before+p.After+slack)
		}
		return false
	})
	if k.o.Door.Allows(Sounds) != nil || m.span == 0 {
		return nil
	}
	if k.mics[sensor] == nil {
		k.mics[sensor] = m
	}
	return k.mics[sensor]
}

// plans says whether there is such a plan.
func (k *Keeper) plans(such func(*Plan) bool) bool {
	for _, p := range k.o.Plans {
		if k.o.Path != "" && such(&p) {
			return true
		}
	}
	return false
}

// Keeps says whether a picture of a camera is kept of an alert.
func (k *Keeper) Keeps(camera string) bool {
	return k.plans(func(p *Plan) bool { return slices.Contains(p.Pictures, camera) })
}

// Log sets where k tells what goes wrong, before Run.
func (k *Keeper) Log(l *slog.Logger) { k.o.Log = l }

// holds says where k keeps what, and what it holds in memory for that; empty if that is nothing.
func (k *Keeper) holds() string {
	var all []string
	if len(k.o.Plans) > 0 && k.o.Path != "" {
		all = append(all, fmt.Sprintf("%s, at most %d MiB", k.o.Path, k.o.Limit>>20))
	}
	for _, name := range slices.Sorted(maps.Keys(k.cameras)) {
		all = append(all, fmt.Sprintf("in memory %d pictures of %q, and %d that wait", 2+2*len(k.cameras[name].lenses), name, mostShots))
	}
	for _, name := range slices.Sorted(maps.Keys(k.mics)) {
		all = append(all, fmt.Sprintf("in memory %v of %q, at most %d MiB", k.mics[name].span, name, mostSound>>20))
	}
	return strings.Join(all, "; ")
}

// Put takes what was found in pictures, and alerts. It waits for nothing.
func (k *Keeper) Put(_ context.Context, ev *pipelines.Event) error {
	if ev.Kind == pipelines.KindDetections {
		if c := k.cameras[ev.Sensor]; c != nil {
			c.put(ev)
		}
		return nil
	}
	p := k.planned(ev)
	if p == nil {
		return nil
	}
	now := time.Now()
	for _, sensor := range k.pictures(p) {
		one := &picture{name: nameOf(ev, sensor, ".jpg"), from: k.cameras[sensor], at: ev.Time, asked: now}
		if one.from == nil || !one.from.ask(one) {
			k.miss(one.name, errors.New("too many wait for a picture"))
		}
	}
	for _, sensor := range k.sounds(p) {
		one := &cut{name: nameOf(ev, sensor, ".wav"), of: k.mics[sensor], from: ev.Time.Add(-p.Before), to: ev.Time.Add(p.After), late: now.Add(p.After + slack)}
		if one.of == nil || !k.order(one) {
			k.miss(one.name, errors.New("too many wait for sound"))
		}
	}
	return nil
}

// Stats returns a snapshot. Any goroutine may ask.
func (k *Keeper) Stats() Stats {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.stats
}

// Why says why what was to be kept last could not be; empty if it could.
func (s Stats) Why() string {
	if number, ok := errors.AsType[syscall.Errno](s.Trouble); ok {
		return number.Error() // without the file's name
	}
	if s.Trouble != nil {
		return s.Trouble.Error()
	}
	return ""
}

// Degraded is Why for an event.
func (k *Keeper) Degraded() string {
	why := k.Stats().Why()
	if why == "" {
		return ""
	}
	return "media: " + why
}

// Snapshot waits for the next picture of a camera at which all have looked who must, and gives it to a taker.
func (k *Keeper) Snapshot(ctx context.Context, sensor string, to Taker) (pipelines.Shot, error) {
	if err := k.o.Door.Ever(sensor); err != nil {
		return pipelines.Shot{}, err
	}
	type answer struct {
		shot pipelines.Shot
		err  error
	}
	answered := make(chan answer, 1)
	p := &picture{from: k.cameras[sensor], asked: time.Now(), next: true}
	p.give = func(out Picture, err error) {
		a := answer{err: err}
		if err == nil {
			f := &p.shot.frame
			a = answer{pipelines.Shot{Time: f.Time, Width: f.Width, Height: f.Height}, to.PutSnapshot(ctx, out)}
		}
		answered <- a
	}
	if p.from == nil || !p.from.ask(p) {
		return pipelines.Shot{}, fmt.Errorf("sensor %q: too many wait for a picture", sensor)
	}
	select {
	case a := <-answered:
		return a.shot, a.err
	case <-ctx.Done():
		return pipelines.Shot{}, fmt.Errorf("no picture in time: %w", p.from.none())
	}
}
