package models

import (
	"slices"
	"strings"
	"testing"
)

func TestParseLabels(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       []string
	}{
		{"bare", "cat\ndog", []string{"cat", "dog"}},
		{"a last newline", "cat\ndog\n", []string{"cat", "dog"}},
		{"Windows' newlines and a byte order mark", "\xef\xbb\xbfcat\r\ndog\r\n", []string{"cat", "dog"}},
		{"an empty line keeps its place", "cat\n\ndog\n\n\n", []string{"cat", "", "dog"}},
		{"spaces around", "  cat \n\tdog", []string{"cat", "dog"}},
		{"digits", "0\n1\n2", []string{"0", "1", "2"}},
		{"numbered", "0 person\n1  bicycle", []string{"person", "bicycle"}},
		{"numbered with colons", "0: person\n1:bicycle\n2 : car", []string{"person", "bicycle", "car"}},
		{"numbered with gaps and in disorder", "3 d\n\n0 a b", []string{"a b", "", "", "d"}},
		{"some begin with numbers", "7 up\ncola", []string{"7 up", "cola"}},
		{"commas and colons", "tench, Tinca tinca\nnote: x", []string{"tench, Tinca tinca", "note: x"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := ParseLabels([]byte(c.text))
			if err != nil || !slices.Equal(got, c.want) {
				t.Errorf("got %q, %v, want %q", got, err, c.want)
			}
		})
	}
}

func TestParseLabelsRefuses(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"nothing", "\n \n", " empty"},
		{"an index twice", "0 a\n1 b\n0 c", "3: index 0 again; it is in line 1 too"},
		{"a huge index", "0 a\n999999999 b", "2: index 999999999; at most 1048575"},
		{"an index beyond integers", "99999999999999999999999 b", "1: index 99999999999999999999999; at most 1048575"},
		{"bytes", "\xff\xfe", " not UTF-8 text"},
		{"too many", strings.Repeat("a\n", maxLabels+1), " 1048577 labels; at most 1048576"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := ParseLabels([]byte(c.text))
			wantError(t, err, c.want)
		})
	}
}

func TestLoadLabelsOfCorpus(t *testing.T) {
	for _, c := range []struct {
		file  string
		n, at int
		want  string
	}{
		{"labels/imagenet_labels.txt", 1001, 89, "macaw"},
		{"labels/coco_labels.txt", 90, 16, "cat"},
		{"labels/yamnet_521_labels.txt", 521, 0, "Speech"},
		{"labels/inat_bird_labels.txt", 965, 659, "Poecile atricapillus (Black-capped Chickadee)"},
	} {
		got, err := LoadLabels(corpus(t, c.file))
		if err != nil {
			t.Fatal(err)
		}
		if len(got) != c.n || got[c.at] != c.want {
			t.Errorf("%s: got %d labels, number %d is %q; want %d, %q", c.file, len(got), c.at, got[c.at], c.n, c.want)
		}
	}
}
