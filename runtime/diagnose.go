package runtime

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"edged/runtime/internal/native"
)

// Finding is the state of a library, a delegate or a device, and what to do where something is wrong.
type Finding = native.Finding

// Diagnose tries TensorFlow Lite and the delegates that are known by name, and t's own, each in a worker of its own, on a
// model of one addition.
func Diagnose(ctx context.Context, t TFLite) []Finding {
	path, err := native.Find(t.Library)
	if err != nil {
		return []Finding{wrong("tflite", err)}
	}
	t.Library = path
	found := []Finding{probe(ctx, t, Delegate{})}
	if found[0].Wrong {
		return found
	}
	for _, name := range []string{"xnnpack", "gpu", "nnapi"} {
		found = append(found, probe(ctx, t, Delegate{Name: name}))
	}
	if t.Delegate.Name == "external" {
		found = append(found, probe(ctx, t, t.Delegate))
	}
	return append(found, edgeTPUs(ctx, t)...)
}

// edgeTPUs says how the devices fare and, where there is one to be had, libedgetpu.
func edgeTPUs(ctx context.Context, t TFLite) []Finding {
	found := native.ThisMachine().EdgeTPUs()
	for _, f := range found {
		if !f.Wrong {
			t.Delegate = Delegate{Name: "edgetpu", Options: map[string]string{"device": f.Name}}
			return append(found, probe(ctx, t, t.Delegate))
		}
	}
	return found
}

// ForgetProbes forgets the verdicts of probes that are kept in the folder, and returns how many there were.
func ForgetProbes(cache string) (int, error) { return native.Forget(cache) }

func wrong(name string, err error) Finding {
	f := Finding{Name: name, State: err.Error(), Wrong: true}
	if l, ok := errors.AsType[*LibraryError](err); ok {
		f.Remedy = l.Hint
	}
	if w, ok := errors.AsType[*WorkerError](err); ok {
		f.Remedy = w.Hint
	}
	return f
}

// probe runs the addition with a delegate, unless it is remembered to crash.
func probe(ctx context.Context, t TFLite, d Delegate) Finding {
	name := "tflite"
	if d.Name != "" {
		name = d.String()
	}
	t.Delegate = d
	x := native.Examine(ctx, t.options(Options{}))
	f := Finding{Name: name, Verdict: x.Remembered.String()}
	if x.Err != nil {
		w := wrong(name, x.Err)
		f.State, f.Wrong, f.Remedy = w.State, true, w.Remedy
		return f
	}
	f.State = describe(x.Report, d)
	return f
}

func describe(r native.Report, d Delegate) string {
	if r.EdgeTPU != "" {
		return fmt.Sprintf("loads, Edge TPU runtime %s with TensorFlow Lite %s", r.EdgeTPU, r.Version)
	}
	if d.Name != "" && len(r.Taken) == 0 {
		return "loads, but takes no addition of floats"
	}
	if d.Name != "" {
		return "runs"
	}
	state := fmt.Sprintf("runs, version %s, %s", r.Version, r.Library)
	if has := r.Parts.List(true); len(has) > 0 {
		state += "; it has " + strings.Join(has, ", ")
	}
	if lacks := r.Parts.List(false); len(lacks) > 0 {
		state += "; it lacks " + strings.Join(lacks, ", ")
	}
	return state
}
