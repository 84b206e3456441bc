package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// rooms is the law of imports: each folder with Go files, and the rooms of edged it may import. What is not written
// here is forbidden, a new folder too. Arrows point one way: sensors and models know nothing of runtime, runtime
// nothing of cameras or MQTT.
var rooms = map[string][]string{
	"boards": {},

	"cmd/edged": {
		"boards", "cmd/edged/internal/config", "cmd/edged/internal/spans", "cmd/edged/internal/view", "models", "pipelines", "pipelines/decode", "pipelines/fuse", "pipelines/grammar", "pipelines/prep",
		"pipelines/publish", "pipelines/publish/broker", "pipelines/publish/command", "pipelines/publish/mqtt", "pipelines/publish/outbox", "pipelines/publish/topic", "pipelines/track", "quant", "runtime", "runtime/tensor", "runtime/tflite", "sensors",
		"sensors/camera", "sensors/i2c", "sensors/iio", "sensors/mic", "sensors/record", "sensors/replay", "sensors/sim", "sensors/sim/chips",
		"pipelines/publish/homeassistant", "pipelines/media", "pipelines/alerts", "pipelines/rules", "pipelines/why",
		"pipelines/digest", "pipelines/govern",
	},
	"cmd/edged/internal/config": {"models", "pipelines/alerts", "pipelines/publish/command", "pipelines/publish/topic", "sensors/camera", "sensors/i2c", "sensors/mic", "sensors/sim"}, // what each kind of sensor is told

	"cmd/edged/internal/spans": {"pipelines"},
	"cmd/edged/internal/view":  {}, // MQTT's words on a terminal

	"pipelines":                {"runtime", "runtime/tensor", "sensors"},
	"pipelines/alerts":         {"pipelines", "sensors"},
	"pipelines/decode":         {"pipelines", "runtime", "runtime/tensor"},
	"pipelines/digest":         {"pipelines", "pipelines/grammar", "sensors"},
	"pipelines/fuse":           {"pipelines", "runtime/tensor"},
	"pipelines/govern":         {},
	"pipelines/grammar":        {"pipelines", "sensors"},
	"pipelines/media":          {"pipelines", "runtime/tensor", "sensors", "sensors/jpeg"},
	"pipelines/prep":           {"models", "pipelines", "runtime", "runtime/tensor", "sensors", "sensors/jpeg"},
	"pipelines/publish":        {"pipelines", "pipelines/media", "pipelines/publish/mqtt", "pipelines/publish/outbox", "pipelines/publish/topic", "sensors"},
	"pipelines/publish/broker": {},
	"pipelines/publish/mqtt":   {},
	"pipelines/publish/outbox": {},
	"pipelines/publish/topic":  {},

	"pipelines/publish/internal/torture": {"pipelines", "pipelines/publish", "pipelines/publish/mqtt", "pipelines/publish/outbox"}, // a command

	"pipelines/publish/outbox/compare": {"pipelines/publish/outbox"}, // what an event costs a memory card, here and on bbolt; a command

	"pipelines/publish/command":       {},
	"pipelines/publish/homeassistant": {"pipelines", "pipelines/publish/topic", "sensors"},

	"pipelines/rules": {"pipelines", "sensors"},
	"pipelines/track": {"pipelines", "runtime/tensor"},

	"pipelines/why": {"pipelines", "pipelines/alerts"},

	"sensors":           {},
	"sensors/camera":    {"sensors"},
	"sensors/i2c":       {"sensors"},
	"sensors/iio":       {"sensors"},
	"sensors/mic":       {"sensors"},
	"sensors/jpeg":      {},
	"sensors/record":    {"sensors"},
	"sensors/replay":    {"sensors", "sensors/record"},
	"sensors/sim":       {"sensors"},
	"sensors/sim/chips": {"sensors"},

	"quant": {"runtime", "runtime/tensor", "runtime/tflite"},

	// The virtual board, scripts/vboard: commands.
	"sensors/internal/vboard/guest": {"sensors", "sensors/sim/chips"}, // fakes hardware below real drivers
	"sensors/internal/vboard/judge": {},                               // asserts what edged makes of it

	"packaging/build": {}, // makes packages of what has been compiled; a command

	"models":       {},
	"models/train": {}, // Python, and tests of what it has made

	"models/train/evaluate": { // the room's models on held-out stories; a command
		"models", "pipelines", "pipelines/decode", "pipelines/digest", "pipelines/fuse", "pipelines/prep", "pipelines/publish/broker", "runtime", "runtime/tensor",
		"runtime/tflite", "sensors", "sensors/sim",
	},
	"models/train/dataset": { // the simulated room as arrays; a command
		"models", "pipelines", "pipelines/prep", "runtime/tensor", "sensors", "sensors/sim",
	},
	"models/train/answer":   {"runtime", "runtime/tensor", "runtime/tflite"}, // what a model answers to arrays; a command
	"models/train/assemble": {"runtime", "runtime/tensor", "runtime/tflite"}, // PyTorch's networks as files; a command

	"runtime":                 {"runtime/internal/interp", "runtime/internal/native", "runtime/internal/sample", "runtime/internal/simd", "runtime/tensor", "runtime/tflite"},
	"runtime/internal/corpus": {"runtime/tensor"}, // finds the conformance corpus; imported by tests and difftest
	"runtime/internal/difftest": { // compares the builtin engine with LiteRT; a command
		"runtime", "runtime/internal/corpus", "runtime/tensor", "runtime/tflite",
	},
	"runtime/internal/interp": {"runtime/internal/fold", "runtime/internal/kernel", "runtime/internal/op", "runtime/internal/plan", "runtime/internal/simd", "runtime/tensor", "runtime/tflite"},
	"runtime/internal/fold":   {"runtime/internal/op", "runtime/tensor", "runtime/tflite"},
	"runtime/internal/native": {"runtime/tensor", "runtime/tflite"},
	"runtime/internal/op":     {"runtime/internal/kernel", "runtime/tensor", "runtime/tflite"},
	"runtime/internal/kernel": {"runtime/internal/simd"},
	"runtime/internal/simd":   {},

	"runtime/internal/simd/gen": {}, // writes the assembly; a command
	"runtime/internal/speed":    {}, // how fast that is, measured and kept; a command

	"runtime/internal/plan":   {},
	"runtime/internal/ref":    {},
	"runtime/internal/sample": {"runtime/tensor", "runtime/tflite"},
	"runtime/tflite":          {"runtime/tensor"},
	"runtime/tensor":          {},
}

// testRooms are the rooms that only the tests of a room may import besides.
var testRooms = map[string][]string{
	"models/train": {
		"models", "pipelines", "pipelines/decode", "pipelines/prep", "runtime", "runtime/tensor", "runtime/tflite", "sensors", "sensors/sim",
	},
	"pipelines/alerts":                   {"pipelines/rules"},
	"pipelines/decode":                   {"runtime/tflite"},
	"pipelines/prep":                     {"sensors/replay"},
	"pipelines/publish":                  {"pipelines/publish/broker", "pipelines/publish/command"},
	"pipelines/publish/broker":           {"pipelines/publish/mqtt"},
	"pipelines/publish/mqtt":             {"pipelines/publish/broker"},
	"pipelines/publish/internal/torture": {"pipelines/publish/broker"},

	"runtime":                 {"runtime/internal/corpus"},
	"runtime/internal/interp": {"runtime/internal/corpus", "runtime/internal/sample"},
	"runtime/internal/kernel": {"runtime/internal/ref"},
	"runtime/internal/native": {"runtime/internal/corpus"},
	"runtime/internal/op":     {"runtime/internal/ref"},
	"sensors/i2c":             {"sensors/sim/chips"},
	"sensors/sim":             {"sensors/i2c", "sensors/sim/chips"}, // real drivers read the room
}

// modules are the other people's modules, each with the one room that imports it, so that it can be swapped.
var modules = map[string][]string{
	"github.com/blackjack/webcam":         {"sensors/camera"},
	"github.com/coreos/go-systemd/v22":    {"cmd/edged"},
	"github.com/eclipse/paho.mqtt.golang": {"pipelines/publish/mqtt"},
	"github.com/expr-lang/expr":           {"pipelines/rules"},
	"github.com/goccy/go-yaml":            {"cmd/edged/internal/config", "models"}, // two kinds of files that people write
	"github.com/foxglove/mcap/go/mcap":    {"sensors/record"},
	"github.com/google/flatbuffers":       {"runtime/tflite"},
	"github.com/gorilla/websocket":        {"pipelines/publish/mqtt"},
	"github.com/klauspost/compress":       {"sensors/record"}, // the two that pack MCAP's chunks
	"github.com/pierrec/lz4/v4":           {"sensors/record"},
	"github.com/mochi-mqtt/server/v2":     {"pipelines/publish/broker"},
	"github.com/spf13/cobra":              {"cmd/edged"},
	"go.etcd.io/bbolt":                    {"pipelines/publish/outbox/compare"}, // a module of its own
	"github.com/goreleaser/nfpm/v2":       {"packaging/build"},                  // another
	"golang.org/x/image":                  {"sensors/replay"},
	"golang.org/x/sys":                    {"runtime/internal/simd", "runtime/tflite", "runtime/internal/native", "sensors/camera", "sensors/mic", "sensors/internal/vboard/guest", "cmd/edged/internal/view", "pipelines/publish"}, // the kernel's calls
	"github.com/ebitengine/purego":        {"runtime/internal/native"},
	"github.com/jfreymuth/pulse":          {"sensors/mic"},
	"gonum.org/v1/gonum":                  {"pipelines/prep"},
	"google.golang.org/protobuf":          {"sensors/record"}, // of the program only its wire format
	"periph.io/x/devices/v3":              {"sensors/i2c"},
	"periph.io/x/host/v3":                 {"sensors/i2c"},
	// The bus of periph is the word that a driver and a simulated chip share.
	"periph.io/x/conn/v3": {"sensors/i2c", "sensors/sim/chips"},
}

// testModules are those that only tests import.
var testModules = map[string][]string{
	"github.com/go-audio/wav":                    {"pipelines/media", "sensors/replay"}, // a second opinion on ours
	"github.com/invopop/jsonschema":              {"cmd/edged/internal/config", "pipelines/publish"},
	"github.com/santhosh-tekuri/jsonschema/v6":   {"cmd/edged/internal/config", "pipelines/publish"},
	"github.com/rogpeppe/go-internal/testscript": {"cmd/edged"},
	"golang.org/x/sys":                           {"cmd/edged"}, // pseudo terminals
	"golang.org/x/image":                         {"pipelines/prep"},
	"periph.io/x/devices/v3":                     {"sensors/sim/chips"}, // the driver that a simulated chip must satisfy
}

// goFile is one Go file of the repository.
type goFile struct {
	room string // its folder, from the repository's root, with slashes
	path string
	test bool
	file *ast.File
	fset *token.FileSet
}

// sources parses every Go file of the repository.
func sources(t *testing.T) []goFile {
	t.Helper()
	root := repository(t)
	var all []goFile
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (d.Name() == "testdata" || strings.HasPrefix(d.Name(), ".")):
			return filepath.SkipDir
		case d.IsDir() || filepath.Ext(path) != ".go":
			return nil
		}
		fset := token.NewFileSet()
		file, err := parser.ParseFile(fset, path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		folder, err := filepath.Rel(root, filepath.Dir(path))
		all = append(all, goFile{filepath.ToSlash(folder), path, strings.HasSuffix(path, "_test.go"), file, fset})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// repository returns the folder that holds go.mod.
func repository(t *testing.T) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		if dir == filepath.Dir(dir) {
			t.Fatal("no go.mod above this folder")
		}
		dir = filepath.Dir(dir)
	}
}

func (s *goFile) imports() []string {
	var paths []string
	for _, spec := range s.file.Imports {
		if path, err := strconv.Unquote(spec.Path.Value); err == nil {
			paths = append(paths, path)
		}
	}
	return paths
}

func TestRoomsImportWhatTheyMay(t *testing.T) {
	for _, s := range sources(t) {
		may, ok := rooms[s.room]
		if !ok && !strings.HasPrefix(s.room, "scripts") {
			t.Errorf("%s: the folder %s has no line in the table of rooms", s.path, s.room)
			continue
		}
		for _, path := range s.imports() {
			room, ours := strings.CutPrefix(path, "edged/")
			if !ours || room == s.room || slices.Contains(may, room) {
				continue
			}
			if !s.test || !slices.Contains(testRooms[s.room], room) {
				t.Errorf("%s: %s may not import %s", s.path, s.room, room)
			}
		}
	}
}

func TestEachModuleHasOneRoom(t *testing.T) {
	for _, s := range sources(t) {
		for _, path := range s.imports() {
			host, _, _ := strings.Cut(path, "/")
			if !strings.Contains(host, ".") {
				continue
			}
			may := homes(modules, path)
			if s.test {
				may = append(slices.Clone(may), homes(testModules, path)...)
			}
			if len(may) == 0 {
				t.Errorf("%s: %s has no line in the table of modules", s.path, path)
			} else if !slices.Contains(may, s.room) {
				t.Errorf("%s: %s belongs to %s", s.path, path, strings.Join(may, ", "))
			}
		}
	}
}

// homes returns the rooms of the module that holds the package path.
func homes(table map[string][]string, path string) []string {
	for _, module := range slices.Sorted(maps.Keys(table)) {
		if path == module || strings.HasPrefix(path, module+"/") {
			return table[module]
		}
	}
	return nil
}

func TestNoInit(t *testing.T) {
	for _, s := range sources(t) {
		for _, d := range s.file.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && f.Recv == nil && f.Name.Name == "init" {
				t.Errorf("%s: an init function", s.fset.Position(f.Pos()))
			}
		}
	}
}

// TestOnlyMainReadsItsSurroundings looks for calls that only cmd/edged may make: those that build log handlers, read
// the environment, print, or end the program. Package simd may ask for its one variable, EDGED_SIMD.
func TestOnlyMainReadsItsSurroundings(t *testing.T) {
	environment := []string{"Getenv", "LookupEnv", "Environ", "ExpandEnv"}
	forbidden := map[string][]string{
		"log/slog": {"NewTextHandler", "NewJSONHandler", "SetDefault", "Default"},
		"os":       append([]string{"Exit", "Stdout", "Stderr", "Stdin"}, environment...),
		"fmt":      {"Print", "Printf", "Println"},
		"log":      {"Print", "Printf", "Println", "Fatal", "Fatalf", "Fatalln", "Panic", "Panicf", "New"},
	}
	for _, s := range sources(t) {
		if s.test || s.room == "cmd/edged" || strings.HasPrefix(s.room, "scripts") {
			continue
		}
		names := map[string]string{} // local name of a package to its path
		for _, path := range s.imports() {
			names[path[strings.LastIndexByte(path, '/')+1:]] = path
		}
		ast.Inspect(s.file, func(n ast.Node) bool {
			sel, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			pkg, ok := sel.X.(*ast.Ident)
			if !ok || !slices.Contains(forbidden[names[pkg.Name]], sel.Sel.Name) || s.room == "runtime/internal/simd" && sel.Sel.Name == "Getenv" {
				return true
			}
			// The programs that make what the repository ships talk and exit too, but take no orders from the environment.
			if s.file.Name.Name != "main" || slices.Contains(environment, sel.Sel.Name) {
				t.Errorf("%s: %s.%s is cmd/edged's alone", s.fset.Position(sel.Pos()), pkg.Name, sel.Sel.Name)
			}
			return true
		})
	}
}

func TestRuntimeNeverShadowsGos(t *testing.T) {
	for _, s := range sources(t) {
		for _, spec := range s.file.Imports {
			if spec.Path.Value == `"runtime"` && (spec.Name == nil || spec.Name.Name != "goruntime") {
				t.Errorf("%s: import Go's runtime as goruntime", s.fset.Position(spec.Pos()))
			}
		}
	}
}

// TestTableHasNoGhosts keeps the tables as small as the repository.
func TestTableHasNoGhosts(t *testing.T) {
	root := repository(t)
	for room := range rooms {
		if files, err := filepath.Glob(filepath.Join(root, filepath.FromSlash(room), "*.go")); err != nil || len(files) == 0 {
			t.Errorf("the table has %s, the repository has no Go file there", room)
		}
	}
}
