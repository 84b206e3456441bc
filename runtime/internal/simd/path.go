package simd

//go:generate go run ./gen

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
)

// path is a set of loops that some processors can run.
type path struct {
	name string
	ok   bool // this processor can
	gemm *blocks

	elements  *elements
	floats    *floats
	depthwise *taps
}

// variable is that of the environment which forces a path.
const variable = "EDGED_SIMD"

// chosen returns the path that runs: the best that this processor can, or the one that EDGED_SIMD names; generic where Check
// complains.
var chosen = sync.OnceValue(func() *path {
	p := choose(os.Getenv(variable))
	return &p
})

func choose(name string) path {
	all := paths()
	if name == "" {
		for _, p := range slices.Backward(all) {
			if p.ok {
				return p
			}
		}
	}
	for _, p := range all {
		if p.name == name && p.ok {
			return p
		}
	}
	return path{name: Generic}
}

// Check returns an error if EDGED_SIMD names what this processor cannot run, or nobody knows.
func Check() error {
	name := os.Getenv(variable)
	if name == "" || slices.Contains(Paths(), name) {
		return nil
	}
	return fmt.Errorf(variable+": this processor has no %q; it has %s", name, strings.Join(Paths(), ", "))
}

// Generic is the path without any of these loops.
const Generic = "generic"

// Chosen returns the name of the path that runs.
func Chosen() string { return chosen().name }

// Paths returns the names of the paths that this processor can run, best last.
func Paths() []string {
	names := []string{Generic}
	for _, p := range paths() {
		if p.ok {
			names = append(names, p.name)
		}
	}
	return names
}
