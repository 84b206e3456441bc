// Command build makes packages of edged: what scripts/release has compiled goes in, .deb, .rpm and tarballs come out, each with
// a bill of materials. It is a module of its own, so that its libraries are none of edged's.
//
//	build -from DIR -to DIR -files packaging/files -unit packaging/systemd/edged.service
//
// DIR has bin/ARCH/edged and bin/ARCH/edged.static for each of Debian's names of processors, man/ and completions/. The same
// input makes the same bytes: times are those of the commit, and files go in by name.
package main

import (
	"crypto/sha256"
	"flag"
	"fmt"
	"io"
	"log"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// release is what packages are made of.
type release struct {
	from, to, files, unit, licence string
	revision                       string // behind the version; empty for none
}

func main() {
	log.SetFlags(0)
	log.SetPrefix("build: ")
	var r release
	flag.StringVar(&r.from, "from", "", "`folder` of what has been compiled")
	flag.StringVar(&r.to, "to", "", "`folder` for the packages")
	flag.StringVar(&r.files, "files", "", "`folder` of the packages' other files")
	flag.StringVar(&r.unit, "unit", "", "systemd's unit `file`")
	flag.StringVar(&r.licence, "licence", "", "edged's licence, a `file`")
	flag.StringVar(&r.revision, "revision", "", "behind the `version`: a later package of the same commit")
	flag.Parse()
	if err := r.make(); err != nil {
		log.Fatal(err)
	}
}

// make makes all packages, and a list of their checksums.
func (r *release) make() error {
	arches, err := os.ReadDir(filepath.Join(r.from, "bin"))
	if err != nil {
		return err
	}
	if err := os.MkdirAll(r.to, 0o755); err != nil {
		return err
	}
	for _, a := range arches {
		if err := r.makeFor(a.Name()); err != nil {
			return fmt.Errorf("%s: %w", a.Name(), err)
		}
	}
	return r.sum()
}

// makeFor makes the packages for one of Debian's processors.
func (r *release) makeFor(arch string) error {
	program := filepath.Join(r.from, "bin", arch, "edged")
	b, err := read(program)
	if err != nil {
		return err
	}
	if r.revision != "" {
		b.version += "+r" + r.revision
	}
	bill := filepath.Join(r.to, fmt.Sprintf("edged_%s_%s.cdx.json", b.version, arch))
	if err := writeBill(bill, b); err != nil {
		return err
	}
	notices := filepath.Join(r.from, "third-party-licences."+arch)
	if err := writeNotices(notices, b); err != nil {
		return err
	}
	p := packing{release: r, build: b, arch: arch, program: program, bill: bill, notices: notices}
	for _, format := range []string{"deb", "rpm"} {
		if err := p.pack(format); err != nil {
			return fmt.Errorf("%s: %w", format, err)
		}
	}
	return p.tarball()
}

// sum writes SHA256SUMS, as sha256sum -c reads it.
func (r *release) sum() error {
	all, err := os.ReadDir(r.to)
	if err != nil {
		return err
	}
	var lines []string
	for _, f := range all {
		if f.Name() == "SHA256SUMS" {
			continue
		}
		sum, err := sumOf(filepath.Join(r.to, f.Name()))
		if err != nil {
			return err
		}
		lines = append(lines, sum+"  "+f.Name()+"\n")
	}
	slices.SortFunc(lines, func(a, b string) int { return strings.Compare(a[64:], b[64:]) })
	return os.WriteFile(filepath.Join(r.to, "SHA256SUMS"), []byte(strings.Join(lines, "")), 0o644)
}

func sumOf(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", err
	}
	return fmt.Sprintf("%x", h.Sum(nil)), nil
}
