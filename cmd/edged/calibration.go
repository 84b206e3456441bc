package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"edged/models"
	"edged/pipelines/prep"
	"edged/runtime/tensor"
	"edged/sensors"
	"edged/sensors/record"
)

// calibration gives a model's inputs samples from files: for each input a list of files, each of which may hold many.
type calibration struct {
	sets []*sampleSet // by input
}

// Rewind goes back to the first sample.
func (c *calibration) Rewind() error {
	for _, s := range c.sets {
		s.rewind()
	}
	return nil
}

// Next fills every input; it ends with the first that has nothing more.
func (c *calibration) Next(inputs []*tensor.Tensor) (bool, error) {
	for i, s := range c.sets {
		more, err := s.next(inputs[i])
		if err != nil || !more {
			return false, err
		}
	}
	return true, nil
}

// Close closes the files that are open.
func (c *calibration) Close() {
	for _, s := range c.sets {
		s.rewind()
	}
}

// sampleSet is what feeds one input: the samples of files, up to limit of them, or all for 0.
type sampleSet struct {
	files []string
	limit int
	open  func(path string) (source, error)

	at    int // the file that is open, or comes next
	given int
	now   *source
}

func (s *sampleSet) rewind() {
	if s.now != nil {
		s.now.close()
		s.now = nil
	}
	s.at, s.given = 0, 0
}

// next fills dst from the file that is open, or the first after it that has something.
func (s *sampleSet) next(dst *tensor.Tensor) (bool, error) {
	for s.limit == 0 || s.given < s.limit {
		if s.now == nil {
			if s.at == len(s.files) {
				return false, nil
			}
			now, err := s.open(s.files[s.at])
			if err != nil {
				return false, fmt.Errorf("%s: %w", s.files[s.at], err)
			}
			s.now = &now
		}
		more, err := s.now.next(dst)
		if err != nil {
			return false, fmt.Errorf("%s: %w", s.files[s.at], err)
		}
		if more {
			s.given++
			return true, nil
		}
		s.now.close()
		s.now, s.at = nil, s.at+1
	}
	return false, nil
}

// sampleFiles lists the files of samples at path, a file or a folder, by name; of more than limit evenly many.
func sampleFiles(path string, limit int) ([]string, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.IsDir() {
		return []string{path}, nil
	}
	var all []string
	err = filepath.WalkDir(path, func(p string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && isSample(p) {
			all = append(all, p)
		}
		return err
	})
	if err == nil && len(all) == 0 {
		err = hinted{fmt.Errorf("%s: no samples in it", path), "pictures, sounds (.wav), series (.csv) or tensors (.npy, .bin) are read"}
	}
	return thinned(all, limit), err
}

// thinned returns limit of the files, evenly spread: folders are often sorted by class.
func thinned(files []string, limit int) []string {
	if limit <= 0 || len(files) <= limit {
		return files
	}
	some := make([]string, limit)
	for i := range some {
		some[i] = files[i*len(files)/limit]
	}
	return some
}

// isSample tells samples from what else lies in a folder of them.
func isSample(path string) bool {
	name := strings.TrimSuffix(strings.ToLower(filepath.Base(path)), ".gz")
	if strings.HasPrefix(name, "labels.") || strings.HasPrefix(name, ".") {
		return false
	}
	return slices.Contains([]string{".jpg", ".jpeg", ".png", ".bmp", ".wav", ".csv", ".npy", ".bin"}, filepath.Ext(name))
}

// sampleOpener opens files of samples for one input of a float model.
type sampleOpener struct {
	ctx   context.Context
	model *model
	info  tensor.Info
	raw   tensor.DType // of the elements of .bin files

	sensor string // of recordings
}

// open opens one file.
func (o *sampleOpener) open(path string) (source, error) {
	name := strings.ToLower(path)
	switch {
	case strings.HasSuffix(name, ".npy"):
		return o.array(path)
	case strings.HasSuffix(name, ".mcap"):
		return o.recording(path)
	case strings.HasSuffix(strings.TrimSuffix(name, ".gz"), ".bin"):
		r, file, err := openTensor(path)
		if err != nil {
			return source{}, err
		}
		return o.raws(r, file, o.raw)
	}
	return (&inferOptions{}).fileSource(o.ctx, o.model, path, o.info)
}

// array opens a NumPy array of one tensor, or of many along its first dimension.
func (o *sampleOpener) array(path string) (source, error) {
	f, err := os.Open(path)
	if err != nil {
		return source{}, err
	}
	r := bufio.NewReader(f)
	h, err := readNpyHeader(r)
	if err == nil && !h.holds(o.info.Shape) {
		err = fmt.Errorf("an array of %s, input %q takes %s", h.shape, o.info.Name, o.info.Shape)
	}
	if err != nil {
		return source{}, errors.Join(err, f.Close())
	}
	return o.raws(r, f, h.dtype)
}

// raws feeds tensors of a type that lie one after the other. Bytes become numbers as the card says of a picture's.
func (o *sampleOpener) raws(r io.Reader, file io.Closer, d tensor.DType) (source, error) {
	size := o.info.Shape.Elems()
	if d != o.info.DType && (o.info.DType != tensor.Float32 || d != tensor.Uint8 && d != tensor.Int8 && d != tensor.Float64) {
		return source{}, errors.Join(fmt.Errorf("elements of %s for input %q of %s", d, o.info.Name, o.info.DType), file.Close())
	}
	b := make([]byte, d.Bytes(size))
	first := true
	next := func(dst *tensor.Tensor) (bool, error) {
		n, err := io.ReadFull(r, b)
		switch {
		case n == 0 && err == io.EOF && !first:
			return false, nil
		case err != nil:
			return false, fmt.Errorf("%d bytes are left, a sample of %s %s has %d", n, d, o.info.Shape, len(b))
		}
		first = false
		convert(dst, b, d, &o.model.card.Input)
		return true, nil
	}
	return source{next, true, func() { _ = file.Close() }}, nil
}

// convert gives dst elements of another type.
func convert(dst *tensor.Tensor, b []byte, d tensor.DType, in *models.Input) {
	if d == dst.DType {
		copy(dst.Data, b)
		return
	}
	to := tensor.As[float32](dst.Data)
	for i := range to {
		v := 0.0
		switch d {
		case tensor.Uint8:
			v = normal(float64(b[i]), i, in)
		case tensor.Int8:
			v = normal(float64(int8(b[i])), i, in)
		default:
			v = tensor.As[float64](b)[i]
		}
		to[i] = float32(v)
	}
}

// normal is (v − mean)/std with the card's numbers for element i, whose channel comes last; v/255 without any.
func normal(v float64, i int, in *models.Input) float64 {
	if len(in.Mean)+len(in.Std) == 0 {
		return v / 255
	}
	if n := len(in.Mean); n > 0 {
		v -= in.Mean[i%n]
	}
	if n := len(in.Std); n > 0 {
		v /= in.Std[i%n]
	}
	return v
}

// recorded is a sensor of a recording, as a source of samples.
type recorded[T sensors.Sample] struct {
	in  *record.Reader
	now record.Message
}

// Read reads the sensor's next sample; errors that it had in between are passed over.
func (r *recorded[T]) Read(ctx context.Context, into *T) error {
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := r.in.Next(&r.now); err != nil {
			return err
		}
		if r.now.What != record.Sampled {
			continue
		}
		if s, ok := r.now.Sample().(*T); ok {
			sensors.Copy(into, s)
			return nil
		}
	}
}

// Close closes the recording.
func (r *recorded[T]) Close() error { return r.in.Close() }

// recording opens the samples that a sensor of a recording gave.
func (o *sampleOpener) recording(path string) (source, error) {
	in, err := record.Open(path)
	if err != nil {
		return source{}, err
	}
	var names []string
	for _, s := range in.Header().Sensors {
		if s.Name == o.sensor || o.sensor == "" && len(in.Header().Sensors) == 1 {
			in.Only(s.Name)
			return o.prepared(in, s.Gives)
		}
		names = append(names, s.Name)
	}
	err = hinted{fmt.Errorf("no sensor %q in the recording", o.sensor), "name one with --sensor: " + strings.Join(names, ", ")}
	return source{}, errors.Join(err, in.Close())
}

// prepared prepares a recorded sensor's samples.
func (o *sampleOpener) prepared(in *record.Reader, gives record.Gives) (source, error) {
	card, opts := o.model.card.Input, prep.Options{FrontEnd: o.model.frontEnd}
	switch gives {
	case record.Frames:
		p, err := prep.ForFrame(o.info, card, opts)
		return sampled(o.ctx, &recorded[sensors.Frame]{in: in}, p, err)
	case record.Clips:
		p, err := prep.ForClip(o.info, card, opts)
		return sampled(o.ctx, &recorded[sensors.Clip]{in: in}, p, err)
	}
	p, err := prep.ForReading(o.info, card, opts)
	return sampled(o.ctx, &recorded[sensors.Reading]{in: in}, p, err)
}
