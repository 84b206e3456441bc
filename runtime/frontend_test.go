package runtime_test

import (
	"context"
	"path/filepath"
	"slices"
	"testing"

	"edged/runtime"
	"edged/runtime/internal/corpus"
	"edged/runtime/tensor"
)

// publishedRows are the first feature rows that TFLite Micro's own test of micro_speech (micro_speech_test.cc) expects of
// its 30 ms recordings.
var publishedRows = map[string][]int8{
	"yes_30ms.wav": {124, 105, 126, 103, 125, 101, 123, 100, 116, 98, 115, 97, 113, 90, 91, 82, 104, 96, 117, 97,
		121, 103, 126, 101, 125, 104, 126, 104, 125, 101, 116, 90, 81, 74, 80, 71, 83, 76, 82, 71},
	"no_30ms.wav": {126, 103, 124, 102, 124, 102, 123, 100, 118, 97, 118, 100, 118, 98, 121, 100, 121, 98, 117, 91,
		96, 74, 54, 87, 100, 87, 109, 92, 91, 80, 64, 55, 83, 74, 74, 78, 114, 95, 101, 81},
}

func TestFrontEndGivesThePublishedRows(t *testing.T) {
	dir := corpus.Dir(t)
	for name, want := range publishedRows {
		t.Run(name, func(t *testing.T) {
			s, err := runtime.Open(filepath.Join(dir, "models/audio_frontend/audio_preprocessor_int8.tflite"), runtime.Options{})
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			const header = 44 // of a WAV file with 480 samples of 16 bits
			copy(s.Input(0).Data, corpus.File(t, dir, "media/audio/"+name)[header:])
			if err := s.Invoke(context.Background()); err != nil {
				t.Fatal(err)
			}
			if got := tensor.As[int8](s.Output(0).Data); !slices.Equal(got, want) {
				t.Errorf("got %v, want %v", got, want)
			}
		})
	}
}
