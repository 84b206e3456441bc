// Package pipelines carries samples from sensors through encoders to sinks. It holds every goroutine on that way: one
// for each sensor, which reads; one for each encoder, which prepares, runs the model and decodes; one for each Fusion,
// which joins what its pipeline's encoders find. A Group owns them all and waits for them.
//
// Between a sensor and each of its encoders stands a ring of a few samples. When an encoder is slow its ring drops the
// oldest and counts it, so a slow encoder lowers only its own rate. What goes wrong (a bad sample, a model's error, a
// sink that refuses) is logged once, counted, and told in the events' Degraded; the rest goes on.
//
// Encoders that want more cores than there are wait at a desk: the one whose result is due first goes next. While they want
// more on average, or more than their pipeline's limit, those that want most lower their rates. What they leave out is
// counted and told. How long each stage of an encoder's work takes is in Stats, as a Histogram.
//
// Behind them stands who puts what they find into words, a Narrator, and who looks on and tells what it thinks of it, such as
// alerts: a Watcher.
//
// # Why
//
// A sensor's type is a type parameter at the door (NewInput, AddEncoder) and nowhere else: pictures, sound and
// readings travel on the same road, and a mistake in the wiring is an error when the pipeline is built.
//
// A run can be recorded and replayed. Its events depend on the config, the models, and the order in which a few things
// happened at their times: a sensor gave a sample or failed, an encoder took a sample or gave an embedding, embeddings were
// joined, a window was left out, an event was made. Those are the Steps that a Recorder is told, one after the other under one
// lock, and that Replay does again, in one goroutine and without a clock. What it cannot bring back is what no Step holds: an
// Invoke that failed or was late, and the reasons that a session gives for running on another engine.
//
// Samples are copied into each ring rather than shared: an encoder that is slow would otherwise hold back the buffer
// that the driver wants next. The copies live in the rings' slots and are used again; nothing is allocated per sample.
//
// Nor per event: what a head finds is its own memory, an event is made where the one before was, and a sink has it until Put
// returns. Few keep events, and those keep copies; all others would pay for them with the garbage collector's pauses.
//
// Ages and staleness are differences of times that carry Go's monotonic clock, so that a jump of the wall clock makes
// no sensor look dead.
package pipelines
