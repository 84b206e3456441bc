package main

import (
	"debug/buildinfo"
	"fmt"
	"regexp"
	"runtime/debug"
	"strings"
	"time"
)

// build is what the Go tool noted in a program.
type build struct {
	*debug.BuildInfo
	version string // as packages have it
	commit  string
	time    time.Time // of the commit
	path    string
}

// pseudo is the version of a commit without a tag: v0.0.0-TIME-HASH, or behind a tag v1.2.4-0.TIME-HASH.
var pseudo = regexp.MustCompile(`^v(\d+\.\d+\.\d+)-(?:0\.)?(\d{14})-([0-9a-f]{12})$`)

func read(program string) (*build, error) {
	info, err := buildinfo.ReadFile(program)
	if err != nil {
		return nil, err
	}
	b := &build{BuildInfo: info, path: program}
	dirty := false
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			b.commit = s.Value
		case "vcs.time":
			if b.time, err = time.Parse(time.RFC3339, s.Value); err != nil {
				return nil, err
			}
		case "vcs.modified":
			dirty = s.Value == "true"
		}
	}
	if b.commit == "" || b.time.IsZero() || dirty {
		return nil, fmt.Errorf("%s was not built from a commit as it is", program)
	}
	b.version = packageVersion(info.Main.Version)
	return b, nil
}

// packageVersion is a module's version as a package's: one without a tag sorts before the tag that is to come.
func packageVersion(v string) string {
	if m := pseudo.FindStringSubmatch(v); m != nil {
		return m[1] + "~git" + m[2] + "." + m[3]
	}
	return strings.Replace(strings.TrimPrefix(v, "v"), "-", "~", 1)
}
