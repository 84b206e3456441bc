package main

import (
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"edged/cmd/edged/internal/config"
	"edged/runtime"
)

// engineFlags say on which engine a model runs, and how.
type engineFlags struct {
	engine   string
	delegate string
	options  map[string]string
	library  string
	allowCPU bool
	threads  int

	signature string
}

// add adds the flags that all commands with an engine have.
func (e *engineFlags) add(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&e.delegate, "delegate", "", "the accelerator of the engine tflite: xnnpack, edgetpu, gpu, nnapi, or the `path` of a library")
	f.StringToStringVar(&e.options, "delegate-option", nil, "`key=value` that the delegate gets; may be repeated")
	f.BoolVar(&e.allowCPU, "allow-cpu", false, "a delegate that takes none of the model's operators is no error")
	f.StringVar(&e.library, "library", "", "the `path` of TensorFlow Lite's library; default: $EDGED_TFLITE, else where it is usually installed")
}

// addOne adds them for a command that runs one engine.
func (e *engineFlags) addOne(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&e.engine, "engine", "auto", "the `engine`: builtin, tflite, or auto")
	f.IntVar(&e.threads, "threads", 1, "threads of the engine")
	f.StringVar(&e.signature, "signature", "", "the `key` of the model's signature to run; default: its main graph")
	e.add(cmd)
}

// runtime makes options for the engine of that name.
func (e *engineFlags) runtime(a *app, engine string, threads int) (runtime.Options, error) {
	o := runtime.Options{Engine: engine, Threads: threads, Signature: e.signature}
	if engine == "builtin" {
		return o, nil
	}
	d, err := runtime.ParseDelegate(e.delegate, e.options)
	if err != nil {
		return o, misuse{err}
	}
	o.TFLite = tfliteOf(a.env)
	o.TFLite.Delegate, o.TFLite.AllowCPU = d, e.allowCPU
	if e.library != "" {
		o.TFLite.Library = e.library
	}
	return o, nil
}

// tfliteOf is what the environment says of TensorFlow Lite: EDGED_TFLITE is the library, and EDGED_WORKER a command that
// starts a worker, where edged cannot start itself: under an emulator, or a debugger.
func tfliteOf(env func(string) string) runtime.TFLite {
	return runtime.TFLite{Library: env("EDGED_TFLITE"), Worker: strings.Fields(env("EDGED_WORKER")), Cache: cacheDir(env)}
}

// cacheDir returns the folder for what edged can do without: systemd's for the service, else the user's (XDG base directory
// specification); empty if the environment names none.
func cacheDir(env func(string) string) string {
	if list := env("CACHE_DIRECTORY"); list != "" {
		first, _, _ := strings.Cut(list, ":") // systemd.exec(5)
		return first
	}
	if dir := env("XDG_CACHE_HOME"); filepath.IsAbs(dir) {
		return filepath.Join(dir, "edged")
	}
	if home := env("HOME"); filepath.IsAbs(home) {
		return filepath.Join(home, ".cache", "edged")
	}
	return ""
}

// accelerate adds to t what the config says of TensorFlow Lite.
func accelerate(t runtime.TFLite, given config.TFLite) runtime.TFLite {
	c := given.WithDefaults()
	if c.Library != "" {
		t.Library = c.Library
	}
	t.Timeout, t.Pause, t.MemoryLimit = time.Duration(c.Timeout), time.Duration(c.RestartPause), int64(c.MemoryLimit)
	t.Fallback, t.ParityEvery = *c.Fallback, *c.ParityEvery
	return t
}

// delegated adds an encoder's delegate to t.
func delegated(t runtime.TFLite, c *config.Delegate) runtime.TFLite {
	if c == nil {
		return t
	}
	t.AllowCPU = c.AllowCPU
	t.Delegate = runtime.Delegate{Name: c.Name, Path: c.Path, Options: c.Options}
	if c.Path != "" {
		t.Delegate.Name = "external"
	}
	return t
}

// tellOptions names in the log the options of an encoder's delegate that edged does not know.
func tellOptions(log *slog.Logger, encoder string, c *config.Delegate) {
	d := delegated(runtime.TFLite{}, c).Delegate
	passed, leftOut := d.Unknown()
	if len(passed) > 0 {
		log.Info(fmt.Sprintf("%s: delegate %s: options that edged does not know, passed on as they are: %s", encoder, d, strings.Join(passed, ", ")))
	}
	if len(leftOut) > 0 {
		log.Warn(fmt.Sprintf("%s: delegate %s takes no options; left out: %s", encoder, d, strings.Join(leftOut, ", ")))
	}
}

// newWorker is the hidden command that runs TensorFlow Lite for another edged.
func newWorker(*app) *cobra.Command {
	return &cobra.Command{
		Use:    "worker",
		Short:  "Run TensorFlow Lite for another edged",
		Hidden: true,
		Args:   cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			return runtime.ServeWorker(os.Exit)
		},
	}
}
