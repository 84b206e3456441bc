package train

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"edged/models"
	"edged/runtime"
	"edged/runtime/tensor"
)

// TestRoomModels looks at what the rest of edged relies on: the tensors of the room's models, that all is integers, that
// cards and models fit each other.
func TestRoomModels(t *testing.T) {
	const words = 49
	for _, c := range []struct{ name, inputs, outputs string }{
		{"room-eye", "image int8 1x96x96x3", "embedding int8 1x96, scores int8 1x16"},
		{"room-ear", "log_mel int8 1x98x40x1", "embedding int8 1x64, scores int8 1x16"},
		{"room-air", "readings int8 1x64x16", "embedding int8 1x32, scores int8 1x16"},
		{"room-fusion", "senses int8 1x390", "scores int8 1x16, fused int8 1x96, contributions int8 1x3"},
		{"room-caption", "token int32 1, fused int8 1x96, state int8 1x128", fmt.Sprintf("logits int8 1x%d, state int8 1x128", words)},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, card := bundled(t, c.name)
			if got := said(s.Signature().Inputs); got != c.inputs {
				t.Errorf("got inputs %s, want %s", got, c.inputs)
			}
			if got := said(s.Signature().Outputs); got != c.outputs {
				t.Errorf("got outputs %s, want %s", got, c.outputs)
			}
			for _, op := range runtime.StatsOf(s).Ops {
				if strings.Contains(op.Op, "QUANTIZE") {
					t.Errorf("got %s %q, want no floats", op.Op, op.Name)
				}
			}
			fits(t, &card, words)
		})
	}
}

// fits compares a card with the sizes of its model.
func fits(t *testing.T, card *models.Card, words int) {
	t.Helper()
	if card.Task == models.Captions {
		if n := len(card.Answer.Tokens); n != words {
			t.Errorf("got %d tokens, want %d", n, words)
		}
	} else if len(card.Labels) != 16 || len(card.Answer.Thresholds) != 16 {
		t.Errorf("got labels %q and thresholds %v, want 16", card.Labels, card.Answer.Thresholds)
	}
	if card.Licence == "" || card.Made.Data == "" || len(card.Made.Seeds) < 4 || len(card.Made.Metrics) == 0 {
		t.Errorf("got %+v, want licence, data, seeds and metrics", card.Made)
	}
	if want := []models.Part{{Model: "room-eye", Size: 96}, {Model: "room-ear", Size: 64}, {Model: "room-air", Size: 32}}; card.Task == models.Fusion && !slices.Equal(card.Answer.Parts, want) {
		t.Errorf("got parts %v, want %v", card.Answer.Parts, want)
	}
}

func said(infos []tensor.Info) string {
	var all []string
	for _, i := range infos {
		all = append(all, fmt.Sprintf("%s %s %s", i.Name, i.DType, i.Shape))
	}
	return strings.Join(all, ", ")
}

// TestBundleIsSmall keeps the binary small.
func TestBundleIsSmall(t *testing.T) {
	b, err := models.Bundled()
	if err != nil {
		t.Fatal(err)
	}
	size := 0
	for _, c := range b.Cards() {
		_, data, err := b.Model(c.Name)
		if err != nil {
			t.Fatal(err)
		}
		size += len(data)
	}
	if size > 4<<20 {
		t.Errorf("got %d bytes, want 4 MiB at most", size)
	}
}

// TestCompareIsWhole checks the models that the fusion is compared with, which are no part of the binary.
func TestCompareIsWhole(t *testing.T) {
	b, err := models.Open(os.DirFS("compare"))
	if err != nil {
		t.Fatal(err)
	}
	if err := b.Verify(); err != nil {
		t.Error(err)
	}
	if n := len(b.Cards()); n != 5+3 {
		t.Errorf("got %d models, want five fusions and three pairs", n)
	}
}
