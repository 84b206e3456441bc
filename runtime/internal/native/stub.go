//go:build !linux || nonative || !(amd64 || arm64 || arm)

package native

import (
	"context"
	"errors"

	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

var errStub = errors.New("this build has no tflite engine (built with -tags nonative, or for a system without it)")
