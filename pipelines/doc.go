// Package pipelines carries samples from sensors through encoders to sinks. It holds every goroutine on that way: one
// for each sensor, which reads; one for each encoder, which prepares, runs the model and decodes. A Group owns them
// all and waits for them.
//
// Between a sensor and each of its encoders stands a ring of a few samples. When an encoder is slow its ring drops the
// oldest and counts it, so a slow encoder lowers only its own rate. What goes wrong (a bad sample, a model's error, a
// sink that refuses) is logged once, counted, and told in the events' Degraded; the rest goes on.
//
// # Why
//
// A sensor's type is a type parameter at the door (NewInput, AddEncoder) and nowhere else: pictures, sound and
// readings travel on the same road, and a mistake in the wiring is an error when the pipeline is built.
//
// Samples are copied into each ring rather than shared: an encoder that is slow would otherwise hold back the buffer
// that the driver wants next. The copies live in the rings' slots and are used again; nothing is allocated per sample.
//
// Ages and staleness are differences of times that carry Go's monotonic clock, so that a jump of the wall clock makes
// no sensor look dead.
package pipelines
