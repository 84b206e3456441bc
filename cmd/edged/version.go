package main

import (
	"encoding/json"
	"fmt"
	"io"
	goruntime "runtime"
	"runtime/debug"
	"strings"

	"github.com/spf13/cobra"

	"edged/runtime"
)

// build says what this binary is.
type build struct {
	Version string   `json:"version"`
	Commit  string   `json:"commit"`
	Go      string   `json:"go"`
	OS      string   `json:"os"`
	Arch    string   `json:"arch"`
	Engines []string `json:"engines"`
	SIMD    string   `json:"simd"`
	Paths   []string `json:"simd_paths"`
}

// thisBuild reads what the Go tool noted in the binary; "unknown" where it noted nothing.
func thisBuild() build {
	b := build{
		Version: "unknown", Commit: "unknown", Go: goruntime.Version(), OS: goruntime.GOOS, Arch: goruntime.GOARCH,
		Engines: runtime.Engines(), SIMD: runtime.SIMD(), Paths: runtime.SIMDPaths(),
	}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return b
	}
	if v := strings.Trim(info.Main.Version, "()"); v != "" {
		b.Version = v
	}
	modified := false
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			b.Commit = s.Value
		case "vcs.modified":
			modified = s.Value == "true"
		}
	}
	if modified {
		b.Commit += "+dirty"
	}
	return b
}

func newVersion(a *app) *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "version",
		Short: "Print version, commit, engines and SIMD path",
		Long: `Print version, commit, engines and SIMD path.

With --json: {"version","commit","go","os","arch","engines":[…],"simd","simd_paths":[…]}: simd is what runs, simd_paths
are what this processor can and EDGED_SIMD may force, best last.`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			b := thisBuild()
			if asJSON {
				return writeJSON(a.out, b)
			}
			_, err := fmt.Fprintf(a.out, "edged %s\ncommit  %s\nbuilt   %s for %s/%s\nengines %s\nsimd    %s, of %s\n",
				b.Version, b.Commit, b.Go, b.OS, b.Arch, strings.Join(b.Engines, ", "), b.SIMD, strings.Join(b.Paths, ", "))
			return err
		},
	}
	jsonFlag(cmd, &asJSON)
	return cmd
}

func jsonFlag(cmd *cobra.Command, asJSON *bool) {
	cmd.Flags().BoolVar(asJSON, "json", false, "print JSON")
}

// writeJSON writes v as one line of JSON.
func writeJSON(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	return e.Encode(v)
}
