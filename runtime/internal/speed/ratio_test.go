package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// programs writes shell scripts that stand for edged, which takes 1.5 ms, and 1 at least, and for the peer.
func programs(t *testing.T, median, fastest string) *race {
	t.Helper()
	dir := t.TempDir()
	script := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte("#!/bin/sh\n"+text+"\n"), 0o700); err != nil {
			t.Fatal(err)
		}
		return path
	}
	return &race{
		edged:   script("edged", `[ "$1" = version ] && echo '{"simd":"z80"}' || echo '[{"p50_ms":1.5,"min_ms":1}]'`),
		peer:    script("peer", `echo '{"median_ms":`+median+`,"min_ms":`+fastest+`}'`),
		threads: 1, rounds: 3, seconds: 1,
	}
}

func TestWhatIsLostIsNamed(t *testing.T) {
	for _, test := range []struct {
		name, median, fastest string
		was                   float64
		want                  string // in the error; empty for none
	}{
		{"as it was", "3", "2", 0.5, ""},
		{"faster", "6", "4", 0.5, ""},
		{"a little slower", "2.7", "1.8", 0.5, ""},
		{"much slower", "2", "1.4", 0.5, "kws_ref_int8 on z80: ratio 0.750, was 0.500: 50 % lost"},
		{"a busy machine", "2", "2", 0.5, ""},
		{"never measured", "3", "2", 0, "no ratios are kept for z80"},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := programs(t, test.median, test.fastest)
			path, err := r.path(context.Background())
			if err != nil {
				t.Fatal(err)
			}
			some, err := pick("kws_ref_int8")
			if err != nil {
				t.Fatal(err)
			}
			kept := &ratios{}
			if test.was > 0 {
				kept.Paths = map[string]map[string]ratio{"z80": {"kws_ref_int8": {Median: test.was, Fastest: test.was}}}
			}
			var out strings.Builder
			err = r.all(context.Background(), &out, path, some, map[string]string{"kws_ref_int8": "kws.tflite"}, kept)
			if test.want == "" && err != nil || test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)) {
				t.Errorf("got %v, want %q", err, test.want)
			}
			if lost := strings.Contains(test.want, "lost"); strings.Contains(out.String(), "LOST") != lost {
				t.Errorf("printed %q", out.String())
			}
		})
	}
}

func TestARunThatFailsSaysWhy(t *testing.T) {
	r := programs(t, "1", "1")
	r.lib = "nowhere.so"
	if err := os.WriteFile(r.peer, []byte("#!/bin/sh\necho \"peer: $1: cannot open\" >&2\nexit 1\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	_, err := r.measure(context.Background(), &model{}, "kws.tflite")
	if err == nil || !strings.Contains(err.Error(), "peer: nowhere.so: cannot open") {
		t.Errorf("got %v, want what the program says", err)
	}
}

func TestModelsByName(t *testing.T) {
	some, err := pick("resnet8_int8,ad01_int8")
	if err != nil || len(some) != 2 || some[1].name != "ad01_int8" {
		t.Errorf("got %v, %v", some, err)
	}
	if _, err := pick("resnet9"); err == nil || !strings.Contains(err.Error(), `no model "resnet9"`) {
		t.Errorf("got %v", err)
	}
}

// TestReadmeHasTheFigures: the README's tables are made of what is kept.
func TestReadmeHasTheFigures(t *testing.T) {
	const root = "../../.."
	b, err := os.ReadFile(filepath.Join(root, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	want, err := withTables(string(b), root)
	if err != nil {
		t.Fatal(err)
	}
	if want != string(b) {
		t.Error("README.md has other figures than runtime/internal/speed/figures; write its tables anew with go run ./runtime/internal/speed readme")
	}
}

func TestOrderOfPaths(t *testing.T) {
	got := ordered(map[string]map[string]ratio{"avx2": nil, "avx512vnni, 2 threads": nil, "generic": nil, "avx512vnni": nil})
	if want := "avx512vnni; avx512vnni, 2 threads; avx2; generic"; strings.Join(got, "; ") != want {
		t.Errorf("got %q, want %q", strings.Join(got, "; "), want)
	}
}

func TestHowFarFromAMark(t *testing.T) {
	for _, test := range []struct {
		got, mark float64
		want      string
	}{{0.36, 0.36, "reached"}, {0.45, 0.36, "+25 %"}, {0, 0.36, "-"}} {
		if got := away(test.got, test.mark); got != test.want {
			t.Errorf("%v of %v: got %q, want %q", test.got, test.mark, got, test.want)
		}
	}
}
