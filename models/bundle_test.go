package models

import (
	"testing"
	"testing/fstest"
)

func TestBundledIsWhole(t *testing.T) {
	b, err := Bundled()
	if err != nil {
		t.Fatal(err)
	}
	if err := b.Verify(); err != nil {
		t.Error(err)
	}
}

func file(text string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(text)} }

func TestBundle(t *testing.T) {
	card := func(name, model string) *fstest.MapFile {
		return file("name: " + name + "\nsha256: " + Sum([]byte(model)) + "\ntask: labels\n")
	}
	b, err := Open(fstest.MapFS{
		"README.md": file("x"),
		"b.tflite":  file("model b"), "b.yaml": card("b", "model b"),
		"a.tflite": file("model a"), "a.yaml": card("a", "another model"),
	})
	if err != nil {
		t.Fatal(err)
	}
	if cards := b.Cards(); len(cards) != 2 || cards[0].Name != "a" || cards[1].Name != "b" {
		t.Errorf("got cards %+v, want a and b", cards)
	}
	c, data, err := b.Model("b")
	if err != nil || c.Task != Labels || string(data) != "model b" {
		t.Errorf("got %+v, %q, %v", c, data, err)
	}
	_, _, err = b.Model("a")
	wantError(t, err, "bundle: a.tflite has SHA-256 "+Sum([]byte("model a"))+", its card says "+Sum([]byte("another model")))
	wantError(t, b.Verify(), "a.tflite")
	_, _, err = b.Model("c")
	wantError(t, err, `bundle: no model "c"; it has a, b`)
}

func TestOpenRefuses(t *testing.T) {
	sum := Sum(nil)
	for _, c := range []struct {
		name string
		fsys fstest.MapFS
		want string
	}{
		{"no card", fstest.MapFS{"a.tflite": file("")}, "a.tflite has no card"},
		{"no model", fstest.MapFS{"a.yaml": file("sha256: " + sum)}, "a.yaml has no model"},
		{"another name", fstest.MapFS{"a.tflite": file(""), "a.yaml": file("name: b\nsha256: " + sum)}, `a.yaml: calls itself "b"`},
		{"no hash", fstest.MapFS{"a.tflite": file(""), "a.yaml": file("name: a")}, "a.yaml: gives no sha256"},
		{"labels elsewhere", fstest.MapFS{"a.tflite": file(""), "a.yaml": file("labels_file: x\nsha256: " + sum)}, "has a labels_file"},
		{"a broken card", fstest.MapFS{"a.tflite": file(""), "a.yaml": file("colour: red")}, `a.yaml:1:1: unknown field "colour"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := Open(c.fsys)
			wantError(t, err, c.want)
		})
	}
}
