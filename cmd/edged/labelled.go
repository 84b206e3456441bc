package main

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// labelled are samples of which it is known what the model should say.
type labelled struct {
	calibration
	label func(given int) int // of the sample that was given last, counted from 1
}

// Label returns the index of the output that should be the largest.
func (l *labelled) Label() int { return l.label(l.sets[0].given) }

// openLabelled reads a folder of labelled samples for a model of one input: a folder for each class, named by its index or
// its label, or else tensors in one .bin or .npy file beside a labels.csv with a column "class", or a labels.bin with a
// byte for each.
func openLabelled(dir string, o *sampleOpener) (*labelled, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		switch e.Name() {
		case "labels.csv", "labels.bin":
			return labelledTensors(dir, e.Name(), o)
		}
	}
	return classFolders(dir, entries, o)
}

// classFolders takes each folder for a class.
func classFolders(dir string, entries []fs.DirEntry, o *sampleOpener) (*labelled, error) {
	names := o.model.card.Labels
	if len(names) == 0 { // then by their order
		for _, e := range entries {
			if e.IsDir() {
				names = append(names, e.Name())
			}
		}
	}
	l, classes := &labelled{}, []int(nil)
	set := &sampleSet{open: o.open}
	for _, e := range entries {
		if !e.IsDir() {
			continue
		}
		class, err := classOf(e.Name(), names)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", filepath.Join(dir, e.Name()), err)
		}
		files, err := sampleFiles(filepath.Join(dir, e.Name()), 0)
		if err != nil {
			return nil, err
		}
		for _, f := range files {
			set.files, classes = append(set.files, f), append(classes, class)
		}
	}
	if len(classes) == 0 {
		return nil, hinted{fmt.Errorf("%s: no labelled samples", dir), "it holds a folder for each class, or tensors with a labels.csv or labels.bin"}
	}
	l.sets = []*sampleSet{set}
	l.label = func(int) int { return classes[min(set.at, len(classes)-1)] } // a file's samples are all of its class
	return l, nil
}

// classOf returns the index of a class by its folder's name.
func classOf(name string, labels []string) (int, error) {
	if i := slices.Index(labels, name); i >= 0 {
		return i, nil
	}
	if i, err := strconv.Atoi(name); err == nil && i >= 0 {
		return i, nil
	}
	return 0, errors.New("no label of the model, and no index")
}

// labelledTensors takes the file in dir that holds a tensor for each label.
func labelledTensors(dir, labels string, o *sampleOpener) (*labelled, error) {
	data, err := os.ReadFile(filepath.Join(dir, labels))
	if err != nil {
		return nil, err
	}
	classes, err := readClasses(labels, data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", filepath.Join(dir, labels), err)
	}
	files, err := sampleFiles(dir, 0)
	if err != nil {
		return nil, err
	}
	files = slices.DeleteFunc(files, func(f string) bool { return !o.fits(f, len(classes)) })
	if len(files) != 1 {
		return nil, fmt.Errorf("%s: %d files hold %d tensors of %s %s, want one", dir, len(files), len(classes), o.raw, o.info.Shape)
	}
	l := &labelled{label: func(given int) int { return classes[given-1] }}
	l.sets = []*sampleSet{{files: files, limit: len(classes), open: o.open}}
	return l, nil
}

// fits reports whether a file of raw tensors holds n.
func (o *sampleOpener) fits(path string, n int) bool {
	if strings.HasSuffix(path, ".npy") {
		f, err := os.Open(path)
		if err != nil {
			return false
		}
		defer f.Close() // read only
		h, err := readNpyHeader(f)
		return err == nil && h.holds(o.info.Shape) && len(h.shape) > 0 && h.shape[0] == n
	}
	b, err := readTensor(path)
	return err == nil && len(b) == n*o.raw.Bytes(o.info.Shape.Elems())
}

// readClasses reads the labels: bytes, or a column "class" or "label" of a table.
func readClasses(name string, data []byte) ([]int, error) {
	var classes []int
	if name == "labels.bin" {
		for _, b := range data {
			classes = append(classes, int(b))
		}
		return classes, nil
	}
	lines, err := csv.NewReader(bytes.NewReader(data)).ReadAll()
	if err != nil || len(lines) == 0 {
		return nil, fmt.Errorf("no table: %w", err)
	}
	at := max(slices.Index(lines[0], "class"), slices.Index(lines[0], "label"))
	if at < 0 {
		return nil, errors.New(`no column "class" or "label"`)
	}
	for i, line := range lines[1:] {
		class, err := strconv.Atoi(line[at])
		if err != nil {
			return nil, fmt.Errorf("line %d: class %q is no index", i+2, line[at])
		}
		classes = append(classes, class)
	}
	return classes, nil
}
