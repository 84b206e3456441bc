package main

import (
	"fmt"
	"math"
	"slices"
	"time"

	"edged/models"
	"edged/pipelines"
	"edged/pipelines/prep"
	"edged/runtime/tensor"
	"edged/sensors"
	"edged/sensors/sim"
)

// What a step holds.
const (
	storyLength = 3 * time.Minute

	eyeSize    = 96
	earRows    = 98
	earBands   = 40
	airRows    = 64
	airLimit   = 4 // of normalised values; beyond it the int8 model's input saturates
	situations = 16
	maxTokens  = 48
	maxObjects = 16
)

// fields are what the chips give, with what makes them about −1 to 1.
var (
	fields = [...]string{"temperature", "humidity", "pressure", "co2", "tvoc", "illuminance", "vibration", "shock"}
	mean   = [...]float64{22, 45, 98000, 800, 300, 200, 0, 0}
	std    = [...]float64{4, 15, 3000, 600, 500, 200, 0.03, 0.2}
)

// objects are the things whose boxes are told, by id less one.
var objects = []string{"person", "cat", "dog", "fire", "smoke", "door", "window", "television", "kettle"}

// tokens are the vocabulary of captions, by id.
func tokens() []string { return append([]string{"<pad>", "<begin>", "<end>"}, sim.Vocabulary()...) }

// teller tells one story into arrays.
type teller struct {
	story *sim.Story
	cam   *sim.Camera
	mic   *sim.Microphone
	air   *sim.Air
	ids   map[string]int16

	eye   *prep.Image
	frame sensors.Frame
	seen  tensor.Tensor

	ear   *prep.LogMel
	clip  sensors.Clip
	heard int64 // samples
	mel   tensor.Tensor

	series  *prep.Series
	reading sensors.Reading
	felt    time.Duration // of the next reading
	rows    tensor.Tensor
}

// began is when the first sample of a story was; samples are stamped by it.
var began = time.Unix(0, 0)

func newTeller(seed uint64) (*teller, error) {
	s := sim.NewStory(sim.Options{Seed: seed, Length: storyLength})
	t := &teller{story: s, cam: sim.NewCamera(s), mic: sim.NewMicrophone(s), air: sim.NewAir(s), ids: map[string]int16{}}
	for id, word := range tokens() {
		t.ids[word] = int16(id)
	}
	t.seen = zeros("eye", tensor.Shape{1, eyeSize, eyeSize, 3})
	t.mel = zeros("ear", tensor.Shape{1, earRows, earBands, 1})
	var err error
	if t.eye, err = prep.NewImage(t.seen.Info, models.Input{Kind: models.Image, Mean: []float64{0}, Std: []float64{1}}, prep.Options{}); err != nil {
		return nil, err
	}
	in := models.Input{Kind: models.LogMel, RateHz: sim.SampleRateHz, Mean: []float64{-6}, Std: []float64{4}}
	if t.ear, err = prep.NewLogMel(t.mel.Info, in, prep.Options{Every: hop}); err != nil {
		return nil, err
	}
	t.rows = zeros("air", tensor.Shape{1, airRows, 2 * len(fields)})
	in = models.Input{Kind: models.Vector, Fields: fields[:], Mean: mean[:], Std: std[:], Missing: models.Mask, Period: models.Duration(time.Second)}
	if t.series, err = prep.NewSeries(t.rows.Info, in, prep.Options{}); err != nil {
		return nil, err
	}
	t.felt = (1 - airRows) * time.Second
	t.heard = -(earRows-1)*320 - 512 // the first window ends with the story's beginning
	t.clip.RateHz, t.clip.Channels, t.clip.Lost = sim.SampleRateHz, 1, -1
	return t, nil
}

// hop is the time from one window of sound to the next.
const hop = 500 * time.Millisecond

func zeros(name string, s tensor.Shape) tensor.Tensor {
	return tensor.Tensor{Info: tensor.Info{Name: name, DType: tensor.Float32, Shape: s}, Data: make([]byte, 4*s.Elems())}
}

// tell writes the steps of a story.
func tell(p part, every time.Duration, to *arrays) error {
	t, err := newTeller(p.Seed)
	if err != nil {
		return err
	}
	for i := range p.Steps {
		if err := t.step(time.Duration(i)*every, p.First+i, to); err != nil {
			return fmt.Errorf("seed %d, step %d: %w", p.Seed, i, err)
		}
	}
	return nil
}

// step writes row i of all arrays: what there is at a time.
func (t *teller) step(at time.Duration, i int, to *arrays) error {
	if err := t.look(at); err != nil {
		return err
	}
	if err := t.hear(at); err != nil {
		return err
	}
	if err := t.feel(at); err != nil {
		return err
	}
	truth := t.story.Truth(at)
	rows := []struct {
		to      *array
		numbers any
	}{
		{to.eye, t.pixels()}, {to.objects, t.boxes(at)}, {to.ear, t.mel.Data}, {to.air, t.rows.Data},
		{to.labels, bits(truth.Situations)}, {to.alike, bits(truth.Lookalikes)}, {to.tokens, t.words(truth.Facts)},
	}
	for _, r := range rows {
		if err := r.to.put(i, r.numbers); err != nil {
			return err
		}
	}
	return nil
}

func (t *teller) look(at time.Duration) error {
	t.cam.Draw(&t.frame, at)
	t.frame.Time = began.Add(at)
	if err := t.eye.Add(&t.frame); err != nil {
		return err
	}
	return next(t.eye, &t.seen)
}

// pixels are the picture's, which the preparer gave as real numbers.
func (t *teller) pixels() []uint8 {
	real := tensor.As[float32](t.seen.Data)
	pixels := make([]uint8, len(real))
	for i, v := range real {
		pixels[i] = uint8(v + 0.5)
	}
	return pixels
}

// boxes are what the picture shows: of each object its id and its sides, as parts of the picture; then zeros.
func (t *teller) boxes(at time.Duration) []float32 {
	row := make([]float32, 0, maxObjects*5)
	for _, o := range t.cam.Objects(at) {
		if id := slices.Index(objects, o.Name); id >= 0 && len(row) < cap(row) {
			row = append(row, float32(id+1), o.YMin, o.XMin, o.YMax, o.XMax)
		}
	}
	return row[:cap(row)]
}

// hear listens up to a time; the last window is in mel.
func (t *teller) hear(at time.Duration) error {
	end := int64(at) * sim.SampleRateHz / int64(time.Second)
	t.clip.Samples = append(t.clip.Samples[:0], make([]float32, end-t.heard)...)
	t.mic.Hear(t.clip.Samples, t.heard)
	t.heard = end
	t.clip.End = began.Add(at)
	t.clip.Start = t.clip.End.Add(-time.Duration(len(t.clip.Samples)) * time.Second / sim.SampleRateHz)
	if err := t.ear.Add(&t.clip); err != nil {
		return err
	}
	t.clip.Lost = 0
	for {
		if _, ok, err := t.ear.Next(&t.mel); !ok || err != nil {
			return err
		}
	}
}

// feel takes the readings up to a time, one a second; the last window is in felt.
func (t *teller) feel(at time.Duration) error {
	for ; t.felt <= at; t.felt += time.Second {
		rows := t.air.Rows(t.felt)
		t.reading.Time = began.Add(t.felt)
		t.reading.Values = t.reading.Values[:0]
		for i, v := range rows[airRows-1] {
			if !math.IsNaN(v) {
				t.reading.Values = append(t.reading.Values, sensors.Value{Name: fields[i], Value: v})
			}
		}
		if len(t.reading.Values) == 0 {
			continue
		}
		if err := t.series.Add(&t.reading); err != nil {
			return err
		}
	}
	_, _, err := t.series.Next(&t.rows)
	values := tensor.As[float32](t.rows.Data)
	for i, v := range values {
		values[i] = min(max(v, -airLimit), airLimit)
	}
	return err
}

func next[T sensors.Sample](p pipelines.Preparer[T], to *tensor.Tensor) error {
	_, ok, err := p.Next(to)
	if err == nil && !ok {
		err = fmt.Errorf("input %q: not ready", to.Name)
	}
	return err
}

// bits is a set as a row of zeros and ones.
func bits(s sim.Set) []uint8 {
	row := make([]uint8, situations)
	for _, one := range s.All() {
		row[one] = 1
	}
	return row
}

// words are the ids of a caption.
func (t *teller) words(f sim.Facts) []int16 {
	row := make([]int16, maxTokens)
	row[0] = 1
	said := sim.Tokens(f.Caption())
	for i, word := range said {
		row[1+i] = t.ids[word]
	}
	row[1+len(said)] = 2
	return row
}
