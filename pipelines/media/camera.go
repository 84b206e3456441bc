package media

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"edged/pipelines"
	"edged/sensors"
)

// Camera holds the newest pictures of a camera for a moment: the newest that came, and the newest that has been looked at by
// all who must look before it leaves.
type Camera struct {
	name    string
	door    *Door
	keeper  *Keeper
	lenses  []*lens  // set, as sending, before anything comes
	sending *sending // nil: nothing is let out but what is asked for

	mu      sync.Mutex
	newest  *held // that came; nil if something is covered, for nobody has looked at it
	judged  *held
	seen    []sighting
	lacks   error      // why the newest that was looked at stays here
	waiting []*picture // oldest first
}

// held is a picture that is held. One that has been taken is not written to any more.
type held struct {
	frame sensors.Frame
	looks []Look
	taken bool
}

// free returns memory for another picture: h's, unless somebody has taken it.
func (h *held) free() *held {
	if h == nil || h.taken {
		return new(held)
	}
	h.looks = h.looks[:0]
	return h
}

// sighting is a Look and the time of its picture.
type sighting struct {
	Look
	at time.Time
}

// mostSeen is how many sightings are remembered: the encoders of a camera do not look at a picture at once.
const mostSeen = 16

// fresh is how old a picture may be that stands for a moment.
const fresh = 2 * time.Second

// See copies a picture that has come, unless something is to be covered in it: a lens holds that.
func (c *Camera) See(f *sensors.Frame) {
	if c.door.Redacts(c.name) {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.newest = c.newest.free()
	sensors.Copy(&c.newest.frame, f)
	c.serve()
}

// put takes an event with what one of c's encoders found. Its goroutine calls it.
func (c *Camera) put(ev *pipelines.Event) {
	at := slices.IndexFunc(c.lenses, func(l *lens) bool { return l.eye.Pipeline == ev.Pipeline && l.eye.Model == ev.Model })
	if at < 0 {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.seen) == mostSeen {
		c.seen = slices.Delete(c.seen, 0, 1)
	}
	c.seen = append(c.seen, sighting{Look{c.lenses[at].eye, slices.Clone(ev.Detections)}, ev.Window.End})
	c.judge(c.lenses[at], ev.Window.End)
}

// judge holds the picture of a time, which l has, if all have looked at it who must. c.mu must be held.
func (c *Camera) judge(l *lens, at time.Time) {
	var looks []Look
	for _, s := range c.seen {
		if s.at.Equal(at) {
			looks = append(looks, s.Look)
		}
	}
	switch {
	case c.judged != nil && c.judged.frame.Time.Equal(at):
		if !c.judged.taken {
			c.judged.looks = looks
		}
	case l.looking.frame.Time.Equal(at):
		if c.lacks = c.door.covered(c.name, looks); c.lacks != nil {
			c.withheld()
			return
		}
		c.judged, l.looking = l.looking, c.judged.free()
		c.judged.looks = looks
		c.serve()
		c.let(c.sending)
	}
}

// withheld says why no picture is let out, if one should be. c.mu must be held.
func (c *Camera) withheld() {
	if c.sending != nil {
		c.keeper.complain(fmt.Sprintf("sensor %q: ", c.name), c.lacks)
	}
}

// let lets out the newest picture if its time has come. c.mu must be held.
func (c *Camera) let(s *sending) {
	if s == nil || !s.due(c.judged.frame.Time) {
		return
	}
	c.judged.taken = true
	c.keeper.ready(&picture{from: c, shot: c.judged, give: func(out Picture, err error) {
		if err == nil {
			err = s.to.PutSnapshot(context.Background(), out)
		}
		if err != nil {
			c.keeper.complain("", err)
		}
	}})
}

// take returns the picture that is to stand for a moment; nil if none does. It is the taker's to keep. c.mu must be held.
func (c *Camera) take(at time.Time) *held {
	for _, h := range [...]*held{c.judged, c.newest} {
		if h != nil && at.Sub(h.frame.Time) <= fresh {
			h.taken = true
			return h
		}
	}
	return nil
}

// serve gives those who wait the picture that they wait for. c.mu must be held.
func (c *Camera) serve() {
	c.waiting = slices.DeleteFunc(c.waiting, func(p *picture) bool {
		if p.shot = c.take(p.at); p.shot == nil {
			return false
		}
		c.keeper.ready(p)
		return true
	})
}

// mostWaiting is how many may wait for a camera's picture.
const mostWaiting = 64

// ask gives p a picture, at once or when there is one. It reports false if too many wait.
func (c *Camera) ask(p *picture) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !p.next {
		if p.shot = c.take(p.at); p.shot != nil {
			c.keeper.ready(p)
			return true
		}
	}
	if len(c.waiting) == mostWaiting {
		return false
	}
	c.waiting = append(c.waiting, p)
	return true
}

// none says why nobody gets a picture.
func (c *Camera) none() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.lacks != nil:
		return fmt.Errorf("sensor %q: %w", c.name, c.lacks)
	case c.door.Redacts(c.name):
		return fmt.Errorf("sensor %q: nobody looks at its pictures", c.name)
	}
	return fmt.Errorf("sensor %q gives no pictures", c.name)
}

// forget returns those that have waited since before a time, or all; they wait no longer.
func (c *Camera) forget(before time.Time, everybody bool) (all []*picture) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.waiting = slices.DeleteFunc(c.waiting, func(p *picture) bool {
		late := everybody || p.asked.Before(before)
		if late {
			all = append(all, p)
		}
		return late
	})
	return all
}
