package pipelines

import (
	"context"

	"edged/runtime/tensor"
)

// Head turns an encoder's outputs, in the model's order, into an event's words. Decode fills ev's payload and Kind. Time, Ages, Latency
// and Degraded are set afterwards; ev's other fields are there already. It may keep no reference to out.
type Head interface {
	Decode(out []*tensor.Tensor, ev *Event) error
}

// Sink takes events. Put returns an error if the event was not accepted; the pipeline counts and logs it and goes on.
// ev is the sink's own to keep. Put is called from several goroutines.
type Sink interface {
	Put(ctx context.Context, ev *Event) error
}

// Fuser joins time-aligned embeddings, one per encoder and nil where a sensor is stale, into a head's input.
type Fuser interface {
	Fuse(dst *tensor.Tensor, parts []*tensor.Tensor) error
}
