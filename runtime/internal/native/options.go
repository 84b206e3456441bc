package native

import (
	"maps"
	"slices"
	"strings"
	"time"

	"edged/runtime/tensor"
)

// Options says how a model runs on TensorFlow Lite.
type Options struct {
	Library  string // path; "" looks for it
	Delegate Delegate
	Threads  int // 0 is 1
	Shapes   map[int]tensor.Shape

	Signature string // key of the SignatureDef that runs; "" is the main graph

	Timeout     time.Duration // of one Invoke; 0 is 10 s
	LoadTimeout time.Duration // of opening the model; 0 is 60 s, for an Edge TPU's first model may take long
	MemoryLimit int64         // of the worker process's resident memory, in bytes; 0 is none
	AllowCPU    bool          // a delegate that takes no operator is no error

	Pause  time.Duration // between a worker's end and its next start, at first; 0 is 100 ms
	Worker []string      // starts a worker; nil is edged itself with the command "worker"
	Cache  string        // the folder where probes' verdicts are kept; "" keeps them no longer than the worker

	probing bool // this is a probe
}

// Delegate names an accelerator.
type Delegate struct {
	Name    string            // "xnnpack", "gpu", "nnapi", "edgetpu" or "external"; "" is none
	Path    string            // of an external delegate's library, or of libedgetpu
	Options map[string]string // of an external delegate or an Edge TPU

	threads     int
	xnnpackWord int
}

// String names the delegate as a user does.
func (d Delegate) String() string {
	if d.Name == "external" {
		return d.Path
	}
	return d.Name
}

// optionsKnown are the options of the delegates that edged knows by name. libedgetpu's stand in its edgetpu_c.h; the others
// take theirs in structs that differ from version to version, which edged fills with what is usual.
var optionsKnown = map[string][]string{
	"edgetpu": {"device", "Performance", "Usb.AlwaysDfu", "Usb.MaxBulkInQueueLength"}, "xnnpack": {}, "gpu": {}, "nnapi": {},
}

// Unknown returns the options that edged does not know. Those of a library of its own are passed on as they are; the
// delegates that are part of TensorFlow Lite have no place for them, and they are left out.
func (d Delegate) Unknown() (passed, leftOut []string) {
	for _, key := range slices.Sorted(maps.Keys(d.Options)) {
		switch {
		case slices.Contains(optionsKnown[d.Name], key):
		case d.Name == "edgetpu" || d.Name == "external":
			passed = append(passed, key)
		default:
			leftOut = append(leftOut, key)
		}
	}
	return passed, leftOut
}

// Key tells options whose sessions can share a worker from those that cannot.
func (o Options) Key() string {
	d := o.Delegate
	var b strings.Builder
	b.WriteString(o.Library + "\x00" + d.Name + "\x00" + d.Path)
	for _, k := range slices.Sorted(maps.Keys(d.Options)) {
		b.WriteString("\x00" + k + "=" + d.Options[k])
	}
	return b.String()
}
