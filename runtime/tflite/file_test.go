package tflite

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

func TestOpen(t *testing.T) {
	b, err := Write(small(), AssociatedFile{"labels.txt", []byte("cat\n")})
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "small.tflite")
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	compareModels(t, f.Model, small())
	if files, err := f.AssociatedFiles(); err != nil || len(files) != 1 || string(files[0].Data) != "cat\n" {
		t.Errorf("got associated files %q, %v, want the labels", files, err)
	}
	if got := f.SHA256(); len(got) != 64 {
		t.Errorf("got SHA-256 %q, want 64 digits", got)
	}
	for range 2 {
		if err := f.Close(); err != nil {
			t.Errorf("closing: %v", err)
		}
	}
}

func TestOpenErrorsNameThePath(t *testing.T) {
	dir := t.TempDir()
	file := func(name string, b string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(b), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	missing := func(err error) bool { return errors.Is(err, fs.ErrNotExist) }
	malformed := func(err error) bool { return errors.As(err, new(*FormatError)) }
	cases := []struct {
		name, path, want string
		is               func(error) bool
	}{
		{"missing", filepath.Join(dir, "none.tflite"), "no such file", missing},
		{"a folder", dir, "not a regular file", func(error) bool { return true }},
		{"empty", file("empty.tflite", ""), "of 0 bytes: not a TensorFlow Lite file", malformed},
		{"a text", file("text.tflite", "hello, world"), "not a TensorFlow Lite file", malformed},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			_, err := Open(c.path)
			if err == nil || !strings.Contains(err.Error(), c.path) || !strings.Contains(err.Error(), c.want) || !c.is(err) {
				t.Errorf("got %v, want an error with %q and %q", err, c.path, c.want)
			}
		})
	}
}

func TestOpenCorpusMetadata(t *testing.T) {
	dir, manifest := corpus(t)
	byName := map[string]corpusModel{}
	for _, m := range manifest.Models {
		byName[m.Name] = m
	}
	open := func(t *testing.T, name string) (*File, *ModelMetadata) {
		t.Helper()
		f, err := Open(filepath.Join(dir, byName[name].File))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { f.Close() })
		if got := f.SHA256(); got != byName[name].SHA256 {
			t.Errorf("got SHA-256 %s, want %s", got, byName[name].SHA256)
		}
		md, err := f.ModelMetadata()
		if err != nil {
			t.Fatal(err)
		}
		return f, md
	}
	t.Run("a picture classifier", func(t *testing.T) {
		f, md := open(t, "mobilenet_v2_1.0_224_quant")
		in, out := md.Graphs[0].Inputs[0], md.Graphs[0].Outputs[0]
		if in.Content != ContentImage || in.Image.ColorSpace != ColorRGB || in.Mean[0] != 127.5 || in.Std[0] != 127.5 {
			t.Errorf("got input %+v, want an RGB picture with mean and deviation 127.5", in)
		}
		if want := []FileMetadata{{Name: "imagenet_labels.txt", Type: FileAxisLabels,
			Description: "Labels for categories that the model can recognize."}}; !reflect.DeepEqual(out.Files, want) {
			t.Errorf("got files %+v, want %+v", out.Files, want)
		}
		files, err := f.AssociatedFiles()
		if err != nil || len(files) != 1 || files[0].Name != "imagenet_labels.txt" {
			t.Fatalf("got %d files, %v, want imagenet_labels.txt", len(files), err)
		}
		labels := strings.Split(strings.TrimSuffix(string(files[0].Data), "\n"), "\n")
		if len(labels) != 1001 || labels[0] != "background" {
			t.Errorf("got %d labels from %q, want 1001 from background", len(labels), labels[0])
		}
	})
	t.Run("a detector", func(t *testing.T) {
		_, md := open(t, "ssd_mobilenet_v1_coco_quant")
		boxes, classes := md.Graphs[0].Outputs[0], md.Graphs[0].Outputs[1]
		if want := (BoxMetadata{Type: 1, Order: []int{1, 0, 3, 2}}); !reflect.DeepEqual(boxes.Box, want) {
			t.Errorf("got boxes %+v, want %+v", boxes.Box, want)
		}
		if len(classes.Files) != 1 || classes.Files[0].Type != FileValueLabels {
			t.Errorf("got files %+v, want one of value labels", classes.Files)
		}
	})
	t.Run("a sound classifier", func(t *testing.T) {
		_, md := open(t, "yamnet_classifier")
		if got, want := md.Graphs[0].Inputs[0].Audio, (AudioMetadata{16000, 1}); got != want {
			t.Errorf("got audio %+v, want %+v", got, want)
		}
	})
	t.Run("a model without metadata", func(t *testing.T) {
		f, md := open(t, "kws_ref_int8")
		if files, err := f.AssociatedFiles(); md != nil || files != nil || err != nil {
			t.Errorf("got %v, %v, %v, want nothing", md, files, err)
		}
	})
}
