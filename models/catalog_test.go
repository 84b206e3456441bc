package models

import (
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// TestCatalogIsTheCorpus compares the catalogue with the corpus's manifest, and the hashes with the files.
func TestCatalogIsTheCorpus(t *testing.T) {
	known := manifest(t)
	cards := Catalog()
	if len(cards) != 18 {
		t.Errorf("got %d cards, want 18", len(cards))
	}
	for _, c := range cards {
		t.Run(c.Name, func(t *testing.T) {
			m, ok := known[c.Name]
			if !ok {
				t.Fatal("not in the manifest")
			}
			if c.SHA256 != m.SHA256 || c.SHA256 != Sum(corpusBytes(t, m.File)) {
				t.Errorf("got SHA-256 %s, want %s", c.SHA256, m.SHA256)
			}
			if !strings.HasPrefix(m.Licence, c.Licence) || c.Licence == "" || c.Source == "" {
				t.Errorf("got licence %q, source %q; the manifest has %q", c.Licence, c.Source, m.Licence)
			}
			shape := m.Outputs[0].Shape
			if c.Task == Labels && len(c.Labels) > 0 && len(c.Labels) != shape[len(shape)-1] {
				t.Errorf("got %d labels for an output of shape %v", len(c.Labels), shape)
			}
			if got, ok := Find(c.SHA256); !ok || got.Name != c.Name {
				t.Errorf("found by hash: got %q, %v", got.Name, ok)
			}
			if got, ok := ByName(c.Name); !ok || got.SHA256 != c.SHA256 {
				t.Errorf("found by name: got %q, %v", got.SHA256, ok)
			}
		})
	}
}

func TestCatalogLabels(t *testing.T) {
	for _, c := range []struct {
		name  string
		at, n int
		want  string
	}{
		{"kws_ref_int8", 9, 12, "yes"}, {"kws_ref_int8", 3, 12, "no"}, {"kws_ref_int8", 5, 12, "on"},
		{"micro_speech_quantized", 2, 4, "yes"}, {"micro_speech_quantized", 3, 4, "no"},
		{"vww_96_int8", 1, 2, "person"}, {"person_detect", 1, 2, "person"}, {"ssd_mobilenet_v1_coco_quant", 0, 90, "person"},
	} {
		card, ok := ByName(c.name)
		if !ok || len(card.Labels) != c.n || card.Labels[c.at] != c.want {
			t.Errorf("%s: got %q, want %q at %d of %d", c.name, card.Labels, c.want, c.at, c.n)
		}
	}
	want, err := LoadLabels(corpus(t, "labels/coco_labels.txt"))
	if err != nil {
		t.Fatal(err)
	}
	if card, _ := ByName("ssd_mobilenet_v1_coco_quant"); !slices.Equal(card.Labels, want) {
		t.Errorf("got %q, want %q", card.Labels, want)
	}
}

func TestFindKnowsNothingElse(t *testing.T) {
	if c, ok := Find(""); ok {
		t.Errorf("got %q for no hash", c.Name)
	}
	if c, ok := ByName(""); ok {
		t.Errorf("got %q for no name", c.Name)
	}
}

func TestCardFor(t *testing.T) {
	kws, _ := ByName("kws_ref_int8")
	other := strings.Repeat("0f", 32)
	dir := write(t, map[string]string{
		"words.yaml":  "labels: [a, b]\n",
		"tuned.yaml":  "name: mine\ninput: {kind: waveform}\n",
		"bound.yaml":  "sha256: " + other + "\ntask: embedding\n",
		"broken.yaml": "task: dance\n",
		"lone.yaml":   "labels_file: none.txt\n",
	})
	for _, c := range []struct {
		name, file, sum string
		want            string // name, task, kind, labels
	}{
		{"neither", "x.tflite", other, "x   0"},
		{"the catalogue's", "renamed.tflite", kws.SHA256, "kws_ref_int8 labels mfcc 12"},
		{"beside", "words.tflite", other, "words   2"},
		{"beside, over the catalogue", "words.tflite", kws.SHA256, "words labels mfcc 2"},
		{"beside, input and all", "tuned.tflite", kws.SHA256, "mine labels waveform 12"},
		{"beside, with its hash", "bound.tflite", other, "bound embedding  0"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := CardFor(filepath.Join(dir, c.file), c.sum)
			if err != nil {
				t.Fatal(err)
			}
			text := strings.Join([]string{got.Name, string(got.Task), string(got.Input.Kind), ""}, " ") + strconv.Itoa(len(got.Labels))
			if text != c.want || got.SHA256 != c.sum {
				t.Errorf("got %q with hash %s, want %q", text, got.SHA256, c.want)
			}
		})
	}
	for _, c := range []struct{ file, want string }{
		{"bound.tflite", "is for a model with SHA-256 " + other},
		{"broken.tflite", `"dance" is none of`},
		{"lone.tflite", "none.txt"},
	} {
		_, err := CardFor(filepath.Join(dir, c.file), kws.SHA256)
		wantError(t, err, c.want)
	}
	if err := os.Mkdir(filepath.Join(dir, "folder.yaml"), 0o700); err != nil {
		t.Fatal(err)
	}
	_, err := CardFor(filepath.Join(dir, "folder.tflite"), kws.SHA256)
	wantError(t, err, "folder.yaml")
}
