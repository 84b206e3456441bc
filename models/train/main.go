package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"

	"edged/models"
	"edged/runtime"
	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

func main() {
	dir := flag.String("out", filepath.Join("models", "bundle"), "the folder to write to")
	flag.Parse()
	if err := run(*dir, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "train:", err)
		os.Exit(1)
	}
}

// run makes all models and says to out how good they are.
func run(dir string, out io.Writer) error {
	for _, t := range tasks() {
		model, err := t.train()
		if err != nil {
			return fmt.Errorf("%s: %w", t.card.Name, err)
		}
		right, err := t.accuracy(model, 200)
		if err != nil {
			return fmt.Errorf("%s: %w", t.card.Name, err)
		}
		t.card.SHA256 = models.Sum(model)
		fmt.Fprintf(out, "%s: %d bytes, %.1f %% of %d held-out samples right\n",
			t.card.Name, len(model), 100*right, 200*len(t.card.Labels))
		base := filepath.Join(dir, t.card.Name)
		if err := os.WriteFile(base+".tflite", model, 0o666); err != nil {
			return err
		}
		if err := os.WriteFile(base+".yaml", cardText(&t.card), 0o666); err != nil {
			return err
		}
	}
	return nil
}

// train makes the int8 model's file.
func (t *task) train() ([]byte, error) {
	all, err := t.samples()
	if err != nil {
		return nil, err
	}
	r := rand.New(rand.NewPCG(1, 1))
	n := t.net(r)
	learn(n, r, all, t.rounds, t.rate)
	return tflite.Write(t.quantized(n, all))
}

// accuracy runs a model of the task on each held-out samples of every class and returns the part that it gets right.
func (t *task) accuracy(model []byte, each uint64) (float64, error) {
	m, err := tflite.Parse(model)
	if err != nil {
		return 0, err
	}
	s, err := runtime.New(m, runtime.Options{})
	if err != nil {
		return 0, err
	}
	defer s.Close()
	d, err := t.open(s.Signature().Inputs[0], t.card.Input)
	if err != nil {
		return 0, err
	}
	right := 0
	for i := range each {
		for class := range t.card.Labels {
			if err := sampleAt(d, heldOut+i, class, s.Input(0)); err != nil {
				return 0, err
			}
			if err := s.Invoke(context.Background()); err != nil {
				return 0, err
			}
			if best(tensor.As[int8](s.Output(0).Data)) == class {
				right++
			}
		}
	}
	return float64(right) / float64(each*uint64(len(t.card.Labels))), nil
}
