package main

import (
	"math"
	"math/rand/v2"
	"reflect"
	"testing"
	"testing/fstest"

	"edged/models"
)

// TestBundledModelsAreGood holds the committed models on samples they have not learned from. The floors are a little
// under what go run ./models/train prints.
func TestBundledModelsAreGood(t *testing.T) {
	floors := map[string]float64{"demo-eye": 0.96, "demo-ear": 0.99, "demo-air": 0.99}
	b, err := models.Bundled()
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range tasks() {
		t.Run(k.card.Name, func(t *testing.T) {
			card, model, err := b.Model(k.card.Name)
			if err != nil {
				t.Fatal(err)
			}
			k.card.SHA256 = card.SHA256
			if !reflect.DeepEqual(card, k.card) {
				t.Errorf("got card %+v, want %+v", card, k.card)
			}
			right, err := k.accuracy(model, 60)
			if err != nil {
				t.Fatal(err)
			}
			if floor, ok := floors[k.card.Name]; !ok || right < floor {
				t.Errorf("got %.3f of the held-out samples right, want %.3f", right, floor)
			}
		})
	}
}

// TestGradients compares each layer's gradients with differences of the loss.
func TestGradients(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 5))
	a := newConv(r, volume{7, 6, 2}, 3, 2, 2, 3, true)
	b := newConv(r, a.out, 2, 2, 1, 4, true)
	m := newMean(b.out)
	n := net{a, b, m, dense(r, volume{1, 1, 4}, 3, false)}
	s := sample{x: make([]float64, 7*6*2), class: 1}
	for i := range s.x {
		s.x[i] = r.Float64() - 0.5
	}
	loss := func() float64 { return -math.Log(softmax(n.forward(s.x))[s.class]) }
	n.slope(s)
	for at, l := range n {
		c, ok := l.(*conv)
		if !ok {
			continue
		}
		for _, w := range []weights{c.w, c.b} {
			for i, v := range w.v {
				const h = 1e-6
				w.v[i] = v + h
				up := loss()
				w.v[i] = v - h
				down := loss()
				w.v[i] = v
				if want := (up - down) / (2 * h); math.Abs(w.d[i]-want) > 1e-6 {
					t.Errorf("layer %d, weight %d: got gradient %g, want %g", at, i, w.d[i], want)
				}
			}
		}
	}
}

func TestSpanQuant(t *testing.T) {
	for _, c := range []struct {
		name  string
		s     span
		scale float32
		zero  int64
	}{
		{"after ReLU", span{0, 25.5}, 0.1, -128},
		{"around zero", span{-12.8, 12.7}, 0.1, 0},
		{"below zero", span{-25.5, 0}, 0.1, 127},
	} {
		t.Run(c.name, func(t *testing.T) {
			q := c.s.quant()
			if math.Abs(float64(q.Scale[0]-c.scale)) > 1e-6 || q.ZeroPoint[0] != c.zero {
				t.Errorf("got %v, want %v and %d", q, c.scale, c.zero)
			}
		})
	}
}

func TestCardText(t *testing.T) {
	for _, k := range tasks() {
		k.card.SHA256 = models.Sum(nil)
		b, err := models.Open(fstest.MapFS{
			k.card.Name + ".tflite": {},
			k.card.Name + ".yaml":   {Data: cardText(&k.card)},
		})
		if err != nil {
			t.Fatal(err)
		}
		if got, _ := b.Find(k.card.Name); !reflect.DeepEqual(got, k.card) {
			t.Errorf("got %+v, want %+v", got, k.card)
		}
	}
}
