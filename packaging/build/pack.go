package main

import (
	"archive/tar"
	"compress/gzip"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/goreleaser/nfpm/v2"
	_ "github.com/goreleaser/nfpm/v2/deb"
	"github.com/goreleaser/nfpm/v2/files"
	_ "github.com/goreleaser/nfpm/v2/rpm"
)

// packing is one program on its way into packages.
type packing struct {
	*release
	*build
	arch                   string // Debian's name
	program, bill, notices string // files
}

// goArch is Go's name of a processor, which nfpm turns into each format's.
var goArch = map[string]string{"amd64": "amd64", "arm64": "arm64", "armhf": "arm6"}

// pack makes a package of a format.
func (p *packing) pack(format string) (err error) {
	info, err := p.info(format)
	if err != nil {
		return err
	}
	packer, err := nfpm.Get(format)
	if err != nil {
		return err
	}
	if err := nfpm.PrepareForPackager(info, format); err != nil {
		return err
	}
	f, err := os.Create(filepath.Join(p.to, packer.ConventionalFileName(info)))
	if err != nil {
		return err
	}
	if err := packer.Package(info, f); err != nil {
		f.Close()
		return err
	}
	return f.Close()
}

func (p *packing) info(format string) (*nfpm.Info, error) {
	contents, err := p.contents()
	if err != nil {
		return nil, err
	}
	script := func(name string) string { return filepath.Join(p.files, name) }
	info := &nfpm.Info{
		Name: "edged", Arch: goArch[p.arch], Platform: "linux", Version: p.version, VersionSchema: "none", MTime: p.time,
		Section: "utils", Priority: "optional", License: "Apache-2.0",
		Maintainer: "The edged authors <edged@localhost>",
		Description: "edge inference daemon: sees, hears and feels, and tells over MQTT\n" +
			"edged runs int8 TensorFlow Lite encoders on cameras, microphones and I2C\nsensors, joins them in a fusion head on the board, and sends captions,\nlabels and alerts over MQTT.",
		Overridables: nfpm.Overridables{
			Contents: contents,
			Scripts:  nfpm.Scripts{PostInstall: script("postinst"), PreRemove: script("prerm"), PostRemove: script("postrm")},
			Deb:      nfpm.Deb{Arch: p.arch, Compression: "xz"},
			RPM:      nfpm.RPM{Compression: "xz", BuildHost: "edged"},
		},
	}
	if format == "deb" {
		info.Depends, info.Recommends = []string{"libc6", "passwd"}, []string{"systemd"}
	} else {
		info.Depends = []string{"glibc", "shadow-utils"}
	}
	return nfpm.WithDefaults(info), nil
}

// contents are the package's files.
func (p *packing) contents() (files.Contents, error) {
	mode := func(m os.FileMode) *files.ContentFileInfo { return &files.ContentFileInfo{Mode: m, MTime: p.time} }
	all := files.Contents{
		{Source: p.program, Destination: "/usr/bin/edged", FileInfo: mode(0o755)},
		{Source: p.unit, Destination: "/usr/lib/systemd/system/edged.service", FileInfo: mode(0o644)},
		{Source: filepath.Join(p.files, "sysusers.conf"), Destination: "/usr/lib/sysusers.d/edged.conf", FileInfo: mode(0o644)},
		{Source: filepath.Join(p.files, "edged.rules"), Destination: "/usr/lib/udev/rules.d/60-edged.rules", FileInfo: mode(0o644)},
		{Source: filepath.Join(p.files, "default"), Destination: "/etc/default/edged", Type: files.TypeConfigNoReplace, FileInfo: mode(0o644)},
		{Source: p.licence, Destination: "/usr/share/doc/edged/copyright", FileInfo: mode(0o644)},
		{Source: p.notices, Destination: "/usr/share/doc/edged/third-party-licences", FileInfo: mode(0o644)},
		{Source: p.bill, Destination: "/usr/share/doc/edged/edged.cdx.json", FileInfo: mode(0o644)},
	}
	pages, err := filepath.Glob(filepath.Join(p.from, "man", "*.1.gz"))
	if err != nil {
		return nil, err
	}
	for _, page := range pages {
		all = append(all, &files.Content{Source: page, Destination: "/usr/share/man/man1/" + filepath.Base(page), FileInfo: mode(0o644)})
	}
	for shell, to := range map[string]string{
		"bash": "/usr/share/bash-completion/completions/edged", "zsh": "/usr/share/zsh/vendor-completions/_edged", "fish": "/usr/share/fish/vendor_completions.d/edged.fish",
	} {
		all = append(all, &files.Content{Source: filepath.Join(p.from, "completions", shell), Destination: to, FileInfo: mode(0o644)})
	}
	return all, nil
}

// tarball makes an archive of the static program and what goes with it.
func (p *packing) tarball() error {
	name := fmt.Sprintf("edged_%s_linux_%s", p.version, p.arch)
	f, err := os.Create(filepath.Join(p.to, name+".tar.gz"))
	if err != nil {
		return err
	}
	defer f.Close()
	z, err := gzip.NewWriterLevel(f, gzip.BestCompression)
	if err != nil {
		return err
	}
	w := tar.NewWriter(z)
	for _, file := range []struct{ from, to string }{
		{filepath.Join(p.files, "Containerfile"), "Containerfile"},
		{p.licence, "LICENSE"},
		{filepath.Join(p.from, "bin", p.arch, "edged.static"), "edged"},
		{p.bill, "edged.cdx.json"},
		{p.unit, "edged.service"},
		{p.notices, "third-party-licences"},
	} {
		if err := p.add(w, file.from, name+"/"+file.to); err != nil {
			return err
		}
	}
	for _, c := range []io.Closer{w, z, f} {
		if err := c.Close(); err != nil {
			return err
		}
	}
	return nil
}

// add adds a file. It belongs to nobody, and has the commit's time.
func (p *packing) add(w *tar.Writer, from, to string) error {
	b, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	h := &tar.Header{Name: to, Mode: 0o644, Size: int64(len(b)), ModTime: p.time, Format: tar.FormatPAX}
	if strings.HasSuffix(to, "/edged") {
		h.Mode = 0o755
	}
	if err := w.WriteHeader(h); err != nil {
		return err
	}
	_, err = w.Write(b)
	return err
}
