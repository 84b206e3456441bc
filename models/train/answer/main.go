package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"

	"edged/runtime"
	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

func main() {
	var a answerer
	flag.StringVar(&a.prefix, "o", "answer", "the `path` that results begin with")
	flag.Float64Var(&a.mean, "mean", 127.5, "taken from bytes")
	flag.Float64Var(&a.std, "std", 127.5, "bytes are then divided by it")
	flag.IntVar(&a.threads, "threads", 1, "`number` of the engine's threads")
	flag.Parse()
	if flag.NArg() < 2 {
		fmt.Fprintln(os.Stderr, "answer: want a model and an array for each input")
		os.Exit(2)
	}
	if err := a.run(context.Background(), flag.Arg(0), flag.Args()[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "answer:", err)
		os.Exit(1)
	}
}

// answerer is one run.
type answerer struct {
	prefix    string
	mean, std float64 // of bytes
	threads   int

	session runtime.Session
	inputs  []*array
	outputs [][]float32 // all samples' answers
	samples int
}

// run answers all samples.
func (a *answerer) run(ctx context.Context, model string, arrays []string) (err error) {
	file, err := tflite.Open(model)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	if a.session, err = runtime.New(file.Model, runtime.Options{Engine: "builtin", Threads: a.threads}); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.session.Close()) }()
	ins := a.session.Signature().Inputs
	if len(arrays) != len(ins) {
		return fmt.Errorf("%s has %d inputs, there are %d arrays", model, len(ins), len(arrays))
	}
	for i, path := range arrays {
		in, err := openArray(path)
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		defer in.Close()
		if err := in.fits(ins[i].Shape); err != nil {
			return fmt.Errorf("%s: input %q: %w", path, ins[i].Name, err)
		}
		a.inputs = append(a.inputs, in)
	}
	if err := a.answers(ctx); err != nil {
		return err
	}
	return a.write()
}

// answers invokes the model until the first array ends.
func (a *answerer) answers(ctx context.Context) error {
	a.outputs = make([][]float32, len(a.session.Signature().Outputs))
	for ; ; a.samples++ {
		for i, in := range a.inputs {
			err := in.next(a.session.Input(i), a.mean, a.std)
			if err == io.EOF && i == 0 {
				return nil
			}
			if err != nil {
				return fmt.Errorf("sample %d of input %d: %w", a.samples, i, err)
			}
		}
		if err := a.session.Invoke(ctx); err != nil {
			return fmt.Errorf("sample %d: %w", a.samples, err)
		}
		for i := range a.outputs {
			var err error
			if a.outputs[i], err = tensor.AppendReals(a.outputs[i], a.session.Output(i)); err != nil {
				return err
			}
		}
	}
}

// write writes the answers.
func (a *answerer) write() error {
	for i, info := range a.session.Signature().Outputs {
		shape := append(tensor.Shape{a.samples}, info.Shape[1:]...)
		if err := writeArray(a.prefix+"."+info.Name+".npy", shape, a.outputs[i]); err != nil {
			return err
		}
	}
	return nil
}
