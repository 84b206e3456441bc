package main

import (
	"context"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// photo is a picture of COCO with what TensorFlow Lite says of it, prepared by Pillow.
type photo struct {
	File   string
	Person bool    `json:"vww_person"`
	Scores [2]int8 `json:"oracle_vww_96_int8"` // no person, person
	Found  []found `json:"oracle_ssd_mobilenet_v1_coco_quant"`
}

// TestPhotos runs two models on 17 photographs from the JPEG on: who is a person, with the accuracy on record, and what
// else is there.
func TestPhotos(t *testing.T) {
	corpus := findCorpus(t)
	data, err := os.ReadFile(filepath.Join(corpus, "datasets/coco_val_ccby/index.json"))
	if err != nil {
		t.Fatal(err)
	}
	var photos []photo
	if err := json.Unmarshal(data, &photos); err != nil {
		t.Fatal(err)
	}
	right := 0
	for _, p := range photos {
		said := scores(t, corpus, p.File)
		person := said[1] > said[0]
		if recorded := p.Scores[1] > p.Scores[0]; person != recorded {
			t.Errorf("%s: got person %v, recorded is %v", p.File, person, recorded)
		}
		if person == p.Person {
			right++
		}
		seen := objects(t, corpus, p.File)
		for _, want := range p.Found {
			// Beyond the threshold of 0.5 a little, so that a picture's last bit does not decide.
			if want.Score > 0.55 && !slices.ContainsFunc(seen, want.matches) {
				t.Errorf("%s: no %s of %.2f at %v in %v", p.File, want.Label, want.Score, want.Box, seen)
			}
		}
	}
	const recorded = 15 // 0.882 of 17
	if right != recorded {
		t.Errorf("%d of %d right, recorded are %d", right, len(photos), recorded)
	}
}

// matches is COCO's criterion: the same label, and boxes that share half of what they cover. (Of several boxes of one thing
// another may come out on top, for LiteRT's sums are rounded otherwise than those on record.)
func (f found) matches(d detection) bool {
	return d.Name == f.Label && overlap([4]float64{d.Box.YMin, d.Box.XMin, d.Box.YMax, d.Box.XMax}, f.Box) > 0.5
}

// inferred runs a model of the corpus on a picture, as edged infer does.
func inferred(t *testing.T, corpus, model, picture string) *inferResult {
	t.Helper()
	nothing := stdio{strings.NewReader(""), io.Discard, io.Discard}
	o := inferOptions{app: &app{func(string) string { return "" }, nothing}, in: []string{filepath.Join(corpus, picture)}, out: t.TempDir()}
	o.engine, o.threads = "builtin", 2
	r, err := o.infer(context.Background(), filepath.Join(corpus, model))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func scores(t *testing.T, corpus, picture string) []int8 {
	t.Helper()
	r := inferred(t, corpus, "models/vww/vww_96_int8.tflite", picture)
	raw, err := os.ReadFile(r.Outputs[0].File)
	if err != nil || len(raw) != 2 {
		t.Fatalf("%d bytes, %v", len(raw), err)
	}
	return []int8{int8(raw[0]), int8(raw[1])}
}

// TestPhotosOfYolo finds people with OpenMV's YOLO-LC where the SSD has found them, and none where there are none.
func TestPhotosOfYolo(t *testing.T) {
	corpus := findCorpus(t)
	for picture, box := range map[string][4]float64{
		"datasets/coco_val_ccby/000000000785.jpg": {0.093, 0.438, 0.912, 0.771},
		"datasets/coco_val_ccby/000000000872.jpg": {0.192, 0.250, 0.914, 0.693},
		"datasets/coco_val_ccby/000000000285.jpg": {}, // a bear
		"media/images/no_person.jpg":              {},
	} {
		seen := slices.DeleteFunc(objectsOf(t, corpus, "openmv_yolo_lc_192", picture), func(d detection) bool { return d.Score < 0.5 })
		want := found{Label: "person", Box: box}
		if somebody := box[2] > 0; somebody != (len(seen) == 1 && want.matches(seen[0])) || !somebody && len(seen) > 0 {
			t.Errorf("%s: got %v, want a person at %v", picture, seen, box)
		}
	}
}

func objects(t *testing.T, corpus, picture string) []detection {
	t.Helper()
	return objectsOf(t, corpus, "ssd_mobilenet_v1_coco_quant", picture)
}

// objectsOf returns what a model finds in a picture.
func objectsOf(t *testing.T, corpus, model, picture string) (all []detection) {
	t.Helper()
	r := inferred(t, corpus, "models/detection/"+model+".tflite", picture)
	text, err := json.Marshal(r.Results[0].Detections)
	if err == nil {
		err = json.Unmarshal(text, &all)
	}
	if err != nil {
		t.Fatal(err)
	}
	return all
}
