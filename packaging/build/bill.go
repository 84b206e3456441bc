package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime/debug"
	"strings"
)

// The bill of materials: CycloneDX 1.6, https://cyclonedx.org/docs/1.6/json/.
type (
	bill struct {
		Format       string      `json:"bomFormat"`
		Spec         string      `json:"specVersion"`
		Version      int         `json:"version"`
		Metadata     metadata    `json:"metadata"`
		Components   []component `json:"components"`
		Dependencies []relation  `json:"dependencies"`
	}
	metadata struct {
		Timestamp string    `json:"timestamp"`
		Component component `json:"component"`
	}
	component struct {
		Type    string `json:"type"`
		Ref     string `json:"bom-ref"`
		Name    string `json:"name"`
		Version string `json:"version"`
		PURL    string `json:"purl,omitempty"`
		Hashes  []hash `json:"hashes,omitempty"`
	}
	hash struct {
		Alg     string `json:"alg"`
		Content string `json:"content"`
	}
	relation struct {
		Ref       string   `json:"ref"`
		DependsOn []string `json:"dependsOn"`
	}
)

// writeBill writes the bill of a program: its modules, and Go's own library.
func writeBill(path string, b *build) error {
	sum, err := sumOf(b.path)
	if err != nil {
		return err
	}
	main := component{Type: "application", Ref: "edged", Name: "edged", Version: b.version, Hashes: []hash{{"SHA-256", sum}}}
	all := []component{{Type: "library", Ref: "std", Name: "std", Version: b.GoVersion, PURL: "pkg:golang/std@" + strings.TrimPrefix(b.GoVersion, "go")}}
	for _, m := range b.modules() {
		purl := "pkg:golang/" + m.Path + "@" + m.Version
		all = append(all, component{Type: "library", Ref: purl, Name: m.Path, Version: m.Version, PURL: purl})
	}
	on := relation{Ref: "edged"}
	for _, c := range all {
		on.DependsOn = append(on.DependsOn, c.Ref)
	}
	text, err := json.MarshalIndent(bill{"CycloneDX", "1.6", 1, metadata{b.time.Format("2006-01-02T15:04:05Z"), main}, all, []relation{on}}, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(path, append(text, '\n'), 0o644)
}

// modules returns those that are in the program, with what replaces one in its place.
func (b *build) modules() []*debug.Module {
	var all []*debug.Module
	for _, m := range b.Deps {
		if m.Replace != nil {
			m = m.Replace
		}
		all = append(all, m)
	}
	return all
}

// legal are the files of a module that must go with its program.
var legal = regexp.MustCompile(`(?i)^(licen[cs]e|copying|notice|patents|authors)(\.|-|$)`)

// writeNotices writes the licences of a program's modules, and of Go, as the module cache has them.
func writeNotices(path string, b *build) error {
	root, err := goEnv("GOROOT")
	if err != nil {
		return err
	}
	cache, err := goEnv("GOMODCACHE")
	if err != nil {
		return err
	}
	var text strings.Builder
	if err := notice(&text, "Go "+b.GoVersion, root); err != nil {
		return err
	}
	for _, m := range b.modules() {
		if err := notice(&text, m.Path+" "+m.Version, filepath.Join(cache, escaped(m.Path)+"@"+escaped(m.Version))); err != nil {
			return err
		}
	}
	return os.WriteFile(path, []byte(text.String()), 0o644)
}

// notice adds the licences in a folder. A module without any is an error: nobody could give edged to others then.
func notice(text *strings.Builder, name, folder string) error {
	files, err := os.ReadDir(folder)
	if err != nil {
		return fmt.Errorf("licence of %s: %w", name, err)
	}
	found := false
	for _, f := range files {
		if f.IsDir() || !legal.MatchString(f.Name()) {
			continue
		}
		b, err := fs.ReadFile(os.DirFS(folder), f.Name())
		if err != nil {
			return err
		}
		found = true
		fmt.Fprintf(text, "%s\n%s: %s\n%s\n\n%s\n\n", strings.Repeat("=", 80), name, f.Name(), strings.Repeat("=", 80), strings.TrimSpace(string(b)))
	}
	if !found {
		return errors.New("no licence in " + name)
	}
	return nil
}

// escaped is a module's path as the cache's folders have it: ! and a small letter for each large one.
func escaped(path string) string {
	var b strings.Builder
	for _, r := range path {
		if r >= 'A' && r <= 'Z' {
			b.WriteByte('!')
			r += 'a' - 'A'
		}
		b.WriteRune(r)
	}
	return b.String()
}

func goEnv(key string) (string, error) {
	out, err := exec.Command("go", "env", key).Output()
	return strings.TrimSpace(string(out)), err
}
