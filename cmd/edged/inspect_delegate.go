package main

import (
	"errors"
	"fmt"
	"strings"

	"edged/runtime"
	"edged/runtime/tflite"
)

// delegation is what a delegate takes of a model; its JSON field names are stable.
type delegation struct {
	Taken      []int  `json:"taken"` // operators of the main graph
	Partitions int    `json:"partitions"`
	Note       string `json:"note,omitempty"`
}

// delegate opens the model on TensorFlow Lite with the delegate, to see what that takes.
func (in *inspection) delegate(a *app, e *engineFlags, file *tflite.File) error {
	e.allowCPU = true
	o, err := e.runtime(a, "tflite", 1)
	if err != nil {
		return err
	}
	o.Source = file.Bytes
	s, err := runtime.New(file.Model, o)
	if err != nil {
		return fmt.Errorf("%s: %w", in.Model, err)
	}
	r := runtime.StatsOf(s).TFLite.Report
	in.Delegates = map[string]delegation{o.TFLite.Delegate.String(): {append([]int{}, r.Taken...), r.Partitions, r.Note}}
	return errors.Join(s.Close())
}

// printDelegates says what each delegate takes and leaves, by operator.
func (in *inspection) printDelegates(b *strings.Builder) {
	for name, d := range in.Delegates {
		fmt.Fprintf(b, "\n%s takes %d of %d operators in %d partitions", name, len(d.Taken), len(in.Ops), d.Partitions)
		if d.Note != "" {
			fmt.Fprintf(b, " (%s)", d.Note)
		}
		taken := map[int]bool{}
		for _, i := range d.Taken {
			taken[i] = true
		}
		for i := range in.Ops {
			if !taken[i] {
				fmt.Fprintf(b, "\n%s leaves: op %d %s", name, i, in.Ops[i].Op)
			}
		}
		b.WriteByte('\n')
	}
}
