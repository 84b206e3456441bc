package main

import (
	"slices"
	"testing"

	"edged/cmd/edged/internal/config"
	"edged/models"
	"edged/pipelines"
	"edged/runtime"
	"edged/runtime/tensor"
)

// TestThresholdsOfMissingSenses gives the room's fusion thresholds for when the ear is missing: below its scores for the
// first label, above them for all others.
func TestThresholdsOfMissingSenses(t *testing.T) {
	m, err := openModel("room-fusion", runtime.Options{})
	if err != nil {
		t.Fatal(err)
	}
	f := &fusion{model: m}
	defer f.Close() // only read
	low := slices.Repeat([]float64{1}, len(m.card.Labels))
	low[0] = 0
	m.card.Answer.Missing = []models.Lacking{{Parts: []string{"room-ear"}, Thresholds: low}}
	lacking, err := f.lacking(m.within(config.Limits{Top: 20}))
	if err != nil || len(lacking) != 1 || !slices.Equal(lacking[0].Parts, []int{1}) {
		t.Fatalf("got %+v, %v, want a head for part 1", lacking, err)
	}
	if err := m.session.Invoke(t.Context()); err != nil {
		t.Fatal(err)
	}
	var outs []*tensor.Tensor
	for i := range m.session.Signature().Outputs {
		outs = append(outs, m.session.Output(i))
	}
	var ev pipelines.Event
	if err := lacking[0].Head.Decode(outs, &ev); err != nil || len(ev.Labels) != 1 || ev.Labels[0].Name != m.card.Labels[0] {
		t.Errorf("got %v, %v, want %q alone", ev.Labels, err, m.card.Labels[0])
	}
	said := 0.5
	if all, err := f.lacking(m.within(config.Limits{Top: 20, Threshold: &said})); err != nil || all != nil {
		t.Errorf("got %v, %v, want none: the config's threshold counts over the card", all, err)
	}
}
