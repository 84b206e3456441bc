package pipelines

import (
	"context"
	"time"

	"edged/runtime/tensor"
	"edged/sensors"
)

// Head turns an encoder's outputs, in the model's order, into an event's words. Decode fills ev's payload and Kind. Time, Ages, Latency
// and Degraded are set afterwards; ev's other fields are there already. It may keep no reference to out. What it fills ev with
// may be its own memory, until its next Decode.
type Head interface {
	Decode(out []*tensor.Tensor, ev *Event) error
}

// Sink takes events. Put returns an error if the event was not accepted; the pipeline counts and logs it and goes on.
// ev, with all that it points to, is the sink's to read until Put returns: then the pipeline makes the next event of it. A sink
// that keeps one keeps ev.Clone(). Put is called from several goroutines.
type Sink interface {
	Put(ctx context.Context, ev *Event) error
}

// Fuser joins embeddings of several encoders that were true at one moment into the input of a head. Put keeps a copy of
// one, made of a window of its sensor; parts are numbered from 0. Fuse fills dst and says how each part was; what it
// returns is valid until the next call. Package fuse has one.
type Fuser interface {
	Put(part int, w Window, e *tensor.Tensor) error
	Fuse(dst *tensor.Tensor, moment time.Time) ([]Part, error)
}

// Part is how an encoder's embedding was at a moment.
type Part struct {
	Here   bool          // there was one, neither stale nor of the future
	Any    bool          // there was one at all
	Window Window        // of the newest one not of the future, or else of the future
	Age    time.Duration // from that one's end to the moment; below 0 if it is of the future
}

// Narrator puts what a pipeline finds into sentences, without a model. Its methods are called one at a time, and must be
// quick: the Group waits for them. Package grammar has one.
type Narrator interface {
	Name() string // as events have it in place of a model's

	// Hear takes an event of the pipeline. If there is something new to be said, it fills say's Caption, Captions, Labels, Counts
	// and Contributions, and returns true: with memory that is its own, until the next Hear. It keeps no reference to ev.
	Hear(ev, say *Event) bool
	// Read takes a sensor's reading. It keeps no reference to r.
	Read(sensor string, r *sensors.Reading)
	// Lose says that a sensor, or those that an event names together, has given nothing for too long: what is known of it does
	// not count until it gives something again.
	Lose(sensor string)
}

// Teller puts a fused embedding into words. decode.Captions is one.
type Teller interface {
	Caption(ctx context.Context, fused *tensor.Tensor) (string, error)
}
