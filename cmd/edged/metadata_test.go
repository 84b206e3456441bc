package main

import (
	"path/filepath"
	"reflect"
	"testing"

	"edged/models"
	"edged/runtime/tflite"
)

func TestModelsDescribeThemselves(t *testing.T) {
	file, err := tflite.Open(filepath.Join(findCorpus(t), "models/audio_events/yamnet_classifier.tflite"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	var card models.Card
	describeItself(&card, file)
	if len(card.Labels) != 521 || card.Labels[0] != "Speech" {
		t.Errorf("got %d labels, want 521 from Speech on", len(card.Labels))
	}
	if want := (models.Input{Kind: models.Waveform, RateHz: 16000}); !reflect.DeepEqual(card.Input, want) {
		t.Errorf("got input %+v, want %+v", card.Input, want)
	}

	said := models.Card{Labels: []string{"noise"}, Input: models.Input{Kind: models.MFCC}}
	card = said
	describeItself(&card, file)
	if !reflect.DeepEqual(card, said) {
		t.Errorf("got %+v, want the card's own words %+v", card, said)
	}
}
