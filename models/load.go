package models

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/goccy/go-yaml"
)

// maxCard bounds a card's file; the largest reason to have a big one is a list of labels.
const maxCard = 1 << 20

// Load reads a card, and the labels file that it names. Unknown keys are errors; errors have the file, and line and
// column where there is one. A card without a name gets the file's.
func Load(path string) (Card, error) {
	data, err := readFile(path, maxCard)
	if err != nil {
		return Card{}, fmt.Errorf("card: %w", err)
	}
	c, err := parse(path, data)
	if err != nil {
		return Card{}, fmt.Errorf("card %w", err)
	}
	if c.LabelsFile == "" {
		return c, nil
	}
	file := c.LabelsFile
	if !filepath.IsAbs(file) {
		file = filepath.Join(filepath.Dir(path), filepath.FromSlash(file))
	}
	if c.Labels, err = LoadLabels(file); err != nil {
		return Card{}, fmt.Errorf("card %s: %w", path, err)
	}
	return c, nil
}

// parse reads a card; path is for errors and the name.
func parse(path string, data []byte) (Card, error) {
	var c Card
	d := yaml.NewDecoder(bytes.NewReader(data), yaml.Strict())
	switch err := d.Decode(&c); {
	case errors.Is(err, io.EOF):
		return Card{}, fmt.Errorf("%s: is empty", path)
	case err != nil:
		return Card{}, placed(path, err)
	}
	if err := d.Decode(new(Card)); !errors.Is(err, io.EOF) {
		return Card{}, fmt.Errorf("%s: holds more than one document", path)
	}
	if c.Name == "" {
		c.Name = strings.TrimSuffix(filepath.Base(path), filepath.Ext(path))
	}
	if key, err := c.check(); err != nil {
		return Card{}, fmt.Errorf("%s%s: %s: %w", path, place(data, key), key, err)
	}
	return c, nil
}

// placed puts the place of a YAML error behind the file's name.
func placed(path string, err error) error {
	var at yaml.Error
	if errors.As(err, &at) && at.GetToken() != nil && at.GetToken().Position != nil {
		p := at.GetToken().Position
		return fmt.Errorf("%s:%d:%d: %s", path, p.Line, p.Column, at.GetMessage())
	}
	return fmt.Errorf("%s: %w", path, err)
}

// place returns ":line:column" of a key's value, or nothing if it has none.
func place(data []byte, key string) string {
	path, err := yaml.PathString("$." + key)
	if err != nil {
		return ""
	}
	node, err := path.ReadNode(bytes.NewReader(data))
	if err != nil || node == nil || node.GetToken() == nil || node.GetToken().Position == nil {
		return ""
	}
	p := node.GetToken().Position
	return fmt.Sprintf(":%d:%d", p.Line, p.Column)
}

// readFile reads a file of at most limit bytes.
func readFile(path string, limit int64) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err != nil {
		return nil, err
	}
	if int64(len(data)) > limit {
		return nil, &fs.PathError{Op: "read", Path: path, Err: fmt.Errorf("is larger than %d bytes", limit)}
	}
	return data, nil
}
