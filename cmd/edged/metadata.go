package main

import (
	"path"
	"reflect"

	"edged/models"
	"edged/runtime/tflite"
)

// describeItself fills in what a card leaves unsaid with what the model's own metadata says: labels, and how a picture
// or sound is normalized. Metadata is not needed to run a model; what cannot be read of it counts as not said.
func describeItself(card *models.Card, f *tflite.File) {
	meta, err := f.ModelMetadata()
	if err != nil || meta == nil || len(meta.Graphs) == 0 {
		return
	}
	g := &meta.Graphs[0]
	if len(card.Labels) == 0 {
		card.Labels = ownLabels(g, f)
	}
	if reflect.ValueOf(card.Input).IsZero() && len(g.Inputs) > 0 {
		card.Input = ownInput(&g.Inputs[0])
	}
}

// ownLabels returns the first label file of the outputs, which is packed behind the model.
func ownLabels(g *tflite.GraphMetadata, f *tflite.File) []string {
	name := ""
	for _, out := range g.Outputs {
		for _, file := range out.Files {
			if name == "" && (file.Type == tflite.FileAxisLabels || file.Type == tflite.FileValueLabels) {
				name = path.Base(file.Name)
			}
		}
	}
	if name == "" {
		return nil
	}
	files, err := f.AssociatedFiles()
	if err != nil {
		return nil
	}
	for _, file := range files {
		if path.Base(file.Name) == name {
			labels, err := models.ParseLabels(file.Data)
			if err != nil {
				return nil
			}
			return labels
		}
	}
	return nil
}

func ownInput(t *tflite.TensorMetadata) models.Input {
	in := models.Input{Mean: doubles(t.Mean), Std: doubles(t.Std)}
	switch t.Content {
	case tflite.ContentImage:
		in.Kind = models.Image
	case tflite.ContentAudio:
		in.Kind, in.RateHz = models.Waveform, t.Audio.RateHz
	default:
		return models.Input{}
	}
	return in
}

func doubles(v []float32) []float64 {
	var out []float64
	for _, x := range v {
		out = append(out, float64(x))
	}
	return out
}
