package config

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/parser"
)

// A config fits on a screen; what is larger than this is some other file.
const largestFile = 1 << 20

// Load reads and checks the config file at path. What is wrong with its contents comes as Errors.
func Load(path string) (*Config, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return Parse(path, data)
}

// Parse is Load for a file that is already read; file names it in errors and is what relative paths are relative to.
func Parse(file string, data []byte) (*Config, error) {
	c := &Config{file: file, text: string(data), places: map[string]place{}}
	if err := decode(file, data, c.places, c); err != nil {
		return nil, err
	}
	c.fillIn()
	v := validator{c: c}
	v.config()
	if err := v.errs.asError(); err != nil {
		return nil, err
	}
	return c, nil
}

// decode fills what top points to from the YAML of a file, and notes in places where it is written.
func decode(file string, data []byte, places map[string]place, top any) error {
	if len(data) > largestFile {
		return Errors{{File: file, Msg: fmt.Sprintf("%d bytes; want at most %d", len(data), largestFile)}}
	}
	doc, err := parser.ParseBytes(data, 0)
	if err != nil {
		return Errors{syntaxError(file, err)}
	}
	d := decoder{file: file, places: places}
	d.document(doc, top)
	return d.errs.asError()
}

func syntaxError(file string, err error) *Error {
	var at yaml.Error
	if errors.As(err, &at) && at.GetToken() != nil && at.GetToken().Position != nil {
		pos := at.GetToken().Position
		e := &Error{File: file, Line: pos.Line, Col: pos.Column, Msg: at.GetMessage()}
		if strings.Contains(e.Msg, "flow map") {
			e.Hint = "between braces a text with a comma wants quotes, as in { when: 'label(\"fire\", \"cam\") > 0.8' }"
		}
		return e
	}
	return &Error{File: file, Msg: err.Error()}
}
