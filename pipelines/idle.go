package pipelines

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// idle is a worker that has neither a goroutine nor a model: what it says, it says behind others.
type idle struct{ *stage }

func newIdle(p *Pipeline, name string, place int) idle {
	return idle{&stage{says: Event{Ages: map[string]time.Duration{}}, Encoder: Encoder{Model: name}, name: fmt.Sprintf("pipeline %q: %s: ", p.name, name), pipeline: p, place: place}}
}

func (idle) run(context.Context, *quiet)   {}
func (idle) replaying()                    {}
func (idle) advance(context.Context) error { return nil }
func (i idle) take(number) error           { return errors.New("a sample is for " + i.Model) }
func (i idle) pass() error                 { return errors.New("a window is for " + i.Model) }
