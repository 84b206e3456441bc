package config

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
)

// TFLite says how encoders run on TensorFlow Lite: those with a delegate, or with engine: tflite.
type TFLite struct {
	// TensorFlow Lite's library. Default: the environment variable EDGED_TFLITE, else where it is usually installed.
	Library string `yaml:"library,omitempty"`
	// An accelerator that has not answered after this time is started again. Default: 10s.
	Timeout Duration `yaml:"timeout,omitempty"`
	// How long an accelerator's process that ended stays away; twice as long after each failure, up to 300 times as long.
	// Default: 100ms.
	RestartPause Duration `yaml:"restart_pause,omitempty"`
	// An accelerator's process that holds more memory is started again. Default: no limit.
	MemoryLimit Size `yaml:"memory_limit,omitempty"`
	// Every so many results are compared with the builtin engine's; events say if they drift apart. 0 never compares.
	// Default: 1000.
	ParityEvery *int `yaml:"parity_every,omitempty"`
	// While an accelerator fails, the builtin engine answers, and events are degraded. Default: true.
	Fallback *bool `yaml:"fallback,omitempty"`
}

const (
	defaultTimeout = Duration(10 * time.Second)
	defaultPause   = Duration(100 * time.Millisecond)
	defaultParity  = 1000
)

// Delegate names an accelerator: one of name and path is set.
type Delegate struct {
	// One that edged knows: xnnpack, edgetpu, gpu or nnapi.
	Name string `yaml:"name,omitempty"`
	// The library of an external delegate.
	Path string `yaml:"path,omitempty"`
	// What it is told, such as device: usb:0 for an Edge TPU.
	Options map[string]string `yaml:"options,omitempty"`
	// That it takes none of the model's operators is no error.
	AllowCPU bool `yaml:"allow_cpu,omitempty"`
}

func (c *Config) fillInEngine(e *Encoder) {
	if e.Threads == 0 {
		e.Threads = 1
	}
	if e.Delegate != nil {
		e.Delegate.Path = c.absolute(e.Delegate.Path)
	}
}

// fillInTFLite makes the library's path absolute. The defaults are filled in where an encoder asks for TensorFlow Lite.
func (c *Config) fillInTFLite() {
	c.TFLite.Library = c.absolute(c.TFLite.Library)
	for _, p := range c.Pipelines {
		for _, e := range p.Encoders {
			if e != nil && (e.Engine == "tflite" || e.Delegate != nil) {
				c.TFLite = c.TFLite.WithDefaults()
			}
		}
	}
}

// WithDefaults returns t with what it does not say.
func (t TFLite) WithDefaults() TFLite {
	if t.Timeout == 0 {
		t.Timeout = defaultTimeout
	}
	if t.RestartPause == 0 {
		t.RestartPause = defaultPause
	}
	if t.Fallback == nil {
		t.Fallback = new(true)
	}
	if t.ParityEvery == nil {
		t.ParityEvery = new(defaultParity)
	}
	return t
}

func (v *validator) engine(path string, e *Encoder) {
	engines := []string{"", "auto", "builtin", "tflite"}
	if !slices.Contains(engines, e.Engine) {
		v.errorAt(path+".engine", didYouMean(e.Engine, engines[1:]), "%q is not auto, builtin or tflite", e.Engine)
	}
	if e.Delegate != nil {
		v.delegate(path+".delegate", e)
	}
	v.threads(path+".threads", e.Threads)
}

func (v *validator) delegate(path string, e *Encoder) {
	known := []string{"xnnpack", "edgetpu", "gpu", "nnapi"}
	switch d := e.Delegate; {
	case e.Engine == "builtin":
		v.errorAt(path, "leave engine out", "delegates belong to the engine tflite")
	case (d.Name == "") == (d.Path == ""):
		v.errorAt(path, "an external delegate has a path", "want one of name and path")
	case d.Name != "" && !slices.Contains(known, d.Name):
		v.errorAt(path+".name", didYouMean(d.Name, known), "%q is not xnnpack, edgetpu, gpu or nnapi", d.Name)
	}
}

func (v *validator) tflite(path string, t *TFLite) {
	if t.Timeout != 0 {
		v.atLeast(path+".timeout", t.Timeout, time.Millisecond)
	}
	if t.RestartPause != 0 {
		v.atLeast(path+".restart_pause", t.RestartPause, time.Millisecond)
	}
	if t.ParityEvery != nil && *t.ParityEvery < 0 {
		v.errorAt(path+".parity_every", "", "%d is below 0", *t.ParityEvery)
	}
}

// Size is a number of bytes, written 512MiB, 2GB or 1048576.
type Size int64

// sizeUnits are the units, longest first, so that MiB is not taken for B.
var sizeUnits = []struct {
	name  string
	bytes float64
}{{"KiB", 1 << 10}, {"MiB", 1 << 20}, {"GiB", 1 << 30}, {"kB", 1e3}, {"MB", 1e6}, {"GB", 1e9}, {"B", 1}, {"", 1}}

// UnmarshalText reads a size.
func (s *Size) UnmarshalText(text []byte) error {
	for _, u := range sizeUnits {
		digits, ok := strings.CutSuffix(string(text), u.name)
		if !ok {
			continue
		}
		n, err := strconv.ParseFloat(strings.TrimSpace(digits), 64)
		if bytes := n * u.bytes; err == nil && bytes >= 1 && bytes < math.MaxInt64/2 {
			*s = Size(bytes)
			return nil
		}
		break
	}
	return fmt.Errorf("%q is not a size; write a number with a unit: 512MiB, 2GB", text)
}

// MarshalYAML writes what UnmarshalText reads.
func (s Size) MarshalYAML() ([]byte, error) {
	if s > 0 && s%(1<<20) == 0 {
		return fmt.Appendf(nil, "%dMiB", s>>20), nil
	}
	return fmt.Appendf(nil, "%d", s), nil
}

func (v *validator) threads(path string, n int) {
	if n < 1 || n > mostThreads {
		v.errorAt(path, "", "%d threads; want 1 to %d", n, mostThreads)
	}
}
