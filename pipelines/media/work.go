package media

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"time"
)

// picture is a picture that somebody wants.
type picture struct {
	name  string // of the file; empty if give gets it
	give  func(Picture, error)
	from  *Camera
	at    time.Time // what it is to show, by the camera
	next  bool      // in place of at: the next that is looked at
	asked time.Time
	shot  *held // nil until there is one
}

// cut is sound that somebody wants.
type cut struct {
	name     string
	of       *Mic
	from, to time.Time // by the microphone
	late     time.Time // after which there will be no more of it
}

// made is the picture that was encoded last. Alerts that open together show the same.
type made struct {
	shot  *held
	boxes bool
	out   Picture
	err   error
}

// ready takes an order for a picture that has its shot.
func (k *Keeper) ready(p *picture) {
	k.mu.Lock()
	shots := map[*held]bool{p.shot: true}
	for _, q := range k.orders {
		shots[q.shot] = true
	}
	enough := len(shots) > mostShots || len(k.orders) >= mostWaiting
	if !enough {
		k.orders = append(k.orders, p)
	}
	k.mu.Unlock()
	if enough {
		k.answer(p, Picture{}, errors.New("pictures come faster than they can be written"))
	}
	signal(k.wake)
}

// order takes an order for sound. It reports false if too many wait.
func (k *Keeper) order(c *cut) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	if len(k.cuts) == mostCuts {
		return false
	}
	k.cuts = append(k.cuts, c)
	signal(k.wake) // its sound may be there
	return true
}

// answer gives a picture, or why there is none, to who does not want a file; for a file it only takes why there is none.
func (k *Keeper) answer(p *picture, out Picture, err error) {
	if p.give != nil {
		p.give(out, err)
	} else if err != nil {
		k.miss(p.name, err)
	}
}

// Run writes until ctx ends, and then what is left: sound as far as there is any. What it cannot write goes to the log; the
// error is always nil.
func (k *Keeper) Run(ctx context.Context) error {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	if holds := k.holds(); holds != "" {
		k.o.Log.Info("media: " + holds)
	}
	k.look(time.Now())
	for swept := time.Now(); ; {
		select {
		case <-ctx.Done():
			k.work(time.Time{})
			return nil
		case <-k.wake:
		case <-tick.C:
		}
		now := time.Now()
		k.work(now)
		if now.Sub(swept) >= sweep {
			k.look(now)
			swept = now
		}
	}
}

// look looks for what is too old, of earlier runs too.
func (k *Keeper) look(now time.Time) {
	if k.o.Path == "" {
		return
	}
	if _, err := os.Stat(k.o.Path); errors.Is(err, fs.ErrNotExist) && len(k.o.Plans) == 0 {
		return
	}
	err := k.store.read()
	if err == nil {
		err = k.store.expire(now)
	}
	if err != nil {
		k.complain("", err)
	}
	k.count()
}

// complain tells the log what goes wrong, once until something is written again.
func (k *Keeper) complain(what string, err error) {
	k.mu.Lock()
	again := k.told[err.Error()] || len(k.told) == mostTold
	if !again {
		k.told[err.Error()] = true
	}
	k.mu.Unlock()
	if !again {
		k.o.Log.Error("media: " + what + err.Error())
	}
}

// work does all that can be done at a time; a zero one is the end, when nobody waits any more.
func (k *Keeper) work(now time.Time) {
	for c := k.dueCut(now); c != nil; c = k.dueCut(now) {
		k.save(c.name, k.sound(c))
	}
	for p := k.oldest(); p != nil; p = k.oldest() {
		k.serve(p)
	}
	k.last = made{}
	for _, c := range k.cameras {
		k.dismiss(c, now)
	}
}

// dueCut takes a cut whose sound has come, or will not come; nil if there is none.
func (k *Keeper) dueCut(now time.Time) *cut {
	k.mu.Lock()
	defer k.mu.Unlock()
	i := slices.IndexFunc(k.cuts, func(c *cut) bool { return now.IsZero() || now.After(c.late) || !c.of.heard().Before(c.to) })
	if i < 0 {
		for _, c := range k.cuts {
			c.of.expect(c.to)
		}
		return nil
	}
	c := k.cuts[i]
	k.cuts = slices.Delete(k.cuts, i, i+1)
	return c
}

// oldest takes the oldest order that has its shot; nil if there is none.
func (k *Keeper) oldest() *picture {
	k.mu.Lock()
	defer k.mu.Unlock()
	if len(k.orders) == 0 {
		return nil
	}
	p := k.orders[0]
	k.orders = slices.Delete(k.orders, 0, 1)
	return p
}

// serve makes the picture that somebody wants: with boxes if it is kept.
func (k *Keeper) serve(p *picture) {
	if boxes := p.give == nil; k.last.shot != p.shot || k.last.boxes != boxes {
		out, err := k.o.Door.Picture(Shot{p.from.name, &p.shot.frame, p.shot.looks}, boxes)
		k.last = made{p.shot, boxes, out, err}
	}
	if p.give != nil || k.last.err != nil {
		k.answer(p, k.last.out, k.last.err)
		return
	}
	k.save(p.name, k.last.out)
}

// sound cuts what somebody wants out of what a microphone gave.
func (k *Keeper) sound(c *cut) leaver {
	s, err := k.o.Door.Sound(c.of.cut(c.from, c.to))
	if err != nil {
		k.miss(c.name, err)
		return nil
	}
	return s
}

// dismiss answers those who have waited for a camera's picture for too long.
func (k *Keeper) dismiss(c *Camera, now time.Time) {
	for _, p := range c.forget(now.Add(-patience), now.IsZero()) {
		k.answer(p, Picture{}, c.none())
	}
}

// leaver is what may be written: a Picture or a Sound.
type leaver interface{ leaves() []byte }

func (p Picture) leaves() []byte { return p.file }
func (s Sound) leaves() []byte   { return s.file }

// save writes a file, unless there is none.
func (k *Keeper) save(name string, what leaver) {
	if what == nil {
		return
	}
	if err := k.store.write(name, what.leaves()); err != nil {
		k.miss(name, err)
	} else {
		k.wrote()
	}
	k.count()
}

func (k *Keeper) wrote() {
	k.mu.Lock()
	k.stats.Written++
	missed := k.stats.Missed
	again := k.stats.Trouble != nil
	k.stats.Trouble = nil
	clear(k.told)
	k.mu.Unlock()
	if again {
		k.o.Log.Info(fmt.Sprintf("media: kept again; %d files were not", missed))
	}
}

// miss notes that a file that was named will not be there.
func (k *Keeper) miss(name string, err error) {
	k.mu.Lock()
	k.stats.Missed++
	k.stats.Trouble = err
	k.mu.Unlock()
	k.complain(name+" is not kept: ", err)
}

// count notes what is kept.
func (k *Keeper) count() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.stats.Files, k.stats.Bytes = len(k.store.files), k.store.bytes
}

func signal(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}
