package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	goruntime "runtime"
	"slices"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"edged/runtime"
)

func TestMain(m *testing.M) {
	testscript.Main(emulated{m}, map[string]func(){"edged": main})
}

// TestTranscripts runs the sessions of testdata/*.txt: commands, and what they print.
func TestTranscripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup:               setup,
		Condition:           condition,
		UpdateScripts:       os.Getenv("UPDATE_TRANSCRIPTS") != "",
	})
}

// condition lets a line of a transcript be of one build alone: [tflite] is true where the engine is there.
func condition(name string) (bool, error) {
	if name != "tflite" {
		return false, fmt.Errorf("no condition %q", name)
	}
	return slices.Contains(runtime.Engines(), "tflite"), nil
}

// emulated runs the tests where the program edged, which is this test's own binary, may be one of another architecture:
// go test -exec qemu-aarch64 emulates the test, but not what the test starts.
type emulated struct{ *testing.M }

func (m emulated) Run() int {
	dir, err := os.MkdirTemp("", "edged-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	if err := wrap(filepath.Join(dir, "edged")); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	if err := os.Setenv("PATH", dir+string(filepath.ListSeparator)+os.Getenv("PATH")); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	if err := os.Setenv("XDG_CACHE_HOME", filepath.Join(dir, "cache")); err != nil { // no test writes into the user's
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return m.M.Run()
}

// wrap writes a script that starts this binary as edged in its emulator, if the kernel does not start it by itself.
func wrap(path string) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	if probe := (exec.Cmd{Path: self, Args: []string{"edged", "version"}}); probe.Run() == nil {
		return nil
	}
	emulator := os.Getenv("EDGED_EMULATOR")
	if emulator == "" {
		emulator = map[string]string{"arm64": "qemu-aarch64", "arm": "qemu-arm", "riscv64": "qemu-riscv64"}[goruntime.GOARCH]
	}
	script := fmt.Sprintf("#!/bin/sh\nexec %s -0 edged '%s' \"$@\"\n", emulator, self)
	if err := os.Setenv("EDGED_WORKER", "edged worker"); err != nil { // which the kernel does not start by itself either
		return err
	}
	return os.WriteFile(path, []byte(script), 0o755)
}
