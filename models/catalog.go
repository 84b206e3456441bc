package models

import (
	"cmp"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
)

//go:embed catalog/*.yaml
var catalogFiles embed.FS

// catalogue parses the embedded cards once. They are our own: one that does not parse is a bug, which a test finds.
var catalogue = sync.OnceValue(func() []Card {
	names, err := fs.Glob(catalogFiles, "catalog/*.yaml")
	if err != nil {
		panic("models: catalogue: " + err.Error())
	}
	var cards []Card
	for _, name := range names {
		data, err := catalogFiles.ReadFile(name)
		if err != nil {
			panic("models: catalogue: " + err.Error())
		}
		c, err := parse(path.Base(name), data)
		if err != nil {
			panic("models: catalogue: " + err.Error())
		}
		cards = append(cards, c)
	}
	return cards
})

// Catalog returns the cards of the public models that edged knows, by name. The caller must not change their slices.
func Catalog() []Card { return slices.Clone(catalogue()) }

// Find returns the catalogue's card of the file with the given SHA-256, in lower-case hex.
func Find(sha256 string) (Card, bool) {
	return pick(func(c *Card) bool { return c.SHA256 == sha256 })
}

// ByName returns the catalogue's card of that name.
func ByName(name string) (Card, bool) {
	return pick(func(c *Card) bool { return c.Name == name })
}

func pick(is func(*Card) bool) (Card, bool) {
	for _, c := range catalogue() {
		if is(&c) {
			return c, true
		}
	}
	return Card{}, false
}

// CardFor returns the card of the model file at path, whose SHA-256 is sha256: the one beside it, NAME.yaml, and for
// what that leaves unsaid the catalogue's. If there is neither, it is empty but for name and hash. It is an error if
// the card beside is broken or speaks of another file.
func CardFor(path, sha256 string) (Card, error) {
	base := strings.TrimSuffix(path, filepath.Ext(path))
	known, found := Find(sha256)
	if !found {
		known = Card{Name: filepath.Base(base), SHA256: sha256}
	}
	if _, err := os.Stat(base + ".yaml"); errors.Is(err, fs.ErrNotExist) {
		return known, nil
	}
	c, err := Load(base + ".yaml")
	if err != nil {
		return Card{}, err
	}
	if c.SHA256 != "" && c.SHA256 != sha256 {
		return Card{}, fmt.Errorf("card %s.yaml: is for a model with SHA-256 %s; %s has %s", base, c.SHA256, path, sha256)
	}
	return c.or(&known), nil
}

// or returns c with what it leaves unsaid taken from other; an Input, an Answer and a
// Made count as one thing each.
func (c Card) or(other *Card) Card {
	c.SHA256 = cmp.Or(c.SHA256, other.SHA256)
	c.Licence = cmp.Or(c.Licence, other.Licence)
	c.Source = cmp.Or(c.Source, other.Source)
	c.Task = cmp.Or(c.Task, other.Task)
	if reflect.ValueOf(c.Input).IsZero() {
		c.Input = other.Input
	}
	if len(c.Labels) == 0 {
		c.Labels = other.Labels
	}
	if reflect.ValueOf(c.Answer).IsZero() {
		c.Answer = other.Answer
	}
	if reflect.ValueOf(c.Made).IsZero() {
		c.Made = other.Made
	}
	return c
}
