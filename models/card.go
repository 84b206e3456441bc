package models

import "slices"

// Card says of a model what its file does not: what to feed it, what its outputs mean, where it comes from. The zero
// value of a field means "not said".
type Card struct {
	Name       string   `yaml:"name" json:"name"`
	SHA256     string   `yaml:"sha256,omitempty" json:"sha256,omitempty"` // of the file, lower-case hex
	Licence    string   `yaml:"licence,omitempty" json:"licence,omitempty"`
	Source     string   `yaml:"source,omitempty" json:"source,omitempty"`
	Task       Task     `yaml:"task,omitempty" json:"task,omitempty"`
	Input      Input    `yaml:"input,omitempty" json:"input,omitzero"`
	Labels     []string `yaml:"labels,omitempty" json:"labels,omitempty"`           // by output index, background included
	LabelsFile string   `yaml:"labels_file,omitempty" json:"labels_file,omitempty"` // instead of Labels, relative to the card; Load fills Labels from it
	Answer     Answer   `yaml:"answer,omitempty" json:"answer,omitzero"`
	Made       Made     `yaml:"made,omitempty" json:"made,omitzero"`
}

// Answer says how outputs become words, beyond Labels.
type Answer struct {
	Thresholds []float64 `yaml:"thresholds,omitempty" json:"thresholds,omitempty"` // of several labels at once: each is so from its score on, by output index
	Tokens     []string  `yaml:"tokens,omitempty" json:"tokens,omitempty"`         // captions: the vocabulary, by output index
	Sure       float64   `yaml:"sure,omitempty" json:"sure,omitempty"`             // captions: clauses less likely than this are left out
	Clauses    []Clause  `yaml:"clauses,omitempty" json:"clauses,omitempty"`       // captions: what their clauses have to do with labels, in a sentence's order
	Outputs    Outputs   `yaml:"outputs,omitempty" json:"outputs,omitzero"`
	Boxes      Boxes     `yaml:"boxes,omitempty" json:"boxes,omitempty"` // yolo: what boxes are in, fractions if not said

	Anchors [][2]float64 `yaml:"anchors,omitempty" json:"anchors,omitempty"` // yolo, of version 2: widths and heights, in cells of the grid
	Parts   []Part       `yaml:"parts,omitempty" json:"parts,omitempty"`     // fusion: whose embeddings it joins, in the input's order
	Recent  Duration     `yaml:"recent,omitempty" json:"recent,omitempty"`   // fusion: behind the parts come their means over so much time
	Missing []Lacking    `yaml:"missing,omitempty" json:"missing,omitempty"` // fusion: what is other while parts are missing
}

// Clause is a clause of captions. It holds if its label or one of Or is there, and none of Not; without a label, if none of
// Not is.
type Clause struct {
	Words string   `yaml:"words" json:"words"`
	Label string   `yaml:"label,omitempty" json:"label,omitempty"` // what it states
	Or    []string `yaml:"or,omitempty" json:"or,omitempty"`       // it may be so with these too
	Not   []string `yaml:"not,omitempty" json:"not,omitempty"`     // and cannot be so with these
	Kind  string   `yaml:"kind,omitempty" json:"kind,omitempty"`   // of one kind a caption has one, and not none if one of it has no label
	More  bool     `yaml:"more,omitempty" json:"more,omitempty"`   // it says more than its label does
	Must  bool     `yaml:"must,omitempty" json:"must,omitempty"`   // a caption may not leave its label out
}

// Lacking says what is other while just these parts are missing: fewer senses know less, and score another way.
type Lacking struct {
	Parts      []string  `yaml:"parts" json:"parts"`           // the encoders' names
	Thresholds []float64 `yaml:"thresholds" json:"thresholds"` // in place of Answer's
}

// Places returns the places among the parts of the encoders of these names, from 0.
func (a *Answer) Places(names []string) []int {
	var all []int
	for i, p := range a.Parts {
		if slices.Contains(names, p.Model) {
			all = append(all, i)
		}
	}
	return all
}

// Outputs are the names of a model's outputs, where they are not called so: scores, embedding, fused, contributions. A
// model without an output for its scores has them in its first.
type Outputs struct {
	Scores        string `yaml:"scores,omitempty" json:"scores,omitempty"`               // one for each class
	Embedding     string `yaml:"embedding,omitempty" json:"embedding,omitempty"`         // of an encoder
	Fused         string `yaml:"fused,omitempty" json:"fused,omitempty"`                 // of a fusion model: the embedding of all
	Contributions string `yaml:"contributions,omitempty" json:"contributions,omitempty"` // of a fusion model: a weight for each part
}

// Part is one of the encoders that a fusion model joins.
type Part struct {
	Model string `yaml:"model" json:"model"` // the encoder's name, as its card has it
	Size  int    `yaml:"size" json:"size"`   // elements of its embedding
}

// Made says how a model was trained, so that it can be again, and how good it was.
type Made struct {
	Data    string             `yaml:"data,omitempty" json:"data,omitempty"`       // what it learned from, with its licence if that is another's
	Seeds   map[string]string  `yaml:"seeds,omitempty" json:"seeds,omitempty"`     // of the weights, and of each part of the data
	Metrics map[string]float64 `yaml:"metrics,omitempty" json:"metrics,omitempty"` // of the file's integers on data that it has not learned from, but where the name says float
}

// Task says what the outputs are, and so which head decodes them.
type Task string

// The tasks.
const (
	Labels     Task = "labels"     // one score per class
	Detections Task = "detections" // the four outputs of TFLite_Detection_PostProcess
	Yolo       Task = "yolo"       // boxes with scores of classes in one output, as YOLOs have them
	Embedding  Task = "embedding"  // a vector for a fusion head
	Fusion     Task = "fusion"     // embeddings joined: one score per class, of all senses together
	Captions   Task = "captions"   // one step of a decoder: the scores of the next token, and its state
)

// Boxes is the unit of a model's boxes.
type Boxes string

// The units.
const (
	Fractions Boxes = "fractions" // of the picture
	Pixels    Boxes = "pixels"    // of the input
)

// Kind is what an input is made from.
type Kind string

// The kinds of inputs.
const (
	Image       Kind = "image"        // a picture, resized to the input's height and width
	MicroSpeech Kind = "micro_speech" // sound, through the micro_speech front-end model: 49 rows of 40 features
	MFCC        Kind = "mfcc"         // sound, as the MLPerf Tiny keyword reference prepares it: 49 rows of 10 coefficients
	LogMel      Kind = "log_mel"      // sound, as the logarithms of the energies in mel bands: Mel says which
	Waveform    Kind = "waveform"     // sound as samples in [-1, 1)
	Vector      Kind = "vector"       // readings: the named fields, a row per reading or per Period
)

// Crop is the part of a picture that a model sees.
type Crop string

// The crops.
const (
	NoCrop     Crop = "none"   // all of it, squeezed to the input's shape
	CenterCrop Crop = "center" // the largest part of the input's shape, in the middle
)

// Input says how a sample becomes the model's input tensor. A value v of the sample enters as the real number
// (v − Mean)/Std, which the tensor's own scale and zero point then quantize; a picture's v is 0…255.
type Input struct {
	Kind     Kind      `yaml:"kind,omitempty" json:"kind,omitempty"`
	Mean     []float64 `yaml:"mean,omitempty" json:"mean,omitempty"` // one for all channels or fields, or one each
	Std      []float64 `yaml:"std,omitempty" json:"std,omitempty"`
	Crop     Crop      `yaml:"crop,omitempty" json:"crop,omitempty"`         // a picture's; none if not said
	RateHz   int       `yaml:"rate,omitempty" json:"rate,omitempty"`         // sound: samples a second, 16000 if not said
	Frontend string    `yaml:"frontend,omitempty" json:"frontend,omitempty"` // micro_speech: the front-end model, a path or a bundled name
	Mel      Mel       `yaml:"mel,omitempty" json:"mel,omitzero"`            // log_mel: the frames and the bands
	Fields   []string  `yaml:"fields,omitempty" json:"fields,omitempty"`     // vector: names of the readings

	// Vector: what is done about fields that a reading has not. Such a reading is an error if nothing is said.
	Missing Missing `yaml:"missing,omitempty" json:"missing,omitempty"`
	// Vector with missing: mask: the time of a row, which holds of each field the newest value in that time.
	Period Duration `yaml:"period,omitempty" json:"period,omitempty"`
}

// Mel says how a spectrogram is made. What is 0 is not said: frames of 512 samples, one every 320, and bands from 60 to
// 7600 Hz. How many frames and bands there are, the input's shape says.
type Mel struct {
	Frame  int     `yaml:"frame,omitempty" json:"frame,omitempty"` // samples
	Hop    int     `yaml:"hop,omitempty" json:"hop,omitempty"`     // samples from one frame to the next
	LowHz  float64 `yaml:"low,omitempty" json:"low,omitempty"`
	HighHz float64 `yaml:"high,omitempty" json:"high,omitempty"`
}

// Missing says what is done about missing values.
type Missing string

// Mask puts 0 in a missing value's place, and behind a row's values as many numbers that say which are there: 1 or 0.
const Mask Missing = "mask"
