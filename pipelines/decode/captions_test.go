package decode

import (
	"bytes"
	"context"
	"encoding/binary"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"edged/runtime"
	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

func float(name string, shape ...int) tensor.Info {
	return tensor.Info{Name: name, DType: tensor.Float32, Shape: shape}
}

func little(data any) []byte {
	var b bytes.Buffer
	if err := binary.Write(&b, binary.LittleEndian, data); err != nil {
		panic(err)
	}
	return b.Bytes()
}

// cell is a small recurrent network of V tokens, an embedding of F and a state of H:
//
//	logits = said[token] + tells·fused + knows·state
//	state' = tanh(hears[token] + sees·fused + keeps·state)
type cell struct {
	v, f, h            int
	said, tells, knows []float32 // [V,V], [V,F], [V,H]
	hears, sees, keeps []float32 // [V,H], [H,F], [H,H]
}

func newCell(seed uint64, v, f, h int) *cell {
	rng := rand.New(rand.NewPCG(seed, 7))
	draw := func(n int) []float32 {
		all := make([]float32, n)
		for i := range all {
			all[i] = float32(rng.NormFloat64())
		}
		return all
	}
	return &cell{v, f, h, draw(v * v), draw(v * f), draw(v * h), draw(v * h), draw(h * f), draw(h * h)}
}

// model writes the cell as a TFLite model.
func (c *cell) model() *tflite.Model {
	b := tflite.NewBuilder("main")
	token := b.Input(tensor.Info{Name: "token", DType: tensor.Int32, Shape: tensor.Shape{1}})
	fused, state := b.Input(float("fused", 1, c.f)), b.Input(float("state", 1, c.h))
	sum := func(rows, in []float32, n int, out tensor.Info, by []float32) int {
		row := b.Op(tflite.Op{Code: tflite.OpGather, Inputs: []int{b.Constant(float("rows", c.v, n), little(rows)), token},
			Options: &tflite.GatherOptions{}}, float("row", 1, n))
		dense := func(x int, w []float32, k int) int {
			return b.Op(tflite.Op{Code: tflite.OpFullyConnected, Inputs: []int{x, b.Constant(float("w", n, k), little(w)), -1},
				Options: &tflite.FullyConnectedOptions{}}, float("dense", 1, n))
		}
		add := func(x, y int, out tensor.Info) int {
			return b.Op(tflite.Op{Code: tflite.OpAdd, Inputs: []int{x, y}, Options: &tflite.ArithmeticOptions{}}, out)
		}
		return add(add(row, dense(fused, in, c.f), float("sum", 1, n)), dense(state, by, c.h), out)
	}
	logits := sum(c.said, c.tells, c.v, float("logits", 1, c.v), c.knows)
	next := b.Op(tflite.Op{Code: tflite.OpTanh, Inputs: []int{sum(c.hears, c.sees, c.h, float("before", 1, c.h), c.keeps)}}, float("state", 1, c.h))
	b.Output(next, logits)
	return b.Model("a caption cell")
}

// step is the formula.
func (c *cell) step(token int, fused, state []float64) (logits, next []float64) {
	sum := func(rows, in, by []float32, n int) []float64 {
		out := make([]float64, n)
		for i := range out {
			out[i] = float64(rows[token*n+i])
			for j, v := range fused {
				out[i] += float64(in[i*c.f+j]) * v
			}
			for j, v := range state {
				out[i] += float64(by[i*c.h+j]) * v
			}
		}
		return out
	}
	next = sum(c.hears, c.sees, c.keeps, c.h)
	for i := range next {
		next[i] = math.Tanh(next[i])
	}
	return sum(c.said, c.tells, c.knows, c.v), next
}

var words = []string{"<pad>", "<begin>", "<end>", "cat", "dog", "sits"}

// open runs a model.
func open(t testing.TB, m *tflite.Model) runtime.Session {
	t.Helper()
	s, err := runtime.New(m, runtime.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// best returns the likeliest sentence by its mean, of all sentences that there are.
func (c *cell) best(fused []float64, longest int) []int {
	var best []int
	top := math.Inf(-1)
	var try func(ids []int, last int, state []float64, log float64)
	try = func(ids []int, last int, state []float64, log float64) {
		logits, next := c.step(last, fused, state)
		all := 0.0
		for _, v := range logits[2:] {
			all += math.Exp(v)
		}
		if mean := (log + logits[2] - math.Log(all)) / float64(len(ids)+1); mean > top {
			top, best = mean, slices.Clone(ids)
		}
		for w := 3; w < c.v; w++ {
			more, log := append(slices.Clone(ids), w), log+logits[w]-math.Log(all)
			if len(more) < longest {
				try(more, w, next, log)
			} else if mean := log / float64(longest); mean > top {
				top, best = mean, more
			}
		}
	}
	try(nil, 1, make([]float64, c.h), 0)
	return best
}

// greedy is the textbook's.
func (c *cell) greedy(fused []float64, longest int) (ids []int) {
	state, last := make([]float64, c.h), 1
	for len(ids) < longest {
		var logits []float64
		logits, state = c.step(last, fused, state)
		last = 2
		for w := 2; w < c.v; w++ {
			if logits[w] > logits[last] {
				last = w
			}
		}
		if last == 2 {
			break
		}
		ids = append(ids, last)
	}
	return ids
}

// TestCaptionsAreTheTextbook compares sentences of random cells with those of the formulas, greedy, and by a beam that is
// wide enough to try everything.
func TestCaptionsAreTheTextbook(t *testing.T) {
	lengths, differ := map[int]bool{}, 0
	for seed := range uint64(30) {
		c := newCell(seed, len(words), 3, 4)
		fused := floats(tensor.Shape{1, 3}, 0.5, -1, float32(seed)/10)
		var real []float64
		for _, v := range tensor.As[float32](fused.Data) {
			real = append(real, float64(v))
		}
		for _, o := range []struct {
			CaptionOptions
			want []int
		}{
			{CaptionOptions{Longest: 6}, c.greedy(real, 6)},
			{CaptionOptions{Longest: 3, Beam: 16}, c.best(real, 3)},
		} {
			captions, err := NewCaptions(open(t, c.model()), words, o.CaptionOptions)
			if err != nil {
				t.Fatal(err)
			}
			for range 2 { // the second begins anew
				got, err := captions.Tokens(t.Context(), fused)
				if err != nil || !slices.Equal(got, o.want) {
					t.Errorf("seed %d, beam %d: got %v, %v, want %v", seed, o.Beam, got, err, o.want)
				}
			}
			lengths[len(o.want)] = true
		}
		if !slices.Equal(c.greedy(real, 3), c.best(real, 3)) {
			differ++
		}
	}
	if len(lengths) < 4 || differ == 0 {
		t.Errorf("the cells are too simple: sentences of %v words, %d differ by the beam", lengths, differ)
	}
}

// counter counts its steps in an int8 state, whose next value has another scale and zero point, and says the word of its
// count, and then the end: a logit is −(count−at)², but for the square of count.
func counter() *tflite.Model {
	b := tflite.NewBuilder("main")
	q := func(name string, scale float32, zero int64) tensor.Info {
		return tensor.Info{Name: name, DType: tensor.Int8, Shape: tensor.Shape{1, 1}, Quant: tensor.Quant{Scale: []float32{scale}, ZeroPoint: []int64{zero}}}
	}
	b.Input(tensor.Info{Name: "token", DType: tensor.Int64, Shape: tensor.Shape{1, 1}})
	b.Input(float("fused", 1, 1))
	state := b.Input(q("state", 0.5, 3))
	real := b.Op(tflite.Op{Code: tflite.OpDequantize, Inputs: []int{state}}, float("real", 1, 1))
	n := len(words)
	weights, bias := make([]float32, n), make([]float32, n)
	for k, at := range []float32{9, 9, 3, 0, 1, 2} { // of words
		weights[k], bias[k] = 2*at, -at*at
	}
	logits := b.Op(tflite.Op{Code: tflite.OpFullyConnected, Options: &tflite.FullyConnectedOptions{},
		Inputs: []int{real, b.Constant(float("w", n, 1), little(weights)), b.Constant(float("b", n), little(bias))}}, float("logits", 1, n))
	one := b.Constant(q("one", 0.5, 3), []byte{5})
	next := b.Op(tflite.Op{Code: tflite.OpAdd, Inputs: []int{state, one}, Options: &tflite.ArithmeticOptions{}}, q("state", 0.25, -7))
	b.Output(logits, next)
	return b.Model("a counter")
}

func TestCaptionsRequantizeTheState(t *testing.T) {
	captions, err := NewCaptions(open(t, counter()), words, CaptionOptions{})
	if err != nil {
		t.Fatal(err)
	}
	got, err := captions.Caption(t.Context(), floats(tensor.Shape{1}, 0))
	if want := "cat dog sits"; err != nil || got != want {
		t.Errorf("got %q, %v, want %q", got, err, want)
	}
}

func TestCaptionsEndWhenTheyMustOrAreToldTo(t *testing.T) {
	captions, err := NewCaptions(open(t, counter()), words, CaptionOptions{Longest: 2})
	if err != nil {
		t.Fatal(err)
	}
	if got, err := captions.Caption(t.Context(), floats(tensor.Shape{1}, 0)); err != nil || got != "cat dog" {
		t.Errorf("got %q, %v, want two words", got, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := captions.Caption(ctx, floats(tensor.Shape{1}, 0)); err == nil {
		t.Error("got no error of an ended context")
	}
	_, err = captions.Caption(t.Context(), floats(tensor.Shape{2}, 0, 0))
	wantError(t, err, `captions: input "fused" has 4 bytes of float32, want 2 elements`)
}

func TestCaptionsRefuse(t *testing.T) {
	model := func(rename map[string]string) *tflite.Model {
		m := newCell(1, len(words), 3, 4).model()
		for i := range m.Signatures {
			for _, ports := range []*[]tflite.Port{&m.Signatures[i].Inputs, &m.Signatures[i].Outputs} {
				for j := range *ports {
					if to, ok := rename[(*ports)[j].Name]; ok {
						(*ports)[j].Name = to
					}
				}
			}
		}
		return m
	}
	for _, c := range []struct {
		name   string
		rename map[string]string
		tokens []string
		opts   CaptionOptions
		want   string
	}{
		{"no token", map[string]string{"token": "word"}, words, CaptionOptions{}, "captions: the model has the inputs word 1, fused 1x3, state 1x4; want token, fused and a state"},
		{"no logits", map[string]string{"logits": "out"}, words, CaptionOptions{}, "captions: the model has the outputs state 1x4, out 1x6; want logits and a state"},
		{"another vocabulary", nil, append(slices.Clone(words), "more"), CaptionOptions{}, `captions: output "logits" is 1x6, and the card has 7 tokens`},
		{"no end", nil, []string{"<begin>", "a"}, CaptionOptions{}, "captions: the card's 2 tokens lack <begin> or <end>"},
		{"a word twice", nil, []string{"<begin>", "<end>", "a", "a"}, CaptionOptions{}, `captions: token 3, "a", is token 2 too`},
		{"a wide beam", nil, words, CaptionOptions{Beam: 1000}, "captions: 32 words and a beam of 1000; want at most 1024 and 16"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := NewCaptions(open(t, model(c.rename)), c.tokens, c.opts)
			wantError(t, err, c.want)
		})
	}
}

func TestVocabulary(t *testing.T) {
	v, err := NewVocabulary([]string{"<pad>", "<begin>", "<end>", "a", "cat", ",", ".", "rings"})
	if err != nil {
		t.Fatal(err)
	}
	const sentence = "a cat, a cat rings."
	ids, err := v.Encode(sentence)
	if want := []int{1, 3, 4, 5, 3, 4, 7, 6, 2}; err != nil || !slices.Equal(ids, want) {
		t.Errorf("got %v, %v, want %v", ids, err, want)
	}
	if got := v.Text(append(ids, 0, 0, 99, -1)); got != sentence {
		t.Errorf("got %q, want %q", got, sentence)
	}
	_, err = v.Encode("a dog")
	wantError(t, err, `"dog" is no word of the vocabulary`)
}

func TestCaptionsAllocateNothing(t *testing.T) {
	for _, beam := range []int{1, 4} {
		captions, err := NewCaptions(open(t, newCell(2, len(words), 3, 4).model()), words, CaptionOptions{Beam: beam})
		if err != nil {
			t.Fatal(err)
		}
		fused, ctx := floats(tensor.Shape{1, 3}, 1, 2, 3), t.Context()
		once := func() {
			if _, err := captions.Caption(ctx, fused); err != nil {
				t.Fatal(err)
			}
		}
		once()
		if n := testing.AllocsPerRun(10, once); n != 0 {
			t.Errorf("beam %d: got %v allocations a caption, want 0", beam, n)
		}
	}
}

func wantError(t *testing.T, err error, want string) {
	t.Helper()
	if err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("got %v, want %q in it", err, want)
	}
}
