package runtime

import (
	"context"
	"errors"
	"math/rand/v2"

	"edged/runtime/internal/interp"
	"edged/runtime/internal/sample"
	"edged/runtime/tflite"
)

// Operator is an operator with the kinds of tensors on which the builtin engine runs it, and those which it lacks.
type Operator struct {
	Name   string // "CONV_2D", or the name of a custom operator
	Custom bool
	Kinds  []Kind
	Lacks  []Kind // without those that make no sense, such as per channel for an operator without weights
}

// Kind is a choice of types for an operator's tensors: Name is "int8 per channel", Short "i8c".
type Kind struct{ Name, Short string }

// Kinds returns all kinds that Operators tries.
func Kinds() []Kind {
	var kinds []Kind
	for _, k := range sample.Kinds() {
		kinds = append(kinds, Kind{k.Name, k.Short})
	}
	return kinds
}

// Operators returns what the builtin engine runs. It finds out by running a small model of each operator in each kind.
func Operators() []Operator {
	var all []Operator
	for _, o := range sample.Operators() {
		row := Operator{Name: o.Name(), Custom: o.Code == tflite.OpCustom}
		for _, k := range sample.Kinds() {
			switch err := tryAll(o.Models(k)); {
			case err == nil:
				row.Kinds = append(row.Kinds, Kind{k.Name, k.Short})
			case err != errNoSample:
				row.Lacks = append(row.Lacks, Kind{k.Name, k.Short})
			}
		}
		all = append(all, row)
	}
	return all
}

// errNoSample is that of a kind which says nothing of an operator.
var errNoSample = errors.New("no sample")

// tryAll runs models until one works, and returns what was wrong with the last.
func tryAll(models []*tflite.Model) error {
	err := errNoSample
	for _, m := range models {
		if err = try(m); err == nil {
			return nil
		}
	}
	return err
}

// try opens a model and runs it once.
func try(m *tflite.Model) (err error) {
	s, err := interp.New(m, interp.Options{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	r := rand.New(rand.NewPCG(1, 2))
	for i := range m.Graphs[0].Inputs {
		sample.Fill(s.Input(i), r)
	}
	return s.Invoke(context.Background())
}
