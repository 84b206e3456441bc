package models

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"strings"
)

//go:embed all:bundle
var bundleFiles embed.FS

// Bundle is a folder of models with their cards, NAME.tflite and NAME.yaml, each checked against the card's SHA-256
// before it is handed out.
type Bundle struct {
	fsys  fs.FS
	cards []Card
}

// Bundled opens the bundle inside the binary.
func Bundled() (*Bundle, error) {
	sub, err := fs.Sub(bundleFiles, "bundle")
	if err != nil {
		return nil, fmt.Errorf("bundle: %w", err)
	}
	return Open(sub)
}

// Open reads the cards of a bundle; subfolders are not looked into. It is an error if a card is broken, gives no
// SHA-256, has another name than its file, names a labels file, or if there is a model without a card or a card without
// a model.
func Open(fsys fs.FS) (*Bundle, error) {
	entries, err := fs.ReadDir(fsys, ".") // sorted by name
	if err != nil {
		return nil, fmt.Errorf("bundle: %w", err)
	}
	b := &Bundle{fsys: fsys}
	for _, e := range entries {
		if name, ok := strings.CutSuffix(e.Name(), ".tflite"); ok {
			c, err := b.card(name)
			if err != nil {
				return nil, fmt.Errorf("bundle: %w", err)
			}
			b.cards = append(b.cards, c)
		}
		if name, ok := strings.CutSuffix(e.Name(), ".yaml"); ok {
			if _, err := fs.Stat(fsys, name+".tflite"); err != nil {
				return nil, fmt.Errorf("bundle: %s has no model: %w", e.Name(), err)
			}
		}
	}
	return b, nil
}

// card reads the card of a model of the bundle.
func (b *Bundle) card(name string) (Card, error) {
	data, err := fs.ReadFile(b.fsys, name+".yaml")
	if err != nil {
		return Card{}, fmt.Errorf("%s.tflite has no card: %w", name, err)
	}
	c, err := parse(name+".yaml", data)
	switch {
	case err != nil:
		return Card{}, err
	case c.Name != name:
		return Card{}, fmt.Errorf("%s.yaml: calls itself %q", name, c.Name)
	case c.SHA256 == "":
		return Card{}, fmt.Errorf("%s.yaml: gives no sha256", name)
	case c.LabelsFile != "":
		return Card{}, fmt.Errorf("%s.yaml: has a labels_file; in a bundle the card holds the labels", name)
	}
	return c, nil
}

// Cards returns the cards, by name.
func (b *Bundle) Cards() []Card { return append([]Card(nil), b.cards...) }

// Find returns the card of that name.
func (b *Bundle) Find(name string) (Card, bool) {
	for _, c := range b.cards {
		if c.Name == name {
			return c, true
		}
	}
	return Card{}, false
}

// Model returns a model's card and file. It is an error if the bundle has none of that name, or the file is not the one
// that its card speaks of.
func (b *Bundle) Model(name string) (Card, []byte, error) {
	c, ok := b.Find(name)
	if !ok {
		return Card{}, nil, fmt.Errorf("bundle: no model %q; it has %s", name, b.names())
	}
	data, err := fs.ReadFile(b.fsys, name+".tflite")
	if err != nil {
		return Card{}, nil, fmt.Errorf("bundle: %w", err)
	}
	if sum := Sum(data); sum != c.SHA256 {
		return Card{}, nil, fmt.Errorf("bundle: %s.tflite has SHA-256 %s, its card says %s", name, sum, c.SHA256)
	}
	return c, data, nil
}

// Verify checks all files of the bundle.
func (b *Bundle) Verify() error {
	var all []error
	for _, c := range b.cards {
		if _, _, err := b.Model(c.Name); err != nil {
			all = append(all, err)
		}
	}
	return errors.Join(all...)
}

func (b *Bundle) names() string {
	var all []string
	for _, c := range b.cards {
		all = append(all, c.Name)
	}
	if len(all) == 0 {
		return "none"
	}
	return strings.Join(all, ", ")
}

// Sum returns the SHA-256 of data in lower-case hex, as cards have it.
func Sum(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}
