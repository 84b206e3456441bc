package runtime

import (
	"context"
	"time"

	"edged/runtime/internal/interp"
	"edged/runtime/tensor"
)

// Session is a model made ready to run. Input and Output give its tensors in the order of Signature; their Data stays
// valid and at its place until Close, except that an output whose shape depends on the input's values may move in
// Invoke, as do outputs of strings. The Data of an input of strings is nil at first: the caller sets it to packed strings
// (tensor.PackStrings), and the Session does not change them. A Session belongs to one goroutine at a time.
type Session interface {
	Signature() tensor.Signature
	Input(i int) *tensor.Tensor
	Output(i int) *tensor.Tensor
	Invoke(ctx context.Context) error
	Close() error
}

// Options says how to run a model. The zero value runs it on the builtin engine with one thread.
type Options struct {
	Engine  string               // "builtin", "tflite", or "auto": builtin, unless TFLite.Delegate says otherwise; "" is "auto"
	Threads int                  // 0 is 1, or as many as Pool has
	Pool    *Pool                // whose threads the builtin engine borrows; nil for threads of the session's own
	Shapes  map[int]tensor.Shape // resizes inputs, by their place in the signature
	Profile bool                 // keep the time of each operator in Stats

	Signature string // key of the model's signature to run; "" is its main graph

	// MemoryLimit bounds, in bytes, what the session allocates for computed tensors, scratch memory, unpacked weights, variables
	// and called graphs; a model that needs more is refused. Its constants lie in the file and do not count, nor do up to 32 MB
	// for the descriptions of its operators. 0 is a quarter of the machine's memory.
	MemoryLimit int64
	// PackLimit bounds, in bytes, the weights of float32 that the builtin engine keeps in the form of its inner loops, beside those
	// of the file: layers beyond it run on these, more slowly. 0 is no bound but MemoryLimit.
	PackLimit int64

	Watch Watch // of the builtin engine's operators

	TFLite TFLite // of the engine tflite
	Source []byte // the file that New's model was parsed from, for TensorFlow Lite; nil writes the model anew
}

// Stats is a snapshot of what a Session holds and has done.
type Stats struct {
	Engine     string
	ArenaBytes int // memory of all computed tensors, planned once
	Packed     int // bytes of weights in the form that the builtin engine's inner loops want, and of copies of inputs for them
	Invokes    int64
	Ops        []OpStats    // in execution order, of the main graph
	Plans      []Plan       // of the main graph's memory; the caller must not change them
	TFLite     *TFLiteStats // nil if TensorFlow Lite has no part in it
}

// Watch sees each operator of the main graph run.
type Watch = interp.Watch

// Plan is where the tensors lie that a run of operators computes.
type Plan = interp.Plan

// Placement is where a tensor lies in an arena, and from which operator to which it is alive.
type Placement = interp.Placement

// Saved is an operator that no Invoke runs, and why.
type Saved = interp.Saved

// OpStats is one operator's share. Total is 0 unless Options.Profile.
type OpStats struct {
	Index int          // in the graph; operators that need not run are left out
	Op    string       // "CONV_2D"
	Name  string       // of its first output
	DType tensor.DType // of that
	MACs  int64        // multiply-accumulates of one invoke
	Total time.Duration
}

// StatsOf returns s's Stats; the zero Stats if s, being somebody else's, keeps none.
func StatsOf(s Session) Stats {
	if k, ok := under(s).(interface{ Stats() Stats }); ok {
		return k.Stats()
	}
	return Stats{}
}

// Reset forgets what s remembers from one Invoke to the next: variable tensors and resource variables. It reports false
// if s cannot.
func Reset(s Session) bool {
	r, ok := under(s).(interface{ Reset() bool })
	return ok && r.Reset()
}
