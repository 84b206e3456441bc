package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"edged/cmd/edged/internal/config"
	"edged/runtime"
	"edged/runtime/tflite"
)

func main() { os.Exit(mainStatus()) }

// mainStatus lets the first SIGINT or SIGTERM end the work, and a second one the process.
func mainStatus() int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop)
	return run(ctx, os.Args[1:], os.Getenv, stdio{os.Stdin, os.Stdout, os.Stderr})
}

// The exit statuses.
const (
	done    = 0
	failed  = 1
	misused = 2
)

// stdio is the three streams. Results go to out, talk to err.
type stdio struct {
	in       io.Reader
	out, err io.Writer
}

// app is what every command gets from its surroundings.
type app struct {
	env func(key string) string
	stdio
}

// hinted is an error that its reader can mend, and how.
type hinted struct {
	error
	hint string
}

func (e hinted) Unwrap() error { return e.error }

// Hint is how to mend it.
func (e hinted) Hint() string { return e.hint }

// misuse is an error in the command line itself.
type misuse struct{ error }

func (e misuse) Unwrap() error { return e.error }

// run executes one command line and returns its exit status.
func run(ctx context.Context, args []string, env func(string) string, std stdio) int {
	started := false
	root := newRoot(&app{env, std})
	root.PersistentPreRun = func(*cobra.Command, []string) { started = true }
	root.SetArgs(args)
	root.SetIn(std.in)
	root.SetOut(std.out)
	root.SetErr(std.err)
	cmd, err := root.ExecuteContextC(ctx)
	if err == nil {
		return done
	}
	if status, ok := errors.AsType[exitStatus](err); ok {
		return int(status)
	}
	report(std.err, err)
	if bad := (misuse{}); !started || errors.As(err, &bad) {
		hint(std.err, "see "+cmd.CommandPath()+" --help")
		return misused
	}
	return failed
}

// report writes an error, and its hint where it has one, as lines that begin with edged:.
func report(w io.Writer, err error) {
	if all := (config.Errors)(nil); errors.As(err, &all) {
		for _, one := range all {
			fmt.Fprintf(w, "edged: %v\n", one)
			hint(w, one.Hint)
		}
		return
	}
	fmt.Fprintf(w, "edged: %s\n", strings.ReplaceAll(err.Error(), "\n", "\nedged: "))
	hint(w, remedy(err))
}

// remedy says how an error can be mended; it is empty where the error says so itself, or nobody knows.
func remedy(err error) string {
	if h := (hinted{}); errors.As(err, &h) {
		return h.hint
	}
	if l, ok := errors.AsType[*runtime.LibraryError](err); ok {
		return l.Hint
	}
	if w, ok := errors.AsType[*runtime.WorkerError](err); ok {
		return w.Hint
	}
	if _, ok := errors.AsType[*tflite.FormatError](err); ok {
		return "the file is damaged, or no TensorFlow Lite model: fetch it again"
	}
	if _, ok := errors.AsType[*tflite.UnsupportedError](err); !ok {
		return ""
	}
	if strings.Contains(err.Error(), "edgetpu-custom-op") {
		return "the model is compiled for an Edge TPU: take the one it was made from"
	}
	return "convert the model without that; edged inspect lists all that is missing"
}

func hint(w io.Writer, text string) {
	if text != "" {
		fmt.Fprintf(w, "edged: hint: %s\n", text)
	}
}
