package config

import (
	"errors"
	"fmt"
	"os"

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
	if len(data) > largestFile {
		return nil, Errors{{File: file, Msg: fmt.Sprintf("%d bytes; a config has at most %d", len(data), largestFile)}}
	}
	doc, err := parser.ParseBytes(data, 0)
	if err != nil {
		return nil, Errors{syntaxError(file, err)}
	}
	c := &Config{file: file, places: map[string]place{}}
	d := decoder{file: file, places: c.places}
	d.document(doc, c)
	if err := d.errs.asError(); err != nil {
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

func syntaxError(file string, err error) *Error {
	var at yaml.Error
	if errors.As(err, &at) && at.GetToken() != nil && at.GetToken().Position != nil {
		pos := at.GetToken().Position
		return &Error{File: file, Line: pos.Line, Col: pos.Column, Msg: at.GetMessage()}
	}
	return &Error{File: file, Msg: err.Error()}
}
