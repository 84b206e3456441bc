package runtime_test

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"edged/runtime"
	"edged/runtime/internal/corpus"
	"edged/runtime/tflite"
)

// damaged are small models that together have every operator of the builtin engine but those of detection.
var damaged = []string{"kws_ref_int8", "micro_speech_quantized", "audio_preprocessor_int8", "mltk_magic_wand", "hello_world_float", "resnet8_int8"}

// TestDamagedModelsGiveErrors changes a few bytes of real models at random: each must run or be refused.
func TestDamagedModelsGiveErrors(t *testing.T) {
	dir := corpus.Dir(t)
	for _, m := range corpus.Read(t, dir).Models {
		if !strings.Contains(strings.Join(damaged, " "), m.Name) {
			continue
		}
		t.Run(m.Name, func(t *testing.T) {
			whole := corpus.File(t, dir, m.File)
			opened := 0
			for seed := range uint64(400) {
				if runDamaged(t, damage(whole, seed), fmt.Sprint("seed ", seed)) {
					opened++
				}
			}
			t.Logf("%d of 400 opened", opened)
		})
	}
}

// damage overwrites 1 to 8 bytes, mostly outside the weights: near the end of the file, where the tables lie, or in the
// first 2 kB.
func damage(whole []byte, seed uint64) []byte {
	r := rand.New(rand.NewPCG(seed, 99))
	b := bytes.Clone(whole)
	for range 1 + r.IntN(8) {
		at := r.IntN(len(b))
		if r.IntN(4) > 0 {
			at = len(b) - 1 - r.IntN(min(len(b), 6000))
		}
		b[at] = byte([]int{0, 1, 2, 255, 127, 128, r.IntN(256)}[r.IntN(7)])
	}
	return b
}

// runDamaged reports whether the model opened. A model that asks for much work is stopped between two operators.
func runDamaged(t *testing.T, b []byte, name string) bool {
	t.Helper()
	defer func() {
		if p := recover(); p != nil {
			t.Errorf("%s: panic: %v", name, p)
		}
	}()
	m, err := tflite.Parse(b)
	if err != nil {
		return false
	}
	s, err := runtime.New(m, runtime.Options{})
	if err != nil {
		return false
	}
	defer s.Close()
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	_ = s.Invoke(ctx) // an error is an answer too
	return true
}
