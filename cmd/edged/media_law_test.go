package main

import (
	"go/ast"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// door is the one room that makes pictures and sound that leave.
const door = "pipelines/media"

// TestMediaLeaveByOneDoor looks for other ways out: packages that encode pictures or sound, the bytes that such files begin with,
// and who publishes or draws pages having samples in their hands at all.
func TestMediaLeaveByOneDoor(t *testing.T) {
	encoders := []string{"image/jpeg", "image/png", "image/gif", "golang.org/x/image", "github.com/go-audio"}
	magic := []string{"RIFF", "WAVEfmt", "\xff\xd8", "\x89PNG"}
	holders := []string{"cmd/edged", "pipelines", "pipelines/prep", door} // of samples
	decodes := map[string]string{"cmd/edged/internal/view": "image/jpeg"} // draws what has left
	for _, s := range sources(t) {
		if s.test || s.room == door || !strings.HasPrefix(s.room, "pipelines") && !strings.HasPrefix(s.room, "cmd") {
			continue
		}
		for _, path := range s.imports() {
			if slices.ContainsFunc(encoders, func(e string) bool { return strings.HasPrefix(path, e) }) && decodes[s.room] != path {
				t.Errorf("%s imports %s: pictures and sound are encoded in %s alone", s.path, path, door)
			}
		}
		ast.Inspect(s.file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.BasicLit:
				if text, err := strconv.Unquote(n.Value); err == nil && slices.ContainsFunc(magic, func(m string) bool { return strings.HasPrefix(text, m) }) {
					t.Errorf("%s: %s begins a file of pictures or sound", s.fset.Position(n.Pos()), n.Value)
				}
			case *ast.SelectorExpr:
				pkg, _ := n.X.(*ast.Ident)
				switch {
				case pkg != nil && pkg.Name == "jpeg" && strings.HasPrefix(n.Sel.Name, "Encode"):
					t.Errorf("%s encodes a JPEG: %s does that alone", s.fset.Position(n.Pos()), door)
				case pkg != nil && pkg.Name == "sensors" && (n.Sel.Name == "Frame" || n.Sel.Name == "Clip") && !slices.Contains(holders, s.room):
					t.Errorf("%s: sensors.%s; samples are in the hands of %s alone", s.fset.Position(n.Pos()), n.Sel.Name, strings.Join(holders, ", "))
				}
			}
			return true
		})
	}
}
