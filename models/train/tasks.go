package main

import (
	"fmt"
	"math/rand/v2"
	"time"

	"edged/models"
	"edged/pipelines"
	"edged/pipelines/prep"
	"edged/runtime/tensor"
	"edged/sensors"
	"edged/sensors/sim/cartoon"
)

// task is one model to be made.
type task struct {
	card   models.Card // without the hash
	input  tensor.Info // float32; its Quant is what the int8 model will have, if that is given
	open   func(tensor.Info, models.Input) (draw, error)
	net    func(*rand.Rand) net
	each   int // samples of each class to learn from
	rounds int
	rate   float64
}

// draw makes a sample of a class and prepares it into dst.
type draw func(r *rand.Rand, class int, dst *tensor.Tensor) error

const (
	licence  = "Apache-2.0"
	source   = "made by edged: go run ./models/train"
	readings = 4 // in demo-air's window
)

func tasks() []task { return []task{eye(), ear(), air()} }

func eye() task {
	return task{
		card: models.Card{Name: "demo-eye", Licence: licence, Source: source, Task: models.Labels,
			Input: models.Input{Kind: models.Image}, Labels: names(cartoon.Sights())},
		input: tensor.Info{Name: "picture", DType: tensor.Float32, Shape: tensor.Shape{1, 32, 32, 3},
			Quant: tensor.Quant{Scale: []float32{1.0 / 255}, ZeroPoint: []int64{-128}}}, // pixels, less 128
		open: func(info tensor.Info, in models.Input) (draw, error) {
			p, err := prep.NewImage(info, in, prep.Options{})
			return func(r *rand.Rand, class int, dst *tensor.Tensor) error {
				return prepare(p, dst, cartoon.Frame(r, cartoon.Sights()[class]))
			}, err
		},
		net: func(r *rand.Rand) net {
			a := newConv(r, volume{32, 32, 3}, 4, 4, 2, 8, true)
			b := newConv(r, a.out, 3, 3, 2, 12, true)
			c := newConv(r, b.out, 3, 3, 2, 16, true)
			return net{a, b, c, dense(r, c.out, len(cartoon.Sights()), false)}
		},
		each: 500, rounds: 12, rate: 0.008,
	}
}

func ear() task {
	return task{
		card: models.Card{Name: "demo-ear", Licence: licence, Source: source, Task: models.Labels,
			Input: models.Input{Kind: models.MFCC, RateHz: cartoon.SampleRate}, Labels: names(cartoon.Noises())},
		input: tensor.Info{Name: "mfcc", DType: tensor.Float32, Shape: tensor.Shape{1, 49, 10, 1}},
		open: func(info tensor.Info, in models.Input) (draw, error) {
			p, err := prep.NewMFCC(info, in, prep.Options{})
			return func(r *rand.Rand, class int, dst *tensor.Tensor) error {
				c := cartoon.Sound(r, cartoon.Noises()[class])
				c.Lost = -1 // nothing to do with the sound before
				return prepare(p, dst, c)
			}, err
		},
		net: func(r *rand.Rand) net {
			a := newConv(r, volume{49, 10, 1}, 5, 10, 2, 12, true)
			b := newConv(r, a.out, 3, 1, 1, 16, true)
			return net{a, b, newMean(b.out), dense(r, volume{1, 1, 16}, len(cartoon.Noises()), false)}
		},
		each: 200, rounds: 12, rate: 0.004,
	}
}

func air() task {
	return task{
		card: models.Card{Name: "demo-air", Licence: licence, Source: source, Task: models.Labels,
			Input: models.Input{Kind: models.Vector, Fields: []string{"temperature", "humidity"},
				Mean: []float64{22, 45}, Std: []float64{8, 20}}, Labels: names(cartoon.Climates())},
		input: tensor.Info{Name: "readings", DType: tensor.Float32, Shape: tensor.Shape{1, readings, 2}},
		open: func(info tensor.Info, in models.Input) (draw, error) {
			p, err := prep.NewVector(info, in, prep.Options{})
			return func(r *rand.Rand, class int, dst *tensor.Tensor) error {
				s := cartoon.Series(r, cartoon.Climates()[class], readings)
				for i := range s {
					s[i].Time = time.Unix(int64(i), 0) // before the series before, so that it starts anew
				}
				return prepare(p, dst, s...)
			}, err
		},
		net: func(r *rand.Rand) net {
			a := dense(r, volume{1, 1, readings * 2}, 16, true)
			return net{a, dense(r, a.out, len(cartoon.Climates()), false)}
		},
		each: 600, rounds: 80, rate: 0.01,
	}
}

// names turns kinds of things into labels.
func names[T ~string](kinds []T) []string {
	var all []string
	for _, k := range kinds {
		all = append(all, string(k))
	}
	return all
}

// prepare puts samples through p, of which the last completes an input.
func prepare[T sensors.Sample](p pipelines.Preparer[T], dst *tensor.Tensor, samples ...T) error {
	for i := range samples {
		if err := p.Add(&samples[i]); err != nil {
			return err
		}
	}
	_, ok, err := p.Next(dst)
	if err == nil && !ok {
		err = fmt.Errorf("input %q: %d samples make no input", dst.Name, len(samples))
	}
	return err
}

// Seeds of samples: those to learn from, and those to measure with, which are never learned from.
const (
	heldIn  = 0
	heldOut = 1 << 32
)

// sampleAt draws sample i of a class.
func sampleAt(d draw, i uint64, class int, dst *tensor.Tensor) error {
	return d(rand.New(rand.NewPCG(i, uint64(class))), class, dst)
}

// samples draws each samples of every class for the float network.
func (t *task) samples() ([]sample, error) {
	d, err := t.open(t.input, t.card.Input)
	if err != nil {
		return nil, err
	}
	dst := &tensor.Tensor{Info: t.input, Data: make([]byte, t.input.DType.Bytes(t.input.Shape.Elems()))}
	var all []sample
	for i := range uint64(t.each) {
		for class := range t.card.Labels {
			if err := sampleAt(d, heldIn+i, class, dst); err != nil {
				return nil, err
			}
			s := sample{class: class}
			for _, v := range tensor.As[float32](dst.Data) {
				s.x = append(s.x, float64(v))
			}
			all = append(all, s)
		}
	}
	return all, nil
}
