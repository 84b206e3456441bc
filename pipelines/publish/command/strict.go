package command

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"
	"unicode/utf8"
)

// FieldError is what is wrong with one field of a request.
type FieldError struct{ Field, Fact string }

func (e *FieldError) Error() string { return e.Field + ": " + e.Fact }

// Wrong returns a FieldError.
func Wrong(field, format string, args ...any) error {
	return &FieldError{field, fmt.Sprintf(format, args...)}
}

// Bounds of a request.
const (
	mostBytes       = 64 << 10
	mostFields      = 16
	longestWord     = 1 << 10 // of any field
	longestEcho     = 60      // of what an error repeats, in runes
	longestAnswered = 128     // of a transaction
)

// Short returns s, or its beginning if it is too long to be repeated in an error.
func Short(s string) string {
	if r := []rune(s); len(r) > longestEcho {
		return string(r[:longestEcho]) + "…"
	}
	return s
}

// fields are those of a request, in its order, their values as they were written.
type fields []field

type field struct {
	name  string
	value json.RawMessage
}

// read takes a request apart: nothing, or one flat object with each field once. Values are looked at when it is known what
// they should be. What was read before an error is returned with it.
func read(payload []byte) (all fields, err error) {
	switch {
	case len(payload) > mostBytes:
		return nil, fmt.Errorf("request: %d bytes, want at most %d", len(payload), mostBytes)
	case !utf8.Valid(payload):
		return nil, errors.New("request: not UTF-8")
	case len(bytes.TrimSpace(payload)) == 0:
		return nil, nil
	}
	d := json.NewDecoder(bytes.NewReader(payload))
	if open, err := d.Token(); err != nil || open != json.Delim('{') {
		return nil, errors.New("request: want a JSON object, such as {}")
	}
	for d.More() {
		f, err := next(d)
		if err != nil {
			return all, err
		}
		switch {
		case len(all) == mostFields:
			return all, fmt.Errorf("request: more than %d fields", mostFields)
		case all.has(f.name):
			return all, Wrong(Short(f.name), "stands twice")
		}
		all = append(all, f)
	}
	if _, err := d.Token(); err != nil { // the closing brace
		return all, notJSON(err)
	}
	if _, err := d.Token(); err != io.EOF {
		return all, errors.New("request: something follows the JSON object")
	}
	return all, nil
}

// next reads one field of an object.
func next(d *json.Decoder) (f field, err error) {
	key, err := d.Token()
	if err != nil {
		return f, notJSON(err)
	}
	f.name, _ = key.(string) // within an object, nothing else can come
	if err := d.Decode(&f.value); err != nil {
		return f, notJSON(err)
	}
	return f, nil
}

func notJSON(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return errors.New("request: the JSON ends too early")
	}
	return fmt.Errorf("request: not JSON: %w", err)
}

func (all fields) has(name string) bool {
	return slices.ContainsFunc(all, func(f field) bool { return f.name == name })
}

// into fills the struct that to points to: words and numbers, by the names of their json tags. One without omitempty must be
// there.
func (all fields) into(to any) error {
	v := reflect.ValueOf(to).Elem()
	if err := all.known(v.Type()); err != nil {
		return err
	}
	for i := range v.NumField() {
		name, options, _ := strings.Cut(v.Type().Field(i).Tag.Get("json"), ",")
		at := slices.IndexFunc(all, func(f field) bool { return f.name == name })
		switch {
		case at >= 0:
			if err := fill(v.Field(i), all[at]); err != nil {
				return err
			}
		case options != "omitempty":
			return Wrong(name, "is missing")
		}
	}
	return nil
}

// known makes sure that the struct t has all fields that were given.
func (all fields) known(t reflect.Type) error {
	var names []string
	for f := range t.Fields() {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		names = append(names, name)
	}
	for _, f := range all {
		if !slices.Contains(names, f.name) {
			return Wrong(Short(f.name), "no such field; there are %s", strings.Join(names, ", "))
		}
	}
	return nil
}

// fill gives a field its value. (encoding/json alone would take null for anything.)
func fill(v reflect.Value, f field) error {
	want := map[reflect.Kind]string{reflect.String: "text", reflect.Float64: "a number"}[v.Kind()]
	if want == "" {
		panic("command: no request has a " + v.Kind().String())
	}
	if f.value[0] == 'n' || json.Unmarshal(f.value, v.Addr().Interface()) != nil {
		return Wrong(f.name, "want %s, got %s", want, Short(string(f.value)))
	}
	switch {
	case v.Kind() != reflect.String:
	case v.Len() > longestWord:
		return Wrong(f.name, "%d bytes, want at most %d", v.Len(), longestWord)
	case v.Len() == 0 && f.name != transaction:
		return Wrong(f.name, "is empty")
	}
	return nil
}

// transaction is the field that all requests may have.
const transaction = "transaction"

// transaction returns the request's, if it has one that can come back.
func (all fields) transaction() (string, error) {
	at := slices.IndexFunc(all, func(f field) bool { return f.name == transaction })
	if at < 0 {
		return "", nil
	}
	var t string
	if err := fill(reflect.ValueOf(&t).Elem(), all[at]); err != nil {
		return "", err
	}
	if len(t) > longestAnswered {
		return "", Wrong(transaction, "%d bytes, want at most %d", len(t), longestAnswered)
	}
	return t, nil
}
