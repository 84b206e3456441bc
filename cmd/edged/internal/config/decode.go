package config

import (
	"encoding"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"
)

// place is where something is written: line and column from 1.
type place struct{ line, col int }

// decoder fills structs from a YAML syntax tree. It goes on after an error, notes where every value is written, and
// writes paths as sensors.cam.rate and pipelines.room.encoders[0].model.
type decoder struct {
	file   string
	places map[string]place
	errs   Errors
}

// errorAt notes an error at n.
func (d *decoder) errorAt(tok *token.Token, hint, format string, args ...any) {
	e := &Error{File: d.file, Msg: fmt.Sprintf(format, args...), Hint: hint}
	if tok != nil && tok.Position != nil {
		e.Line, e.Col = tok.Position.Line, tok.Position.Column
	}
	d.errs = append(d.errs, e)
}

// document decodes the only document of the file into what top points to; an empty file leaves that as it is.
func (d *decoder) document(f *ast.File, top any) {
	docs := slices.DeleteFunc(slices.Clone(f.Docs), func(doc *ast.DocumentNode) bool { return doc.Body == nil })
	if len(docs) > 1 {
		d.errorAt(docs[1].Body.GetToken(), "", "a second YAML document; a config is one")
		return
	}
	if len(docs) == 1 {
		if _, comment := docs[0].Body.(*ast.CommentGroupNode); !comment {
			d.value(docs[0].Body, reflect.ValueOf(top).Elem(), "")
		}
	}
}

// value decodes n into v, which is addressable.
func (d *decoder) value(n ast.Node, v reflect.Value, path string) {
	if tok := n.GetToken(); tok != nil && tok.Position != nil {
		d.places[path] = place{tok.Position.Line, tok.Position.Column}
	}
	switch n.(type) {
	case *ast.AnchorNode, *ast.AliasNode, *ast.TagNode, *ast.MergeKeyNode:
		d.errorAt(n.GetToken(), "write the value out", "%s: anchors, aliases, tags and merge keys are not used in this file", orTop(path))
		return
	}
	if v.Kind() == reflect.Pointer {
		if v.IsNil() {
			v.Set(fresh(v.Type().Elem()))
		}
		v = v.Elem()
	}
	if text, ok := v.Addr().Interface().(encoding.TextUnmarshaler); ok {
		d.text(n, text, path)
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		d.structure(n, v, path)
	case reflect.Map:
		d.mapping(n, v, path)
	case reflect.Slice:
		d.slice(n, v, path)
	default:
		d.scalar(n, v, path)
	}
}

// fresh returns a new *t with the defaults that its keys overwrite.
func fresh(t reflect.Type) reflect.Value {
	switch t {
	case reflect.TypeFor[Pipeline]():
		return reflect.ValueOf(newPipeline())
	case reflect.TypeFor[Digest]():
		return reflect.ValueOf(newDigest())
	}
	return reflect.New(t)
}

// pairs returns the keys and values of a mapping, or notes that n is none. An empty value is an empty mapping.
func (d *decoder) pairs(n ast.Node, path string) []*ast.MappingValueNode {
	switch n := n.(type) {
	case *ast.MappingNode:
		return n.Values
	case *ast.MappingValueNode:
		return []*ast.MappingValueNode{n}
	case *ast.NullNode:
		return nil
	}
	d.errorAt(n.GetToken(), "", "%s: want keys with values, got %s", orTop(path), kindOf(n))
	return nil
}

func (d *decoder) structure(n ast.Node, v reflect.Value, path string) {
	if short, ok := v.Addr().Interface().(interface{ word(string) }); ok {
		if s, is := plain(n); is {
			short.word(s)
			return
		}
	}
	names := keysOf(v.Type())
	for _, pair := range d.pairs(n, path) {
		key, ok := d.key(pair, path)
		if !ok {
			continue
		}
		i := slices.Index(names, key)
		if i < 0 {
			d.errorAt(pair.Key.GetToken(), didYouMean(key, names), "%s: unknown key %q", orTop(path), key)
			continue
		}
		d.value(pair.Value, v.Field(i), join(path, key))
		if _, scalar := plain(pair.Value); !scalar {
			d.places[join(path, key)] = placeOf(pair.Key)
		}
	}
}

func (d *decoder) mapping(n ast.Node, v reflect.Value, path string) {
	if v.IsNil() {
		v.Set(reflect.MakeMap(v.Type()))
	}
	for _, pair := range d.pairs(n, path) {
		key, ok := d.key(pair, path)
		if !ok {
			continue
		}
		elem := reflect.New(v.Type().Elem()).Elem()
		d.value(pair.Value, elem, join(path, key))
		d.places[join(path, key)] = placeOf(pair.Key)
		v.SetMapIndex(reflect.ValueOf(key), elem)
	}
}

// key returns a pair's key, and notes keys that are no plain words.
func (d *decoder) key(pair *ast.MappingValueNode, path string) (string, bool) {
	s, ok := plain(pair.Key)
	if !ok || pair.Key.IsMergeKey() {
		d.errorAt(pair.Key.GetToken(), "", "%s: a key must be a plain word", orTop(path))
		return "", false
	}
	return s, true
}

// slice decodes a sequence; a single scalar stands for a sequence of one.
func (d *decoder) slice(n ast.Node, v reflect.Value, path string) {
	elems := []ast.Node{n}
	switch seq := n.(type) {
	case *ast.SequenceNode:
		elems = seq.Values
	case *ast.NullNode:
		elems = nil
	default:
		if _, ok := plain(n); !ok || v.Type().Elem().Kind() == reflect.Pointer {
			d.errorAt(n.GetToken(), "", "%s: want a list, got %s", path, kindOf(n))
			return
		}
	}
	v.Set(reflect.MakeSlice(v.Type(), len(elems), len(elems)))
	for i, e := range elems {
		d.value(e, v.Index(i), path+"["+strconv.Itoa(i)+"]")
	}
}

func (d *decoder) text(n ast.Node, into encoding.TextUnmarshaler, path string) {
	s, ok := plain(n)
	if !ok {
		s, ok = unspaced(n)
	}
	if !ok {
		d.errorAt(n.GetToken(), "", "%s: want one word, got %s", path, kindOf(n))
		return
	}
	if err := into.UnmarshalText([]byte(s)); err != nil {
		d.errorAt(n.GetToken(), "", "%s: %v", path, err)
	}
}

// unspaced returns a word with a colon, as 22:00-07:00, of which the parser has made a key and a value: between brackets
// within braces it does so without the space that YAML wants (YAML 1.2.2, section 7.3.3).
func unspaced(n ast.Node) (string, bool) {
	pair, ok := n.(*ast.MappingValueNode)
	if m, is := n.(*ast.MappingNode); is && len(m.Values) == 1 {
		pair, ok = m.Values[0], true
	}
	if !ok {
		return "", false
	}
	key, isKey := plain(pair.Key)
	value, isValue := plain(pair.Value)
	at, behind := placeOf(pair.Key), placeOf(pair.Value)
	at.col += len(key) + 1
	return key + ":" + value, isKey && isValue && at == behind
}

func (d *decoder) scalar(n ast.Node, v reflect.Value, path string) {
	s, ok := plain(n)
	if !ok {
		d.errorAt(n.GetToken(), quotes(n, v.Kind()), "%s: want %s, got %s", path, wanted[v.Kind()], kindOf(n))
		return
	}
	var err error
	switch v.Kind() {
	case reflect.String:
		v.SetString(s)
	case reflect.Bool:
		var b bool
		if b, err = strconv.ParseBool(s); err == nil {
			v.SetBool(b)
		}
	case reflect.Int:
		var i int64
		if i, err = strconv.ParseInt(s, 10, 32); err == nil {
			v.SetInt(i)
		}
	case reflect.Float64:
		var f float64
		if f, err = strconv.ParseFloat(s, 64); err == nil {
			v.SetFloat(f)
		}
	default:
		panic("config: no decoder for " + v.Type().String())
	}
	if err != nil {
		d.errorAt(n.GetToken(), "", "%s: want %s, got %q", path, wanted[v.Kind()], s)
	}
}

// quotes hints at what YAML makes of a text like mqtt://host:1883 between brackets.
func quotes(n ast.Node, want reflect.Kind) string {
	pair, isPair := n.(*ast.MappingNode)
	if isPair && len(pair.Values) == 1 && want == reflect.String {
		return "in a list between brackets a text with a colon wants quotes"
	}
	return ""
}

var wanted = map[reflect.Kind]string{
	reflect.String: "text", reflect.Bool: "true or false", reflect.Int: "a whole number", reflect.Float64: "a number",
}

// plain returns the text of a scalar as it is written, without quotes.
func plain(n ast.Node) (string, bool) {
	switch n := n.(type) {
	case *ast.StringNode:
		return n.Value, true
	case *ast.LiteralNode:
		return n.Value.Value, true
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.NanNode, *ast.InfinityNode:
		return n.GetToken().Value, true
	case *ast.MappingKeyNode:
		return plain(n.Value)
	}
	return "", false
}

func kindOf(n ast.Node) string {
	switch n.(type) {
	case *ast.MappingNode, *ast.MappingValueNode:
		return "keys with values"
	case *ast.SequenceNode:
		return "a list"
	case *ast.NullNode:
		return "nothing"
	}
	if s, ok := plain(n); ok {
		return strconv.Quote(s)
	}
	return strings.ToLower(n.Type().YAMLName())
}

// keysOf returns the YAML names of t's fields, by field index; unexported fields come last and have none.
func keysOf(t reflect.Type) []string {
	var names []string
	for f := range t.Fields() {
		if f.IsExported() {
			name, _, _ := strings.Cut(f.Tag.Get("yaml"), ",")
			names = append(names, name)
		}
	}
	return names
}

func placeOf(n ast.Node) place {
	if tok := n.GetToken(); tok != nil && tok.Position != nil {
		return place{tok.Position.Line, tok.Position.Column}
	}
	return place{}
}

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

func orTop(path string) string {
	if path == "" {
		return "top level"
	}
	return path
}
